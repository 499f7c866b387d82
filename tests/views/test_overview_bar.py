"""The overview on real widgets: what is painted where, and when."""

from __future__ import annotations

import gc
from dataclasses import replace

import numpy as np
import pytest
from PyQt6 import sip
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ecogview.data.mask_tracks import empty_tracks
from ecogview.dsp.channel_quality import MEASURES
from ecogview.dsp.quality import QualityMap
from ecogview.dsp.runs import Runs
from ecogview.model.looked_at import LookedAt
from ecogview.model.mask import mark_channels
from ecogview.model.session import Session
from ecogview.model.time_window import TimeWindow
from ecogview.views import theme
from ecogview.views.colour_maps import colour_table
from ecogview.views.colour_tokens import DARK, LIGHT, rgb32
from ecogview.views.overview_bar import OverviewBar
from tests.views.overview_desk import FIGURES, Desk, info_of, quality_of

# What Qt's offscreen platform says of every menu that opens.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard")

N = 25_000


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> None:
    theme.apply(qapp, "light")


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


def test_a_bad_channel_is_a_stripe_and_a_bad_second_a_column(desk: Desk) -> None:
    desk.set_window(20_000, 5000)
    table = colour_table(is_deviating=True, is_dark=False)
    pixels = desk.pixels()
    stripe = pixels[desk.y_of(2), 60:680]
    outside = np.delete(stripe, np.s_[54 + 56 - 60 : 54 + 64 - 60])
    assert set(outside.tolist()) == {int(table[0])}
    column = pixels[desk.y_of(0) : desk.y_of(5), 54 + 56 : 54 + 64]  # second 7: 8 pixels
    assert set(column.ravel().tolist()) == {int(table[255])}
    assert int(pixels[desk.y_of(4), 54 + 55]) == int(pixels[desk.y_of(4), 54 + 64]) == table[128]


def test_strips_show_spans_and_what_was_looked_at(desk: Desk) -> None:
    desk.set_window(20_000, 5000)
    desk.session.set_mask_result(replace(empty_tracks(N, 6), sat=Runs.of([(2500, 5000)])))
    desk.looked_at.add(TimeWindow(10_000, 2500, N))
    pixels = desk.pixels()
    layout = desk.canvas._layout()
    strip = pixels[layout.strip_rows][:, 54 : 54 + 600]
    assert np.flatnonzero((strip == rgb32(LIGHT.sat)).all(axis=0)).tolist() == list(range(80, 160))
    line = pixels[layout.looked_at_rows][:, 54 : 54 + 600]
    seen = np.flatnonzero((line == rgb32(LIGHT.looked_at)).all(axis=0))
    assert seen.tolist() == list(range(320, 400))


def test_the_selection_stands_in_brackets_around_the_strip(desk: Desk) -> None:
    n_samples = desk.session.window.n_samples
    accent = rgb32(theme.current().accent)
    before = desk.pixels()
    assert not (before == accent).any()
    desk.session.select((n_samples // 2, n_samples * 3 // 4))
    pixels = desk.pixels()
    columns = np.flatnonzero((pixels == accent).any(axis=0))
    assert columns.min() == pytest.approx(desk.x_of(n_samples // 2), abs=1)
    assert columns.max() == pytest.approx(desk.x_of(n_samples * 3 // 4), abs=1)
    rows = np.flatnonzero((pixels == accent).any(axis=1))
    assert len(rows) == theme.px(8)  # of the strip, and none of the map
    desk.session.select((1, 2))  # a single sample is seen, too
    assert (desk.pixels() == accent).any()
    desk.session.select(None)
    assert np.array_equal(desk.pixels(), before)


def test_it_gives_up_height(desk: Desk) -> None:
    full = desk.bar.height()
    desk.bar.give_up(32)
    assert desk.bar.height() == full - 32
    desk.bar.set_compact(compact=True)
    assert desk.bar.height() == theme.px(128) - 32
    desk.bar.give_up(0)
    assert desk.bar.height() == theme.px(128)


def test_a_bad_channel_has_a_mark_in_the_gutter(desk: Desk) -> None:
    def marks() -> list[int]:
        dark = desk.pixels()[:, 48:53] == rgb32(LIGHT.text)
        return np.flatnonzero(dark.all(axis=1)).tolist()

    desk.set_window(20_000, 5000)
    assert marks() == []
    desk.session.apply(mark_channels(desk.session.mask, [4], bad=True))
    assert len(marks()) == 2
    assert all(abs(y - desk.y_of(4)) <= 2 for y in marks())


def test_the_frame_encloses_its_window(desk: Desk) -> None:
    desk.set_window(5000, 5000)
    row = desk.pixels()[desk.y_of(0)]
    ink = np.flatnonzero(row == rgb32(LIGHT.text))
    assert ink.tolist() == [54 + 158, 54 + 159, 54 + 320, 54 + 321]


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_both_themes(desk: Desk, qapp: QApplication, choice: str) -> None:
    desk.pixels()
    theme.apply(qapp, choice)  # type: ignore[arg-type]
    tokens = DARK if choice == "dark" else LIGHT
    pixels = desk.pixels()
    assert int(pixels[80, 2]) == rgb32(tokens.panel)
    table = colour_table(is_deviating=True, is_dark=tokens.is_dark)
    assert int(pixels[desk.y_of(2), 500]) == int(table[0])
    assert desk.bar.header.legend._scale.table is table


def test_scrubbing_draws_no_part_of_the_map_anew(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.pixels()
    drawn: list[str] = []
    picture = desk.canvas._layers.picture
    for name in ("draw_map", "draw_spans", "draw_labels", "draw_looked_at"):
        monkeypatch.setattr(picture, name, lambda *_, name=name, **__: drawn.append(name))
    for start in range(0, 20_000, 1000):
        desk.set_window(start, 300)
        desk.pixels()
    assert not drawn


# -- the map as it fills, measures


def test_a_map_fills_as_the_pass_goes_on(desk: Desk) -> None:
    quality = desk.quality
    blank = QualityMap.blank(quality.grid, 6, FIGURES)
    desk.bar.set_quality(blank)
    desk.set_window(20_000, 5000)
    row = desk.y_of(2)
    stripe = int(colour_table(is_deviating=True, is_dark=False)[0])
    assert stripe not in desk.pixels()[row]
    for first, stop in ((30, 45), (45, 60), (10, 20)):
        for name, figure in blank.figures.items():
            figure[first:stop] = quality.figures[name][first:stop]
        blank.zeroed[first:stop] = 0
        blank.done[first:stop] = True
        desk.bar.refresh(first, stop)
    assert stripe not in desk.pixels()[row]  # soon, not at once
    desk.qtbot.waitUntil(lambda: int(desk.pixels()[row, 54 + 8 * 40]) == stripe)
    known = np.flatnonzero(desk.pixels()[row, 54 : 54 + 620] == stripe)
    assert known.tolist() == [*range(80, 160), *range(240, 480)]


def test_refreshes_are_taken_together(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[tuple[int, int]] = []
    refresh = desk.bar.shown.measured.refresh
    monkeypatch.setattr(
        desk.bar.shown.measured, "refresh", lambda *cells: (taken.append(cells), refresh(*cells))[1]
    )
    for first in range(0, 100, 2):
        desk.bar.refresh(first, first + 2)
    assert desk.bar.shown.is_behind
    assert not taken
    desk.qtbot.waitUntil(lambda: bool(taken))
    assert taken == [(0, 100)]
    assert desk.bar.shown._behind.interval() == 100  # ms: ten times a second at most


def test_a_channel_marked_bad_counts_no_more_for_what_is_normal(desk: Desk) -> None:
    spread = desk.quality.figures["spread"]
    spread[:, :3] = 400  # half of the channels are loud
    desk.bar.set_quality(desk.quality)
    desk.move(desk.at(10_000, row=4))
    assert desk.canvas.tag_text().endswith("0.40×")
    desk.session.apply(mark_channels(desk.session.mask, [0, 1, 2], bad=True))
    desk.qtbot.waitUntil(lambda: desk.canvas.tag_text().endswith("1.00×"))


def test_another_measure_is_chosen_in_the_menu(desk: Desk) -> None:
    actions = {a.data(): a for a in desk.bar.header.menu.actions()}
    assert list(actions) == list(MEASURES)
    assert actions["rms"].isChecked()
    assert not actions["hum"].isEnabled()
    assert actions["hum"].text().endswith("(n/a)")
    before = desk.pixels()
    with desk.qtbot.waitSignal(desk.bar.measure_changed) as told:
        actions["high_frequency"].trigger()
    assert told.args == ["high_frequency"]
    assert desk.bar.measure == "high_frequency"
    assert desk.bar.header.measure_button.text() == MEASURES["high_frequency"].title
    assert not np.array_equal(desk.pixels(), before)
    desk.move(desk.at(10_000))
    assert desk.canvas.tag_text() == "E07   0:40   1.00×"


def test_a_measure_that_a_recording_cannot_have_says_so(desk: Desk) -> None:
    desk.set_window(22_500, 2500)
    desk.bar.set_measure("hum")
    assert desk.bar.shown.measured is None
    blank = desk.pixels()[desk.y_of(5), 60:680]
    assert set(blank.tolist()) == {rgb32(LIGHT.canvas)}
    area = desk.pixels()[desk.y_of(1) : desk.y_of(4), 300:680]
    assert (area != rgb32(LIGHT.canvas)).any()  # the words
    desk.bar.set_measure("flat")
    assert desk.bar.shown.measured is not None
    desk.bar.set_measure("of another version")
    assert desk.bar.measure == "flat"


def test_the_menu_opens_below_its_button(desk: Desk) -> None:
    desk.qtbot.mouseClick(desk.bar.header.measure_button, Qt.MouseButton.LeftButton)
    assert desk.bar.header.menu.isVisible()
    desk.bar.header.menu.close()


def test_the_map_can_be_asked_for_large(desk: Desk) -> None:
    with desk.qtbot.waitSignal(desk.bar.expand_requested):
        desk.qtbot.mouseClick(desk.bar.header.button, Qt.MouseButton.LeftButton)


# -- other recordings, sizes


def test_another_recording_leaves_nothing_of_the_one_before(desk: Desk) -> None:
    desk.pixels()
    desk.press(desk.at(2500))
    info = info_of(3, 40, 1000.0)
    desk.session.open(
        info, window=TimeWindow(0, 1000, 40_000),
        channels=type(desk.session.channels)(info.channels), display=desk.session.display,
    )  # fmt: skip
    assert desk.bar.shown.measured is None
    desk.info = info
    desk.pixels()
    desk.move(desk.at(20_000, 1))
    assert desk.window == TimeWindow(0, 1000, 40_000)  # the drag is over
    assert desk.canvas.tag_text() == "E03   0:20   not read yet"
    desk.open(info)
    desk.move(QPoint(454, desk.canvas._layout().map_rows.start + 90))
    assert desk.canvas.tag_text().startswith("E05   0:20   0.20×")


def test_a_map_of_the_recording_before_is_not_refreshed(desk: Desk) -> None:
    desk.bar.refresh(0, 10)
    desk.open(info_of(3, 20))
    desk.qtbot.wait(150)
    desk.pixels()


def test_without_a_recording_it_is_empty_and_bears_the_mouse(qtbot: QtBot) -> None:
    bar = OverviewBar(Session(), LookedAt())
    qtbot.addWidget(bar)
    bar.resize(700, 160)
    bar.show()
    bar.refresh(0, 5)
    bar.grab()
    qtbot.mouseMove(bar.canvas, QPoint(300, 60))
    qtbot.mouseClick(bar.canvas, Qt.MouseButton.LeftButton, pos=QPoint(300, 60))
    assert bar.canvas.tag_text() == ""


def test_a_recording_of_five_seconds(qtbot: QtBot) -> None:
    desk = Desk(qtbot, seconds=5)
    pixels = desk.pixels()
    assert pixels.shape == (131, 862)
    desk.move(desk.at(4 * 250 + 10, row=2))
    assert desk.canvas.tag_text() == "E05   0:04   0.20×"
    desk.press(desk.at(1200))
    assert desk.window.stop == 1250


def test_512_channels_in_narrow_and_low(qtbot: QtBot) -> None:
    desk = Desk(qtbot, n_channels=512, size=(500, 128))
    rows = desk.canvas._layout().map_rows
    stripes = desk.pixels()[rows, 300] == colour_table(is_deviating=True, is_dark=False)[0]
    assert np.flatnonzero(stripes).tolist() == [0]  # channel 2, among those of the first pixel
    desk.move(QPoint(300, rows.start))
    assert desk.session.channels.hovered == 2


def test_heights_for_large_and_small_windows(desk: Desk) -> None:
    desk.bar.setMinimumSize(0, 0)
    desk.bar.set_compact(compact=True)
    assert desk.bar.height() == theme.px(128)
    desk.bar.set_compact(compact=False)
    assert desk.bar.height() == theme.px(160)


def test_names_for_those_who_hear_them(desk: Desk) -> None:
    assert desk.canvas.accessibleName()
    assert "frame" in desk.canvas.accessibleDescription()
    header = desk.bar.header
    assert header.measure_button.accessibleName() == "Measure of the map: RMS / median"
    assert header.button.accessibleName()
    assert "½× to 2×" in header.legend.accessibleName()


def test_it_can_go_while_the_session_lives_on(desk: Desk) -> None:
    bar = OverviewBar(desk.session, desk.looked_at)
    bar.set_quality(desk.quality)
    sip.delete(bar)
    gc.collect()
    desk.set_window(100, 50)
    desk.session.channels.hover(1)
    desk.looked_at.add(TimeWindow(0, 500, N))
    desk.session.set_mask_result(empty_tracks(N, 6))


def test_quality_of_is_what_the_tests_think() -> None:
    quality = quality_of(info_of(6, 100))
    assert quality.grid.n_cells == 100
    assert quality.figures["spread"][3].tolist() == [100, 100, 20, 100, 100, 100]
