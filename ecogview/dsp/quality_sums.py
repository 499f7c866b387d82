"""The figures of a range of cells, from blocks of samples as they are read."""

from __future__ import annotations

import math
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecogview.dsp import quality_plain as rows_of
from ecogview.dsp.quality import LINE_HZ, CellGrid, Figure, QualityMap, lag

_FLAT_S = 0.02
_LEAST_FLAT = 5  # samples
_LEAST_CLIPPED = 3
_CLIPPED_PART = 0.25  # of a flat stretch's length
_TOLERANCE = 1e-3  # of the own RMS
_FAR = 4.0  # own RMS
# Filters in float32 leave a constant not quite constant, by a few times 6e-8 of it.
_ROUNDING = 1e-6  # of the constant
_RAIL = 32766.5  # int16: also -32767, as amplifiers that know no -32768 give
_LEAST_SHARE = 0.25  # of a whole cell, for any figure
_LEAST_HUM_SHARE = 0.9
_LEAST_HUM_S = 0.5


class CellSums:
    """Takes in the samples of cells ``[first, stop)`` and writes figures of whole ones.

    Parameters
    ----------
    grid : CellGrid
    first, stop : int
        Cells.
    centre, rms : ndarray of float32, shape (channels,)
        Constant and own size of each channel; see `ecogview.dsp.estimate.SignalEstimate`. Of a
        channel whose RMS is 0 or NaN nothing is far off.
    figures : tuple of Figure
        Those that apply; see `ecogview.dsp.quality.figures_for`.
    band_hz : tuple of float or None
        Band that the file was filtered to.
    kernels : module
        Has `sum_cells`: `ecogview.dsp.quality_plain` or `ecogview.dsp.quality_kernels`.

    Notes
    -----
    Figures are the same to the last bit however the samples are cut into blocks, and whichever
    cells are summed together.
    """

    def __init__(
        self,
        grid: CellGrid,
        first: int,
        stop: int,
        *,
        centre: NDArray[np.float32],
        rms: NDArray[np.float32],
        figures: tuple[Figure, ...],
        band_hz: tuple[float, float] | None,
        kernels: ModuleType,
    ) -> None:
        self._kernels = kernels
        self._first = first
        self._edges = grid.edges(first, stop)
        self._next_row = int(self._edges[0])
        self._n_done = self._n_written = 0
        self._figures = figures
        rate, n_channels = grid.sampling_rate, len(centre)
        period_s = 1 / band_hz[1] if band_hz is not None and band_hz[1] else 0.0
        flat_s = max(_FLAT_S, period_s)
        self._least_flat = float(max(math.ceil(flat_s * rate), _LEAST_FLAT))
        self._least_clipped = float(max(math.ceil(_CLIPPED_PART * flat_s * rate), _LEAST_CLIPPED))
        self._whole = grid.edge(1)
        self._waves = _waves(min(math.ceil(grid.cell_s * rate), grid.n_samples), rate)
        self._least_hum = max(_LEAST_HUM_SHARE * self._whole, _LEAST_HUM_S * rate)
        self._history = np.full((3 * lag(rate), n_channels), np.nan, np.float32)
        self._state = np.zeros((rows_of.N_STATE, n_channels), np.float32)
        self._state[rows_of.CENTRE] = centre
        rounding = _ROUNDING * np.abs(centre)
        self._state[rows_of.TOLERANCE] = np.fmax(_TOLERANCE * rms, rounding)
        moves = np.nan_to_num(rms) > 10 * rounding
        self._state[rows_of.FAR] = np.where(moves, _FAR * rms, np.inf)
        self._open = np.zeros((1, rows_of.N_SUMS, n_channels))
        self._open_zeroed = np.zeros(1, np.int64)
        self._sums: list[NDArray[np.float64]] = []
        self._zeroed: list[NDArray[np.int64]] = []

    @property
    def next_row(self) -> int:
        """The sample that `add` must go on with, at the latest."""
        return self._next_row

    def add(self, rows: NDArray[Any], first_row: int) -> None:
        """Take in a block of samples.

        Parameters
        ----------
        rows : ndarray of float32 or int16, shape (samples, channels)
            C-contiguous (interleaved) or Fortran-contiguous (planar); a megabyte or more at a time
            keeps what a call costs (0.2 ms) small.
        first_row : int
            Its first sample. What lies outside the cells or was taken in before is left out.

        Raises
        ------
        ValueError
            If samples have been skipped.
        """
        stop_row = min(first_row + len(rows), int(self._edges[-1]))
        if stop_row <= self._next_row:
            return
        if first_row > self._next_row:
            raise ValueError(f"samples {self._next_row} to {first_row} were skipped")
        rows = rows[self._next_row - first_row : stop_row - first_row]
        last = int(np.searchsorted(self._edges, stop_row, side="left"))
        edges = self._edges[self._n_done : last + 1]
        sums = np.zeros((len(edges) - 1, *self._open.shape[1:]))
        zeroed = np.zeros(len(edges) - 1, np.int64)
        sums[:1], zeroed[:1] = self._open, self._open_zeroed
        self._kernels.sum_cells(
            rows,
            self._next_row,
            edges,
            self._waves,
            _RAIL if rows.dtype == np.int16 else math.inf,
            self._least_flat,
            self._least_clipped,
            self._history,
            self._state,
            sums,
            zeroed,
        )
        self._next_row = stop_row
        n_whole = len(sums) if stop_row == edges[-1] else len(sums) - 1
        if n_whole:
            self._sums.append(sums[:n_whole])
            self._zeroed.append(zeroed[:n_whole])
            self._n_done += n_whole
        self._open, self._open_zeroed = sums[n_whole:], zeroed[n_whole:]
        if n_whole == len(sums):
            self._open, self._open_zeroed = np.zeros_like(sums[:1]), np.zeros(1, np.int64)

    def write(self, into: QualityMap) -> tuple[int, int]:
        """Write the cells whose samples are all in; return those written now, as ``[first, stop)``.

        Until then they take 88 bytes a channel each. `into` has all the figures asked for.
        """
        new = slice(self._n_written, self._n_done)
        cells = slice(self._first + new.start, self._first + new.stop)
        if self._sums:
            sums = np.concatenate(self._sums)
            count = sums[:, rows_of.COUNT]
            enough = count >= _LEAST_SHARE * self._whole
            enough_for_hum = count >= self._least_hum
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                for name in self._figures:
                    known = enough_for_hum if name in LINE_HZ else enough
                    into.figures[name][cells] = np.where(known, self._figure(name, sums), np.nan)
            lengths = np.diff(self._edges[new.start : new.stop + 1])
            into.zeroed[cells] = np.concatenate(self._zeroed) / lengths
            into.done[cells] = True  # last: others read the map meanwhile
        self._n_written = self._n_done
        self._sums.clear()
        self._zeroed.clear()
        return cells.start, cells.stop

    def _figure(self, name: Figure, sums: NDArray[np.float64]) -> NDArray[np.float64]:
        """A figure of whole cells from their sums, shape (cells, sums, channels)."""
        count = sums[:, rows_of.COUNT]
        figure: NDArray[np.float64]
        match name:
            case "mean":
                figure = sums[:, rows_of.TOTAL] / count + self._state[rows_of.CENTRE]
            case "spread":
                squares = sums[:, rows_of.SQUARES] / count
                figure = np.sqrt(np.maximum(squares - (sums[:, rows_of.TOTAL] / count) ** 2, 0))
            case "high_frequency":
                squares = sums[:, rows_of.DIFFERENCE_SQUARES]
                figure = np.sqrt(squares / sums[:, rows_of.DIFFERENCES])
            case "hum_50":
                figure = np.hypot(sums[:, rows_of.COS_50], sums[:, rows_of.SIN_50])
            case "hum_60":
                figure = np.hypot(sums[:, rows_of.COS_60], sums[:, rows_of.SIN_60])
            case "flat":
                figure = sums[:, rows_of.FLAT] / count
            case "clipped":
                figure = sums[:, rows_of.CLIPPED] / count
        return figure


def _waves(length: int, sampling_rate: float) -> NDArray[np.float32]:
    """Windowed cosines and sines of 50 and 60 Hz, shape (length + 1, 4): each sums up to the RMS.

    Of a cell that is a sample shorter the end is left out, where the window is below 1e-5; a
    sample more than the longest has, that rounding of edges should never reach, weighs nothing.
    """
    place = np.arange(length)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * place / max(length, 1))
    window *= math.sqrt(2) / max(window.sum(), 1.0)
    waves = np.zeros((length + 1, 4), np.float32)
    for column, hz in zip((0, 2), LINE_HZ.values(), strict=True):
        angle = 2 * np.pi * hz / sampling_rate * place
        waves[:-1, column] = window * np.cos(angle)
        waves[:-1, column + 1] = window * np.sin(angle)
    return waves
