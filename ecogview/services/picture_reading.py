"""All columns of a picture at once, for a file instead of the screen. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ecogview.data.recording import Recording
from ecogview.dsp import engine, filter_plain
from ecogview.dsp.beside import Beside
from ecogview.dsp.columns import ColumnGrid
from ecogview.dsp.envelope import bin_sizes, level_for
from ecogview.dsp.estimate import SignalEstimate
from ecogview.dsp.ring import ColumnState
from ecogview.model.processing import AppliedProcessing
from ecogview.services.column_reading import ColumnReader, Columns
from ecogview.services.filtered_overview import FilteredOverview
from ecogview.services.overview import Overview
from ecogview.services.processed_blocks import ProcessedBlocks
from ecogview.services.processed_columns import ProcessedColumns
from ecogview.services.processed_reading import ProcessedReader

_MOST = 500_000_000  # samples times channels to process for a picture: 2 to 6 s
_MOST_PLAIN = 20_000_000  # … while the compiled kernels are not there
_MOST_BLOCK = 8_000_000  # samples times channels: 32 MB
_PIECE_BLOCKS = 4  # between looks at `is_stale`


class PictureColumns(NamedTuple):
    """Columns, and from what share of them, 0 to 1, a filter or a reference is still missing."""

    columns: Columns
    unfiltered: float = 0.0


@dataclass(frozen=True, eq=False, slots=True)
class PictureProcessing:
    """What the samples of a picture go through.

    `on_screen` are the columns of the panel: where it is made of samples, so is the picture.
    `filtered` is what the filtered pass has come to, if anything.
    """

    applied: AppliedProcessing
    estimate: SignalEstimate
    on_screen: ColumnGrid
    filtered: FilteredOverview | None = None


def read_all_columns(
    recording: Recording,
    grid: ColumnGrid,
    first: int,
    overview: Overview | None,
    is_stale: Callable[[], bool],
) -> Columns | None:
    """Read as many columns from `first` on as the grid is wide, in their final resolution.

    Parameters
    ----------
    recording : Recording
        Of the thread that calls this.
    grid : ColumnGrid
    first : int
        The leftmost column.
    overview : Overview or None
        What the pass knows of it: wide grids are read from there.
    is_stale : callable
        Asked now and then whether nobody wants them any more.

    Returns
    -------
    Columns or None
        With `samples` where there are less than two a column; None where it became stale.

    Raises
    ------
    RecordingError
        If samples cannot be read.
    """
    reader = ColumnReader(recording)
    try:
        parts = reader.read(grid, first, first + grid.width, overview, is_stale)
        gathered = _gathered(recording, grid, first, ((part, False) for part in parts), is_stale)
    finally:
        reader.close()
    return None if gathered is None else gathered.columns


def read_processed_columns(
    recording: Recording,
    grid: ColumnGrid,
    first: int,
    overview: Overview | None,
    is_stale: Callable[[], bool],
    processing: PictureProcessing,
) -> PictureColumns | None:
    """Read columns as `read_all_columns` does, processed as those on the screen are.

    What the panel makes of samples, or of the filtered pyramid, is made of them here. Where it
    still waits for the pyramid, samples are processed if there are not too many; beyond, what is
    unfiltered on the screen is so in the picture.
    """
    info, applied = recording.info, processing.applied
    is_near = _level(recording, processing.on_screen) is None
    most = _MOST_PLAIN if engine.filters() is filter_plain else _MOST
    is_feasible = grid.length * info.n_channels <= most
    needs_samples = applied.processing.needs_samples

    def of_samples() -> PictureColumns | None:
        parts = _processed(recording, grid, first, is_stale, processing, is_near=is_near)
        return _gathered(recording, grid, first, ((part, False) for part in parts), is_stale)

    filtered = processing.filtered
    is_made = filtered is not None and filtered.is_of(applied, info) and filtered.is_complete
    if is_near or (needs_samples and is_feasible and not is_made):
        return of_samples()
    unprocessed = ColumnReader(recording)
    reader = ProcessedColumns(recording, unprocessed, processing.estimate)
    try:
        stop = first + grid.width
        read = reader.read(applied, grid, first, stop, overview, filtered, is_stale)
        parts = ((shown.columns, shown.is_unfiltered) for shown in read)
        found = _gathered(recording, grid, first, parts, is_stale)
    finally:
        reader.close()
        unprocessed.close()
    if found is not None and found.unfiltered and is_feasible:
        return of_samples()  # what was kept of the pass turned out to be damaged
    return found


def _level(recording: Recording, grid: ColumnGrid) -> int | None:
    info = recording.info
    row_bytes = info.n_channels * info.dtype.itemsize
    return level_for(grid, row_bytes, bin_sizes(info.n_samples))


def _processed(
    recording: Recording,
    grid: ColumnGrid,
    first: int,
    is_stale: Callable[[], bool],
    processing: PictureProcessing,
    *,
    is_near: bool,
) -> Iterator[Columns]:
    """All columns of a grid made of processed samples, however wide it is."""
    info, stop = recording.info, first + grid.width
    reader = ProcessedReader(recording.read_rows, info, processing.applied, processing.estimate)
    beside = Beside("picture, other half")
    blocks = ProcessedBlocks(recording, reader, beside)
    # Near, the blocks of the panel, and so its samples to the last bit.
    most = grid.length if is_near else _MOST_BLOCK // info.n_channels
    blocks.set_length(min(grid.length, most))
    columns = ColumnReader(blocks)
    try:
        while first < stop and not is_stale():
            beyond = (grid.edge(first) // blocks.block + _PIECE_BLOCKS) * blocks.block
            end = stop
            if not grid.interpolated:
                end = min(max(grid.column_of(beyond - 1), first + 1), stop)
            start_row, stop_row = grid.rows_needed(first, end, info.n_samples)
            if start_row < stop_row:
                blocks.prepare(start_row, stop_row)
            yield from columns.read(grid, first, end, None, is_stale)
            first = end
    finally:
        columns.close()
        beside.close()


def _gathered(
    recording: Recording,
    grid: ColumnGrid,
    first: int,
    parts: Iterable[tuple[Columns, bool]],
    is_stale: Callable[[], bool],
) -> PictureColumns | None:
    """Put parts together, each with whether it is unfiltered; later ones replace earlier ones."""
    shape = (grid.width, recording.info.n_channels)
    low, high = np.full(shape, np.inf, np.float32), np.full(shape, -np.inf, np.float32)
    states = np.full(grid.width, ColumnState.MISSING, np.uint8)
    unfiltered = np.zeros(grid.width, bool)
    samples = None
    for part, is_unfiltered in parts:
        if part.failure is not None:
            raise part.failure
        at = slice(part.first - first, part.first - first + len(part.low))
        low[at], high[at], states[at] = part.low, part.high, part.states
        unfiltered[at] = is_unfiltered
        samples = part.samples or samples
        if is_stale():
            return None
    if is_stale():
        return None
    columns = Columns(first, low, high, states, final=True, covers=True, samples=samples)
    return PictureColumns(columns, float(unfiltered.mean()))
