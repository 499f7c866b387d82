"""Any sequence of edits against the same gestures on plain boolean arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecogview import grow_bool_array
from ecogview.data.mask_tracks import MaskTracks
from ecogview.dsp.runs import EMPTY, Runs
from ecogview.model.edit_counts import EditCounts
from ecogview.model.mask import KINDS, MaskEdit, channels_as_in, invert_channels, mark_channels
from ecogview.model.span_edit import (
    drop_short,
    fill_gaps,
    grow_spans,
    mark_spans,
    move_span,
    shifted,
    span_between,
    unmark_spans,
    whole_samples,
)
from ecogview.model.spans import SpanRows
from tests.model.plain_mask import (
    N_CHANNELS,
    N_SAMPLES,
    PlainMask,
    assert_sound,
    flags_of,
    lengths,
    plain_masks,
    samples,
    span_lists,
)

gestures = st.one_of(
    st.tuples(st.just("mark"), span_lists),
    st.tuples(st.just("unmark"), span_lists),
    st.tuples(st.just("move"), st.tuples(st.integers(0, 20), samples, samples)),
    st.tuples(st.just("shift"), st.tuples(st.integers(0, 20), samples)),
    st.tuples(st.just("grow"), lengths),
    st.tuples(st.just("grow some"), st.tuples(lengths, st.lists(st.integers(0, 14), max_size=4))),
    st.tuples(st.just("fill"), lengths),
    st.tuples(st.just("drop"), lengths),
    st.tuples(st.sampled_from(["bad", "good"]), st.lists(st.integers(0, N_CHANNELS - 1))),
    st.tuples(st.sampled_from(["invert", "channels", "all", "undo", "redo"]), st.none()),
    st.tuples(st.just("replace"), plain_masks),
)


def planned(
    what: str, how: Any, tracks: MaskTracks, plain: PlainMask, start: MaskTracks
) -> MaskEdit:
    """Plan a gesture, and do the same to the plain mask."""
    match what:
        case "mark":
            plain.mark(flags_of(how))
            return mark_spans(tracks, Runs.of(how))
        case "unmark":
            plain.unmark(flags_of(how))
            return unmark_spans(tracks, Runs.of(how))
        case "move" | "shift":
            if not len(tracks.manual):
                return MaskEdit()
            old = list(tracks.manual)[how[0] % len(tracks.manual)]
            new = (
                shifted(old, how[1], N_SAMPLES)
                if what == "shift"
                else span_between(*how[1:], N_SAMPLES)
            )
            plain.move(old, new)
            return move_span(tracks, old, new)
        case "grow":
            plain.grow(how, plain.bad)
            return grow_spans(tracks, how)
        case "grow some":
            by, picked = how
            rows = SpanRows.of(tracks)
            chosen = rows.take([row for row in picked if row < len(rows)]).runs()
            plain.grow(by, chosen.to_bool(0, N_SAMPLES))
            return grow_spans(tracks, by, chosen)
        case "fill":
            plain.fill(how)
            return fill_gaps(tracks, how)
        case "drop":
            plain.drop(how)
            return drop_short(tracks, how)
        case "bad" | "good":
            plain.ch[np.array(how, int)] = what == "bad"
            return mark_channels(tracks, how, bad=what == "bad")
        case "invert":
            plain.ch = ~plain.ch
            return invert_channels(tracks)
        case "channels":
            plain.ch = np.array(start.bad_channels)
            return channels_as_in(tracks, start)
    target = start if what == "all" else how.tracks()
    for name, flags in vars(PlainMask.of(target)).items():
        setattr(plain, name, flags)
    return MaskEdit.between(tracks, target)


@given(plain_masks, st.lists(gestures, max_size=12))
@settings(max_examples=100, deadline=None)
def test_any_sequence_equals_plain_arrays_and_comes_undone_and_redone(
    begin: PlainMask, steps: list[tuple[str, Any]]
) -> None:
    start = tracks = begin.tracks()
    done: list[MaskEdit] = []
    undone: list[MaskEdit] = []
    states = [begin]  # before each of `done`, and what is now
    later: list[PlainMask] = []
    for what, how in steps:
        if what == "undo" and done:
            undone.append(done.pop())
            tracks = undone[-1].revert(tracks)
            later.append(states.pop())
        elif what == "redo" and undone:
            done.append(undone.pop())
            tracks = done[-1].apply(tracks)
            states.append(later.pop())
        elif what not in ("undo", "redo"):
            plain = states[-1].copy()
            edit = planned(what, how, tracks, plain, start)
            assert bool(edit) == (not plain.equals(states[-1]))
            assert edit.tracks == MaskEdit.between(tracks, plain.tracks()).tracks
            tracks = edit.apply(tracks)
            done.append(edit)
            states.append(plain)
            undone, later = [], []
        assert_sound(tracks)
        assert PlainMask.of(tracks).equals(states[-1])
    end = tracks
    for edit in reversed(done):
        tracks = edit.revert(tracks)
    assert tracks.marks_equal(start)
    for edit in done:
        tracks = edit.apply(tracks)
    assert tracks.marks_equal(end)


@given(plain_masks, lengths)
def test_all_grown_is_what_grow_bool_array_makes_of_the_mask(plain: PlainMask, by: int) -> None:
    tracks = plain.tracks()
    grown = grow_spans(tracks, by).apply(tracks)
    data_mask = tracks.bad.to_bool(0, N_SAMPLES)
    np.testing.assert_array_equal(grown.bad.to_bool(0, N_SAMPLES), grow_bool_array(data_mask, by))
    assert (grown.hf, grown.sat) == (tracks.hf, tracks.sat)


@given(plain_masks, st.sampled_from(["grow", "fill", "drop"]), lengths)
def test_counts_tell_what_an_edit_would_change(plain: PlainMask, what: str, by: int) -> None:
    tracks = plain.tracks()
    after = plain.copy()
    counts = EditCounts.of(tracks, planned(what, by, tracks, after, tracks))
    assert counts == EditCounts(
        spans_before=tuple(len(plain.tracks().tracks()[kind]) for kind in KINDS),
        spans_after=tuple(len(after.tracks().tracks()[kind]) for kind in KINDS),
        added=int((after.bad & ~plain.bad).sum()),
        removed=int((plain.bad & ~after.bad).sum()),
        masked_before=plain.bad.mean(),
        masked_after=after.bad.mean(),
    )
    assert PlainMask.of(tracks).equals(plain)


# -- single gestures, as a person sees them


def tracks_of(**runs: list[tuple[int, int]]) -> MaskTracks:
    tracks = PlainMask(*(flags_of(runs.get(k, [])) for k in KINDS), np.zeros(N_CHANNELS, bool))
    return tracks.tracks()


def shown(tracks: MaskTracks) -> dict[str, list[tuple[int, int]]]:
    return {kind: list(runs) for kind, runs in tracks.tracks().items() if len(runs)}


def test_marking_across_spans_joins_ones_own_and_leaves_those_of_detectors() -> None:
    tracks = tracks_of(hf=[(10, 15)], manual=[(2, 4), (20, 25), (30, 33)])
    edit = mark_spans(tracks, Runs.of([(3, 22)]))
    assert shown(edit.apply(tracks)) == {
        "hf": [(10, 15)], "manual": [(2, 10), (15, 25), (30, 33)]
    }  # fmt: skip
    assert edit.span == (4, 20)  # what was bad already does not change
    assert edit.tracks[0].span == (2, 25)
    assert not mark_spans(tracks, Runs.of([(11, 14), (30, 33)]))


def test_unmarking_a_part_splits_every_kind() -> None:
    tracks = tracks_of(hf=[(10, 30)], sat=[(15, 18)], manual=[(5, 10)])
    edit = unmark_spans(tracks, Runs.of([(8, 12), (16, 17)]))
    assert shown(edit.apply(tracks)) == {
        "hf": [(12, 16), (17, 30)], "sat": [(15, 16), (17, 18)], "manual": [(5, 8)]
    }  # fmt: skip
    assert edit.span == (8, 17)
    assert not unmark_spans(tracks, Runs.of([(31, 40)]))
    assert not unmark_spans(tracks, EMPTY)


def test_dragging_an_edge_moves_only_what_was_marked_by_hand() -> None:
    tracks = tracks_of(hf=[(20, 24)], manual=[(10, 16), (26, 28)])
    farther = move_span(tracks, (10, 16), (10, 27))
    assert shown(farther.apply(tracks)) == {"hf": [(20, 24)], "manual": [(10, 20), (24, 28)]}
    nearer = move_span(tracks, (10, 16), (12, 13))
    assert shown(nearer.apply(tracks)) == {"hf": [(20, 24)], "manual": [(12, 13), (26, 28)]}
    onto_it = move_span(tracks, (10, 16), (19, 23))
    assert shown(onto_it.apply(tracks)) == {"hf": [(20, 24)], "manual": [(19, 20), (26, 28)]}
    assert not move_span(tracks, (10, 16), (10, 16))


@given(samples, samples)
def test_a_span_has_a_sample_and_lies_within(one: int, other: int) -> None:
    start, stop = span_between(one, other, N_SAMPLES)
    assert 0 <= start < stop <= N_SAMPLES
    assert (start, stop) == span_between(other, one, N_SAMPLES)
    if one != other and {one, other} <= set(range(N_SAMPLES + 1)):
        assert (start, stop) == (min(one, other), max(one, other))


def test_the_span_of_no_length_is_the_sample_there() -> None:
    assert span_between(7, 7, N_SAMPLES) == (7, 8)
    assert span_between(N_SAMPLES, N_SAMPLES, N_SAMPLES) == (N_SAMPLES - 1, N_SAMPLES)


def test_a_shifted_span_keeps_its_length() -> None:
    assert shifted((10, 14), 5, N_SAMPLES) == (15, 19)
    assert shifted((10, 14), -11, N_SAMPLES) == (0, 4)
    assert shifted((10, 14), 999, N_SAMPLES) == (N_SAMPLES - 4, N_SAMPLES)


def test_gaps_at_the_ends_are_no_gaps_between_spans() -> None:
    tracks = tracks_of(sat=[(2, 4)], manual=[(6, 7), (11, N_SAMPLES - 1)])
    filled = fill_gaps(tracks, 4).apply(tracks)
    assert shown(filled) == {"sat": [(2, 4)], "manual": [(4, 7), (11, N_SAMPLES - 1)]}
    assert not fill_gaps(tracks, 2)
    assert not fill_gaps(tracks_of(), 99)


def test_spans_that_are_short_only_apart_are_not_dropped() -> None:
    tracks = tracks_of(hf=[(2, 4)], sat=[(4, 7)], manual=[(10, 12), (20, 26)])
    assert shown(drop_short(tracks, 5).apply(tracks)) == {
        "hf": [(2, 4)], "sat": [(4, 7)], "manual": [(20, 26)]
    }  # fmt: skip


@pytest.mark.parametrize(
    ("seconds", "rate", "whole"),
    [(0.5, 250.0, 125), (0.07, 100.0, 7), (0.0, 1000.0, 0), (0.0013, 1000.0, 2), (1e-9, 250.0, 1)],
)
def test_seconds_become_whole_samples(seconds: float, rate: float, whole: int) -> None:
    assert whole_samples(seconds, rate) == whole


def test_spans_cannot_shrink() -> None:
    with pytest.raises(ValueError, match="-3 samples"):
        grow_spans(tracks_of(), -3)


def test_growing_by_more_than_there_is_marks_all() -> None:
    tracks = tracks_of(hf=[(10, 11)])
    assert grow_spans(tracks, 10**30).apply(tracks).bad == Runs.of([(0, N_SAMPLES)])
