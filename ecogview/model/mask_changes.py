"""What tells two versions of a mask apart: in numbers, and made to a third one."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ecogview.data.mask_tracks import MaskTracks
from ecogview.model.clock import format_length, format_time
from ecogview.model.mask import MaskEdit


@dataclass(frozen=True, slots=True)
class ChangeCounts:
    """An edit in numbers.

    Parameters
    ----------
    added, removed : int
        Spans, or parts of them, that are marked and un-marked; each kind counts by itself.
    added_samples, removed_samples : int
    made_bad, made_good : int
        Channels.
    """

    added: int
    removed: int
    added_samples: int
    removed_samples: int
    made_bad: int
    made_good: int

    @classmethod
    def of(cls, edit: MaskEdit) -> ChangeCounts:
        added, removed = ([getattr(e, name) for e in edit.tracks] for name in ("added", "removed"))
        return cls(
            sum(map(len, added)),
            sum(map(len, removed)),
            sum(runs.total for runs in added),
            sum(runs.total for runs in removed),
            len(edit.made_bad),
            len(edit.made_good),
        )

    @property
    def spans(self) -> int:
        return self.added + self.removed

    @property
    def channels(self) -> int:
        return self.made_bad + self.made_good


def changes_text(edit: MaskEdit, sampling_rate: float) -> str:
    """Say what an edit changes: ``3 spans added (4.2 s), 1 removed (0.5 s), 2 channels bad``."""
    counts = ChangeCounts.of(edit)
    spans = [
        (counts.added, "added", counts.added_samples),
        (counts.removed, "removed", counts.removed_samples),
    ]
    channels = [(counts.made_bad, "bad"), (counts.made_good, "good")]
    parts: list[str] = []
    noun = "span"
    for count, verb, samples in spans:
        if count:
            parts.append(
                f"{_counted(count, noun)} {verb} ({format_length(samples / sampling_rate)})"
            )
            noun = ""
    noun = "channel"
    for count, word in channels:
        if count:
            parts.append(f"{_counted(count, noun)} {word}")
            noun = ""
    return ", ".join(parts) or "no difference"


def changes_place(edit: MaskEdit, sampling_rate: float) -> str:
    """Where the first change of spans is, and of which kinds: ``first at 1:02.250, hf, manual``.

    An empty text where no span changes.
    """
    changed = [track for track in edit.tracks if len(track.added) or len(track.removed)]
    if not changed:
        return ""
    kinds = ", ".join(track.kind for track in changed)
    first_s = edit.changed.hull[0] / sampling_rate
    return f"first at {format_time(first_s, 3)}, {kinds}"


def with_changes(tracks: MaskTracks, changes: MaskEdit) -> MaskTracks:
    """The marks of `tracks` with changes made to them that were planned on another version.

    Whatever else differs between the versions stays. What lies beyond a recording that has become
    shorter is cut off; channels that are no more are left out.
    """
    runs = tracks.tracks()
    for edit in changes.tracks:
        changed = runs[edit.kind].union(edit.added).difference(edit.removed)
        runs[edit.kind] = changed.clip(0, tracks.n_samples)
    flags = np.array(tracks.bad_channels)
    for channels, value in ((changes.made_bad, True), (changes.made_good, False)):
        flags[[channel for channel in channels if channel < len(flags)]] = value
    flags.setflags(write=False)
    detected = runs["hf"].union(runs["sat"])
    return replace(
        tracks,
        hf=runs["hf"],
        sat=runs["sat"],
        manual=runs["manual"].difference(detected),
        bad_channels=flags,
    )


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}" if noun else f"{count:,}"
