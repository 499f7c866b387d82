"""A box of choices: what cannot be chosen says why."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QStandardItemModel
from PyQt6.QtWidgets import QComboBox, QWidget

from ecogview.errors import printable
from ecogview.model.processing_choices import Choice
from ecogview.views.plain_text import tooltip


class ChoiceBox(QComboBox):
    """Lists groups of choices, a line between two.

    Signals
    -------
    chosen(Processing)
        By the user, not the one that it was already.
    """

    chosen = pyqtSignal(object)

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._choices: list[Choice | None] = []  # None: a line
        self.setAccessibleName(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(16)  # letters: long labels do not widen the dialog
        self.activated.connect(self._on_activated)

    def show_choices(self, *groups: list[Choice]) -> None:
        """Show these, and which one is chosen."""
        listed: list[Choice | None] = []
        for group in filter(None, groups):
            listed += [None, *group] if listed else group
        if listed == self._choices:
            return
        self._choices = listed
        self.clear()
        model = self.model()
        assert isinstance(model, QStandardItemModel)
        for place, choice in enumerate(listed):
            if choice is None:
                self.insertSeparator(place)
                continue
            self.addItem(printable(choice.text))
            if choice.problem is not None:
                item = model.item(place)
                assert item is not None
                item.setEnabled(False)
                self.setItemData(place, tooltip(choice.problem), Qt.ItemDataRole.ToolTipRole)
        self._show_chosen()

    def _show_chosen(self) -> None:
        chosen = [n for n, c in enumerate(self._choices) if c is not None and c.is_chosen]
        self.setCurrentIndex(chosen[0] if chosen else -1)

    def _on_activated(self, place: int) -> None:
        choice = self._choices[place]
        if choice is not None and not choice.is_chosen:
            self.chosen.emit(choice.processing)
            self._show_chosen()  # as it is, if that was refused
