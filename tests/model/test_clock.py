"""Times as text and back, and the distances of axis lines."""

from __future__ import annotations

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecogview.model.clock import (
    axis_step,
    decimals_for,
    format_length,
    format_time,
    nearest_sample,
    nice_step,
    parse_time,
)

seconds = st.floats(0, 20 * 3600 * 30)


@pytest.mark.parametrize(
    ("time", "decimals", "text"),
    [
        (0, 0, "0:00"),
        (14, 0, "0:14"),
        (59.4, 0, "0:59"),
        (59.6, 0, "1:00"),
        (3599.9996, 3, "1:00:00.000"),
        (3599.9994, 3, "59:59.999"),
        (3734.25, 3, "1:02:14.250"),
        (3734.25, 1, "1:02:14.2"),
        (100 * 3600, 0, "100:00:00"),
        (-61.5, 1, "−1:01.5"),
        (-0.001, 0, "0:00"),
    ],
)
def test_format(time: float, decimals: int, text: str) -> None:
    assert format_time(time, decimals) == text


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("73.5", 73.5),
        ("73,5", 73.5),
        (" 1:13.5 ", 73.5),
        ("2:01:13.5", 7273.5),
        ("90:00", 5400),
        ("100000", 100000),
        ("0", 0),
    ],
)
def test_parse(text: str, time: float) -> None:
    assert parse_time(text) == time


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "1:60",
        "1:60:00",
        "1:2:3:4",
        "-5",
        "−5",
        "1:-5",
        "nan",
        "inf",
        "1:",
        ":",
        "1 2",
        "1e308:0",
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a time; write seconds, min:s or h:min:s"):
        parse_time(text)


@given(st.text() | st.text("0123456789.,:e-", max_size=12))
def test_parsing_any_text_gives_a_time_or_says_so(text: str) -> None:
    with suppress(ValueError):
        assert 0 <= parse_time(text) < math.inf


@given(seconds, st.integers(0, 6))
def test_what_is_written_is_read_back(time: float, decimals: int) -> None:
    assert abs(parse_time(format_time(time, decimals)) - time) <= 0.5 * 10**-decimals + 1e-9


@given(st.integers(0, 20 * 3600 * 30_000), st.sampled_from([250.0, 1000.0, 24_000.0, 30_000.0]))
def test_a_written_sample_is_found_again(sample: int, rate: float) -> None:
    text = format_time(sample / rate, decimals_for(1 / rate))
    assert round(parse_time(text) * rate) == sample


@given(st.floats(1e-6, 1e6), st.integers(0, 1000))
def test_neighbouring_lines_are_told_apart(least: float, number: int) -> None:
    step = nice_step(least)
    decimals = decimals_for(step)
    assert format_time(number * step, decimals) != format_time((number + 1) * step, decimals)


@given(st.floats(1e-9, 1e9))
def test_a_nice_step_is_the_smallest_that_will_do(least: float) -> None:
    step = nice_step(least)
    assert least * (1 - 1e-6) <= step <= least * 2.5 * (1 + 1e-6)
    mantissa = step / 10.0 ** round(math.log10(step) - 0.3)
    assert min(abs(mantissa - m) for m in (0.5, 1.0, 2.0, 5.0)) < 1e-6


@pytest.mark.parametrize("least", [0.001, 0.01, 0.1, 1.0, 10.0, 1000.0, 0.2, 0.5, 5.0])
def test_a_step_that_is_nice_stays(least: float) -> None:
    assert nice_step(least) == pytest.approx(least)


def test_nothing_has_a_step_all_the_same() -> None:
    assert nice_step(0) == nice_step(-1) == nice_step(float("nan")) == 1


@given(st.floats(1e-7, 1e5), st.floats(20, 200))
def test_axis_lines_are_far_enough_apart(seconds_per_pixel: float, least_pixels: float) -> None:
    step = axis_step(seconds_per_pixel, least_pixels)
    apart = step / seconds_per_pixel
    assert apart >= least_pixels * (1 - 1e-6)
    assert apart <= least_pixels * 3 or step <= 10  # 5 s is followed by 10 s, then by clock steps


@pytest.mark.parametrize(
    ("least_s", "step"),
    [(0.3, 0.5), (4.9, 5), (5, 5), (5.1, 10), (11, 20), (25, 30), (31, 60), (61, 120), (3000, 3600),
     (50_000, 86_400), (86_400, 86_400), (86_401, 172_800), (400_000, 432_000)],
)  # fmt: skip
def test_axis_steps_are_those_of_clocks(least_s: float, step: float) -> None:
    assert axis_step(least_s / 100, 100) == pytest.approx(step)


def test_a_time_between_two_samples_goes_to_the_later() -> None:
    assert [nearest_sample(t / 2, 1.0) for t in range(6)] == [0, 1, 1, 2, 2, 3]
    assert nearest_sample(0.0004999, 1000.0) == 0
    assert nearest_sample(3000.00002, 30_000.0) == 90_000_001
    assert isinstance(nearest_sample(0.1, 30_000.0), int)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0404, "0.04 s"), (0.5, "0.5 s"), (1.0, "1.0 s"), (12.34, "12.3 s"), (3600.0, "3,600.0 s")],
)
def test_a_length_never_looks_like_nothing(seconds: float, text: str) -> None:
    assert format_length(seconds) == text
