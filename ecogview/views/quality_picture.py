"""The quality map with its strips, labels and axis as a picture of a given size; no mouse.

The overview bar, a large panel and a page on the disk are all painted by this. It works in the
pixels of the screen, so that cells, strips and frame meet to the pixel at any scale.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QFont, QImage, QPainter

from ecogview.data.mask_tracks import MaskTracks
from ecogview.dsp.colour_scale import TOP, UNKNOWN
from ecogview.dsp.columns import ColumnGrid
from ecogview.dsp.map_picture import MapPicture
from ecogview.dsp.raster import shaded_columns
from ecogview.dsp.runs import Runs
from ecogview.model.clock import axis_step, decimals_for, format_time
from ecogview.views import theme
from ecogview.views.colour_tokens import blend, rgb32
from ecogview.views.measured_map import Gap, MeasuredMap
from ecogview.views.row_labels import named_rows
from ecogview.views.trace_picture import lane_pixels

LEAST_LINE_PX = 88  # between numbers of the axis
_SMALL_PX = 9  # high are long labels
_MARK_PX = 5  # length of the mark at a bad channel
_CHANGES_PART = 4  # eighths of the strip that changes take, with a line that sets them off


@dataclass(frozen=True, slots=True)
class PictureLayout:
    """Where the parts lie, in pixels of the screen; `scale` of them are a logical one.

    The map has what is left between the strips.
    """

    width: int
    height: int
    scale: float
    left: int  # width of the gutter
    right: int  # margin
    top: int
    strip: int  # height of each
    gap: int
    looked_at: int
    axis: int

    @classmethod
    def of(
        cls, width: float, height: float, scale: float, *, gutter: float = 54, right: float = 8
    ) -> PictureLayout:
        """Lay out a picture of a logical size; `gutter` and `right` are sizes of the design."""

        def px(size: float) -> int:
            return max(round(theme.px(size) * scale), 1) if size else 0

        return cls(
            width=max(round(width * scale), px(gutter) + px(right) + 1),
            height=max(round(height * scale), px(40)),
            scale=scale,
            left=px(gutter),
            right=px(right),
            top=px(2),
            strip=px(8),
            gap=px(2),
            looked_at=px(3),
            axis=px(20),
        )

    @property
    def columns(self) -> slice:
        """Where time runs."""
        return slice(self.left, self.width - self.right)

    @property
    def n_columns(self) -> int:
        return self.width - self.right - self.left

    @property
    def strip_rows(self) -> slice:
        return slice(self.top, self.top + self.strip)

    @property
    def map_rows(self) -> slice:
        top = self.top + self.strip + self.gap
        return slice(top, max(self.looked_at_rows.start - self.gap, top + 1))

    @property
    def n_rows(self) -> int:
        return len(range(self.height)[self.map_rows])

    @property
    def looked_at_rows(self) -> slice:
        bottom = self.height - self.axis
        return slice(bottom - self.looked_at, bottom)

    def logical(self, columns: slice, rows: slice) -> QRectF:
        """A part in logical pixels."""
        return QRectF(
            columns.start / self.scale,
            rows.start / self.scale,
            (columns.stop - columns.start) / self.scale,
            (rows.stop - rows.start) / self.scale,
        )


class QualityPicture:
    """The picture, drawn part by part: each part only when what it shows has changed.

    `image` is RGB32 and carries the device pixel ratio. Colours are those of the theme in use when
    it was made.
    """

    def __init__(
        self, layout: PictureLayout, n_samples: int, sampling_rate: float, font: QFont
    ) -> None:
        self.layout = layout
        self._n_samples, self._sampling_rate = n_samples, sampling_rate
        self._tokens = theme.current()
        self.label_font = theme.sized_font(theme.numeral_font(font), 10)
        self._axis_font = theme.sized_font(theme.numeral_font(font), 11)
        self._grid = ColumnGrid(n_samples, layout.n_columns)
        self.image = QImage(layout.width, layout.height, QImage.Format.Format_RGB32)
        self.image.setDevicePixelRatio(layout.scale)
        self.image.fill(theme.colour("panel"))
        self._part(layout.strip_rows)[:] = rgb32(self._tokens.canvas)
        self._part(layout.map_rows)[:] = rgb32(self._tokens.canvas)
        self._draw_axis()

    def _part(self, rows: slice) -> NDArray[np.uint32]:
        """Pixels of the image itself, to be written at once: they move when it is shared."""
        bits = self.image.bits()
        bits.setsize(self.image.sizeInBytes())
        whole: NDArray[np.uint32] = np.frombuffer(bits, np.uint32)  # type: ignore[call-overload]
        return whole.reshape(self.layout.height, self.layout.width)[rows, self.layout.columns]

    # -- pixels

    def draw_spans(self, mask: MaskTracks | None) -> None:
        """Bad spans by kind, with the patterns of the lane above the traces."""
        tracks = {} if mask is None else mask.tracks()
        n = self.layout.n_columns
        topmost = np.zeros(n, np.uint8)
        for place, runs in enumerate(tracks.values(), start=1):
            topmost[shaded_columns(self._grid, 0, n, runs)[0]] = place
        self._part(self.layout.strip_rows)[:] = lane_pixels(
            tuple(tracks), topmost, 0, self.layout.strip, self._tokens
        )

    def draw_changes(self, added: Runs, removed: Runs) -> None:
        """What is not saved yet, over the lower part of the strip: removed as a broken line."""
        line = self.layout.strip * _CHANGES_PART // 8
        part = self._part(self.layout.strip_rows)[-line:]
        broken = np.arange(self.layout.n_columns) // line % 2 == 0
        grid, n = self._grid, self.layout.n_columns
        are_added, are_removed = (shaded_columns(grid, 0, n, r)[0] for r in (added, removed))
        part[:, are_added | are_removed] = rgb32(self._tokens.canvas)
        part[1:, are_added | (are_removed & broken)] = rgb32(self._tokens.accent)

    def draw_looked_at(self, runs: Runs) -> None:
        """What has been looked at, as a line under the map."""
        seen = shaded_columns(self._grid, 0, self.layout.n_columns, runs)[0]
        colours = (rgb32(self._tokens.looked_at), rgb32(self._tokens.panel))
        self._part(self.layout.looked_at_rows)[:] = np.where(seen, *colours).astype(np.uint32)

    def draw_map(
        self, measured: MeasuredMap, cells: MapPicture, first: int = 0, stop: int | None = None
    ) -> None:
        """The map, or its columns `first` to `stop` only.

        Parameters
        ----------
        measured : MeasuredMap
        cells : MapPicture
            Its cells, fitted to `layout.n_columns` and `layout.n_rows`.
        first, stop : int, optional
        """
        stop = self.layout.n_columns if stop is None else stop
        levels = cells.levels[:, first:stop]
        table = measured.table(is_dark=self._tokens.is_dark)
        pixels = table[np.clip(levels, 0, TOP)]
        unknown = levels == UNKNOWN
        if unknown.any():
            pixels = np.where(
                unknown, self._ground(measured.gaps(cells)[first:stop], first), pixels
            )
        self._part(self.layout.map_rows)[:, first:stop] = pixels

    def clear_map(self, note: str = "") -> None:
        """No map yet; or never, with a `note` that says why in its place."""
        layout = self.layout
        gaps = np.full(layout.n_columns, Gap.NONE if note else Gap.UNREAD, np.uint8)
        self._part(layout.map_rows)[:] = self._ground(gaps, 0)
        if note:
            painter = QPainter(self.image)
            painter.setFont(self._axis_font)
            painter.setPen(theme.colour("text2"))
            area = layout.logical(layout.columns, layout.map_rows)
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, note)
            painter.end()

    def _ground(self, gaps: NDArray[np.uint8], first: int) -> NDArray[np.uint32]:
        """What shows where no figure is: hatched as in the traces, fainter what is to come."""
        tokens = self._tokens
        strengths = {Gap.NONE: 0.0, Gap.UNREAD: 0.12, Gap.ZEROED: 0.35}
        inks = [rgb32(blend(tokens.disabled, tokens.canvas, strengths[gap])) for gap in Gap]
        x, y = np.arange(first, first + len(gaps)), np.arange(self.layout.n_rows)[:, None]
        hatch = np.array(inks, np.uint32)[gaps]
        ground: NDArray[np.uint32] = np.where((x + y) % 8 == 0, hatch, np.uint32(inks[Gap.NONE]))
        return ground

    # -- words

    def draw_labels(
        self, labels: Sequence[str], bad_rows: Iterable[int], *, ends_only: bool
    ) -> None:
        """Write names of the rows and marks at bad ones into the gutter.

        Parameters
        ----------
        labels : sequence of str
            Top to bottom.
        bad_rows : iterable of int
        ends_only : bool
            Name the first and the last one only; else as many as there is room for.
        """
        layout = self.layout
        painter = QPainter(self.image)
        gutter = layout.logical(slice(0, layout.left), slice(0, layout.height))
        painter.fillRect(gutter, theme.colour("panel"))
        area = layout.logical(slice(0, layout.left), layout.map_rows)
        row_height = area.height() / max(len(labels), 1)
        least = 1 / layout.scale
        for row in bad_rows:
            thickness = min(max(row_height - least, least), theme.px(2))
            middle = area.top() + (row + 0.5) * row_height
            painter.fillRect(
                QRectF(area.right() - theme.px(_MARK_PX + 1), middle - thickness / 2,
                       theme.px(_MARK_PX), thickness),
                theme.colour("text"),
            )  # fmt: skip
        painter.setPen(theme.colour("text2"))
        n_rows = len(labels)
        ends = sorted({0, n_rows - 1}) if n_rows else []
        for row in ends if ends_only else named_rows(n_rows, row_height):
            box = self.label_box(row, len(labels), within_map=ends_only)
            self.paint_label(painter, labels[row], box)
        painter.end()

    def label_box(self, row: int, n_rows: int, *, within_map: bool = True) -> QRectF:
        """Where the name of a row stands, in logical pixels: beside it, or moved into the map."""
        area = self.layout.logical(slice(0, self.layout.left), self.layout.map_rows)
        box = QRectF(0, 0, area.width() - theme.px(_MARK_PX + 6), theme.px(12))
        box.moveTop(area.top() + (row + 0.5) * area.height() / n_rows - box.height() / 2)
        if within_map:
            box.moveBottom(min(box.bottom(), area.bottom()))
            box.moveTop(max(box.top(), area.top()))
        return box

    def paint_label(self, painter: QPainter, label: str, box: QRectF) -> None:
        """Write the name of a row with the painter's pen, in a smaller font where it is long."""
        room = int(box.width()) - theme.px(4)
        painter.setFont(self.label_font)
        if painter.fontMetrics().horizontalAdvance(label) > room:
            painter.setFont(theme.sized_font(self.label_font, _SMALL_PX))
        text = painter.fontMetrics().elidedText(label, Qt.TextElideMode.ElideLeft, room)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)

    def _draw_axis(self) -> None:
        layout = self.layout
        bottom = layout.looked_at_rows.stop
        area = layout.logical(layout.columns, slice(bottom, layout.height))
        seconds_per_pixel = self._n_samples / self._sampling_rate / area.width()
        step_s = axis_step(seconds_per_pixel, theme.px(LEAST_LINE_PX))
        decimals = decimals_for(step_s)
        painter = QPainter(self.image)
        painter.setFont(self._axis_font)
        free_from = 0.0
        for number in range(math.floor(area.width() * seconds_per_pixel / step_s + 1e-9) + 1):
            x = area.left() + number * step_s / seconds_per_pixel
            painter.setPen(theme.colour("disabled"))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.top() + 3))
            text = format_time(number * step_s, decimals)
            box = QRectF(0, 0, painter.fontMetrics().horizontalAdvance(text) + 2, area.height() - 3)
            box.moveTopLeft(QPointF(x - box.width() / 2, area.top() + 3))
            box.moveLeft(min(max(box.left(), area.left()), area.right() - box.width()))
            if box.left() >= free_from:
                painter.setPen(theme.colour("text2"))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
                free_from = box.right() + theme.px(8)
        painter.end()
