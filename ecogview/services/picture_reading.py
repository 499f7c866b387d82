"""All columns of a picture at once, for a file instead of the screen. No Qt."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ecogview.data.recording import Recording
from ecogview.dsp.columns import ColumnGrid
from ecogview.dsp.ring import ColumnState
from ecogview.services.column_reading import ColumnReader, Columns
from ecogview.services.overview import Overview


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
    n_channels = recording.info.n_channels
    low = np.full((grid.width, n_channels), np.inf, np.float32)
    high = np.full((grid.width, n_channels), -np.inf, np.float32)
    states = np.full(grid.width, ColumnState.MISSING, np.uint8)
    samples = None
    reader = ColumnReader(recording)
    try:
        for part in reader.read(grid, first, first + grid.width, overview, is_stale):
            if part.failure is not None:
                raise part.failure
            at = slice(part.first - first, part.first - first + len(part.low))
            low[at], high[at], states[at] = part.low, part.high, part.states
            samples = part.samples or samples
            if is_stale():
                return None
    finally:
        reader.close()
    return Columns(first, low, high, states, final=True, covers=True, samples=samples)
