"""Columns of processed samples, and what is shown while wide views wait for theirs. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ecogview.data.recording import Recording
from ecogview.dsp import engine, filter_plain
from ecogview.dsp.beside import Beside
from ecogview.dsp.columns import ColumnGrid
from ecogview.dsp.envelope import bin_sizes, level_for
from ecogview.dsp.estimate import SignalEstimate
from ecogview.dsp.ring import ColumnState
from ecogview.dsp.trend import Lines
from ecogview.errors import RecordingError
from ecogview.model.processing import AppliedProcessing
from ecogview.services.column_reading import ColumnReader, Columns
from ecogview.services.filtered_overview import FilteredOverview
from ecogview.services.overview import KeptOverview, Overview
from ecogview.services.processed_blocks import ProcessedBlocks
from ecogview.services.processed_reading import ProcessedReader, gains_of
from ecogview.services.sample_reading import blank, states_of

_LONG = 6_000_000  # samples times channels to process for a picture: 20 ms, 30 with a median
_PART_BLOCKS = 4  # of a window: one part is drawn in the GUI's thread while the next is made


@dataclass(frozen=True, eq=False, slots=True)
class ShownColumns:
    """Columns, and whether a filter or a reference is still missing from them."""

    columns: Columns
    is_unfiltered: bool = False


class ProcessedColumns:
    """Reads processed columns of one recording; belongs to the loader's thread.

    `is_damaged` says whether the filtered overview asked for last turned out to be.

    Parameters
    ----------
    recording : Recording
    unprocessed : ColumnReader
        Of the same recording.
    estimate : SignalEstimate
        Of the same recording.
    """

    def __init__(
        self, recording: Recording, unprocessed: ColumnReader, estimate: SignalEstimate
    ) -> None:
        self._recording = recording
        self._unprocessed = unprocessed
        self._estimate = estimate
        self._beside = Beside("processing, other half")
        self._applied: AppliedProcessing | None = None
        self._reader: ProcessedReader | None = None
        self._blocks: ProcessedBlocks | None = None
        self._columns: ColumnReader | None = None
        self._damaged: KeptOverview | None = None
        self.is_damaged = False

    def close(self) -> None:
        if self._columns is not None:
            self._columns.close()
        self._beside.close()
        self._applied = self._reader = self._blocks = self._columns = None

    def read(
        self,
        applied: AppliedProcessing,
        grid: ColumnGrid,
        first: int,
        stop: int,
        overview: Overview | None,
        filtered: FilteredOverview | None,
        is_stale: Callable[[], bool],
    ) -> Iterator[ShownColumns]:
        """Columns `first` to `stop`, part by part, until `is_stale()`.

        Parameters
        ----------
        applied : AppliedProcessing
        grid : ColumnGrid
        first, stop : int
            Columns.
        overview : Overview or None
            What the pass knows of the recording.
        filtered : FilteredOverview or None
            What the filtered pass knows of it; left aside if made with another processing.
        is_stale : callable
        """
        self.is_damaged = False
        info = self._recording.info
        row_bytes = info.n_channels * info.dtype.itemsize
        level = level_for(grid, row_bytes, bin_sizes(info.n_samples))
        if level is None:
            yield from self._from_samples(applied, grid, first, stop, is_stale)
        elif not applied.processing.needs_samples:
            for part in self._unprocessed.read(grid, first, stop, overview, is_stale):
                yield ShownColumns(self._resized(applied, grid, part))
        else:
            if filtered is not None and not filtered.is_of(applied, info):
                filtered = None
            yield from self._wide(applied, grid, first, stop, level, overview, filtered, is_stale)

    # -- from samples

    def _from_samples(
        self,
        applied: AppliedProcessing,
        grid: ColumnGrid,
        first: int,
        stop: int,
        is_stale: Callable[[], bool],
    ) -> Iterator[ShownColumns]:
        blocks, columns = self._opened(applied)
        blocks.set_length(grid.length)
        n_samples = self._recording.info.n_samples
        start_row, stop_row = grid.rows_needed(first, stop, n_samples)
        n_to_make = blocks.n_to_make(start_row, max(stop_row, start_row))
        is_long = n_to_make * self._recording.info.n_channels > _LONG
        is_slow = n_to_make > 0 and engine.filters() is filter_plain
        if (is_long or is_slow) and 2 * (stop - first) > grid.width:
            for part in self._unprocessed.read(grid, first, stop, None, is_stale):
                yield self._pending(applied, grid, part)
                if is_stale():
                    return
        while first < stop:
            end = stop
            if not grid.interpolated:
                block = grid.edge(first) // blocks.block + _PART_BLOCKS
                end = min(max(grid.column_of(block * blocks.block - 1), first + 1), stop)
            is_last = end == stop
            for part in self._sampled(blocks, columns, grid, first, end, is_stale):
                yield ShownColumns(
                    replace(part, final=part.final and is_last, covers=part.covers and is_last)
                )
            if is_stale():
                return
            first = end

    def _sampled(
        self,
        blocks: ProcessedBlocks,
        columns: ColumnReader,
        grid: ColumnGrid,
        first: int,
        stop: int,
        is_stale: Callable[[], bool],
    ) -> Iterator[Columns]:
        n_samples = self._recording.info.n_samples
        start_row, stop_row = grid.rows_needed(first, stop, n_samples)
        if start_row < stop_row:
            with suppress(RecordingError):  # reading the columns tells
                if grid.edge(stop) <= n_samples and blocks.can_reduce(start_row, stop_row):
                    low, high = blank(self._recording, stop - first)
                    edges = grid.edges(first, stop)
                    if blocks.reduce(edges, low, high):
                        states = states_of(edges, n_samples, n_samples)
                        yield Columns(first, low, high, states, final=True, covers=True)
                        return
                blocks.prepare(start_row, stop_row)
        yield from columns.read(grid, first, stop, None, is_stale)

    def _opened(self, applied: AppliedProcessing) -> tuple[ProcessedBlocks, ColumnReader]:
        if self._blocks is None or self._columns is None or applied != self._applied:
            sizes = None
            if self._columns is not None:
                self._columns.close()
            before = None if self._applied is None else self._applied.of_whole
            if self._reader is not None and before == applied.of_whole:
                # An edit of the mask leaves the sizes as they are: 50 ms of reading spared.
                sizes = self._reader.sizes
            recording = self._recording
            self._reader = ProcessedReader(
                recording.read_rows, recording.info, applied, self._estimate, sizes
            )
            self._blocks = ProcessedBlocks(recording, self._reader, self._beside)
            self._columns = ColumnReader(self._blocks)
            self._applied = applied
        return self._blocks, self._columns

    # -- from a pyramid

    def _wide(
        self,
        applied: AppliedProcessing,
        grid: ColumnGrid,
        first: int,
        stop: int,
        level: int,
        overview: Overview | None,
        filtered: FilteredOverview | None,
        is_stale: Callable[[], bool],
    ) -> Iterator[ShownColumns]:
        """Columns as far as the filtered pass has come, those it has not come to as recorded."""
        known = np.zeros(stop - first, bool)
        kept = None if filtered is None else filtered.kept
        if kept is not None:
            self.is_damaged = kept is self._damaged
            known[:] = not self.is_damaged
        elif filtered is not None and level in filtered.levels.levels:
            known = filtered.levels.known_columns(grid, first, stop)
        columns = self._opened(applied)[1]
        stretches = _stretches(known, first)
        # What is filtered comes last, so that nothing unfiltered is laid over it.
        stretches.sort(key=lambda stretch: stretch[2])
        for place, (begin, end, is_known) in enumerate(stretches):
            is_last = place == len(stretches) - 1
            reader, source = (columns, filtered) if is_known else (self._unprocessed, overview)
            for part in reader.read(grid, begin, end, source, is_stale):
                if is_known:
                    if columns.is_damaged:
                        self.is_damaged, self._damaged = True, kept
                    shown = ShownColumns(self._enlarged(applied, part))
                else:
                    shown = self._pending(applied, grid, part)
                final, covers = part.final and is_last, part.covers and is_last
                yield replace(shown, columns=replace(shown.columns, final=final, covers=covers))
            if is_stale():
                return

    def _pending(self, applied: AppliedProcessing, grid: ColumnGrid, part: Columns) -> ShownColumns:
        """Columns as recorded, to be asked for again."""
        states = part.states.copy()
        states[states == ColumnState.READ] = ColumnState.COARSE
        part = self._resized(applied, grid, part)
        return ShownColumns(replace(part, states=states, final=False), is_unfiltered=True)

    def _resized(self, applied: AppliedProcessing, grid: ColumnGrid, part: Columns) -> Columns:
        """Columns as recorded with all done to them that low and high are enough for."""
        processing, reader = applied.processing, self._reader
        lines, sizes = Lines.level(self._estimate.offset), self._estimate.rms
        if processing.detrend == "linear":
            self._opened(applied)
            reader = self._reader
        if reader is not None and self._applied == applied:
            lines, sizes = reader.lines, sizes if reader.sizes is None else reader.sizes
        edges = grid.edges(part.first, part.first + len(part.low))
        taken_off = lines.at((edges[:-1] + edges[1:]) / 2)
        zero = ~(part.low.any(axis=1) | part.high.any(axis=1))
        low, high = part.low - taken_off, part.high - taken_off
        low[zero] = high[zero] = 0
        part = replace(part, low=low, high=high, samples=None)
        return _multiplied(part, gains_of(processing, sizes))

    def _enlarged(self, applied: AppliedProcessing, part: Columns) -> Columns:
        """Filtered columns as large as they are to be shown."""
        self._opened(applied)
        assert self._reader is not None
        return _multiplied(part, self._reader.gains)


def _multiplied(part: Columns, gains: NDArray[np.float32] | np.float32 | None) -> Columns:
    """Columns of a multiple of the samples, of negative ones if need be."""
    if gains is None:
        return part
    unknown = part.low > part.high
    with np.errstate(invalid="ignore"):  # infinite where nothing is known, times 0
        one, other = part.low * gains, part.high * gains
    low, high = np.minimum(one, other), np.maximum(one, other)
    low[unknown], high[unknown] = np.inf, -np.inf
    return replace(part, low=low, high=high)


def _stretches(flags: NDArray[np.bool_], first: int) -> list[tuple[int, int, bool]]:
    """Stretches of equal flags, counted from `first`, and the flag of each."""
    inner = np.flatnonzero(flags[1:] != flags[:-1]) + 1
    edges = [0, *inner.tolist(), len(flags)]
    return [
        (first + begin, first + end, bool(flags[begin]))
        for begin, end in pairwise(edges)
        if begin < end
    ]
