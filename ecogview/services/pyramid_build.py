"""What is alike in building any pyramid: which unit comes next, and keeping the whole."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ecogview.data.envelope_file import EnvelopeWriter
from ecogview.data.envelope_spec import SourceKey
from ecogview.data.recording import Recording, RecordingInfo
from ecogview.errors import EcogviewError, RecordingError
from ecogview.services.overview import KeptOverview, Pyramid


class EndsEarlierError(RecordingError):
    """A file has become shorter while it was read; it ends at `sample` now."""

    def __init__(self, info: RecordingInfo, sample: int) -> None:
        reason = f"ends at sample {sample:,} of {info.n_samples:,} now"
        super().__init__(info.path, reason, "read it again")
        self.sample = sample


class PyramidBuild:
    """Makes a pyramid unit by unit, and keeps it in a file where there is a writer.

    Belongs to one thread, which also owns `recording` and `writer`. What cannot be kept is made
    all the same: `problem` says why then.

    Parameters
    ----------
    recording : Recording
        Must be what `pyramid` is of.
    pyramid : Pyramid
    writer : EnvelopeWriter, optional
        Where what is found is kept.
    wait : callable, optional
        Called between blocks, so that others get to work; raises `Stopped` to end the pass.
    """

    def __init__(
        self,
        recording: Recording,
        pyramid: Pyramid,
        writer: EnvelopeWriter | None = None,
        wait: Callable[[], None] = lambda: None,
    ) -> None:
        self._recording = recording
        self._pyramid = pyramid
        self._writer = writer
        self._wait = wait
        self.problem: EcogviewError | None = None
        self._is_left_out = np.zeros(len(pyramid.levels.done), bool)

    def leave_out(self, unit: int, end: int) -> None:
        """Try a unit no more, nor any that reaches beyond sample `end`, where the file ends."""
        stops = np.arange(1, len(self._is_left_out) + 1) * self._pyramid.levels.unit
        self._is_left_out |= np.minimum(stops, self._recording.info.n_samples) > end
        self._is_left_out[unit] = True  # its last cell may reach further than it does

    def unit_nearest(self, sample: float) -> int | None:
        """The unit not yet done that lies nearest to a sample; None once all are."""
        left = np.flatnonzero(~(self._pyramid.levels.done | self._is_left_out))
        if not len(left):
            return None
        middles = (left + 0.5) * self._pyramid.levels.unit
        return int(left[np.argmin(np.abs(middles - sample))])

    def finish(self) -> None:
        """Let what was kept take its name, once every unit is done."""
        writer = self._writer
        if writer is None:
            return
        path = self._recording.info.path
        try:
            if SourceKey.of(path) != writer.spec.source:
                raise RecordingError(path, "was written to while it was read", "read it again")
            writer.finish()
        except EcogviewError as error:
            writer.abandon()
            self.problem = error
        else:
            self._pyramid.kept = KeptOverview(writer.path, writer.spec)
