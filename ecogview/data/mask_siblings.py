"""Other files of the same recording and drive, and how marks get from one to the other."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecogview.data.lab_name import SUFFIX, UNMASKED_TYPES, LabName
from ecogview.data.mask_elsewhere import mask_elsewhere
from ecogview.data.mask_tracks import MaskTracks, empty_tracks, load_tracks
from ecogview.data.recording import RecordingInfo
from ecogview.data.registry import open_recording
from ecogview.dsp.runs import Runs
from ecogview.errors import MaskFileError, RecordingError, printable

_MOST_NAMES = 100_000
_WHOLE = 1 << 62


@dataclass(frozen=True, slots=True)
class Sibling:
    """A mask that another file of the recording has or would have.

    Parameters
    ----------
    mask_path : Path
        Where it is, or will be: beside its recordings, unless it was given another place.
    recordings : tuple of Path
        The files that share it: a filtered one has the mask of what it was filtered from.
    info : RecordingInfo or None
        Of the first of them that can be opened, None where `problem` says why none can.
    is_read_by_lab : bool
        Whether the lab's scripts read it: not for `raw` and `lfp`.
    problem : str
        Why marks cannot be carried there, in words; empty where they can.
    is_elsewhere : bool
        Whether it was given another place, where it then has to be.
    """

    mask_path: Path
    recordings: tuple[Path, ...]
    info: RecordingInfo | None
    is_read_by_lab: bool
    problem: str = ""
    is_elsewhere: bool = False

    @property
    def recording(self) -> Path:
        """The first of its recordings, by which it is known wherever its mask is."""
        return self.recordings[0]

    def load(self) -> MaskTracks:
        """The marks it holds, none where there is no such file; else as `load_tracks`."""
        if self.info is None:
            raise ValueError(f"{self.mask_path}: {self.problem}")
        n_samples, n_channels = self.info.n_samples, self.info.n_channels
        if not self.is_elsewhere and not os.path.lexists(self.mask_path):
            return empty_tracks(n_samples, n_channels)
        return load_tracks(self.mask_path, n_samples, n_channels, self.info.sampling_rate)


@dataclass(frozen=True, slots=True, eq=False)
class CarriedMarks:
    """What a sibling's mask would be with the marks of another file in it. Nothing is written.

    Parameters
    ----------
    tracks : MaskTracks
        For `save_tracks`, which refuses if the file has changed since.
    added, removed : Runs
        Samples that become bad, and good.
    made_bad, made_good : tuple of str
        Labels of the channels that do.
    notes : tuple of str
        What is to be said before saving.
    """

    tracks: MaskTracks
    added: Runs
    removed: Runs
    made_bad: tuple[str, ...]
    made_good: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(len(self.added) or len(self.removed) or self.made_bad or self.made_good)


def siblings_of(info: RecordingInfo) -> tuple[Sibling, ...]:
    """Find the other masks of a recording: same folder, same ``rec_id``, same drive.

    Opens one file of each; those that share the recording's own mask are left out. Raises
    `RecordingError` where the recording is none of the lab's or its folder cannot be read.
    """
    own = LabName.parse(info.path)
    files: dict[Path, list[LabName]] = {}
    for name in _names_beside(own):
        if name.mask_path != own.mask_path:
            files.setdefault(name.mask_path, []).append(name)
    return tuple(_sibling(path, names, info) for path, names in sorted(files.items()))


def carry_marks(
    marks: MaskTracks,
    info: RecordingInfo,
    sibling: Sibling,
    onto: MaskTracks,
    *,
    detected: bool = False,
    replaces: bool = False,
) -> CarriedMarks:
    """Add the marks of a recording to those of a sibling, or put them in their place.

    Spans are rounded outwards to the sibling's samples and cut at its end; channels go by label.
    Nothing that is bad there becomes good, unless `replaces`.

    Parameters
    ----------
    marks : MaskTracks
        Of the recording that `info` describes.
    info : RecordingInfo
    sibling : Sibling
        One without a `problem`.
    onto : MaskTracks
        What `sibling.load` gave.
    detected : bool, optional
        Carry also what the lab's detector found (`hf`, `sat`), under its own kind. By default only
        what a person marked is: the detector sees other noise at another rate.
    replaces : bool, optional
        Drop those spans there that are of a kind that is carried, and let channels that both have
        be good where they are here.
    """
    target = sibling.info
    if target is None:
        raise ValueError(f"{sibling.mask_path}: {sibling.problem}")
    ratio = Fraction(target.sampling_rate) / Fraction(info.sampling_rate)

    def there(runs: Runs) -> Runs:
        return _rounded_outwards(runs, ratio).clip(0, onto.n_samples)

    def with_ours(theirs: Runs, ours: Runs) -> Runs:
        return there(ours) if replaces else theirs.union(there(ours))

    hf = with_ours(onto.hf, marks.hf) if detected else onto.hf
    sat = with_ours(onto.sat, marks.sat) if detected else onto.sat
    by_hand = with_ours(onto.manual, marks.manual)
    labels = {label: index for index, label in enumerate(target.labels)}
    bad = [info.labels[channel] for channel in np.flatnonzero(marks.bad_channels)]
    good = [info.labels[channel] for channel in np.flatnonzero(~marks.bad_channels)] * replaces
    flags = np.array(onto.bad_channels)
    made_bad = tuple(label for label in bad if label in labels and not flags[labels[label]])
    made_good = tuple(label for label in good if label in labels and flags[labels[label]])
    flags[[labels[label] for label in made_bad]] = True
    flags[[labels[label] for label in made_good]] = False
    flags.setflags(write=False)
    tracks = replace(
        onto, hf=hf, sat=sat, manual=by_hand.difference(hf).difference(sat), bad_channels=flags
    )
    notes = []
    missing = [label for label in bad if label not in labels]
    if missing:
        some = ", ".join(missing[:5]) + (" …" if len(missing) > 5 else "")
        channel, do = ("channel", "does") if len(missing) == 1 else ("channels", "do")
        notes.append(f"{len(missing)} bad {channel} {do} not occur there ({printable(some, 200)})")
    if not sibling.is_read_by_lab:
        notes.append(f"the lab's scripts read no mask for {target.rec_type}")
    added, removed = tracks.bad.difference(onto.bad), onto.bad.difference(tracks.bad)
    return CarriedMarks(tracks, added, removed, made_bad, made_good, tuple(notes))


def _names_beside(own: LabName) -> list[LabName]:
    names = []
    try:
        with os.scandir(own.path.parent) as entries:
            for count, entry in enumerate(entries):
                if count == _MOST_NAMES:
                    raise RecordingError(
                        own.path.parent,
                        f"holds more than {_MOST_NAMES:,} files",
                        "carry the marks in a smaller folder",
                    )
                if entry.name.startswith(f"{own.rec_id}.") and entry.name.endswith(SUFFIX):
                    names.append(entry.name)
    except OSError as error:
        raise RecordingError(
            own.path.parent, f"cannot be read ({error.strerror or error})", "check the folder"
        ) from error
    parsed = []
    for text in sorted(names):
        try:
            name = LabName.parse(own.path.with_name(text))
        except RecordingError:  # of another program
            continue
        if (name.rec_id, name.microdrive_name) == (own.rec_id, own.microdrive_name):
            parsed.append(name)
    return parsed


def _sibling(beside: Path, names: list[LabName], info: RecordingInfo) -> Sibling:
    recordings = tuple(name.path for name in names)
    is_read = names[0].rec_type not in UNMASKED_TYPES
    found, problem = None, ""
    for path in recordings:
        try:
            with open_recording(path) as recording:
                found, problem = recording.info, ""
            break
        except RecordingError as error:
            problem = problem or f"{error.path.name}: {error.reason}"
    if found is not None and abs(found.duration_s - info.duration_s) > 1:
        problem = (
            f"lasts {found.duration_s:,.1f} s, this recording {info.duration_s:,.1f} s: "
            "not the same stretch of time"
        )
    elsewhere = None
    try:
        elsewhere = mask_elsewhere(recordings[0])
    except MaskFileError as error:
        problem = problem or str(error)
    path, is_elsewhere = elsewhere or beside, elsewhere is not None
    return Sibling(path, recordings, found, is_read, problem, is_elsewhere)


def _rounded_outwards(runs: Runs, ratio: Fraction) -> Runs:
    """Runs at another rate, in whole samples that hold all of them; exact for any rate."""
    if ratio == 1 or not len(runs):
        return runs
    up, down = ratio.as_integer_ratio()
    # Rates that are no whole numbers have denominators that overflow 64 bits: then exact and slow.
    fits = int(runs.bounds[-1, 1]) < _WHOLE // max(up, down)
    bounds: NDArray[Any] = runs.bounds if fits else runs.bounds.astype(object)
    starts, stops = bounds[:, 0] * up // down, -(-bounds[:, 1] * up // down)
    return Runs.of(np.stack([starts, stops], axis=1).astype(np.int64))
