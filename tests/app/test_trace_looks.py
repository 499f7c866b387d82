"""Gain that is typed, and the looks of traces by keys and menus, in the whole window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from ecogview.app.traces_menu import fill_traces_menu
from ecogview.app.viewer import Viewer
from ecogview.app.wiring import Workbench
from ecogview.services.settings import Settings
from ecogview.views.message_bar import StatusMessage
from tests.app.windows import a_recording


@pytest.fixture
def bench(viewer: Viewer) -> Workbench:
    viewer._wait_for_mask()
    return viewer._bench


def status(bench: Workbench) -> str:
    said = bench.window.findChild(StatusMessage).message
    assert said is not None
    return said.text


def type_gain(qtbot: QtBot, bench: Workbench, text: str, key: Qt.Key) -> str:
    field = bench.window.tools.gain_field
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, key)
    return str(field.text())


def test_a_gain_can_be_typed(bench: Workbench, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bench.window.tools.left):
        assert type_gain(qtbot, bench, "2 mV", Qt.Key.Key_Return) == "2 mV/row"
    assert bench.session.display.units_per_row == 2000
    assert type_gain(qtbot, bench, "350", Qt.Key.Key_Return) == "350 µV/row"
    bench.commands.gain_up()
    assert bench.window.tools.gain_field.text() == "247 µV/row"


def test_a_gain_that_is_none_is_refused_in_words_and_can_be_given_up(
    bench: Workbench, qtbot: QtBot
) -> None:
    before, shown = bench.session.display, bench.window.tools.gain_field.text()
    assert type_gain(qtbot, bench, "tall", Qt.Key.Key_Return) == "tall"  # to be mended
    assert "'tall' is not a gain" in status(bench)
    assert bench.session.display == before
    assert type_gain(qtbot, bench, "7", Qt.Key.Key_Escape) == shown
    assert bench.session.display == before


def test_all_get_the_same_gain_again(bench: Workbench) -> None:
    gains = bench.session.channels.gains
    gains.step([1, 4], 3)
    bench.actions["same_gain"].trigger()
    assert gains.own == frozenset()
    assert "2 channels" in status(bench)
    bench.actions["same_gain"].trigger()
    assert "same gain" in status(bench)


def test_the_menu_of_a_label_takes_back_its_gain(bench: Workbench) -> None:
    gains = bench.session.channels.gains
    gains.step([1, 4], 3)
    menu = QMenu()
    fill_traces_menu(menu, bench, None, 4)
    (entry,) = [action for action in menu.actions() if action.text().startswith("Gain of")]
    entry.trigger()
    assert gains.own == {1}
    fill_traces_menu(menu, bench, None, 4)
    assert not [action for action in menu.actions() if action.text().startswith("Gain of")]


def test_clipping_and_colours_are_kept_butterfly_and_gains_are_not(
    bench: Workbench, show: Callable[..., Viewer], tmp_path: Path, qtbot: QtBot
) -> None:
    bench.session.channels.gains.step([2], 4)
    bench.actions["clip_traces"].trigger()
    bench.actions["colour_column"].trigger()
    qtbot.keyClick(bench.window, Qt.Key.Key_L)
    display = bench.session.display
    assert (display.clipped, display.butterfly, display.colouring) == (True, True, "column")
    bench.window.menus["View"].aboutToShow.emit()
    on = ("clip_traces", "butterfly", "colour_column")
    assert all(bench.actions[name].isChecked() for name in on)
    assert not bench.actions["colour_off"].isChecked()
    bench.recordings.open_path(a_recording(tmp_path / "other", "rec002"))
    qtbot.waitUntil(lambda: "rec002" in bench.session.info.path.name)
    assert bench.session.display.colouring == "column"
    assert bench.session.channels.gains.own == frozenset()
    bench.settings.flush()
    viewer = show(a_recording(tmp_path / "third", "rec003"))
    other = viewer._bench
    display = other.session.display
    assert (display.clipped, display.butterfly, display.colouring) == (True, False, "column")
    assert viewer.wait_until_drawn()
    other.actions["clip_traces"].trigger()
    other.actions["colour_off"].trigger()
    other.settings.flush()
    kept = Settings(other.settings.path)
    assert (kept.clip_traces, kept.trace_colours) == (False, "off")


def test_without_an_array_there_is_nothing_to_colour_by(show: Callable[..., Viewer]) -> None:
    viewer = show(np.zeros((3, 4000), np.float32), sampling_rate=1000.0)
    assert viewer.wait_until_drawn()
    bench = viewer._bench
    bench.actions["colour_row"].trigger()
    assert bench.session.display.colouring == "off"
    assert "no grid positions" in status(bench)


def test_marking_and_labels_work_on_a_butterfly(
    bench: Workbench, qtbot: QtBot, viewer: Viewer
) -> None:
    bench.actions["butterfly"].trigger()
    assert viewer.wait_until_drawn()
    traces = bench.window.traces
    canvas, left = traces.canvas, Qt.MouseButton.LeftButton
    middle = QPoint(canvas.width() // 2, canvas.height() // 2)
    qtbot.mouseMove(canvas, middle)
    hovered = bench.session.channels.hovered
    assert hovered is not None
    assert hovered == canvas.channel_at(QPointF(middle))
    bench.actions["mark_bad"].trigger()
    qtbot.mousePress(canvas, left, pos=QPoint(100, middle.y()))
    qtbot.mouseMove(canvas, QPoint(200, middle.y()))
    qtbot.mouseRelease(canvas, left, pos=QPoint(200, middle.y()))
    assert len(bench.session.mask.manual) == 1
    row = 3
    y = round(traces.gutter.height() * (row + 0.5) / 6)
    qtbot.mouseClick(traces.gutter, left, pos=QPoint(20, y))  # labels stay a list
    assert bench.session.bad_channels == {3}
