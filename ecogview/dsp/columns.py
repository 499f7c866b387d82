"""Columns of the screen as stretches of samples, on a grid that does not move with the window.

Column ``k`` holds the samples from ``edge(k)`` to ``edge(k + 1)``, with
``edge(k) = floor(k × samples_per_pixel)`` counted from the start of the recording, so that a
trace keeps its shape while it scrolls and a scrolled picture equals a fresh one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ColumnGrid:
    """`length` samples drawn on `width` columns; integer arithmetic, exact at any length."""

    length: int
    width: int

    @property
    def samples_per_pixel(self) -> float:
        return self.length / self.width

    @property
    def interpolated(self) -> bool:
        """Whether columns show the line between samples: below 2 samples a pixel."""
        return self.length < 2 * self.width

    def edge(self, column: int) -> int:
        """First sample of a column."""
        return column * self.length // self.width

    def column_of(self, sample: int) -> int:
        """Column in which a sample lies: the last one whose edge is not beyond it."""
        return ((sample + 1) * self.width - 1) // self.length

    def edges(self, first: int, stop: int) -> NDArray[np.int64]:
        """First samples of columns `first` to `stop`, the last included: ``stop - first + 1``."""
        return np.arange(first, stop + 1, dtype=np.int64) * self.length // self.width

    def x_of(self, sample: float, first: int) -> float:
        """Pixels from the left edge of column `first` to a sample."""
        return sample * self.width / self.length - first

    def sample_at(self, x: float, first: int) -> float:
        """Sample (not whole) at `x` pixels from the left edge of column `first`."""
        return (x + first) * self.length / self.width

    def first_column(self, start: int, n_samples: int) -> int:
        """Leftmost column of a window that starts at `start`.

        At the end of the recording it is rounded up, so that its very last sample is drawn.
        """
        exact = start * self.width
        if start > 0 and start + self.length >= n_samples:
            return -(-exact // self.length)
        return exact // self.length

    def rows_needed(self, first: int, stop: int, n_samples: int) -> tuple[int, int]:
        """Samples ``[start, stop)`` that columns `first` to `stop` are made of.

        A column takes in the first sample of the next one: the line between the two belongs to
        it, and neighbours touch.
        """
        reach = 2 if self.interpolated else 1
        return max(self.edge(first), 0), min(self.edge(stop) + reach, n_samples)
