"""The min/max pyramid: the span of every 64, 256, 1,024 … samples, so that any zoom costs pixels.

A bin of level k holds the lowest and highest of 64 · 4^k samples, aligned to the start of the
recording. Bins are kept in the recording's dtype, shape (bins, 2, channels): two hours of float32
take 4.2 % of the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecogview.dsp.columns import ColumnGrid

BASE = 64
FACTOR = 4
_SCREEN = 4096  # columns of a wide screen: a level with fewer bins is the last
# With fewer bins a column, the one more that a column takes in at either side shows.
_LEAST_BINS = 4
_SAMPLES_BYTES = 64 << 20  # up to here the samples themselves are read: 11 ms a window
_UNIT_S = 32.0
_MEMORY_BYTES = 32 << 20


def bin_sizes(n_samples: int) -> tuple[int, ...]:
    """Samples a bin of each level of a recording's pyramid, finest first."""
    sizes = [BASE]
    while -(-n_samples // sizes[-1]) >= _SCREEN:
        sizes.append(sizes[-1] * FACTOR)
    return tuple(sizes)


def n_bins(n_samples: int, bin_size: int) -> int:
    """How many bins a level has; the last may be short."""
    return -(-n_samples // bin_size)


def level_for(grid: ColumnGrid, row_bytes: int, sizes: tuple[int, ...]) -> int | None:
    """Level that columns of a grid are made of; None: of the samples.

    Decided by the grid alone, not by what of it is asked for, so that a scrolled picture equals a
    fresh one.

    Parameters
    ----------
    grid : ColumnGrid
    row_bytes : int
        Bytes of one sample of all channels.
    sizes : tuple of int
        Samples a bin of each level.
    """
    samples_per_pixel = grid.samples_per_pixel
    fitting = [k for k, size in enumerate(sizes) if size * _LEAST_BINS <= samples_per_pixel]
    if fitting:
        return fitting[-1]
    few = samples_per_pixel < sizes[0] or grid.length * row_bytes <= _SAMPLES_BYTES
    return None if few else 0


def bins_of(
    grid: ColumnGrid, first: int, stop: int, bin_size: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Bins ``[starts, stops)`` that hold all samples of columns `first` to `stop`.

    A column takes in its successor's first sample: the line between the two belongs to it.
    """
    edges = grid.edges(first, stop)
    return edges[:-1] // bin_size, edges[1:] // bin_size + 1


def unit_samples(n_samples: int, sampling_rate: float) -> int:
    """Samples that the pass reads as one unit of work: about 32 s.

    A power of two and whole bins of every level, so that units do not share any.
    """
    unit = bin_sizes(n_samples)[-1]
    while unit < _UNIT_S * sampling_rate:
        unit *= 2
    return unit


def coarsened(bins: NDArray[Any]) -> NDArray[Any]:
    """Bins of the next level, shape (bins, 2, channels); the last may be made of fewer than 4."""
    rest = -len(bins) % FACTOR
    if rest:
        bins = np.concatenate([bins, np.repeat(bins[-1:], rest, axis=0)])
    groups = bins.reshape(-1, FACTOR, *bins.shape[1:])
    made = np.empty((len(groups), *bins.shape[1:]), bins.dtype)
    np.minimum.reduce(groups[:, :, 0], axis=1, out=made[:, 0])
    np.maximum.reduce(groups[:, :, 1], axis=1, out=made[:, 1])
    return made


@dataclass(frozen=True, eq=False, slots=True)
class CoarseLevels:
    """The coarser levels of a pyramid in memory, as far as the pass has come.

    The pass writes them, others may read them meanwhile: a unit is `done`, (units,), only once
    all of its bins have been written. `levels` holds those that take 32 MB together, by number.
    """

    sizes: tuple[int, ...]
    unit: int
    n_samples: int
    levels: dict[int, NDArray[Any]]
    done: NDArray[np.bool_]

    @classmethod
    def blank(
        cls, n_samples: int, n_channels: int, sampling_rate: float, dtype: np.dtype[Any]
    ) -> CoarseLevels:
        """Levels of which nothing is known yet."""
        sizes, unit = bin_sizes(n_samples), unit_samples(n_samples, sampling_rate)
        levels: dict[int, NDArray[Any]] = {}
        room = _MEMORY_BYTES
        for level in reversed(range(len(sizes))):
            shape = (n_bins(n_samples, sizes[level]), 2, n_channels)
            room -= shape[0] * 2 * n_channels * dtype.itemsize
            if room < 0 and levels:
                break
            levels[level] = np.zeros(shape, dtype)
        return cls(sizes, unit, n_samples, levels, np.zeros(-(-n_samples // unit), bool))

    def store(self, unit: int, bins: dict[int, NDArray[Any]]) -> None:
        """Take over the bins of a unit, by level; the pass's thread only."""
        for level, kept in self.levels.items():
            first = unit * self.unit // self.sizes[level]
            kept[first : first + len(bins[level])] = bins[level]
        self.done[unit] = True

    def known_columns(self, grid: ColumnGrid, first: int, stop: int) -> NDArray[np.bool_]:
        """Which of columns `first` to `stop` lie in units that are done."""
        edges = np.minimum(grid.edges(first, stop), self.n_samples - 1)
        undone = np.concatenate(([0], np.cumsum(~self.done)))
        begins, ends = edges[:-1] // self.unit, edges[1:] // self.unit + 1
        known: NDArray[np.bool_] = undone[ends] == undone[begins]
        return known
