"""The selected stretch: its bar, the clipboard, and that it is kept."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QSize, Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from ecogview.app.viewer import Viewer
from ecogview.data.data_file import DataFile
from ecogview.model.spans import SpanRows
from ecogview.services import sample_copy
from ecogview.views.export_dialog import ExportDialog
from ecogview.views.message_bar import MessageBar, StatusMessage
from ecogview.views.selection_bar import SelectionBar
from tests.app.windows import N_SAMPLES, a_recording
from tests.builders import write_recording

_COPY = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def bar(viewer: Viewer) -> SelectionBar:
    viewer.main_window.resize(1400, 800)
    viewer.selection = (2.0, 5.5)
    found = viewer.main_window.findChild(SelectionBar)
    assert found is not None
    return found


def _said(viewer: Viewer) -> str:
    message = viewer.main_window.findChild(StatusMessage).message
    return "" if message is None else message.text


def _type(qtbot: QtBot, field: QLineEdit, text: str) -> None:
    qtbot.mouseClick(field, Qt.MouseButton.LeftButton)
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_it_is_there_while_something_is_selected(viewer: Viewer, bar: SelectionBar) -> None:
    assert bar.isVisible()
    assert bar.start_field.text() == "0:02.000"
    assert bar.length_field.text() == "3.500 s"
    assert bar.stop_field.text() == "0:05.500"
    assert bar.sample_label.text() == "3,500 samples, 2,000 to 5,500"
    viewer.selection = None
    assert not bar.isVisible()


def test_it_folds_in_a_narrow_window(viewer: Viewer, bar: SelectionBar) -> None:
    window = viewer.main_window
    window.resize(720, 500)
    QApplication.processEvents()
    assert window.width() == 720
    shown = [w for w in bar.findChildren(QWidget) if w.isVisible() and w.parent() is bar]
    assert bar.sample_label not in shown
    assert {bar.start_field, bar.stop_field, bar.copy_button, bar.close_button} <= set(shown)
    assert max(widget.geometry().right() for widget in shown) < bar.width()
    boxes = sorted((w.geometry() for w in shown), key=lambda box: box.left())
    assert all(not a.intersects(b) for a, b in pairwise(boxes))


def test_shift_drag_shows_it(viewer: Viewer, qtbot: QtBot) -> None:
    canvas = viewer.main_window.traces.canvas  # type: ignore[attr-defined]
    left, right = QPoint(100, 50), QPoint(300, 50)
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, shift, left)
    qtbot.mouseMove(canvas, right)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, shift, right)
    assert viewer.selection is not None
    assert viewer.main_window.findChild(SelectionBar).isVisible()


@pytest.mark.parametrize(
    ("name", "typed", "selected"),
    [
        ("start_field", "0:03.25", (3.25, 5.5)),
        ("stop_field", "12", (2.0, 12.0)),
        ("length_field", "0.5 s", (2.0, 2.5)),
        ("length_field", "0:20", (2.0, 22.0)),
    ],
)
def test_each_number_can_be_typed(
    viewer: Viewer, bar: SelectionBar, qtbot: QtBot, name: str, typed: str,
    selected: tuple[float, float],
) -> None:  # fmt: skip
    _type(qtbot, getattr(bar, name), typed)
    assert viewer.selection == pytest.approx(selected)
    assert QApplication.focusWidget() is viewer.main_window.traces  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("start_field", "0:06", "A stretch must start before it stops"),
        ("stop_field", "40", "The recording ends at 0:30.000"),
        ("start_field", "99999", "The recording ends at 0:30.000"),
        ("length_field", "0", "A stretch must start before it stops"),
        ("start_field", "soon", "'soon' is not a time"),
    ],
)
def test_what_cannot_be_is_told_and_stays_to_be_mended(
    viewer: Viewer, bar: SelectionBar, qtbot: QtBot, name: str, typed: str, said: str
) -> None:
    field = getattr(bar, name)
    _type(qtbot, field, typed)
    assert QApplication.focusWidget() is field
    assert viewer.selection == (2.0, 5.5)
    assert said in _said(viewer)
    assert field.text() == typed
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() != typed
    assert viewer.selection == (2.0, 5.5)  # Escape gave up the typing, not the selection
    assert said not in _said(viewer)


def _write(qtbot: QtBot, field: QLineEdit, text: str) -> None:
    """Type without Enter."""
    qtbot.mouseClick(field, Qt.MouseButton.LeftButton)
    field.selectAll()
    qtbot.keyClicks(field, text)


def test_a_field_that_is_left_is_taken(viewer: Viewer, bar: SelectionBar, qtbot: QtBot) -> None:
    _write(qtbot, bar.stop_field, "5.0")
    qtbot.keyClick(bar.stop_field, Qt.Key.Key_Tab)
    assert viewer.selection == (2.0, 5.0)
    assert bar.stop_field.text() == "0:05.000"
    _write(qtbot, bar.start_field, "3")
    canvas = viewer.main_window.traces.canvas  # type: ignore[attr-defined]
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    assert viewer.selection == (3.0, 5.0)


def test_a_field_that_is_left_with_no_time_shows_what_was_there(
    viewer: Viewer, bar: SelectionBar, qtbot: QtBot
) -> None:
    _write(qtbot, bar.stop_field, "soon")
    qtbot.keyClick(bar.stop_field, Qt.Key.Key_Tab)
    assert bar.stop_field.text() == "0:05.500"
    assert "'soon' is not a time" in _said(viewer)
    _type(qtbot, bar.stop_field, "5")
    assert "is not a time" not in _said(viewer)  # it no longer holds


def test_a_button_takes_what_was_typed_before(
    viewer: Viewer, bar: SelectionBar, qtbot: QtBot
) -> None:
    mark = next(b for b in bar.findChildren(QPushButton) if b.text() == "Mark")
    _write(qtbot, bar.stop_field, "5.0")
    qtbot.mouseClick(mark, Qt.MouseButton.LeftButton)
    assert viewer.bad_spans == [(2.0, 5.0)]
    _write(qtbot, bar.start_field, "abc")
    qtbot.mouseClick(bar.export_button, Qt.MouseButton.LeftButton)
    assert "'abc' is not a time" in _said(viewer)
    assert viewer.main_window.findChild(ExportDialog) is None  # not another stretch than typed
    _write(qtbot, bar.start_field, "4")
    qtbot.mouseClick(bar.export_button, Qt.MouseButton.LeftButton)
    dialog = viewer.main_window.findChild(ExportDialog)
    assert dialog.stretch.start_field.text() == "0:04.000"


def test_the_traces_do_not_move_for_it(viewer: Viewer, bar: SelectionBar) -> None:
    canvas = viewer.main_window.traces.canvas  # type: ignore[attr-defined]

    def place() -> tuple[QPoint, QSize]:
        QApplication.processEvents()
        return canvas.mapTo(viewer.main_window, QPoint(0, 0)), canvas.size()

    shown = place()
    assert bar.isVisible()
    viewer.selection = None
    assert place() == shown
    assert not bar.isVisible()


def test_no_number_is_cut(viewer: Viewer, bar: SelectionBar) -> None:
    viewer._bench.session.select((12_345, 29_999))
    label, seen = bar.sample_label, set()
    for width in range(720, 1500, 40):
        viewer.main_window.resize(width, 700)
        QApplication.processEvents()
        assert label.isVisible() == bool(label.text())
        assert label.width() >= label.sizeHint().width() or not label.isVisible()
        seen.add(label.text())
    assert seen == {"17,654 samples, 12,345 to 29,999", "17,654 samples", ""}


def test_enter_without_a_change_keeps_it_to_the_sample(
    show: Callable[..., Viewer], qtbot: QtBot
) -> None:
    viewer = show(np.random.default_rng(1).normal(0, 1, (2, 90_000)), sampling_rate=29_999.7)
    assert viewer.wait_until_drawn()
    session = viewer._bench.session
    session.select((12_345, 54_321))
    bar = viewer.main_window.findChild(SelectionBar)
    for field in (bar.start_field, bar.length_field, bar.stop_field):
        text = field.text()
        _type(qtbot, field, text)
        assert session.selection == (12_345, 54_321)


def test_buttons(viewer: Viewer, bar: SelectionBar, qtbot: QtBot) -> None:
    def click(text: str) -> None:
        button = next(b for b in bar.findChildren(type(bar.copy_button)) if b.text() == text)
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    click("Copy")
    assert QGuiApplication.clipboard().text() == "2.000\t5.500\t2000\t5500"
    click("Mark")
    assert viewer.bad_spans == [(2.0, 5.5)]
    click("Un-mark")
    assert viewer.bad_spans == []
    click("Zoom to it")
    assert viewer.window == (2.0, 5.5)
    qtbot.mouseClick(bar.close_button, Qt.MouseButton.LeftButton)
    assert viewer.selection is None


def test_other_stretches(viewer: Viewer, bar: SelectionBar) -> None:
    window, recording, between = bar.other_menu.actions()
    window.trigger()
    assert viewer.selection == (0.0, 10.0)
    recording.trigger()
    assert viewer.selection == (0.0, 30.0)
    for span in ((1.0, 2.0), (8.0, 9.0), (20.0, 21.0)):
        viewer.mark_span(*span)
    between.trigger()
    assert viewer.selection == (2.0, 8.0)  # around the middle of the window
    session = viewer._bench.session
    assert session.mask is not None
    session.select_spans(SpanRows.of(session.mask).take([0, 2]))
    between.trigger()
    assert viewer.selection == (2.0, 20.0)


# --- samples on the clipboard


def test_samples_shown_are_copied(
    viewer: Viewer, bar: SelectionBar, qtbot: QtBot, tmp_path: Path
) -> None:
    QGuiApplication.clipboard().setText("before")
    viewer._bench.session.select((2000, 2010))
    viewer._bench.session.channels.set_visible([1], visible=False)
    qtbot.keyClick(viewer.main_window, Qt.Key.Key_C, _COPY)
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text() != "before")
    head, *lines = QGuiApplication.clipboard().text().splitlines()
    assert head == "time_s\tE01\tE05\tE07\tE09\tE11"
    table = np.array([line.split("\t") for line in lines], float)
    data = DataFile(next(tmp_path.glob("*.dat")))
    expected = data.read(2.0, 0.01, ch_idx=[0, 2, 3, 4, 5], use_mask=False)
    assert np.array_equal(table[:, 1:].astype(np.float32), expected.T)
    assert table[:, 0].tolist() == [pytest.approx(2 + i / 1000) for i in range(10)]
    qtbot.waitUntil(
        lambda: _said(viewer).startswith("Copied: 10 samples of 5 channels shown now, µV")
    )


def test_too_many_samples_are_not_copied(
    viewer: Viewer, bar: SelectionBar, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample_copy, "MOST_VALUES", 6 * N_SAMPLES - 1)
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("before")
    viewer._bench.session.select((0, N_SAMPLES))
    qtbot.keyClick(viewer.main_window, Qt.Key.Key_C, _COPY)
    assert "are 180,000 values, and 179,999 at most are copied" in _said(viewer)
    viewer.selection = None
    qtbot.keyClick(viewer.main_window, Qt.Key.Key_C, _COPY)
    assert _said(viewer).startswith("Select a stretch first")
    assert clipboard.text() == "before"


def test_a_recording_that_is_gone_is_told(
    viewer: Viewer, bar: SelectionBar, qtbot: QtBot, tmp_path: Path
) -> None:
    next(tmp_path.glob("*.dat")).unlink()
    qtbot.keyClick(viewer.main_window, Qt.Key.Key_C, _COPY)
    messages = viewer.main_window.findChild(MessageBar)
    qtbot.waitUntil(
        lambda: (
            messages.message is not None and messages.message.text == "The samples were not copied."
        )
    )


def test_a_field_copies_its_own_text(viewer: Viewer, bar: SelectionBar, qtbot: QtBot) -> None:
    qtbot.mouseClick(bar.start_field, Qt.MouseButton.LeftButton)
    bar.start_field.selectAll()
    qtbot.keyClick(bar.start_field, Qt.Key.Key_C, _COPY)
    assert QGuiApplication.clipboard().text() == "0:02.000"


# --- keeping it


def test_it_is_kept_from_recording_to_recording_and_run_to_run(
    show: Callable[..., Viewer], tmp_path: Path
) -> None:
    first, second = a_recording(tmp_path / "1"), a_recording(tmp_path / "2", "rec002")
    viewer = show(first)
    assert viewer.wait_until_drawn()
    viewer.selection = (3.0, 4.0)
    viewer.open(second)
    assert viewer.wait_until_drawn()
    assert viewer.selection is None
    viewer.selection = (5.0, 6.0)
    viewer.open(first)
    assert viewer.wait_until_drawn()
    assert viewer.selection == (3.0, 4.0)
    viewer.close()
    again = show(second)
    assert again.wait_until_drawn()
    assert again.selection == (5.0, 6.0)
    again.selection = None
    again.open(first)
    assert again.wait_until_drawn()
    assert again.selection == (3.0, 4.0)
    again.open(second)
    assert again.wait_until_drawn()
    assert again.selection is None  # what was given up is not kept


def test_a_file_that_has_another_length_starts_without(
    show: Callable[..., Viewer], tmp_path: Path
) -> None:
    path = a_recording(tmp_path)
    viewer = show(path)
    assert viewer.wait_until_drawn()
    viewer.selection = (3.0, 4.0)
    viewer.close()
    write_recording(tmp_path, samples=np.ones((6, 20_000), np.float32))
    again = show(path)
    assert again.wait_until_drawn()
    assert again.selection is None
