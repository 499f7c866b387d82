"""What a person asks for, in seconds, labels and words, as a plan. No Qt."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from ecogview.data.channel_choice import chosen_channels
from ecogview.data.exporters.plan import BadSamples, ExportPlan
from ecogview.data.exporters.registry import exporter_for, exporter_of
from ecogview.data.lab_binary import LabBinary
from ecogview.data.mask_tracks import MaskTracks
from ecogview.data.recording import Recording, RecordingInfo
from ecogview.errors import ExportError
from ecogview.model.clock import nearest_sample
from ecogview.services.export_blocks import SampleTransform
from ecogview.services.exporting import Progress, check, export, ranges, resolved, with_note
from ecogview.services.sources import Source


def plan_for(
    recording: Recording,
    tracks: MaskTracks | None,
    path: str | os.PathLike[str],
    *,
    mask_path: Path | None = None,
    start_s: float | None = None,
    stop_s: float | None = None,
    format: str | None = None,  # noqa: A002  the word of the command line
    channels: str | Sequence[str] | Sequence[int] = "all",
    bad_samples: BadSamples | str = "keep",
) -> ExportPlan:
    """Make a plan; `exporting.check` says whether it can be carried out.

    Parameters
    ----------
    recording : Recording
        Open, for its facts; no sample is read.
    tracks : MaskTracks or None
        Its mask, None where that cannot be read.
    path : str or path-like
        The file to make, or a folder to make it in under a name that says the stretch.
    mask_path : Path, optional
        Where its mask is.
    start_s, stop_s : float, optional
        Stretch in seconds, rounded to the nearest sample; by default all.
    format : str, optional
        Key of the exporter, by default what the name ends in.
    channels : "all", "good", or a sequence of labels or indices, optional
        "good": those that are not bad.
    bad_samples : "keep", "nan" or float, optional
        What stands where the mask says bad.

    Raises
    ------
    ExportError
        If a time, a channel, a value or the format is none.
    """
    info, target = recording.info, Path(path)
    start, stop = _stretch(info, start_s, stop_s)
    if format is None and target.is_dir():
        raise ExportError(target, "is a folder", "name a file in it, or a format")
    exporter = exporter_for(target) if format is None else exporter_of(format, target)
    if target.is_dir():
        target /= exporter.default_name(info, start, stop)
    plan = ExportPlan(
        info=info,
        start=start,
        stop=stop,
        channels=(),
        target=target,
        format=exporter.key,
        bad_samples=_bad_samples(bad_samples, target),
        tracks=tracks,
        experiment_path=recording.experiment_path if isinstance(recording, LabBinary) else None,
        mask_path=mask_path,
    )
    return plan.changed_to(channels=_channels(plan, channels))


def export_recording(
    source: Source,
    tracks: MaskTracks | None,
    path: str | os.PathLike[str],
    *,
    start_s: float | None = None,
    stop_s: float | None = None,
    format: str | None = None,  # noqa: A002
    channels: str | Sequence[str] | Sequence[int] = "all",
    bad_samples: BadSamples | str = "keep",
    force: bool = False,
    processing: SampleTransform | None = None,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
    told: Callable[[ExportPlan, str], object] | None = None,
    measuring: Progress | None = None,
) -> tuple[Path, ...]:
    """Export a stretch of a recording: `plan_for` and `exporting.export` in one.

    The command line and `Viewer.export` are this.

    Parameters
    ----------
    told : callable, optional
        Called with the plan and each thing worth knowing, before anything is written. Some take
        a look at all samples, of which `measuring` tells the progress.

    Returns
    -------
    tuple of Path
        The files written, the main one last.

    Raises
    ------
    ExportError, ExportCancelledError, RecordingError
        As `exporting.export` does.
    """
    with source.open() as recording:
        plan = plan_for(
            recording,
            tracks,
            path,
            mask_path=source.mask_path,
            start_s=start_s,
            stop_s=stop_s,
            format=format,
            channels=channels,
            bad_samples=bad_samples,
        )
    if told is not None:
        complete = resolved(with_note(plan, processing))
        exporter = check(with_note(plan, processing), force=force)
        for note in exporter.notes(complete):
            told(complete, note)
        if exporter.needs_ranges(complete):
            low, high = ranges(plan, source, processing, progress=measuring, cancel=cancel)
            told(complete, exporter.note_of_ranges(complete, low, high))
    return export(plan, source, processing, force=force, progress=progress, cancel=cancel)


def _stretch(info: RecordingInfo, start_s: float | None, stop_s: float | None) -> tuple[int, int]:
    ends = []
    for name, second, default in (("start", start_s, 0), ("stop", stop_s, info.n_samples)):
        sample = default
        if second is not None:
            if not math.isfinite(second):
                raise ExportError(info.path, f"the {name} {second} s is no time", "name seconds")
            sample = nearest_sample(second, info.sampling_rate)
        if not 0 <= sample <= info.n_samples:
            raise ExportError(
                info.path,
                f"the {name} {second:.10g} s lies outside 0 to {info.duration_s:.10g} s",
                "choose a stretch within the recording",
            )
        ends.append(sample)
    start, stop = ends
    if start >= stop:
        raise ExportError(
            info.path,
            f"there is no sample from {start / info.sampling_rate:.10g} to "
            f"{stop / info.sampling_rate:.10g} s",
            "choose a stop after the start",
        )
    return start, stop


def _channels(plan: ExportPlan, choice: str | Sequence[str] | Sequence[int]) -> tuple[int, ...]:
    if isinstance(choice, str):
        if choice == "all":
            return tuple(range(plan.info.n_channels))
        if choice == "good":
            everyone = plan.changed_to(channels=tuple(range(plan.info.n_channels)))
            return tuple(np.flatnonzero(~everyone.marks.bad_channels).tolist())
        choice = [choice]
    try:
        found = chosen_channels(np.asarray(choice), plan.info.labels).tolist()
    except ValueError as error:
        raise ExportError(plan.info.path, str(error), "`ecogview info` lists labels") from error
    return tuple(dict.fromkeys(found))


def _bad_samples(value: BadSamples | str, target: Path) -> BadSamples:
    if value == "keep":
        return "keep"
    try:
        number = float(value)
    except ValueError:
        number = math.inf
    if math.isinf(number):
        raise ExportError(
            target, f"{value!r} is nothing to set bad samples to", "write keep, nan or a number"
        )
    return number
