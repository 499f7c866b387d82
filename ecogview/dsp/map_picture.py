"""The quality map as pixels: what of all cells and channels a picture of a given size shows.

Every pixel shows the figure of one cell of one channel. Where a column holds several cells, that
is their median, unless one lies beyond the scale's ends: then the one furthest out. (Always the
strongest would tint a third of the good cells at two hours.) Where a pixel row holds several
channels, it is the one that deviates most. Where there are more pixels than cells or channels,
they repeat; a cell begins in the column that holds its first sample.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecogview.dsp.colour_scale import ColourScale, Levels
from ecogview.dsp.quality import CellGrid

Floats = NDArray[np.float32]


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


@dataclass(eq=False, slots=True)
class CellFigures:
    """The figures of a measure, which any number of pictures may show.

    `cells` has shape (channels, cells), float32, NaN where nothing is known. Users see multiples
    of `normal`, (channels,), float32. With other cells than some that pictures are told of,
    `revision` is another one, too.
    """

    grid: CellGrid
    scale: ColourScale
    cells: Floats
    normal: Floats
    revision: int = 0

    def level_of(self, cells: slice, channels: NDArray[np.int64]) -> Levels:
        """Steps of the scale of some cells, (channels, cells)."""
        return self.scale.levels(_divided(self.cells[channels, cells], self.normal[channels]))


class MapPicture:
    """The pixels of one picture of all cells.

    `levels` is the picture, shape (height, width). Another order of the channels takes no figure
    anew, nor do others that are normal.
    """

    def __init__(self, figures: CellFigures) -> None:
        self._figures = figures
        self._typical = self._lowest = self._highest = np.empty((0, 0), np.float32)
        self._taken = -1  # the revision that these three are of
        self._rows: NDArray[np.int64] = np.arange(0)
        self._across = self._down = Groups(np.arange(0), np.arange(0))
        self._shown: Levels = np.empty((0, 0), np.int16)  # (channels, columns)
        self.levels: Levels = np.empty((0, 0), np.int16)

    @property
    def width(self) -> int:
        return len(self._across.first)

    @property
    def height(self) -> int:
        return len(self._down.first)

    def fit(self, width: int, height: int, rows: Sequence[int]) -> None:
        """Be of a size in pixels, with these channels from top to bottom."""
        wanted = np.asarray(rows, np.int64)
        is_as_wide = width == self.width
        if is_as_wide and height == self.height and np.array_equal(wanted, self._rows):
            return
        self._rows = wanted
        self._down = Groups.of_rows(len(wanted), height)
        self.levels = np.empty((height, width), np.int16)
        if is_as_wide:
            self._fill(0, width)
        else:
            self._across = Groups.of_cells(self._figures.grid, width)
            shape = (len(self._figures.cells), width)
            self._typical, self._lowest, self._highest = (
                np.empty(shape, np.float32) for _ in range(3)
            )
            self._shown = np.empty(shape, np.int16)
            self._taken = -1
            self.take()

    def take(self, first: int = 0, stop: int | None = None) -> tuple[int, int]:
        """Cells ``[first, stop)``, or all, have other figures, or others are normal.

        Returns
        -------
        first, stop : int
            Columns of the picture that may look different now.
        """
        n_cells = self._figures.grid.n_cells
        stop = n_cells if stop is None else stop
        is_whole = stop - first == n_cells
        columns = (0, self.width) if is_whole else self._across.touched_by(first, stop)
        if columns[0] < columns[1]:
            if not is_whole or self._taken != self._figures.revision:
                self._look_at(*columns)
            self._compare(*columns)
            self._fill(*columns)
        return columns

    def any_in_columns(self, flags: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Whether any cell of each column is flagged; `flags` has shape (cells,)."""
        counts = np.concatenate(([0], np.cumsum(flags)))
        some: NDArray[np.bool_] = counts[self._across.stop] > counts[self._across.first]
        return some

    def cell_at(self, column: int, row: int) -> tuple[int, int]:
        """The cell and channel that a pixel shows the figure of."""
        cells = slice(int(self._across.first[column]), int(self._across.stop[column]))
        channels = self._rows[int(self._down.first[row]) : int(self._down.stop[row])]
        shown = self._figures.level_of(cells, channels) == self.levels[row, column]
        channel, place = np.unravel_index(int(shown.argmax()), shown.shape)
        return cells.start + int(place), int(channels[int(channel)])

    # -- step by step

    def _look_at(self, first: int, stop: int) -> None:
        groups = Groups(self._across.first[first:stop], self._across.stop[first:stop])
        seen = over_time(self._figures.cells, groups)
        for kept, part in zip((self._lowest, self._typical, self._highest), seen, strict=True):
            kept[:, first:stop] = part
        if (first, stop) == (0, self.width):
            self._taken = self._figures.revision

    def _compare(self, first: int, stop: int) -> None:
        columns = np.s_[:, first:stop]
        parts = (self._lowest[columns], self._typical[columns], self._highest[columns])
        self._shown[columns] = most_telling(*parts, self._figures)

    def _fill(self, first: int, stop: int) -> None:
        shown = self._shown[:, first:stop]
        self.levels[:, first:stop] = over_rows(shown, self._rows, self._down, self._figures.scale)


def over_time(cells: Floats, groups: Groups) -> tuple[Floats, Floats, Floats]:
    """The lowest, the median and the highest figure of each group of cells.

    Of an even number the median is the lower of the two in the middle, so that it is always the
    figure of one cell.

    Parameters
    ----------
    cells : ndarray of float32, shape (channels, cells)
    groups : Groups
        Of cells.

    Returns
    -------
    lowest, median, highest : ndarray of float32, shape (channels, groups)
        NaN where nothing is known.
    """
    shape = (len(cells), len(groups.first))
    lowest, median, highest = (np.empty(shape, np.float32) for _ in range(3))
    sizes = groups.stop - groups.first
    for size in sorted(set(sizes.tolist())):  # np.unique imports numpy.ma
        at = np.flatnonzero(sizes == size)
        first = groups.first[at]
        low, middle, high = _order_statistics([cells[:, first + k] for k in range(size)])
        lowest[:, at], median[:, at], highest[:, at] = low, middle, high
        # What is not a number makes all it is compared with not a number; it is found at the end.
        holes = np.flatnonzero(np.isnan(high).any(axis=0))
        if len(holes) and size > 1:
            at, first = at[holes], first[holes]
            low, middle, high = _known_statistics([cells[:, first + k] for k in range(size)])
            lowest[:, at], median[:, at], highest[:, at] = low, middle, high
    return lowest, median, highest


def _order_statistics(members: list[Floats]) -> tuple[Floats, Floats, Floats]:
    _sort(members)
    return members[0], members[(len(members) - 1) // 2], members[-1]


def _known_statistics(members: list[Floats]) -> tuple[Floats, Floats, Floats]:
    """The same without what is not a number."""
    n_known = np.zeros(members[0].shape, np.intp)
    for member in members:
        unknown = np.isnan(member)
        n_known += ~unknown
        member[unknown] = np.inf  # comes last
    _sort(members)
    in_order = np.stack(members)
    last = np.maximum(n_known - 1, 0)[None]
    lowest = members[0]
    median = np.take_along_axis(in_order, last // 2, axis=0)[0]
    highest = np.take_along_axis(in_order, last, axis=0)[0]
    for found in (lowest, median, highest):
        found[n_known == 0] = np.nan
    return lowest, median, highest


def _sort(members: list[Floats]) -> None:
    """Put arrays in order, place by place.

    Whole arrays change places: 13 times faster than np.sort, which turns to each few by itself.
    """
    for one, other in _exchanges(len(members)):
        lower = np.minimum(members[one], members[other])
        np.maximum(members[one], members[other], out=members[other])
        members[one] = lower


def most_telling(lowest: Floats, median: Floats, highest: Floats, figures: CellFigures) -> Levels:
    """The levels to show: of the medians, or of what lies furthest beyond the scale's ends.

    Parameters
    ----------
    lowest, median, highest : ndarray of float32, shape (channels, columns)
        See `over_time`.
    figures : CellFigures

    Returns
    -------
    ndarray of int16, shape (channels, columns)
    """
    scale, normal = figures.scale, figures.normal
    shown = _divided(median, normal)
    above = _divided(highest, normal)
    is_higher = above > scale.high
    np.copyto(shown, above, where=is_higher)
    if scale.is_deviating:
        below = _divided(lowest, normal)
        is_lower = below < scale.low
        both = is_lower & is_higher
        if both.any():
            lower, higher = (scale.strength(scale.levels(far[both])) for far in (below, above))
            is_lower[both] = lower > higher
        np.copyto(shown, below, where=is_lower)
    return scale.levels(shown)


def _divided(cells: Floats, normal: Floats) -> Floats:
    """Multiples of what is normal; files that are not what they claim to be hold 1e38."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        multiples: Floats = cells / normal[:, None]
    return multiples


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
    levels : ndarray of int16, shape (channels, columns)
    rows : ndarray of int64, shape (rows,)
        Channel of each row.
    groups : Groups
        Of rows.
    scale : ColourScale

    Returns
    -------
    ndarray of int16, shape (groups, columns)
    """
    shown = levels[rows[groups.first]]
    most = int((groups.stop - groups.first).max(initial=1))
    if most == 1:
        return shown
    strongest = scale.strength(shown)
    for k in range(1, most):
        member = levels[rows[np.minimum(groups.first + k, groups.stop - 1)]]
        strength = scale.strength(member)
        is_stronger = strength > strongest
        np.copyto(shown, member, where=is_stronger)
        np.copyto(strongest, strength, where=is_stronger)
    return shown
