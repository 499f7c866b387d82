"""The trace panel: span lane, labels, traces, time axis, scroll bars, and the moves on them."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QObject, QPointF, Qt, pyqtSignal
from PyQt6.QtGui import QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PyQt6.QtWidgets import QGridLayout, QScrollBar, QWidget

from ecogview.model.session import Session
from ecogview.services.window_loader import WindowLoader
from ecogview.views import theme
from ecogview.views.changes_layer import paint_changes
from ecogview.views.channel_gutter import ChannelGutter
from ecogview.views.event_layer import EventLayer
from ecogview.views.follow import follow
from ecogview.views.marking_layer import edge_tags, paint_marking
from ecogview.views.measure_gestures import MeasureGestures
from ecogview.views.measuring_layer import MeasuringLayer
from ecogview.views.span_gestures import SpanGestures
from ecogview.views.span_lane import SpanLane
from ecogview.views.time_axis import TimeAxis
from ecogview.views.time_scroll_bar import TimeScrollBar
from ecogview.views.trace_canvas import TraceCanvas

_WHEEL_NOTCH = 120.0  # Qt's angle of one notch
_WHEEL_WINDOWS = 0.1  # windows a notch
_ZOOM_PER_NOTCH = 2**0.5
_CHANNELS_PER_NOTCH = 3


class TracePanel(QWidget):
    """Everything of one recording over time. Wheel and drag move, with Ctrl the wheel zooms.

    On a label the wheel changes the gain of that channel.

    What drags mark and select is up to `marking`. Signals: `channel_clicked` carries a channel and
    the keyboard modifiers, `channels_marked` channels and whether they shall be bad,
    `menu_requested` a place on the screen, the sample under it or None, and the channel or None.
    """

    channel_clicked = pyqtSignal(int, object)
    channels_marked = pyqtSignal(object, bool)
    menu_requested = pyqtSignal(object, object, object)

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
        self.marking = SpanGestures(session, self.canvas, self.lane, self)
        self.marking.changed.connect(self._on_marking_changed)
        self.lane.set_gestures(self.marking)
        self.event_layer = EventLayer(self.canvas)
        self.measuring = MeasureGestures(session, self.canvas, self)
        self._measuring_layer = MeasuringLayer(session, self.canvas, self.measuring)
        self.measuring.changed.connect(self._on_marking_changed)
        follow(self.event_layer.events.changed, self._on_layer_changed)
        self.canvas.paint_over = self._paint_over
        follow(session.changes_changed, self._on_layer_changed)
        self.axis.edge_tags = lambda: (
            edge_tags(self.marking, self.canvas, session) or self._measuring_layer.tags()
        )
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
        self.gutter.marked.connect(self.channels_marked)
        self.gutter.menu_requested.connect(
            lambda place, channel: self.menu_requested.emit(place, None, channel)
        )
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

    def _on_marking_changed(self) -> None:
        is_dragged = self.marking.preview is not None or self.measuring.dragged is not None
        self.canvas.is_dragged_over = is_dragged
        self.canvas.update()
        self.axis.update()

    def _on_layer_changed(self) -> None:
        self.canvas.update()

    def _paint_over(self, painter: QPainter) -> None:
        self.event_layer.paint(painter)
        paint_changes(painter, self.canvas, self._session)
        paint_marking(painter, self.canvas, self._session, self.marking)
        self._measuring_layer.paint(painter)

    def cancel_gesture(self) -> bool:
        """Discard what is being dragged; False if nothing is."""
        return self.measuring.cancel() or self.marking.cancel() or self.gutter.cancel()

    # -- wheel and drag, wherever over the panel

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if isinstance(event, QWheelEvent) and isinstance(watched, QWidget):
            if watched is self.gutter and self.gutter.turn_gain(event):
                return True
            self._wheel(event, watched.mapTo(self, event.position()))
            return True
        if isinstance(event, QMouseEvent) and watched in (self.canvas, self.lane):
            return self._mouse_event(event, in_lane=watched is self.lane)
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

    def _mouse_event(self, event: QMouseEvent, *, in_lane: bool) -> bool:
        is_press = event.type() == QEvent.Type.MouseButtonPress
        if is_press and event.button() == Qt.MouseButton.RightButton:
            if self._drag is None and not self.cancel_gesture():
                self._ask_for_menu(event, in_lane=in_lane)
            return True
        if is_press:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
        if self._drag is None and self._measure_event(event, in_lane=in_lane):
            return True
        if self._drag is None and self.marking.mouse_event(event, in_lane=in_lane):
            return True
        if not in_lane:
            self.measuring.hover(event)
        return not in_lane and self._drag_event(event)

    def _measure_event(self, event: QMouseEvent, *, in_lane: bool) -> bool:
        return not in_lane and not self.marking.is_on and self.measuring.mouse_event(event)

    def _ask_for_menu(self, event: QMouseEvent, *, in_lane: bool) -> None:
        if self._session.info is not None:
            place = event.position()
            channel = None if in_lane else self.canvas.channel_at(place)
            sample = self.canvas.sample_at(place.x())
            self.menu_requested.emit(event.globalPosition().toPoint(), sample, channel)

    def _drag_event(self, event: QMouseEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            self._drag = (event.position(), float(self._session.window.start))
            self.canvas.setCursor(Qt.CursorShape.ClosedHandCursor)
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
