"""Figures of the quality map against slow, obvious code, sample by sample."""

from __future__ import annotations

import math
from itertools import pairwise
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ecogview.dsp import quality_kernels, quality_plain
from ecogview.dsp.quality import CellGrid, QualityMap, figures_for
from ecogview.dsp.quality_sums import CellSums
from tests.dsp.slow_quality import ALL, a_recording, slowly

both = pytest.mark.parametrize(
    "engine", [quality_plain, quality_kernels], ids=["plain", "compiled"]
)
rng = np.random.default_rng


def summed(
    rows: NDArray[Any],
    rate: float,
    centre: float | NDArray[Any],
    rms: float | NDArray[Any],
    *,
    engine: ModuleType = quality_kernels,
    band_hz: tuple[float, float] | None = None,
    cuts: tuple[int, ...] = (),
    planar: bool = False,
    cells: tuple[int, int] | None = None,
) -> QualityMap:
    """The map of `rows`, or of some of its cells, read in blocks."""
    grid = CellGrid.of(len(rows), rate, rows.shape[1])
    quality = QualityMap.blank(grid, rows.shape[1], ALL)
    first, stop = cells or (0, grid.n_cells)
    each = np.ones(rows.shape[1], np.float32)
    sums = CellSums(
        grid, first, stop, centre=centre * each, rms=rms * each, figures=ALL, band_hz=band_hz,
        kernels=engine,
    )  # fmt: skip
    start, end = grid.edge(first), grid.edge(stop)
    bounds = sorted({start, end, *(cut for cut in cuts if start < cut < end)})
    for low, high in pairwise(bounds):
        block = rows[low:high]
        sums.add(np.asfortranarray(block) if planar else np.ascontiguousarray(block), low)
    assert sums.write(quality) == (first, stop)
    return quality


@both
@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 9999),
    rate=st.sampled_from([128.0, 256.0, 999.5, 2000.0]),
    seconds=st.floats(0.1, 2.9),
    dtype=st.sampled_from(["float32", "int16"]),
    planar=st.booleans(),
    cuts=st.lists(st.integers(0, 3000), max_size=4),
)
def test_figures_are_what_their_definition_says(
    engine: ModuleType, seed: int, rate: float, seconds: float, dtype: str, planar: bool,
    cuts: list[int],
) -> None:  # fmt: skip
    rows, centre, rms = a_recording(int(seconds * rate) + 17, rate, dtype, seed)
    quality = summed(rows, rate, centre, rms, engine=engine, planar=planar, cuts=tuple(cuts))
    assert quality.done.all()
    for cell, slow in enumerate(slowly(rows, rate, centre, rms)):
        assert quality.zeroed[cell] == pytest.approx(slow["zeroed"][0], abs=1e-6)
        for name in ALL:
            share = name in ("flat", "clipped")
            np.testing.assert_allclose(
                quality.figures[name][cell], slow[name],
                rtol=0 if share else 2e-4, atol=1e-3 if share else 0.05, err_msg=name,
            )  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 9999),
    cuts=st.lists(st.integers(0, 4000), max_size=12),
    planar=st.booleans(),
    dtype=st.sampled_from(["float32", "int16"]),
    first=st.integers(0, 2),
)
def test_neither_cuts_nor_order_nor_start_change_a_bit(
    seed: int, cuts: list[int], planar: bool, dtype: str, first: int
) -> None:
    rows, centre, rms = a_recording(3998, 999.5, dtype, seed)
    whole = summed(rows, 999.5, centre, rms)
    part = summed(rows, 999.5, centre, rms, cuts=tuple(cuts), planar=planar, cells=(first, 4))
    assert part.done.tolist() == [cell >= first for cell in range(4)]
    assert np.array_equal(part.zeroed[first:], whole.zeroed[first:])
    for name in ALL:
        assert np.array_equal(
            part.figures[name][first:], whole.figures[name][first:], equal_nan=True
        )
        assert np.isnan(part.figures[name][:first]).all()


def test_more_channels_than_a_tile_stay_apart() -> None:
    """Every channel has figures of its own, at 1, 16, 17 and 62 channels."""
    t = np.arange(1000) / 1000
    for n in (1, 16, 17, 62):
        size = np.arange(1, n + 1)
        rows = 100 * size + size * np.sin(2 * np.pi * 60 * t)[:, None]
        rows = rows.astype(np.float32)
        for planar in (False, True):
            quality = summed(rows, 1000, 100 * size, size, planar=planar)
            np.testing.assert_allclose(quality.figures["mean"][0], 100 * size, rtol=1e-4)
            np.testing.assert_allclose(quality.figures["hum_60"][0], size / 2**0.5, rtol=1e-3)


def test_compiled_goes_on_where_plain_was() -> None:
    rows, centre, rms = a_recording(1999, 999.5, "float32", 7)
    grid = CellGrid.of(1999, 999.5, 4)
    whole, turned = summed(rows, 999.5, centre, rms), QualityMap.blank(grid, 4, ALL)
    sums = CellSums(
        grid, 0, 2, centre=centre, rms=rms, figures=ALL, band_hz=None, kernels=quality_plain
    )
    for start, engine in ((0, quality_plain), (333, quality_kernels), (1201, quality_plain)):
        sums._kernels = engine
        sums.add(rows[start : start + 900], start)
    sums.write(turned)
    for name in ALL:
        np.testing.assert_allclose(
            turned.figures[name].astype(float), whole.figures[name].astype(float), rtol=1e-3
        )


# --- what each figure is for


@pytest.mark.parametrize("rate", [250.0, 256.0, 999.5, 1000.0, 30_000.0])
def test_hum_is_the_size_of_the_line_alone(rate: float) -> None:
    t = np.arange(int(2 * rate)) / rate
    wave = np.stack([130 * np.sin(2 * np.pi * hz * t + 1) for hz in (60, 50, 22, 0.7)], axis=1)
    quality = summed((wave + 1500).astype(np.float32), rate, 1490, 90)
    assert quality.figures["hum_60"][0] == pytest.approx([91.9, 0, 0, 0], abs=0.5)
    assert quality.figures["hum_50"][1] == pytest.approx([0, 91.9, 0, 0], abs=0.5)


@pytest.mark.parametrize(("rate", "gain"), [(250, 4.8), (1000, 0.123), (30_000, 0.123)])
def test_high_frequency_is_the_same_at_any_rate_from_1_khz_on(rate: int, gain: float) -> None:
    t = np.arange(2 * rate) / rate
    waves = [np.sin(2 * np.pi * 80 * t) * 2**0.5, rng(1).normal(0, 1, len(t)), t * 1000]
    figure = summed(np.stack(waves, axis=1).astype(np.float32), rate, 0, 1).figures[
        "high_frequency"
    ]
    assert figure[0, 0] == pytest.approx(gain, rel=0.02)
    assert figure[0, 1] == pytest.approx(20**0.5, rel=0.1)
    assert figure[0, 2] < 0.01


@pytest.mark.parametrize("rate", [250, 1000, 30_000])
def test_lfp_is_not_flat_however_fast_it_is_sampled(rate: int) -> None:
    t = np.arange(4 * rate) / rate
    lfp = sum(100 / hz * np.sin(2 * np.pi * hz * t + hz**2) for hz in (1, 2, 3, 5, 8, 13, 21, 34))
    counts = np.rint(np.stack([lfp * 10, lfp * 10, np.full_like(lfp, -77)], axis=1))
    counts[rate // 2 : rate, 1] = 12
    size = counts.std(axis=0)
    for dtype in (np.float32, np.int16):
        flat = summed(counts.astype(dtype), rate, 0, size).figures["flat"]
        assert flat[:, 0].tolist() == [0, 0, 0, 0]
        assert flat[:, 1] == pytest.approx([0.5, 0, 0, 0], abs=0.02)
        assert flat[:, 2].tolist() == [1, 1, 1, 1]


def test_what_is_flat_depends_on_the_channels_own_size() -> None:
    """A dead channel's noise of a microvolt is no flat line, beside one of a millivolt it is."""
    noise = rng(3).normal(0, 1, (1000, 2)).astype(np.float32)
    flat = summed(noise, 1000, 0, np.array([1, 10_000])).figures["flat"]
    assert flat[0].tolist() == [0, 1]


def test_a_constant_out_of_a_filter_is_flat() -> None:
    """Its samples differ in the last digits, and its own size is nothing but those."""
    constant = 17.3 * (1 + rng(4).integers(-2, 3, (250, 1)) * 6e-8)
    rows = np.hstack([constant, rng(4).normal(0, 100, (250, 1))]).astype(np.float32)
    quality = summed(rows, 250, np.array([17.3, 0]), np.array([1e-6, 100]))
    assert quality.figures["flat"][0].tolist() == [1, 0]
    assert quality.figures["clipped"][0].tolist() == [0, 0]


def test_slow_waves_of_a_band_limited_file_are_not_flat_at_their_peaks() -> None:
    t = np.arange(1000) / 250
    wave = (100 * np.sin(2 * np.pi * 0.6 * t)).astype(np.float32)[:, None]
    assert summed(wave, 250, 0, 70, band_hz=(0, 10)).figures["flat"].max() == 0
    wave[300:500] = 5
    assert summed(wave, 250, 0, 70, band_hz=(0, 10)).figures["flat"][1] == pytest.approx(
        0.8, abs=0.01
    )


def test_clipped_is_stuck_far_off_or_at_the_rail() -> None:
    x = rng(5).normal(2000, 100, (1000, 3))
    x[100:350, 0] = 2900
    x[100:350, 1] = np.linspace(2900, 3400, 250)  # far off, but moving
    x[100:350, 2] = 2100  # stuck, but not far off
    quality = summed(x.astype(np.float32), 1000, 2000, 100)
    assert quality.figures["clipped"][0] == pytest.approx([0.25, 0, 0], abs=1e-3)
    assert quality.figures["flat"][0] == pytest.approx([0, 0, 0.25], abs=1e-3)
    x[::10, 1], x[5, 2] = 40_000, -40_000  # too short to be stuck
    at_rail = summed(np.clip(x, -32768, 32767).astype(np.int16), 1000, 2000, 100)
    assert at_rail.figures["clipped"][0] == pytest.approx([0.25, 0.1, 0.001], abs=1e-3)


def test_digits_are_not_lost_over_many_samples_far_from_zero() -> None:
    """30,000 samples of ±3 counts about 20,000, and a constant far from where it should be."""
    x = np.rint(rng(6).normal(20_000, 3, (60_000, 2)))
    x[:, 1] = 23_000
    for dtype in (np.int16, np.float32):
        quality = summed(x.astype(dtype), 30_000, 20_000, 3)
        expected = x[:30_000].std(axis=0)
        assert quality.figures["spread"][0, 0] == pytest.approx(expected[0], rel=1e-4)
        assert quality.figures["mean"][0] == pytest.approx(x[:30_000].mean(axis=0), abs=0.01)
        assert quality.figures["spread"][0, 1] < 3


def test_zeroed_rows_are_left_out_of_all_figures() -> None:
    x = rng(7).normal([50, -900], [10, 200], (1000, 2)).astype(np.float32)
    plain = summed(x, 500, 0, 100)
    x[600:700] = 0
    x[100:110, 0] = 0  # not in all channels
    quality = summed(x, 500, 0, 100)
    assert quality.zeroed == pytest.approx([0, 0.2])
    left = np.concatenate([x[500:600], x[700:]]).astype(float)
    assert quality.figures["spread"][1] == pytest.approx(left.std(axis=0), rel=1e-4)
    assert quality.figures["high_frequency"][1, 1] == pytest.approx(
        plain.figures["high_frequency"][1, 1], rel=0.1
    )
    assert quality.figures["flat"][:, 0] == pytest.approx([0.02, 0], abs=1e-3)
    assert np.isnan(quality.figures["hum_50"][1]).all()  # a fifth is missing
    x[500:900] = 0
    assert np.isnan(summed(x, 500, 0, 100).figures["spread"][1]).all()


def test_bytes_that_are_no_samples_do_no_harm() -> None:
    noise = rng(8).integers(0, 256, 4 * 3000, np.uint8).view(np.float32).reshape(1000, 3)
    for engine in (quality_plain, quality_kernels):
        assert summed(noise, 250, 0, 1, engine=engine).done.all()


# --- which cells, which blocks


def test_a_cell_is_done_once_all_its_samples_are_in() -> None:
    rows = np.ones((2600, 2), np.float32)
    grid = CellGrid.of(2600, 1000, 2)
    quality = QualityMap.blank(grid, 2, ALL)
    each = np.ones(2, np.float32)
    sums = CellSums(
        grid, 1, 3, centre=each, rms=each, figures=ALL, band_hz=None, kernels=quality_kernels
    )
    sums.add(rows[:1999], 0)  # begins before its cells, ends within them
    assert sums.write(quality) == (1, 1)
    assert not quality.done.any()
    with pytest.raises(ValueError, match="samples 1999 to 2001 were skipped"):
        sums.add(rows[:300], 2001)
    sums.add(rows[1990:2001], 1990)  # reaches back
    assert sums.write(quality) == (1, 2)
    assert quality.done.tolist() == [False, True, False]
    sums.add(rows[2001:], 2001)
    assert sums.write(quality) == (2, 3)
    assert sums.write(quality) == (3, 3)
    sums.add(rows[:10], 4000)  # beyond its cells
    assert quality.done.tolist() == [False, True, True]
    assert quality.figures["mean"][1:].tolist() == [[1, 1], [1, 1]]


def test_only_the_figures_asked_for_are_written() -> None:
    grid = CellGrid.of(500, 250, 2)
    names = figures_for(250, (0, 10))
    quality = QualityMap.blank(grid, 2, names)
    each = np.ones(2, np.float32)
    sums = CellSums(
        grid, 0, 2, centre=each, rms=each, figures=names, band_hz=(0, 10), kernels=quality_kernels
    )
    sums.add(np.ones((500, 2), np.float32), 0)
    sums.write(quality)
    assert tuple(quality.figures) == ("mean", "spread", "flat", "clipped")
    assert quality.figures["flat"].tolist() == [[1, 1], [1, 1]]


@pytest.mark.parametrize(
    ("rate", "band_hz", "missing"),
    [
        (30_000, None, set()),
        (1000, None, set()),
        (250, None, set()),
        (250, (0, 100), set()),
        (250, (0, 10), {"hum_50", "hum_60", "high_frequency"}),
        (250, (55, 100), {"hum_50"}),
        (1000, (0, 0), {"hum_50", "hum_60", "high_frequency"}),
        (120, None, {"hum_60"}),
        (100, None, {"hum_50", "hum_60"}),
    ],
)
def test_what_a_file_cannot_have_is_not_among_its_figures(
    rate: float, band_hz: tuple[float, float] | None, missing: set[str]
) -> None:
    assert set(ALL) - set(figures_for(rate, band_hz)) == missing


def test_a_band_of_nothing_has_stretches_all_the_same() -> None:
    quality = summed(np.ones((1000, 1), np.float32), 1000, 1, 1, band_hz=(0, 0))
    assert quality.figures["flat"].tolist() == [[1]]


@given(
    rate=st.one_of(st.floats(0.3, 40_000), st.sampled_from([250.0, 999.5, 1017.1, 24414.0625])),
    cells=st.floats(0, 50),
    n_channels=st.sampled_from([1, 62, 100_000_000]),
)
def test_cells_hold_every_sample_once(rate: float, cells: float, n_channels: int) -> None:
    n_samples = int(cells * rate) + 1
    grid = CellGrid.of(n_samples, rate, n_channels)
    edges = grid.edges(0, grid.n_cells)
    assert edges[0] == 0
    assert edges[-1] == n_samples
    lengths = np.diff(edges)
    assert (lengths > 0).all()
    assert lengths.max() <= math.ceil(grid.cell_s * rate)
    assert edges.tolist() == [grid.edge(cell) for cell in range(grid.n_cells + 1)]
    samples = np.array([0, n_samples // 2, n_samples - 1])
    found = grid.cells_of(samples)
    assert (edges[found] <= samples).all()
    assert (samples < edges[found + 1]).all()
