"""Marking channels, undo, saving and closing, as a user and as a script do it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtCore import QPoint, Qt, QTimer
from PyQt6.QtWidgets import (
    QApplication,
    QMessageBox,
)
from pytestqt.qtbot import QtBot

import ecogview
from ecogview.app import saving
from ecogview.app.viewer import Viewer
from ecogview.errors import MaskFileError
from ecogview.views.message_bar import StatusMessage
from tests.builders import marked_samples, write_recording


def answer(button: QMessageBox.StandardButton) -> None:
    """Press a button of the question that is about to be asked."""

    def press() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            box.button(button).click()
        else:
            QTimer.singleShot(20, press)

    QTimer.singleShot(0, press)


def test_marking_undo_and_save_with_keys_and_mouse(
    viewer: Viewer, qtbot: QtBot, tmp_path: Path
) -> None:
    window = viewer.main_window
    gutter = window.traces.gutter  # type: ignore[attr-defined]
    third = QPoint(20, round(gutter.height() * 2.5 / 6))
    qtbot.mouseClick(gutter, Qt.MouseButton.LeftButton, pos=third)
    assert viewer.bad_channels == ["E05"]
    assert viewer.is_modified
    assert window.isWindowModified()
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert viewer.bad_channels == []
    assert not viewer.is_modified
    status = window.findChild(StatusMessage)
    assert status.message.text == "Undone: E05 bad"
    assert not status.message.actions  # a second click would undo something else
    qtbot.keyClick(window, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert viewer.bad_channels == ["E05"]
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not viewer.is_modified)
    mask = ecogview.read_mask(tmp_path / "rec001.LM1_ECOG_3.clfp.mask.pkl")
    assert mask["ch"].tolist() == [False, False, True, False, False, False]


def test_range_and_multiple_selection_mark_as_one_step(viewer: Viewer, qtbot: QtBot) -> None:
    window = viewer.main_window
    gutter = window.traces.gutter  # type: ignore[attr-defined]

    def click(row: int, modifier: Qt.KeyboardModifier) -> None:
        at = QPoint(20, round(gutter.height() * (row + 0.5) / 6))
        qtbot.mouseClick(gutter, Qt.MouseButton.LeftButton, modifier, at)

    click(1, Qt.KeyboardModifier.ControlModifier)
    click(3, Qt.KeyboardModifier.ShiftModifier)
    click(5, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(window, Qt.Key.Key_B)
    assert viewer.bad_channels == ["E03", "E05", "E07", "E11"]
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert viewer.bad_channels == []


def test_script_marks_and_saves(viewer: Viewer, tmp_path: Path) -> None:
    viewer.mark_channel("E03")
    viewer.mark_channel("E03", bad=True)
    assert viewer.bad_channels == ["E03"]
    copy = tmp_path / "elsewhere.mask.pkl"
    viewer.save_mask(copy)
    viewer.save_mask(copy)  # who names a file means it
    assert ecogview.read_mask(copy)["ch"].sum() == 1
    assert viewer.is_modified  # a copy is not the recording's own file
    viewer.save_mask()
    assert not viewer.is_modified
    assert viewer.recording is not None
    assert ecogview.DataFile(viewer.recording.data_file_path).bad_channels == ["E03"]
    viewer.mark_channel("E03", False)
    assert viewer.is_modified
    with pytest.raises(ValueError, match="E99"):
        viewer.mark_channel("E99")


def test_a_failed_save_keeps_the_marks(
    viewer: Viewer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(path: Path, _: object, **__: object) -> None:
        raise MaskFileError(path, "No space left on device", "free some")

    monkeypatch.setattr(saving, "save_tracks", refuse)
    viewer.mark_channel("E07")
    with pytest.raises(MaskFileError, match="No space"):
        viewer.save_mask()
    assert viewer.is_modified
    assert viewer.bad_channels == ["E07"]
    assert not (tmp_path / "rec001.LM1_ECOG_3.clfp.mask.pkl").exists()


@pytest.mark.parametrize("button", ["Save", "Discard", "Cancel"])
def test_closing_asks(viewer: Viewer, qtbot: QtBot, button: str, tmp_path: Path) -> None:
    viewer.mark_channel("E01")
    window = viewer.main_window
    closed: list[bool] = []
    window.closed.connect(lambda: closed.append(True))  # type: ignore[attr-defined]
    answer(QMessageBox.StandardButton[button])
    window.close()
    mask = tmp_path / "rec001.LM1_ECOG_3.clfp.mask.pkl"
    if button == "Cancel":
        assert window.isVisible()
        assert viewer.bad_channels == ["E01"]
        return
    qtbot.waitUntil(lambda: bool(closed))
    assert mask.exists() == (button == "Save")


def test_marking_raw_says_that_the_lab_reads_no_mask_for_it(
    show: Callable[..., Viewer], tmp_path: Path
) -> None:
    samples = marked_samples(6, 30_000)
    viewer = show(write_recording(tmp_path, samples=samples, rec_type="raw"))
    said: list[str] = []
    viewer._bench.messages.posted.connect(lambda message: said.append(message.text))
    viewer.mark_channel("E01")
    viewer.mark_channel("E03")
    assert said.count("The lab's scripts read no mask for raw files.") == 1
