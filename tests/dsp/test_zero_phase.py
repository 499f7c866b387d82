"""Filtering in stretches, around gaps, against filtering everything at once with SciPy."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from ecogview.dsp import filter_kernels, filter_plain
from ecogview.dsp.filters import TOLERANCE, FilterSettings, design_filter
from ecogview.dsp.runs import EMPTY, Runs
from ecogview.dsp.zero_phase import filter_rows
from tests.dsp.slow_processing import filtered_around

FEW = settings(max_examples=25, deadline=None)
N, N_CHANNELS = 6000, 3
both = pytest.mark.parametrize("engine", [filter_plain, filter_kernels], ids=["plain", "compiled"])
asked = st.sampled_from(
    [
        FilterSettings(highpass_hz=2),
        FilterSettings(lowpass_hz=40),
        FilterSettings(4, 30),
        FilterSettings(notch_hz=50),
        FilterSettings(3, 90, 60, 2),
        FilterSettings(10, 10),  # runs section by section
        FilterSettings(band_stop_hz=(20, 45)),
    ]
)


def some_rows(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    rows = rng.normal(0, 20, (N, N_CHANNELS)) + rng.normal(0, 5, (N, N_CHANNELS)).cumsum(axis=0)
    rows += 100 * np.sin(2 * np.pi * 50 * np.arange(N) / 500)[:, np.newaxis]
    return np.ascontiguousarray(rows - np.median(rows, axis=0), np.float32)


def filtered(
    engine: ModuleType, rows: np.ndarray, settings: FilterSettings, rate: float, gaps: Runs,
    start: int, stop: int,
) -> np.ndarray:  # fmt: skip
    """Samples ``[start, stop)``, from no more rows than are needed."""
    design = design_filter(settings, rate)
    first, last = max(start - design.reach, 0), min(stop + design.reach, len(rows))
    part = rows[first:last].copy()
    inside = Runs(gaps.clip(first, last).bounds - first)
    keep = (start - first, stop - first)
    return filter_rows(
        part, design, inside, keep, engine, is_start=first == 0, is_stop=last == len(rows)
    )


@both
@FEW
@given(
    settings=asked, rate=st.sampled_from([250.0, 500.0, 987.6]), seed=st.integers(0, 99),
    start=st.integers(0, N - 1), length=st.integers(1, N),
)  # fmt: skip
def test_a_stretch_is_what_filtering_the_whole_recording_gives(
    engine: ModuleType, settings: FilterSettings, rate: float, seed: int, start: int, length: int
) -> None:
    rows, stop = some_rows(seed), min(start + length, N)
    made = filtered(engine, rows, settings, rate, EMPTY, start, stop)
    sections = design_filter(settings, rate).sections
    whole = signal.sosfiltfilt(sections, rows.astype(float), axis=0)
    np.testing.assert_allclose(made, whole[start:stop], atol=TOLERANCE * np.abs(rows).max())


@both
@FEW
@given(
    low=st.floats(1, 60), width=st.floats(3, 60), seed=st.integers(0, 99),
    start=st.integers(0, N - 1), length=st.integers(1, N),
)  # fmt: skip
def test_a_band_stop_is_that_of_scipy(
    engine: ModuleType, low: float, width: float, seed: int, start: int, length: int
) -> None:
    rows, stop, band = some_rows(seed), min(start + length, N), (low, low + width)
    made = filtered(engine, rows, FilterSettings(band_stop_hz=band), 500, EMPTY, start, stop)
    sections = signal.butter(2, band, "bandstop", fs=500, output="sos")
    whole = signal.sosfiltfilt(sections, rows.astype(float), axis=0)
    np.testing.assert_allclose(made, whole[start:stop], atol=TOLERANCE * np.abs(rows).max())


@both
@FEW
@given(
    settings=asked, seed=st.integers(0, 99), start=st.integers(0, N - 1),
    length=st.integers(1, N),
    runs=st.lists(
        st.tuples(st.integers(0, N - 1), st.sampled_from([1, 3, 62, 63, 200])), max_size=8
    ),
)  # fmt: skip
def test_gaps_are_bridged_or_walled_off(
    engine: ModuleType, settings: FilterSettings, seed: int, start: int, length: int,
    runs: list[tuple[int, int]],
) -> None:  # fmt: skip
    rows, stop, rate = some_rows(seed), min(start + length, N), 250.0
    gaps = Runs.of([(at, min(at + size, N)) for at, size in runs])
    flags = gaps.to_bool(0, N)
    made = filtered(engine, rows, settings, rate, gaps, start, stop)
    whole = filtered_around(rows.astype(float), design_filter(settings, rate).sections, flags, rate)
    good = ~flags[start:stop]
    limit = TOLERANCE * np.abs(rows).max()
    np.testing.assert_allclose(made[good], whole[start:stop][good], atol=limit)
    # What lies in a gap does not count at all.
    other = rows.copy()
    other[flags] = 1e6 * np.random.default_rng(seed).normal(size=(int(flags.sum()), N_CHANNELS))
    again = filtered(engine, other, settings, rate, gaps, start, stop)
    np.testing.assert_array_equal(again[good], made[good])


@both
@pytest.mark.parametrize("n", [1, 2, 5])
def test_pieces_of_hardly_any_samples(engine: ModuleType, n: int) -> None:
    rows = some_rows(1)[:n].copy()
    made = filtered(engine, rows, FilterSettings(2, 40), 250.0, EMPTY, 0, n)
    sections = design_filter(FilterSettings(2, 40), 250.0).sections
    wanted = signal.sosfiltfilt(sections, rows.astype(float), axis=0, padlen=n - 1)
    np.testing.assert_allclose(made, wanted, rtol=1e-4, atol=1e-3)
