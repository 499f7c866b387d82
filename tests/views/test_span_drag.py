"""Drags as arithmetic, against plain searches over all edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecogview.data.mask_tracks import empty_tracks
from ecogview.dsp.runs import Runs
from ecogview.model.span_edit import mark_spans
from ecogview.model.spans import Span
from ecogview.views.span_drag import (
    DragKind,
    SpanDrag,
    edge_near,
    scroll_speed,
    span_near,
    spans_at,
)

N_SAMPLES = 1000
NO_EDGES = np.array([0, N_SAMPLES])
samples = st.floats(-50, N_SAMPLES + 50)
edges = st.lists(st.integers(0, N_SAMPLES), max_size=8).map(
    lambda found: np.array(sorted({0, N_SAMPLES, *found}))
)


@given(start=samples, stop=samples, edges=edges, tolerance=st.floats(0, 40))
def test_a_drag_ends_at_the_nearest_edge_or_sample(
    start: float, stop: float, edges: np.ndarray, tolerance: float
) -> None:
    drag = SpanDrag.begin(
        DragKind.MARK, start, n_samples=N_SAMPLES, snaps_to=edges, tolerance=tolerance
    )
    low, high = drag.span_at(stop, tolerance)
    assert 0 <= low < high <= N_SAMPLES

    def plain(at: float) -> int:
        whole = int(np.clip(np.floor(at + 0.5), 0, N_SAMPLES))
        nearest = min(edges.tolist(), key=lambda edge: abs(edge - whole))
        return nearest if abs(nearest - whole) <= tolerance else whole

    one, other = plain(start), plain(stop)
    if one == other:
        other = int(np.clip(np.floor(stop + 0.5), 0, N_SAMPLES))
    if one != other:
        assert (low, high) == (min(one, other), max(one, other))
    else:
        assert high - low == 1
        assert one in (low, high)


def test_a_short_drag_away_from_an_edge_does_not_fall_back_to_it() -> None:
    drag = SpanDrag.begin(
        DragKind.MARK, 402, n_samples=N_SAMPLES, snaps_to=np.array([0, 400, 1000]), tolerance=10
    )
    assert drag.fixed == 400
    assert drag.span_at(407, 10) == (400, 407)


def test_an_edge_follows_the_mouse_by_what_it_was_off_and_may_pass_the_other() -> None:
    drag = SpanDrag.take_edge(
        DragKind.EDGE, (300, 500), 497.0, at_start=False, n_samples=N_SAMPLES, snaps_to=NO_EDGES
    )
    assert drag.span_at(497, 0) == (300, 500)
    assert drag.span_at(597, 0) == (300, 600)
    assert drag.span_at(197, 0) == (200, 300)
    assert drag.span_at(297, 0) == (300, 301)  # one sample at least


@given(old=st.tuples(st.integers(0, 899), st.integers(1, 100)), to=samples, edges=edges)
def test_a_span_that_is_moved_keeps_its_length(
    old: tuple[int, int], to: float, edges: np.ndarray
) -> None:
    span = (old[0], old[0] + old[1])
    drag = SpanDrag.take_whole(span, old[0] + 0.25, n_samples=N_SAMPLES, snaps_to=edges)
    start, stop = drag.span_at(to, 7)
    assert stop - start == old[1]
    assert start >= 0
    assert stop <= N_SAMPLES


def test_a_moved_span_goes_with_whichever_end_is_nearer_to_an_edge() -> None:
    drag = SpanDrag.take_whole(
        (100, 150), 120.0, n_samples=N_SAMPLES, snaps_to=np.array([0, 400, 1000])
    )
    assert drag.span_at(417, 6) == (400, 450)  # the start was 3 off
    assert drag.span_at(372, 6) == (350, 400)  # the end was 2 off
    assert drag.span_at(372, 1) == (352, 402)


@given(
    spans=st.lists(st.tuples(st.integers(0, 990), st.integers(1, 9)), max_size=6),
    sample=st.floats(0, N_SAMPLES),
    reach=st.floats(0, 20),
)
def test_the_edge_under_the_mouse_is_the_nearest(
    spans: list[tuple[int, int]], sample: float, reach: float
) -> None:
    runs = Runs.of([(start, start + length) for start, length in spans])
    hit = edge_near(runs, sample, reach)
    every = [abs(edge - sample) for run in runs for edge in run]
    nearest = min(every, default=np.inf)
    if hit is None:
        assert nearest > reach
    else:
        assert hit.distance == nearest <= reach
        assert abs(hit.span[0 if hit.at_start else 1] - sample) == nearest


def test_of_two_that_touch_the_mouse_takes_that_which_it_is_in() -> None:
    hit = edge_near(Runs.of([(100, 200)]), 199.0, 5)
    assert hit is not None
    assert (hit.span, hit.at_start) == ((100, 200), False)


def test_the_topmost_span_is_found_first_and_one_beside_the_mouse_else() -> None:
    tracks = empty_tracks(N_SAMPLES, 2)
    tracks = mark_spans(tracks, Runs.of([(100, 200)])).apply(tracks)
    assert spans_at(tracks, 150) == [Span("manual", 100, 200)]
    assert spans_at(tracks, 200) == []
    assert span_near(tracks, 203.0, 5) == Span("manual", 100, 200)
    assert span_near(tracks, 206.0, 5) is None


@pytest.mark.parametrize(
    ("x", "pressed", "direction"),
    [(50, 20, 0), (99, 50, 1), (150, 50, 1), (3, 50, -1), (-40, 50, -1), (3, 1, 0), (99, 99.5, 0)],
)
def test_it_scrolls_at_the_border_once_the_mouse_has_come_towards_it(
    x: float, pressed: float, direction: int
) -> None:
    assert np.sign(scroll_speed(x, pressed, 100)) == direction


def test_it_scrolls_faster_further_out_but_not_without_limit() -> None:
    assert scroll_speed(130, 50, 100) < scroll_speed(160, 50, 100)
    assert scroll_speed(1e6, 50, 100) == 4.0
