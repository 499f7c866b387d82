"""Where an export goes: a name, a whole path, an ending left out, and nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ecogview.data.exporters.registry import exporter_of
from ecogview.views.export_target import TargetField


class Desk:
    def __init__(self, folder: Path, qtbot: QtBot) -> None:
        self.page, self.qtbot, self.folder = QWidget(), qtbot, folder
        qtbot.addWidget(self.page)
        self.field = TargetField(self.page)
        QVBoxLayout(self.page).addWidget(self.field)
        self.field.begin(folder)
        self.field.set_exporter(exporter_of("npy", ""))
        self.field.suggest("rec_0-1s.npy")
        self.page.show()

    @property
    def shown(self) -> tuple[str, str]:
        self.field.show_folder()
        return self.field.name_field.text(), self.field.folder_label.text

    def type(self, text: str) -> None:
        name = self.field.name_field
        name.setFocus()
        name.selectAll()
        self.qtbot.keyClicks(name, text) if text else self.qtbot.keyClick(name, Qt.Key.Key_Delete)

    def leave(self) -> None:
        self.field.choose_button.setFocus()


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot) -> Desk:
    return Desk(tmp_path, qtbot)


@pytest.mark.parametrize(
    ("typed", "target", "shown"),
    [
        ("x", "x.npy", "x.npy"),
        ("x.v2", "x.v2.npy", "x.v2.npy"),
        ("x.NPY", "x.NPY", "x.NPY"),
        ("x.csv", "x.csv", "x.csv"),  # refused, in words, where it is looked at
        ("sub/x", "sub/x.npy", "x.npy"),
        ("sub/", "sub/rec_0-1s.npy", "rec_0-1s.npy"),
        ("..", "../rec_0-1s.npy", "rec_0-1s.npy"),
    ],
)
def test_a_name_takes_the_ending_and_shows_its_folder(
    desk: Desk, typed: str, target: str, shown: str
) -> None:
    desk.type(typed)
    assert desk.field.target == desk.folder / target
    desk.leave()
    assert desk.shown == (shown, f"in {(desk.folder / target).parent}")
    assert desk.field.target == desk.folder / target


def test_a_whole_path_and_home(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = desk.folder / "elsewhere"
    desk.type(str(elsewhere / "x"))
    assert desk.shown[1] == f"in {elsewhere}"
    desk.leave()
    assert desk.shown == ("x.npy", f"in {elsewhere}")
    monkeypatch.setenv("HOME", str(desk.folder / "home"))
    monkeypatch.setenv("USERPROFILE", str(desk.folder / "home"))
    desk.type("~/y")
    assert desk.field.target == desk.folder / "home" / "y.npy"


def test_an_emptied_field_brings_the_suggestion_back(desk: Desk) -> None:
    desk.type("mine")
    desk.type("")
    desk.field.suggest("rec_0-2s.npy")
    assert desk.field.name_field.text() == ""  # another name is about to be typed
    assert desk.field.target == desk.folder / "rec_0-2s.npy"
    desk.leave()
    assert desk.field.name_field.text() == "rec_0-2s.npy"
    desk.field.suggest("rec_0-3s.npy")  # and it follows again
    assert desk.field.name_field.text() == "rec_0-3s.npy"
