"""Columns of a window: from the samples, or from the pyramid as far as there is one. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
from ecogview.services.overview import KeptOverview, Pyramid
from ecogview.services.sample_reading import (
    COARSE_BYTES,
    Columns,
    SampleReader,
    Samples,
    blank,
    estimate_of,
    states_of,
)

__all__ = ["ColumnReader", "Columns", "Samples", "estimate_of"]

_LEVEL_PART_BYTES = 3 << 20  # of bins: 1 ms
_LEVEL_PARTS = 4
_PIECE_BYTES = 1 << 20


class ColumnReader:
    """Reads columns of one recording; belongs to the loader's thread.

    `is_damaged` says whether the overview asked for last turned out to be.
    """

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._version = recording.info.source
        self._samples = SampleReader(recording)
        self._kept: KeptOverview | None = None
        self._file: EnvelopeFile | None = None
        self._piece: NDArray[Any] | None = None  # of bins as they are read
        self.is_damaged = False

    def close(self) -> None:
        self._samples.close()
        self._forget_kept()

    def _forget_kept(self) -> None:
        if self._file is not None:
            self._file.close()
        self._kept = self._file = self._piece = None

    def read(
        self,
        grid: ColumnGrid,
        first: int,
        stop: int,
        overview: Pyramid | None,
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
            self._forget_kept()
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
        overview: Pyramid,
        level: int,
        is_stale: Callable[[], bool],
    ) -> Iterator[Columns]:
        file = self._file
        assert file is not None
        size = overview.levels.sizes[level]
        starts, stops = bins_of(grid, first, stop, size)
        bin_bytes = file.spec.arrays[level].row_bytes
        n_parts = min(
            max(int(stops[-1] - starts[0]) * bin_bytes // _LEVEL_PART_BYTES, 1), _LEVEL_PARTS
        )
        at = np.linspace(0, stop - first, n_parts + 1).astype(int).tolist()
        for begin, end in pairwise(at):
            if begin == end:
                continue
            try:
                low, high = self._read_kept(file, level, starts[begin:end], stops[begin:end])
            except DamagedEnvelope:
                self.is_damaged = True
                self._file = None
                file.close()
                yield from self._from_samples(grid, first + begin, stop, is_stale)
                return
            yield self._columns(grid, first + begin, low, high, final=first + end == stop)
            if is_stale():
                return

    def _read_kept(
        self, file: EnvelopeFile, level: int, starts: NDArray[np.int64], stops: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Low and high of columns, by pieces that stay in the cache: 38 MB took 12 ms, now 5."""
        spec = file.spec.arrays[level]
        low, high = blank(self._recording, len(starts))
        most = max(_PIECE_BYTES // spec.row_bytes, int((stops - starts).max()))
        piece = self._piece
        if piece is None or len(piece) < most:
            self._piece = piece = np.empty((most, *spec.shape[1:]), spec.dtype)
        done = 0
        while done < len(starts):
            begin = int(starts[done])
            end = int(np.searchsorted(stops, begin + most, "right"))
            here = slice(done, end)
            stop = min(int(stops[end - 1]), spec.shape[0])
            bins = file.read_rows(level_name(level), min(begin, stop), stop, piece)
            engine.active().min_max_bins(
                bins, starts[here] - begin, stops[here] - begin, low[here], high[here]
            )
            done = end
        return low, high

    def _from_memory(
        self,
        grid: ColumnGrid,
        first: int,
        stop: int,
        overview: Pyramid,
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
                low, high = blank(self._recording, len(starts))
                engine.active().min_max_bins(bins, starts, stops, low, high)
                yield self._columns(grid, begin, low, high, final=final)
            unread = _stretches(left, first)
            if is_first_turn and self._samples.n_bytes_of(grid, unread) > COARSE_BYTES:
                yield from self._samples.coarse(grid, unread, is_stale)
                if is_stale():
                    return
            is_first_turn = False
            for begin, end in unread[:1]:
                # Not further than to where the pass may have come meanwhile.
                end = min(end, max(grid.column_of(grid.edge(begin) + levels.unit), begin + 1))
                left[begin - first : end - first] = False
                yield from self._samples.sampled(grid, begin, end, is_stale, is_last=not left.any())
            if is_stale():
                return

    def _columns(
        self,
        grid: ColumnGrid,
        first: int,
        low: NDArray[np.float32],
        high: NDArray[np.float32],
        *,
        final: bool,
    ) -> Columns:
        n_samples = self._recording.info.n_samples
        states = states_of(grid.edges(first, first + len(low)), n_samples, n_samples)
        return Columns(first, low, high, states, final=final, covers=final)

    # -- from the samples

    def _from_samples(
        self, grid: ColumnGrid, first: int, stop: int, is_stale: Callable[[], bool]
    ) -> Iterator[Columns]:
        if self._samples.n_bytes_of(grid, [(first, stop)]) > COARSE_BYTES:
            yield from self._samples.coarse(grid, [(first, stop)], is_stale)
            if is_stale():
                return
        yield from self._samples.sampled(grid, first, stop, is_stale, is_last=True)


def _stretches(flags: NDArray[np.bool_], first: int) -> list[tuple[int, int]]:
    """Where flags are set, counted from `first`: half-open stretches."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])))) + first
    return [(int(begin), int(end)) for begin, end in edges.reshape(-1, 2)]
