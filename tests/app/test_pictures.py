"""Saving and copying pictures of the traces, as a user does."""

from __future__ import annotations

import threading
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication, QImage
from PyQt6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from ecogview.app.viewer import Viewer
from ecogview.views.message_bar import MessageBar, StatusMessage
from ecogview.views.picture_dialog import PictureDialog
from ecogview.views.picture_files import most_points_of, picture_bytes


def _chosen(monkeypatch: pytest.MonkeyPatch, path: Path | None) -> list[str]:
    """Let the file dialog give this name; returns what it suggested."""
    suggested: list[str] = []

    def ask(_parent: object, _title: str, suggestion: str, _filter: str) -> tuple[str, str]:
        suggested.append(suggestion)
        return ("" if path is None else str(path), "")

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    return suggested


def _dialog(viewer: Viewer) -> PictureDialog:
    viewer._bench.actions["save_picture"].trigger()
    dialog = viewer.main_window.findChild(PictureDialog)
    assert dialog is not None
    assert dialog.isVisible()
    return dialog


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_a_picture_is_saved(
    viewer: Viewer, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    target = tmp_path / f"picture.{kind}"
    suggested = _chosen(monkeypatch, target)
    dialog = _dialog(viewer)
    dialog.kind_field.setCurrentIndex(dialog.kind_field.findData(kind))
    assert dialog.scale_field.isEnabled() == (kind == "png")
    qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(target.exists)
    assert Path(suggested[0]).name == f"rec001.LM1_ECOG_3.clfp.0-10s.{kind}"
    assert not dialog.isVisible()
    status = viewer.main_window.findChild(StatusMessage)
    qtbot.waitUntil(lambda: status.message.text == f"Picture saved as picture.{kind}")
    assert [action.text for action in status.message.actions] == ["Show in folder"]
    if kind == "png":
        traces = viewer.main_window.traces  # type: ignore[attr-defined]
        assert QImage(str(target)).width() == 2 * (traces.gutter.width() + traces.canvas.width())


def test_an_ending_left_out_is_added_and_nothing_replaced_unasked(
    viewer: Viewer, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = tmp_path / "picture.svg"
    there.write_text("mine")
    _chosen(monkeypatch, tmp_path / "picture")
    asked: list[Path] = []

    def refuse(_parent: object, path: Path) -> bool:
        asked.append(path)
        return False

    monkeypatch.setattr("ecogview.views.save_name.may_replace", refuse)
    dialog = _dialog(viewer)
    dialog.kind_field.setCurrentIndex(1)
    qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    assert asked == [there]
    assert there.read_text() == "mine"
    assert dialog.isVisible()


def test_a_picture_that_cannot_be_written_is_told(
    viewer: Viewer, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _chosen(monkeypatch, tmp_path / "gone" / "picture.png")
    qtbot.mouseClick(_dialog(viewer).save_button, Qt.MouseButton.LeftButton)
    bar = viewer.main_window.findChild(MessageBar)
    qtbot.waitUntil(lambda: bar.message is not None)
    assert bar.message.text == "The picture was not made."
    assert bar.message.detail.startswith("picture.png: ")


def test_a_picture_is_copied_by_key(viewer: Viewer, qtbot: QtBot) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("before")
    viewer.selection = (2.0, 3.0)
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(viewer.main_window, Qt.Key.Key_C, keys)
    qtbot.waitUntil(lambda: clipboard.mimeData().hasImage())
    assert clipboard.image().width() > 1000
    svg = bytes(clipboard.mimeData().data("image/svg+xml"))
    texts = [
        element.text for element in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    ]
    assert "E11" in texts
    assert "0:04" in texts


def test_a_window_closes_while_a_picture_is_drawn(
    show: Callable[..., Viewer], viewer: Viewer
) -> None:
    viewer._bench.pictures.copy()
    viewer.close()  # joins its thread
    assert not viewer._bench.pictures._under_way


def test_a_second_picture_waits_for_the_first(
    viewer: Viewer, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures, go_on = viewer._bench.pictures, threading.Event()

    def wait(*args: object) -> bytes:
        go_on.wait(10)
        return picture_bytes(*args)  # type: ignore[arg-type]

    monkeypatch.setattr("ecogview.views.picture_files.picture_bytes", wait)
    bar = viewer.main_window.findChild(MessageBar)
    status = viewer.main_window.findChild(StatusMessage)
    targets = [tmp_path / "first.svg", tmp_path / "gone" / "second.svg", tmp_path / "third.png"]
    for target, kind in zip(targets, ("svg", "svg", "png"), strict=True):
        pictures.save(target, kind, 1, "light")  # type: ignore[arg-type]
    assert status.message.text.endswith("Drawing 3 pictures …")
    go_on.set()
    qtbot.waitUntil(targets[2].exists)
    assert targets[0].exists()
    # Withdrawn once the second has failed, until the third is told.
    qtbot.waitUntil(lambda: status.message is not None and "third.png" in status.message.text)
    assert status.message.text == "Picture saved as third.png"
    assert bar.message.text == "The picture was not made."  # stays: the third says nothing of it
    assert "second.svg" in bar.message.detail


def test_a_pdf_has_few_points() -> None:
    assert most_points_of("pdf") < most_points_of("svg") == most_points_of("png")


def test_a_cancelled_picture_is_not_written(
    viewer: Viewer, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures, target = viewer._bench.pictures, tmp_path / "picture.png"
    began, go_on = threading.Event(), threading.Event()

    def wait(*args: object) -> bytes:
        began.set()
        go_on.wait(10)
        return picture_bytes(*args)  # type: ignore[arg-type]

    monkeypatch.setattr("ecogview.views.picture_files.picture_bytes", wait)
    pictures.save(target, "png", 1, "light")
    qtbot.waitUntil(began.is_set)
    status = viewer.main_window.findChild(StatusMessage)
    assert status.message.text == "Drawing the picture …"
    status.message.actions[0].run()  # Cancel
    go_on.set()
    done: list[object] = []
    pictures._tasks.run(lambda: None, done.append, done.append)
    qtbot.waitUntil(lambda: bool(done))  # what came before has ended
    assert not target.exists()
