"""The quality map: figures of every channel and second, made in one pass over a recording.

Every figure of a cell depends on the samples in this cell alone, and, for what is "own", on the
channel's constant and RMS as estimated on opening (`ecogview.dsp.estimate`). Left out are samples
that are not finite and *zeroed* rows, exactly 0 in all channels: the lab's downsampler wrote those
over masked samples.

============== ======== ==========================================================================
figure         unit     definition
============== ======== ==========================================================================
mean           file's   mean
spread         file's   RMS about the cell's own mean. About any fixed centre it is
                        sqrt(spread² + (mean − centre)²).
high_frequency file's   RMS of x[i] − 3 x[i − k] + 3 x[i − 2k] − x[i − 3k] with k samples a
                        millisecond, at least 1: passes a frequency f with the gain
                        8 |sin(π f k / rate)|³, which from 1 kHz on is 0.003 at 22 Hz, 0.9 at 160 Hz
                        and 8 at 500 Hz (k = 1 at 30 kHz would hide a burst at 160 Hz: 0.00004), and
                        white noise with √20.
hum_50, hum_60 file's   RMS of the component at 50, 60 Hz: √2 |Σ w x exp(−2πi f t)| / Σ w of x less
                        the channel's constant, with Hann's window w over the cell. NaN where more
                        than a tenth of a whole cell is missing, or there is less than half a
                        second.
flat           share    samples in stretches that stay within 0.001 own RMS of the stretch's first
                        sample, for at least 20 ms, 5 samples and one period of the file's upper
                        band edge. (The first, not the previous one: at 30 kHz no LFP moves as much
                        from one sample to the next.) A channel that never moves is wholly flat.
clipped        share    samples in such stretches a quarter as long (at least 3 samples) that lie 4
                        own RMS or more from the channel's constant, and samples at the rails of
                        int16. These are not flat.
============== ======== ==========================================================================

All are NaN where fewer than a quarter of a whole cell's samples count.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ecogview.dsp.figure_lines import FigureLines

Figure = Literal["mean", "spread", "high_frequency", "hum_50", "hum_60", "flat", "clipped"]

# What is kept per cell and channel. Shares need no more than three digits: 24 bytes in all, so
# that with the pyramid (4.2 %) two hours at 1 kHz stay below 5 % of the file.
FIGURE_DTYPES: dict[Figure, np.dtype[np.floating]] = {
    "mean": np.dtype(np.float32),
    "spread": np.dtype(np.float32),
    "high_frequency": np.dtype(np.float32),
    "hum_50": np.dtype(np.float32),
    "hum_60": np.dtype(np.float32),
    "flat": np.dtype(np.float16),
    "clipped": np.dtype(np.float16),
}
LINE_HZ: dict[Figure, float] = {"hum_50": 50.0, "hum_60": 60.0}
_MOST_FIGURES = 1 << 22  # cells × channels: 110 MB; beyond that cells are longer than a second
_LEAST_SAMPLES = 16  # a cell


def lag(sampling_rate: float) -> int:
    """Samples between those of which `high_frequency` takes the difference: 1 ms, at least 1."""
    return max(round(sampling_rate / 1000), 1)


def figures_for(sampling_rate: float, band_hz: tuple[float, float] | None) -> tuple[Figure, ...]:
    """Which figures a recording can have.

    Parameters
    ----------
    sampling_rate : float
        In Hz.
    band_hz : tuple of float or None
        Lower and upper edge of what the file was filtered to; None where it was not.

    Returns
    -------
    tuple of Figure
        Without hum where 50 or 60 Hz lies outside the band or not below the Nyquist frequency, and
        without `high_frequency` where the band ends at less than a fifth of the frequency that it
        is most sensitive to: there its gain is below 0.24, 3 % of the highest.
    """
    low, high = (0.0, math.inf) if band_hz is None else band_hz
    high = min(high, sampling_rate / 2)
    figures: list[Figure] = []
    for name in FIGURE_DTYPES:
        if name in LINE_HZ:
            applies = low <= LINE_HZ[name] <= high and LINE_HZ[name] < sampling_rate / 2
        elif name == "high_frequency":
            applies = high >= sampling_rate / (2 * lag(sampling_rate)) / 5
        else:
            applies = True
        if applies:
            figures.append(name)
    return tuple(figures)


@dataclass(frozen=True, slots=True)
class CellGrid:
    """Cells of a quality map: a second each, longer where there would be too many.

    Cell ``j`` holds the samples from ``edge(j)`` to ``edge(j + 1)``; the last one may be short.
    """

    n_samples: int
    sampling_rate: float
    cell_s: int

    @classmethod
    def of(cls, n_samples: int, sampling_rate: float, n_channels: int) -> CellGrid:
        """The finest grid that a recording of this size gets."""
        least_s = max(math.ceil(_LEAST_SAMPLES / sampling_rate), 1)
        figures = n_samples / sampling_rate * n_channels
        return cls(n_samples, sampling_rate, max(least_s, math.ceil(figures / _MOST_FIGURES)))

    @property
    def n_cells(self) -> int:
        # As edges are rounded, a rest of less than half a sample makes no cell of its own.
        least = max(math.ceil((self.n_samples - 0.5) / self._length) - 1, 1)
        return least if self.edge(least) == self.n_samples else least + 1

    @property
    def _length(self) -> float:
        return self.cell_s * self.sampling_rate

    def edge(self, cell: int) -> int:
        """First sample of a cell."""
        return min(math.floor(cell * self._length + 0.5), self.n_samples)

    def edges(self, first: int, stop: int) -> NDArray[np.int64]:
        """First samples of cells `first` to `stop`, the last included: ``stop - first + 1``."""
        cells = np.arange(first, stop + 1, dtype=np.float64)
        samples = np.floor(cells * self._length + 0.5).astype(np.int64)
        return np.minimum(samples, self.n_samples)

    def cells_of(self, samples: NDArray[np.int64]) -> NDArray[np.int64]:
        """Cells in which samples lie."""
        starts = self.edges(0, self.n_cells)[:-1]
        return np.searchsorted(starts, samples, side="right") - 1


@dataclass(frozen=True, eq=False, slots=True)
class QualityMap:
    """What the pass has found by now. One thread writes it, others may read it meanwhile.

    `figures` holds arrays of shape (cells, channels), NaN where nothing is known; what a recording
    cannot have (hum in a 0–10 Hz file) is not among them. `zeroed` is the share of each cell's
    samples that are exactly 0 in all channels, (cells,), float32. A cell is `done`, (cells,),
    only once all its figures have been written. `lines` are some of the figures of a whole map,
    prepared by who made it for those who show it: see `FigureLines.of`.
    """

    grid: CellGrid
    figures: dict[Figure, NDArray[np.floating]]
    zeroed: NDArray[np.float32]
    done: NDArray[np.bool_]
    lines: FigureLines | None = None

    @classmethod
    def blank(cls, grid: CellGrid, n_channels: int, figures: tuple[Figure, ...]) -> QualityMap:
        """A map of which nothing is known yet."""
        shape = (grid.n_cells, n_channels)
        return cls(
            grid,
            {name: np.full(shape, np.nan, FIGURE_DTYPES[name]) for name in figures},
            np.full(grid.n_cells, np.nan, np.float32),
            np.zeros(grid.n_cells, bool),
        )
