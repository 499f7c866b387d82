"""Plans of edits of bad spans. Samples throughout, half-open, cut at the recording's ends."""

from __future__ import annotations

import math

from ecogview.data.mask_tracks import MaskTracks
from ecogview.dsp.runs import Runs
from ecogview.model.mask import KINDS, MaskEdit, TrackEdit


def span_between(one: int, other: int, n_samples: int) -> tuple[int, int]:
    """The span from one sample edge to another, in either order: within the recording, never empty.

    One outside of the recording becomes the sample at its end: ask first where it was typed.
    """
    start = min(max(min(one, other), 0), n_samples - 1)
    return start, max(min(max(one, other), n_samples), start + 1)


def shifted(span: tuple[int, int], by: int, n_samples: int) -> tuple[int, int]:
    """The span moved by that many samples, at its full length as far as the recording goes."""
    start, stop = span
    by = min(max(by, -start), n_samples - stop)
    return start + by, stop + by


def whole_samples(seconds: float, sampling_rate: float) -> int:
    """Samples that last at least so long: what is shorter has fewer than these."""
    # 0.07 s at 100 Hz is 7.000000000000001 samples: that is meant to be 7.
    return math.ceil(seconds * sampling_rate * (1 - 1e-12))


def mark_spans(tracks: MaskTracks, spans: Runs) -> MaskEdit:
    """Mark spans as bad by hand; where a detector found them so already they stay its own."""
    spans = spans.clip(0, tracks.n_samples)
    if not len(spans):
        return MaskEdit()
    start, stop = spans.hull
    before = tracks.manual.near(start, stop)
    return _manual_edit(before, before.union(spans.difference(_found(tracks, start, stop))))


def unmark_spans(tracks: MaskTracks, spans: Runs) -> MaskEdit:
    """Un-mark spans, cutting and splitting whatever lies there: of all kinds alike."""
    if not len(spans):
        return MaskEdit()
    edits = []
    for kind in KINDS:
        before = tracks.tracks()[kind].near(*spans.hull)
        edits.append(TrackEdit.between(kind, before, before.difference(spans)))
    return MaskEdit(tuple(edit for edit in edits if edit is not None))


def move_span(tracks: MaskTracks, old: tuple[int, int], new: tuple[int, int]) -> MaskEdit:
    """Give a span that was marked by hand another start and stop.

    What it uncovers is un-marked, what it covers is marked, unless a detector found it.

    Parameters
    ----------
    tracks : MaskTracks
    old : tuple of int
        The span as it is in `tracks.manual`.
    new : tuple of int
        Where it shall be, see `span_between` and `shifted`.
    """
    start, stop = min(old[0], new[0]), max(old[1], new[1])
    before = tracks.manual.near(start, stop)
    moved = Runs.of([new]).clip(0, tracks.n_samples).difference(_found(tracks, start, stop))
    return _manual_edit(before, before.difference(Runs.of([old])).union(moved))


def grow_spans(tracks: MaskTracks, by: int, spans: Runs | None = None) -> MaskEdit:
    """Make bad spans longer by `by` samples at both ends.

    What is added around a detector's spans is marked as by hand: `hf` and `sat` go on saying what
    was found. All of them grown, a sample is bad where `grow_bool_array` says so.

    Parameters
    ----------
    tracks : MaskTracks
    by : int
        0 or more.
    spans : Runs, optional
        Which ones, by default all that are bad for any reason.

    Raises
    ------
    ValueError
        If `by` is negative.
    """
    if by < 0:
        raise ValueError(f"spans cannot grow by {by} samples")
    chosen = tracks.bad if spans is None else spans
    return mark_spans(tracks, chosen.grow(min(by, tracks.n_samples), tracks.n_samples))


def fill_gaps(tracks: MaskTracks, shorter_than: int) -> MaskEdit:
    """Mark what lies between two bad spans where it has fewer than so many samples."""
    return mark_spans(tracks, tracks.bad.gaps().shorter_than(shorter_than))


def drop_short(tracks: MaskTracks, shorter_than: int) -> MaskEdit:
    """Un-mark spans that are bad, for whatever reasons together, for fewer than so many samples."""
    return unmark_spans(tracks, tracks.bad.shorter_than(shorter_than))


def _found(tracks: MaskTracks, start: int, stop: int) -> Runs:
    """What the detectors found there."""
    return tracks.hf.clip(start, stop).union(tracks.sat.clip(start, stop))


def _manual_edit(before: Runs, after: Runs) -> MaskEdit:
    edit = TrackEdit.between("manual", before, after)
    return MaskEdit() if edit is None else MaskEdit((edit,))
