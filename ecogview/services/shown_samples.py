"""Samples as the display shows them, for who measures them: processed, in the unit shown. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecogview.data.closing import Closing
from ecogview.data.recording import Recording
from ecogview.dsp.beside import Beside
from ecogview.dsp.estimate import SignalEstimate
from ecogview.model.processing import AppliedProcessing
from ecogview.services.processed_blocks import ProcessedBlocks
from ecogview.services.processed_reading import ProcessedReader

_MOST_BLOCK = 2_000_000  # samples times channels: 8 MB, and 10 ms to make


@dataclass(frozen=True, slots=True)
class ShownAs:
    """What the display makes of samples; equal ones show the same.

    With `adds_constant` the constant of each channel, which processing takes off, is shown.
    """

    applied: AppliedProcessing
    estimate: SignalEstimate
    adds_constant: bool = False

    def units(self, recorded: str) -> str:
        """What values are in, given the recording's units."""
        return self.applied.processing.units(recorded)


class ShownRows(Closing):
    """Fulfils `Recording` with samples as shown; belongs to the thread that makes it.

    Parameters
    ----------
    recording : Recording
        Of the same thread; it stays open.
    shown : ShownAs
    length : int
        How many samples are going to be read.
    """

    def __init__(self, recording: Recording, shown: ShownAs, length: int) -> None:
        self.info = recording.info
        reader = ProcessedReader(recording.read_rows, recording.info, shown.applied, shown.estimate)
        self._beside = Beside("measuring, other half")
        self._blocks = ProcessedBlocks(recording, reader, self._beside)
        self._blocks.set_length(min(length, _MOST_BLOCK // max(self.info.n_channels, 1)))
        self._constant = shown.estimate.offset if shown.adds_constant else None

    def read_rows(self, start: int, stop: int) -> NDArray[Any]:
        """Samples ``[start, stop)``, float32; see `Recording.read_rows`. Not to be written to."""
        self._blocks.prepare(start, stop)
        rows: NDArray[np.float32] = self._blocks.read_rows(start, stop)
        return rows if self._constant is None else rows + self._constant

    def close(self) -> None:
        self._blocks.close()
        self._beside.close()
