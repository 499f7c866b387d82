"""What is done to the signals, plainly above them; not there while they are as recorded."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from ecogview.model.clock import format_time
from ecogview.views import theme
from ecogview.views.elided_text import ElidedText
from ecogview.views.message_bar import link_button

Stretches = tuple[tuple[float, float], ...]  # start and stop in seconds

_MOST_STRETCHES = 2  # that are named


class ProcessingStrip(QWidget):
    """One line of words with a way off; says, too, what of the window is still as recorded.

    Signals
    -------
    toggled(), edit_requested()
    stop_requested(), whole_requested()
        The pass over the whole recording is to end, or to begin again.
    """

    toggled = pyqtSignal()
    edit_requested = pyqtSignal()
    stop_requested = pyqtSignal()
    whole_requested = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = ""
        self._is_on = True
        self._missing: Stretches = ()
        self._fraction: float | None = None
        self._is_stopped = False
        self.setFixedHeight(theme.px(26))
        self.line = ElidedText(self)
        self.toggle_button = link_button("Off", self)
        self.toggle_button.clicked.connect(self.toggled)
        self.edit_button = link_button("Change …", self)
        self.edit_button.clicked.connect(self.edit_requested)
        self.stop_button = link_button("Stop", self)
        self.stop_button.setToolTip("Leave wide views as far as they are")
        self.stop_button.clicked.connect(self.stop_requested)
        self.whole_button = link_button("Filter the whole", self)
        self.whole_button.setToolTip("Filter the whole recording for wide views")
        self.whole_button.clicked.connect(self.whole_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(10), 0, theme.px(8), 0)
        row.setSpacing(theme.px(6))
        row.addWidget(self.line, 1)
        for button in (self.stop_button, self.whole_button, self.edit_button, self.toggle_button):
            row.addWidget(button)
        self.hide()

    def show_state(self, words: str, *, is_on: bool, missing: Stretches) -> None:
        """Show what is set, whether it is on, and from which stretches it is still missing."""
        state = (words, is_on, missing)
        if state != (self._words, self._is_on, self._missing):
            self._words, self._is_on, self._missing = state
            self._show()

    def show_progress(self, fraction: float | None, *, is_stopped: bool = False) -> None:
        """How much of the recording has been filtered for wide views; None: nothing is made.

        Where that `is_stopped`, it can be asked for again.
        """
        if (fraction, is_stopped) != (self._fraction, self._is_stopped):
            self._fraction, self._is_stopped = fraction, is_stopped
            self._show()

    def _show(self) -> None:
        self.setVisible(bool(self._words))
        notes = []
        if not self._is_on:
            notes.append("switched off: as recorded")
        elif self._missing:
            notes.append(_missing_text(self._missing))
        if self._fraction is not None and self._is_on:
            notes.append(f"{self._fraction:.0%} of the recording done".replace("%", " %"))
        self.line.set_text(f"Shown: {self._words}", "   ".join(notes))
        self.toggle_button.setText("Off" if self._is_on else "On")
        name = "Show the signals as recorded" if self._is_on else "Filter and refer again"
        self.toggle_button.setToolTip(f"{name} (P)")
        self.toggle_button.setAccessibleName(name)
        self.stop_button.setVisible(self._fraction is not None and self._is_on)
        self.whole_button.setVisible(self._is_stopped and self._is_on)
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("select" if self._is_on else "panel"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.colour("border"))
        if self._is_on:
            painter.fillRect(0, 0, theme.px(3), self.height(), theme.colour("accent"))


def _missing_text(missing: Stretches) -> str:
    named = [
        f"{format_time(start)}–{format_time(stop)}" for start, stop in missing[:_MOST_STRETCHES]
    ]
    more = len(missing) - len(named)
    return f"still as recorded: {', '.join(named)}{f' and {more} more' if more else ''}"
