"""A slim scroll bar over the whole recording."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, QSize, Qt, QTimer
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QScrollBar, QStyle, QStyleOptionSlider, QWidget

from ecogview.model.session import Session
from ecogview.model.time_window import TimeWindow
from ecogview.views import theme

# QScrollBar counts in int32, which 20 hours at 30 kHz overflow: it is given a share instead.
_STEPS = 1 << 24


class TimeScrollBar(QScrollBar):
    """Position and length of the window as shares of the recording."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._session = session
        self._following = False
        self.setAccessibleName("Position in the recording")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFixedHeight(theme.px(10))
        # Painted while the loader works, it takes the interpreter's lock from it: 25 Hz will do.
        self._behind = QTimer(self)
        self._behind.setSingleShot(True)
        self._behind.setInterval(40)
        self._behind.timeout.connect(self._follow)
        session.window_changed.connect(self._on_window_changed)
        session.recording_changed.connect(self._follow)
        self.valueChanged.connect(self._on_value_changed)
        self._follow()

    def sizeHint(self) -> QSize:
        return QSize(100, theme.px(10))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        # The style's own bar takes 0.4 ms a frame, as much as the traces.
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("canvas"))
        if not self.maximum():
            return
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        style = self.style()
        assert style is not None
        handle = QRectF(
            style.subControlRect(
                QStyle.ComplexControl.CC_ScrollBar,
                option,
                QStyle.SubControl.SC_ScrollBarSlider,
                self,
            )
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("text2" if self.isSliderDown() else "disabled"))
        painter.drawRoundedRect(handle.adjusted(1, 3, -1, -2), 2, 2)

    def _on_window_changed(self) -> None:
        if not self._behind.isActive():
            self._behind.start()

    def _follow(self) -> None:
        window = self._session.window
        free = window.n_samples - window.length
        self._following = True
        if free <= 0:
            self.setRange(0, 0)
        else:
            page = max(window.length * _STEPS // free, 1)
            self.setRange(0, _STEPS)
            self.setPageStep(min(page, (1 << 31) - 1 - _STEPS))
            self.setSingleStep(max(page // 10, 1))
            self.setValue(window.start * _STEPS // free)
        self._following = False

    def _on_value_changed(self, value: int) -> None:
        window = self._session.window
        free = window.n_samples - window.length
        if not self._following and free > 0:
            # Both ends are reached exactly.
            start = value * free // _STEPS
            self._session.set_window(TimeWindow.clamped(start, window.length, window.n_samples))
