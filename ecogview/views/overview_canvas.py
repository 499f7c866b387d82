"""The overview under its header: every channel in a low map, the first and the last one named."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QMouseEvent, QPainter, QWheelEvent
from PyQt6.QtWidgets import QWidget

from ecogview.model.looked_at import LookedAt
from ecogview.model.session import Session
from ecogview.views import theme
from ecogview.views.map_canvas import MapCanvas
from ecogview.views.map_layers import MapLayers
from ecogview.views.quality_picture import QualityPicture
from ecogview.views.shown_quality import ShownQuality


class OverviewCanvas(MapCanvas):
    """Rows are all channels, in the order of the list. The wheel zooms the window."""

    def __init__(
        self, session: Session, looked_at: LookedAt, shown: ShownQuality, parent: QWidget
    ) -> None:
        layers = _OverviewLayers(session, looked_at, shown)
        super().__init__(session, looked_at, shown, layers, parent)
        self.setAccessibleName("Overview of the recording")

    def _on_rows_changed(self) -> None:
        if self._layers.set_rows(self._session.channels.ordered):
            self.update()

    def _paint_gutter(self, painter: QPainter, picture: QualityPicture) -> None:
        """Name the channel that is hovered, wherever it is."""
        rows = self._layers.rows
        hovered, info = self._session.channels.hovered, self._session.info
        if hovered is None or info is None or hovered not in rows:
            return
        row, n_rows = rows.index(hovered), len(rows)
        box = picture.label_box(row, n_rows)
        for end in {0, n_rows - 1} - {row}:
            if picture.label_box(end, n_rows).intersects(box):
                painter.fillRect(picture.label_box(end, n_rows), theme.colour("panel"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("select"))
        painter.drawRoundedRect(box.adjusted(2, -1, 3, 1), 4, 4)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(theme.colour("accent"))
        picture.paint_label(painter, info.channels[hovered].label, box)

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        self.mousePressEvent(event)  # the second press of two is a press

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is None or self._session.info is None:
            return
        if event.angleDelta().x() and not event.angleDelta().y():
            self._move_sideways(event)
        else:
            self._zoom(event)
        event.accept()


class _OverviewLayers(MapLayers):
    def draw_labels(self, picture: QualityPicture) -> None:
        info, bad = self._session.info, self._session.bad_channels
        assert info is not None
        picture.draw_labels(
            [info.channels[channel].label for channel in self.rows],
            (row for row, channel in enumerate(self.rows) if channel in bad),
            ends_only=True,
        )
