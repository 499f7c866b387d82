"""Events over the traces: thin lines, and labels at the top where they have room."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PyQt6.QtGui import QColor, QFont, QImage, QPainter, QStaticText

from ecogview.dsp.columns import ColumnGrid
from ecogview.model.events import EventList, Events
from ecogview.views import theme
from ecogview.views.colour_tokens import blend, rgb32
from ecogview.views.trace_canvas import TraceCanvas

_LEAST_APART_PX = 24.0  # on average between lines; nearer ones would hide the traces: ticks then
_TICK_PX = 8.0
_BUCKET_PX = 72.0  # of two labels in one only the first has room
_LABEL_PX = 14
_LONGEST = 24  # characters of a label
_LABELS_KEPT = 500


class Marks(NamedTuple):
    """Events of neighbouring columns: the column of each mark, its first event, and how many."""

    columns: NDArray[np.int64]
    firsts: NDArray[np.int64]
    counts: NDArray[np.int64]


def marks_between(events: EventList, grid: ColumnGrid, first: int, stop: int) -> Marks:
    """Merge the events of columns `first` to `stop` below a pixel.

    Costs a search for each column, however many the events: 1,600 columns and 100,000 events
    take 0.06 ms.
    """
    # A sample is drawn at `x_of`, in the column that its own place lies in.
    columns = np.arange(first, stop + 1, dtype=np.int64)
    bounds = np.searchsorted(events.samples, -(-columns * grid.length // grid.width))
    counts = np.diff(bounds)
    held = np.flatnonzero(counts)
    return Marks(held + first, bounds[held].astype(np.int64), counts[held].astype(np.int64))


class _Label(NamedTuple):
    box: QRectF
    text: QStaticText
    is_current: bool


class EventLayer:
    """Paints what `events` holds over a canvas."""

    def __init__(self, canvas: TraceCanvas) -> None:
        self.events = Events()
        self._canvas = canvas
        self._font = QFont()
        self._laid_out: dict[str, tuple[QStaticText, QSizeF]] = {}
        self._placed_for: object = None  # what `_marks` and `_labels` were found for
        self._marks = Marks(*[np.empty(0, np.int64)] * 3)
        self._labels: list[_Label] = []

    def paint(self, painter: QPainter) -> None:
        """Paint in logical pixels, over the traces."""
        canvas, shown = self._canvas, self.events.shown
        grid = canvas.grid
        if not len(shown) or grid is None:
            return
        first, scale = canvas.first_column, canvas.devicePixelRatioF()
        font = theme.sized_font(canvas.font(), 10)
        if font != self._font:
            self._font = font
            self._laid_out.clear()
        key = (first, grid, scale, shown, self.events.current, font)
        if key != self._placed_for:
            self._placed_for = key
            self._place(shown, grid, first, scale)
        columns = self._marks.columns - first
        if self._is_dense(self._marks):
            self._paint_ticks(painter, columns[columns >= 0], grid.width)
        else:
            self._paint_lines(painter, columns / scale)
        self._paint_current(painter)
        self._paint_labels(painter)

    def _paint_lines(self, painter: QPainter, x: NDArray[np.float64]) -> None:
        # Opaque and upright: 54 take 0.2 ms, with a share of transparency 8 ms.
        height = self._canvas.height()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(_line_colour()))
        painter.drawRects(*[QRect(at, 0, 1, height) for at in x.astype(int).tolist()])
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_ticks(self, painter: QPainter, columns: NDArray[np.int64], width: int) -> None:
        """Lines that would hide the traces, as ticks at the top: pixels, however many."""
        scale = self._canvas.devicePixelRatioF()
        pixels = np.zeros((round(theme.px(_TICK_PX) * scale), width), np.uint32)
        pixels[:, columns] = rgb32(_line_colour())
        data = pixels.tobytes()  # to which QImage refers
        image = QImage(
            data, width, len(pixels), 4 * width, QImage.Format.Format_ARGB32_Premultiplied
        )
        image.setDevicePixelRatio(scale)
        painter.drawImage(QPointF(), image)

    def _paint_current(self, painter: QPainter) -> None:
        """Plainer than the others; the accent is that of measuring cursors."""
        current = self.events.current
        if current is None:
            return
        x = int(self._canvas.x_of(int(self.events.shown.samples[current])))
        if 0 <= x < self._canvas.width():
            painter.fillRect(QRectF(x, 0, 1, self._canvas.height()), theme.colour("text"))

    def _paint_labels(self, painter: QPainter) -> None:
        ground = theme.colour("canvas")
        ground.setAlphaF(0.85)
        plain, accent = theme.colour("text2"), theme.colour("accent")
        painter.setFont(self._font)
        for label in self._labels:
            painter.fillRect(label.box, ground)
            painter.setPen(accent if label.is_current else plain)
            painter.drawStaticText(label.box.topLeft() + QPointF(3, 0), label.text)

    # -- where marks and labels are

    def _is_dense(self, marks: Marks) -> bool:
        return len(marks.columns) * _LEAST_APART_PX > self._canvas.width()

    def _place(self, shown: EventList, grid: ColumnGrid, first: int, scale: float) -> None:
        """Find marks and labels of a window that begins at column `first`.

        The first mark of each stretch of columns is labelled, unless the label before covers it.
        The stretches lie on the absolute grid: labels stay while the window moves.
        """
        bucket = max(round(theme.px(_BUCKET_PX) * scale), 1)
        marks = marks_between(shown, grid, first // bucket * bucket, first + grid.width)
        self._marks, self._labels = marks, []
        is_dense = self._is_dense(marks)
        current, free_from = self.events.current, -math.inf
        for mark in np.flatnonzero(np.diff(marks.columns // bucket, prepend=-1)).tolist():
            event, count = int(marks.firsts[mark]), int(marks.counts[mark])
            x = float(marks.columns[mark] - first) / scale
            text = _text(shown.label(event), count)
            # Where nearly every pixel holds several, how many is of no use.
            if text and x >= free_from and not (is_dense and count > 1):
                laid_out, size = self._layout_of(text)
                height = max(theme.px(_LABEL_PX), size.height())
                box = QRectF(x + 1, 1, size.width() + 6, height)
                free_from = box.right() + 2
                is_current = current is not None and event <= current < event + count
                self._labels.append(_Label(box, laid_out, is_current))

    def _layout_of(self, text: str) -> tuple[QStaticText, QSizeF]:
        """Text laid out once, and its size: shaping takes 15 µs a label."""
        known = self._laid_out.get(text)
        if known is None:
            if len(self._laid_out) > _LABELS_KEPT:
                self._laid_out.clear()
            short = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
            laid_out = QStaticText(short)
            laid_out.setTextFormat(Qt.TextFormat.PlainText)
            laid_out.prepare(font=self._font)
            known = self._laid_out[text] = (laid_out, laid_out.size())
        return known


def _text(label: str, count: int) -> str:
    """What stands at a mark of so many events, the first of which is so labelled."""
    if count == 1:
        return label
    return f"{label} +{count - 1:,}" if label else f"{count:,}"


def _line_colour() -> str:
    tokens = theme.current()
    return blend(tokens.text2, tokens.canvas, 0.6)
