"""Stretches as they are typed: to the sample, and refused in the words that help."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecogview.model.stretch import checked_stretch, sample_time, typed_sample

_N_SAMPLES, _RATE = 30_000, 1000.0


@pytest.mark.parametrize(
    ("text", "sample"), [("2.5", 2500), ("0:02.0005", 2001), ("1:00", 60_000), ("0,0004", 0)]
)
def test_a_time_is_the_nearest_sample(text: str, sample: int) -> None:
    assert typed_sample(text, _RATE) == sample


@given(
    sample=st.integers(0, 10**8),
    rate=st.sampled_from([1.0, 250.0, 1000.0, 1017.25, 29_999.7, 30_000.0]),
)
def test_what_is_shown_is_typed_back_to_the_sample(sample: int, rate: float) -> None:
    assert typed_sample(sample_time(sample, rate), rate) == sample


@pytest.mark.parametrize(
    ("start", "stop", "said"),
    [
        (99_999_000, 5000, "The recording ends at 0:30.000"),
        (30_000, 5000, "The recording ends at 0:30.000"),
        (0, 30_001, "The recording ends at 0:30.000"),
        (5000, 5000, "A stretch must start before it stops"),
        (5001, 5000, "A stretch must start before it stops"),
    ],
)
def test_what_is_no_stretch_is_told(start: int, stop: int, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        checked_stretch(start, stop, _N_SAMPLES, _RATE)


def test_the_whole_recording_is_one() -> None:
    assert checked_stretch(0, _N_SAMPLES, _N_SAMPLES, _RATE) == (0, _N_SAMPLES)
    assert checked_stretch(29_999, _N_SAMPLES, _N_SAMPLES, _RATE) == (29_999, 30_000)
