"""Paints the trace panel with shapes and text on any device: SVG, PDF, or pixels at any scale."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from ecogview.dsp.raster import shaded_columns
from ecogview.dsp.ring import ColumnState
from ecogview.dsp.runs import Runs
from ecogview.model.clock import axis_step, decimals_for, format_time, nice_step
from ecogview.services.column_reading import Columns
from ecogview.views import theme
from ecogview.views.amounts import format_round
from ecogview.views.canvas_style import LEAST_LINE_PX
from ecogview.views.colour_legend import LegendLayout
from ecogview.views.colour_tokens import blend
from ecogview.views.hatching import slanted_lines
from ecogview.views.picture_content import PictureContent
from ecogview.views.sample_dots import dot_size
from ecogview.views.shown_names import paint_lacking
from ecogview.views.trace_canvas import TAB_HEIGHT
from ecogview.views.trace_colours import legend_of
from ecogview.views.unfiltered_columns import are_unfiltered, paint_pending
from ecogview.views.vector_events import paint_events
from ecogview.views.vector_gutter import paint_gutter
from ecogview.views.vector_header import paint_header
from ecogview.views.vector_traces import sample_points, trace_lines

_LEAST_SCALE_BAR_PX = 24
_PEN_PX = 0.7  # wide is a trace: half a point
_SELECTED_FILL = 0.14
_TAB_TOP = 3  # free above the tabs of the lane
_STYLES = {
    "hf": Qt.PenStyle.DotLine,
    "sat": Qt.PenStyle.SolidLine,
    "manual": Qt.PenStyle.DashLine,
}


def paint_picture(
    painter: QPainter,
    content: PictureContent,
    columns: Columns,
    *,
    piece: int | None = None,
    is_stale: Callable[[], bool] = lambda: False,
) -> None:
    """Paint the panel in logical pixels; `piece` cuts lines into so many points each.

    Nothing relies on the painter to clip: not every device does. Once `is_stale()`, traces are
    left out: nobody wants the picture any more.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _Page(painter, content, columns).paint(piece, is_stale)


class _Page:
    def __init__(self, painter: QPainter, content: PictureContent, columns: Columns) -> None:
        self.painter, self.content, self.columns = painter, content, columns
        self.canvas, self.tokens = content.canvas, content.tokens

    def paint(self, piece: int | None, is_stale: Callable[[], bool]) -> None:
        whole = QRectF(QPointF(0, 0), self.content.size)
        self.painter.fillRect(whole, QColor(self.tokens.canvas))
        self._paint_grid()
        self._paint_hatching()
        self._paint_spans()
        self._paint_traces(piece, is_stale)
        self._paint_pending()
        paint_events(self.painter, self.content)
        self._paint_selection()
        # Over what of the traces leaves the canvas.
        page, canvas = QColor(self.tokens.canvas), self.canvas
        below = canvas.bottom()
        self.painter.fillRect(QRectF(0, 0, whole.width(), canvas.top()), page)
        self.painter.fillRect(QRectF(0, below, whole.width(), whole.height() - below), page)
        self._paint_lane()
        paint_gutter(self.painter, self.content)
        paint_header(self.painter, self.content)
        self._paint_axis()
        self._paint_scale_bar()
        self._paint_legend()

    def _pen(self, token: str, width: float = 1.0) -> QPen:
        return QPen(QColor(getattr(self.tokens, token)), width)

    def _font(self, size: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        return theme.sized_font(self.content.font, size, weight)

    # -- beneath the traces

    def _axis_times(self) -> tuple[list[float], int]:
        """Times of the grid lines in seconds, and the decimals that tell them apart."""
        rate, window = self.content.info.sampling_rate, self.content.window
        step_s = axis_step(window.length / rate / self.canvas.width(), LEAST_LINE_PX)
        first = math.ceil(window.start / rate / step_s - 1e-9)
        last = math.floor(window.stop / rate / step_s + 1e-9)
        return [number * step_s for number in range(first, last + 1)], decimals_for(step_s)

    def _x_of_time(self, time_s: float) -> float:
        return self.content.x_of(time_s * self.content.info.sampling_rate)

    def _paint_grid(self) -> None:
        self.painter.setPen(self._pen("grid"))
        for time_s in self._axis_times()[0]:
            x = self._x_of_time(time_s)
            self.painter.drawLine(QLineF(x, self.canvas.top(), x, self.canvas.bottom()))

    def _x_of_column(self, column: int) -> float:
        """Left edge of a column, counted from the first one, within the canvas."""
        grid = self.content.grid
        x = self.content.x_of((self.columns.first + column) * grid.length / grid.width)
        return min(max(x, self.canvas.left()), self.canvas.right())

    def _stretches(self, flags: NDArray[np.bool_]) -> list[QRectF]:
        """Boxes over the canvas where columns are flagged."""
        top, height = self.canvas.top(), self.canvas.height()
        edges = [
            (self._x_of_column(start), self._x_of_column(stop))
            for start, stop in Runs.from_bool(flags)
        ]
        return [QRectF(left, top, right - left, height) for left, right in edges]

    def _paint_hatching(self) -> None:
        """Slanted lines where every sample is 0, or none can be read."""
        states, low, high = self.columns.states, self.columns.low, self.columns.high
        is_zero = ~(low.any(axis=1) | high.any(axis=1))
        is_known = (states == ColumnState.READ) | (states == ColumnState.COARSE)
        ink = QColor(blend(self.tokens.disabled, self.tokens.canvas, 0.35))
        self.painter.setPen(QPen(ink, 1.0))
        for box in self._stretches(is_zero | ~is_known):
            self.painter.drawLines(*slanted_lines(box))

    def _paint_spans(self) -> None:
        grid, mask = self.content.grid, self.content.mask
        first = self.columns.first
        for kind, runs in {} if mask is None else mask.tracks().items():
            shaded, edges = shaded_columns(grid, first, first + grid.width, runs)
            colour = getattr(self.tokens, kind)
            fill = QColor(blend(colour, self.tokens.canvas, self.tokens.span_fill))
            for box in self._stretches(shaded):
                self.painter.fillRect(box, fill)
            self.painter.setPen(QPen(QColor(colour), 1.0, _STYLES[kind]))
            for column in np.flatnonzero(edges).tolist():
                # At the outer side of its column: where the span starts or stops.
                stops = column > 0 and bool(shaded[column - 1])
                x = self._x_of_column(column + stops)
                self.painter.drawLine(QLineF(x, self.canvas.top(), x, self.canvas.bottom()))

    # -- traces

    def _paint_traces(self, piece: int | None, is_stale: Callable[[], bool]) -> None:
        content, painter = self.content, self.painter
        n_rows, colours = len(content.rows), content.colours

        def level(row: int) -> int:
            channel = content.rows[row]
            return 2 if channel in content.selected else 0 if channel in content.bad else 1

        # The size of dots is that on the screen, where each pixel is a column.
        grid = content.grid
        size = dot_size(
            type(grid)(grid.length, round(self.canvas.width())), content.layout.row_height, 1
        )
        for row in sorted(range(n_rows), key=level):
            if is_stale():
                return
            good = self.tokens.trace if colours is None else colours[content.rows[row]]
            colour = QColor((self.tokens.bad_trace, good, self.tokens.accent)[level(row)])
            pen = QPen(colour, _PEN_PX)
            pen.setJoinStyle(Qt.PenJoinStyle.BevelJoin)  # of a zigzag, others stand out
            painter.setPen(pen)
            for line in trace_lines(content, self.columns, row):
                step = len(line) if piece is None else piece
                for start in range(0, max(len(line) - 1, 1), step):
                    points = line[start : start + step + 1].tolist()
                    painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))
            if size:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour)
                for x, y in sample_points(content, self.columns, row).tolist():
                    painter.drawEllipse(QPointF(x, y), size / 2, size / 2)
                painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_pending(self) -> None:
        """Tell columns that are still as recorded, and rows that are empty, as the screen does."""
        content, columns = self.content, self.columns
        flags = are_unfiltered(columns.states, content.applied)
        paint_pending(self.painter, self._stretches(flags), self.tokens)
        if content.butterfly or flags.all():
            return
        names, left = content.names, self._x_of_column(int(np.argmin(flags))) + 6
        lacking = [row for row, c in enumerate(content.rows) if names.lacks_neighbour(c)]
        middles = self.canvas.top() + (np.array(lacking) + 0.5) * content.row_height
        paint_lacking(
            self.painter, left, middles.tolist(), content.row_height, self._font(10),
            colour=QColor(self.tokens.text2), ground=QColor(self.tokens.canvas),
        )  # fmt: skip

    def _paint_selection(self) -> None:
        content, canvas = self.content, self.canvas
        if content.selection is None:
            return
        left, right = (content.x_of(sample) for sample in content.selection)
        box = QRectF(left, canvas.top(), right - left, canvas.height()).intersected(canvas)
        if box.isEmpty():
            return
        colour = QColor(self.tokens.accent)
        for top in (box.top(), box.bottom() - 3):  # brackets
            self.painter.fillRect(QRectF(box.left(), top, box.width(), 3), colour)
        self.painter.setPen(QPen(colour, 1.0))
        for edge in (left, right):
            if canvas.left() <= edge <= canvas.right():
                self.painter.drawLine(QLineF(edge, box.top(), edge, box.bottom()))
        colour.setAlphaF(_SELECTED_FILL)
        self.painter.fillRect(box, colour)

    # -- around the traces

    def _paint_lane(self) -> None:
        grid, mask = self.content.grid, self.content.mask
        first, painter = self.columns.first, self.painter
        font = self._font(10, QFont.Weight.DemiBold)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        for kind, runs in {} if mask is None else mask.tracks().items():
            shaded, _ = shaded_columns(grid, first, first + grid.width, runs)
            colour = QColor(getattr(self.tokens, kind))
            faint = QColor(blend(getattr(self.tokens, kind), self.tokens.canvas, 0.25))
            word = metrics.horizontalAdvance(kind) + theme.px(10)
            for stretch in self._stretches(shaded):
                top = self.content.header + theme.px(_TAB_TOP)
                tab = QRectF(stretch.left(), top, stretch.width(), theme.px(TAB_HEIGHT))
                painter.fillRect(tab, colour if kind == "sat" else faint)
                painter.setPen(QPen(colour, 1.0))
                if kind == "hf":
                    count = int(tab.width() // 3) + 1
                    places = [tab.left() + 0.5 + 3 * i for i in range(count)]
                    painter.drawLines(*[QLineF(x, tab.top(), x, tab.bottom()) for x in places])
                elif kind == "manual":
                    painter.setPen(QPen(colour, 1.4))
                    painter.drawLines(*slanted_lines(tab))
                if tab.width() >= word:
                    named = QRectF(tab.left(), tab.top(), word, tab.height())
                    painter.fillRect(named, colour)
                    painter.setPen(self._pen(f"{kind}_text"))
                    painter.drawText(named, Qt.AlignmentFlag.AlignCenter, kind)

    def _paint_axis(self) -> None:
        painter, canvas = self.painter, self.canvas
        top, end = canvas.bottom(), self.content.size.width()
        painter.setPen(self._pen("border"))
        painter.drawLine(QLineF(canvas.left(), top + 0.5, end, top + 0.5))
        times, decimals = self._axis_times()
        font = self._font(11)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        room = QRectF(0, top + 5, 0, self.content.axis - 6)
        middle = Qt.AlignmentFlag.AlignCenter
        for time_s in times:
            x = self._x_of_time(time_s)
            painter.setPen(self._pen("disabled"))
            painter.drawLine(QLineF(x, top + 1, x, top + 5))
            text = format_time(time_s, decimals)
            room.setWidth(metrics.horizontalAdvance(text) + 2)
            room.moveLeft(min(x - room.width() / 2, end - room.width()))
            painter.setPen(self._pen("text2"))
            painter.drawText(room, middle, text)
        has_hours = self.content.window.stop / self.content.info.sampling_rate >= 3600
        unit = QRectF(0, room.top(), canvas.left() - 6, room.height())
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(self._font(10))
        painter.setPen(self._pen("disabled"))
        if not times or self._x_of_time(times[0]) - canvas.left() > canvas.left() / 2:
            painter.drawText(unit, right, "h:min:s" if has_hours else "min:s")

    def _paint_scale_bar(self) -> None:
        content, painter = self.content, self.painter
        if not content.rows:
            return
        pixels_per_unit = content.layout.pixels_per_unit
        amount = nice_step(_LEAST_SCALE_BAR_PX / pixels_per_unit)
        length = amount * pixels_per_unit
        text = format_round(amount, content.units)
        font = self._font(11)
        width = QFontMetricsF(font).horizontalAdvance(text) + theme.px(28)
        box = QRectF(0, 0, width, max(length + 16, 26))
        box.moveBottomRight(self.canvas.bottomRight() - QPointF(8, 8))
        painter.setPen(self._pen("border"))
        painter.setBrush(QColor(self.tokens.panel))
        painter.drawRoundedRect(box, 5, 5)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setFont(font)
        painter.setPen(self._pen("text"))
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box.adjusted(8, 0, -18, 0), left, text)
        x, middle = box.right() - 10.5, box.center().y()
        painter.drawLine(QLineF(x, middle - length / 2, x, middle + length / 2))
        for end in (middle - length / 2, middle + length / 2):
            painter.drawLine(QLineF(x - 3, end, x + 3, end))

    def _paint_legend(self) -> None:
        content, canvas = self.content, self.canvas
        colours = legend_of(content.info.channels, content.colouring, self.tokens)
        if colours:
            legend = LegendLayout(content.colouring, colours, content.font, canvas.width() / 2)
            lower_left = canvas.bottomLeft() + QPointF(8, -8 - legend.size.height())
            legend.paint(self.painter, lower_left, self.tokens)
