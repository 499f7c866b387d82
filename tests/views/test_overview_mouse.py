"""The overview on real widgets: presses, drags, wheels, hovering."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QObject, QPoint, Qt
from PyQt6.QtGui import QKeyEvent, QPaintEvent, QRegion
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ecogview.data.mask_tracks import empty_tracks
from ecogview.dsp.runs import Runs
from ecogview.model.time_window import TimeWindow
from ecogview.views import theme
from tests.views.overview_desk import Desk

N = 25_000
CURSOR = Qt.CursorShape


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> None:
    theme.apply(qapp, "light")


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


def test_dragging_the_frame_scrubs_exactly(desk: Desk) -> None:
    desk.set_window(5000, 5000)
    assert desk.canvas.time_scale().width == 800  # 31.25 samples a pixel
    at = desk.at(7500)
    desk.press(at)
    assert desk.window == TimeWindow(5000, 5000, N)  # a press alone moves nothing
    desk.move(at + QPoint(16, 0))
    assert desk.window == TimeWindow(5500, 5000, N)
    desk.move(at + QPoint(-32, 40))
    assert desk.window == TimeWindow(4000, 5000, N)
    desk.release(at + QPoint(-32, 40))
    desk.move(at)
    assert desk.window.start == 4000


def test_scrubbing_reaches_both_ends(desk: Desk) -> None:
    desk.set_window(5001, 4999)
    desk.press(desk.at(7500))
    desk.move(QPoint(-300, 60))
    assert (desk.window.start, desk.window.length) == (0, 4999)
    desk.move(QPoint(5000, 60))
    assert (desk.window.stop, desk.window.length) == (N, 4999)


def test_a_press_elsewhere_brings_the_window_there_and_scrubs_on(desk: Desk) -> None:
    desk.set_window(0, 1000)
    at = desk.at(15_000)
    desk.press(at)
    middle = desk.canvas.time_scale().sample_at(at.x())
    assert desk.window == TimeWindow(round(middle - 500), 1000, N)
    before = desk.window.start
    desk.move(at + QPoint(8, 0))
    assert desk.window.start == before + 250
    desk.release(at + QPoint(8, 0))


def test_edges_resize_and_the_other_edge_stays(desk: Desk) -> None:
    desk.set_window(5000, 5000)
    right = QPoint(round(desk.x_of(10_000)), 60)
    desk.press(right)
    desk.move(right + QPoint(40, 0))
    assert desk.window == TimeWindow(5000, 6250, N)
    desk.move(QPoint(4000, 60))
    assert desk.window == TimeWindow(5000, 20_000, N)
    desk.move(QPoint(0, 60))
    assert desk.window == TimeWindow(5000, 5, N)
    desk.release(QPoint(0, 60))
    desk.set_window(5000, 5000)
    left = QPoint(round(desk.x_of(5000)), 60)
    desk.press(left)
    desk.move(left - QPoint(8, 0))
    assert desk.window == TimeWindow(4750, 5250, N)


def test_a_frame_of_one_pixel_can_be_taken_and_pulled_open(desk: Desk) -> None:
    desk.set_window(12_500, 20)
    frame = desk.canvas.frame()
    assert frame.width == 6
    at = QPoint(round(frame.left) + 3, 60)
    desk.press(at)
    assert desk.window == TimeWindow(12_500, 20, N)
    desk.move(at + QPoint(4, 0))
    assert desk.window == TimeWindow(12_625, 20, N)
    desk.release(at + QPoint(4, 0))
    edge = QPoint(round(desk.canvas.frame().right) + 3, 60)
    desk.press(edge)
    desk.move(edge + QPoint(40, 0))
    assert desk.window == TimeWindow(12_625, 1270, N)


def test_a_double_click_is_two_presses(desk: Desk) -> None:
    desk.set_window(0, 1000)
    at = desk.at(15_000)
    desk.qtbot.mouseClick(desk.canvas, Qt.MouseButton.LeftButton, pos=at)
    once = desk.window
    desk.qtbot.mouseDClick(desk.canvas, Qt.MouseButton.LeftButton, pos=at)
    desk.release(at)
    assert desk.window == once
    desk.move(at + QPoint(30, 0))  # and nothing holds on to the mouse
    assert desk.window == once


def test_other_buttons_and_the_gutter_leave_the_window_alone(desk: Desk) -> None:
    desk.set_window(5000, 5000)
    before = desk.window
    desk.qtbot.mousePress(desk.canvas, Qt.MouseButton.RightButton, pos=desk.at(20_000))
    desk.press(QPoint(20, 60))
    desk.move(QPoint(300, 60))
    assert desk.window == before


def test_the_wheel_zooms_about_the_mouse(desk: Desk) -> None:
    desk.set_window(5000, 5000)
    x = desk.x_of(6000)
    desk.wheel(x, 2)
    assert desk.window == TimeWindow(5500, 2500, N)
    desk.wheel(x, -2)
    assert desk.window == TimeWindow(5000, 5000, N)
    desk.wheel(x, 0, sideways=-1)
    assert desk.window.start == 5500


def test_the_wheel_beside_the_window_does_not_fling_it_away(desk: Desk) -> None:
    desk.set_window(5000, 5000)
    desk.wheel(desk.x_of(20_000), 2)
    assert desk.window == TimeWindow(7500, 2500, N)
    desk.wheel(desk.x_of(100), 4)
    assert desk.window == TimeWindow(7500, 625, N)


def test_every_move_is_announced_once(desk: Desk) -> None:
    desk.set_window(5000, 5000)
    moves: list[int] = []
    desk.session.window_changed.connect(lambda: moves.append(desk.window.start))
    at = desk.at(7500)
    desk.press(at)
    for dx in (16, 32, 32, 48):
        desk.move(at + QPoint(dx, 0))
    assert moves == [5500, 6000, 6500]


def test_the_cursor_says_what_a_press_would_do(desk: Desk) -> None:
    desk.set_window(5000, 5000)
    at = desk.at(7500)
    for place, shape in (
        (desk.at(20_000), CURSOR.PointingHandCursor),
        (at, CURSOR.OpenHandCursor),
        (QPoint(round(desk.x_of(5000)), 60), CURSOR.SizeHorCursor),
        (QPoint(10, 60), CURSOR.ArrowCursor),
    ):
        desk.move(place)
        assert desk.canvas.cursor().shape() == shape
    desk.move(at)
    desk.press(at)
    assert desk.canvas.cursor().shape() == CURSOR.ClosedHandCursor
    desk.release(at)
    assert desk.canvas.cursor().shape() == CURSOR.OpenHandCursor


def test_keys_are_left_to_the_window(desk: Desk) -> None:
    desk.canvas.setFocus(Qt.FocusReason.TabFocusReason)
    before = desk.window
    for key in (Qt.Key.Key_Left, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_Escape):
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(desk.canvas, event)
        assert not event.isAccepted()
    assert desk.window == before
    assert desk.canvas.focusPolicy() & Qt.FocusPolicy.TabFocus


# -- what is under the mouse


def test_the_tag_says_channel_time_and_figure(desk: Desk) -> None:
    desk.move(desk.at(61 * 250 + 100, row=2))
    assert desk.canvas.tag_text() == "E05   1:01   0.20×"
    assert desk.session.channels.hovered == 2
    desk.move(desk.at(7 * 250 + 100, row=4))
    assert desk.canvas.tag_text() == "E09   0:07   5.00×"
    assert desk.session.channels.hovered == 4
    desk.move(QPoint(400, 3))  # the strip
    assert desk.canvas.tag_text() == ""
    assert desk.session.channels.hovered is None
    desk.move(desk.at(12_000, row=1))
    QApplication.sendEvent(desk.canvas, QEvent(QEvent.Type.Leave))
    assert desk.session.channels.hovered is None
    assert desk.canvas.tag_text() == ""


def test_the_tag_says_what_is_masked_zeroed_bad_or_not_read(desk: Desk) -> None:
    tracks = empty_tracks(N, 6)
    bad = np.arange(6) == 3
    desk.session.set_mask_result(
        replace(tracks, hf=Runs.of([(30 * 250 + 9, 31 * 250)]), bad_channels=bad)
    )
    desk.quality.zeroed[40] = 1
    desk.quality.done[50] = False
    desk.bar.set_quality(desk.quality)
    for second, text in (
        (30, "E07   0:30   1.00×   masked   bad channel"),
        (40, "E07   0:40   zeroed   bad channel"),
        (50, "E07   0:50   not read yet   bad channel"),
    ):
        desk.move(desk.at((second + 0.5) * 250, row=3))
        assert desk.canvas.tag_text() == text


def test_no_tag_while_dragging(desk: Desk) -> None:
    at = desk.at(2500)
    desk.move(at)
    assert desk.canvas.tag_text()
    desk.press(at)
    desk.move(at + QPoint(9, 0))
    assert not desk.canvas.tag_text()
    desk.release(at)
    assert desk.canvas.tag_text()


def test_a_channel_hovered_elsewhere_is_named(desk: Desk) -> None:
    plain = desk.pixels()
    desk.session.channels.hover(3)
    named = desk.pixels()
    assert (named[:, :54] != plain[:, :54]).any()
    assert np.array_equal(named[:, 54:], plain[:, 54:])


def test_rows_follow_the_order_of_the_channels(desk: Desk) -> None:
    desk.session.channels.set_order("grid")
    assert desk.session.channels.ordered == (3, 2, 1, 0, 5, 4)
    desk.move(desk.at(10_000, row=1))
    assert desk.canvas.tag_text().startswith("E05")  # weak, and the second row now
    desk.move(desk.at(10_000, row=0))
    assert desk.session.channels.hovered == 3


class Painted(QObject):
    """What is painted anew of a widget."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.region = QRegion()
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if isinstance(event, QPaintEvent):
            self.region += event.region()
        return False

    def at(self, x: float) -> bool:
        """Whether it was at an x of the map."""
        return self.region.contains(QPoint(round(x), 60))


def test_moved_by_others_the_frame_follows_a_moment_later(desk: Desk, qtbot: QtBot) -> None:
    desk.set_window(2500, 2500)
    desk.pixels()
    painted = Painted(desk.canvas)
    desk.canvas._behind.setInterval(60_000)
    for start in (5000, 10_000, 15_000):
        desk.set_window(start, 2500)
        QApplication.processEvents()
    assert painted.region.isEmpty()
    desk.session.channels.hover(3)  # paints its label meanwhile, and no frame
    QApplication.processEvents()
    assert not painted.region.isEmpty()
    assert not any(painted.at(desk.x_of(sample)) for sample in (2500, 5000, 15_000))
    desk.canvas._behind.setInterval(0)
    qtbot.waitUntil(lambda: painted.at(desk.x_of(15_000)))
    assert all(painted.at(desk.x_of(sample)) for sample in (2500, 5000, 15_000, 17_500))
    assert not painted.at(desk.x_of(10_000))  # never shown there
    assert not desk.canvas._behind.isActive()


def test_dragged_itself_the_frame_follows_at_once(desk: Desk) -> None:
    desk.set_window(5000, 5000)
    desk.canvas._behind.setInterval(60_000)
    at = desk.at(7500)
    desk.press(at)
    QApplication.processEvents()
    painted = Painted(desk.canvas)
    desk.move(at + QPoint(160, 0))
    QApplication.processEvents()
    assert all(painted.at(desk.x_of(sample)) for sample in (5000, 10_000, 15_000))
    desk.release(at + QPoint(160, 0))


def test_whoever_asks_for_a_picture_gets_the_frame_where_it_is(desk: Desk) -> None:
    desk.set_window(2500, 2500)
    desk.pixels()
    desk.canvas._behind.setInterval(60_000)
    desk.set_window(15_000, 2500)
    behind = desk.pixels()
    desk.canvas._move_frame()
    np.testing.assert_array_equal(behind, desk.pixels())
