"""Edits of the mask: what they hold, and channel flags, against plain arrays."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecogview.data.mask_tracks import MaskTracks, empty_tracks
from ecogview.dsp.runs import EMPTY, Runs
from ecogview.model.mask import (
    MaskEdit,
    TrackEdit,
    channels_as_in,
    invert_channels,
    mark_channels,
)
from tests.model.plain_mask import PlainMask, assert_sound, plain_masks

N = 9
flag_lists = st.lists(st.booleans(), min_size=N, max_size=N)
gestures = st.lists(
    st.tuples(st.lists(st.integers(0, N - 1), max_size=2 * N), st.sampled_from("bgi")), max_size=6
)


def tracks_with(flags: list[bool]) -> MaskTracks:
    """Flags of channels beside marks that no edit of channels may touch."""
    values = np.array(flags)
    values.setflags(write=False)
    return replace(
        empty_tracks(1000, N),
        hf=Runs.of([(3, 20)]),
        manual=Runs.of([(500, 1000)]),
        bad_channels=values,
        warnings=("odd",),
    )


# -- channels


@given(flag_lists, gestures)
def test_edits_do_what_assignment_does_and_come_undone(
    flags: list[bool], gestures: list[tuple[list[int], str]]
) -> None:
    tracks = tracks_with(flags)
    plain = np.array(flags)
    history = []
    for channels, what in gestures:
        before = plain.copy()
        if what == "i":
            edit = invert_channels(tracks)
            plain = ~plain
        else:
            edit = mark_channels(tracks, channels, bad=what == "b")
            plain[np.array(channels, int)] = what == "b"
        assert sorted(edit.channels) == np.flatnonzero(plain != before).tolist()
        assert bool(edit) == bool(edit.channels)
        assert edit.span is None
        history.append((edit, tracks))
        tracks = edit.apply(tracks)
        assert tracks.bad_channels.tolist() == plain.tolist()
        assert (tracks.hf, tracks.manual) == (Runs.of([(3, 20)]), Runs.of([(500, 1000)]))
        assert tracks.warnings == ("odd",)
    for edit, earlier in reversed(history):
        tracks = edit.revert(tracks)
        assert tracks.marks_equal(earlier)


def test_an_edit_holds_only_what_changes_once_in_the_order_given() -> None:
    tracks = tracks_with([False, True, False, True, False, False, False, False, False])
    edit = mark_channels(tracks, [8, 1, 0, 8, 3], bad=True)
    assert edit == MaskEdit(made_bad=(8, 0))
    assert mark_channels(tracks, iter([4, 5]), bad=False) == MaskEdit()
    assert mark_channels(tracks, range(N), bad=False) == MaskEdit(made_good=(1, 3))


def test_channels_as_they_were_leave_the_spans() -> None:
    recorded = tracks_with([True] + [False] * 8)
    now = replace(tracks_with([False] * 8 + [True]), hf=EMPTY)
    edit = channels_as_in(now, recorded)
    assert edit == MaskEdit(made_bad=(0,), made_good=(8,))
    assert edit.channels == (0, 8)


def test_old_tracks_are_never_touched() -> None:
    tracks = tracks_with([False] * N)
    new = mark_channels(tracks, [2], bad=True).apply(tracks)
    assert not tracks.bad_channels.any()
    assert not new.bad_channels.flags.writeable
    assert new.bad_channels.dtype == bool


def test_an_edit_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        MaskEdit(made_bad=(1,)).made_good = (2,)  # type: ignore[misc]


def test_a_channel_that_does_not_exist_is_refused() -> None:
    with pytest.raises(IndexError):
        mark_channels(tracks_with([False] * N), [N], bad=True)


# -- the difference of two masks


@given(plain_masks, plain_masks)
def test_the_difference_says_what_was_added_and_removed(a: PlainMask, b: PlainMask) -> None:
    before, after = a.tracks(), b.tracks()
    edit = MaskEdit.between(before, after)
    assert bool(edit) == (not a.equals(b))
    now = edit.apply(before)
    assert_sound(now)
    assert now.marks_equal(after)
    assert edit.revert(now).marks_equal(before)
    assert edit.inverse() == MaskEdit.between(after, before)
    assert set(edit.made_bad) == set(np.flatnonzero(b.ch & ~a.ch).tolist())
    assert set(edit.made_good) == set(np.flatnonzero(a.ch & ~b.ch).tolist())
    by_kind = {change.kind: change for change in edit.tracks}
    changed = np.zeros(len(a.hf), bool)
    for kind in ("hf", "sat", "manual"):
        old, new = getattr(a, kind), getattr(b, kind)
        change = by_kind.get(kind, TrackEdit(kind, EMPTY, EMPTY))
        assert change.added == Runs.from_bool(new & ~old)
        assert change.removed == Runs.from_bool(old & ~new)
        changed |= old != new
    assert edit.changed == Runs.from_bool(changed)
    where = np.flatnonzero(changed)
    assert edit.span == ((where[0], where[-1] + 1) if len(where) else None)


def test_an_edit_holds_whole_runs_and_none_that_stay() -> None:
    before = Runs.of([(0, 5), (10, 20), (30, 40), (50, 60)])
    after = Runs.of([(0, 5), (10, 15), (31, 40), (50, 60)])
    edit = TrackEdit.between("hf", before, after)
    assert edit is not None
    assert list(edit.before) == [(10, 20), (30, 40)]
    assert list(edit.after) == [(10, 15), (31, 40)]
    assert edit.span == (10, 40)
    assert list(edit.removed) == [(15, 20), (30, 31)]
    assert TrackEdit.between("hf", before, Runs(before.bounds.copy())) is None


def test_an_edit_keeps_no_tracks_alive() -> None:
    before = Runs.of([(i, i + 5) for i in range(0, 100, 10)])
    edit = TrackEdit.between("sat", before, before.difference(Runs.of([(40, 45)])))
    assert edit is not None
    assert not np.shares_memory(edit.before.bounds, before.bounds)
    assert edit.before.bounds.base is None


@given(plain_masks, plain_masks, plain_masks)
def test_on_other_tracks_an_edit_still_replaces_its_stretch(
    a: PlainMask, b: PlainMask, other: PlainMask
) -> None:
    edit = MaskEdit.between(a.tracks(), b.tracks())
    expected = other.copy()
    for change in edit.tracks:
        start, stop = change.span
        getattr(expected, change.kind)[start:stop] = getattr(b, change.kind)[start:stop]
    expected.ch[list(edit.made_bad)] = True
    expected.ch[list(edit.made_good)] = False
    assert PlainMask.of(edit.apply(other.tracks())).equals(expected)
