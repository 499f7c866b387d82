"""The channel panel on real widgets: switches, eyes, selection, filter, keys, hover."""

from __future__ import annotations

import gc
import itertools
import math

import pytest
from PyQt6 import sip
from PyQt6.QtCore import QEvent, QModelIndex, QPointF, Qt
from PyQt6.QtGui import QKeySequence, QPainter, QShortcut
from PyQt6.QtTest import QAbstractItemModelTester
from PyQt6.QtWidgets import QApplication, QStyleOptionViewItem, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ecogview.data.recording import Channel, Electrode
from ecogview.dsp.channel_quality import MEASURES
from ecogview.errors import MaskFileError
from ecogview.model.session import Session
from ecogview.views.channel_measure import MeasureColumn
from ecogview.views.channel_panel import ChannelPanel
from ecogview.views.channel_row import ChannelRowPainter, row_parts
from tests.views.channel_desk import (
    CTRL,
    MORE,
    SHIFT,
    SORT,
    Bench,
    channels_of,
    open_channels,
    quality_of,
    set_bad,
)

# What Qt's offscreen platform says of every menu that opens.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard")


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    return Bench(qtbot)


# -- what is shown


def test_counts_and_states(bench: Bench) -> None:
    assert bench.panel.header.note == "10 good, 2 bad"
    bench.session.channels.set_visible([0, 3], visible=False)
    assert bench.panel.header.note == "10 good, 2 bad, 2 hidden"
    model = bench.panel.list.model()
    spoken = [model.index(r, 0).data(Qt.ItemDataRole.AccessibleTextRole) for r in (0, 1, 3, 5)]
    assert spoken == ["E01, good, hidden", "E03, good", "E07, bad, hidden", "E11, bad"]


def test_without_a_recording_it_says_what_to_do(qtbot: QtBot) -> None:
    session = Session()
    panel = ChannelPanel(session)
    qtbot.addWidget(panel)
    assert panel.header.note == ""
    assert "Open a recording" in panel.hint
    open_channels(session, channels_of(4))
    assert panel.hint == ""
    assert panel.header.note == "4 channels"  # the mask is not read yet


def test_without_a_mask_switches_do_nothing_and_the_reason_shows(bench: Bench) -> None:
    bench.session.set_mask_result(
        MaskFileError("rec.mask.pkl", "holds <b>12</b> flags", "restore it")
    )
    assert bench.panel.notice.text == "The mask file holds <b>12</b> flags"
    assert bench.panel.notice.isVisible()
    bench.click("E07", "switch")
    bench.click("E07")
    bench.press(Qt.Key.Key_B)
    assert bench.marks == []
    set_bad(bench.session)
    assert not bench.panel.notice.isVisible()
    bench.click("E07", "switch")
    assert bench.marks == [([3], True)]


# -- the switch and the eye


def test_switch_toggles_its_channel_alone(bench: Bench) -> None:
    bench.click("E01")
    bench.click("E05", "switch")
    assert bench.marks == [([2], True)]
    assert bench.selected == {0}
    assert bench.panel.header.note == "9 good, 3 bad"
    bench.click("E05", "switch")
    assert bench.marks[-1] == ([2], False)


def test_two_quick_clicks_are_two_clicks(bench: Bench, qtbot: QtBot) -> None:
    place = bench.parts("E05").switch.center()
    viewport = bench.panel.list.viewport()
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=place)  # without its release
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=place)
    assert bench.marks == [([2], True), ([2], False)]


def test_press_on_one_switch_and_release_on_another_does_nothing(
    bench: Bench, qtbot: QtBot
) -> None:
    viewport, left = bench.panel.list.viewport(), Qt.MouseButton.LeftButton
    qtbot.mousePress(viewport, left, pos=bench.parts("E05").switch.center())
    qtbot.mouseRelease(viewport, left, pos=bench.parts("E09").switch.center())
    assert bench.marks == []
    assert bench.selected == set()


def test_switch_in_a_selection_brings_all_of_it_to_the_new_state(bench: Bench) -> None:
    bench.click("E05")
    bench.click("E11", modifiers=SHIFT)
    assert bench.selected == {2, 3, 4, 5}
    bench.click("E05", "switch")  # good, becomes bad; two of the others are bad already
    assert bench.marks == [([2, 3, 4, 5], True)]
    assert bench.session.bad_channels == {2, 3, 4, 5}
    bench.click("E23", "switch")  # outside of it
    assert bench.marks[-1] == ([11], True)
    assert bench.selected == {2, 3, 4, 5}


def test_eye_hides_and_shows(bench: Bench) -> None:
    bench.click("E03", "eye")
    assert 1 not in bench.session.channels.rows
    bench.click("E03", "eye")
    assert 1 in bench.session.channels.rows
    bench.click("E01")
    bench.click("E05", modifiers=CTRL)
    bench.click("E05", "eye")
    assert set(bench.session.channels.rows) == set(range(12)) - {0, 2}
    assert bench.selected == {0, 2}


def test_eye_of_a_channel_hidden_for_being_bad_shows_the_bad_ones(bench: Bench) -> None:
    bench.choose(MORE, "Hide bad channels")
    assert set(bench.session.channels.rows) == set(range(12)) - {3, 5}
    bench.click("E07", "eye")
    assert not bench.session.channels.hide_bad
    assert len(bench.session.channels.rows) == 12


# -- selection


def test_selection_is_that_of_the_session(bench: Bench) -> None:
    bench.click("E03")
    bench.click("E09", modifiers=CTRL)
    assert bench.selected == {1, 4}
    bench.session.channels.select([7, 8])
    rows = {index.row() for index in bench.panel.list.selectionModel().selectedRows()}
    assert rows == {7, 8}
    bench.click("E19", modifiers=CTRL)
    assert bench.selected == {7, 8, 9}


def test_selection_is_announced_once_a_gesture(bench: Bench) -> None:
    told: list[set[int]] = []
    bench.session.channels.selection_changed.connect(lambda: told.append(bench.selected))
    bench.click("E05")
    bench.click("E11", modifiers=SHIFT)
    assert told == [{2}, {2, 3, 4, 5}]


def test_arrows_b_and_space(bench: Bench) -> None:
    bench.click("E05")
    bench.press(Qt.Key.Key_Down)
    assert bench.selected == {3}
    bench.press(Qt.Key.Key_B)
    assert bench.marks == [([3], False)]
    bench.press(Qt.Key.Key_Down, SHIFT)
    bench.press(Qt.Key.Key_Down, SHIFT)
    assert bench.selected == {3, 4, 5}
    bench.press(Qt.Key.Key_Space)  # one of them is bad: now all
    assert bench.marks[-1] == ([3, 4, 5], True)
    bench.press(Qt.Key.Key_Space)
    assert bench.marks[-1] == ([3, 4, 5], False)


def test_keys_of_the_list_come_before_those_of_the_window(bench: Bench, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    QVBoxLayout(window).addWidget(bench.panel)
    taken: list[str] = []
    for key in ("Down", "B", "Left", "Ctrl+A"):
        shortcut = QShortcut(QKeySequence(key), window)
        shortcut.activated.connect(lambda key=key: taken.append(key))
    window.show()
    window.activateWindow()
    bench.panel.list.setFocus()
    qtbot.waitUntil(bench.panel.list.hasFocus)
    bench.press(Qt.Key.Key_Down)
    bench.press(Qt.Key.Key_B)
    bench.press(Qt.Key.Key_Left)
    bench.press(Qt.Key.Key_A, CTRL)
    assert taken == ["Left", "Ctrl+A"]
    assert len(bench.marks) == 1
    bench.panel.setParent(None)


# -- filter and order


def test_filter_by_words(bench: Bench, qtbot: QtBot) -> None:
    bench.session.channels.set_visible([4], visible=False)
    for text, labels in (
        ("bad", ["E07", "E11"]),
        ("hidden", ["E09"]),
        ("row 1", ["E09", "E11", "E13", "E15"]),
        ("row 1 good shown", ["E13", "E15"]),
        ("col 3 row 2", ["E17"]),
        ("e1 bad, e03", ["E03", "E11"]),
        ("lm1  e2", ["E21", "E23"]),
        ("nothing", []),
    ):
        bench.panel.filter_field.setText(text)
        assert bench.labels == labels, text
    assert bench.panel.hint
    qtbot.keyClick(bench.panel.filter_field, Qt.Key.Key_Escape)
    assert len(bench.labels) == 12
    assert bench.panel.hint == ""


def test_filter_keeps_the_selection_and_marking_under_it_keeps_the_place(bench: Bench) -> None:
    bench.session.channels.select([1, 9])
    bench.panel.filter_field.setText("good")
    assert bench.selected == {1, 9}
    bench.click("E09")
    bench.press(Qt.Key.Key_B)
    assert "E09" not in bench.labels
    bench.press(Qt.Key.Key_Down)
    assert bench.selected == {7}  # the row after the one that came into its place
    bench.panel.filter_field.setText("")
    assert bench.selected == {7}
    assert bench.panel.list.currentIndex().data() == "E15"


def test_keys_do_not_mark_what_the_filter_leaves_out(bench: Bench, qtbot: QtBot) -> None:
    bench.session.channels.select([8, 9])
    bench.panel.filter_field.setText("bad")
    qtbot.keyClick(bench.panel.filter_field, Qt.Key.Key_Down)
    qtbot.keyClick(bench.panel.list, Qt.Key.Key_Space)
    assert bench.marks == [([3], False)]
    assert bench.session.channels.selected == {8, 9}


def test_order_by_grid_and_back(bench: Bench) -> None:
    bench.choose(SORT, "By grid position")
    assert bench.labels[:5] == ["E07", "E05", "E03", "E01", "E15"]
    assert bench.session.channels.order == "grid"
    bench.choose(SORT, "By number")
    assert bench.labels[:3] == ["E01", "E03", "E05"]


def test_order_by_grid_needs_a_grid(bench: Bench) -> None:
    plain = tuple(Channel(i, f"C{i}", Electrode(f"C{i}")) for i in range(3))
    open_channels(bench.session, plain)
    assert bench.labels == ["C0", "C1", "C2"]
    with pytest.raises(AssertionError):
        bench.choose(SORT, "By grid position")
    popup = QApplication.activePopupWidget()
    assert popup is not None
    popup.close()


def test_menu_of_selection_and_visibility(bench: Bench) -> None:
    bench.click("E01")
    bench.click("E05", modifiers=SHIFT)
    bench.choose(MORE, "Show only selected")
    assert bench.session.channels.rows == (0, 1, 2)
    bench.choose(MORE, "Invert selection")
    assert bench.selected == set(range(3, 12))
    bench.choose(MORE, "Show all")
    bench.choose(MORE, "Hide selected")
    assert bench.session.channels.rows == (0, 1, 2)
    bench.choose(MORE, "Selected bad or good")
    assert bench.marks == [(list(range(3, 12)), True)]


# -- hover


def test_hover_goes_both_ways(bench: Bench, qtbot: QtBot) -> None:
    bench.point_at("E09")
    qtbot.waitUntil(lambda: bench.session.channels.hovered == 4)
    before = bench.panel.list.grab().toImage()
    bench.session.channels.hover(6)  # the pointer is over a trace
    assert bench.panel.list.grab().toImage() != before
    QApplication.sendEvent(bench.panel.list, QEvent(QEvent.Type.Leave))
    assert bench.session.channels.hovered is None


# -- life


def test_another_recording_takes_the_place(bench: Bench) -> None:
    old = bench.session.channels
    open_channels(bench.session, channels_of(4))
    assert bench.labels == ["E01", "E03", "E05", "E07"]
    assert len(old.rows_changed) == len(old.hovered_changed) == len(old.selection_changed) == 0
    old.select([1])
    assert bench.panel.list.selectionModel().selectedRows() == []


@pytest.mark.parametrize("by_qt", [True, False])
def test_destroyed_panel_is_not_called_any_more(qtbot: QtBot, by_qt: bool) -> None:
    session = Session()
    open_channels(session, channels_of(4))
    panel = ChannelPanel(session)
    if by_qt:
        sip.delete(panel)
    else:
        del panel
        gc.collect()
    session.channels.hover(2)
    session.channels.select([2])
    set_bad(session, 1)
    open_channels(session, channels_of(3))
    assert len(session.recording_changed) == len(session.mask_changed) == 0


def test_model_keeps_qts_rules(bench: Bench) -> None:
    tester = QAbstractItemModelTester(
        bench.panel.list.model(), QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    bench.panel.filter_field.setText("good")
    bench.click("E01", "switch")
    bench.session.channels.set_order("grid")
    open_channels(bench.session, channels_of(3))
    del tester


def test_of_512_channels_only_what_changes_is_announced(bench: Bench) -> None:
    open_channels(bench.session, channels_of(512))
    set_bad(bench.session)
    announced: list[tuple[int, int]] = []
    model = bench.panel.list.model()
    model.dataChanged.connect(lambda top, bottom: announced.append((top.row(), bottom.row())))
    model.modelReset.connect(lambda: announced.append((0, 512)))
    set_bad(bench.session, 100)
    assert announced == [(100, 100)]
    bench.session.channels.hover(7)
    bench.session.channels.hover(9)
    assert announced[1:] == [(7, 7), (7, 9)]
    bench.session.channels.select(range(3, 512))
    assert len(bench.panel.list.selectionModel().selectedRows()) == 509
    assert len(announced) == 3


@pytest.mark.parametrize("measured", [False, True])
def test_of_512_channels_only_rows_in_view_are_painted(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, measured: bool
) -> None:
    open_channels(bench.session, channels_of(512))
    if measured:
        bench.panel.set_quality(quality_of(bench.session, *range(1, 513)))
    bench.session.channels.select(range(3, 512))
    painted: list[int] = []
    paint = ChannelRowPainter.paint

    def noted(
        self: ChannelRowPainter, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        painted.append(index.row())
        paint(self, painter, option, index)

    monkeypatch.setattr(ChannelRowPainter, "paint", noted)
    channels = bench.panel.list
    bench.qtbot.waitUntil(channels.viewport().updatesEnabled)
    channels.grab()
    painted.clear()
    height = channels.sizeHintForRow(0)
    channels.verticalScrollBar().setValue(100 * height)
    channels.grab()
    n_in_view = math.ceil(channels.viewport().height() / height)
    assert painted == list(range(100, 100 + n_in_view))


@pytest.mark.parametrize("measure", [None, "rms", "hum"])
def test_parts_of_a_row_do_not_overlap(bench: Bench, measure: str | None) -> None:
    column = None if measure is None else MeasureColumn(MEASURES[measure])
    for width in (276, 216, 160, 120):
        row = bench.panel.list.rect()
        row.setWidth(width)
        parts = row_parts(row, bench.panel.font(), column)
        assert parts.eye.right() < parts.label.left()
        taken = [box for box in (parts.label, parts.bar, parts.value, parts.switch) if box.width()]
        assert all(a.right() < b.left() for a, b in itertools.pairwise(taken))
        assert parts.label.width() >= (parts.switch.left() - parts.eye.right()) // 2 - 20
        assert (parts.bar.width() > 0) == (column is not None and width >= 216)
        assert parts.switch.right() <= row.right()
        assert parts.zone_at(QPointF(parts.switch.center())) == "switch"
        assert parts.zone_at(QPointF(parts.label.center())) is None
