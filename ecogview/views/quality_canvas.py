"""The large map under its header: labels that mark channels, and the map that goes to places."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PyQt6.QtCore import QEvent, QPointF, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import (
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
    QWheelEvent,
)
from PyQt6.QtWidgets import QWidget

from ecogview.errors import printable
from ecogview.model.looked_at import LookedAt
from ecogview.model.session import Session
from ecogview.views import theme
from ecogview.views.map_canvas import WHEEL_NOTCH, MapCanvas
from ecogview.views.map_layers import MapLayers
from ecogview.views.quality_gutter import WIDTH, QualityGutter, RowBands
from ecogview.views.quality_picture import PictureLayout, QualityPicture
from ecogview.views.quality_rows import QualityRows
from ecogview.views.shown_quality import ShownQuality
from ecogview.views.side_header import takes_key

_LEAST_ROW = 4  # logical pixels; more rows than fit scroll
_RIGHT = 12
_ROWS_PER_NOTCH = 3
_TICK = 3  # beside the row that is hovered
_LEFT_BUTTON = Qt.MouseButton.LeftButton
_OWN_KEYS = frozenset((Qt.Key.Key_Up, Qt.Key.Key_Down))


@dataclass(frozen=True, slots=True)
class _Marking:
    """A drag over labels: from the row it began at to that under the mouse, among all rows."""

    ordered: tuple[int, ...]
    began: int
    now: int
    is_bad: bool

    @property
    def channels(self) -> tuple[int, ...]:
        return self.ordered[min(self.began, self.now) : max(self.began, self.now) + 1]


class QualityCanvas(MapCanvas):
    """Labels, map, strips, axis and frame. GUI thread only.

    Signals
    -------
    mark_requested(list of int, bool)
        Channels that the user wants to be bad (True) or good.
    place_chosen()
        The window has been brought to a place that the user wants to see.
    """

    mark_requested = pyqtSignal(list, bool)
    place_chosen = pyqtSignal()

    def __init__(
        self,
        session: Session,
        looked_at: LookedAt,
        shown: ShownQuality,
        rows: QualityRows,
        parent: QWidget,
    ) -> None:
        layers = MapLayers(session, looked_at, shown)
        super().__init__(session, looked_at, shown, layers, parent)
        self._rows = rows
        self._gutter = QualityGutter(session, shown)
        self._marking: _Marking | None = None
        self._turned = 0.0  # of the wheel, by less than a row
        self.setAccessibleName("Quality map")
        rows.changed.connect(self._on_rows_moved)
        self._on_rows_moved()

    # -- following

    def _on_rows_moved(self) -> None:
        self._layers.set_rows(self._rows.shown)
        if self._marking is not None and self._marking.ordered != self._rows.ordered:
            self._marking = None  # rows have come to stand elsewhere under the mouse
        self.update()

    def _on_recording_changed(self) -> None:
        self._marking = None
        super()._on_recording_changed()

    def _on_gutter_changed(self) -> None:
        self.update()  # the hovered row has a sign at either end

    # -- geometry

    def _layout(self) -> PictureLayout:
        ratio = self.devicePixelRatioF()
        return PictureLayout.of(self.width(), self.height(), ratio, gutter=WIDTH, right=_RIGHT)

    def _bands(self) -> RowBands:
        return RowBands.of(self._layout(), len(self._layers.rows))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        layout = self._layout()
        self._rows.set_room(int(layout.n_rows / layout.scale / theme.px(_LEAST_ROW)))

    # -- painting

    def _paint_gutter(self, painter: QPainter, picture: QualityPicture) -> None:
        rows, picked, bad = self._layers.rows, self._picked(), self._session.bad_channels
        if self._marking is not None:
            bad = bad | picked if self._marking.is_bad else bad - picked
        self._gutter.paint(
            painter, picture.layout, rows,
            first=self._rows.first, bad=bad, picked=picked, font=self.font(),
        )  # fmt: skip
        hovered = self._session.channels.hovered
        if hovered in rows:
            layout, bands = picture.layout, self._bands()
            map_area = layout.logical(layout.columns, layout.map_rows)
            height = max(bands.height, 2.0)
            top = bands.middle(rows.index(hovered)) - height / 2
            for x in (map_area.left() - _TICK, map_area.right()):
                painter.fillRect(QRectF(x, top, _TICK, height), theme.colour("accent"))

    def _picked(self) -> frozenset[int]:
        marking = self._marking
        return frozenset() if marking is None else frozenset(marking.channels)

    def tag_text(self) -> str:
        if self._marking is not None:
            n, state = len(self._marking.channels), "bad" if self._marking.is_bad else "good"
            return f"{n} channels {state}" if n > 1 else ""
        if self._mouse is None or self._drag is not None or not self._is_beside(self._mouse):
            return super().tag_text()
        channel, info = self._channel_at(self._mouse), self._session.info
        if channel is None or info is None:
            return ""
        value, is_bad = self._gutter.value_of(channel), channel in self._session.bad_channels
        words = [printable(info.channels[channel].label)]
        if value is not None:
            words.append(value.spoken)
        return "   ".join([*words, f"click: mark {'good' if is_bad else 'bad'}"])

    # -- mouse

    def _is_beside(self, position: QPointF) -> bool:
        """Whether a place is among the labels."""
        return position.x() < self.time_scale().left

    def _channel_at(self, position: QPointF) -> int | None:
        if not self._is_beside(position):
            return super()._channel_at(position)
        row = self._bands().row_at(position.y()) if self._layers.rows else None
        return None if row is None else self._layers.rows[row]

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is None or event.button() != _LEFT_BUTTON:
            return
        channel = self._channel_at(event.position())
        if not self._is_beside(event.position()):
            if channel is not None:
                self._session.channels.select((channel,))
            super().mousePressEvent(event)
        elif channel is not None:
            ordered, is_bad = self._rows.ordered, channel not in self._session.bad_channels
            row = ordered.index(channel)
            self._marking = _Marking(ordered, row, row, is_bad)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is None or self._marking is None:
            super().mouseMoveEvent(event)
            return
        self._mouse = event.position()
        bands, rows = self._bands(), self._rows
        row = bands.nearest_row(event.position().y())
        if bands.row_at(event.position().y()) is None:
            rows.scroll_to(rows.first + (-1 if row == 0 else 1))
        self._marking = replace(self._marking, now=rows.first + row)
        self._session.channels.hover(rows.ordered[rows.first + row])
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        marking = self._marking
        if marking is not None and event is not None and event.button() == _LEFT_BUTTON:
            self.cancel_marking()
            self.mark_requested.emit(list(marking.channels), marking.is_bad)
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        if event is None or event.button() != _LEFT_BUTTON:
            return
        scale = self.time_scale()
        if self._is_beside(event.position()) or not scale.n_samples:
            self.mousePressEvent(event)  # two quick clicks on a label are two clicks
            return
        channels, channel = self._session.channels, self._channel_at(event.position())
        self._session.set_window(
            self._session.window.centred(scale.sample_at(event.position().x()))
        )
        if channel in channels.rows and channel not in channels.shown:
            channels.scroll_to(channels.rows.index(channel) - channels.count // 2)
        self.place_chosen.emit()

    @property
    def is_marking(self) -> bool:
        return self._marking is not None

    def cancel_marking(self) -> None:
        """Give up a drag over labels."""
        self._marking = None
        self.update()

    def leaveEvent(self, event: QEvent | None) -> None:
        if self._marking is None:
            super().leaveEvent(event)

    def hideEvent(self, event: QHideEvent | None) -> None:
        super().hideEvent(event)
        self._marking = self._drag = self._mouse = None
        self._session.channels.hover(None)

    def _show_cursor(self, position: QPointF) -> None:
        if self._is_beside(position) and self._channel_at(position) is not None:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            super()._show_cursor(position)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is None or self._session.info is None:
            return
        angle = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom(event)
        elif angle.x() and not angle.y():
            self._move_sideways(event)
        elif self._rows.n_hidden:
            self._turned -= angle.y() / WHEEL_NOTCH * _ROWS_PER_NOTCH
            whole = int(self._turned)
            self._turned -= whole
            self._rows.scroll_to(self._rows.first + whole)
        else:
            self._zoom(event)  # as in the bar
        event.accept()

    # -- keyboard

    def event(self, event: QEvent | None) -> bool:
        if event is not None and takes_key(event, _OWN_KEYS):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None or event.key() not in _OWN_KEYS:
            super().keyPressEvent(event)
            return
        channels = self._session.channels
        at = next(iter(channels.selected)) if len(channels.selected) == 1 else channels.hovered
        channel = self._rows.beside(at, -1 if event.key() == Qt.Key.Key_Up else 1)
        if channel is not None:
            channels.select((channel,))
            self._rows.reveal(channel)
