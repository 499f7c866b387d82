"""Envelope in, pixels out: what the trace canvas shows, without a widget."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecogview.data.mask_tracks import MaskTracks
from ecogview.dsp import engine
from ecogview.dsp.beside import Beside
from ecogview.dsp.columns import ColumnGrid
from ecogview.dsp.raster import EDGE_PATTERNS, Background, Ground, Shading, background
from ecogview.dsp.ring import ColumnState, EnvelopeRing
from ecogview.model.processing import AppliedProcessing
from ecogview.services.column_reading import Samples
from ecogview.views.colour_tokens import Tokens, blend, rgb32
from ecogview.views.ring_image import RingImage
from ecogview.views.row_layout import RowLayout
from ecogview.views.sample_dots import SampleColumns

_LEAST_HALVED = 512  # columns: handing over half of fewer takes as long as it spares


@dataclass(frozen=True, eq=False, slots=True)
class TraceStyle:
    """Everything but the samples that decides how a column looks."""

    rows: tuple[int, ...]  # channels, top to bottom
    bad: frozenset[int]
    highlighted: frozenset[int]
    units_per_row: float
    offsets: NDArray[np.float32]  # (channels,), taken off before drawing
    mask: MaskTracks | None
    line_step: float  # samples between grid lines
    tokens: Tokens
    dot_size: int = 0  # pixels of a sample's dot; 0 draws none
    gains: NDArray[np.float64] | None = None  # (channels,), relative; None: all the same
    butterfly: bool = False  # all rows are one
    clipped: bool = False  # to the row
    colours: tuple[str, ...] | None = None  # of every channel; None: those of the theme

    def layout(self, height: float) -> RowLayout:
        gains = np.ones(len(self.offsets)) if self.gains is None else self.gains
        return RowLayout(self.rows, height, self.units_per_row, gains, self.butterfly, self.clipped)


class TracePicture:
    """The envelope ring and the image rings of one grid, kept in step.

    `first` is the leftmost column on the screen; `lane` holds the tabs of bad spans, as pixels of
    the same columns. `spare` is a picture no more needed: what of it has the right size is written
    over, for the pages of a fresh one take 0.7 ms to come. `beside` draws half of many columns.
    `known` is a picture of the same grid and another height: what it knows, both know from then on.
    """

    def __init__(
        self,
        grid: ColumnGrid,
        height: int,
        lane_height: int,
        n_channels: int,
        style: TraceStyle,
        spare: TracePicture | None = None,
        beside: Beside | None = None,
        known: TracePicture | None = None,
    ) -> None:
        if known is None:
            before = None if spare is None else spare.envelope
            self.envelope: EnvelopeRing = EnvelopeRing(grid, n_channels, before)
            self.samples = SampleColumns(self.envelope) if grid.interpolated else None
        else:
            self.envelope, self.samples = known.envelope, known.samples
        image, lane = (None, None) if spare is None else (spare.image, spare.lane)
        self.image: RingImage = _ring_image(grid.width, height, image)
        self.lane: RingImage = _ring_image(grid.width, lane_height, lane)
        self._beside = beside
        self.applied: AppliedProcessing | None = None  # what its columns went through
        self.first = 0
        self._drawn = np.full(grid.width, -1, np.int64)
        self._whole_at: int | None = None  # `first` at which no column is left to draw
        self.set_style(style)

    @property
    def grid(self) -> ColumnGrid:
        return self.envelope.grid

    @property
    def height(self) -> int:
        return self.image.height

    @property
    def stop(self) -> int:
        return self.first + self.grid.width

    @property
    def pixels_per_unit(self) -> float:
        return self.layout.pixels_per_unit

    @property
    def has_columns(self) -> bool:
        """Whether anything has been stored."""
        return self.envelope.holds_any

    def as_spare_of(self, other: TracePicture | None) -> TracePicture | None:
        """The picture itself where its memory may be written over: not what `other` knows, too."""
        return None if other is not None and other.envelope is self.envelope else self

    def set_style(self, style: TraceStyle) -> None:
        """Look different from the next `update` on; no sample is read for it."""
        self.style = style
        self.layout: RowLayout = style.layout(self.height)
        order, self._colours = _drawing_order(style)
        self._channels = np.array(style.rows, np.int64)[order]
        self._centres = self.layout.centres[order]
        self._scales = self.layout.scales.astype(np.float32)[self._channels]
        self._limits = np.ascontiguousarray(self.layout.limits[:, order])
        self._offsets = style.offsets
        if style.dot_size:  # as further channels, each drawn just after its line
            n_channels = len(style.offsets)
            self._channels = np.stack([self._channels, self._channels + n_channels], 1).ravel()
            self._centres = np.repeat(self._centres, 2)
            self._colours = np.repeat(self._colours, 2)
            self._scales = np.repeat(self._scales, 2)
            self._limits = np.repeat(self._limits, 2, axis=1)
            self._offsets = np.concatenate([style.offsets, np.zeros_like(style.offsets)])
        self._shadings = shadings(style.mask, style.tokens)
        self._ground = Ground(
            canvas=rgb32(style.tokens.canvas),
            grid_line=rgb32(style.tokens.grid),
            hatch=rgb32(blend(style.tokens.disabled, style.tokens.canvas, 0.35)),
        )
        self._forget_drawn()

    def store(
        self,
        first: int,
        low: NDArray[np.float32],
        high: NDArray[np.float32],
        states: NDArray[np.uint8],
        samples: Samples | None = None,
    ) -> None:
        """Keep what of a response lies on the screen."""
        start, stop = max(first, self.first), min(first + len(low), self.stop)
        if start < stop:
            part = slice(start - first, stop - first)
            self.envelope.store(start, low[part], high[part], states[part])
            if self.samples is not None:
                self.samples.store(start, stop, samples)
            self._forget_drawn(self.envelope.slots(start, stop))

    def _forget_drawn(self, slots: NDArray[np.int64] | slice = slice(None)) -> None:
        self._drawn[slots] = -1
        self._whole_at = None

    def update(self, first: int | None = None, stop: int | None = None) -> None:
        """Draw what is not yet drawn of the columns on the screen, from the envelope in memory.

        Only those of columns `first` to `stop` where these are given.
        """
        if self._whole_at == self.first:
            return
        envelope, style, grid = self.envelope, self.style, self.grid
        is_whole = first is None
        first = self.first if first is None else max(first, self.first)
        stop = self.stop if stop is None else min(stop, self.stop)
        on_screen = np.arange(first, stop)
        undrawn = np.flatnonzero(self._drawn[on_screen % grid.width] != on_screen)
        self._whole_at = self.first if is_whole else None
        if not len(undrawn):
            return
        columns = on_screen[undrawn[0] : undrawn[-1] + 1]
        first, stop = int(columns[0]), int(columns[-1]) + 1
        slots, states = columns % grid.width, envelope.states(first, stop)
        envelope.clear(columns[states == ColumnState.PENDING])
        ground = self._background(first, stop, slots, states)
        low, high = envelope.low, envelope.high
        if self.samples is not None and style.dot_size:
            low, high = self.samples.with_dots(
                columns, style.dot_size, style.offsets, self.layout.scales
            )
        kernel = engine.active().draw_columns

        def draw(part: slice) -> None:
            kernel(
                self.image.pixels, slots[part], low, high,
                self._channels, self._centres, self._colours, self._offsets,
                self._scales, self._limits,
                ground.fill[part], ground.ink[part], ground.pattern[part], columns[part],
            )  # fmt: skip

        middle = len(columns) // 2
        # Plain NumPy holds the interpreter's lock: two threads would only wait for each other.
        if self._beside is None or len(columns) < _LEAST_HALVED or not engine.is_compiled():
            draw(slice(None))
        else:  # 62 channels: 1.9 → 1.3 ms
            self._beside.halves(lambda: draw(slice(0, middle)), lambda: draw(slice(middle, None)))
        self.lane.pixels[:, slots] = lane_pixels(
            tuple(shading.kind for shading in self._shadings),
            ground.topmost, first, self.lane.height, style.tokens,
        )  # fmt: skip
        self._drawn[slots] = columns

    def _background(
        self, first: int, stop: int, slots: NDArray[np.int64], states: NDArray[np.uint8]
    ) -> Background:
        grid, style = self.grid, self.style
        step = style.line_step
        numbers = np.arange(np.ceil(grid.edge(first) / step), np.floor(grid.edge(stop) / step) + 1)
        return background(
            grid, first, stop, ground=self._ground, shadings=self._shadings,
            lines=np.round(numbers * step).astype(np.int64),
            zeroed=self.envelope.zeroed(slots), states=states,
        )  # fmt: skip


def _ring_image(width: int, height: int, spare: RingImage | None) -> RingImage:
    if spare is not None and (spare.width, spare.height) == (width, height):
        return spare
    return RingImage(width, height)


def shadings(mask: MaskTracks | None, tokens: Tokens) -> tuple[Shading, ...]:
    """How the spans of a mask are shaded, the most telling kind on top."""
    if mask is None:
        return ()
    return tuple(
        Shading(
            kind,
            runs,
            fill=rgb32(blend(getattr(tokens, kind), tokens.canvas, tokens.span_fill)),
            edge=rgb32(getattr(tokens, kind)),
            pattern=EDGE_PATTERNS[kind],
        )
        for kind, runs in mask.tracks().items()
        if len(runs)
    )


def lane_pixels(
    kinds: tuple[str, ...],
    topmost: NDArray[np.uint8],
    first: int,
    height: int,
    tokens: Tokens,
) -> NDArray[np.uint32]:
    """RGB32 pixels of the lane from column `first` on, shape (height, columns).

    hf has upright ticks, sat is solid, manual slanted; `topmost` is that of a `Background`.
    """
    pixels = np.full((height, len(topmost)), rgb32(tokens.canvas), np.uint32)
    for place, kind in enumerate(kinds, start=1):
        within = np.flatnonzero(topmost == place)
        if not len(within):
            continue
        colour = getattr(tokens, kind)
        full, faint = rgb32(colour), rgb32(blend(colour, tokens.canvas, 0.25))
        # Counted from the start of the recording, so that a pattern moves with its span.
        x, y = within + first, np.arange(height)[:, None]
        if kind == "sat":
            pixels[:, within] = full
        else:
            signed = (x + y) % 6 < 2 if kind == "manual" else x % 3 == 0
            pixels[:, within] = np.where(signed, full, faint)
    return pixels


def _drawing_order(style: TraceStyle) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Rows in the order in which they are drawn, and the pixel of each.

    Bad ones first, highlighted ones last, so that those lie on top.
    """
    tokens = style.tokens

    def level(row: int) -> int:
        channel = style.rows[row]
        return 2 if channel in style.highlighted else 0 if channel in style.bad else 1

    def colour(row: int) -> str:
        good = tokens.trace if style.colours is None else style.colours[style.rows[row]]
        return (tokens.bad_trace, good, tokens.accent)[level(row)]

    order = sorted(range(len(style.rows)), key=level)
    return np.array(order, np.int64), np.array([rgb32(colour(row)) for row in order], np.uint32)
