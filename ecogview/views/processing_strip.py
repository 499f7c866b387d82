"""What is done to the signals, plainly above them; not there while they are as recorded."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from ecogview.views import theme
from ecogview.views.elided_text import ElidedText
from ecogview.views.message_bar import link_button


class ProcessingStrip(QWidget):
    """One line of words with a way off; says, too, while wide views are still unfiltered.

    Signals
    -------
    toggled(), edit_requested(), cancel_requested()
    """

    toggled = pyqtSignal()
    edit_requested = pyqtSignal()
    cancel_requested = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = ""
        self._is_on = True
        self._is_unfiltered = False
        self._fraction: float | None = None
        self.setFixedHeight(theme.px(26))
        self.line = ElidedText(self)
        self.toggle_button = link_button("Off", self)
        self.toggle_button.clicked.connect(self.toggled)
        self.edit_button = link_button("Change …", self)
        self.edit_button.clicked.connect(self.edit_requested)
        self.cancel_button = link_button("Cancel", self)
        self.cancel_button.clicked.connect(self.cancel_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(10), 0, theme.px(8), 0)
        row.setSpacing(theme.px(6))
        row.addWidget(self.line, 1)
        for button in (self.cancel_button, self.edit_button, self.toggle_button):
            row.addWidget(button)
        self.hide()

    def show_state(self, words: str, *, is_on: bool, is_unfiltered: bool) -> None:
        """Show what is set, whether it is on, and whether it is still missing from the picture."""
        state = (words, is_on, is_unfiltered)
        if state == (self._words, self._is_on, self._is_unfiltered):
            return
        self._words, self._is_on, self._is_unfiltered = state
        self._show()

    def show_progress(self, fraction: float | None) -> None:
        """How much of the recording has been filtered for wide views; None: nothing is made."""
        self._fraction = fraction
        self._show()

    def _show(self) -> None:
        self.setVisible(bool(self._words))
        notes = []
        if not self._is_on:
            notes.append("switched off: as recorded")
        elif self._is_unfiltered:
            notes.append("not filtered yet where it is coarse")
        if self._fraction is not None and self._is_on:
            notes.append(f"{self._fraction:.0%} of the recording filtered".replace("%", " %"))
        self.line.set_text(f"Shown: {self._words}", "   ".join(notes))
        self.toggle_button.setText("Off" if self._is_on else "On")
        name = "Show the signals as recorded" if self._is_on else "Filter and refer again"
        self.toggle_button.setToolTip(f"{name} (P)")
        self.toggle_button.setAccessibleName(name)
        self.cancel_button.setVisible(self._fraction is not None and self._is_on)
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("select" if self._is_on else "panel"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.colour("border"))
        if self._is_on:
            painter.fillRect(0, 0, theme.px(3), self.height(), theme.colour("accent"))
