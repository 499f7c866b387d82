"""Exports from the window: the dialog, what it refuses, progress, cancel, and the file."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtWidgets import QApplication, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from ecogview.app import commands, exporting
from ecogview.app.viewer import Viewer
from ecogview.data.data_file import DataFile
from ecogview.model.processing import Processing
from ecogview.services import exporting as service
from ecogview.views.export_dialog import ExportDialog
from ecogview.views.export_status import ExportStatus
from ecogview.views.message_bar import MessageBar, StatusMessage
from tests.app.windows import a_recording
from tests.views.export_desk import DialogDesk


class Desk(DialogDesk):
    """A window with its export dialog open."""

    def __init__(self, viewer: Viewer, qtbot: QtBot) -> None:
        control = Qt.KeyboardModifier.ControlModifier
        qtbot.keyClick(viewer.main_window, Qt.Key.Key_E, control)
        found = viewer.main_window.findChild(ExportDialog)
        assert found is not None
        super().__init__(found, qtbot)
        self.viewer = viewer
        self.settled()

    @property
    def status(self) -> ExportStatus:
        return self.viewer._bench.exporting.status

    def export(self) -> None:
        self.qtbot.mouseClick(self.dialog.export_button, Qt.MouseButton.LeftButton)

    def exported(self) -> str:
        """Click, and wait for what the status bar says in the end."""
        self.export()
        self.qtbot.waitUntil(lambda: self.status.label.text.startswith("Exported"))
        return self.status.accessibleName()


@pytest.fixture
def desk(viewer: Viewer, qtbot: QtBot) -> Desk:
    viewer.selection = (2.0, 2.5)
    return Desk(viewer, qtbot)


def test_the_selection_of_all_channels_as_recorded_is_what_it_begins_with(
    desk: Desk, tmp_path: Path
) -> None:
    dialog = desk.dialog
    assert dialog.stretch.which.currentText() == "Selection"
    assert (dialog.stretch.start_field.text(), dialog.stretch.stop_field.text()) == (
        "0:02.000", "0:02.500"
    )  # fmt: skip
    assert dialog.channels.currentText() == "All 6 channels"
    assert dialog.bad_samples.which.currentText() == "As recorded"
    desk.choose(dialog.format_field, "NumPy array")
    assert dialog.file.name_field.text() == "rec001.LM1_ECOG_3.clfp_2000-2500ms.npy"
    assert "12 kB" in dialog.outcome.estimate.text()
    assert "E01" in dialog.preview.toPlainText()
    assert "2000 " in dialog.preview.toPlainText()
    said = desk.exported()
    assert said.startswith("Exported rec001.LM1_ECOG_3.clfp_2000-2500ms.npy, 12 kB in ")
    assert not dialog.isVisible()
    written = np.load(tmp_path / "rec001.LM1_ECOG_3.clfp_2000-2500ms.npy")
    data = DataFile(tmp_path / "rec001.LM1_ECOG_3.clfp.dat")
    expected = data.read(2.0, 0.5, ch_idx=np.ones(6, bool), use_mask=False)
    assert np.array_equal(written, expected)


def test_channels_and_bad_samples_are_those_chosen(
    desk: Desk, viewer: Viewer, tmp_path: Path
) -> None:
    viewer.mark_channel("E05")  # while the dialog stands
    viewer.mark_span(2.1, 2.2)
    desk.settled()
    dialog = desk.dialog
    desk.choose(dialog.format_field, "NumPy array")
    desk.choose(dialog.channels, "5 channels good")
    desk.choose(dialog.bad_samples.which, "Set to")
    desk.type(dialog.bad_samples.field, "-7,5")
    desk.type(dialog.file.name_field, "mine.npy")
    desk.exported()
    written = np.load(tmp_path / "mine.npy")
    assert written.shape == (5, 500)
    assert (written[:, 100:200] == -7.5).all()
    data = DataFile(tmp_path / "rec001.LM1_ECOG_3.clfp.dat")
    expected = data.read(2.2, 0.3, ch_idx=["E07"], use_mask=False)
    assert np.array_equal(written[2, 200:], expected[0])


def test_another_folder_is_chosen_and_remembered(
    desk: Desk, viewer: Viewer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out").mkdir()
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *_, **__: (str(tmp_path / "out" / "mine"), "")
    )
    desk.choose(desk.dialog.format_field, "NumPy array")
    desk.qtbot.mouseClick(desk.dialog.file.choose_button, Qt.MouseButton.LeftButton)
    desk.settled()
    desk.exported()
    assert (tmp_path / "out" / "mine.npy").is_file()
    settings = viewer._bench.settings
    assert (settings.export_folder, settings.export_format) == (tmp_path / "out", "npy")


def test_a_file_is_replaced_only_after_asking(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.choose(desk.dialog.format_field, "NumPy array")
    target = tmp_path / "mine.npy"
    target.write_bytes(b"before")
    desk.type(desk.dialog.file.name_field, "mine.npy")
    assert "mine.npy exists already" in desk.dialog.outcome.text.text()
    answers = [False, True]
    asked: list[Path] = []

    def ask(_parent: object, *paths: Path) -> bool:
        asked.extend(paths)
        return answers.pop(0)

    monkeypatch.setattr(exporting, "may_replace", ask)
    desk.export()
    assert asked == [target]
    assert target.read_bytes() == b"before"
    assert desk.dialog.isVisible()
    desk.exported()
    assert np.load(target).shape == (6, 500)


def test_an_export_is_cancelled_and_leaves_nothing(
    desk: Desk, viewer: Viewer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, go_on = threading.Event(), threading.Event()
    write = service._watched

    def watched(*args: object) -> object:
        began.set()
        go_on.wait(10)
        yield from write(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(service, "_watched", watched)
    desk.choose(desk.dialog.format_field, "NumPy array")
    before = sorted(tmp_path.iterdir())
    desk.export()
    desk.qtbot.waitUntil(began.is_set)
    assert desk.status.label.text == "Export: 0 %"
    # The window stays usable, but for a second export.
    viewer._bench.actions["export"].trigger()
    desk.settled()
    assert not desk.dialog.export_button.isEnabled()
    assert "under way" in desk.dialog.outcome.estimate.text()
    desk.qtbot.mouseClick(desk.status.cancel_button, Qt.MouseButton.LeftButton)
    go_on.set()
    status = viewer.main_window.findChild(StatusMessage)
    desk.qtbot.waitUntil(
        lambda: status.message is not None and status.message.text.startswith("Export cancelled")
    )
    assert not desk.status.isVisible()
    assert desk.dialog.export_button.isEnabled()
    assert sorted(tmp_path.iterdir()) == before
    began.clear()
    go_on.clear()
    desk.export()
    desk.qtbot.waitUntil(began.is_set)
    assert status.message is None  # of the one before
    go_on.set()
    desk.qtbot.waitUntil(lambda: desk.status.label.text.startswith("Exported"))


def test_a_failed_export_is_told(
    desk: Desk, viewer: Viewer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(service, "place", full)
    desk.choose(desk.dialog.format_field, "NumPy array")
    before = sorted(tmp_path.iterdir())
    desk.export()
    bar = viewer.main_window.findChild(MessageBar)
    desk.qtbot.waitUntil(lambda: bar.message is not None)
    assert bar.message.text == "The export failed."
    assert "No space left on device" in bar.message.detail
    assert sorted(tmp_path.iterdir()) == before


def test_what_was_written_is_shown_and_opened(
    desk: Desk, viewer: Viewer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Path] = []
    monkeypatch.setattr(commands, "show_in_folder", lambda path: bool(shown.append(path)) or True)
    desk.exported()  # as a lab recording
    target = tmp_path / "rec001_2000-2500ms.LM1_ECOG_3.clfp.dat"
    desk.qtbot.mouseClick(desk.status.show_button, Qt.MouseButton.LeftButton)
    assert shown == [target]
    desk.qtbot.mouseClick(desk.status.open_button, Qt.MouseButton.LeftButton)
    assert viewer.wait_until_drawn()
    assert viewer.recording is not None
    assert viewer.recording.data_file_path == target
    desk.qtbot.mouseClick(desk.status.close_button, Qt.MouseButton.LeftButton)
    assert not desk.status.isVisible()


def test_a_long_name_does_not_widen_the_window(desk: Desk, viewer: Viewer) -> None:
    window = viewer.main_window
    desk.choose(desk.dialog.format_field, "NumPy array")
    desk.type(desk.dialog.file.name_field, 200 * "x")
    said = desk.exported()
    assert said.startswith(f"Exported {200 * 'x'}.npy, 12 kB in ")
    window.resize(1000, 600)
    QApplication.processEvents()
    assert window.width() == 1000
    status = desk.status
    assert status.label.width() < status.label.full_width()
    assert status.detail.width() >= status.detail.full_width()  # how large it is stays to be read
    assert status.geometry().right() < window.width()


def test_what_the_display_does_is_offered(desk: Desk, viewer: Viewer, tmp_path: Path) -> None:
    session, dialog = viewer._bench.session, desk.dialog
    assert not dialog.processing_box.isVisible()
    session.set_display(replace(session.display, processing=Processing(highpass_hz=20.0)))
    desk.settled()  # while the dialog stands
    assert dialog.processing_box.text().startswith("As displayed: ")
    desk.choose(dialog.format_field, "NumPy archive")
    desk.type(dialog.file.name_field, "mine")
    desk.qtbot.mouseClick(dialog.processing_box, Qt.MouseButton.LeftButton)
    # The first filter of a run imports SciPy.
    desk.qtbot.waitUntil(dialog.export_button.isEnabled, timeout=30_000)
    desk.exported()
    data = DataFile(tmp_path / "rec001.LM1_ECOG_3.clfp.dat")
    recorded = data.read(2.0, 0.5, ch_idx=np.ones(6, bool), use_mask=False)
    with np.load(tmp_path / "mine.npz") as archive:
        written = archive["data"]
    assert written.shape == recorded.shape
    assert 0.5 < written.std() / recorded.std() < 0.995


def test_closing_the_window_cancels(
    show: Callable[..., Viewer], tmp_path: Path, qtbot: QtBot
) -> None:
    viewer = show(a_recording(tmp_path))
    assert viewer.wait_until_drawn()
    desk = Desk(viewer, qtbot)
    desk.choose(desk.dialog.format_field, "NumPy array")
    desk.export()
    viewer.close()
    assert not list(tmp_path.glob(".*"))
    QApplication.processEvents()


def test_closing_by_the_mouse_asks_first(
    desk: Desk, viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, write = threading.Event(), service._watched

    def watched(*args: object) -> object:
        go_on.wait(10)
        yield from write(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(service, "_watched", watched)
    desk.choose(desk.dialog.format_field, "NumPy array")
    desk.export()
    asked: list[str] = []

    def press(word: str) -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            asked.append(box.text())
            next(button for button in box.buttons() if button.text() == word).click()
        else:
            QTimer.singleShot(20, lambda: press(word))

    for word in ("Stay", "Close and give it up"):
        QTimer.singleShot(0, lambda word=word: press(word))
        viewer.main_window.close()
        assert asked.pop() == "An export is under way."
        if word == "Stay":
            assert viewer.main_window.isVisible()
            go_on.set()
    assert not viewer.main_window.isVisible()


def test_another_recording_closes_the_dialog(desk: Desk, viewer: Viewer, tmp_path: Path) -> None:
    viewer.open(a_recording(tmp_path / "other", "rec002"))
    assert viewer.wait_until_drawn()
    assert not desk.dialog.isVisible()
