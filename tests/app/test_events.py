"""Events from files: shown, offered, gone to with keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from ecogview.app.viewer import Viewer
from ecogview.app.wiring import Workbench
from ecogview.services.messages import Message
from tests.app.windows import a_recording

SHIFT = Qt.KeyboardModifier.ShiftModifier


class Desk:
    """A window with everything that it says."""

    def __init__(self, viewer: Viewer, qtbot: QtBot) -> None:
        self.viewer, self.qtbot = viewer, qtbot
        self.bench: Workbench = viewer._bench
        self.events = self.bench.window.traces.event_layer.events
        self.said: list[Message] = []
        self.bench.messages.posted.connect(self.said.append)

    def key(self, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.qtbot.keyClick(self.bench.window, Qt.Key.Key_N, modifiers)

    def shown(self, path: Path) -> None:
        self.bench.events.open(path)
        self.qtbot.waitUntil(lambda: self.events.shown.path == path)


@pytest.fixture
def desk(viewer: Viewer, qtbot: QtBot) -> Desk:
    viewer.main_window.resize(1400, 800)
    viewer.set_window(0, 5)
    assert viewer.wait_until_drawn()
    return Desk(viewer, qtbot)


def a_table(folder: Path, name: str = "some.tsv") -> Path:
    path = folder / name
    path.write_text("onset\tduration\ttrial_type\n1\t0\tgo\n1\t0\tstop\n20\t0\tgo\n99\t0\tlate\n")
    return path


def test_keys_go_from_one_to_the_next(desk: Desk, tmp_path: Path) -> None:
    desk.key()
    assert desk.said[-1].text == "No events are shown: open some with File, Show events"
    desk.shown(a_table(tmp_path))
    assert desk.said[-1].level == "warning"
    assert desk.said[-1].detail == "left out, outside the recording: 1"
    window, reached = desk.bench.session.window, []
    for _ in range(3):
        desk.key()
        reached.append(desk.said[-1].text)
    assert reached == ["go   0:01.000", "stop   0:01.000", "go   0:20.000"]
    session = desk.bench.session
    assert session.window.start < 20_000 < session.window.stop
    assert session.window.length == window.length
    desk.key()
    assert desk.said[-1].text == "No event after this"
    desk.key(SHIFT)
    assert desk.events.current == 1
    assert session.window.start <= 1000 < session.window.stop


def test_the_dialog_opens_and_hiding_hides(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, asked = a_table(tmp_path), []

    def ask(*arguments: object) -> tuple[str, str]:
        asked.append(arguments)
        return str(path), ""

    monkeypatch.setattr(QFileDialog, "getOpenFileName", ask)
    desk.bench.actions["show_events"].trigger()
    desk.qtbot.waitUntil(lambda: len(desk.events.shown) == 3)
    assert "*.tsv *.csv *.txt *.npy" in str(asked[0][-1])
    desk.bench.window.traces.grab()
    desk.bench.actions["hide_events"].trigger()
    assert len(desk.events.shown) == 0


def test_a_file_that_is_none_is_told_and_the_events_stay(desk: Desk, tmp_path: Path) -> None:
    desk.shown(a_table(tmp_path))
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("onset\n1\nx\n")
    desk.bench.events.open(wrong)
    desk.qtbot.waitUntil(lambda: desk.said[-1].level == "error")
    assert desk.said[-1].text == "No events can be read from wrong.csv."
    assert "line 3, column 'onset'" in desk.said[-1].detail
    assert len(desk.events.shown) == 3


def test_a_file_beside_the_recording_is_offered_not_read(
    show: Callable[..., Viewer], qtbot: QtBot, tmp_path: Path
) -> None:
    other = a_recording(tmp_path / "one")
    path = a_recording(tmp_path / "two")
    beside = a_table(tmp_path / "two", "rec001_events.tsv")
    desk = Desk(show(other), qtbot)
    assert desk.viewer.wait_until_drawn()
    desk.bench.recordings.open_recording(path)
    qtbot.waitUntil(lambda: any(message.key == "events" for message in desk.said))
    offer = next(message for message in desk.said if message.key == "events")
    assert offer.text.endswith("rec001_events.tsv")
    assert len(desk.events.shown) == 0
    offer.actions[0].run()
    qtbot.waitUntil(lambda: desk.events.shown.path == beside)


def test_events_stay_when_the_file_is_read_again_and_go_with_another(
    desk: Desk, tmp_path: Path
) -> None:
    desk.shown(a_table(tmp_path))
    info = desk.bench.session.info
    desk.bench.recordings.read_again()
    desk.qtbot.waitUntil(lambda: desk.bench.session.info is not info)
    assert len(desk.events.shown) == 3
    other = a_recording(tmp_path / "other")
    desk.bench.recordings.open_recording(other)
    desk.qtbot.waitUntil(lambda: desk.bench.session.info.path == other)
    assert len(desk.events.shown) == 0
