"""Menus of filters and references: what people ask for, and what a recording allows of it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QAction, QActionGroup
from PyQt6.QtWidgets import QMenu, QWidget

from ecogview.model.processing import Processing
from ecogview.model.processing_choices import (
    Choice,
    band_choices,
    band_stop_choices,
    notch_choices,
    reference_choices,
)
from ecogview.model.session import Session
from ecogview.views.plain_text import tooltip


class _ProcessingMenu(QMenu):
    """Filled as it opens; `others` are actions that stand at its end. GUI thread only.

    What is switched off is not ticked, and stays off when something else is chosen.

    Signals
    -------
    chosen(Processing)
    """

    chosen = pyqtSignal(object)

    def __init__(
        self, title: str, session: Session, others: Sequence[QAction], parent: QWidget
    ) -> None:
        super().__init__(title, parent)
        self._session = session
        self._others = others
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self._fill)

    def _fill(self) -> None:
        for action in self.actions():
            self.removeAction(action)
            if action not in self._others:
                action.deleteLater()
        for group in self.findChildren(QActionGroup):
            group.deleteLater()
        for choices in self._groups(self._session.display.processing.in_force):
            self._add(choices)
        self.addActions(self._others)

    @abstractmethod
    def _groups(self, now: Processing) -> Iterable[list[Choice]]:
        """What can be chosen, one of each group."""

    def _add(self, choices: list[Choice]) -> None:
        if not choices:
            return
        group = QActionGroup(self) if len(choices) > 1 else None
        for choice in choices:
            action = QAction(choice.text.replace("&", "&&"), self)
            action.setCheckable(True)
            action.setChecked(choice.is_chosen)
            action.setEnabled(choice.problem is None)
            action.setToolTip(tooltip(choice.problem) if choice.problem else "")
            action.triggered.connect(
                lambda _checked, made=choice.processing: self.chosen.emit(made)
            )
            self.addAction(action)
            if group is not None:
                group.addAction(action)
        self.addSeparator()


class FilterMenu(_ProcessingMenu):
    """Band, notch, and numbers of one's own."""

    def __init__(self, session: Session, others: Sequence[QAction], parent: QWidget) -> None:
        super().__init__("Filter", session, others, parent)

    def _groups(self, now: Processing) -> Iterable[list[Choice]]:
        session = self._session
        return band_choices(session, now), notch_choices(session, now), band_stop_choices(now)


class ReferenceMenu(_ProcessingMenu):
    """What is taken off every channel."""

    def __init__(self, session: Session, others: Sequence[QAction], parent: QWidget) -> None:
        super().__init__("Reference", session, others, parent)

    def _groups(self, now: Processing) -> Iterable[list[Choice]]:
        return (reference_choices(self._session, now),)
