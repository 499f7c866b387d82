"""The lane above the traces: a tab with the kind's word, or its pattern, over each bad span."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QEvent, QPointF, QRectF, Qt
from PyQt6.QtGui import QFont, QFontMetricsF, QImage, QPainter, QPaintEvent
from PyQt6.QtWidgets import QWidget

from ecogview.dsp.raster import EDGE_PATTERNS, shaded_columns
from ecogview.dsp.runs import Runs
from ecogview.model.session import Session
from ecogview.views import theme
from ecogview.views.colour_tokens import Tokens, blend, rgb32
from ecogview.views.trace_canvas import TraceCanvas


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
        self._take_font()
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
        stop = first + grid.width
        left, right = grid.edge(first - 1), grid.edge(stop) + 1
        columns = {
            kind: shaded_columns(grid, first, stop, runs)
            for kind, runs in mask.tracks().items()
            if len(runs.clip(left, right))
        }
        columns = {kind: shaded for kind, shaded in columns.items() if shaded.any()}
        if not columns:
            return
        tabs = {kind: Runs.from_bool(shaded) for kind, shaded in columns.items()}
        # Only as wide a picture as there are tabs: mostly one or two.
        low = min(int(runs.bounds[0, 0]) for runs in tabs.values())
        high = max(int(runs.bounds[-1, 1]) for runs in tabs.values())
        columns = {kind: shaded[low:high] for kind, shaded in columns.items()}
        top = theme.px(3)
        height = round((self.height() - top - theme.px(2)) * scale)
        pixels = lane_pixels(columns, first + low, height, theme.current())
        image = QImage(  # type: ignore[call-overload]  # PyQt's stubs know bytes only
            pixels.data, high - low, height, 4 * (high - low), QImage.Format.Format_RGB32
        )
        image.setDevicePixelRatio(scale)
        painter.drawImage(QPointF(low / scale, top), image)
        painter.setFont(self._words)
        for kind, runs in tabs.items():
            self._paint_words(painter, kind, runs.bounds / scale, top)

    def _paint_words(
        self, painter: QPainter, kind: str, tabs: NDArray[np.float64], top: int
    ) -> None:
        width = self._widths[kind]
        for left, _ in tabs[tabs[:, 1] - tabs[:, 0] >= width]:
            box = QRectF(left, top, width, self.height() - top - theme.px(2))
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


def lane_pixels(
    columns: dict[str, NDArray[np.bool_]], first: int, height: int, tokens: Tokens
) -> NDArray[np.uint32]:
    """RGB32 pixels of the lane, (height, columns): hf upright ticks, sat solid, manual slanted."""
    n = len(next(iter(columns.values())))
    # Counted from the start of the recording, so that a pattern moves with its span.
    x = np.arange(first, first + n)
    y = np.arange(height)[:, None]
    pixels = np.full((height, n), rgb32(tokens.canvas), np.uint32)
    for kind, shaded in columns.items():
        colour = getattr(tokens, kind)
        full, faint = rgb32(colour), rgb32(blend(colour, tokens.canvas, 0.25))
        within = x[shaded]
        if kind == "manual":
            pixels[:, shaded] = np.where((within + y) % 6 < 2, full, faint)
        else:
            pixels[:, shaded] = np.where(within % 3 == 0, full, faint) if kind == "hf" else full
    return pixels
