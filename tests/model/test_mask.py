"""Edits of channel flags against a plain array."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ecogview.data.mask_tracks import MaskTracks, empty_tracks
from ecogview.dsp.runs import Runs
from ecogview.model.mask import ChannelEdit

N = 9
flag_lists = st.lists(st.booleans(), min_size=N, max_size=N)
gestures = st.lists(
    st.tuples(st.lists(st.integers(0, N - 1), max_size=2 * N), st.booleans()), max_size=6
)


def tracks_with(flags: list[bool]) -> MaskTracks:
    """Flags of channels beside marks that no edit of channels may touch."""
    values: NDArray[np.bool_] = np.array(flags)
    values.setflags(write=False)
    return replace(
        empty_tracks(1000, N),
        hf=Runs.of([(3, 20)]),
        manual=Runs.of([(500, 1000)]),
        bad_channels=values,
        warnings=("odd",),
    )


@given(flag_lists, gestures)
def test_edits_do_what_assignment_does_and_come_undone(
    flags: list[bool], gestures: list[tuple[list[int], bool]]
) -> None:
    tracks = tracks_with(flags)
    plain = np.array(flags)
    history = []
    for channels, bad in gestures:
        edit = ChannelEdit.plan(tracks, channels, bad=bad)
        changes = not np.all(plain[np.array(channels, int)] == bad)
        assert bool(edit) == changes
        history.append((edit, tracks))
        tracks = edit.apply(tracks)
        plain[np.array(channels, int)] = bad
        assert tracks.bad_channels.tolist() == plain.tolist()
        assert (tracks.hf, tracks.manual) == (Runs.of([(3, 20)]), Runs.of([(500, 1000)]))
        assert tracks.warnings == ("odd",)
    for edit, before in reversed(history):
        tracks = edit.revert(tracks)
        assert tracks.marks_equal(before)


def test_an_edit_holds_only_what_changes_once_in_the_order_given() -> None:
    tracks = tracks_with([False, True, False, True, False, False, False, False, False])
    edit = ChannelEdit.plan(tracks, [8, 1, 0, 8, 3], bad=True)
    assert edit == ChannelEdit((8, 0), bad=True)
    assert ChannelEdit.plan(tracks, iter([4, 5]), bad=False) == ChannelEdit((), bad=False)


def test_old_tracks_are_never_touched() -> None:
    tracks = tracks_with([False] * N)
    new = ChannelEdit.plan(tracks, [2], bad=True).apply(tracks)
    assert not tracks.bad_channels.any()
    assert not new.bad_channels.flags.writeable
    assert new.bad_channels.dtype == bool


def test_an_edit_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        ChannelEdit((1,), bad=True).bad = False  # type: ignore[misc]


def test_a_channel_that_does_not_exist_is_refused() -> None:
    with pytest.raises(IndexError):
        ChannelEdit.plan(tracks_with([False] * N), [N], bad=True)
