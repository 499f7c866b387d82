"""The trace panel: span lane, labels, traces, time axis, scroll bars, and the moves on them."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QObject, QPointF, Qt, pyqtSignal
from PyQt6.QtGui import QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PyQt6.QtWidgets import QGridLayout, QScrollBar, QWidget

from ecogview.model.session import Session
from ecogview.services.window_loader import WindowLoader
from ecogview.views import theme
from ecogview.views.channel_gutter import ChannelGutter
from ecogview.views.span_lane import SpanLane
from ecogview.views.time_axis import TimeAxis
from ecogview.views.time_scroll_bar import TimeScrollBar
from ecogview.views.trace_canvas import TraceCanvas

_WHEEL_NOTCH = 120.0  # Qt's angle of one notch
_WHEEL_WINDOWS = 0.1  # windows a notch
_ZOOM_PER_NOTCH = 2**0.5
_CHANNELS_PER_NOTCH = 3


class TracePanel(QWidget):
    """Everything of one recording over time. Wheel and drag move, with Ctrl the wheel zooms."""

    channel_clicked = pyqtSignal(int, object)  # channel, keyboard modifiers

    def __init__(
        self, session: Session, loader: WindowLoader, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._drag: tuple[QPointF, float] | None = None
        self._channels_left = 0.0  # of a wheel turned by less than a notch
        self.canvas = TraceCanvas(session, loader, self)
        self.gutter = ChannelGutter(session, self)
        self.lane = SpanLane(session, self.canvas, self)
        self.axis = TimeAxis(session, self.canvas, self)
        self.time_bar = TimeScrollBar(session, self)
        self.channel_bar = QScrollBar(Qt.Orientation.Vertical, self)
        self.channel_bar.setAccessibleName("Channels shown")
        self.channel_bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.channel_bar.valueChanged.connect(lambda first: session.channels.scroll_to(first))
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.lane, 0, 1)
        layout.addWidget(self.gutter, 1, 0)
        layout.addWidget(self.canvas, 1, 1)
        layout.addWidget(self.channel_bar, 1, 2)
        layout.addWidget(self.axis, 2, 0, 1, 2)
        layout.addWidget(self.time_bar, 3, 0, 1, 3)
        layout.setColumnStretch(1, 1)
        layout.setRowStretch(1, 1)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for part in (self.canvas, self.gutter, self.lane, self.axis):
            part.installEventFilter(self)
        self.gutter.clicked.connect(self.channel_clicked)
        session.recording_changed.connect(self._on_recording_changed)
        self._on_rows_changed()

    def _on_recording_changed(self) -> None:
        self._session.channels.rows_changed.connect(self._on_rows_changed)
        self._on_rows_changed()

    def _on_rows_changed(self) -> None:
        channels = self._session.channels
        hidden_rows = len(channels.rows) - channels.count
        self.channel_bar.setVisible(hidden_rows > 0)
        was_blocked = self.channel_bar.blockSignals(True)
        self.channel_bar.setRange(0, max(hidden_rows, 0))
        self.channel_bar.setPageStep(channels.count)
        self.channel_bar.setValue(channels.first)
        self.channel_bar.blockSignals(was_blocked)

    # -- wheel and drag, wherever over the panel

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if isinstance(event, QWheelEvent) and isinstance(watched, QWidget):
            self._wheel(event, watched.mapTo(self, event.position()))
            return True
        if isinstance(event, QMouseEvent) and watched is self.canvas:
            return self._drag_event(event)
        return super().eventFilter(watched, event)

    def _wheel(self, event: QWheelEvent, position: QPointF) -> None:
        angle, modifiers = event.angleDelta(), event.modifiers()
        # Some systems turn Shift+wheel into a sideways wheel.
        turned = angle.y() or angle.x()
        notches = turned / _WHEEL_NOTCH
        session = self._session
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            anchor = self.canvas.sample_at(position.x() - self.canvas.x())
            session.zoom(_ZOOM_PER_NOTCH**-notches, anchor)
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            self._channels_left -= notches * _CHANNELS_PER_NOTCH
            whole = int(self._channels_left)
            self._channels_left -= whole
            session.channels.scroll_to(session.channels.first + whole)
        elif angle.x() and not angle.y():
            session.move(-angle.x() / _WHEEL_NOTCH * _WHEEL_WINDOWS)
        else:
            session.move(-notches * _WHEEL_WINDOWS)
        event.accept()

    def _drag_event(self, event: QMouseEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            self._drag = (event.position(), float(self._session.window.start))
            self.canvas.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            return True
        if kind == QEvent.Type.MouseMove and self._drag is not None and self.canvas.width():
            position, start = self._drag
            window = self._session.window
            moved = (position.x() - event.position().x()) / self.canvas.width() * window.length
            self._session.set_window(window.clamped(start + moved, window.length, window.n_samples))
        elif kind == QEvent.Type.MouseButtonRelease and self._drag is not None:
            self._drag = None
            self.canvas.unsetCursor()
            return True
        return False

    def paintEvent(self, event: QPaintEvent | None) -> None:
        QPainter(self).fillRect(self.rect(), theme.colour("canvas"))  # what no part covers
