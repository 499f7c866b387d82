"""The dock at the right, its panels and the large quality map, in the whole window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ecogview.app.viewer import Viewer
from ecogview.app.wiring import Workbench
from ecogview.model.spans import Span
from ecogview.views.message_bar import StatusMessage
from ecogview.views.span_table_model import END
from tests.app.windows import N_SAMPLES, a_recording

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def bench(show: Callable[..., Viewer], qtbot: QtBot, tmp_path: Path) -> Workbench:
    """A window of 1600 with hf at 1–2 s and 20–21 s, sat at 10–12 s."""
    hf, sat = np.zeros(N_SAMPLES, bool), np.zeros(N_SAMPLES, bool)
    hf[1000:2000], hf[20_000:21_000], sat[10_000:12_000] = True, True, True
    viewer = show(a_recording(tmp_path, mask={"hf": hf, "sat": sat, "ch": np.zeros(6, bool)}))
    viewer.main_window.resize(1600, 900)
    assert viewer.wait_until_drawn()
    viewer._wait_for_mask()
    return viewer._bench


def facts(bench: Workbench) -> list[str]:
    return [label.text() for label in bench.window._facts if label.text()]


def press(qtbot: QtBot, bench: Workbench, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    pressed = Qt.KeyboardModifier.NoModifier
    for modifier in modifiers:
        pressed |= modifier
    qtbot.keyClick(bench.window, key, pressed)


# -- when it is there


def test_it_is_open_where_the_window_is_wide(bench: Workbench, qtbot: QtBot) -> None:
    window = bench.window
    assert window.shows_dock
    assert window.dock.width() == pytest.approx(284, abs=3)
    assert window.side.width() == pytest.approx(276, abs=3)
    window.resize(1366, 768)
    assert not window.shows_dock
    assert not bench.actions["toggle_dock"].isChecked()
    press(qtbot, bench, Qt.Key.Key_B, CTRL, SHIFT)
    assert window.shows_dock
    assert not window.side.isHidden()
    assert bench.actions["toggle_dock"].isChecked()
    assert bench.settings.dock == "shown"
    window.resize(1600, 900)
    press(qtbot, bench, Qt.Key.Key_B, CTRL, SHIFT)
    assert not window.shows_dock
    assert bench.settings.dock == "hidden"


@pytest.mark.parametrize("width", [720, 900, 1000, 1100, 1366, 1600])
def test_traces_keep_sixty_percent(bench: Workbench, width: int) -> None:
    window = bench.window
    window.resize(width, 700)
    bench.toggle_dock()
    if not window.shows_dock:
        bench.toggle_dock()
    assert window.shows_dock
    QApplication.processEvents()
    assert window.width() == width
    assert window.traces.width() >= 0.6 * width - 3
    window.toggle_side()
    if window.side.isHidden():
        window.toggle_side()
    QApplication.processEvents()
    assert not window.side.isHidden()
    assert window.traces.width() >= 0.6 * width - 3
    assert window.shows_dock == (width >= 1000)


def test_a_narrow_window_gets_its_left_column_back(bench: Workbench) -> None:
    window = bench.window
    window.resize(900, 700)
    bench.toggle_dock()
    assert window.side.isHidden()
    window.resize(1366, 700)
    assert not window.side.isHidden()
    assert window.shows_dock


def test_the_keyboard_does_not_fall_into_the_toolbar(bench: Workbench) -> None:
    bench.window.activateWindow()
    bench.span_table.view.setFocus()
    bench.toggle_dock()
    assert bench.window.focusWidget() is bench.window.traces


def test_it_is_remembered(show: Callable[..., Viewer], bench: Workbench, tmp_path: Path) -> None:
    bench.toggle_dock()
    bench.history.toggle()
    bench.close_now()
    again = show(a_recording(tmp_path / "again"))
    again.main_window.resize(1600, 900)
    assert not again._bench.window.shows_dock
    assert not again._bench.history.is_folded


# -- what it does


def test_a_span_is_gone_to_unmarked_and_brought_back(bench: Workbench, qtbot: QtBot) -> None:
    table, session = bench.span_table, bench.session
    assert table.note == "3   4.0 s   13.3 %"
    assert "3 spans, 13.3 % of time masked" in facts(bench)
    place = table.view.visualRect(table.model.index(2, 1)).center()
    qtbot.mouseClick(table.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert session.window.start == round(20_000 - 10_000 / 3)
    qtbot.keyClick(table.view, Qt.Key.Key_Delete)
    assert list(session.mask.hf) == [(1000, 2000)]
    said = bench.window.findChild(StatusMessage).message
    assert said.text == "hf at 0:20.000 un-marked"
    assert "2 spans, 10.0 % of time masked" in facts(bench)
    assert facts(bench)[-1] == "1 unsaved"
    press(qtbot, bench, Qt.Key.Key_Z, CTRL)
    assert len(session.mask.hf) == 2
    assert table.model.rowCount() == 3
    assert not session.is_modified
    press(qtbot, bench, Qt.Key.Key_Y, CTRL)
    press(qtbot, bench, Qt.Key.Key_Z, CTRL, SHIFT)
    assert len(session.mask.hf) == 1


def test_a_span_that_is_typed_elsewhere_stays_selected(bench: Workbench) -> None:
    session = bench.session
    bench.marking.mark_span((5000, 6000))
    bench.marking.go_to(Span("manual", 5000, 6000))
    row = next(r for r in range(4) if bench.span_table.model.span_in(r).kind == "manual")
    bench.span_table.model.setData(bench.span_table.model.index(row, END), "0:11")
    assert bench.undo_stack.count() == 2
    assert list(session.mask.manual) == [(5000, 10_000)]  # the rest was found by a detector
    assert [session.selected_spans[i] for i in range(len(session.selected_spans))] == [
        ("manual", 5000, 10_000)
    ]
    bench.span_table.unmark_requested.emit()
    assert not len(session.mask.manual)


def test_delete_without_a_selected_span_says_what_unmarks_a_stretch(bench: Workbench) -> None:
    status = bench.window.findChild(StatusMessage)
    bench.marking.unmark_selected()
    assert status.message.text.startswith("Select bad spans first")
    bench.session.select((1000, 1500))
    bench.marking.unmark_selected()
    assert "U un-marks the selected stretch" in status.message.text
    assert len(bench.session.mask.hf) == 2


def test_the_history_leads_through_the_steps(bench: Workbench, qtbot: QtBot) -> None:
    bench.marking.mark_channels([0, 1, 2], bad=True)
    bench.session.select_spans(bench.span_table.model.spans)
    bench.span_table.unmark_requested.emit()
    bench.history.toggle()
    view = bench.history.body
    assert view.model().rowCount() == 3
    assert facts(bench)[1] == "3 of 6 channels bad, 50.0 %"
    assert facts(bench)[-1] == "2 unsaved"
    for row, unsaved in ((1, "1 unsaved"), (0, None), (2, "2 unsaved")):
        place = view.visualRect(view.model().index(row, 0)).center()
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert bench.undo_stack.index() == row
        assert (facts(bench)[-1] == unsaved) if unsaved else not bench.session.is_modified


def test_unsaved_steps_are_counted_from_the_saved_one(bench: Workbench, qtbot: QtBot) -> None:
    for channel in range(3):
        bench.marking.mark_channels([channel], bad=True)
    assert facts(bench)[-1] == "3 unsaved"
    press(qtbot, bench, Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: not bench.session.is_modified)
    assert bench.undo_stack.cleanIndex() == 3
    bench.undo_stack.setIndex(1)
    assert facts(bench)[-1] == "2 unsaved"
    bench.undo_stack.redo()
    bench.marking.mark_channels([4], bad=True)
    bench.undo_stack.setIndex(1)
    assert facts(bench)[-1] == "unsaved changes"
    bench.marking.mark_channels([1, 2], bad=True)  # what is saved, another way
    assert not bench.session.is_modified
    assert bench.undo_stack.isClean()
    bench.undo_stack.setIndex(0)
    assert facts(bench)[-1] == "2 unsaved"
    bench.undo_stack.setIndex(1)
    bench.marking.mark_channels([5], bad=True)  # no step leads to what is saved any more
    assert facts(bench)[-1] == "unsaved changes"


def test_texts_in_the_menu_keep_their_ampersands(bench: Workbench) -> None:
    from ecogview.model.mask import mark_channels

    bench.marking.apply(mark_channels(bench.session.mask, [0], bad=True), "E1 & E2 bad")
    assert bench.actions["undo"].text() == "Undo E1 && E2 bad"
    bench.commands.undo()
    assert bench.actions["redo"].text() == "Redo E1 && E2 bad"


def test_grow_from_the_menu(bench: Workbench, qtbot: QtBot) -> None:
    bench.actions["resize_spans"].trigger()
    dialog = bench.resize_dialog
    assert dialog.isVisible()
    field = dialog.seconds["grow"]
    field.selectAll()
    qtbot.keyClicks(field, "0.5")
    qtbot.waitUntil(dialog.apply_button.isEnabled)
    assert dialog.count_label.text() == (
        "3 → 9 spans (manual 0 → 6)\n+3.0 s, masked 13.3 % → 23.3 %"
    )
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert bench.undo_stack.undoText() == "Spans grown by 0.5 s"
    assert bench.session.mask.bad.total == 7000
    assert bench.session.mask.hf.total == 2000  # what was found stays told apart
    assert bench.span_table.model.rowCount() == 9
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    qtbot.keyClick(field, Qt.Key.Key_Z, CTRL)
    assert not bench.session.is_modified
    qtbot.keyClick(field, Qt.Key.Key_Y, CTRL)
    assert bench.span_table.model.rowCount() == 9


# -- the large map


def test_the_map_takes_the_place_of_the_traces(bench: Workbench, qtbot: QtBot) -> None:
    window = bench.window
    press(qtbot, bench, Qt.Key.Key_V, SHIFT)
    assert window.shows_map
    assert window.quality_map.isVisible()
    assert not window.traces.isVisible()
    assert not window.overview.isVisible()
    assert bench.actions["toggle_map"].isChecked()
    qtbot.keyClick(window.quality_map.canvas, Qt.Key.Key_Escape)
    assert not window.shows_map
    assert window.traces.isVisible()
    assert window.overview.isVisible()
    qtbot.mouseClick(window.overview.header.button, Qt.MouseButton.LeftButton)
    assert window.shows_map
    qtbot.mouseClick(window.quality_map.header.button, Qt.MouseButton.LeftButton)
    assert not window.shows_map
    assert not bench.actions["toggle_map"].isChecked()


def test_channels_are_marked_from_the_map(bench: Workbench) -> None:
    bench.window.show_map(shown=True)
    bench.window.quality_map.mark_requested.emit([2], True)
    assert bench.session.bad_channels == {2}
    bench.toggle_overview()  # O while the map is open: it shows once that is closed
    bench.toggle_overview()
    assert bench.window.overview.isHidden()
    bench.window.show_map(shown=False)
    assert bench.window.overview.isVisible()
