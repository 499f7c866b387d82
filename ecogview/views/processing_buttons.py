"""Filter and reference in the toolbar: what is in force, and the menu of what people ask for."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QToolButton, QWidget

from ecogview.errors import printable
from ecogview.model.processing import Processing
from ecogview.views import theme

_MOST_LETTERS = 32  # of a word in the toolbar: labels come from files


class _ProcessingButton(QToolButton):
    """A word; what is chosen is up to the menu that the button is given."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._title = title
        self.processing = Processing()
        self._labels: tuple[str, ...] = ()
        self.setObjectName("choice")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedHeight(theme.px(28))
        self.show_processing(self.processing)

    def set_labels(self, labels: tuple[str, ...]) -> None:
        """Take over the labels of the recording's channels, which a reference is told by."""
        self._labels = labels
        self.show_processing(self.processing)

    def show_processing(self, processing: Processing) -> None:
        """Show what is in force in a word or two."""
        self.processing = processing
        text = f"{self._title}: {printable(self._word(processing.in_force), _MOST_LETTERS)}"
        self.setText(text.replace("&", "&&"))
        self.setAccessibleName(text)

    @abstractmethod
    def _word(self, now: Processing) -> str:
        """What is in force."""


class FilterButton(_ProcessingButton):
    """Band, notch and band-stop."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Filter", parent)
        self.setToolTip("High-pass, low-pass, notch and band-stop, for the display only")

    def _word(self, now: Processing) -> str:
        only = Processing(now.highpass_hz, now.lowpass_hz, now.notch_hz, n_harmonics=0)
        return replace(only, band_stop_hz=now.band_stop_hz).describe() or "off"


class ReferenceButton(_ProcessingButton):
    """What is taken off every channel."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Reference", parent)
        self.setToolTip("What is subtracted from every channel, for the display only")

    def _word(self, now: Processing) -> str:
        return Processing(reference=now.reference).describe(self._labels) or "as recorded"
