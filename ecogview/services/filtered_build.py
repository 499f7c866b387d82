"""The pass over a recording that makes its processed pyramid. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecogview.data.envelope_file import EnvelopeWriteError, EnvelopeWriter
from ecogview.data.envelope_spec import SourceKey, level_name
from ecogview.data.recording import Recording
from ecogview.dsp import engine
from ecogview.dsp.envelope import BASE, coarsened, n_bins
from ecogview.errors import EcogviewError, RecordingError
from ecogview.services.filtered_overview import FilteredOverview
from ecogview.services.overview import KeptOverview
from ecogview.services.processed_reading import ProcessedReader, Scratch

_BLOCK_BYTES = 32 << 20  # processed at a time, margins not counted


class FilteredBuild:
    """Processes a recording unit by unit into a pyramid, and into a file where there is a writer.

    Belongs to one thread, which also owns `recording` and `writer`. What cannot be kept is made
    all the same: `problem` says why then.

    Parameters
    ----------
    recording : Recording
        Must be what `filtered` is of.
    filtered : FilteredOverview
    reader : ProcessedReader
        Of the same recording and processing.
    writer : EnvelopeWriter, optional
    wait : callable, optional
        Called between blocks; raises `Stopped` to end the pass.
    """

    def __init__(
        self,
        recording: Recording,
        filtered: FilteredOverview,
        reader: ProcessedReader,
        writer: EnvelopeWriter | None = None,
        wait: Callable[[], None] = lambda: None,
    ) -> None:
        self._info = recording.info
        self._filtered = filtered
        self._reader = reader
        self._writer = writer
        self._wait = wait
        self._scratch = Scratch()
        self.problem: EcogviewError | None = None

    def unit_nearest(self, sample: float) -> int | None:
        """The unit not yet processed that lies nearest to a sample; None once all are."""
        left = np.flatnonzero(~self._filtered.levels.done)
        if not len(left):
            return None
        middles = (left + 0.5) * self._filtered.levels.unit
        return int(left[np.argmin(np.abs(middles - sample))])

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

    def finish(self) -> None:
        """Let what was kept take its name, once every unit has been processed."""
        writer = self._writer
        if writer is None:
            return
        path = self._info.path
        try:
            if SourceKey.of(path) != writer.spec.source:
                raise RecordingError(path, "was written to while it was read", "read it again")
            writer.finish()
        except EcogviewError as error:
            writer.abandon()
            self.problem = error
        else:
            self._filtered.kept = KeptOverview(writer.path, writer.spec)

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
                raise RecordingError(
                    self._info.path,
                    f"ends at sample {first + len(rows):,} of {self._info.n_samples:,} now",
                    "read it again",
                )
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
