"""The lane above the traces: a tab with the kind's word, or its pattern, over each bad span."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QFont, QImage, QPainter, QPaintEvent
from PyQt6.QtWidgets import QWidget

from ecogview.dsp.raster import shaded_columns
from ecogview.dsp.runs import Runs
from ecogview.model.session import Session
from ecogview.views import theme
from ecogview.views.colour_tokens import Tokens, blend, rgb32
from ecogview.views.trace_canvas import TraceCanvas

KINDS = ("hf", "sat", "manual")  # the later one lies on top


class SpanLane(QWidget):
    """Tabs of what the canvas shades.

    Painted as pixels, column by column like the traces, words on top where there is room:
    1,000 tabs drawn one by one took 8 ms a frame.
    """

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
        if grid is None or mask is None or not len(mask.bad):
            return
        scale, first = self._canvas.devicePixelRatioF(), self._canvas.first_column
        columns = {
            kind: shaded_columns(grid, first, first + grid.width, getattr(mask, kind))
            for kind in KINDS
        }
        if not any(shaded.any() for shaded in columns.values()):
            return
        top = theme.px(3)
        height = round((self.height() - top - theme.px(2)) * scale)
        pixels = lane_pixels(columns, first, height, theme.current())
        image = QImage(  # type: ignore[call-overload]  # PyQt's stubs know bytes only
            pixels.data, grid.width, height, 4 * grid.width, QImage.Format.Format_RGB32
        )
        image.setDevicePixelRatio(scale)
        painter.drawImage(QPointF(0, top), image)
        painter.setFont(theme.sized_font(self.font(), 10, QFont.Weight.DemiBold))
        for kind, shaded in columns.items():
            self._paint_words(painter, kind, Runs.from_bool(shaded).bounds / scale, top)

    def _paint_words(
        self, painter: QPainter, kind: str, tabs: NDArray[np.float64], top: int
    ) -> None:
        width = painter.fontMetrics().horizontalAdvance(kind) + theme.px(10)
        for left, _ in tabs[tabs[:, 1] - tabs[:, 0] >= width]:
            box = QRectF(left, top, width, self.height() - top - theme.px(2))
            painter.fillRect(box, theme.colour(kind))
            painter.setPen(theme.colour(f"{kind}_text"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, kind)


def lane_pixels(
    columns: dict[str, NDArray[np.bool_]], first: int, height: int, tokens: Tokens
) -> NDArray[np.uint32]:
    """RGB32 pixels of the lane, (height, columns): hf upright ticks, sat solid, manual slanted."""
    n = len(next(iter(columns.values())))
    # Counted from the start of the recording, so that a pattern moves with its span.
    x = np.arange(first, first + n)
    row = np.full(n, rgb32(tokens.canvas), np.uint32)
    for kind, signed in (("hf", x % 3 == 0), ("sat", True)):
        full, faint = _pixels_of(kind, tokens)
        np.copyto(row, np.where(signed, full, faint), where=columns[kind])
    pixels = np.repeat(row[None, :], height, axis=0)
    manual = columns["manual"]
    if manual.any():
        full, faint = _pixels_of("manual", tokens)
        slanted = (x[manual] + np.arange(height)[:, None]) % 6 < 2
        pixels[:, manual] = np.where(slanted, full, faint)
    return pixels


def _pixels_of(kind: str, tokens: Tokens) -> tuple[np.uint32, np.uint32]:
    colour = getattr(tokens, kind)
    return np.uint32(rgb32(colour)), np.uint32(rgb32(blend(colour, tokens.canvas, 0.25)))
