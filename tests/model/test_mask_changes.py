"""What tells versions of a mask apart, and changes made to another version."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecogview.data.mask_tracks import MaskTracks, empty_tracks
from ecogview.dsp.runs import Runs
from ecogview.model.mask import MaskEdit
from ecogview.model.mask_changes import ChangeCounts, changes_place, changes_text, with_changes

N, RATE = 60, 10.0


def tracks(bad: tuple[int, ...] = (), **runs: list[tuple[int, int]]) -> MaskTracks:
    made = {kind: Runs.of(spans) for kind, spans in runs.items()}
    flags = np.isin(np.arange(3), bad)
    return replace(empty_tracks(N, 3), bad_channels=flags, **made)


def test_counts_and_text() -> None:
    before = tracks(bad=(0,), hf=[(0, 10), (20, 30)], manual=[(40, 45)])
    after = tracks(bad=(1, 2), hf=[(0, 10)], sat=[(50, 51)], manual=[(40, 60)])
    edit = MaskEdit.between(before, after)
    assert ChangeCounts.of(edit) == ChangeCounts(2, 1, 16, 10, 2, 1)
    assert changes_text(edit, RATE) == (
        "2 spans added (1.6 s), 1 removed (1.0 s), 2 channels bad, 1 good"
    )


@pytest.mark.parametrize(
    ("after", "text"),
    [
        (tracks(), "no difference"),
        (tracks(hf=[(3, 4)]), "1 span added (0.1 s)"),
        (tracks(bad=(2,)), "1 channel bad"),
    ],
)
def test_text_of_little(after: MaskTracks, text: str) -> None:
    assert changes_text(MaskEdit.between(tracks(), after), RATE) == text
    if text.endswith("bad"):
        back = MaskEdit.between(after, tracks())
        assert changes_text(back, RATE) == "1 channel good"


flags = st.lists(st.sampled_from([None, "hf", "sat", "manual"]), min_size=N, max_size=N)


def made_of(kinds: list[str | None], bad: set[int]) -> MaskTracks:
    runs = {
        kind: Runs.from_bool(np.array([k == kind for k in kinds]))
        for kind in ("hf", "sat", "manual")
    }
    return replace(empty_tracks(N, 3), bad_channels=np.isin(np.arange(3), list(bad)), **runs)


@given(flags, flags, flags, st.sets(st.integers(0, 2)), st.sets(st.integers(0, 2)))
def test_changes_as_plain_booleans_would_make_them(
    before: list[str | None],
    after: list[str | None],
    other: list[str | None],
    bad_before: set[int],
    bad_after: set[int],
) -> None:
    base, mine, theirs = made_of(before, bad_before), made_of(after, bad_after), made_of(other, {1})
    result = with_changes(theirs, MaskEdit.between(base, mine))
    expected = {}
    for kind in ("hf", "sat", "manual"):
        was, now, is_theirs = ([k == kind for k in kinds] for kinds in (before, after, other))
        expected[kind] = np.where(np.array(was) == np.array(now), is_theirs, now)
    expected["manual"] &= ~(expected["hf"] | expected["sat"])
    for kind, runs in result.tracks().items():
        assert runs == Runs.from_bool(expected[kind])
    for channel in range(3):
        changed = (channel in bad_before) != (channel in bad_after)
        now_bad = channel in bad_after if changed else channel == 1
        assert result.bad_channels[channel] == now_bad


def test_what_has_no_place_any_more_is_left_out() -> None:
    edit = MaskEdit.between(tracks(), tracks(bad=(0, 2), manual=[(30, 60)]))
    shorter = empty_tracks(40, 2)
    result = with_changes(shorter, edit)
    assert list(result.manual) == [(30, 40)]
    assert result.bad_channels.tolist() == [True, False]
    assert not result.bad_channels.flags.writeable


def test_where_the_first_change_is() -> None:
    before = replace(tracks(), hf=Runs.of([(620, 640)]), manual=Runs.of([(900, 950)]))
    after = replace(before, hf=Runs.of([(620, 630)]), manual=Runs.of([(900, 960)]))
    edit = MaskEdit.between(before, after)
    assert changes_place(edit, 10.0) == "first at 1:03.000, hf, manual"
    assert changes_place(edit.inverse(), 1000.0) == "first at 0:00.630, hf, manual"
    flags = ~before.bad_channels
    assert changes_place(MaskEdit.between(before, replace(before, bad_channels=flags)), 10.0) == ""
