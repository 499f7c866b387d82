"""Compiled kernels against their NumPy twins, and both against brute force over the samples."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecogview.dsp import kernels, plain
from ecogview.dsp.columns import ColumnGrid

both = pytest.mark.parametrize("engine", [plain, kernels], ids=["plain", "compiled"])
FEW = settings(max_examples=60, deadline=None)


def samples(n: int, n_channels: int, seed: int, dtype: str) -> np.ndarray:
    rng = np.random.default_rng(seed)
    values = rng.normal(0, 1000, (n, n_channels)) + 10_000 * np.arange(n_channels)
    rows = np.clip(values, -32768, 32767).astype(dtype)
    if dtype == "float32" and n > 3:
        rows[rng.integers(0, n), rng.integers(0, n_channels)] = np.nan
    return rows


def reduced(
    engine: ModuleType, rows: np.ndarray, edges: np.ndarray, blocks: list[int], *, planar: bool,
    reach: int = 1,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    n_channels = rows.shape[1]
    low = np.full((len(edges) - 1, n_channels), np.inf, np.float32)
    high = np.full((len(edges) - 1, n_channels), -np.inf, np.float32)
    for start, stop in zip([0, *blocks], [*blocks, len(rows)], strict=True):
        block = rows[start:stop]
        block = np.asfortranarray(block) if planar else np.ascontiguousarray(block)
        if len(block):
            engine.min_max_rows(block, start, edges, low, high, reach)
    return low, high


@both
@pytest.mark.parametrize("planar", [False, True], ids=["interleaved", "planar"])
@pytest.mark.parametrize("dtype", ["float32", "int16"])
@FEW
@given(
    seed=st.integers(0, 99),
    n_channels=st.integers(1, 4),
    width=st.integers(1, 12),
    per_column=st.integers(2, 7),
    extra=st.integers(0, 6),
    first=st.integers(0, 5),
    cuts=st.lists(st.integers(0, 60), max_size=3),
    reach=st.integers(0, 1),
)
def test_columns_hold_the_span_of_their_samples(
    engine: ModuleType, planar: bool, dtype: str, seed: int, n_channels: int, width: int,
    per_column: int, extra: int, first: int, cuts: list[int], reach: int,
) -> None:  # fmt: skip
    length = width * per_column + extra
    grid = ColumnGrid(length, width)
    rows = samples(grid.edge(first + width) + 3, n_channels, seed, dtype)
    edges = grid.edges(first, first + width)
    blocks = sorted(min(cut, len(rows)) for cut in cuts)
    low, high = reduced(engine, rows, edges, blocks, planar=planar, reach=reach)
    for column in range(width):
        own = rows[edges[column] : edges[column + 1] + reach].astype(np.float32)
        known = ~np.isnan(own).all(axis=0)
        assert np.array_equal(low[column], np.where(known, np.fmin.reduce(own), np.inf))
        assert np.array_equal(high[column], np.where(known, np.fmax.reduce(own), -np.inf))


@both
@pytest.mark.parametrize("dtype", ["float32", "int16"])
@FEW
@given(
    seed=st.integers(0, 99),
    n_bins=st.integers(0, 40),
    n_channels=st.integers(1, 20),
    n_columns=st.integers(1, 12),
)
def test_columns_hold_the_span_of_their_bins(
    engine: ModuleType, dtype: str, seed: int, n_bins: int, n_channels: int, n_columns: int
) -> None:
    rng = np.random.default_rng(seed)
    lowest = rng.integers(-9000, 9000, (n_bins, n_channels)) + 1000 * np.arange(n_channels)
    bins = np.stack([lowest, lowest + rng.integers(0, 999, lowest.shape)], axis=1).astype(dtype)
    if dtype == "float32":  # bins of nothing but NaN
        bins[rng.random(n_bins) < 0.2, :, n_channels // 2] = np.inf, -np.inf
    starts = rng.integers(-3, n_bins + 3, n_columns)
    stops = starts + rng.integers(0, 9, n_columns)
    low = np.full((n_columns, n_channels), np.inf, np.float32)
    high = np.full((n_columns, n_channels), -np.inf, np.float32)
    low[0], high[0] = -20_000, 1  # known already
    wanted_low, wanted_high = low.copy(), high.copy()
    for column in range(n_columns):
        for k in range(n_bins):
            if starts[column] <= k < stops[column]:
                wanted_low[column] = np.minimum(wanted_low[column], bins[k, 0])
                wanted_high[column] = np.maximum(wanted_high[column], bins[k, 1])
    engine.min_max_bins(bins, starts, stops, low, high)
    assert np.array_equal(low, wanted_low)
    assert np.array_equal(high, wanted_high)


@both
@pytest.mark.parametrize("dtype", ["float32", "int16"])
@FEW
@given(
    seed=st.integers(0, 99),
    length=st.integers(1, 30),
    width=st.integers(1, 40),
    first=st.integers(0, 20),
    n_rows=st.integers(1, 20),
)
def test_interpolated_columns_hold_the_line(
    engine: ModuleType, dtype: str, seed: int, length: int, width: int, first: int, n_rows: int
) -> None:
    grid = ColumnGrid(length, width)
    if not grid.interpolated:
        return
    first_row = grid.edge(first)
    rows = samples(n_rows, 2, seed, dtype)
    low, high = np.empty((width, 2), np.float32), np.empty((width, 2), np.float32)
    engine.interpolate_rows(rows, first_row, first, length, width, low, high)
    at = np.arange(first_row, first_row + n_rows)
    for column in range(width):
        left, right = (first + column) * length / width, (first + column + 1) * length / width
        for channel in range(2):
            inside = (at >= left - 1e-9) & (at <= right + 1e-9)
            points = list(rows[inside, channel].astype(float))
            for edge in (left, right):
                whole = int(np.floor(edge + 1e-9)) - first_row
                part = edge - np.floor(edge + 1e-9)
                if 0 <= whole < n_rows - 1 and part > 1e-9:
                    points.append(
                        (1 - part) * float(rows[whole, channel])
                        + part * float(rows[whole + 1, channel])
                    )
            if np.isnan(points).any():
                continue
            if not points:
                assert low[column, channel] > high[column, channel]
            else:
                assert low[column, channel] == pytest.approx(min(points), rel=1e-4, abs=0.05)
                assert high[column, channel] == pytest.approx(max(points), rel=1e-4, abs=0.05)


def whole(height: int, n_rows: int) -> np.ndarray:
    """Limits that nothing in the picture reaches."""
    return np.repeat(np.array([[-8], [height + 8]], np.float32), n_rows, axis=1)


def limits(rng: np.random.Generator, height: int, n_rows: int) -> np.ndarray:
    """Limits of which about half cut something off."""
    own = np.sort(rng.uniform(0.5, max(height - 0.5, 1), (2, n_rows)), axis=0)
    return np.where(rng.random(n_rows) < 0.5, own, whole(height, n_rows)).astype(np.float32)


@FEW
@given(
    seed=st.integers(0, 99),
    height=st.integers(1, 40),
    width=st.integers(1, 40),
    n_rows=st.integers(0, 5),
    scale=st.sampled_from([1e-9, 0.01, 1.0, 3.0, 1e9]),
    overlaid=st.booleans(),
)
def test_compiled_pixels_equal_plain_ones(
    seed: int, height: int, width: int, n_rows: int, scale: float, overlaid: bool
) -> None:
    rng = np.random.default_rng(seed)
    low = rng.normal(0, 5, (width, 6)).astype(np.float32)
    high = low + rng.exponential(3, (width, 6)).astype(np.float32)
    low[rng.random((width, 6)) < 0.1] = np.inf
    high[rng.random((width, 6)) < 0.05] = np.inf
    slots = np.roll(np.arange(width), int(rng.integers(0, width)))[: max(width // 2, 1)]
    n = len(slots)
    centres = rng.uniform(-3, height + 3, n_rows)
    if overlaid and n_rows:  # what is hidden is left out: no pixel may tell
        centres[:] = centres[0]
    arguments = (
        slots.astype(np.int64), low, high,
        rng.permutation(6)[:n_rows].astype(np.int64),
        centres.astype(np.float32),
        rng.integers(0xFF000000, 0xFFFFFFFF, n_rows, dtype=np.uint32),
        rng.normal(0, 2, 6).astype(np.float32),
        (scale * rng.uniform(0.5, 2, n_rows)).astype(np.float32),
        limits(rng, height, n_rows),
        rng.integers(0xFF000000, 0xFFFFFFFF, n, dtype=np.uint32),
        rng.integers(0xFF000000, 0xFFFFFFFF, n, dtype=np.uint32),
        rng.integers(0, 5, n).astype(np.uint8),
        np.arange(n, dtype=np.int64) + 5_000_000_000,
    )  # fmt: skip
    first, second = np.zeros((height, width), np.uint32), np.zeros((height, width), np.uint32)
    plain.draw_columns(first, *arguments)
    kernels.draw_columns(second, *arguments)
    assert np.array_equal(first, second)


@both
def test_up_is_positive_and_rows_keep_their_place(engine: ModuleType) -> None:
    image = np.zeros((40, 3), np.uint32)
    low = np.zeros((3, 2), np.float32)
    high = np.array([[8, 0], [0, 0], [0, 8]], np.float32)
    low[2, 1] = 8  # a flat line 8 above the zero line of the second row
    engine.draw_columns(
        image, np.arange(3), low, high, np.array([0, 1]), np.array([10.5, 30.5], np.float32),
        np.array([0xFFFF0000, 0xFF00FF00], np.uint32), np.zeros(2, np.float32),
        np.ones(2, np.float32), whole(40, 2), np.full(3, 0xFF000000, np.uint32),
        np.zeros(3, np.uint32), np.zeros(3, np.uint8), np.arange(3),
    )  # fmt: skip
    red, green = image == 0xFFFF0000, image == 0xFF00FF00
    assert np.flatnonzero(red[:, 0]).tolist() == list(range(2, 11))
    assert np.flatnonzero(red[:, 1]).tolist() == [10]
    assert np.flatnonzero(green[:, 0]).tolist() == [30]
    assert np.flatnonzero(green[:, 2]).tolist() == [22]


@both
def test_a_flat_channel_never_disappears(engine: ModuleType) -> None:
    """Whatever its constant, a line of one value covers a whole pixel in every column."""
    for centre in np.arange(3, 6, 0.1):
        image = np.zeros((12, 1), np.uint32)
        value = np.zeros((1, 1), np.float32)
        engine.draw_columns(
            image, np.arange(1), value, value, np.zeros(1, np.int64),
            np.array([centre], np.float32), np.array([0xFFFFFFFF], np.uint32),
            np.zeros(1, np.float32), np.ones(1, np.float32), whole(12, 1),
            np.full(1, 0xFF000000, np.uint32),
            np.zeros(1, np.uint32), np.zeros(1, np.uint8), np.zeros(1, np.int64),
        )  # fmt: skip
        light = (image[:, 0] & 0xFF).astype(int)
        assert 252 <= light.sum() <= 255
        assert np.count_nonzero(light) <= 2


@both
def test_each_row_has_its_own_scale_and_runs_along_its_limits(engine: ModuleType) -> None:
    image = np.zeros((40, 4), np.uint32)
    low = np.array([[0, 0], [-30, -4], [20, 0], [-9, 7]], np.float32)
    high = np.array([[4, 4], [30, 0], [25, 0], [-5, 7]], np.float32)
    edges = np.array([[0.5, 20.5], [19.5, 39.5]], np.float32)
    engine.draw_columns(
        image, np.arange(4), low, high, np.array([0, 1]), np.array([10.5, 30.5], np.float32),
        np.array([0xFFFF0000, 0xFF00FF00], np.uint32), np.zeros(2, np.float32),
        np.array([2, 1], np.float32), edges, np.full(4, 0xFF000000, np.uint32),
        np.zeros(4, np.uint32), np.zeros(4, np.uint8), np.arange(4),
    )  # fmt: skip
    red = [np.flatnonzero(column == 0xFFFF0000).tolist() for column in image.T]
    green = [np.flatnonzero(column == 0xFF00FF00).tolist() for column in image.T]
    assert red == [list(range(2, 11)), list(range(20)), [0], [19]]  # never in the other row
    assert green == [list(range(26, 31)), list(range(30, 35)), [30], [23]]
