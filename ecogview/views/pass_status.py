"""How far the pass over the recording is, with pause and cancel; in the status bar."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QWidget

from ecogview.model.clock import format_time
from ecogview.services.overview_pass import PassProgress
from ecogview.views import theme
from ecogview.views.message_bar import link_button


class PassStatus(QWidget):
    """Percent, speed and time left, and a bar of 2 px; not there while nothing is read.

    Signals
    -------
    pause_requested(), resume_requested(), cancel_requested()
    """

    pause_requested = pyqtSignal()
    resume_requested = pyqtSignal()
    cancel_requested = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fraction = 0.0
        self._is_paused = False
        self.label = QLabel(self)
        self.label.setObjectName("secondary")
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setFont(theme.numeral_font(self.font()))
        self.pause_button = link_button("Pause", self)
        self.pause_button.clicked.connect(self._on_pause_clicked)
        self.cancel_button = link_button("Cancel", self)
        self.cancel_button.clicked.connect(self.cancel_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(8), 0, theme.px(8), 0)
        row.setSpacing(theme.px(6))
        row.addWidget(self.label)
        row.addWidget(self.pause_button)
        row.addWidget(self.cancel_button)
        self.hide()

    def show_waiting(self) -> None:
        """The pass is about to begin: the very first start compiles its code before."""
        self._fraction, self._is_paused = 0.0, False
        self._say("Overview: preparing …")

    def show_progress(self, progress: PassProgress) -> None:
        self._fraction = progress.fraction
        if self._is_paused:
            return
        # The bar and the words say the same: colour is never the only sign.
        left = format_time(max(progress.left_s, 1.0))
        speed = progress.bytes_per_s / 1e6
        rate = f"{speed / 1e3:.1f} GB/s" if speed >= 1e3 else f"{speed:.0f} MB/s"
        self._say(f"Overview: {progress.fraction:.0%}, {rate}, {left} left".replace("%", " %"))

    def show_paused(self, *, paused: bool) -> None:
        self._is_paused = paused
        self.pause_button.setText("Resume" if paused else "Pause")
        if paused:
            self._say(f"Overview: paused at {self._fraction:.0%}".replace("%", " %"))

    def clear(self) -> None:
        """Nothing is read any more."""
        self.show_paused(paused=False)
        self.hide()

    def _say(self, text: str) -> None:
        self.label.setText(text)
        self.setAccessibleName(text)
        self.show()
        self.update()

    def _on_pause_clicked(self) -> None:
        (self.resume_requested if self._is_paused else self.pause_requested).emit()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        box = QRectF(self.rect()).adjusted(theme.px(8), 0, -theme.px(8), 0)
        box.setTop(box.bottom() - 2)
        painter.fillRect(box, theme.colour("border"))
        box.setWidth(box.width() * self._fraction)
        painter.fillRect(box, theme.colour("text2" if self._is_paused else "accent"))
