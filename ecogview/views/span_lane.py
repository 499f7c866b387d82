"""The lane above the traces: a tab with the kind's word, or its pattern, over each bad span."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QRectF, Qt
from PyQt6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PyQt6.QtWidgets import QWidget

from ecogview.dsp.raster import EDGE_PATTERNS
from ecogview.model.session import Session
from ecogview.views import theme
from ecogview.views.trace_canvas import TAB_HEIGHT, TraceCanvas

_TOP, _BOTTOM = 3, 2  # free above and below the tabs


class SpanLane(QWidget):
    """Tabs of what the canvas shades, its words on top where there is room.

    The tabs are pixels of the same columns as the traces, drawn once as a column comes into view:
    1,000 tabs drawn one by one took 8 ms a frame.
    """

    def __init__(self, session: Session, canvas: TraceCanvas, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._canvas = canvas
        self.setFixedHeight(theme.px(_TOP) + theme.px(TAB_HEIGHT) + theme.px(_BOTTOM))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing beneath is painted
        self.setAccessibleName("Bad spans")
        self._take_font()
        canvas.view_changed.connect(self.update)
        session.mask_changed.connect(self._on_mask_changed)

    def _on_mask_changed(self) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("canvas"))
        picture, mask = self._canvas.prepared(), self._session.mask
        if picture is None or mask is None or not len(mask.bad):
            return
        top = theme.px(_TOP)
        painter.translate(0, top)
        picture.lane.paint(painter, picture.first, self._canvas.devicePixelRatioF())
        painter.setFont(self._words)
        grid, first = picture.grid, picture.first
        height = theme.px(TAB_HEIGHT)
        left_edge, right_edge = grid.edge(first), grid.edge(picture.stop)
        for kind, runs in mask.tracks().items():
            inside = runs.clip(left_edge, right_edge).bounds
            if not len(inside):
                continue
            widths = (inside[:, 1] - inside[:, 0]) * (self._canvas.width() / grid.length)
            for start in inside[widths >= self._widths[kind], 0]:
                left = max(self._canvas.x_of(float(start)), 0.0)
                box = QRectF(left, 0, self._widths[kind], height)
                painter.fillRect(box, theme.colour(kind))
                painter.setPen(theme.colour(f"{kind}_text"))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, kind)

    def changeEvent(self, event: QEvent | None) -> None:
        if event is not None and event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._take_font()
        super().changeEvent(event)

    def _take_font(self) -> None:
        self._words = theme.sized_font(self.font(), 10, QFont.Weight.DemiBold)
        metrics = QFontMetricsF(self._words)
        self._widths = {k: metrics.horizontalAdvance(k) + theme.px(10) for k in EDGE_PATTERNS}
