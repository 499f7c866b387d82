"""Columns of a window made of samples, on two threads where there are many. No Qt."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecogview.data.recording import Recording
from ecogview.dsp import engine
from ecogview.dsp.beside import Beside
from ecogview.dsp.columns import ColumnGrid
from ecogview.dsp.estimate import SignalEstimate, estimate_rows, estimate_signal
from ecogview.dsp.ring import ColumnState
from ecogview.errors import RecordingError

# What is read stays in a core's cache until it is reduced: 60 s of 62 channels (15 MB) take 2.3 ms
# in blocks of 1 or 2 MiB. Smaller ones want the interpreter's lock too often while the GUI works,
# larger ones leave the cache. A planar block is one read a channel: larger.
_BLOCK_BYTES = {"interleaved": 1 << 20, "planar": 1 << 22}
_DELIVER_EVERY_S = 0.03
# Drawing a column of 512 channels takes plain NumPy 0.1 s: it would keep the kernels from loading.
_SLOWER_PLAIN = 30
# Blocks between looks at the clock and at newer requests: as many as a fast disk reads in 3 ms.
_PIECE_BYTES = 16 << 20
_SLOW_S = 0.03  # a piece that took longer is followed by one half as long, down to a block …
_FAST_S = 0.01  # … and one that took less by one twice as long
_LEAST_HALVED_BYTES = 4 << 20  # of a piece: half of it is read in a second thread, 2.3 → 1.4 ms
COARSE_BYTES = 200 << 20  # samples that take longer than 50 ms: a coarse picture comes first
_COARSE_ROWS = 64  # read of a column for it
_COARSE_STRIDE = 32  # columns between the first ones that are read
_COARSE_S = 0.15  # what is not looked at by then looks like its neighbour: a slow share takes long


@dataclass(frozen=True, eq=False, slots=True)
class Samples:
    """Samples from `first` on as they are in the file: (samples, channels), float32."""

    first: int
    rows: NDArray[np.float32]


@dataclass(frozen=True, eq=False, slots=True)
class Columns:
    """Columns from `first` on; `low` and `high` of shape (columns, channels), float32.

    `final` on the last ones of a request; `covers` where with these all columns asked for are
    known, if only coarsely; `failure` says why samples could not be read. `samples` are those
    that the columns are made of, where each is the nearest one to some column: below 2 a pixel.
    """

    first: int
    low: NDArray[np.float32]
    high: NDArray[np.float32]
    states: NDArray[np.uint8]
    final: bool = False
    covers: bool = False
    failure: RecordingError | None = None
    samples: Samples | None = None


class SampleReader:
    """Reads samples into columns; belongs to the loader's thread, and has one more beside it.

    Both threads call `Recording.read_rows`.
    """

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._beside = Beside("window loader, other half")
        self._piece_bytes = _PIECE_BYTES

    def close(self) -> None:
        self._beside.close()

    def n_bytes_of(self, grid: ColumnGrid, stretches: list[tuple[int, int]]) -> int:
        info = self._recording.info
        n_samples = sum(grid.edge(stop) - grid.edge(first) for first, stop in stretches)
        return n_samples * info.n_channels * info.dtype.itemsize

    def sampled(
        self,
        grid: ColumnGrid,
        first: int,
        stop: int,
        is_stale: Callable[[], bool],
        *,
        is_last: bool,
    ) -> Iterator[Columns]:
        info = self._recording.info
        start_row, stop_row = grid.rows_needed(first, stop, info.n_samples)
        low, high = blank(self._recording, stop - first)
        edges = grid.edges(first, stop)
        if start_row >= stop_row:  # beyond the end: the file has been replaced by a shorter one
            states = np.full(stop - first, ColumnState.MISSING, np.uint8)
            yield Columns(first, low, high, states, final=is_last, covers=is_last)
            return
        if grid.interpolated:
            yield self._interpolated(grid, first, stop, (start_row, stop_row), is_last=is_last)
            return
        row_bytes = info.n_channels * info.dtype.itemsize
        first_row, done, delivered_s = start_row, 0, time.monotonic()
        while first_row < stop_row:
            began_s = time.monotonic()
            piece = max(min(self._piece_bytes, _PIECE_BYTES) // row_bytes, 1)
            last_row = min(first_row + piece, stop_row)
            reached, failure = self._take_in(grid, first, first_row, last_row, edges, low, high)
            is_whole = last_row == stop_row or reached < last_row
            # A column is whole once the next one's first sample has been read.
            ready = len(low) if is_whole else grid.column_of(reached - 1) - first
            now_s = time.monotonic()
            self._adapt(now_s - began_s)
            every_s = _DELIVER_EVERY_S * (1 if engine.is_compiled() else _SLOWER_PLAIN)
            if is_whole or (ready > done and now_s - delivered_s > every_s):
                part = slice(done, ready)
                states = states_of(edges[done : ready + 1], reached, info.n_samples)
                final = is_whole and is_last
                yield Columns(
                    first + done, low[part], high[part], states,
                    final=final, covers=final, failure=failure,
                )  # fmt: skip
                done, delivered_s = ready, now_s
            if is_whole or is_stale():
                return
            first_row = last_row

    def _interpolated(
        self, grid: ColumnGrid, first: int, stop: int, span: tuple[int, int], *, is_last: bool
    ) -> Columns:
        """Columns of the line between samples `span`, of which there are few."""
        rows, failure = read_rows(self._recording, *span)
        low, high = blank(self._recording, stop - first)
        engine.active().interpolate_rows(rows, span[0], first, grid.length, grid.width, low, high)
        n_samples = self._recording.info.n_samples
        states = states_of(grid.edges(first, stop), span[0] + len(rows), n_samples)
        samples = Samples(span[0], np.asarray(rows, np.float32))
        return Columns(
            first, low, high, states,
            final=is_last, covers=is_last, failure=failure, samples=samples,
        )  # fmt: skip

    def _adapt(self, took_s: float) -> None:
        """Let the next piece be as long as the disk is fast."""
        if took_s > _SLOW_S:
            least = _BLOCK_BYTES[self._recording.info.layout]
            self._piece_bytes = max(self._piece_bytes // 2, least)
        elif took_s < _FAST_S:
            self._piece_bytes = min(self._piece_bytes * 2, _PIECE_BYTES)

    def _take_in(
        self,
        grid: ColumnGrid,
        first: int,
        first_row: int,
        last_row: int,
        edges: NDArray[np.int64],
        low: NDArray[np.float32],
        high: NDArray[np.float32],
    ) -> tuple[int, RecordingError | None]:
        """Reduce samples; return how far they could be read, and why no further."""
        info = self._recording.info

        def take(start: int, stop: int, near: int, after: int) -> tuple[int, RecordingError | None]:
            block = max(_BLOCK_BYTES[info.layout] // (info.n_channels * info.dtype.itemsize), 1)
            for at in range(start, stop, block):
                rows, failure = read_rows(self._recording, at, min(at + block, stop))
                reached = at + len(rows)
                if len(rows):
                    # Only the columns that this block touches, the one before included: the first
                    # row may be the one that it shares with its neighbour.
                    left = max(grid.column_of(at - 1) - first, near)
                    right = min(grid.column_of(reached - 1) - first + 1, after)
                    engine.active().min_max_rows(
                        rows, at, edges[left : right + 1], low[left:right], high[left:right]
                    )
                if reached < min(at + block, stop):
                    return reached, failure
            return stop, None

        near = max(grid.column_of(first_row - 1) - first, 0)
        after = min(grid.column_of(last_row - 1) - first + 1, len(low))
        middle = (near + after) // 2
        n_bytes = (last_row - first_row) * info.n_channels * info.dtype.itemsize
        if n_bytes < _LEAST_HALVED_BYTES or middle == near:
            return take(first_row, last_row, near, after)
        # Either half has columns of its own; the sample at the edge between belongs to both.
        row = int(edges[middle])
        (reached, failure), rest = self._beside.halves(
            lambda: take(first_row, row + 1, near, middle),
            lambda: take(row, last_row, middle, after),
        )
        if reached == row + 1:
            return rest
        low[middle:after], high[middle:after] = np.inf, -np.inf  # read just before it was cut
        return reached, failure

    def coarse(
        self, grid: ColumnGrid, stretches: list[tuple[int, int]], is_stale: Callable[[], bool]
    ) -> Iterator[Columns]:
        """Columns of which a few samples are read; where there is no time, their neighbour's."""
        n_samples = self._recording.info.n_samples
        until_s = time.monotonic() + _COARSE_S
        for place, (first, stop) in enumerate(stretches):
            low, high = blank(self._recording, stop - first)
            nearest = np.zeros(stop - first, np.int64)
            for column, stride in _spread(stop - first):
                start = grid.edge(first + column)
                end = min(start + _COARSE_ROWS, grid.edge(first + column + 1), n_samples)
                rows, _ = read_rows(self._recording, min(start, end), end)
                here = slice(column, column + 1)
                edges = np.array([start, end], np.int64)
                engine.active().min_max_rows(rows, start, edges, low[here], high[here], 0)
                nearest[column : column + stride] = column
                if is_stale() or time.monotonic() > until_s:
                    break
            states = np.full(stop - first, ColumnState.COARSE, np.uint8)
            covers = place == len(stretches) - 1
            yield Columns(first, low[nearest], high[nearest], states, covers=covers)


def blank(recording: Recording, n_columns: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Low and high of columns of which nothing is known."""
    shape = (n_columns, recording.info.n_channels)
    return np.full(shape, np.inf, np.float32), np.full(shape, -np.inf, np.float32)


def read_rows(
    recording: Recording, start: int, stop: int
) -> tuple[NDArray[Any], RecordingError | None]:
    """Samples ``[start, stop)``; none, and why, where they cannot be read."""
    try:
        return recording.read_rows(start, stop), None
    except RecordingError as error:
        info = recording.info
        return np.empty((0, info.n_channels), info.dtype), error


def estimate_of(recording: Recording) -> SignalEstimate:
    """Constant and size of each channel; what cannot be read is left out."""
    info = recording.info
    spans = estimate_rows(info.n_samples, info.sampling_rate)
    return estimate_signal((read_rows(recording, *span)[0] for span in spans), info.n_channels)


def _spread(n_columns: int) -> Iterator[tuple[int, int]]:
    """Every column once, far apart ones first, and how many from it on it stands for till then."""
    stride = _COARSE_STRIDE
    yield from ((column, n_columns) for column in range(0, n_columns, stride))
    while stride > 1:
        yield from ((column, stride // 2) for column in range(stride // 2, n_columns, stride))
        stride //= 2


def states_of(edges: NDArray[np.int64], reached: int, n_samples: int) -> NDArray[np.uint8]:
    """Whether the samples of columns, as far as there ever were any, lie before `reached`."""
    states = np.full(len(edges) - 1, ColumnState.READ, np.uint8)
    if reached <= edges[-1]:
        states[np.minimum(edges[1:], n_samples) > reached] = ColumnState.PARTLY_MISSING
        states[edges[:-1] >= reached] = ColumnState.MISSING
    return states
