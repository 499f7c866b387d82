"""Measures of channels and seconds against plain numpy, and what must not sway them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ecogview.dsp.channel_quality import (
    MEASURES,
    Measure,
    channel_figures,
    channel_values,
    reference,
    usable_cells,
    values,
)
from ecogview.dsp.figure_lines import FigureLines
from ecogview.dsp.quality import FIGURE_DTYPES, CellGrid, QualityMap, figures_for

NOTHING_BAD = np.empty((0, 2), np.int64)
every_measure = pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)


def a_map(n_cells: int, n_channels: int, seed: int = 0) -> QualityMap:
    """A map of figures that differ by channel by more than they do by cell."""
    draw = np.random.default_rng(seed)
    grid = CellGrid.of(n_cells * 250 - 100, 250, n_channels)
    quality = QualityMap.blank(grid, n_channels, tuple(FIGURE_DTYPES))
    size = np.geomspace(50, 200, n_channels)
    for name, figure in quality.figures.items():
        spread = draw.lognormal(0, 0.2, figure.shape)
        figure[:] = spread / 10 if name in ("flat", "clipped") else size * spread
    quality.figures["mean"][:] *= 30
    quality.zeroed[:], quality.done[:] = 0, True
    return quality


def all_good(quality: QualityMap) -> NDArray[np.bool_]:
    return np.ones(quality.figures["mean"].shape[1], bool)


def all_usable(quality: QualityMap) -> NDArray[np.bool_]:
    return usable_cells(quality, NOTHING_BAD)


def in_float(quality: QualityMap, name: str) -> NDArray[np.float64]:
    return quality.figures[name].astype(float)  # type: ignore[index]


# --- which cells count


@settings(max_examples=100, deadline=None)
@given(
    n_samples=st.integers(1, 3000),
    rate=st.sampled_from([16.0, 99.95, 256.0]),
    runs=st.lists(st.tuples(st.integers(-50, 3200), st.integers(0, 700)), max_size=6),
    seed=st.integers(0, 99),
)
def test_usable_cells_hold_no_masked_sample(
    n_samples: int, rate: float, runs: list[tuple[int, int]], seed: int
) -> None:
    draw = np.random.default_rng(seed)
    quality = QualityMap.blank(CellGrid.of(n_samples, rate, 2), 2, ("mean",))
    n_cells = quality.grid.n_cells
    quality.done[:] = draw.random(n_cells) < 0.8
    quality.zeroed[quality.done] = draw.choice([0, 0.4, 0.6, 1], n_cells)[quality.done]
    bad = np.array([(start, start + n) for start, n in runs], np.int64).reshape(-1, 2)
    masked = np.zeros(n_samples, bool)
    for start, stop in bad:
        masked[max(start, 0) : max(stop, 0)] = True
    for cell, usable in enumerate(usable_cells(quality, bad)):
        within = slice(quality.grid.edge(cell), quality.grid.edge(cell + 1))
        expected = quality.done[cell] and not masked[within].any() and quality.zeroed[cell] <= 0.5
        assert usable == expected


def test_ten_thousand_runs_over_two_hours() -> None:
    quality = QualityMap.blank(CellGrid.of(7_207_000, 1000, 62), 62, ("mean",))
    quality.zeroed[:], quality.done[:] = 0, True
    starts = np.sort(np.random.default_rng(1).integers(0, 7_207_000, 10_000))
    bad = np.stack([starts, starts + 50], axis=1)
    masked = np.zeros(7_207_000, bool)
    for start, stop in bad.tolist():
        masked[start:stop] = True
    edges = quality.grid.edges(0, quality.grid.n_cells)
    expected = ~np.logical_or.reduceat(masked, edges[:-1])
    assert 1000 < expected.sum() < 3000
    np.testing.assert_array_equal(usable_cells(quality, bad), expected)


# --- figures of channels


def test_rms_is_about_a_fixed_centre() -> None:
    quality = a_map(40, 5)
    mean, spread = in_float(quality, "mean"), in_float(quality, "spread")
    rms = np.sqrt(spread**2 + (mean - np.median(mean, axis=0)) ** 2)
    figures = channel_figures(quality, MEASURES["rms"], all_usable(quality))
    np.testing.assert_allclose(figures, np.median(rms, axis=0), rtol=1e-5)
    assert figures.dtype == np.float32


@every_measure
def test_channel_figures_are_medians_of_usable_known_cells(measure: Measure) -> None:
    for n_cells in (1, 2, 37, 38):
        quality = a_map(n_cells, 6, seed=n_cells)
        usable = np.random.default_rng(3).random(n_cells) < 0.7
        usable[0] = True
        for figure in quality.figures.values():
            figure[n_cells // 2 :, 1] = np.nan
            figure[:, 4] = np.nan
        cells = measure.cells(FigureLines.of(quality, measure.needs), usable).T
        found = channel_figures(quality, measure, usable)
        for channel in range(6):
            known = cells[usable, channel]
            known = known[~np.isnan(known)]
            if len(known):
                assert found[channel] == pytest.approx(np.median(known), rel=1e-6)
            else:
                assert math.isnan(found[channel])
        assert math.isnan(found[4])


@every_measure
def test_nothing_is_known_where_no_cell_is_usable(measure: Measure) -> None:
    quality = a_map(8, 3)
    none = np.zeros(8, bool)
    assert np.isnan(channel_figures(quality, measure, none)).all()
    assert np.isnan(channel_values(quality, measure, none, all_good(quality))).all()
    blank = QualityMap.blank(quality.grid, 3, tuple(FIGURE_DTYPES))
    assert np.isnan(values(blank, measure, all_usable(blank), all_good(quality))).all()


def test_a_common_artefact_does_not_lift_a_dead_channel() -> None:
    quality = a_map(100, 4)
    quality.figures["spread"][:, 2] = 2
    quality.figures["mean"][:, 2] = 7
    before = channel_values(quality, MEASURES["rms"], all_usable(quality), all_good(quality))
    quality.figures["spread"][10:14] = 3000
    quality.figures["mean"][10:14] += 2000
    after = channel_values(quality, MEASURES["rms"], all_usable(quality), all_good(quality))
    assert before[2] < 0.03
    np.testing.assert_allclose(after, before, rtol=0.05)


# --- what is normal


def test_the_reference_is_the_median_of_good_channels_that_live() -> None:
    figures = np.array([0, 10, 20, 40, 5000, np.nan], np.float32)
    good = np.array([True, True, True, True, False, True])
    assert reference(figures, good) == 20
    assert reference(figures, ~good) == 5000
    assert reference(figures, np.zeros(6, bool)) == 30  # none is good: all that live
    assert math.isnan(reference(np.zeros(3, np.float32), np.ones(3, bool)))


def test_rms_shows_a_weak_channel_as_a_stripe_and_its_own_median_does_not() -> None:
    quality = a_map(60, 9)
    quality.figures["mean"][:] = 0
    quality.figures["spread"][:] = np.random.default_rng(2).uniform(90, 110, (60, 9))
    quality.figures["spread"][:, 3] *= 0.3
    quality.figures["spread"][20, :] *= 3
    usable, good = all_usable(quality), all_good(quality)
    against_all = values(quality, MEASURES["rms"], usable, good)
    against_own = values(quality, MEASURES["rms_own"], usable, good)
    others = np.delete(np.arange(60), 20)
    assert against_all[others, 3] == pytest.approx(0.3, rel=0.2)
    assert np.delete(against_all[others], 3, axis=1) == pytest.approx(1, rel=0.2)
    assert against_own[others] == pytest.approx(1, rel=0.2)
    assert against_own[20] == pytest.approx(3, rel=0.2)
    assert against_own.dtype == against_all.dtype == np.float32


def test_mask_and_good_channels_change_what_is_normal() -> None:
    quality = a_map(50, 5)
    quality.figures["mean"][:] = 0
    quality.figures["spread"][:] = [10, 20, 30, 40, 50]
    quality.figures["spread"][30:] *= 10
    usable, good = all_usable(quality), all_good(quality)
    rms = MEASURES["rms"]
    assert values(quality, rms, usable, good)[0] == pytest.approx([1 / 3, 2 / 3, 1, 4 / 3, 5 / 3])
    good[3:] = False
    assert values(quality, rms, usable, good)[0] == pytest.approx([0.5, 1, 1.5, 2, 2.5])
    masked = usable_cells(quality, np.array([[0, 30 * 250]]))
    shown = values(quality, rms, masked, good)
    assert shown[0] == pytest.approx([0.05, 0.1, 0.15, 0.2, 0.25])  # masked cells have values, too
    assert shown[40] == pytest.approx([0.5, 1, 1.5, 2, 2.5])


def test_a_flat_channel_neither_hums_nor_shifts() -> None:
    quality = a_map(30, 5)
    quality.figures["spread"][:, 1] = 1e-6
    quality.figures["hum_50"][:, 1] = quality.figures["hum_60"][:, 1] = 5e-7
    quality.figures["mean"][:, 1] = 17
    quality.figures["mean"][4, 1] += 1e-5
    usable, good = all_usable(quality), all_good(quality)
    for name in ("hum", "shift"):
        assert values(quality, MEASURES[name], usable, good)[:, 1].max() < 1e-4
    assert values(quality, MEASURES["rms_own"], usable, good)[:, 1].max() < 1e-4


def test_hum_is_the_stronger_line_as_a_share_of_the_same_second() -> None:
    quality = a_map(10, 3)
    quality.figures["spread"][:] = 100
    quality.figures["hum_50"][:] = [5, 60, 5]
    quality.figures["hum_60"][:] = [2, 3, 40]
    quality.figures["hum_60"][4, 0] = np.nan
    quality.figures["spread"][7] = 1000
    shown = values(quality, MEASURES["hum"], all_usable(quality), all_good(quality))
    assert shown[0] == pytest.approx([0.05, 0.6, 0.4])
    assert shown[7] == pytest.approx([0.005, 0.06, 0.04])
    assert shown[4] == pytest.approx([0.05, 0.6, 0.4])


@every_measure
def test_zeroed_cells_show_nothing(measure: Measure) -> None:
    quality = a_map(12, 3)
    quality.zeroed[5], quality.zeroed[6] = 0.6, 0.4
    shown = values(quality, measure, all_usable(quality), all_good(quality))
    assert np.isnan(shown[5]).all()
    assert np.isfinite(np.delete(shown, 5, axis=0)).all()


@every_measure
def test_figures_stay_as_they_are(measure: Measure) -> None:
    """Taken in place for speed, but never in the map's own arrays."""
    quality = a_map(12, 3)
    quality.zeroed[5] = 1
    before = {name: figure.copy() for name, figure in quality.figures.items()}
    values(quality, measure, all_usable(quality), all_good(quality))
    channel_figures(quality, measure, all_usable(quality))
    for name, figure in quality.figures.items():
        assert np.array_equal(figure, before[name])


def test_samples_that_are_none_do_no_harm() -> None:
    quality = a_map(12, 3)
    quality.figures["mean"][:, 0] = 3e38
    quality.figures["mean"][::2, 0] = -3e38
    quality.figures["spread"][:, 1] = np.inf
    for measure in MEASURES.values():
        values(quality, measure, all_usable(quality), all_good(quality))
        channel_values(quality, measure, all_usable(quality), all_good(quality))


# --- what users see


def test_measures_say_what_a_recording_cannot_have() -> None:
    slow = QualityMap.blank(CellGrid.of(500, 250, 2), 2, figures_for(250, (0, 10)))
    assert [id_ for id_, measure in MEASURES.items() if measure.applies_to(slow)] == [
        "rms", "rms_own", "flat", "clipped", "shift",
    ]  # fmt: skip
    assert next(iter(MEASURES)) == "rms"
    assert MEASURES["rms"].title == "RMS / median"
    assert all(measure.id == id_ for id_, measure in MEASURES.items())
    assert [id_ for id_, measure in MEASURES.items() if measure.deviating] == ["rms", "rms_own"]


@pytest.mark.parametrize(
    ("id_", "value", "text"),
    [
        ("rms", 0.1349, "0.13×"),
        ("rms", 1, "1.00×"),
        ("high_frequency", 12.34, "12.3×"),
        ("rms", 9.96, "10.0×"),
        ("rms", 1234.5, "1234×"),
        ("flat", 0.0654, "6.5 %"),
        ("hum", 0, "0.0 %"),
        ("clipped", 1, "100 %"),
        ("shift", math.nan, "n/a"),
    ],
)
def test_numbers_as_users_read_them(id_: str, value: float, text: str) -> None:
    assert MEASURES[id_].format(value) == text
