"""What is to be exported, as frozen facts: which samples of which channels, where to, and how."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ecogview.data.mask_tracks import MaskTracks, empty_tracks
from ecogview.data.recording import RecordingInfo
from ecogview.dsp.runs import EMPTY, Runs
from ecogview.errors import ExportError

MASK_KINDS = ("hf", "sat", "manual")
_PIECE = 1 << 22

BadSamples = Literal["keep"] | float


@dataclass(frozen=True, eq=False)
class ExportPlan:
    """One export. Nothing is checked here: see `ecogview.services.exporting.check`.

    Parameters
    ----------
    info : RecordingInfo
        The recording.
    start, stop : int
        Its samples ``[start, stop)``.
    channels : tuple of int
        Places in the recording, in the order they are written.
    target : Path
        The file to make; the main one of a format of several.
    format : str
        Key of the exporter, ``"npy"``.
    bad_samples : "keep" or float, optional
        What stands in all channels where the mask says bad: what was recorded, NaN, or a value in
        the unit of the recording.
    tracks : MaskTracks or None, optional
        The whole recording's mask; None where it cannot be read.
    experiment_path, mask_path : Path or None, optional
        Files of the recording beside ``info.path``. They are never a target.
    processing : str, optional
        What is done to the samples on the way, in words; empty: nothing.
    """

    info: RecordingInfo
    start: int
    stop: int
    channels: tuple[int, ...]
    target: Path
    format: str
    bad_samples: BadSamples = "keep"
    tracks: MaskTracks | None = None
    experiment_path: Path | None = None
    mask_path: Path | None = None
    processing: str = ""

    @classmethod
    def whole(cls, info: RecordingInfo, target: Path, key: str, **changes: Any) -> ExportPlan:
        """All samples of all channels, kept, unless `changes` says otherwise; nothing is bad."""
        plan = cls(
            info=info,
            start=0,
            stop=info.n_samples,
            channels=tuple(range(info.n_channels)),
            target=target,
            format=key,
            tracks=empty_tracks(info.n_samples, info.n_channels),
        )
        return replace(plan, **changes)

    @property
    def n_samples(self) -> int:
        return self.stop - self.start

    @property
    def n_channels(self) -> int:
        return len(self.channels)

    @property
    def n_values(self) -> int:
        return self.n_samples * self.n_channels

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels of the channels, in the order they are written."""
        return tuple(self.info.channels[channel].label for channel in self.channels)

    @property
    def bad_labels(self) -> tuple[str, ...]:
        """Labels of those of the channels that are bad; `marks` must be known."""
        flags = self.marks.bad_channels
        return tuple(label for label, bad in zip(self.labels, flags, strict=True) if bad)

    @property
    def start_s(self) -> float:
        return self.start / self.info.sampling_rate

    @property
    def stop_s(self) -> float:
        return self.stop / self.info.sampling_rate

    @property
    def is_counts(self) -> bool:
        """Whether samples are counts of a converter, of which no gain is known."""
        return self.info.units == "counts"

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of a sample as recorded; what has been processed is float32."""
        return np.dtype("<f4") if self.processing else self.info.dtype.newbyteorder("<")

    @property
    def value(self) -> float | None:
        """What bad samples become; None: they are kept."""
        return None if isinstance(self.bad_samples, str) else float(self.bad_samples)

    @property
    def writes_nan(self) -> bool:
        value = self.value
        return value is not None and math.isnan(value)

    @property
    def own_files(self) -> tuple[Path, ...]:
        """The files that the recording consists of."""
        paths = (self.info.path, self.experiment_path, self.mask_path)
        return tuple(path for path in paths if path is not None)

    @cached_property
    def marks(self) -> MaskTracks:
        """The mask of what is exported: its samples counted from `start`, its channels only.

        Raises
        ------
        ExportError
            If the recording's mask cannot be read.
        """
        if self.tracks is None:
            raise ExportError(
                self.mask_path or self.info.path,
                "the mask cannot be read, so it is not known what is bad",
                "restore the mask; npy and csv take samples without one if bad ones are kept",
            )
        return cropped(self.tracks, self.start, self.stop, self.channels)

    def flags(self, *kinds: str) -> Iterator[NDArray[np.bool_]]:
        """Flags of the samples exported, True where one of the kinds is bad, in pieces."""
        tracks = self.marks.tracks()
        runs = EMPTY.union(*(tracks[kind] for kind in kinds))
        for start in range(0, self.n_samples, _PIECE):
            yield runs.to_bool(start, min(start + _PIECE, self.n_samples))

    def changed_to(self, **changes: Any) -> ExportPlan:
        """The plan with other values."""
        return replace(self, **changes)


def cropped(
    tracks: MaskTracks, start: int, stop: int, channels: tuple[int, ...] | NDArray[np.intp]
) -> MaskTracks:
    """Return the mask of samples ``[start, stop)`` of some channels, counted from `start`."""

    def within(runs: Runs) -> Runs:
        return Runs(runs.clip(start, stop).bounds - start)

    flags = tracks.bad_channels[list(channels)]
    flags.setflags(write=False)
    return MaskTracks(
        n_samples=stop - start,
        hf=within(tracks.hf),
        sat=within(tracks.sat),
        manual=within(tracks.manual),
        bad_channels=flags,
        has_channel_flags=True,
    )


def stretch_text(info: RecordingInfo, start: int, stop: int) -> str:
    """Say a stretch for a file's name, exactly: ``10-20s``, ``10500-20250ms``, else samples."""
    for unit, per_second in (("s", 1), ("ms", 1000)):
        ends = [sample * per_second / info.sampling_rate for sample in (start, stop)]
        if all(end == int(end) for end in ends):
            return f"{int(ends[0])}-{int(ends[1])}{unit}"
    return f"{start}-{stop}samples"
