"""Columns of a window: from the samples, or from the pyramid as far as there is one. No Qt."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecogview.data.envelope_file import DamagedEnvelope, EnvelopeFile
from ecogview.data.envelope_spec import level_name
from ecogview.data.recording import Recording
from ecogview.dsp import engine
from ecogview.dsp.columns import ColumnGrid
from ecogview.dsp.envelope import bins_of, level_for
from ecogview.dsp.estimate import SignalEstimate, estimate_rows, estimate_signal
from ecogview.dsp.ring import ColumnState
from ecogview.errors import RecordingError
from ecogview.services.overview import KeptOverview, Overview, source_key

# What is read stays in a core's cache until it is reduced: 60 s of 62 channels (15 MB) take 2.3 ms
# in blocks of 512 KiB, 5.1 ms in blocks of 4 MiB. A planar block is one read a channel: larger.
_BLOCK_BYTES = {"interleaved": 1 << 19, "planar": 1 << 22}
_DELIVER_EVERY_S = 0.03
_PARTS = 4  # of a window: one is drawn in the GUI's thread while the next is read …
_LEAST_PART_S = 0.001  # … where reading it takes longer than handing it over (0.25 ms)
_LEVEL_PART_BYTES = 3 << 20  # of bins: 1 ms
_COARSE_BYTES = 200 << 20  # samples that take longer than 50 ms: a coarse picture comes first
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


class ColumnReader:
    """Reads columns of one recording; belongs to the loader's thread.

    `is_damaged` says whether the overview asked for last turned out to be.
    """

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._version = source_key(recording.info)
        self._kept: KeptOverview | None = None
        self._file: EnvelopeFile | None = None
        self.is_damaged = False

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
        self._kept = self._file = None

    def read(
        self,
        grid: ColumnGrid,
        first: int,
        stop: int,
        overview: Overview | None,
        is_stale: Callable[[], bool],
    ) -> Iterator[Columns]:
        """Columns `first` to `stop`, part by part, until `is_stale()`.

        Parts may come in any order, and coarse ones again in full.
        """
        info = self._recording.info
        level = None
        if overview is not None and overview.spec is not None:
            # The pass opened the file on its own: it may have found another version.
            overview = overview if overview.spec.source == self._version else None
        self._take(None if overview is None else overview.kept)
        if overview is not None:
            row_bytes = info.n_channels * info.dtype.itemsize
            level = level_for(grid, row_bytes, overview.levels.sizes)
        if overview is None or level is None:
            yield from self._from_samples(grid, first, stop, is_stale)
        elif self._opened() is not None:
            yield from self._from_kept(grid, first, stop, overview, level, is_stale)
        else:
            yield from self._from_memory(grid, first, stop, overview, level, is_stale)

    # -- from the pyramid

    def _take(self, kept: KeptOverview | None) -> None:
        """Forget what is known of another finished overview."""
        if kept is not self._kept:
            self.close()
            self._kept, self.is_damaged = kept, False

    def _opened(self) -> EnvelopeFile | None:
        """The finished overview, once there is one."""
        if self._file is None and self._kept is not None and not self.is_damaged:
            self._file = EnvelopeFile.open(self._kept.path, self._kept.spec)
            self.is_damaged = self._file is None
        return self._file

    def _from_kept(
        self,
        grid: ColumnGrid,
        first: int,
        stop: int,
        overview: Overview,
        level: int,
        is_stale: Callable[[], bool],
    ) -> Iterator[Columns]:
        file = self._file
        assert file is not None
        size = overview.levels.sizes[level]
        starts, stops = bins_of(grid, first, stop, size)
        n_kept = file.spec.arrays[level].shape[0]
        bin_bytes = file.spec.arrays[level].row_bytes
        n_parts = min(max(int(stops[-1] - starts[0]) * bin_bytes // _LEVEL_PART_BYTES, 1), _PARTS)
        at = np.linspace(0, stop - first, n_parts + 1).astype(int).tolist()
        for begin, end in pairwise(at):
            if begin == end:
                continue
            low_bin, high_bin = min(int(starts[begin]), n_kept), min(int(stops[end - 1]), n_kept)
            try:
                bins = file.read_rows(level_name(level), low_bin, high_bin)
            except DamagedEnvelope:
                self.is_damaged = True
                self._file = None
                file.close()
                yield from self._from_samples(grid, first + begin, stop, is_stale)
                return
            yield self._reduced(
                grid, first + begin, bins, starts[begin:end] - low_bin, stops[begin:end] - low_bin,
                final=first + end == stop,
            )  # fmt: skip
            if is_stale():
                return

    def _from_memory(
        self,
        grid: ColumnGrid,
        first: int,
        stop: int,
        overview: Overview,
        level: int,
        is_stale: Callable[[], bool],
    ) -> Iterator[Columns]:
        """What the pass has done by now at once, the rest from the samples, piece by piece."""
        levels = overview.levels
        bins = levels.levels.get(level)
        if bins is None:
            yield from self._from_samples(grid, first, stop, is_stale)
            return
        left = np.ones(stop - first, bool)
        is_first_turn = True
        while left.any():
            known = levels.known_columns(grid, first, stop) & left
            left &= ~known
            found = _stretches(known, first)
            for place, (begin, end) in enumerate(found, start=1):
                starts, stops = bins_of(grid, begin, end, levels.sizes[level])
                final = place == len(found) and not left.any()
                yield self._reduced(grid, begin, bins, starts, stops, final=final)
            unread = _stretches(left, first)
            if is_first_turn and self._sample_bytes(grid, unread) > _COARSE_BYTES:
                yield from self._coarse(grid, unread, is_stale)
                if is_stale():
                    return
            is_first_turn = False
            for begin, end in unread[:1]:
                # Not further than to where the pass may have come meanwhile.
                end = min(end, max(grid.column_of(grid.edge(begin) + levels.unit), begin + 1))
                left[begin - first : end - first] = False
                yield from self._sampled(grid, begin, end, is_stale, is_last=not left.any())
            if is_stale():
                return

    def _reduced(
        self,
        grid: ColumnGrid,
        first: int,
        bins: NDArray[Any],
        starts: NDArray[np.int64],
        stops: NDArray[np.int64],
        *,
        final: bool,
    ) -> Columns:
        low, high = self._blank(len(starts))
        engine.active().min_max_bins(bins, starts, stops, low, high)
        n_samples = self._recording.info.n_samples
        states = _states(grid.edges(first, first + len(starts)), n_samples, n_samples)
        return Columns(first, low, high, states, final=final, covers=final)

    # -- from the samples

    def _from_samples(
        self, grid: ColumnGrid, first: int, stop: int, is_stale: Callable[[], bool]
    ) -> Iterator[Columns]:
        if self._sample_bytes(grid, [(first, stop)]) > _COARSE_BYTES:
            yield from self._coarse(grid, [(first, stop)], is_stale)
            if is_stale():
                return
        yield from self._sampled(grid, first, stop, is_stale, is_last=True)

    def _sample_bytes(self, grid: ColumnGrid, stretches: list[tuple[int, int]]) -> int:
        info = self._recording.info
        n_samples = sum(grid.edge(stop) - grid.edge(first) for first, stop in stretches)
        return n_samples * info.n_channels * info.dtype.itemsize

    def _sampled(
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
        low, high = self._blank(stop - first)
        edges = grid.edges(first, stop)
        if start_row >= stop_row:  # beyond the end: the file has been replaced by a shorter one
            states = np.full(stop - first, ColumnState.MISSING, np.uint8)
            yield Columns(first, low, high, states, final=is_last, covers=is_last)
            return
        block = max(_BLOCK_BYTES[info.layout] // (info.n_channels * info.dtype.itemsize), 1)
        if grid.interpolated:
            block = stop_row - start_row
        samples = None
        done, delivered_s = 0, time.monotonic()
        for first_row in range(start_row, stop_row, block):
            last_row = min(first_row + block, stop_row)
            rows, failure = read_rows(self._recording, first_row, last_row)
            reached = first_row + len(rows)
            if grid.interpolated:
                engine.active().interpolate_rows(
                    rows, first_row, first, grid.length, grid.width, low, high
                )
                samples = Samples(first_row, np.asarray(rows, np.float32))
            elif len(rows):
                # Only the columns that this block touches, the one before included: the first row
                # may be the one that it shares with its neighbour.
                near = max(grid.column_of(first_row - 1) - first, 0)
                after = grid.column_of(reached - 1) - first + 1
                engine.active().min_max_rows(
                    rows, first_row, edges[near : after + 1], low[near:after], high[near:after]
                )
            is_whole = last_row == stop_row or reached < last_row
            # A column is whole once the next one's first sample has been read.
            ready = len(low) if is_whole else grid.column_of(reached - 1) - first
            now_s = time.monotonic()
            waited_s = now_s - delivered_s
            is_part = waited_s > _LEAST_PART_S and _PARTS * (ready - done) > len(low)
            is_due = is_part or waited_s > _DELIVER_EVERY_S
            if is_whole or (ready > done and is_due):
                part = slice(done, ready)
                states = _states(edges[done : ready + 1], reached, info.n_samples)
                final = is_whole and is_last
                yield Columns(
                    first + done, low[part], high[part], states,
                    final=final, covers=final, failure=failure, samples=samples,
                )  # fmt: skip
                done, delivered_s = ready, now_s
            if is_whole or is_stale():
                return

    def _coarse(
        self, grid: ColumnGrid, stretches: list[tuple[int, int]], is_stale: Callable[[], bool]
    ) -> Iterator[Columns]:
        """Columns of which a few samples are read; where there is no time, their neighbour's."""
        n_samples = self._recording.info.n_samples
        until_s = time.monotonic() + _COARSE_S
        for place, (first, stop) in enumerate(stretches):
            low, high = self._blank(stop - first)
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

    def _blank(self, n_columns: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        shape = (n_columns, self._recording.info.n_channels)
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


def _stretches(flags: NDArray[np.bool_], first: int) -> list[tuple[int, int]]:
    """Where flags are set, counted from `first`: half-open stretches."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])))) + first
    return [(int(begin), int(end)) for begin, end in edges.reshape(-1, 2)]


def _states(edges: NDArray[np.int64], reached: int, n_samples: int) -> NDArray[np.uint8]:
    """Whether the samples of columns, as far as there ever were any, lie before `reached`."""
    states = np.full(len(edges) - 1, ColumnState.READ, np.uint8)
    if reached <= edges[-1]:
        states[np.minimum(edges[1:], n_samples) > reached] = ColumnState.PARTLY_MISSING
        states[edges[:-1] >= reached] = ColumnState.MISSING
    return states
