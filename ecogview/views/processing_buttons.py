"""Filter and reference in the toolbar: what is chosen, and a menu of what people ask for."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QActionGroup
from PyQt6.QtWidgets import QMenu, QToolButton, QWidget

from ecogview.dsp.reference import Reference, ReferenceKind
from ecogview.model.processing import BAND_PRESETS_HZ, NOTCH_PRESETS_HZ, Processing
from ecogview.views import theme

_REFERENCES: tuple[tuple[ReferenceKind, str], ...] = (
    ("recorded", "As recorded"),
    ("average", "Common average"),
    ("median", "Common median"),
    ("rows", "Bipolar along rows"),
    ("columns", "Bipolar along columns"),
)


class _ProcessingButton(QToolButton):
    """A word, and a menu that is filled as it opens.

    Signals
    -------
    chosen(Processing)
    """

    chosen = pyqtSignal(object)

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._title = title
        self.processing = Processing()
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.setMenu(self._menu)
        self.setObjectName("choice")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedHeight(theme.px(28))
        self.show_processing(self.processing)

    def show_processing(self, processing: Processing) -> None:
        """Show what is chosen in a word or two."""
        self.processing = processing
        text = f"{self._title}: {self._word()}"
        self.setText(text)
        self.setAccessibleName(text)

    @abstractmethod
    def _word(self) -> str:
        """What is chosen."""

    @abstractmethod
    def _fill(self) -> None:
        """Fill the menu with what can be chosen."""

    def _add(self, group: QActionGroup, text: str, processing: Processing) -> None:
        action = self._menu.addAction(
            text, lambda: self.chosen.emit(replace(processing, is_on=True))
        )
        action.setCheckable(True)
        action.setChecked(processing == self.processing)
        group.addAction(action)


class FilterButton(_ProcessingButton):
    """Band and notch.

    Signals
    -------
    edit_requested()
        The user wants to type numbers.
    """

    edit_requested = pyqtSignal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Filter", parent)
        self.setToolTip("High-pass, low-pass and notch, for the display only")

    def _word(self) -> str:
        only = Processing(
            self.processing.highpass_hz,
            self.processing.lowpass_hz,
            self.processing.notch_hz,
            n_harmonics=0,
        )
        return (only.describe() or "off") if self.processing.is_on else "off"

    def _fill(self) -> None:
        menu, now = self._menu, self.processing
        menu.clear()
        bands = QActionGroup(menu)
        for high, low in ((None, None), *BAND_PRESETS_HZ):
            band = replace(now, highpass_hz=high, lowpass_hz=low)
            text = Processing(high, low).describe() or "No band"
            self._add(bands, text[:1].upper() + text[1:], band)
        menu.addSeparator()
        notches = QActionGroup(menu)
        self._add(notches, "No notch", replace(now, notch_hz=None))
        for hz in NOTCH_PRESETS_HZ:
            self._add(notches, f"Notch {hz:g} Hz and harmonics", replace(now, notch_hz=hz))
        menu.addSeparator()
        menu.addAction("Other numbers …", self.edit_requested.emit)


class ReferenceButton(_ProcessingButton):
    """What is taken off every channel."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Reference", parent)
        self.setToolTip("What is subtracted from every channel, for the display only")

    def _word(self) -> str:
        reference = self.processing.reference
        if not self.processing.is_on or reference.kind == "recorded":
            return "as recorded"
        words = {kind: text for kind, text in _REFERENCES if not reference.channels}
        other = "one channel" if reference.kind == "channel" else f"chosen {reference.kind}"
        return words.get(reference.kind, other).lower()

    def _fill(self) -> None:
        self._menu.clear()
        kinds = QActionGroup(self._menu)
        for kind, text in _REFERENCES:
            self._add(kinds, text, replace(self.processing, reference=Reference(kind)))
