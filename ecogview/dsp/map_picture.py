"""The quality map as pixels: what of all cells and channels a picture of a given size shows.

Every pixel shows the figure of one cell of one channel. Where a column holds several cells, that
is their median, unless one lies beyond the scale's ends: then the one furthest out. (Always the
strongest would tint a third of the good cells at two hours.) Where a pixel row holds several
channels, it is the one that deviates most. Where there are more pixels than cells or channels,
they repeat; a cell begins in the column that holds its first sample.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecogview.dsp.quality import CellGrid

Levels = NDArray[np.int16]

TOP = 255  # level of the scale's upper end; its lower end is 0
UNKNOWN = 32767  # level where nothing is known: above all others, so that it sorts last
_FURTHEST = 32_000
_LEAST = 1e-30  # stands for what has no logarithm
_CHUNK = 1 << 17  # values at a time: their temporary arrays stay within a processor's cache


@dataclass(frozen=True, slots=True)
class ColourScale:
    """Ends of a colour scale, in the unit of the values.

    Where `is_deviating`, the middle is normal and both ends are not; else only the upper end is
    worth attention.
    """

    low: float
    high: float
    is_log: bool
    is_deviating: bool

    def position(self, value: float) -> float:
        """Where a value lies: 0 at the lower end, 1 at the upper, outside beyond them."""
        if not self.is_log:
            return (value - self.low) / (self.high - self.low)
        return math.log(max(value, _LEAST) / self.low) / math.log(self.high / self.low)

    def levels(self, values: NDArray[np.floating]) -> Levels:
        """Values as steps of the scale, `UNKNOWN` for NaN; beyond 0 to `TOP` outside the ends."""
        levels = np.empty(values.shape, np.int16)
        step = max(_CHUNK // max(math.prod(values.shape[1:]), 1), 1)
        for first in range(0, len(values), step):
            levels[first : first + step] = self._chunk(values[first : first + step])
        return levels

    def _chunk(self, values: NDArray[np.floating]) -> Levels:
        if self.is_log:
            place = np.maximum(values, np.float32(_LEAST), dtype=np.float32)
            np.log(place, out=place)
            low, high = math.log(self.low), math.log(self.high)
        else:
            place = values.astype(np.float32)
            low, high = self.low, self.high
        factor = TOP / (high - low)
        place *= np.float32(factor)
        place -= np.float32(low * factor)
        np.clip(place, -_FURTHEST, _FURTHEST, out=place)
        np.rint(place, out=place)
        np.copyto(place, UNKNOWN, where=np.isnan(place))
        levels: Levels = place.astype(np.int16)
        return levels

    def strength(self, levels: Levels) -> NDArray[np.int32]:
        """How much attention levels are worth: unknown ones less than any other."""
        wide = levels.astype(np.int32)
        if self.is_deviating:
            wide = np.abs(2 * wide - TOP)
        wide[levels == UNKNOWN] = -(1 << 20)
        return wide


class Groups(NamedTuple):
    """Which of things in a row each pixel shows: those from `first` to `stop`, (pixels,)."""

    first: NDArray[np.int64]
    stop: NDArray[np.int64]

    @classmethod
    def of(cls, starts: NDArray[np.int64], n_pixels: int) -> Groups:
        """Make groups of the pixels in which things begin, ascending, the first one at 0.

        A pixel shows what begins in it; where nothing does, what began before.
        """
        pixels = np.arange(n_pixels)
        first = np.searchsorted(starts, pixels, side="left")
        stop = np.searchsorted(starts, pixels, side="right")
        return cls(first - (first == stop), stop)

    @classmethod
    def of_cells(cls, grid: CellGrid, width: int) -> Groups:
        """Cells by column; column ``x`` begins at sample ``x × n_samples / width``."""
        edges = grid.edges(0, grid.n_cells)[:-1]
        return cls.of(np.minimum(edges * width // max(grid.n_samples, 1), width - 1), width)

    @classmethod
    def of_rows(cls, n_rows: int, height: int) -> Groups:
        """Rows of channels by pixel row."""
        return cls.of(np.arange(n_rows) * height // n_rows, height)

    def touched_by(self, first: int, stop: int) -> tuple[int, int]:
        """Pixels ``[first, stop)`` that show any of things `first` to `stop`."""
        return (
            int(np.searchsorted(self.stop, first, side="right")),
            int(np.searchsorted(self.first, stop, side="left")),
        )


class MapPicture:
    """Levels of all cells, and of the pixels of one picture of them.

    `levels` is the picture, shape (height, width). Changing its shape or the order of the channels
    takes no figure anew.
    """

    def __init__(self, grid: CellGrid, n_channels: int, scale: ColourScale) -> None:
        self.grid, self.scale = grid, scale
        self._cells: Levels = np.full((grid.n_cells, n_channels), UNKNOWN, np.int16)
        self._rows: NDArray[np.int64] = np.arange(n_channels)
        self.set_shape(1, 1, range(n_channels))

    @property
    def width(self) -> int:
        return len(self._across.first)

    @property
    def height(self) -> int:
        return len(self._down.first)

    def set_shape(self, width: int, height: int, rows: Sequence[int]) -> None:
        """Make a picture of another size, in pixels, or with other channels, top to bottom."""
        self._rows = np.asarray(rows, np.int64)
        self._across = Groups.of_cells(self.grid, width)
        self._down = Groups.of_rows(len(self._rows), height)
        self.levels: Levels = np.empty((height, width), np.int16)
        self._draw(0, width)

    def store(self, first: int, values: NDArray[np.floating]) -> tuple[int, int]:
        """Take over figures of cells from `first` on.

        Parameters
        ----------
        first : int
        values : ndarray, shape (cells, channels)
            Channels in file order; NaN where nothing is known.

        Returns
        -------
        first, stop : int
            Columns of the picture that may look different now.
        """
        stop = first + len(values)
        self._cells[first:stop] = self.scale.levels(values)
        touched = self._across.touched_by(first, stop)
        self._draw(*touched)
        return touched

    def any_in_columns(self, flags: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Whether any cell of each column is flagged; `flags` has shape (cells,)."""
        counts = np.concatenate(([0], np.cumsum(flags)))
        some: NDArray[np.bool_] = counts[self._across.stop] > counts[self._across.first]
        return some

    def cell_at(self, column: int, row: int) -> tuple[int, int]:
        """The cell and channel that a pixel shows the figure of."""
        cells = slice(int(self._across.first[column]), int(self._across.stop[column]))
        channels = self._rows[int(self._down.first[row]) : int(self._down.stop[row])]
        shown = self._cells[cells][:, channels] == self.levels[row, column]
        place, channel = np.unravel_index(int(shown.argmax()), shown.shape)
        return cells.start + int(place), int(channels[int(channel)])

    def _draw(self, first: int, stop: int) -> None:
        if first < stop:
            groups = Groups(self._across.first[first:stop], self._across.stop[first:stop])
            shown = over_time(self._cells, groups, self.scale)
            self.levels[:, first:stop] = over_rows(shown, self._rows, self._down, self.scale).T


def over_time(levels: Levels, groups: Groups, scale: ColourScale) -> Levels:
    """What each group of cells shows: their median, or the one furthest beyond the ends.

    Of an even number it is the lower of the two in the middle, so that it is always the figure of
    one cell.

    Parameters
    ----------
    levels : ndarray of int16, shape (cells, channels)
    groups : Groups
        Of cells.
    scale : ColourScale

    Returns
    -------
    ndarray of int16, shape (groups, channels)
    """
    shown = np.empty((len(groups.first), levels.shape[1]), np.int16)
    sizes = groups.stop - groups.first
    for size in np.unique(sizes).tolist():
        at = np.flatnonzero(sizes == size)
        shown[at] = _typical([levels[groups.first[at] + k] for k in range(size)], scale)
    return shown


def _typical(members: list[Levels], scale: ColourScale) -> Levels:
    if len(members) == 1:
        return members[0]
    # Whole arrays change places: 13 times faster than np.sort, which turns to each few by itself.
    for one, other in _exchanges(len(members)):
        lower = np.minimum(members[one], members[other])
        np.maximum(members[one], members[other], out=members[other])
        members[one] = lower
    lowest, highest = members[0], members[-1]
    typical = members[(len(members) - 1) // 2]
    if (highest == UNKNOWN).any():
        in_order = np.stack(members)
        known = (in_order != UNKNOWN).sum(axis=0, keepdims=True)
        typical = np.take_along_axis(in_order, np.maximum(known - 1, 0) // 2, axis=0)[0]
        highest = np.take_along_axis(in_order, np.maximum(known - 1, 0), axis=0)[0]
    shown = np.where(highest > TOP, highest, typical)
    if scale.is_deviating:
        is_lower = (lowest < 0) & ((highest <= TOP) | (-lowest > highest - TOP))
        shown = np.where(is_lower, lowest, shown)
    return shown


@lru_cache(maxsize=64)
def _exchanges(n: int) -> tuple[tuple[int, int], ...]:
    """Pairs to put in order, one after the other, to sort `n` things.

    Odd-even merging, after Batcher (1968), Sorting networks and their applications.
    """
    pairs = []
    merged = 1
    while merged < n:
        step = merged
        while step:
            for low in range(step % merged, n - step, 2 * step):
                pairs += [
                    (i, i + step)
                    for i in range(low, low + min(step, n - low - step))
                    if i // (2 * merged) == (i + step) // (2 * merged)
                ]
            step //= 2
        merged *= 2
    return tuple(pairs)


def over_rows(
    levels: Levels, rows: NDArray[np.int64], groups: Groups, scale: ColourScale
) -> Levels:
    """What each group of rows shows: the level that deviates most, the topmost of equal ones.

    Parameters
    ----------
    levels : ndarray of int16, shape (columns, channels)
    rows : ndarray of int64, shape (rows,)
        Channel of each row.
    groups : Groups
        Of rows.
    scale : ColourScale

    Returns
    -------
    ndarray of int16, shape (columns, groups)
    """
    shown = levels[:, rows[groups.first]]
    most = int((groups.stop - groups.first).max(initial=1))
    if most == 1:
        return shown
    strongest = scale.strength(shown)
    for k in range(1, most):
        member = levels[:, rows[np.minimum(groups.first + k, groups.stop - 1)]]
        strength = scale.strength(member)
        is_stronger = strength > strongest
        np.copyto(shown, member, where=is_stronger)
        np.copyto(strongest, strength, where=is_stronger)
    return shown
