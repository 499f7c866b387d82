"""``ecogview check``: what the author's class reads of a recording, and where we show otherwise."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ecogview.data.experiment import Experiment
from ecogview.data.lab_binary import LabBinary
from ecogview.data.lab_name import UNMASKED_TYPES
from ecogview.data.mask_elsewhere import mask_elsewhere
from ecogview.data.mask_pickle import MaskFile
from ecogview.data.mask_tracks import MaskTracks, empty_tracks, load_tracks
from ecogview.data.old_python import old_python_problem
from ecogview.data.recording import Layout, RecordingInfo
from ecogview.data.sample_checks import sample_warnings
from ecogview.dsp.runs import EMPTY, Runs
from ecogview.errors import MaskFileError, RecordingError, printable
from ecogview.services.layout_option import LAYOUT_ADVICE

_LOOKED_AT = 100_000
_SPANS_NAMED = 3


@dataclass(slots=True)
class Checked:
    """What was found, in words.

    `there` is what the author's class reads, `here` what ecogview shows; `differs` is what is not
    the same in both, `notes` what both read alike and is odd all the same.
    """

    facts: list[tuple[str, str]] = field(default_factory=list)
    there: str = ""
    here: str = ""
    differs: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def as_text(self) -> str:
        """Lines of a name and a text; the last one counts the differences."""
        count = len(self.differs)
        result = {0: "nothing differs", 1: "1 thing differs"}.get(count, f"{count} things differ")
        rows = [
            *self.facts,
            ("there", self.there),
            ("here", self.here),
            *(("differs", text) for text in self.differs),
            *(("note", text) for text in self.notes),
            ("result", result),
        ]
        return "".join(f"{name:<10} {printable(text)}\n" for name, text in rows)


def check(path: Path, *, layout: Layout | None = None) -> Checked:
    """Compare the author's class (Python 3.7, NumPy 1.19) with ecogview on a recording.

    `layout` is the order of the samples here, by default that of the type. Raises `RecordingError`
    where the recording cannot be opened. Nothing is written or run.
    """
    with LabBinary(path, layout=layout) as recording:
        info = recording.info
        checked = Checked(
            facts=[
                ("file", str(path)),
                ("samples", f"{info.n_samples:,} of {info.n_channels} channels, {info.layout}"),
            ]
        )
        checked.differs += _labels(recording)
        if info.rec_type == "raw":
            checked.differs += _unsigned(recording)
        _compare_masks(checked, recording)
        if info.layout != recording.name.layout:
            checked.differs.append(
                f"samples are read as {recording.name.layout} there, the order of "
                f"{info.rec_type}, and as {info.layout} here"
            )
        checked.notes += info.warnings
        checked.notes += [found.advising(LAYOUT_ADVICE) for found in sample_warnings(recording)]
    return checked


def _labels(recording: LabBinary) -> Iterator[str]:
    """The author's class takes labels from the first drive of the JSON, whichever that is."""
    experiment, info = Experiment.read(recording.experiment_path), recording.info
    drives = experiment.content["hardware"]["microdrive"]
    first = drives[0] if isinstance(drives, list) else drives
    name = first.get("name") if isinstance(first, dict) else None
    if name == info.microdrive_name or (isinstance(drives, list) and len(drives) == 1):
        return
    try:
        labels = [c.label for c in experiment.channels(str(name))[0]]
    except RecordingError as error:
        yield f"channel labels are those of the first drive there, which has none: {error.reason}"
        return
    if labels != list(info.labels):
        yield (
            f"channel labels are those of the first drive there, {name}: {_some(labels)}; here "
            f"those of {info.microdrive_name}: {_some(list(info.labels))}"
        )


def _unsigned(recording: LabBinary) -> Iterator[str]:
    info = recording.info
    step = max(_LOOKED_AT // 4, 1)
    starts = sorted({max(info.n_samples - step, 0) * place // 3 for place in range(4)})
    negative = looked_at = 0
    for start in starts:
        rows = recording.read_rows(start, min(start + step, info.n_samples))
        looked_at += rows.size
        negative += int(np.count_nonzero(rows < 0))
    if negative:
        yield (
            f"values are unsigned there (uint16): of {looked_at:,} looked at, {negative:,} are "
            "negative here and 65,536 higher there (the lab's loader makes them negative again, "
            "one count too high)"
        )


# -- the mask


def _compare_masks(checked: Checked, recording: LabBinary) -> None:
    info, beside = recording.info, recording.name.mask_path
    path = beside
    try:
        elsewhere = mask_elsewhere(info.path)
    except MaskFileError as error:
        checked.differs.append(f"where the mask is kept here cannot be read: {error}")
        elsewhere = None
    if elsewhere is not None:
        checked.differs.append(f"the mask is read from {elsewhere} here, and not looked for there")
        path = elsewhere
    here = _read_here(path, info)
    checked.here = str(here) if isinstance(here, MaskFileError) else _in_words(here, info)
    if info.rec_type in UNMASKED_TYPES:
        checked.there = f"no mask is read for {info.rec_type}: nothing is bad"
        if isinstance(here, MaskFileError) or len(here.bad) or here.bad_channels.any():
            checked.differs.append(f"no mask is read for {info.rec_type} there")
        return
    if not os.path.lexists(beside):
        checked.there = "there is no mask: nothing is bad"
        return
    there, problems = _read_there(beside, info)
    checked.there = there
    checked.differs += problems
    if isinstance(here, MaskFileError):
        checked.differs.append(f"here the mask cannot be used: {here.reason}")
    elif len(here.unapplied):
        checked.differs.append(
            f"{here.unapplied.total:,} samples are listed as marked by hand and not in 'hf' "
            f"({_places(here.unapplied, info)}): no mark there, here they are offered as one"
        )


def _read_here(path: Path, info: RecordingInfo) -> MaskTracks | MaskFileError:
    if not os.path.lexists(path):
        return empty_tracks(info.n_samples, info.n_channels)
    try:
        return load_tracks(path, info.n_samples, info.n_channels, info.sampling_rate)
    except MaskFileError as error:
        return error


def _read_there(path: Path, info: RecordingInfo) -> tuple[str, list[str]]:
    """What unpickling, ``hf | sat`` and ``~ch`` make of a mask, and what of it is amiss."""
    try:
        problem = old_python_problem(path)
        with MaskFile(path) as file:
            there, problems = _of_mask(file, info)
        if problem is not None:
            there = "the mask cannot be loaded"
            problems.insert(0, f"the mask cannot be loaded there: {problem}")
        return there, problems
    except MaskFileError as error:
        return f"not known: {error.reason}", []


def _of_mask(file: MaskFile, info: RecordingInfo) -> tuple[str, list[str]]:
    problems = []
    flags = {key: file.flags(key) for key in ("hf", "sat", "ch") if key in file.keys}
    for key in flags:
        form = file.odd_form(key)
        if form is not None:
            problems.append(
                f"'{key}' is {form} and not of booleans of one dimension, as the author's class "
                "takes for granted; here it is read all the same"
            )
    for key in ("hf", "sat"):
        beyond = flags[key].length - info.n_samples
        if beyond:
            problems.append(
                f"{key!r} has {flags[key].length:,} entries for {info.n_samples:,} samples, "
                f"{abs(beyond):,} {'more' if beyond > 0 else 'fewer'}: they do not fit there"
            )
    bad = EMPTY.union(*(Runs.from_chunks(file.chunks(flags[key])) for key in ("hf", "sat")))
    if "ch" not in flags:
        problems.append(
            "the mask has no 'ch': all channels are taken in reverse order there (~arange); here "
            "none is bad, in the order of the file"
        )
        channels = f"all {info.n_channels} channels, in reverse order"
    elif flags["ch"].length != info.n_channels:
        channels = f"{flags['ch'].length} entries for {info.n_channels} channels"
    else:
        bad_channels = np.concatenate([np.zeros(0, bool), *file.chunks(flags["ch"])])
        channels = _channels(bad_channels, info)
    return f"{_share(bad, info)}; {channels}", problems


def _in_words(tracks: MaskTracks, info: RecordingInfo) -> str:
    return f"{_share(tracks.bad, info)}; {_channels(tracks.bad_channels, info)}"


def _share(bad: Runs, info: RecordingInfo) -> str:
    spans = "1 span" if len(bad) == 1 else f"{len(bad):,} spans"
    return f"{bad.total:,} samples bad ({bad.total / info.n_samples:.2%}) in {spans}"


def _channels(bad: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], info: RecordingInfo) -> str:
    labels = [info.labels[channel] for channel in np.flatnonzero(bad)]
    return f"{len(labels)} of {info.n_channels} channels bad" + (
        f" ({_some(labels)})" if labels else ""
    )


def _places(runs: Runs, info: RecordingInfo) -> str:
    some = [
        f"{start / info.sampling_rate:.3f} to {stop / info.sampling_rate:.3f} s"
        for start, stop in Runs(runs.bounds[:_SPANS_NAMED])
    ]
    return ", ".join(some) + (" …" if len(runs) > _SPANS_NAMED else "")


def _some(labels: list[str]) -> str:
    return ", ".join(labels[:5]) + (f" … ({len(labels)})" if len(labels) > 5 else "")
