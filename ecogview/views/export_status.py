"""How far an export is, with cancel, and what has come of it; in the status bar."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from ecogview.errors import printable
from ecogview.model.clock import format_time
from ecogview.views import theme
from ecogview.views.elided_text import ElidedText
from ecogview.views.icons import icon
from ecogview.views.message_bar import link_button
from ecogview.views.plain_text import tooltip


class ExportStatus(QWidget):
    """Not there while there is nothing to say; what was written stays until it is closed.

    A long name is cut, and never widens the window; the tooltip has it whole.

    Signals
    -------
    cancel_requested()
    show_requested(Path), open_requested(Path)
        The file that was written is to be shown in its folder, or opened.
    """

    cancel_requested = pyqtSignal()
    show_requested = pyqtSignal(object)
    open_requested = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fraction: float | None = None
        self._path = Path()
        self.label = ElidedText(self, token="text2")
        self.label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.detail = ElidedText(self, token="text2")
        self.detail.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.cancel_button = link_button("Cancel", self)
        self.cancel_button.clicked.connect(self.cancel_requested)
        self.show_button = link_button("Show in folder", self)
        self.show_button.clicked.connect(lambda: self.show_requested.emit(self._path))
        self.open_button = link_button("Open", self)
        self.open_button.clicked.connect(lambda: self.open_requested.emit(self._path))
        self.close_button = QToolButton(self)
        self.close_button.setIcon(icon("close"))
        self.close_button.setToolTip("Close this message")
        self.close_button.setAccessibleName("Close this message")
        self.close_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.close_button.setIconSize(QSize(theme.px(12), theme.px(12)))
        self.close_button.setFixedSize(theme.px(20), theme.px(20))
        self.close_button.clicked.connect(self.clear)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(8), 0, theme.px(8), 0)
        row.setSpacing(theme.px(6))
        row.addWidget(self.label)
        row.addWidget(self.detail)
        for button in (self.cancel_button, self.show_button, self.open_button, self.close_button):
            row.addWidget(button)
        self.hide()

    def show_progress(self, fraction: float, bytes_per_s: float, left_s: float) -> None:
        """Tell how much is written, and how long the rest takes; 0 where that is not known."""
        text = f"Export: {fraction:.0%}".replace("%", " %")
        if bytes_per_s > 0:
            speed = bytes_per_s / 1e6
            text += f", {speed / 1e3:.1f} GB/s" if speed >= 1e3 else f", {speed:.0f} MB/s"
            text += f", {format_time(max(left_s, 1.0))} left"
        self._say(text, fraction)

    def show_done(self, path: Path, detail: str) -> None:
        """Tell what has been written."""
        self._path = path
        self._say(f"Exported {printable(path.name, 400)}", None, detail)
        self.label.setToolTip(tooltip(str(path)))

    def clear(self) -> None:
        """There is nothing to say any more."""
        self._fraction = None
        self.hide()

    def _say(self, text: str, fraction: float | None, detail: str = "") -> None:
        self._fraction = fraction
        is_at_work = fraction is not None
        self.cancel_button.setVisible(is_at_work)
        for button in (self.show_button, self.open_button, self.close_button):
            button.setVisible(not is_at_work)
        self.label.set_text(text)
        self.label.setToolTip("")
        self.detail.set_text(detail)
        self.detail.setVisible(bool(detail))
        # What is known of it is not cut: the name is.
        self.detail.setMinimumWidth(self.detail.full_width() if detail else 0)
        self.setAccessibleName(f"{text}, {detail}" if detail else text)
        self.show()
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        if self._fraction is None:
            return
        painter = QPainter(self)
        box = QRectF(self.rect()).adjusted(theme.px(8), 0, -theme.px(8), 0)
        box.setTop(box.bottom() - 2)
        painter.fillRect(box, theme.colour("border"))
        box.setWidth(box.width() * self._fraction)
        painter.fillRect(box, theme.colour("accent"))
