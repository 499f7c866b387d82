"""Pixels of the picture, of the key, and of the page."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import QRectF, QSize
from PyQt6.QtGui import QFont, QImage, QPainter
from PyQt6.QtWidgets import QApplication

from ecogview.data.mask_tracks import empty_tracks
from ecogview.dsp.channel_quality import MEASURES
from ecogview.dsp.map_picture import MapPicture
from ecogview.dsp.runs import Runs
from ecogview.views import theme
from ecogview.views.colour_maps import colour_table
from ecogview.views.colour_tokens import LIGHT, blend, rgb32
from ecogview.views.measured_map import MeasuredMap
from ecogview.views.overview_page import render_overview_page
from ecogview.views.quality_legend import (
    LegendScale,
    legend_width,
    legend_words,
    paint_legend,
)
from ecogview.views.quality_picture import PictureLayout, QualityPicture
from tests.views.overview_desk import info_of, quality_of

RATE = 100.0
TABLE = colour_table(is_deviating=True, is_dark=False)
both_scales = pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> None:
    theme.apply(qapp, "light")


def pixels_of(image: QImage) -> np.ndarray:
    bits = image.constBits()
    bits.setsize(image.sizeInBytes())
    return np.frombuffer(bits, np.uint32).reshape(image.height(), image.width())


def picture_of(scale: float, n_samples: int = 5000) -> QualityPicture:
    layout = PictureLayout.of(562, 131, scale)
    return QualityPicture(layout, n_samples, RATE, QFont())


@both_scales
def test_parts_lie_one_below_the_other_and_fill_the_height(scale: float) -> None:
    layout = PictureLayout.of(562, 131, scale)
    assert (layout.width, layout.height) == (round(562 * scale), round(131 * scale))
    assert layout.strip_rows.start >= 2
    assert layout.map_rows.start > layout.strip_rows.stop
    assert layout.looked_at_rows.start > layout.map_rows.stop
    assert layout.looked_at_rows.stop == layout.height - layout.axis
    assert layout.n_columns == layout.columns.stop - layout.columns.start
    assert layout.n_columns == 500 * scale
    assert layout.logical(layout.columns, layout.map_rows).left() == pytest.approx(54, abs=0.5)


def painted_map(picture: QualityPicture) -> np.ndarray:
    layout = picture.layout
    return pixels_of(picture.image)[layout.map_rows, layout.columns].copy()


def hatched(pixels: np.ndarray, share: float) -> set[int]:
    """Places modulo 8 of the diagonals that a hatch of that strength stands on."""
    y, x = np.nonzero(pixels == rgb32(blend(LIGHT.disabled, LIGHT.canvas, share)))
    return set(((x + y) % 8).tolist())


@both_scales
def test_a_map_is_painted_to_the_pixel(scale: float) -> None:
    picture = picture_of(scale)
    info = info_of(2, 50, RATE)
    quality = quality_of(info)
    spread = quality.figures["spread"]
    spread[:] = 100
    spread[10:20, 0] = 400
    spread[30:, 1] = 10
    quality.zeroed[24] = 1
    quality.done[25] = False
    spread[25] = np.nan
    measured = MeasuredMap(quality, MEASURES["rms"], None)
    cells = MapPicture(measured.figures)
    cells.fit(picture.layout.n_columns, picture.layout.n_rows, (0, 1))
    picture.draw_map(measured, cells)
    painted = painted_map(picture)
    step = picture.layout.n_columns // 50
    loud, weak = np.flatnonzero(painted[0] == TABLE[255]), np.flatnonzero(painted[-1] == TABLE[0])
    assert loud.tolist() == list(range(10 * step, 20 * step))
    assert weak.tolist() == list(range(30 * step, 50 * step))
    assert (painted[:, :10] == TABLE[128]).all()
    assert hatched(painted[:, 24 * step : 25 * step], 0.35) == {(-24 * step) % 8}
    assert hatched(painted[:, 25 * step : 26 * step], 0.12) == {(-25 * step) % 8}
    spread[25], quality.done[25] = 400, True
    assert measured.refresh(25, 26) is not None
    picture.draw_map(measured, cells, *cells.take(25, 26))
    changed = np.flatnonzero((painted_map(picture) != painted).any(axis=0))
    assert changed.tolist() == list(range(25 * step, 26 * step))
    assert (painted_map(picture)[:, changed] == TABLE[255]).all()


def test_what_is_to_come_is_hatched_and_what_never_comes_is_not() -> None:
    picture = picture_of(1.0)
    picture.clear_map()
    assert hatched(painted_map(picture), 0.12) == {0}
    picture.clear_map("Flat: n/a")
    assert not (painted_map(picture)[:20] != rgb32(LIGHT.canvas)).any()
    assert (painted_map(picture) != rgb32(LIGHT.canvas)).any()


def test_spans_of_every_kind_have_their_pattern() -> None:
    picture = picture_of(1.0)
    mask = replace(
        empty_tracks(5000, 2),
        hf=Runs.of([(500, 1000)]), sat=Runs.of([(2000, 2500)]), manual=Runs.of([(4000, 4500)]),
    )  # fmt: skip
    picture.draw_spans(mask)
    strip = pixels_of(picture.image)[picture.layout.strip_rows, picture.layout.columns]
    for kind, start in (("hf", 50), ("sat", 200), ("manual", 400)):
        part = strip[:, start : start + 50] == rgb32(getattr(LIGHT, kind))
        expected = {
            "hf": np.broadcast_to((np.arange(start, start + 50) % 3 == 0), part.shape),
            "sat": np.ones_like(part),
            "manual": (np.arange(8)[:, None] + np.arange(start, start + 50)) % 6 < 2,
        }[kind]
        np.testing.assert_array_equal(part, expected)
    assert (strip[:, 100:200] == rgb32(LIGHT.canvas)).all()
    picture.draw_spans(None)
    strip = pixels_of(picture.image)[picture.layout.strip_rows, picture.layout.columns]
    assert (strip == rgb32(LIGHT.canvas)).all()


@both_scales
def test_changes_stand_in_the_strip_removed_ones_broken(scale: float) -> None:
    picture = picture_of(scale)
    n = picture.layout.n_columns
    picture.draw_spans(replace(empty_tracks(5000, 2), sat=Runs.of([(0, 5000)])))
    picture.draw_changes(Runs.of([(1000, 2000)]), Runs.of([(3000, 4000)]))
    strip = pixels_of(picture.image)[picture.layout.strip_rows, picture.layout.columns]
    lowest, is_accent = strip[-1], strip[-1] == rgb32(LIGHT.accent)
    assert is_accent[n // 5 : n * 2 // 5].all()
    removed = is_accent[n * 3 // 5 : n * 4 // 5]
    assert removed.any()
    assert not removed.all()
    assert is_accent.sum() == (n * 2 // 5 - n // 5) + removed.sum()
    assert (strip[0] == rgb32(LIGHT.sat)).all()  # the kind is still to be seen above
    assert (lowest[: n // 5] == rgb32(LIGHT.sat)).all()


def test_the_shortest_look_is_two_pixels_wide() -> None:
    picture = picture_of(1.0)
    picture.draw_looked_at(Runs.of([(1000, 1001), (3000, 4000)]))
    line = pixels_of(picture.image)[picture.layout.looked_at_rows, picture.layout.columns]
    seen = np.flatnonzero((line == rgb32(LIGHT.looked_at)).all(axis=0))
    assert seen.tolist() == [100, 101, *range(300, 400)]


@both_scales
def test_an_image_that_is_kept_does_not_change_with_the_picture(scale: float) -> None:
    picture = picture_of(scale)
    kept = QImage(picture.image)
    before = pixels_of(kept).copy()
    picture.draw_looked_at(Runs.of([(0, 5000)]))
    np.testing.assert_array_equal(pixels_of(kept), before)
    line = pixels_of(picture.image)[picture.layout.looked_at_rows, picture.layout.columns]
    assert (line == rgb32(LIGHT.looked_at)).all()


@pytest.mark.parametrize("n_samples", [1, 40, 500, 720_700, 8_640_000])
@both_scales
def test_an_axis_of_any_length_has_words_and_keeps_out_of_the_gutter(
    n_samples: int, scale: float
) -> None:
    picture = picture_of(scale, n_samples)
    bottom = pixels_of(picture.image)[picture.layout.looked_at_rows.stop + 4 :]
    ink = np.flatnonzero((bottom != rgb32(LIGHT.panel)).any(axis=0))
    assert len(ink) > 5
    assert ink.min() >= picture.layout.left - 1
    assert ink.max() < picture.layout.width


def test_labels_are_thinned_and_bad_rows_are_marked() -> None:
    picture = picture_of(1.0)
    labels = [f"E{row:03}" for row in range(300)]

    def rows_with_ink(columns: slice) -> list[int]:
        ink = pixels_of(picture.image)[:, columns] != rgb32(LIGHT.panel)
        return np.flatnonzero(ink.any(axis=1)).tolist()

    picture.draw_labels(labels, [150], ends_only=True)
    top, stop = picture.layout.map_rows.start, picture.layout.map_rows.stop
    words = rows_with_ink(slice(0, 44))
    assert top <= min(words)
    assert max(words) < stop
    assert not set(words) & set(range(top + 20, stop - 20))
    assert rows_with_ink(slice(48, 53)) == [round(top + 150.5 * (stop - top) / 300)]
    picture.draw_labels(labels, [], ends_only=False)
    assert len(rows_with_ink(slice(0, 44))) > 30
    assert rows_with_ink(slice(48, 53)) == []


# -- key


def painted_legend(width: int, scale: LegendScale | None) -> np.ndarray:
    image = QImage(width, 28, QImage.Format.Format_RGB32)
    image.fill(theme.colour("panel"))
    painter = QPainter(image)
    paint_legend(painter, QRectF(image.rect()), QFont(), scale, pixel_ratio=1.0)
    painter.end()
    return pixels_of(image).copy()


@pytest.mark.parametrize(
    ("measure", "ends"),
    [("rms", ("½×", "2×")), ("high_frequency", ("1×", "4×")), ("flat", ("0", "50 %"))],
)
def test_a_key_has_numbers_and_a_tick_at_the_middle(measure: str, ends: tuple[str, str]) -> None:
    scale = LegendScale.of(MEASURES[measure], is_dark=False)
    assert (scale.low, scale.high) == ends
    shown = painted_legend(legend_width(QFont(), scale), scale)
    assert (shown[14] == rgb32(LIGHT.sat)).sum() == 14
    left, right = (int(np.flatnonzero(shown[14] == scale.table[end])[0]) for end in (0, 255))
    if measure == "rms":
        assert right - left == 127
    ticks = np.flatnonzero((shown[19:21] == rgb32(LIGHT.text2)).all(axis=0))
    assert ticks.tolist() == [right - 63]


def test_where_there_is_no_room_the_spans_go_first_then_the_scale() -> None:
    scale = LegendScale.of(MEASURES["rms"], is_dark=False)
    whole = legend_width(QFont(), scale)
    assert (painted_legend(whole, scale) == rgb32(LIGHT.sat)).any()
    narrower = painted_legend(whole - 4, scale)
    assert not (narrower == rgb32(LIGHT.sat)).any()
    assert (narrower == scale.table[0]).any()
    assert (painted_legend(60, scale) == rgb32(LIGHT.panel)).all()
    assert (painted_legend(whole, None) == rgb32(LIGHT.sat)).any()
    assert "slanted" in legend_words(None)


# -- page


def test_a_page_shows_the_map_with_a_label_for_every_row_there_is_room_for() -> None:
    info = info_of(6, 100)
    page = render_overview_page(info, None, quality_of(info), MEASURES["rms"], QSize(1600, 900))
    assert (page.width(), page.height()) == (1600, 900)
    shown = pixels_of(page)
    weak = np.flatnonzero((shown == TABLE[0]).sum(axis=1) > 1300)
    assert len(weak) == pytest.approx(775 / 6, abs=4)  # channel 2 of 6
    second = np.flatnonzero((shown == TABLE[255]).sum(axis=0) > 700)
    assert len(second) == pytest.approx(1496 / 100, abs=2)
    turned = render_overview_page(
        info, None, quality_of(info), MEASURES["rms"], QSize(1600, 900), rows=(5, 4, 3, 2, 1, 0)
    )
    lower = np.flatnonzero((pixels_of(turned) == TABLE[0]).sum(axis=1) > 1300)
    assert lower[0] == pytest.approx(weak[-1] + 1, abs=2)


def test_a_page_without_a_map_says_so_and_still_has_the_spans() -> None:
    info = info_of(6, 100)
    mask = replace(empty_tracks(info.n_samples, 6), sat=Runs.of([(5000, 9000)]))
    for quality, measure in ((None, "rms"), (quality_of(info), "hum")):
        page = render_overview_page(info, mask, quality, MEASURES[measure], QSize(100, 100))
        assert (page.width(), page.height()) == (640, 360)
        shown = pixels_of(page)
        assert (shown == rgb32(LIGHT.sat)).sum() > 500
        assert not (shown[80:] == TABLE[128]).any()
