"""The lane above the traces: a tab with the kind's word, or its pattern, over each bad span."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QEvent, QRectF, Qt
from PyQt6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QWidget

from ecogview.dsp.raster import EDGE_PATTERNS
from ecogview.model.session import Session
from ecogview.views import theme
from ecogview.views.follow import follow
from ecogview.views.span_drag import DragKind
from ecogview.views.span_gestures import Preview, SpanGestures
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
        self._gestures: SpanGestures | None = None
        self.setFixedHeight(theme.px(_TOP) + theme.px(TAB_HEIGHT) + theme.px(_BOTTOM))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing beneath is painted
        self.setMouseTracking(True)
        self.setAccessibleName("Bad spans")
        self._take_font()
        canvas.view_changed.connect(self.update)
        session.mask_changed.connect(self._on_changed)
        follow(session.selected_spans_changed, self._on_changed)

    def set_gestures(self, gestures: SpanGestures) -> None:
        """Show the tab that a drag would make."""
        self._gestures = gestures
        gestures.changed.connect(self.update)

    def _on_changed(self) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("canvas"))
        painter.translate(0, theme.px(_TOP))
        painter.setFont(self._words)
        self._paint_tabs(painter)
        self._paint_rings(painter)
        preview = None if self._gestures is None else self._gestures.preview
        if preview is not None:
            self._paint_preview(painter, preview)

    def _paint_tabs(self, painter: QPainter) -> None:
        picture, mask = self._canvas.prepared(), self._session.mask
        if picture is None or mask is None or not len(mask.bad):
            return
        picture.lane.paint(painter, picture.first, self._canvas.devicePixelRatioF())
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
                self._paint_word(painter, QRectF(left, 0, self._widths[kind], height), kind)

    def _paint_word(self, painter: QPainter, box: QRectF, kind: str) -> None:
        painter.fillRect(box, theme.colour(kind))
        painter.setPen(theme.colour(f"{kind}_text"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, kind)

    def _paint_rings(self, painter: QPainter) -> None:
        """Rings around the selected tabs; those that begin in one pixel share one."""
        selected, grid = self._session.selected_spans, self._canvas.grid
        if not len(selected) or grid is None:
            return
        left_edge, right_edge = self._canvas.sample_at(0), self._canvas.sample_at(self.width())
        bounds = selected.bounds
        seen = bounds[(bounds[:, 1] > left_edge) & (bounds[:, 0] < right_edge)]
        if not len(seen):
            return
        scale = self._canvas.width() / grid.length
        lefts = np.floor((seen[:, 0] - left_edge) * scale)
        rights = np.maximum((seen[:, 1] - left_edge) * scale, lefts + 4)
        lefts, firsts = np.unique(lefts, return_index=True)
        rights = np.maximum.reduceat(rights, firsts)
        height = theme.px(TAB_HEIGHT)
        # Two lines: one alone is lost on a tab of a like colour.
        for inset, token in ((0.0, "accent"), (2.0, "canvas")):
            painter.setPen(QPen(theme.colour(token), 2.0 if token == "accent" else 1.0))
            rings = [
                QRectF(left, -1, right - left, height + 2).adjusted(inset, inset, -inset, -inset)
                for left, right in zip(lefts.tolist(), rights.tolist(), strict=True)
                if right - left > 2 * inset + 1
            ]
            if rings:
                painter.drawRects(*rings)

    def _paint_preview(self, painter: QPainter, preview: Preview) -> None:
        if preview.kind is DragKind.SELECT:
            return
        left, right = (self._canvas.x_of(sample) for sample in preview.span)
        box = QRectF(left, 0, max(right - left, 2.0), theme.px(TAB_HEIGHT))
        word, token, text_token = "manual", "manual", "manual_text"
        if preview.kind is DragKind.UNMARK:
            word, token, text_token = "un-mark", "text", "canvas"
        painter.fillRect(box, theme.colour(token))
        seen = box.intersected(QRectF(self.rect())).adjusted(6, 0, -2, 0)
        if seen.width() >= painter.fontMetrics().horizontalAdvance(word):
            painter.setPen(theme.colour(text_token))
            middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.drawText(seen, middle, word)

    def changeEvent(self, event: QEvent | None) -> None:
        if event is not None and event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._take_font()
        super().changeEvent(event)

    def _take_font(self) -> None:
        self._words = theme.sized_font(self.font(), 10, QFont.Weight.DemiBold)
        metrics = QFontMetricsF(self._words)
        self._widths = {k: metrics.horizontalAdvance(k) + theme.px(10) for k in EDGE_PATTERNS}
