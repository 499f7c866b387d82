"""The pass over a recording that makes its processed pyramid. No Qt."""

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
from ecogview.services.filtered_overview import FilteredOverview
from ecogview.services.processed_reading import ProcessedReader, Scratch
from ecogview.services.pyramid_build import EndsEarlierError, PyramidBuild

_BLOCK_BYTES = 32 << 20  # processed at a time, margins not counted


class FilteredBuild(PyramidBuild):
    """Processes a recording unit by unit; `reader` is of the same recording and processing."""

    def __init__(
        self,
        recording: Recording,
        filtered: FilteredOverview,
        reader: ProcessedReader,
        writer: EnvelopeWriter | None = None,
        wait: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(recording, filtered, writer, wait)
        self._info = recording.info
        self._filtered = filtered
        self._reader = reader
        self._scratch = Scratch()

    def read_unit(self, unit: int) -> None:
        """Process one unit.

        Raises
        ------
        RecordingError
            If the file cannot be read, or has become shorter.
        Stopped
            If `wait` says so; the unit counts as not done.
        """
        levels = self._filtered.levels
        start, stop = unit * levels.unit, min((unit + 1) * levels.unit, self._info.n_samples)
        made = {0: self._finest(start, stop)}
        for level in range(1, len(levels.sizes)):
            made[level] = coarsened(made[level - 1])
        levels.store(unit, made)
        if self._writer is not None:
            try:
                for level, size in enumerate(levels.sizes):
                    self._writer.write_rows(level_name(level), start // size, made[level])
            except EnvelopeWriteError as error:
                self._writer, self.problem = None, error

    def _finest(self, start: int, stop: int) -> NDArray[Any]:
        n_channels, reader = self._info.n_channels, self._reader
        finest = np.empty((n_bins(stop - start, BASE), 2, n_channels), np.float32)
        # Blocks shorter than their margins take several times as long.
        least = reader.reach if reader.slow is None else BASE
        block = max(_BLOCK_BYTES // (4 * n_channels), least) // BASE * BASE
        for first in range(start, stop, block):
            self._wait()
            last = min(first + block, stop)
            if reader.slow is not None:
                rows = reader.rows(first, last)
            else:
                centred = reader.centred(*reader.raw(first, last), self._scratch)
                rows = reader.finished(centred, first, last)
            if len(rows) < last - first:
                raise EndsEarlierError(self._info, first + len(rows))
            bins = slice((first - start) // BASE, n_bins(last - start, BASE))
            edges = np.arange(first, last + BASE, BASE, dtype=np.int64)[
                : n_bins(last - first, BASE) + 1
            ]
            edges[-1] = last
            shape = (bins.stop - bins.start, n_channels)
            low, high = np.full(shape, np.inf, np.float32), np.full(shape, -np.inf, np.float32)
            engine.active().min_max_rows(rows, first, edges, low, high, 0)
            finest[bins, 0], finest[bins, 1] = low, high
        return finest
