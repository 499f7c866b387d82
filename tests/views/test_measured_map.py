from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ecogview.data.mask_tracks import empty_tracks
from ecogview.dsp.channel_quality import (
    MEASURES,
    channel_values,
    prepared,
    usable_cells,
    values,
)
from ecogview.dsp.colour_scale import UNKNOWN
from ecogview.dsp.map_picture import MapPicture
from ecogview.dsp.quality import CellGrid, QualityMap
from ecogview.dsp.runs import Runs
from ecogview.views import measured_map
from ecogview.views.channel_measure import MeasureColumn
from ecogview.views.measured_map import Gap, MeasuredMap, available_measures
from tests.views.overview_desk import FIGURES, info_of

INFO = info_of(7, 300)
NO_RUNS = np.zeros((0, 2), np.int64)


def noisy_quality() -> QualityMap:
    rng = np.random.default_rng(4)
    quality = QualityMap.blank(_grid(), 7, FIGURES)
    for name in ("spread", "high_frequency"):
        figure = quality.figures[name]
        figure[:] = 80 * np.exp(rng.normal(0, 0.3, figure.shape)) * np.arange(4, 11)
    quality.figures["mean"][:] = rng.normal(5, 20, (300, 7))
    quality.figures["flat"][:] = rng.random((300, 7)) ** 8
    quality.zeroed[:] = 0
    quality.zeroed[100:110] = 1
    quality.done[:] = True
    return quality


def _grid() -> CellGrid:
    return CellGrid.of(INFO.n_samples, INFO.sampling_rate, 7)


def fill(target: QualityMap, source: QualityMap, first: int, stop: int) -> None:
    for name, figure in target.figures.items():
        figure[first:stop] = source.figures[name][first:stop]
    target.zeroed[first:stop] = source.zeroed[first:stop]
    target.done[first:stop] = True


def picture_of(measured: MeasuredMap, width: int = 90) -> MapPicture:
    picture = MapPicture(measured.figures)
    picture.fit(width, 7, range(7))
    return picture


def shown_by(measured: MeasuredMap) -> np.ndarray:
    """What users see of all cells, (cells, channels)."""
    return (measured.figures.cells / measured.figures.normal[:, None]).T


some_measures = pytest.mark.parametrize("measure", ["rms", "rms_own", "high_frequency", "flat"])


@some_measures
@pytest.mark.parametrize("sample", [1 << 17, 350], ids=["all", "sampled"])
def test_filled_by_parts_it_ends_as_one_that_was_whole(
    measure: str, sample: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measured_map, "_SAMPLE", sample)
    whole = noisy_quality()
    filling = QualityMap.blank(whole.grid, 7, FIGURES)
    measured = MeasuredMap(filling, MEASURES[measure], None)
    picture = picture_of(measured)
    assert (picture.levels == UNKNOWN).all()
    expected = picture_of(MeasuredMap(whole, MEASURES[measure], None))
    for first, stop in ((150, 300), (0, 75), (75, 140)):
        fill(filling, whole, first, stop)
        assert measured.refresh(first, stop) == (first, stop)
        assert picture.take(first, stop) == (int(first * 0.3), int(np.ceil(stop * 0.3)))
    unread = slice(42, 45)
    assert (picture.levels[:, unread] == UNKNOWN).all()
    # What is normal was taken from what had been read: off by some hundredths of an octave.
    known = np.delete(picture.levels - expected.levels, unread, axis=1)
    assert np.median(np.abs(known)) <= (0 if measure == "flat" else 12)
    fill(filling, whole, 140, 150)
    assert measured.refresh(140, 150) == (0, 300)
    picture.take()
    np.testing.assert_array_equal(picture.levels, expected.levels)
    assert measured.refresh(0, 300) is None  # once more, as when a pass says that it ends


@some_measures
def test_when_no_more_will_come_it_is_exact(measure: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measured_map, "_SAMPLE", 350)
    quality = noisy_quality()
    filling = QualityMap.blank(quality.grid, 7, FIGURES)
    measured = MeasuredMap(filling, MEASURES[measure], None)
    for first, stop in ((0, 60), (60, 190), (200, 300)):  # the rest cannot be read
        fill(filling, quality, first, stop)
        measured.refresh(first, stop)
    usable, good = usable_cells(filling, NO_RUNS), np.ones(7, bool)
    expected = values(filling, MEASURES[measure], usable, good)
    if measure != "flat":
        assert not np.array_equal(shown_by(measured), expected, equal_nan=True)
    assert measured.refresh(0, 300) == (0, 300)
    np.testing.assert_array_equal(shown_by(measured), expected)
    assert measured.words(195, 2) == ["not read yet"]


@pytest.mark.parametrize("measure", ["rms", "rms_own", "high_frequency", "flat", "shift"])
def test_it_follows_masks_exactly(measure: str) -> None:
    quality = noisy_quality()
    none = empty_tracks(INFO.n_samples, 7)
    measured = MeasuredMap(quality, MEASURES[measure], None)
    picture = picture_of(measured)
    before = measured.figures.cells
    for spans, bad_channels in (
        ([], [2, 3]), ([], [3]), ([(2500, 9000)], [3]), ([(2500, 9000), (30_000, 60_000)], [0, 6]),
        ([], []), ([(0, INFO.n_samples)], []),
    ):  # fmt: skip
        bad = np.isin(np.arange(7), bad_channels)
        measured.set_mask(replace(none, sat=Runs.of(spans), bad_channels=bad))
        picture.take()
        usable = usable_cells(quality, Runs.of(spans).bounds)
        arguments = (quality, MEASURES[measure], usable, ~bad)
        np.testing.assert_array_equal(shown_by(measured), values(*arguments))
        np.testing.assert_array_equal(measured.values, channel_values(*arguments))
        np.testing.assert_array_equal(picture.levels, picture_of(measured).levels)
        if not spans and bad_channels:
            assert measured.figures.cells is before  # nothing but what is normal has changed


def test_a_mask_that_comes_while_the_pass_goes_on() -> None:
    quality = noisy_quality()
    filling = QualityMap.blank(quality.grid, 7, FIGURES)
    measured = MeasuredMap(filling, MEASURES["rms"], None)
    fill(filling, quality, 50, 250)
    measured.refresh(50, 200)  # the pass is further
    bad = Runs.of([(20_000, 40_000)])
    measured.set_mask(replace(empty_tracks(INFO.n_samples, 7), hf=bad))
    told = QualityMap.blank(quality.grid, 7, FIGURES)
    fill(told, quality, 50, 200)
    usable = usable_cells(told, bad.bounds)
    expected = values(told, MEASURES["rms"], usable, np.ones(7, bool))
    np.testing.assert_array_equal(shown_by(measured), expected)


def test_channels_by_how_much_they_deviate() -> None:
    quality = noisy_quality()
    quality.figures["mean"][:] = 0
    quality.figures["spread"][:] = np.array([100, 30, 100, 0, 260, np.nan, 100])
    quality.figures["flat"][:] = np.array([0, 0.5, 0, 0.9, 0.2, np.nan, 0])
    assert MeasuredMap(quality, MEASURES["rms"], None).strongest_first() == (3, 1, 4, 0, 2, 6, 5)
    assert MeasuredMap(quality, MEASURES["flat"], None).strongest_first() == (3, 1, 4, 0, 2, 6, 5)


@pytest.mark.parametrize(
    ("measure", "expected"),
    [("rms", (6, 5, 4, 2, 0, 3, 1)), ("high_frequency", (6, 5, 4, 1, 3, 0, 2))],
)
def test_the_order_is_that_of_the_numbers_and_of_the_channel_list(
    measure: str, expected: tuple[int, ...]
) -> None:
    """Channels far beyond the scale's end, and others within one of its steps."""
    quality = noisy_quality()
    spread = np.array([1, 1.0005, 0.9996, 1.0002, 90_000, 200_000, 3e9], np.float32)
    quality.figures["mean"][:] = 0
    quality.figures["spread"][:] = quality.figures["high_frequency"][:] = spread
    measured = MeasuredMap(quality, MEASURES[measure], None)
    column = MeasureColumn.of(MEASURES[measure], measured.values)
    assert measured.strongest_first() == expected
    assert column.rank == expected


@pytest.mark.parametrize("measure", ["rms", "rms_own", "shift", "high_frequency"])
def test_a_map_that_was_prepared_elsewhere_shows_the_same(measure: str) -> None:
    quality, asked = noisy_quality(), MEASURES[measure]
    ready = prepared(quality, MEASURES["rms"])
    assert ready.lines is not None
    masks = (None, replace(empty_tracks(INFO.n_samples, 7), hf=Runs.of([(7000, 31_000)])))
    plain, fast = (MeasuredMap(told, asked, None) for told in (quality, ready))
    for mask in (*masks, None):
        for measured in (plain, fast):
            measured.set_mask(mask)
        np.testing.assert_array_equal(fast.values, plain.values)
        np.testing.assert_array_equal(shown_by(fast), shown_by(plain))
    assert (fast._lines is ready.lines) == (measure != "high_frequency")


def test_its_figures_are_those_of_the_measure() -> None:
    quality = noisy_quality()
    bad = np.arange(7) == 6
    mask = replace(empty_tracks(INFO.n_samples, 7), sat=Runs.of([(2500, 9000)]), bad_channels=bad)
    measured = MeasuredMap(quality, MEASURES["rms"], mask)
    usable = usable_cells(quality, mask.bad.bounds)
    expected = values(quality, MEASURES["rms"], usable, ~bad)
    for cell, channel in ((3, 0), (20, 6), (250, 2)):
        value = MEASURES["rms"].format(float(expected[cell, channel]))
        assert measured.words(cell, channel) == ([value, "masked"] if cell == 20 else [value])
    assert measured.words(105, 3) == ["zeroed"]


def test_why_columns_show_nothing() -> None:
    quality = noisy_quality()
    quality.done[[105, 201]] = False
    measured = MeasuredMap(quality, MEASURES["flat"], None)
    gaps = measured.gaps(picture_of(measured, 60))
    assert np.flatnonzero(gaps).tolist() == [20, 21, 40]
    assert gaps[[20, 21, 40]].tolist() == [Gap.ZEROED, Gap.ZEROED, Gap.UNREAD]


def test_nothing_read_yet() -> None:
    quality = QualityMap.blank(noisy_quality().grid, 7, FIGURES)
    for id_ in available_measures(quality):
        measured = MeasuredMap(quality, MEASURES[id_], None)
        assert measured.words(0, 0) == ["not read yet"]
        assert (picture_of(measured).levels == UNKNOWN).all()
        assert np.isnan(measured.values).all()


def test_measures_that_need_what_a_file_cannot_have_are_not_available() -> None:
    available = available_measures(noisy_quality())
    assert "hum" not in available
    assert "clipped" not in available
    assert {"rms", "rms_own", "high_frequency", "flat"} <= set(available)
