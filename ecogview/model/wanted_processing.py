"""What the user has asked for, carried from one recording to the next by labels of channels."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from ecogview.data.recording import RecordingInfo
from ecogview.dsp.reference import Reference
from ecogview.model.processing import Processing

_PARTS = ("highpass_hz", "lowpass_hz", "notch_hz", "band_stop_hz", "reference")
_NOTHING = Processing()


@dataclass(frozen=True, slots=True)
class WantedProcessing:
    """A processing, and the labels of the channels for which it was asked for."""

    processing: Processing = field(default_factory=Processing)
    labels: tuple[str, ...] = ()

    def within(self, info: RecordingInfo, *, has_grid: bool) -> tuple[Processing, tuple[str, ...]]:
        """What of it can be done to another recording.

        Parameters
        ----------
        info : RecordingInfo
        has_grid : bool
            Whether rows and columns of its electrodes are known.

        Returns
        -------
        processing : Processing
            Its reference in the channels of that recording; parts that cannot be are left out.
        problems : tuple of str
            Why these cannot be, and what to do.
        """
        made, problems = self.processing, []
        reference, missing = self._reference_in(info.labels)
        made = replace(made, reference=reference)
        if missing:
            are = "is" if len(missing) == 1 else "are"
            named = ", ".join(missing[:3]) + (" …" if len(missing) > 3 else "")
            problems.append(f"{named} of the reference {are} not in this recording; choose others.")
        for part in _PARTS:
            only: dict[str, Any] = {part: getattr(made, part)}
            alone = replace(_NOTHING, **only)
            problem = alone.problem(info.sampling_rate, info.n_channels, has_grid=has_grid)
            if problem is not None:
                problems.append(problem)
                only = {part: getattr(_NOTHING, part)}
                made = replace(made, **only)
        return made, tuple(problems)

    def _reference_in(self, labels: tuple[str, ...]) -> tuple[Reference, list[str]]:
        """The reference in channels with these labels, or as recorded and what is missing.

        A label that stands twice tells no channel.
        """
        reference = self.processing.reference
        if not self.labels or labels == self.labels:
            return reference, []
        names = [self.labels[channel] for channel in reference.channels]
        missing = [name for name in names if labels.count(name) != 1]
        if missing:
            return Reference(), missing
        return replace(reference, channels=tuple(sorted(map(labels.index, names)))), []
