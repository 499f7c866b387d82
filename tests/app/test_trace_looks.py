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
from tests.builders import electrode_entries, write_recording


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


def test_colours_by_circuit_board_where_the_file_knows_them(
    bench: Workbench, tmp_path: Path, qtbot: QtBot
) -> None:
    bench.actions["colour_board"].trigger()
    assert bench.session.display.colouring == "off"
    assert "no circuit boards" in status(bench)
    entries = [{**e, "pcbid": 2 + 6 * (i % 2)} for i, e in enumerate(electrode_entries(6, "D"))]
    bench.recordings.open_path(a_recording(tmp_path / "b", "rec002", electrodes=entries))
    qtbot.waitUntil(lambda: "rec002" in bench.session.info.path.name)
    bench.actions["colour_board"].trigger()
    assert bench.session.display.colouring == "board"
    assert bench.settings.trace_colours == "board"


def test_marking_works_on_a_butterfly_and_labels_give_way_to_amplitudes(
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
    y = round(traces.gutter.height() * 3.5 / 6)
    qtbot.mouseClick(traces.gutter, left, pos=QPoint(20, y))  # no label is there
    assert bench.session.bad_channels == frozenset()
    assert traces.gutter.cursor().shape() == Qt.CursorShape.ArrowCursor
    bench.actions["butterfly"].trigger()
    assert traces.gutter.cursor().shape() == Qt.CursorShape.PointingHandCursor
    qtbot.mouseClick(traces.gutter, left, pos=QPoint(20, y))
    assert bench.session.bad_channels == {3}


N_LOUD = 6


@pytest.fixture
def loud(show: Callable[..., Viewer], tmp_path: Path) -> Viewer:
    """Channels of 10, 20 … 60 µV, one dead and one of 50 mV; at the end all are ten times that."""
    rng = np.random.default_rng(8)
    sizes = np.array([10, 20, 30, 40, 50, 60, 0, 50_000])
    samples = rng.normal(0, 1, (8, 40_000)) * sizes[:, np.newaxis]
    samples[:, 20_000:] *= 10
    viewer = show(write_recording(tmp_path, samples=samples.astype(np.float32)))
    assert viewer.wait_until_drawn()
    viewer._wait_for_mask()
    viewer._bench.marking.mark_channels([6, 7], bad=True)
    viewer.set_window(1, 0.3)
    assert viewer.wait_until_drawn()
    return viewer


def reaches(viewer: Viewer) -> np.ndarray:
    """Lowest and highest y of each row that is drawn, in heights of the canvas, shape (rows, 2)."""
    picture = viewer._bench.window.traces.canvas.prepared()
    assert picture is not None
    slots = picture.envelope.slots(picture.first, picture.stop)
    ends = []
    for channel in picture.style.rows:
        values = np.array(
            [
                picture.envelope.high[slots, channel].max(),
                picture.envelope.low[slots, channel].min(),
            ]
        )
        ends.append(picture.layout.y_of(channel, values, float(picture.style.offsets[channel])))
    return np.array(ends) / picture.height


def test_a_butterfly_fits_its_good_channels_and_leaves_bad_ones_out(loud: Viewer) -> None:
    bench = loud._bench
    bench.actions["gain_fit"].trigger()
    before = bench.session.display.units_per_row
    bench.actions["butterfly"].trigger()
    assert "6 good channels on one line" in status(bench)
    assert "2 bad left out" in status(bench)
    assert f"{bench.window.tools.gain_field.text().removesuffix('/row')} from" in status(bench)
    ends = reaches(loud)
    assert len(ends) == N_LOUD
    assert ends.min() > -0.1
    assert ends.max() < 1.1
    assert max(0.5 - ends.min(), ends.max() - 0.5) > 0.4  # and fill the canvas
    bench.marking.mark_channels([7], bad=False)
    assert len(reaches(loud)) == N_LOUD + 1
    bench.commands.undo()
    fitted = bench.session.display.units_per_row
    bench.commands.gain_up()
    bench.actions["gain_fit"].trigger()
    assert bench.session.display.units_per_row == fitted
    loud.set_window(25, 0.3)
    assert loud.wait_until_drawn()
    assert bench.session.display.units_per_row == fitted  # until it is asked for
    bench.actions["gain_fit"].trigger()
    assert bench.session.display.units_per_row == pytest.approx(10 * fitted, rel=0.25)
    bench.actions["butterfly"].trigger()
    assert bench.session.display.units_per_row == before
    assert "A row a channel" in status(bench)
    assert len(reaches(loud)) == 8


def test_a_butterfly_in_z_has_a_gain_of_its_own(loud: Viewer, qtbot: QtBot) -> None:
    bench = loud._bench
    canvas = bench.window.traces.canvas
    before = bench.session.display
    bench.actions["butterfly"].trigger()
    in_microvolts = bench.session.display.units_per_row
    bench.processing.toggle_zscore()
    qtbot.waitUntil(lambda: canvas.is_settled and canvas.picture.applied is not None)
    assert loud.wait_until_drawn()
    assert " z from top to bottom" in status(bench)
    ends = reaches(loud)
    assert len(ends) == N_LOUD
    assert max(0.5 - ends.min(), ends.max() - 0.5) == pytest.approx(0.47, abs=0.1)
    in_z = bench.session.display.units_per_row
    bench.commands.gain_up()
    changed = bench.session.display.units_per_row
    bench.processing.toggle()
    assert loud.wait_until_drawn()
    assert bench.session.display.units_per_row == in_microvolts
    bench.processing.toggle()
    assert loud.wait_until_drawn()
    assert bench.session.display.units_per_row == changed != in_z  # not fitted unasked again
    bench.actions["butterfly"].trigger()
    assert bench.session.display.units_per_row == before.other_units_per_row
    bench.processing.toggle()
    assert bench.session.display.units_per_row == before.units_per_row


def test_a_butterfly_of_another_unit_is_fitted_anew(
    loud: Viewer, tmp_path: Path, qtbot: QtBot
) -> None:
    bench = loud._bench
    bench.commands.undo()  # else it is asked about
    bench.actions["butterfly"].trigger()
    raw = (np.random.default_rng(1).normal(0, 2000, (5, 40_000))).astype(np.int16)
    path = write_recording(tmp_path / "raw", samples=raw, rec_id="rec007", rec_type="raw")
    bench.recordings.open_path(path)
    qtbot.waitUntil(lambda: "rec007" in bench.session.info.path.name)
    assert loud.wait_until_drawn()
    assert bench.session.info.units == "counts"
    assert "5 good channels on one line" in status(bench)
    ends = reaches(loud)
    assert max(0.5 - ends.min(), ends.max() - 0.5) == pytest.approx(0.47, abs=0.1)
    bench.actions["butterfly"].trigger()
    in_rows = bench.session.display.units_per_row
    bench.actions["gain_fit"].trigger()
    assert bench.session.display.units_per_row == in_rows


def test_a_butterfly_without_a_good_channel_is_said(bench: Workbench, viewer: Viewer) -> None:
    bench.session.channels.select([1])
    viewer.set_window(1, 0.002)  # so far apart that samples have values beside them
    assert viewer.wait_until_drawn()
    bench.marking.mark_channels(range(6), bad=True)
    bench.actions["butterfly"].trigger()
    assert "All channels on the screen are bad" in status(bench)
    bench.window.traces.canvas.grab()
    assert bench.window.traces.canvas.picture.style.rows == ()
