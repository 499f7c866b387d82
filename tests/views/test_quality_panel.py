"""The large map: what is painted where, its header, and what keys do."""

from __future__ import annotations

import gc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PyQt6 import sip
from PyQt6.QtCore import QEvent, QPoint, Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ecogview.data.mask_tracks import empty_tracks
from ecogview.dsp.quality import QualityMap
from ecogview.dsp.runs import Runs
from ecogview.errors import MaskFileError
from ecogview.model.looked_at import LookedAt
from ecogview.model.session import Session
from ecogview.model.time_window import TimeWindow
from ecogview.views import theme
from ecogview.views.colour_maps import colour_table
from ecogview.views.colour_tokens import DARK, LIGHT, rgb32
from ecogview.views.quality_panel import QualityPanel
from ecogview.views.shown_quality import ShownQuality
from tests.views.overview_desk import FIGURES, info_of
from tests.views.quality_desk import LEFT_BUTTON, QualityDesk

# What Qt's offscreen platform says of every menu that opens.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard")

N = 25_000


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> None:
    theme.apply(qapp, "light")


@pytest.fixture
def desk(qtbot: QtBot) -> QualityDesk:
    return QualityDesk(qtbot)


# -- the map


def test_rows_fill_the_height_and_show_their_channel(desk: QualityDesk) -> None:
    desk.set_window(20_000, 5000)
    pixels = desk.pixels()
    table = colour_table(is_deviating=True, is_dark=False)
    weak = np.flatnonzero((pixels[:, 300:500] == table[0]).all(axis=1))
    layout = desk.canvas._layout()
    assert layout.n_columns == 800
    assert len(weak) == pytest.approx(layout.n_rows / 6, abs=1)
    assert weak.mean() == pytest.approx(desk.y_of(2), abs=1)
    desk.panel.rows.set_strongest_first(strongest=True)
    weak = np.flatnonzero((desk.pixels()[:, 300:500] == table[0]).all(axis=1))
    assert weak[0] == layout.map_rows.start


def test_strips_are_those_of_the_bar(desk: QualityDesk) -> None:
    desk.set_window(20_000, 5000)
    desk.session.set_mask_result(replace(empty_tracks(N, 6), sat=Runs.of([(2500, 5000)])))
    desk.looked_at.add(TimeWindow(10_000, 2500, N))
    pixels, layout = desk.pixels(), desk.canvas._layout()
    strip = pixels[layout.strip_rows, 124 : 124 + 600]
    assert np.flatnonzero((strip == rgb32(LIGHT.sat)).all(axis=0)).tolist() == list(range(80, 160))
    line = pixels[layout.looked_at_rows, 124 : 124 + 600]
    seen = np.flatnonzero((line == rgb32(LIGHT.looked_at)).all(axis=0))
    assert seen.tolist() == list(range(320, 400))


def test_cells_that_show_nothing_say_why(desk: QualityDesk) -> None:
    desk.quality.zeroed[40] = 1
    desk.quality.done[50] = False
    desk.bar.set_quality(desk.quality)
    for second, text in ((40, "zeroed"), (50, "not read yet")):
        desk.move(desk.at((second + 0.5) * 250, row=3))
        assert desk.canvas.tag_text() == f"E07   0:{second}   {text}"
    desk.bar.set_measure("hum")
    canvas = rgb32(LIGHT.canvas)
    area = desk.pixels()[desk.y_of(2) : desk.y_of(4), 400:800]
    assert canvas in area
    assert (area != canvas).any()  # the words


# -- header


def test_measure_and_order_are_chosen_in_menus(desk: QualityDesk) -> None:
    header, rows = desk.panel.header, desk.panel.rows
    as_listed, strongest = desk.panel.sort_menu.actions()
    assert as_listed.isChecked()
    assert desk.panel.sort_button.text() == "Rows as listed"
    strongest.trigger()
    assert rows.shown == (2, 0, 1, 3, 4, 5)
    assert desk.panel.sort_button.text() == "Strongest first"
    assert strongest.text() == "By RMS / median, strongest first"
    desk.quality.figures["flat"][:, 4] = 0.3
    header.menu.actions()[4].trigger()
    assert desk.bar.measure == "flat"  # one measure for both
    assert rows.shown == (4, 0, 1, 2, 3, 5)
    desk.bar.set_measure("rms_own")
    assert not strongest.isEnabled()
    assert rows.shown == tuple(range(6))
    desk.bar.set_measure("rms")
    assert rows.shown == (2, 0, 1, 3, 4, 5)
    as_listed.trigger()
    assert rows.shown == tuple(range(6))
    desk.qtbot.mouseClick(desk.panel.sort_button, LEFT_BUTTON)
    assert desk.panel.sort_menu.isVisible()
    desk.panel.sort_menu.close()


def test_the_button_closes(desk: QualityDesk) -> None:
    desk.qtbot.mouseClick(desk.panel.header.button, LEFT_BUTTON)
    assert desk.n_closed == 1


def test_rows_come_into_their_final_order_when_the_pass_ends(desk: QualityDesk) -> None:
    whole = desk.quality
    whole.figures["spread"][:] = [100, 100, 300, 100, 100, 100]
    whole.figures["spread"][45:, 4] = 1000
    filling = QualityMap.blank(whole.grid, 6, FIGURES)

    def fill(first: int, stop: int) -> None:
        for name, figure in filling.figures.items():
            figure[first:stop] = whole.figures[name][first:stop]
        filling.zeroed[first:stop], filling.done[first:stop] = 0, True
        desk.bar.refresh(first, stop)
        desk.qtbot.waitUntil(lambda: not desk.bar.shown.is_behind)

    desk.bar.set_quality(filling)
    fill(0, 40)
    desk.panel.rows.set_strongest_first(strongest=True)
    assert desk.panel.rows.shown == (2, 0, 1, 3, 4, 5)
    fill(40, 99)
    assert desk.bar.shown.measured.values[4] == 10
    assert desk.panel.rows.shown == (2, 0, 1, 3, 4, 5)  # not under the user's eyes
    fill(99, 100)
    assert desk.panel.rows.shown == (4, 2, 0, 1, 3, 5)


def test_rows_are_put_in_order_once_the_mask_has_been_read(desk: QualityDesk) -> None:
    spread = desk.quality.figures["spread"]
    spread[:] = [100, 60, 100, 130, 20, 110]
    desk.session.set_mask_result(MaskFileError(Path("a.mask.pkl"), "is being read", "wait"))
    desk.bar.set_quality(desk.quality)
    desk.panel.rows.set_strongest_first(strongest=True)
    assert desk.panel.rows.shown == (4, 1, 3, 5, 0, 2)
    bad = np.isin(np.arange(6), [0, 2, 5])
    desk.session.set_mask_result(replace(empty_tracks(N, 6), bad_channels=bad))
    desk.qtbot.waitUntil(lambda: not desk.bar.shown.is_behind)
    assert desk.panel.rows.shown == (4, 3, 5, 0, 2, 1)  # now the median is 60


# -- keyboard


def test_up_and_down_walk_the_rows(qtbot: QtBot) -> None:
    desk = QualityDesk(qtbot, n_channels=300)
    selected = lambda: set(desk.session.channels.selected)  # noqa: E731
    desk.key(Qt.Key.Key_Down)
    assert selected() == {0}
    desk.key(Qt.Key.Key_Down)
    assert selected() == {1}
    for _ in range(3):
        desk.key(Qt.Key.Key_Up)
    assert selected() == {0}
    desk.session.channels.select((299,))
    desk.key(Qt.Key.Key_Up)
    assert selected() == {298}
    assert 298 in desk.panel.rows.shown
    desk.session.channels.select(())
    desk.session.channels.hover(150)
    desk.key(Qt.Key.Key_Down)
    assert selected() == {151}
    desk.panel.rows.set_strongest_first(strongest=True)
    desk.session.channels.select((2,))
    desk.key(Qt.Key.Key_Down)
    assert selected() == {0}  # channel 2 stands on top


def test_escape_closes_and_other_keys_are_left_to_the_window(desk: QualityDesk) -> None:
    assert desk.panel.focusProxy() is desk.canvas
    for key, is_own in (
        (Qt.Key.Key_Escape, True), (Qt.Key.Key_Up, True), (Qt.Key.Key_Down, True),
        (Qt.Key.Key_B, False), (Qt.Key.Key_Left, False), (Qt.Key.Key_PageUp, False),
    ):  # fmt: skip
        asks = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
        asks.ignore()
        QApplication.sendEvent(desk.canvas, asks)
        assert asks.isAccepted() is is_own
    desk.key(Qt.Key.Key_B)
    assert desk.asked == []
    desk.key(Qt.Key.Key_Escape)
    assert desk.n_closed == 1
    desk.panel.header.measure_button.setFocus()
    desk.qtbot.keyClick(desk.panel.header.measure_button, Qt.Key.Key_Escape)
    assert desk.n_closed == 2


# -- looks, lives


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_both_themes(desk: QualityDesk, qapp: QApplication, choice: str) -> None:
    desk.set_bad(1)
    desk.session.channels.hover(4)
    desk.set_window(5000, 5000)
    desk.pixels()
    theme.apply(qapp, choice)  # type: ignore[arg-type]
    tokens = DARK if choice == "dark" else LIGHT
    pixels = desk.pixels()
    table = colour_table(is_deviating=True, is_dark=tokens.is_dark)
    assert int(pixels[desk.y_of(2), 600]) == int(table[0])
    assert int(pixels[-2, 2]) == rgb32(tokens.panel)
    assert rgb32(tokens.accent) in pixels[desk.y_of(4), 120:125]
    assert desk.panel.header.legend._scale.table is table


def test_a_hovered_or_selected_channel_is_seen(desk: QualityDesk) -> None:
    plain = desk.pixels()
    desk.session.channels.hover(3)
    hovered = desk.pixels()
    assert (hovered[:, :124] != plain[:, :124]).any()
    assert np.array_equal(hovered[:, 124 : 124 + 800], plain[:, 124 : 124 + 800])
    desk.session.channels.hover(None)
    desk.session.channels.select((3,))
    select = desk.pixels()[desk.y_of(3), 2]
    assert int(select) == rgb32(LIGHT.select)


def test_scrubbing_and_hovering_draw_no_part_of_the_map_anew(
    desk: QualityDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.pixels()
    drawn: list[str] = []
    picture = desk.canvas._layers.picture
    for name in ("draw_map", "draw_spans", "draw_looked_at"):
        monkeypatch.setattr(picture, name, lambda *_, name=name, **__: drawn.append(name))
    for start in range(0, 20_000, 2000):
        desk.set_window(start, 300)
        desk.session.channels.hover(start // 2000 % 6)
        desk.pixels()
    assert not drawn
    desk.set_bad(1)
    desk.pixels()
    assert drawn == ["draw_spans"]  # the map follows once its figures do


def test_it_follows_the_pass_and_another_recording(desk: QualityDesk) -> None:
    info = info_of(3, 40, 1000.0)
    desk.open(info)
    assert desk.panel.rows.shown == (0, 1, 2)
    desk.pixels()
    desk.move(desk.at(20_000, row=2))
    assert desk.canvas.tag_text() == "E05   0:20   0.20×"
    desk.quality.figures["spread"][20, 2] = 400
    desk.bar.set_quality(desk.quality)
    assert desk.canvas.tag_text() == "E05   0:20   4.00×"


def test_hidden_it_lets_go_of_the_mouse(desk: QualityDesk) -> None:
    desk.press(desk.label(1))
    desk.move(desk.label(2))
    desk.panel.hide()
    assert desk.session.channels.hovered is None
    desk.panel.show()
    desk.release(desk.label(2))
    assert desk.asked == []


def test_without_a_recording_it_is_empty_and_bears_mouse_and_keys(qtbot: QtBot) -> None:
    session = Session()
    panel = QualityPanel(session, LookedAt(), ShownQuality(session))
    qtbot.addWidget(panel)
    panel.resize(700, 300)
    panel.show()
    panel.grab()
    for at in (QPoint(50, 60), QPoint(300, 60)):
        qtbot.mouseMove(panel.canvas, at)
        qtbot.mouseClick(panel.canvas, LEFT_BUTTON, pos=at)
        qtbot.mouseDClick(panel.canvas, LEFT_BUTTON, pos=at)
    qtbot.keyClick(panel.canvas, Qt.Key.Key_Down)
    assert panel.canvas.tag_text() == ""


def test_names_for_those_who_hear_them(desk: QualityDesk) -> None:
    assert desk.canvas.accessibleName() == "Quality map"
    assert "frame" in desk.canvas.accessibleDescription()
    assert desk.panel.header.button.accessibleName().startswith("Back to the traces")
    assert desk.panel.sort_button.accessibleName() == "Order of the rows: rows as listed"
    assert desk.panel.row_bar.accessibleName()


def test_it_can_go_while_the_session_lives_on(desk: QualityDesk) -> None:
    panel = QualityPanel(desk.session, desk.looked_at, desk.bar.shown)
    sip.delete(panel)
    gc.collect()
    desk.set_window(100, 50)
    desk.session.channels.hover(1)
    desk.session.channels.set_order("grid")
    desk.looked_at.add(TimeWindow(0, 500, N))
    desk.bar.set_quality(desk.quality)
    desk.session.set_mask_result(empty_tracks(N, 6))
