"""Which spans a click selects, and which one comes next."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecogview.data.mask_tracks import MaskTracks, empty_tracks
from ecogview.dsp.runs import Runs
from ecogview.model.span_choice import clicked, manual_span_in, neighbour
from ecogview.model.spans import NO_SPANS, Span, SpanRows

HF_1, SAT, HF_2, MANUAL = (
    Span("hf", 100, 200), Span("sat", 100, 150), Span("hf", 500, 510), Span("manual", 700, 800)
)  # fmt: skip
ALL = [HF_1, SAT, HF_2, MANUAL]


@pytest.fixture
def tracks() -> MaskTracks:
    return replace(
        empty_tracks(1000, 2),
        hf=Runs.of([(100, 200), (500, 510)]),
        sat=Runs.of([(100, 150)]),
        manual=Runs.of([(700, 800)]),
    )


def chosen(rows: SpanRows) -> list[Span]:
    return [rows[i] for i in range(len(rows))]


def test_clicks_select_as_in_a_list(tracks: MaskTracks) -> None:
    one = clicked(tracks, NO_SPANS, HF_2, toggles=False, extends=False)
    assert chosen(one) == [HF_2]
    two = clicked(tracks, one, HF_1, toggles=True, extends=False)
    assert chosen(two) == [HF_1, HF_2]
    assert chosen(clicked(tracks, two, HF_2, toggles=True, extends=False)) == [HF_1]
    assert chosen(clicked(tracks, one, MANUAL, toggles=False, extends=True)) == [HF_2, MANUAL]
    assert chosen(clicked(tracks, two, None, toggles=True, extends=False)) == [HF_1, HF_2]
    assert not len(clicked(tracks, two, None, toggles=False, extends=False))
    assert chosen(clicked(tracks, two, Span("hf", 1, 2), toggles=False, extends=False)) == [
        HF_1, HF_2
    ]  # fmt: skip


def test_from_span_to_span_none_is_passed_over(tracks: MaskTracks) -> None:
    seen, last = [], None
    while (found := neighbour(tracks, 0, 1, after=last)) is not None:
        seen.append(found)
        last = found
    assert seen == ALL
    back = neighbour(tracks, 1000, -1)
    while back is not None:
        assert back == seen.pop()
        back = neighbour(tracks, 1000, -1, after=back)
    assert not seen


def test_those_of_one_kind(tracks: MaskTracks) -> None:
    assert neighbour(tracks, 0, 1, kind="hf", after=HF_1) == HF_2
    assert neighbour(tracks, 0, 1, kind="hf", after=HF_2) is None
    assert neighbour(tracks, 600, -1, kind="sat") == SAT


@given(at=st.integers(0, 1000))
def test_from_a_sample(at: int) -> None:
    tracks = replace(empty_tracks(1000, 2), hf=Runs.of([(100, 200), (500, 510)]))
    after = [span for span in (HF_1, HF_2) if span.start > at]
    before = [span for span in (HF_1, HF_2) if span.start < at]
    assert neighbour(tracks, at, 1) == (after[0] if after else None)
    assert neighbour(tracks, at, -1) == (before[-1] if before else None)


def test_what_a_moved_span_has_become() -> None:
    runs = {"manual": Runs.of([(100, 200), (300, 340)]), "hf": Runs.of([(200, 300)])}
    tracks = replace(empty_tracks(1000, 2), **runs)
    assert manual_span_in(tracks, 120, 130) == Span("manual", 100, 200)  # joined another
    assert manual_span_in(tracks, 250, 350) == Span("manual", 300, 340)  # the rest was found
    assert manual_span_in(tracks, 200, 300) is None
    assert manual_span_in(tracks, 340, 400) is None
