"""The lane above the traces: a tab with the kind's word, or its pattern, over each bad span."""

from __future__ import annotations

import math

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PyQt6.QtWidgets import QWidget

from ecogview.dsp.raster import shaded_columns
from ecogview.dsp.runs import Runs
from ecogview.model.session import Session
from ecogview.views import theme
from ecogview.views.trace_canvas import TraceCanvas

_KINDS = ("hf", "sat", "manual")


class SpanLane(QWidget):
    """Tabs of what the canvas shades; as many as there are pixels at most."""

    def __init__(self, session: Session, canvas: TraceCanvas, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._canvas = canvas
        self.setFixedHeight(theme.px(20))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing beneath is painted
        self.setAccessibleName("Bad spans")
        canvas.view_changed.connect(self.update)
        session.mask_changed.connect(self._on_mask_changed)

    def _on_mask_changed(self) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("canvas"))
        grid, mask = self._canvas.grid, self._session.mask
        if grid is None or mask is None:
            return
        painter.setFont(theme.sized_font(self.font(), 10, QFont.Weight.DemiBold))
        scale = self._canvas.devicePixelRatioF()
        first = self._canvas.first_column
        for kind in _KINDS:
            shaded = shaded_columns(grid, first, first + grid.width, getattr(mask, kind))
            for start, stop in Runs.from_bool(shaded):
                box = QRectF(start / scale, 3, (stop - start) / scale, self.height() - 5)
                self._paint_tab(painter, kind, box)

    @staticmethod
    def _paint_tab(painter: QPainter, kind: str, box: QRectF) -> None:
        width = painter.fontMetrics().horizontalAdvance(kind) + 10
        worded = box.width() >= width
        colour = theme.colour(kind)
        if worded:
            painter.fillRect(QRectF(box.left(), box.top(), width, box.height()), colour)
            painter.setPen(theme.colour(f"{kind}_text"))
            painter.drawText(
                QRectF(box.left() + 5, box.top(), width, box.height()),
                Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
                kind,
            )
            box = box.adjusted(width, 0, 0, 0)
        paint_pattern(painter, kind, box, colour)


def paint_pattern(painter: QPainter, kind: str, box: QRectF, colour: QColor) -> None:
    """Fill a box with the sign of a kind: hf upright ticks, sat solid, manual slanted."""
    if box.width() <= 0:
        return
    if kind == "sat" or box.width() < 3:
        painter.fillRect(box, colour)
        return
    faint = QColor(colour)
    faint.setAlphaF(0.25)
    painter.fillRect(box, faint)
    painter.save()
    painter.setClipRect(box)
    painter.setPen(colour)
    slant = box.height() if kind == "manual" else 0.0
    step = 5 if kind == "manual" else 3
    x = math.floor(box.left() - slant) + 0.5
    while x < box.right():
        painter.drawLine(QPointF(x, box.bottom()), QPointF(x + slant, box.top()))
        x += step
    painter.restore()
