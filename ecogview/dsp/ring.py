"""The envelope of the columns on the screen, kept in a ring: scrolling adds columns, moves none."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ecogview.dsp.columns import ColumnGrid


class ColumnState:
    """What is known of a column. Plain numbers: NumPy takes 3 µs to compare with an enum's."""

    PENDING: Final = 0
    COARSE: Final = 1  # only some of its samples have been read
    READ: Final = 2
    MISSING: Final = 3  # the file does not reach so far any more
    PARTLY_MISSING: Final = 4


class EnvelopeRing:
    """Column ``k`` lies at slot ``k % width``.

    `spare` is a ring no more needed: its memory is used again where it has the right size.

    Attributes
    ----------
    low, high : ndarray of float32, shape (width, channels)
        Smallest and largest value; ``low > high`` where nothing is known.
    has_missing : bool
        Whether columns were ever stored that are missing, in part or whole.
    """

    def __init__(
        self, grid: ColumnGrid, n_channels: int, spare: EnvelopeRing | None = None
    ) -> None:
        self.grid = grid
        shape = (grid.width, n_channels)
        self.low: NDArray[np.float32]
        self.high: NDArray[np.float32]
        if spare is not None and spare.low.shape == shape:
            self.low, self.high = spare.low, spare.high
        else:
            self.low, self.high = np.empty(shape, np.float32), np.empty(shape, np.float32)
        self.low.fill(np.inf)
        self.high.fill(-np.inf)
        self.has_missing = False
        self._column = np.full(grid.width, -1, np.int64)
        self._state = np.zeros(grid.width, np.uint8)

    def slots(self, first: int, stop: int) -> NDArray[np.int64]:
        """Where columns `first` to `stop` lie in the ring."""
        return np.arange(first, stop, dtype=np.int64) % self.grid.width

    @property
    def holds_any(self) -> bool:
        """Whether any column is known."""
        return bool((self._column >= 0).any())

    def states(self, first: int, stop: int) -> NDArray[np.uint8]:
        """`ColumnState` of columns `first` to `stop`."""
        slots = self.slots(first, stop)
        held = self._column[slots] == np.arange(first, stop)
        return np.where(held, self._state[slots], np.uint8(ColumnState.PENDING))

    def store(
        self,
        first: int,
        low: NDArray[np.float32],
        high: NDArray[np.float32],
        states: NDArray[np.uint8],
    ) -> None:
        """Take over columns from `first` on; at most as many as the ring is wide."""
        # At most two stretches of the ring: copied as such, a whole window takes 0.05 ms, not 0.3.
        start = first % self.grid.width
        before = min(self.grid.width - start, len(low))
        for slots, part in (
            (slice(start, start + before), slice(0, before)),
            (slice(0, len(low) - before), slice(before, len(low))),
        ):
            self.low[slots], self.high[slots] = low[part], high[part]
            self._column[slots] = np.arange(first + part.start, first + part.stop)
            self._state[slots] = states[part]
        self.has_missing |= bool((states >= ColumnState.MISSING).any())

    def clear(self, columns: NDArray[np.int64]) -> None:
        """Blank the slots of these columns, so that nothing stale is drawn there."""
        slots = columns % self.grid.width
        self.low[slots], self.high[slots] = np.inf, -np.inf
        self._column[slots] = -1

    def zeroed(self, slots: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether every channel is exactly 0 all through the columns in these slots."""
        zero: NDArray[np.bool_] = (self.low[slots, 0] == 0) & (self.high[slots, 0] == 0)
        if zero.any():  # rarely: looking at one channel spares looking at all of them
            zero &= ~(self.low[slots].any(axis=1) | self.high[slots].any(axis=1))
        return zero

    def typical_extent(self, first: int, stop: int, channels: NDArray[np.int64]) -> float:
        """From where a typical one of some channels is low to where it is high in these columns.

        The median over the channels of the 95th percentile of their highest less the 5th of their
        lowest values; 0 where nothing is known.
        """
        states = self.states(first, stop)
        is_read = (states == ColumnState.READ) | (states == ColumnState.COARSE)
        slots = self.slots(first, stop)[is_read]
        low, high = self.low[np.ix_(slots, channels)], self.high[np.ix_(slots, channels)]
        known = (low <= high).all(axis=0)
        if not len(slots) or not known.any():
            return 0.0
        top = np.percentile(high[:, known], 95, axis=0)
        return float(np.median(top - np.percentile(low[:, known], 5, axis=0)))

    def wanted(self, first: int, stop: int) -> tuple[int, int] | None:
        """Smallest stretch of columns that holds all not yet read; None where all are."""
        pending = np.flatnonzero(self.states(first, stop) <= ColumnState.COARSE)
        return (first + int(pending[0]), first + int(pending[-1]) + 1) if len(pending) else None
