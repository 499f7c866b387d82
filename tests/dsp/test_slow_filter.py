"""The two parts of a filter of fast recordings, and going to slow samples and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecogview.dsp import filter_kernels, filter_plain
from ecogview.dsp.filters import FilterSettings
from ecogview.dsp.slow_filter import HALF_TAPS, SlowDesign, design_slow

FEW = settings(max_examples=25, deadline=None)
BAND = FilterSettings(0.5, 100, 50, 4)


@pytest.mark.parametrize(
    ("asked", "rate", "factor"),
    [
        (BAND, 30_000, 16),
        (FilterSettings(0.5), 30_000, 16),
        (FilterSettings(notch_hz=50, n_notches=8), 30_000, 8),
        (FilterSettings(notch_hz=60, n_notches=20), 30_000, 4),
        (FilterSettings(notch_hz=95, n_notches=20), 30_000, None),
        (FilterSettings(1, 300, 60, 3), 10_000, 4),
        (BAND, 1000, None),
        (FilterSettings(300, 3000), 30_000, None),
        (FilterSettings(lowpass_hz=50), 30_000, None),
        (FilterSettings(band_stop_hz=(48, 52)), 30_000, 16),
        (FilterSettings(1, band_stop_hz=(40, 80)), 30_000, 8),
        (FilterSettings(1, band_stop_hz=(300, 900)), 30_000, None),
    ],
)
def test_how_many_samples_go_into_a_slow_one(
    asked: FilterSettings, rate: float, factor: int | None
) -> None:
    design = design_slow(asked, rate)
    assert (design and design.factor) == factor


def known() -> SlowDesign:
    design = design_slow(BAND, 30_000)
    assert design is not None
    return design


def test_the_lowpass_leaves_what_is_slow_and_nothing_that_would_fold() -> None:
    design = known()
    at = np.arange(len(design.taps)) - HALF_TAPS * design.factor

    def passed(hz: float) -> float:
        return float(abs(np.sum(design.taps * np.exp(-2j * np.pi * hz * at / 30_000))))

    for hz in (0, 0.5, 50, 100, 200, 300):
        assert passed(hz) == pytest.approx(1, abs=2e-4)
    for hz in (1575, 1700, 1825, 1875, 3750, 9000):  # folds to below 300 Hz
        assert passed(hz) < 1e-4
    np.testing.assert_allclose(design.phases.sum(axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("hz", [0, 3, 50, 200, 280])
@pytest.mark.parametrize("engine", [filter_plain, filter_kernels], ids=["plain", "compiled"])
def test_slow_sines_come_back_as_they_were(engine: object, hz: float) -> None:
    design = known()
    factor, half = design.factor, HALF_TAPS * design.factor
    at = np.arange(-3 * factor - half, 900 + 6 * factor + half)[:, np.newaxis]
    rows = np.sin(2 * np.pi * hz * at / 30_000 + np.arange(3)).astype(np.float32)
    slow = np.empty((900 // factor + 9, 3), np.float32)
    padded = np.concatenate([rows, np.zeros((2 * half, 3), np.float32)])
    engine.decimate_rows(padded, design.taps, factor, slow)  # type: ignore[attr-defined]
    left = rows[3 * factor + half :][:900].copy()
    engine.take_off_slow(left, slow, design.phases)  # type: ignore[attr-defined]
    assert np.abs(left[:800]).max() < 5e-4


@FEW
@given(n_slow=st.integers(1, 20), n_channels=st.integers(1, 9), seed=st.integers(0, 99))
def test_kernels_agree(n_slow: int, n_channels: int, seed: int) -> None:
    design, random = known(), np.random.default_rng(seed)
    n = design.factor * n_slow + len(design.taps)
    rows = random.normal(0, 10, (n, n_channels)).astype(np.float32)
    made = [np.empty((n_slow, n_channels), np.float32) for _ in range(2)]
    left = [rows[: design.factor * (n_slow - 1) + 5].copy() for _ in range(2)]
    slow = random.normal(0, 10, (n_slow + 8, n_channels)).astype(np.float32)
    for module, out, some in zip((filter_plain, filter_kernels), made, left, strict=True):
        module.decimate_rows(rows, design.taps, design.factor, out)
        module.take_off_slow(some, slow, design.phases)
    np.testing.assert_allclose(*made, rtol=1e-5, atol=1e-4)
    np.testing.assert_allclose(*left, rtol=1e-5, atol=1e-4)
