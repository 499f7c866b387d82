"""The one pass over a recording that makes its overview. No Qt: the command line uses it, too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecogview.data.envelope_file import EnvelopeWriteError, EnvelopeWriter
from ecogview.data.envelope_spec import level_name
from ecogview.data.recording import Recording
from ecogview.dsp import engine
from ecogview.dsp.envelope import BASE, coarsened, n_bins
from ecogview.dsp.estimate import SignalEstimate
from ecogview.dsp.quality import CellGrid
from ecogview.dsp.quality_sums import CellSums
from ecogview.services.overview import ZEROED, Overview
from ecogview.services.pyramid_build import EndsEarlierError, PyramidBuild

# A block goes from the disk through both reductions while it lies in a core's cache; each costs
# 0.3 ms of Python. Planar blocks are one read a channel: larger.
_BLOCK_BYTES = {"interleaved": 1 << 20, "planar": 1 << 22}


class Stopped(Exception):  # noqa: N818  nothing went wrong
    """The pass was asked to stop."""


class OverviewBuild(PyramidBuild):
    """Reads a recording unit by unit into an overview; `estimate` is of the same recording."""

    def __init__(
        self,
        recording: Recording,
        overview: Overview,
        estimate: SignalEstimate,
        writer: EnvelopeWriter | None = None,
        wait: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(recording, overview, writer, wait)
        self._overview = overview
        self._estimate = estimate

    def read_unit(self, unit: int) -> tuple[int, int]:
        """Read one unit; return the cells of the quality map found in it, as ``[first, stop)``.

        Raises
        ------
        RecordingError
            If the file cannot be read; `EndsEarlierError` if it has become shorter.
        Stopped
            If `wait` says so; the unit counts as not read.
        """
        info, levels, quality = (
            self._recording.info,
            self._overview.levels,
            self._overview.quality,
        )
        grid = quality.grid
        start, stop = unit * levels.unit, min((unit + 1) * levels.unit, info.n_samples)
        first_cell, stop_cell = _cell_from(grid, start), _cell_from(grid, stop)
        sums = CellSums(
            grid,
            first_cell,
            stop_cell,
            centre=self._estimate.offset,
            rms=self._estimate.rms,
            figures=tuple(quality.figures),
            band_hz=self._overview.band_hz,
            kernels=engine.sums(),
        )
        # Cells do not end where units do: the last one's rest is read twice, 1.6 % of all.
        end = max(stop, grid.edge(stop_cell) if stop_cell > first_cell else stop)
        bins = self._read(start, stop, end, sums)
        levels.store(unit, bins)
        cells = sums.write(quality)
        if self._writer is not None:
            try:
                self._keep(self._writer, unit, bins, cells)
            except EnvelopeWriteError as error:
                self._writer, self.problem = None, error
        return cells

    def _read(self, start: int, stop: int, end: int, sums: CellSums) -> dict[int, NDArray[Any]]:
        """Bins of all levels of samples ``[start, stop)``; `sums` takes in those up to `end`."""
        info = self._recording.info
        edges = np.arange(start, stop + BASE, BASE, dtype=np.int64)[
            : n_bins(stop - start, BASE) + 1
        ]
        edges[-1] = stop
        finest = np.empty((len(edges) - 1, 2, info.n_channels), info.dtype)
        row_bytes = info.n_channels * info.dtype.itemsize
        block = max(_BLOCK_BYTES[info.layout] // row_bytes // BASE, 1) * BASE
        for first_row in range(start, end, block):
            self._wait()
            last_row = min(first_row + block, end)
            rows = self._recording.read_rows(first_row, last_row)
            if len(rows) < last_row - first_row:
                raise EndsEarlierError(info, first_row + len(rows))
            bins = slice((first_row - start) // BASE, n_bins(min(last_row, stop) - start, BASE))
            if bins.start < bins.stop:
                shape = (bins.stop - bins.start, info.n_channels)
                low, high = np.full(shape, np.inf, np.float32), np.full(shape, -np.inf, np.float32)
                engine.active().min_max_rows(
                    rows, first_row, edges[bins.start : bins.stop + 1], low, high, 0
                )
                finest[bins, 0], finest[bins, 1] = low, high
            sums.add(rows, first_row)
        made = {0: finest}
        for level in range(1, len(self._overview.levels.sizes)):
            made[level] = coarsened(made[level - 1])
        return made

    def _keep(
        self,
        writer: EnvelopeWriter,
        unit: int,
        bins: dict[int, NDArray[Any]],
        cells: tuple[int, int],
    ) -> None:
        levels, quality = self._overview.levels, self._overview.quality
        for level, size in enumerate(levels.sizes):
            writer.write_rows(level_name(level), unit * levels.unit // size, bins[level])
        part = slice(*cells)
        for name, figure in quality.figures.items():
            writer.write_rows(name, part.start, figure[part])
        writer.write_rows(ZEROED, part.start, quality.zeroed[part])


def _cell_from(grid: CellGrid, sample: int) -> int:
    """First cell that begins at a sample or after it."""
    cell = int(grid.cells_of(np.array([sample]))[0])
    return cell if grid.edge(cell) >= sample else cell + 1
