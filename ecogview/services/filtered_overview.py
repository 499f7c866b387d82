"""The pyramid of a processed recording: what wide views with a filter or reference show. No Qt."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Self

import numpy as np

from ecogview.data.envelope_spec import EnvelopeSpec
from ecogview.data.recording import RecordingInfo
from ecogview.dsp.envelope import CoarseLevels, bin_sizes
from ecogview.model.processing import AppliedProcessing
from ecogview.services.overview import KeptOverview

_DTYPE = np.dtype(np.float32)
_VERSION = 1  # raised with every change of what processing makes of samples


@dataclass(eq=False, slots=True)
class FilteredOverview:
    """The processed pyramid of one version of a recording, as far as it is known.

    The pass's thread writes it, others read what is marked as done, as with `Overview`. It is made
    without the mask: an edit would have it made anew, so a masked artefact may reach beyond its
    span as far as the filter does. `spec` is None where nothing can be kept.
    """

    info: RecordingInfo
    applied: AppliedProcessing
    spec: EnvelopeSpec | None
    levels: CoarseLevels
    kept: KeptOverview | None = None

    @classmethod
    def blank(cls, info: RecordingInfo, applied: AppliedProcessing) -> Self:
        """One of which nothing is known yet."""
        applied = applied.of_whole
        spec = None
        if info.source is not None:
            spec = EnvelopeSpec(
                source=info.source,
                n_samples=info.n_samples,
                n_channels=info.n_channels,
                dtype=_DTYPE,
                layout=info.layout,
                sampling_rate=info.sampling_rate,
                cell_s=1.0,
                bin_sizes=bin_sizes(info.n_samples),
                variant=_variant(applied),
            )
        levels = CoarseLevels.blank(info.n_samples, info.n_channels, info.sampling_rate, _DTYPE)
        return cls(info, applied, spec, levels)

    @property
    def is_complete(self) -> bool:
        return self.kept is not None or bool(self.levels.done.all())

    def is_of(self, applied: AppliedProcessing, info: RecordingInfo) -> bool:
        """Whether it shows a processing of a version of a recording."""
        return self.info.source == info.source and self.applied == applied.of_whole


def _variant(applied: AppliedProcessing) -> str:
    """What tells a processing among others kept of the same recording, 32 hex digits."""
    told = f"{_VERSION} {applied.processing!r} {sorted(applied.bad)}"
    return hashlib.sha256(told.encode()).hexdigest()[:32]
