"""The pyramid's arithmetic: which levels there are, which one a picture is made of, which bins."""

from __future__ import annotations

from itertools import pairwise
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecogview.dsp import envelope
from ecogview.dsp.columns import ColumnGrid
from ecogview.dsp.envelope import (
    CoarseLevels,
    bin_sizes,
    bins_of,
    coarsened,
    level_for,
    n_bins,
    unit_samples,
)

FEW = settings(max_examples=60, deadline=None)
lengths = st.integers(1, 5000) | st.integers(1, 10**10)
INT16 = np.dtype(np.int16)


# -- levels


@given(n_samples=lengths)
def test_levels_end_where_a_screen_has_more_columns(n_samples: int) -> None:
    sizes = bin_sizes(n_samples)
    assert sizes[0] == 64
    assert all(coarse == 4 * fine for fine, coarse in pairwise(sizes))
    assert all(n_bins(n_samples, size) >= 4096 for size in sizes[:-1])
    assert n_bins(n_samples, sizes[-1]) < 4096


@pytest.mark.parametrize(
    ("n_samples", "n_levels"),
    [(1, 1), (4095 * 64, 1), (4095 * 64 + 1, 2), (7_207_000, 4), (7_207 * 30_000, 6)],
)
def test_levels_of_recordings(n_samples: int, n_levels: int) -> None:
    assert len(bin_sizes(n_samples)) == n_levels


@given(n_samples=lengths, size=st.sampled_from([64, 256, 1 << 20]))
def test_the_last_bin_may_be_short(n_samples: int, size: int) -> None:
    assert (n_bins(n_samples, size) - 1) * size < n_samples <= n_bins(n_samples, size) * size


@given(n_samples=lengths, rate=st.floats(0.1, 100_000))
def test_a_unit_is_whole_bins_of_every_level_and_half_a_minute(n_samples: int, rate: float) -> None:
    unit = unit_samples(n_samples, rate)
    assert unit.bit_count() == 1
    assert all(unit % size == 0 for size in bin_sizes(n_samples))
    assert unit >= 32 * rate
    assert unit == bin_sizes(n_samples)[-1] or unit < 64 * rate


@pytest.mark.parametrize("dtype", ["float32", "int16"])
@given(n=st.integers(1, 40), seed=st.integers(0, 99))
def test_the_next_level(dtype: str, n: int, seed: int) -> None:
    low = np.random.default_rng(seed).integers(-9000, 9000, (n, 3)).astype(dtype)
    high = low + np.array([1, 20, 300], dtype)
    made = coarsened(np.stack([low, high], axis=1))
    assert (made.dtype, made.shape) == (low.dtype, (-(-n // 4), 2, 3))
    for k, (lowest, highest) in enumerate(made):
        assert lowest.tolist() == low[4 * k : 4 * k + 4].min(axis=0).tolist()
        assert highest.tolist() == high[4 * k : 4 * k + 4].max(axis=0).tolist()


def test_bins_without_a_sample_widen_nothing() -> None:
    bins = np.array([[[np.inf], [-np.inf]]] * 6, np.float32)
    bins[5] = [[-3], [7]]
    np.testing.assert_array_equal(coarsened(bins)[:, :, 0], [[np.inf, -np.inf], [-3, 7]])


# -- which level a picture is made of


@st.composite
def grids(draw: st.DrawFn) -> ColumnGrid:
    width = draw(st.integers(1, 4000))
    per_column = draw(st.integers(1, 300) | st.integers(1, 10**6))
    return ColumnGrid(width * per_column + draw(st.integers(0, width - 1)), width)


@given(grid=grids(), row_bytes=st.integers(2, 4096), n_samples=lengths)
def test_there_are_four_bins_a_column_or_samples(
    grid: ColumnGrid, row_bytes: int, n_samples: int
) -> None:
    sizes = bin_sizes(n_samples)
    level = level_for(grid, row_bytes, sizes)
    per_column = grid.length / grid.width
    if per_column >= 256:  # whatever its bytes: never the samples
        assert level is not None
        assert sizes[level] * 4 <= per_column
        assert level == len(sizes) - 1 or sizes[level + 1] * 4 > per_column
    elif per_column < 64:
        assert level is None
    else:
        assert level == (None if grid.length * row_bytes <= 64 << 20 else 0)


def test_the_borders_of_levels() -> None:
    sizes, width = (64, 256, 1024), 1000
    for samples, level in (
        (63_999, None), (64_000, 0), (1_023_999, 0), (1_024_000, 1), (4_095_999, 1), (4_096_000, 2)
    ):  # fmt: skip
        assert level_for(ColumnGrid(samples, width), 4096, sizes) == level


# -- bins of columns


@FEW
@given(
    grid=grids(),
    first=st.integers(0, 10**7),
    n=st.integers(1, 9),
    size=st.sampled_from([64, 256, 1024]),
)
def test_bins_hold_the_samples_of_a_column_and_no_bin_more(
    grid: ColumnGrid, first: int, n: int, size: int
) -> None:
    starts, stops = bins_of(grid, first, first + n, size)
    for column, start, stop in zip(range(first, first + n), starts, stops, strict=True):
        samples = (grid.edge(column), grid.edge(column + 1))  # the next one's first included
        assert (start, stop - 1) == (samples[0] // size, samples[1] // size)
        assert samples[0] - start * size < size
        assert stop * size - 1 - samples[1] < size


# -- the coarser levels in memory


@given(
    n_samples=st.integers(1, 10**7) | st.integers(1, 10**9),
    n_channels=st.integers(1, 64) | st.integers(1, 2000),
)
@settings(max_examples=30, deadline=None)
def test_levels_in_memory_take_32_mb(n_samples: int, n_channels: int) -> None:
    levels = CoarseLevels.blank(n_samples, n_channels, 1000.0, INT16)
    n_bytes = [array.nbytes for array in levels.levels.values()]
    assert sum(n_bytes) <= 32 << 20 or len(n_bytes) == 1
    coarsest = len(levels.sizes) - 1
    assert sorted(levels.levels) == list(range(coarsest + 1 - len(n_bytes), coarsest + 1))
    if len(n_bytes) <= coarsest:  # the next finer one would not fit
        finer = n_bins(n_samples, levels.sizes[coarsest - len(n_bytes)]) * 2 * n_channels * 2
        assert sum(n_bytes) + finer > 32 << 20
    for level, array in levels.levels.items():
        assert array.shape == (n_bins(n_samples, levels.sizes[level]), 2, n_channels)
    assert len(levels.done) == n_bins(n_samples, levels.unit)
    assert not levels.done.any()


def unit_bins(levels: CoarseLevels, unit: int) -> dict[int, np.ndarray]:
    """Bins of a unit of one channel that tell their level and number."""
    bins = {}
    for level, size in enumerate(levels.sizes):
        numbers = np.arange(
            unit * levels.unit // size,
            n_bins(min((unit + 1) * levels.unit, levels.n_samples), size),
        )
        bins[level] = np.stack([numbers, numbers + 10_000 * level], axis=1).astype(np.int16)[
            ..., None
        ]
    return bins


def test_units_are_stored_where_they_belong() -> None:
    with patch.object(envelope, "_SCREEN", 300):
        levels = CoarseLevels.blank(300_001, 1, 100.0, INT16)
    n_units = len(levels.done)
    assert (levels.sizes, levels.unit, n_units) == ((64, 256, 1024), 4096, 74)
    for unit in np.random.default_rng(3).permutation(n_units).tolist():
        assert not levels.done[unit]
        levels.store(unit, unit_bins(levels, unit))
        assert levels.done[unit]
    for level, kept in levels.levels.items():
        numbers = np.arange(n_bins(300_001, levels.sizes[level]))
        assert kept[:, 0, 0].tolist() == numbers.tolist()
        assert kept[:, 1, 0].tolist() == (numbers + 10_000 * level).tolist()


@FEW
@given(
    n_samples=st.integers(1, 100_000),
    width=st.integers(1, 60),
    per_column=st.integers(1, 9000) | st.sampled_from([64, 1024, 4096, 8192]),
    extra=st.just(0) | st.integers(0, 60),
    first=st.integers(0, 60),
    seed=st.integers(0, 99),
)
def test_known_columns_lie_in_units_that_are_done(
    n_samples: int, width: int, per_column: int, extra: int, first: int, seed: int
) -> None:
    levels = CoarseLevels.blank(n_samples, 1, 100.0, INT16)
    levels.done[:] = np.random.default_rng(seed).random(len(levels.done)) < 0.7
    grid = ColumnGrid(width * per_column + extra % width, width)
    known = levels.known_columns(grid, first, first + width)
    for column in range(first, first + width):
        own = range(grid.edge(column), grid.edge(column + 1) + 1)
        units = {min(sample, n_samples - 1) // levels.unit for sample in (own[0], own[-1])}
        between = range(min(units), max(units) + 1)
        assert known[column - first] == all(levels.done[unit] for unit in between)


def test_a_column_needs_the_unit_of_the_next_ones_first_sample() -> None:
    levels = CoarseLevels.blank(3 * 4096 + 5, 1, 100.0, INT16)
    levels.done[[0, 2]] = True
    known = levels.known_columns(ColumnGrid(4 * 1024, 4), 0, 14)
    assert (levels.unit, np.flatnonzero(known).tolist()) == (4096, [0, 1, 2, 8, 9, 10])
    levels.done[3] = True  # beyond the end there is nothing to know
    known = levels.known_columns(ColumnGrid(4 * 1024, 4), 0, 14)
    assert np.flatnonzero(known).tolist() == [0, 1, 2, 8, 9, 10, 11, 12, 13]
