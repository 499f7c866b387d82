"""Edits of the quality mask: frozen data that can be applied and taken back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ecogview.data.mask_tracks import MaskTracks
from ecogview.dsp.runs import EMPTY, Runs

Kind = Literal["hf", "sat", "manual"]
KINDS: tuple[Kind, ...] = ("hf", "sat", "manual")


@dataclass(frozen=True)
class TrackEdit:
    """Runs of one track that are replaced.

    Parameters
    ----------
    kind : str
        Which track.
    before, after : Runs
        Whole runs, none of which the track keeps as it is at either end of the stretch.
    """

    kind: Kind
    before: Runs
    after: Runs

    @classmethod
    def between(cls, kind: Kind, before: Runs, after: Runs) -> TrackEdit | None:
        """What turns the one into the other; None where they are equal."""
        a, b = before.bounds, after.bounds
        shared = min(len(a), len(b))
        head = shared if before is after else _leading(a[:shared], b[:shared])
        shared -= head
        tail = _leading(a[len(a) - shared :][::-1], b[len(b) - shared :][::-1])
        old, new = a[head : len(a) - tail], b[head : len(b) - tail]
        if not len(old) and not len(new):
            return None
        # Copies: a view in a long history of edits would keep the tracks of every step.
        return cls(kind, Runs(old.copy()), Runs(new.copy()))

    @property
    def span(self) -> tuple[int, int]:
        """The stretch in which runs are replaced, half-open."""
        starts, stops = zip(*(r.hull for r in (self.before, self.after) if len(r)), strict=True)
        return min(starts), max(stops)

    @cached_property
    def added(self) -> Runs:
        """Samples that become bad in this track."""
        return self.after.difference(self.before)

    @cached_property
    def removed(self) -> Runs:
        """Samples that are bad in this track no more."""
        return self.before.difference(self.after)

    def inverse(self) -> TrackEdit:
        return TrackEdit(self.kind, self.after, self.before)


@dataclass(frozen=True)
class MaskEdit:
    """One gesture: what it changes of the mask, and nothing else.

    The functions that plan it take tracks; `apply` and `revert` return new ones, the old ones are
    never touched. It holds for the tracks it was planned on, and is False where nothing changes.

    Parameters
    ----------
    tracks : tuple of TrackEdit
        Of each kind one at most.
    made_bad, made_good : tuple of int
        Channels, in the order in which they were named.
    """

    tracks: tuple[TrackEdit, ...] = ()
    made_bad: tuple[int, ...] = ()
    made_good: tuple[int, ...] = ()

    @classmethod
    def between(cls, before: MaskTracks, after: MaskTracks) -> MaskEdit:
        """What turns the marks of the one into those of the other, of the same recording.

        Also the answer to what has changed since: see `TrackEdit.added` and `TrackEdit.removed`.
        """
        new = after.tracks()
        edits = (TrackEdit.between(kind, before.tracks()[kind], new[kind]) for kind in KINDS)
        return cls(
            tuple(edit for edit in edits if edit is not None),
            made_bad=_indices(after.bad_channels & ~before.bad_channels),
            made_good=_indices(before.bad_channels & ~after.bad_channels),
        )

    def __bool__(self) -> bool:
        return bool(self.tracks or self.made_bad or self.made_good)

    @property
    def channels(self) -> tuple[int, ...]:
        """Channels that change."""
        return self.made_bad + self.made_good

    @property
    def span(self) -> tuple[int, int] | None:
        """From the first to the last sample that changes, half-open; None if only channels do."""
        return self.changed.hull if self.tracks else None

    @cached_property
    def added(self) -> Runs:
        """Samples that become bad in any track."""
        return EMPTY.union(*(edit.added for edit in self.tracks))

    @cached_property
    def removed(self) -> Runs:
        """Samples that are bad no more in any track."""
        return EMPTY.union(*(edit.removed for edit in self.tracks))

    @cached_property
    def changed(self) -> Runs:
        """Samples that change in any track."""
        return self.added.union(self.removed)

    def inverse(self) -> MaskEdit:
        """The edit that takes this one back."""
        return MaskEdit(
            tuple(edit.inverse() for edit in self.tracks), self.made_good, self.made_bad
        )

    def apply(self, tracks: MaskTracks) -> MaskTracks:
        runs = tracks.tracks()
        new: dict[str, Any] = {
            edit.kind: runs[edit.kind].spliced(*edit.span, edit.after) for edit in self.tracks
        }
        if self.channels:
            flags = np.array(tracks.bad_channels)
            flags[list(self.made_bad)] = True
            flags[list(self.made_good)] = False
            flags.setflags(write=False)
            new["bad_channels"] = flags
        return replace(tracks, **new)

    def revert(self, tracks: MaskTracks) -> MaskTracks:
        return self.inverse().apply(tracks)


def mark_channels(tracks: MaskTracks, channels: Iterable[int], *, bad: bool) -> MaskEdit:
    """Set channels bad or good.

    Raises
    ------
    IndexError
        If there is no such channel.
    """
    changing = tuple(c for c in dict.fromkeys(channels) if tracks.bad_channels[c] != bad)
    return MaskEdit(made_bad=changing) if bad else MaskEdit(made_good=changing)


def invert_channels(tracks: MaskTracks) -> MaskEdit:
    """Make bad channels good, and good ones bad."""
    return MaskEdit(
        made_bad=_indices(~tracks.bad_channels), made_good=_indices(tracks.bad_channels)
    )


def channels_as_in(tracks: MaskTracks, target: MaskTracks) -> MaskEdit:
    """Make the channels as they are in other tracks, and leave the spans."""
    return MaskEdit.between(tracks, replace(tracks, bad_channels=target.bad_channels))


def _indices(flags: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(np.flatnonzero(flags).tolist())


def _leading(a: NDArray[np.int64], b: NDArray[np.int64]) -> int:
    """How many rows are equal from the first on."""
    differ = (a[:, 0] != b[:, 0]) | (a[:, 1] != b[:, 1])
    first = int(differ.argmax()) if len(differ) else 0
    return first if len(differ) and differ[first] else len(differ)
