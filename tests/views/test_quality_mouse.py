"""Presses, drags and wheels on the large map: labels mark channels, the map goes to places."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPoint, Qt
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ecogview.model.time_window import TimeWindow
from ecogview.views import theme
from tests.views.quality_desk import QualityDesk

N = 25_000
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> None:
    theme.apply(qapp, "light")


@pytest.fixture
def desk(qtbot: QtBot) -> QualityDesk:
    return QualityDesk(qtbot)


# -- marking by labels


def test_a_click_anywhere_in_a_label_row_marks_and_unmarks_its_channel(desk: QualityDesk) -> None:
    for x in (1, 60, 122):
        desk.click(desk.label(4, x))
        assert desk.session.bad_channels == {4}
        desk.click(desk.label(4, x))
        assert desk.session.bad_channels == frozenset()
    assert desk.asked[:2] == [([4], True), ([4], False)]
    assert desk.window == TimeWindow(0, 5000, N)  # nothing else has happened
    assert desk.session.channels.selected == frozenset()


def test_two_quick_clicks_are_two_clicks(desk: QualityDesk) -> None:
    desk.double_click(desk.label(1))
    assert desk.asked == [([1], True), ([1], False)]
    assert desk.n_closed == 0


def test_a_drag_over_labels_marks_them_together(desk: QualityDesk) -> None:
    desk.set_bad(2)
    desk.press(desk.label(1))
    desk.move(desk.label(2))
    desk.move(desk.label(4))
    assert desk.asked == []  # release commits
    assert desk.canvas.tag_text() == "4 channels bad"
    desk.move(desk.label(3, x=500))  # beside the labels it goes on
    assert desk.canvas.tag_text() == "3 channels bad"
    desk.release(desk.label(3, x=500))
    assert desk.asked == [([1, 2, 3], True)]
    assert desk.session.bad_channels == {1, 2, 3}
    desk.press(desk.label(3))
    desk.move(desk.label(0))
    desk.release(desk.label(0))
    assert desk.asked[-1] == ([0, 1, 2, 3], False)
    assert desk.session.bad_channels == frozenset()


def test_escape_gives_up_a_drag_and_closes_nothing(desk: QualityDesk) -> None:
    desk.press(desk.label(1))
    desk.move(desk.label(4))
    before = desk.pixels()
    desk.key(Qt.Key.Key_Escape)
    assert not np.array_equal(desk.pixels(), before)
    desk.release(desk.label(4))
    assert desk.asked == []
    assert desk.n_closed == 0


def test_a_drag_shows_what_it_will_do(desk: QualityDesk) -> None:
    def crosses() -> list[int]:
        ink = (desk.pixels()[:, 5:12] >> 16 & 255 < 120).any(axis=1)  # dark
        return [row for row in range(6) if ink[desk.y_of(row) - 3 : desk.y_of(row) + 4].any()]

    desk.set_window(20_000, 5000)
    assert crosses() == []
    desk.set_bad(5)
    assert crosses() == [5]
    desk.press(desk.label(1))
    desk.move(desk.label(3))
    assert crosses() == [1, 2, 3, 5]
    desk.move(desk.label(1))
    assert crosses() == [1, 5]
    desk.canvas.cancel_marking()
    assert crosses() == [5]


def test_another_order_under_the_mouse_ends_a_drag(desk: QualityDesk) -> None:
    desk.press(desk.label(1))
    desk.session.channels.set_order("grid")
    desk.move(desk.label(3))
    desk.release(desk.label(3))
    assert desk.asked == []


def test_without_a_mask_it_still_asks(desk: QualityDesk) -> None:
    desk.session.mask = None
    desk.click(desk.label(3))
    assert desk.asked == [([3], True)]  # whoever is asked says why not


def test_rows_stay_where_they_are_while_channels_are_marked(desk: QualityDesk) -> None:
    spread = desk.quality.figures["spread"]
    spread[:] = [100, 60, 100, 130, 20, 110]
    desk.bar.set_quality(desk.quality)
    desk.panel.rows.set_strongest_first(strongest=True)
    assert desk.panel.rows.shown == (4, 1, 3, 5, 0, 2)
    desk.click(desk.label(0))
    desk.click(desk.label(4))
    desk.click(desk.label(5))
    assert desk.session.bad_channels == {0, 2, 4}
    desk.qtbot.waitUntil(lambda: not desk.bar.shown.is_behind)
    assert desk.bar.shown.measured.values[0] == pytest.approx(100 / 110)
    assert desk.panel.rows.shown == (4, 1, 3, 5, 0, 2)
    desk.panel.rows.set_strongest_first(strongest=True)
    assert desk.panel.rows.shown == (4, 1, 3, 0, 2, 5)


# -- the map


def test_a_click_on_the_map_goes_there_and_selects_the_channel(desk: QualityDesk) -> None:
    at = desk.at(15_000, row=3)
    desk.click(at)
    middle = desk.canvas.time_scale().sample_at(at.x())
    assert desk.window == TimeWindow(round(middle - 2500), 5000, N)
    assert desk.session.channels.selected == {3}
    assert desk.asked == []
    desk.click(desk.at(15_000, row=5))
    assert desk.session.channels.selected == {5}


def test_dragging_the_frame_scrubs(desk: QualityDesk) -> None:
    desk.set_window(5000, 5000)
    at = desk.at(7500)
    desk.press(at)
    desk.move(at + QPoint(16, 40))
    assert desk.window == TimeWindow(5500, 5000, N)
    desk.move(at - QPoint(32, 0))
    assert desk.window == TimeWindow(4000, 5000, N)
    desk.release(at)
    edge = QPoint(round(desk.canvas.time_scale().x_of(9000)), 100)
    desk.press(edge)
    desk.move(edge + QPoint(32, 0))
    assert desk.window == TimeWindow(4000, 6000, N)


def test_a_double_click_goes_there_and_closes(desk: QualityDesk) -> None:
    desk.set_window(0, 1000)
    desk.session.channels.set_count(2)
    at = desk.at(15_000, row=4)
    desk.double_click(at)
    middle = desk.canvas.time_scale().sample_at(at.x())
    assert desk.window == TimeWindow(round(middle - 500), 1000, N)
    assert desk.n_closed == 1
    assert desk.session.channels.selected == {4}
    assert 4 in desk.session.channels.shown  # the traces have scrolled to it
    desk.double_click(desk.at(middle + 300, row=4))  # within the frame, too
    assert desk.window.start + 500 == pytest.approx(middle + 300, abs=32)
    assert desk.n_closed == 2


def test_tags_say_what_is_under_the_mouse(desk: QualityDesk) -> None:
    desk.move(desk.at(61 * 250 + 100, row=2))
    assert desk.canvas.tag_text() == "E05   1:01   0.20×"
    assert desk.session.channels.hovered == 2
    desk.move(desk.label(2))
    assert desk.canvas.tag_text() == "E05   0.20×   click: mark bad"
    assert desk.session.channels.hovered == 2
    desk.set_bad(2)
    assert desk.canvas.tag_text() == "E05   0.20×   click: mark good"
    desk.bar.set_measure("rms_own")
    assert desk.canvas.tag_text() == "E05   click: mark good"  # all are at 1.00×
    desk.move(QPoint(50, 2))
    assert desk.canvas.tag_text() == ""
    QApplication.sendEvent(desk.canvas, QEvent(QEvent.Type.Leave))
    assert desk.session.channels.hovered is None


def test_the_cursor_says_what_a_press_would_do(desk: QualityDesk) -> None:
    desk.set_window(0, 5000)
    for place, shape in (
        (desk.label(2), Qt.CursorShape.PointingHandCursor),
        (desk.label(2, x=122), Qt.CursorShape.PointingHandCursor),
        (QPoint(50, 2), Qt.CursorShape.ArrowCursor),
        (desk.at(2500), Qt.CursorShape.OpenHandCursor),
        (desk.at(20_000), Qt.CursorShape.PointingHandCursor),
    ):
        desk.move(place)
        assert desk.canvas.cursor().shape() == shape


# -- many channels


def test_512_channels_scroll_in_rows_of_four_pixels(qtbot: QtBot) -> None:
    desk = QualityDesk(qtbot, n_channels=512)
    rows, bar = desk.panel.rows, desk.panel.row_bar
    room = desk.canvas._layout().n_rows // theme.px(4)
    assert len(rows.shown) == room
    assert bar.isVisible()
    assert (bar.maximum(), bar.pageStep()) == (512 - room, room)
    desk.wheel(desk.at(100, row=5), -2)
    assert (rows.first, bar.value()) == (6, 6)
    desk.move(desk.at(10_000, row=9))
    assert desk.session.channels.hovered == 15
    assert desk.canvas.tag_text().startswith("E31 ")
    desk.click(desk.label(9))
    assert desk.asked == [([15], True)]
    bar.setValue(bar.maximum())
    assert rows.shown[-1] == 511
    desk.wheel(desk.at(100, row=5), 0.1)  # a wheel without notches adds up
    for _ in range(3):
        desk.wheel(desk.at(100, row=5), 0.1)
    assert rows.first == 512 - room - 1
    assert desk.window.start == 0


def test_a_drag_beyond_the_labels_scrolls_them(qtbot: QtBot) -> None:
    desk = QualityDesk(qtbot, n_channels=300)
    n_shown = len(desk.panel.rows.shown)
    below = QPoint(50, desk.canvas.height() - 2)
    desk.press(desk.label(n_shown - 2))
    for x in range(3):
        desk.move(below + QPoint(x, 0))
    desk.release(below)
    assert desk.asked == [(list(range(n_shown - 2, n_shown + 3)), True)]


def test_rows_that_all_fit_need_no_bar_and_the_wheel_zooms(desk: QualityDesk) -> None:
    assert not desk.panel.row_bar.isVisible()
    desk.set_window(5000, 5000)
    at = QPoint(round(desk.canvas.time_scale().x_of(6000)), 100)
    desk.wheel(at, 2)
    assert desk.window == TimeWindow(5500, 2500, N)
    desk.wheel(at, -2, modifiers=CTRL)
    assert desk.window == TimeWindow(5000, 5000, N)
    desk.wheel(at, 0, sideways=-1)
    assert desk.window.start == 5500
