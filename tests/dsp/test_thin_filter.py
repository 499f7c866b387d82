"""Low-passes worked out of fewer samples, against filtering all of them."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecogview.dsp import filter_kernels, filter_plain
from ecogview.dsp.filters import FilterSettings, design_filter
from ecogview.dsp.runs import EMPTY
from ecogview.dsp.slow_filter import design_slow
from ecogview.dsp.thin_filter import ThinDesign, design_thin
from ecogview.dsp.zero_phase import filter_rows

FEW = settings(max_examples=25, deadline=None)
RATE = 30_000.0
LOWEST_HZ = {4: 250.0, 2: 500.0}
ENGINES = pytest.mark.parametrize("engine", [filter_plain, filter_kernels], ids=["plain", "fast"])


def design_of(asked: FilterSettings, rate: float = RATE) -> ThinDesign | None:
    slow = design_slow(asked, rate)
    assert slow is not None
    return design_thin(slow, asked, rate)


def known(factor: int) -> ThinDesign:
    design = design_of(FilterSettings(0.5, LOWEST_HZ[factor], 50, 4))
    assert design is not None
    assert design.factor == factor
    return design


@pytest.mark.parametrize(
    ("asked", "rate", "factor"),
    [
        (FilterSettings(0.5, 100, 50, 4), 30_000, 4),
        (FilterSettings(0.5, 250), 30_000, 4),
        (FilterSettings(0.5, 251), 30_000, 2),
        (FilterSettings(0.5, 501), 30_000, None),
        (FilterSettings(None, 100, 50, 8), 30_000, 2),  # slow samples are many
        (FilterSettings(0.5, 100, 60, 20), 30_000, None),
        (FilterSettings(0.5), 30_000, None),
    ],
)
def test_how_far_samples_are_thinned(
    asked: FilterSettings, rate: float, factor: int | None
) -> None:
    design = design_of(asked, rate)
    assert (design and design.factor) == factor


@pytest.mark.parametrize("factor", [2, 4])
@pytest.mark.parametrize(
    "hz", [0, 1, 100, 250, 500, 900, 1875, 3000, 5000, 7000, 7300, 7490, 8000, 14_700, 14_990]
)
@ENGINES
def test_sines_are_filtered_as_all_samples_are(engine: ModuleType, factor: int, hz: float) -> None:
    design, full = known(factor), design_filter(FilterSettings(lowpass_hz=LOWEST_HZ[factor]), RATE)
    n, beyond = 2000, (design.margin + 2) * factor + design.half
    at = np.arange(-beyond, n + beyond)[:, np.newaxis]
    rows = np.sin(2 * np.pi * hz * at / RATE + np.arange(3)).astype(np.float32)
    thin = np.empty(((len(rows) - len(design.taps)) // factor + 1, 3), np.float32)
    level, flat = np.zeros(3, np.float32), np.zeros(0)
    nobody, zeroed = np.zeros(0, np.int64), np.empty(len(rows), bool)
    engine.thin_rows(rows, 0.0, level, flat, nobody, design.taps, factor, thin, zeroed)
    # The first thinned sample lies on row `half`, the first filtered one two before sample 0.
    made = np.empty((n, 3), np.float32)
    engine.fill_between(design.filtered(thin, engine), design.weights, factor, made)
    keep = (beyond, beyond + n)
    expected = filter_rows(rows, full, EMPTY, keep, engine, is_start=False, is_stop=False)
    # The margins leave out up to 1e-3 of either; in truth, and of a sine, less.
    np.testing.assert_allclose(made, expected, atol=3e-4)


@FEW
@given(
    n_thin=st.integers(1, 200),
    n_channels=st.integers(1, 9),
    factor=st.sampled_from([2, 4]),
    has_median=st.booleans(),
    is_whole=st.booleans(),
    seed=st.integers(0, 99),
)
def test_thinning_kernels_agree(
    n_thin: int, n_channels: int, factor: int, has_median: bool, is_whole: bool, seed: int
) -> None:
    design, random = known(factor), np.random.default_rng(seed)
    rows = random.normal(0, 100, (factor * (n_thin - 1) + len(design.taps), n_channels))
    rows = rows.astype(np.int16 if is_whole else np.float32)
    rows[3:5] = 0
    if not is_whole and seed % 2:
        rows[7, 0] = np.nan
    offsets = random.normal(0, 10, n_channels).astype(np.float32)
    slopes = random.normal(0, 1, n_channels) if seed % 3 else np.zeros(0)
    members = np.arange(n_channels if has_median else 0)
    made = [np.empty((n_thin, n_channels), np.float32) for _ in range(2)]
    zeroed = [np.empty(len(rows), bool) for _ in range(2)]
    are_odd = [
        module.thin_rows(
            rows, 5.0, offsets, slopes, members, design.taps, factor, out, zero
        )
        for module, out, zero in zip((filter_plain, filter_kernels), made, zeroed, strict=True)
    ]  # fmt: skip
    assert are_odd[0] == are_odd[1] == bool(np.isnan(rows.astype(float)).any())
    np.testing.assert_array_equal(*zeroed)
    np.testing.assert_allclose(*made, rtol=1e-5, atol=1e-3)


@ENGINES
@FEW
@given(
    n_thin=st.integers(1, 60),
    n_channels=st.integers(1, 9),
    factor=st.sampled_from([2, 4]),
    first=st.integers(-50, 50),
    seed=st.integers(0, 99),
)
def test_columns_hold_the_very_samples_that_are_drawn(
    engine: ModuleType, n_thin: int, n_channels: int, factor: int, first: int, seed: int
) -> None:
    design, random = known(factor), np.random.default_rng(seed)
    thin = random.normal(0, 10, (n_thin + 3, n_channels)).astype(np.float32)
    drawn, others = (np.empty((factor * n_thin, n_channels), np.float32) for _ in range(2))
    engine.fill_between(thin, design.weights, 0, drawn)
    filter_plain.fill_between(thin, design.weights, 0, others)
    np.testing.assert_allclose(drawn, others, rtol=1e-5, atol=1e-4)
    start = len(drawn) // 3
    engine.fill_between(thin, design.weights, start, others[start:])
    np.testing.assert_array_equal(others[start:], drawn[start:])
    edges = np.cumsum(random.integers(1, 12, 30)) - 60
    low, high = np.full((29, n_channels), np.inf, np.float32), np.full((29, n_channels), -np.inf)
    high = high.astype(np.float32)
    engine.reduce_between(thin, design.weights, first, edges, low, high)
    for column, (begin, end) in enumerate(zip(edges - first, edges[1:] + 1 - first, strict=False)):
        inside = drawn[max(begin, 0) : max(end, 0)]
        np.testing.assert_array_equal(low[column], inside.min(axis=0, initial=np.inf))
        np.testing.assert_array_equal(high[column], inside.max(axis=0, initial=-np.inf))
