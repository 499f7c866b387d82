"""A quality map on the screen: the whole recording, and the window as a frame to be moved.

What the overview bar and the large map have in common.
"""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer
from PyQt6.QtGui import QFocusEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QRegion, QWheelEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from ecogview.model.looked_at import LookedAt
from ecogview.model.session import Session
from ecogview.views import theme
from ecogview.views.follow import follow
from ecogview.views.map_layers import MapLayers, Part
from ecogview.views.overview_frame import Frame, FrameDrag, FramePart, TimeScale
from ecogview.views.overview_marks import frame_area, paint_frame, paint_selection, paint_tag
from ecogview.views.quality_picture import PictureLayout, QualityPicture
from ecogview.views.shown_quality import ShownQuality

WHEEL_NOTCH = 120.0  # Qt's angle of one notch
_WHEEL_WINDOWS = 0.1  # windows a notch, sideways
_ZOOM_PER_NOTCH = 2**0.5
_FRAME_MS = 40  # between repaints of the frame while the traces are moved
_CURSORS = {
    FramePart.OUTSIDE: Qt.CursorShape.PointingHandCursor,
    FramePart.INSIDE: Qt.CursorShape.OpenHandCursor,
    FramePart.START: Qt.CursorShape.SizeHorCursor,
    FramePart.STOP: Qt.CursorShape.SizeHorCursor,
}
_BY_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class MapCanvas(QWidget):
    """Map, strips, axis and frame. Press and drag move `session.window`. GUI thread only.

    All but frame and tag is kept as an image: a repaint while scrubbing is a blit of what the
    frame left and what it covers now. Rows, labels and the wheel are for those who inherit.
    """

    def __init__(
        self,
        session: Session,
        looked_at: LookedAt,
        shown: ShownQuality,
        layers: MapLayers,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._session, self._shown, self._layers = session, shown, layers
        self._framed_window = session.window  # of the frame that is painted
        # A frame in every scrolled picture of the traces costs it 0.5 ms, and takes the
        # interpreter's lock from the loader: unless it is dragged itself, 25 Hz will do.
        self._behind = QTimer(self)
        self._behind.setSingleShot(True)
        self._behind.setInterval(_FRAME_MS)
        self._behind.timeout.connect(self._move_frame)
        self._drag: FrameDrag | None = None
        self._mouse: QPointF | None = None
        self._has_ring = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing beneath is painted
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleDescription(
            "Quality of every channel over time; the frame is the window that the traces show"
        )
        self._ends: tuple[Callable[[], None], ...] = ()
        shown.replaced.connect(self._on_map_replaced)
        shown.cells_changed.connect(self._on_cells_changed)
        follow(session.recording_changed, self._on_recording_changed)
        follow(session.mask_changed, self._on_mask_changed)
        follow(session.changes_changed, self._on_changes_changed)
        follow(session.window_changed, self._on_window_changed)
        follow(session.selection_changed, self._on_selection_changed)
        follow(looked_at.changed, self._on_looked_at_changed)
        self._on_recording_changed()

    # -- following

    def _on_recording_changed(self) -> None:
        for end in self._ends:
            end()
        channels = self._session.channels
        self._ends = (
            follow(channels.rows_changed, self._on_rows_changed),
            follow(channels.hovered_changed, self._on_gutter_changed),
            follow(channels.selection_changed, self._on_gutter_changed),
        )
        self._drag = None
        self._layers.begin()
        self._on_rows_changed()
        self.update()

    def _on_rows_changed(self) -> None:
        """Channels may stand in another order; mostly they have only scrolled."""

    def _on_map_replaced(self) -> None:
        self._layers.take_map()
        self.update()

    def _on_cells_changed(self, first: int, stop: int) -> None:
        self._layers.mark_cells(first, stop)
        self.update()

    def _on_mask_changed(self) -> None:
        self._layers.mark(Part.LABELS | Part.SPANS)
        self.update()

    def _on_changes_changed(self) -> None:
        self._layers.mark(Part.SPANS)
        self.update()

    def _on_selection_changed(self) -> None:
        self.update()

    def _on_looked_at_changed(self) -> None:
        self._layers.mark(Part.LOOKED_AT)
        self.update()

    def _on_gutter_changed(self) -> None:
        layout = self._layout()
        self.update(0, 0, round(layout.left / layout.scale), self.height())

    def _on_window_changed(self) -> None:
        if self._drag is not None:
            self._move_frame()
        elif not self._behind.isActive():
            self._behind.start()

    def _move_frame(self) -> None:
        for window in (self._framed_window, self._session.window):
            area = frame_area(Frame.of(window, self.time_scale()), *self._frame_span())
            self.update(area.toAlignedRect())
        self._framed_window = self._session.window
        self._behind.stop()

    # -- geometry

    def _layout(self) -> PictureLayout:
        return PictureLayout.of(self.width(), self.height(), self.devicePixelRatioF())

    def time_scale(self) -> TimeScale:
        """Where the samples of the recording lie, in logical pixels."""
        layout, info = self._layout(), self._session.info
        return TimeScale(
            layout.left / layout.scale,
            layout.n_columns / layout.scale,
            0 if info is None else info.n_samples,
        )

    def frame(self) -> Frame:
        """The window's frame, as it is drawn a moment later at most."""
        return Frame.of(self._session.window, self.time_scale())

    def _frame_span(self) -> tuple[float, float]:
        """Top and bottom of the frame."""
        layout = self._layout()
        return 0.0, layout.looked_at_rows.start / layout.scale

    # -- painting

    def tag_text(self) -> str:
        """What the tag at the mouse says; empty where there is none, and while it drags."""
        if self._mouse is None or self._drag is not None:
            return ""
        return self._layers.tag_at(self._mouse)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        picture = self._layers.drawn(self._layout(), self.font())
        if picture is None:
            painter.fillRect(self.rect(), theme.colour("panel"))
            return
        if event is not None and event.region() == QRegion(self.rect()):
            self._framed_window = self._session.window  # nothing of the old one stays
        painter.drawImage(QPointF(0, 0), picture.image)
        if event is not None and event.rect().left() <= picture.layout.left / picture.layout.scale:
            self._paint_gutter(painter, picture)
        scale, selection = self.time_scale(), self._session.selection
        if selection is not None:
            left, right = (scale.x_of(sample) for sample in selection)
            strip = picture.layout.logical(picture.layout.columns, picture.layout.strip_rows)
            paint_selection(painter, left, right, strip)
        frame = Frame.of(self._framed_window, scale)
        paint_frame(painter, frame, *self._frame_span())
        if self._has_ring:
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        text = self.tag_text()
        if text and self._mouse is not None:
            paint_tag(painter, text, self._mouse, QRectF(self.rect()), self.font())

    def _paint_gutter(self, painter: QPainter, picture: QualityPicture) -> None:
        """Paint what changes too often to be part of the picture."""

    # -- mouse

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is None or event.button() != Qt.MouseButton.LeftButton:
            return
        scale, x = self.time_scale(), event.position().x()
        if not scale.n_samples or (x < scale.left and self._part_at(x) is FramePart.OUTSIDE):
            return
        self._drag = FrameDrag.begin(self._session.window, scale, x)
        self._session.set_window(self._drag.window)
        is_inside = self._drag.part is FramePart.INSIDE
        self.setCursor(
            Qt.CursorShape.ClosedHandCursor if is_inside else Qt.CursorShape.SizeHorCursor
        )
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is None:
            return
        self._mouse = event.position()
        if self._drag is not None:
            sample = self.time_scale().sample_at(event.position().x())
            self._session.set_window(self._drag.moved_to(sample))
            return
        self._show_cursor(event.position())
        self._session.channels.hover(self._channel_at(event.position()))
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            self._drag = None
            self._show_cursor(event.position())
            self.update()

    def leaveEvent(self, event: QEvent | None) -> None:
        self._mouse = None
        self._session.channels.hover(None)
        self.update()

    def _channel_at(self, position: QPointF) -> int | None:
        """The channel that is hovered with the mouse there."""
        return self._layers.channel_at(position)

    def _part_at(self, x: float) -> FramePart:
        return self.frame().part_at(x)

    def _show_cursor(self, position: QPointF) -> None:
        part, scale = self._part_at(position.x()), self.time_scale()
        if not scale.n_samples or (part is FramePart.OUTSIDE and position.x() < scale.left):
            self.unsetCursor()
        else:
            self.setCursor(_CURSORS[part])

    def _zoom(self, event: QWheelEvent) -> None:
        # About the nearest sample of the window: about one outside it would jump away.
        window = self._session.window
        sample = self.time_scale().sample_at(event.position().x())
        anchor = min(max(sample, window.start), window.stop)
        notches = (event.angleDelta().y() or event.angleDelta().x()) / WHEEL_NOTCH
        self._session.zoom(_ZOOM_PER_NOTCH**-notches, anchor)

    def _move_sideways(self, event: QWheelEvent) -> None:
        self._session.move(-event.angleDelta().x() / WHEEL_NOTCH * _WHEEL_WINDOWS)

    # -- Qt

    def changeEvent(self, event: QEvent | None) -> None:
        if event is not None and event.type() in (
            QEvent.Type.PaletteChange,
            QEvent.Type.FontChange,
            QEvent.Type.StyleChange,
        ):
            self._layers.forget()
            self.update()
        super().changeEvent(event)

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        super().focusInEvent(event)
        self._has_ring = event is not None and event.reason() in _BY_KEYBOARD
        self.update()

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        super().focusOutEvent(event)
        self._has_ring = False
        self.update()
