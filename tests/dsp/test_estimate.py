"""Offset and size of channels, estimated from stretches, against plain NumPy in float64."""

from __future__ import annotations

import warnings
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ecogview.dsp.estimate import SignalEstimate, estimate_rows, estimate_signal

rng = np.random.default_rng


def plainly(stretches: list[NDArray[Any]], n_channels: int) -> SignalEstimate:
    """The same, channel by channel."""
    offset, rms = np.zeros(n_channels), np.full(n_channels, np.nan)
    for channel in range(n_channels):
        medians, sizes = [], []
        for rows in stretches:
            used = rows[[row.any() for row in rows], channel].astype(float)
            used = used[np.isfinite(used)]
            if len(used):
                medians.append(np.median(used))
                sizes.append(np.std(used))
        if medians:
            offset[channel], rms[channel] = np.median(medians), np.median(sizes)
    return SignalEstimate(offset.astype(np.float32), rms.astype(np.float32))


@pytest.mark.parametrize("dtype", ["float32", "int16"])
@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 999),
    n_channels=st.integers(1, 4),
    lengths=st.lists(st.integers(0, 40), max_size=6),
    lost=st.floats(0, 0.9),
)
def test_equals_the_plain_way(
    dtype: str, seed: int, n_channels: int, lengths: list[int], lost: float
) -> None:
    draw = rng(seed)
    stretches = []
    for length in lengths:
        rows = draw.normal(100 * np.arange(n_channels), 30, (length, n_channels)).astype(dtype)
        rows[draw.random(length) < lost] = 0
        if dtype == "float32":
            rows[draw.random(rows.shape) < lost] = np.nan
            rows[draw.random(rows.shape) < 0.02] = np.inf
            rows[:, draw.random(n_channels) < 0.2] = np.nan
        stretches.append(rows)
    estimate, plain = estimate_signal(iter(stretches), n_channels), plainly(stretches, n_channels)
    np.testing.assert_allclose(estimate.offset, plain.offset, rtol=1e-6)
    np.testing.assert_allclose(estimate.rms, plain.rms, rtol=1e-6, atol=1e-9)
    assert estimate.offset.dtype == estimate.rms.dtype == np.float32
    assert estimate.offset.shape == estimate.rms.shape == (n_channels,)


def test_a_long_stretch_is_measured_by_some_of_it() -> None:
    t = np.arange(8192) / 30_000
    amplitudes = np.array([1.0, 10.0, 300.0])
    rows = amplitudes * np.sin(2 * np.pi * 130 * t)[:, None] + np.array([0, -5000, 20_000])
    rows += rng(1).normal(0, 0.1, rows.shape)
    for block in (rows.astype(np.float32), np.asfortranarray(rows.astype(np.float32))):
        estimate = estimate_signal([block] * 3, 3)
        np.testing.assert_allclose(estimate.rms, amplitudes / 2**0.5, rtol=0.05)
        np.testing.assert_allclose(estimate.offset, np.median(rows, axis=0), atol=20)


@pytest.mark.parametrize("constant", [4095.0, -32768.0, 1e6 + 1 / 16, 3e38])
def test_a_flat_channel_is_flat_at_any_constant(constant: float) -> None:
    rows = np.full((500, 2), constant, np.float32)
    rows[::2, 1] += np.abs(rows[::2, 1]) * np.float32(0.01)
    estimate = estimate_signal([rows] * 8, 2)
    assert estimate.offset[0] == np.float32(constant)
    assert estimate.rms[0] == 0
    assert estimate.typical_rms == pytest.approx(0.005 * abs(constant), rel=1e-3)


def test_zeroed_samples_are_left_out() -> None:
    rows = np.full((100, 2), [50.0, 0.0], np.float32)
    rows[10:90] = 0
    zeroed = np.zeros((100, 2), np.float32)
    estimate = estimate_signal([zeroed, rows, zeroed, zeroed], 2)
    assert estimate.offset.tolist() == [50, 0]
    assert estimate.rms.tolist() == [0, 0]


def test_one_loud_stretch_does_not_count() -> None:
    quiet, loud = rng(2).normal(7, 1, (400, 1)), rng(3).normal(5000, 900, (400, 1))
    estimate = estimate_signal([quiet, quiet, loud, quiet, quiet], 1)
    assert estimate.offset[0] == pytest.approx(7, abs=0.5)
    assert estimate.rms[0] == pytest.approx(1, rel=0.1)


def test_a_channel_lost_for_most_of_the_time_is_estimated_from_the_rest() -> None:
    lost = rng(4).normal(0, 10, (300, 2)).astype(np.float32)
    lost[:, 1] = np.nan
    whole = rng(5).normal(40, 10, (300, 2)).astype(np.float32)
    estimate = estimate_signal([lost, lost, lost, whole], 2)
    assert estimate.rms[1] == pytest.approx(10, rel=0.2)
    assert estimate.offset[1] == pytest.approx(40, abs=3)


@pytest.mark.parametrize(
    "stretches",
    [
        [],
        [np.empty((0, 3), np.int16)],
        [np.zeros((50, 3), np.int16)],
        [np.full((50, 3), np.nan, np.float32)],
        [np.full((1, 3), np.inf, np.float32), np.zeros((2, 3), np.float32)],
    ],
)
def test_nothing_to_estimate_from(stretches: list[NDArray[Any]]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        estimate = estimate_signal(stretches, 3)
    assert estimate.offset.tolist() == [0, 0, 0]
    assert np.isnan(estimate.rms).all()
    assert estimate.typical_rms == 0


def test_samples_are_not_changed() -> None:
    rows = np.array([[1, np.nan], [np.inf, 2], [0, 0]], np.float32)
    before = rows.copy()
    estimate_signal([rows], 2)
    np.testing.assert_array_equal(rows, before)


def test_typical_rms_is_that_of_channels_that_are_alive() -> None:
    rms = np.array([0, 0, 0, np.nan, np.inf, 3, 5, 100], np.float32)
    assert SignalEstimate(np.zeros(8, np.float32), rms).typical_rms == 5
    assert SignalEstimate(np.zeros(3, np.float32), rms[:3]).typical_rms == 0


@given(
    st.integers(0, 20 * 3600 * 30_000) | st.integers(0, 5000),
    st.sampled_from([0.5, 1.0, 250.0, 1000.0, 30_000.0]),
)
def test_stretches_lie_inside_and_reach_both_ends(n_samples: int, rate: float) -> None:
    spans = estimate_rows(n_samples, rate)
    assert len(spans) <= 8
    assert all(0 <= start < stop <= n_samples for start, stop in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert all(stop - start <= max(rate / 2, 1) for start, stop in spans)
    if n_samples:
        assert spans[0][0] == 0
        assert spans[-1][1] == n_samples
