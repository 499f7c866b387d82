"""Single samples on the screen: their values, to be told, and their dots, to be seen.

A dot is a span in each of a few columns, as the line is one in every column: the same kernel draws
both in one pass, and no column needs to know what is drawn in another.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ecogview.dsp.columns import ColumnGrid
from ecogview.dsp.ring import ColumnState, EnvelopeRing
from ecogview.services.column_reading import Samples

_Whole = TypeVar("_Whole", int, NDArray[np.int64])

_LEAST_APART_PX = 6  # between samples that are shown as dots, in logical pixels
_WIDE_APART_PX = 12  # … and as larger dots
_LEAST_ROW_PX = 8  # high is a row in which dots are not a blur


def dot_size(grid: ColumnGrid, row_height: float, scale: float) -> int:
    """Diameter of dots in pixels of the device, 3 or 4 logical ones; 0 where there is no room.

    `row_height` is in pixels of the device, `scale` is its pixel ratio.
    """
    apart = grid.width / grid.length / scale
    if apart < _LEAST_APART_PX or row_height < _LEAST_ROW_PX * scale:
        return 0
    return round((3 if apart < _WIDE_APART_PX else 4) * scale)


def nearest_sample(grid: ColumnGrid, column: _Whole) -> _Whole:
    """Sample nearest to the middle of a column, the earlier one of two."""
    return -((grid.width - (2 * column + 1) * grid.length) // (2 * grid.width))


def dot_column(grid: ColumnGrid, sample: _Whole, size: int) -> _Whole:
    """Leftmost column of a sample's dot: a whole one, so that all dots look the same."""
    return (2 * sample * grid.width - (size - 1) * grid.length) // (2 * grid.length)


class SampleColumns:
    """The sample nearest to the middle of each column of an `EnvelopeRing`, at the same slots.

    Kept by column, not by sample: so every column that is known has its value and its part of a
    dot, in whatever steps it came to be on the screen.
    """

    def __init__(self, envelope: EnvelopeRing) -> None:
        self._envelope = envelope
        self._values = np.full_like(envelope.low, np.nan)
        self._low = self._high = self._values[:0]

    def store(self, first: int, stop: int, samples: Samples | None) -> None:
        """Take over what belongs to columns just stored in the envelope; NaN where not read."""
        slots = self._envelope.slots(first, stop)
        if samples is None or not len(samples.rows):
            self._values[slots] = np.nan
            return
        columns = np.arange(first, stop, dtype=np.int64)
        places = nearest_sample(self._envelope.grid, columns) - samples.first
        last = len(samples.rows) - 1
        self._values[slots] = samples.rows[np.clip(places, 0, last)]
        self._values[slots[(places < 0) | (places > last)]] = np.nan

    def values(self, samples: NDArray[np.int64], channel: int, first: int) -> NDArray[np.float32]:
        """Values of samples on the screen, the leftmost column of which is `first`.

        As they are in the file; NaN where one has not been read, too.
        """
        grid = self._envelope.grid
        columns = self._columns_of(samples, first)
        values = self._values[columns % grid.width, channel]
        states = self._envelope.states(first, first + grid.width)[columns - first]
        is_known = (states != ColumnState.PENDING) & (nearest_sample(grid, columns) == samples)
        return np.where(is_known, values, np.float32(np.nan))

    def value(self, sample: int, channel: int, first: int) -> float | None:
        """Value of one sample; None where it has not been read, or is not there any more."""
        at, grid = np.array([sample], np.int64), self._envelope.grid
        column = int(self._columns_of(at, first)[0])
        if nearest_sample(grid, column) != sample:
            return None
        value = float(self.values(at, channel, first)[0])
        if np.isnan(value):
            # It is so in the file, or missing, and then so is a column whose first sample it is.
            own = min(-(-sample * grid.width // grid.length), grid.column_of(sample))
            states = self._envelope.states(column, max(own, column) + 1)
            return None if (states != ColumnState.READ).any() else value
        return value

    def _columns_of(self, samples: NDArray[np.int64], first: int) -> NDArray[np.int64]:
        """A column on the screen to which each sample is the nearest one, where there is any."""
        grid = self._envelope.grid
        # The sample nearest to the column at either edge may lie just beyond it.
        return np.clip(samples * grid.width // grid.length, first, first + grid.width - 1)

    def with_dots(
        self,
        columns: NDArray[np.int64],
        size: int,
        offsets: NDArray[np.float32],
        pixels_per_unit: NDArray[np.float64],
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Lowest and highest value of line and dot for `draw_columns`, at the slots of `columns`.

        Of shape (width, 2 × channels), float32: the line of channel ``c``, and at
        ``channels + c`` its dot, off which `offsets` are taken already. `pixels_per_unit` has
        shape (channels,).
        """
        envelope = self._envelope
        grid, n_channels = envelope.grid, envelope.low.shape[1]
        if not len(self._low):
            shape = (grid.width, 2 * n_channels)
            self._low, self._high = np.empty(shape, np.float32), np.empty(shape, np.float32)
        slots = columns % grid.width
        self._low[slots, :n_channels] = envelope.low[slots]
        self._high[slots, :n_channels] = envelope.high[slots]
        self._low[slots, n_channels:], self._high[slots, n_channels:] = np.inf, -np.inf
        within = columns - dot_column(grid, nearest_sample(grid, columns), size)
        states = envelope.states(int(columns[0]), int(columns[-1]) + 1)
        dotted = (within >= 0) & (within < size) & (states != ColumnState.PENDING)
        slots = slots[dotted]
        # A circle; `draw_columns` adds half a pixel at either end.
        across = within[dotted] + 0.5 - size / 2
        reach = (np.sqrt(size**2 / 4 - across**2) - 0.5)[:, np.newaxis] / pixels_per_unit
        half = reach.astype(np.float32)
        with np.errstate(over="ignore"):  # whatever a file holds
            middle = self._values[slots] - offsets
            self._low[slots, n_channels:] = np.fmin(middle - half, np.inf)  # NaN has no dot
            self._high[slots, n_channels:] = np.fmax(middle + half, -np.inf)
        return self._low, self._high
