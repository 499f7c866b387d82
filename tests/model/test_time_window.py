"""The window on the screen: inside the recording, and still where the mouse is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecogview.model.time_window import MIN_LENGTH, TimeWindow

DAY = 20 * 3600 * 30_000  # samples: 20 h at 30 kHz, beyond int32
lengths = st.integers(0, DAY)
anywhere = st.floats(-1e12, 1e12) | st.integers(-(10**12), 10**12)
factors = st.floats(1e-12, 1e12)


@st.composite
def windows(draw: st.DrawFn) -> TimeWindow:
    return TimeWindow.clamped(draw(anywhere), draw(anywhere), draw(lengths))


def assert_inside(window: TimeWindow) -> None:
    assert window.start >= 0
    assert window.stop <= window.n_samples
    assert window.length == window.n_samples or window.length >= MIN_LENGTH
    assert type(window.start) is int
    assert type(window.length) is int


@given(anywhere, anywhere, lengths)
def test_a_window_lies_inside(start: float, length: float, n_samples: int) -> None:
    window = TimeWindow.clamped(start, length, n_samples)
    assert_inside(window)
    if MIN_LENGTH <= length <= n_samples:
        assert window.length == round(length)
        if 0 <= start <= n_samples - window.length:
            assert window.start == round(start)


@given(windows(), anywhere)
def test_moving_keeps_the_length(window: TimeWindow, samples: float) -> None:
    moved = window.moved(samples)
    assert_inside(moved)
    assert moved.length == window.length
    if window.length < moved.start < window.n_samples - window.length:  # not held by an end
        assert abs(moved.start - (window.start + samples)) <= 0.5


@given(windows(), factors, st.floats(0, 1))
def test_zooming_keeps_the_anchor_in_place(window: TimeWindow, factor: float, share: float) -> None:
    anchor = window.start + share * window.length
    zoomed = window.zoomed(factor, anchor)
    assert_inside(zoomed)
    if 0 < zoomed.start < zoomed.n_samples - zoomed.length:  # not held by an end
        assert abs(zoomed.start + share * zoomed.length - anchor) <= 1


@given(windows(), anywhere)
def test_centred(window: TimeWindow, sample: float) -> None:
    centred = window.centred(sample)
    assert_inside(centred)
    assert centred.length == window.length
    if 0 < centred.start < centred.n_samples - centred.length:
        assert abs(centred.start + centred.length / 2 - sample) <= 1


def test_zooming_in_and_out_comes_back_far_out() -> None:
    start = TimeWindow(DAY - 400_000, 300_000, DAY)
    window = start
    for factor in (0.5, 0.5, 2.0, 2.0):
        window = window.zoomed(factor, DAY - 200_000)
    assert window.length == start.length
    assert abs(window.start - start.start) <= 3


@pytest.mark.parametrize("n_samples", [0, 1, 3, MIN_LENGTH])
def test_a_tiny_recording_is_shown_whole(n_samples: int) -> None:
    window = TimeWindow.clamped(2, 1, n_samples)
    assert window == TimeWindow(0, n_samples, n_samples)
    assert window.zoomed(0.1, 0) == window.zoomed(10, 1) == window.moved(3) == window


def test_no_end_is_too_far() -> None:
    infinity = float("inf")
    assert TimeWindow.clamped(infinity, 10, 100) == TimeWindow(90, 10, 100)
    assert TimeWindow.clamped(-infinity, infinity, 100) == TimeWindow(0, 100, 100)
    assert TimeWindow(0, 10, 100).zoomed(infinity, 0) == TimeWindow(0, 100, 100)


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="NaN"):
        TimeWindow.clamped(float("nan"), 10, 100)
    with pytest.raises(ValueError, match="NaN"):
        TimeWindow.clamped(0, float("nan"), 100)


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ((5000, 5010), (4667, 1000)),
        ((5000, 5900), (4950, 1000)),  # less before it, for it to fit
        ((5000, 6000), (5000, 1000)),
        ((3000, 5000), (2000, 4000)),
        ((0, 10), (0, 1000)),
        ((9990, 10_000), (9000, 1000)),
        ((0, 10_000), (0, 10_000)),
    ],
)
def test_where_the_window_goes(span: tuple[int, int], expected: tuple[int, int]) -> None:
    assert TimeWindow(100, 1000, 10_000).showing(*span) == TimeWindow(*expected, 10_000)
