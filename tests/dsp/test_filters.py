"""Designs against SciPy's, and margins against what the impulse response still holds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from ecogview.dsp.filters import (
    NOTCH_WIDTH_HZ,
    TOLERANCE,
    FilterSettings,
    alike_highpass_hz,
    design_filter,
)

FEW = settings(max_examples=30, deadline=None)
RATES = (250.0, 987.6, 1000.0, 30_000.0)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("corner", [0.05, 0.5, 7.3, 100.0])
@pytest.mark.parametrize("kind", ["highpass", "lowpass"])
def test_butterworth_sections_are_those_of_scipy(rate: float, corner: float, kind: str) -> None:
    made = design_filter(FilterSettings(**{f"{kind}_hz": corner}), rate)
    wanted = signal.butter(2, corner, kind, fs=rate, output="sos")
    np.testing.assert_allclose(made.sections, wanted, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("rate", RATES)
def test_notches_are_those_of_scipy_up_to_half_the_rate(rate: float) -> None:
    made = design_filter(FilterSettings(notch_hz=50, n_notches=4), rate).sections
    wanted = [
        np.concatenate(signal.iirnotch(hz, hz / NOTCH_WIDTH_HZ, rate))
        for hz in (50, 100, 150, 200)
        if hz < rate / 2
    ]
    np.testing.assert_allclose(made, wanted, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize(
    ("low", "high", "rate"),
    [(48, 52, 1000), (0.5, 90, 1000), (10, 400, 987.6), (49.9, 50.1, 250), (1000, 5000, 30_000)],
)
def test_band_stops_are_those_of_scipy(low: float, high: float, rate: float) -> None:
    made = design_filter(FilterSettings(band_stop_hz=(low, high)), rate).sections
    wanted = signal.butter(2, [low, high], "bandstop", fs=rate, output="sos")
    at_hz = np.linspace(0, rate / 2, 2001)
    responses = [signal.freqz_sos(sections, at_hz, fs=rate)[1] for sections in (made, wanted)]
    np.testing.assert_allclose(*responses, atol=1e-9)
    with pytest.raises(ValueError, match="below"):
        design_filter(FilterSettings(band_stop_hz=(high, low)), rate)


@pytest.mark.parametrize("band", [(48, 52), (1, 2), (1, 100), (0.1, 400), (49.9, 50.1), (10, 400)])
def test_band_stops_ring_as_long_as_a_highpass(band: tuple[float, float]) -> None:
    stop = design_filter(FilterSettings(band_stop_hz=band), 1000)
    highpass = design_filter(FilterSettings(alike_highpass_hz(band)), 1000)
    assert 0.8 < stop.margin / highpass.margin < 1.2


@pytest.mark.parametrize("n_notches", [1, 2, 3])
def test_steady_states_are_those_of_scipy(n_notches: int) -> None:
    asked = FilterSettings(None, 90, 60, n_notches)
    design = design_filter(asked, 1000)
    assert (len(design.exact.pairs) + len(design.quick.pairs)) * 2 >= len(design.sections)
    steady = [part.steady.reshape(-1, 2) for part in (design.exact, design.quick)]
    wanted = signal.sosfilt_zi(design.sections)
    n_exact = min(2 * len(design.exact.pairs), len(wanted))
    np.testing.assert_allclose(steady[0][:n_exact], wanted[:n_exact], rtol=1e-8, atol=1e-12)
    n_quick = len(wanted) - n_exact
    np.testing.assert_allclose(steady[1][:n_quick], wanted[n_exact:], rtol=1e-5, atol=1e-6)


@FEW
@given(
    rate=st.sampled_from([200.0, 987.6, 2500.0]),
    highpass=st.none() | st.floats(0.4, 20),
    lowpass=st.none() | st.floats(25, 95),
    notch=st.none() | st.sampled_from([50.0, 60.0]),
    n_notches=st.integers(1, 6),
    stop=st.none() | st.tuples(st.floats(2, 30), st.floats(31, 95)),
)
def test_nothing_beyond_the_margin_counts(
    rate: float, highpass: float | None, lowpass: float | None, notch: float | None,
    n_notches: int, stop: tuple[float, float] | None,
) -> None:  # fmt: skip
    asked = FilterSettings(highpass, lowpass, notch, n_notches, stop)
    if asked.is_none:
        return
    design = design_filter(asked, rate)
    impulse = np.zeros(4 * design.margin + 1)
    impulse[0] = 1
    one_way = np.abs(signal.sosfilt(design.sections, impulse))
    rest = one_way[design.margin :].sum()
    assert 2 * one_way.sum() * rest <= TOLERANCE
    # Nor is it longer than it need be.
    left = 2 * one_way.sum() * np.cumsum(one_way[::-1])[::-1]
    assert design.margin <= 1.001 * np.count_nonzero(left > TOLERANCE) + 2


def test_margins_of_fast_recordings_are_estimated() -> None:
    asked = FilterSettings(0.5, 100, 50, 4)
    fast, slow = design_filter(asked, 30_000), design_filter(asked, 1000)
    assert 1.05 < fast.margin / slow.margin / 30 < 1.3


@pytest.mark.parametrize(
    ("asked", "hz", "share"),
    [
        (FilterSettings(highpass_hz=2), 2, 0.5),
        (FilterSettings(lowpass_hz=80), 80, 0.5),
        (FilterSettings(highpass_hz=2), 0.2, 1e-4),
        (FilterSettings(lowpass_hz=20), 60, 0.0122),
        (FilterSettings(notch_hz=50), 51, 0.5),
        (FilterSettings(band_stop_hz=(20, 60)), 20, 0.5),
        (FilterSettings(band_stop_hz=(20, 60)), 60, 0.5),
        (FilterSettings(band_stop_hz=(20, 60)), 2, 1),
        (FilterSettings(band_stop_hz=(20, 60)), 499, 1),
        (FilterSettings(notch_hz=50), 50, 0),
        (FilterSettings(notch_hz=50, n_notches=3), 150, 0),
        (FilterSettings(notch_hz=50, n_notches=2), 150, 1),
    ],
)
def test_what_is_left_of_a_sine(asked: FilterSettings, hz: float, share: float) -> None:
    sections = design_filter(asked, 1000).sections
    _, response = signal.freqz_sos(sections, [hz], fs=1000)
    np.testing.assert_allclose(np.abs(response[0]) ** 2, share, rtol=0.15, atol=2e-3 * share + 1e-9)


@pytest.mark.parametrize(
    "asked",
    [
        FilterSettings(highpass_hz=0),
        FilterSettings(highpass_hz=-1),
        FilterSettings(lowpass_hz=500),
        FilterSettings(notch_hz=600),
        FilterSettings(band_stop_hz=(40, 500)),
        FilterSettings(),
    ],
)
def test_what_cannot_be_is_refused(asked: FilterSettings) -> None:
    with pytest.raises(ValueError, match=r"half|between|no part"):
        design_filter(asked, 1000)


def test_float32_is_for_sections_that_bear_it() -> None:
    both = design_filter(FilterSettings(0.5, 100, 50, 4), 1000)
    assert (len(both.exact.pairs), len(both.quick.pairs)) == (1, 2)
    assert (both.exact.pairs.dtype, both.quick.pairs.dtype) == (np.float64, np.float32)
    fast = design_filter(FilterSettings(0.5, 100, 50, 4), 30_000)
    assert len(fast.exact.pairs) == 3
    slow = design_filter(FilterSettings(lowpass_hz=100), 1000)
    assert (len(slow.exact.pairs), len(slow.quick.pairs)) == (0, 1)


def test_a_design_is_made_once() -> None:
    asked = FilterSettings(0.7, 90, 60, 3)
    assert design_filter(asked, 1000) is design_filter(FilterSettings(0.7, 90, 60, 3), 1000)
