"""What the window says of a recording and of what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from ecogview.app.viewer import Viewer
from ecogview.views.message_bar import MessageBar
from tests.builders import marked_samples, write_recording


@pytest.mark.parametrize(("n_channels", "text"), [(1, "1 channel"), (2, "2 channels")])
def test_one_channel_is_no_channels(
    show: Callable[..., Viewer], tmp_path: Path, n_channels: int, text: str
) -> None:
    path = write_recording(tmp_path, samples=marked_samples(n_channels, 9000))
    viewer = show(path)
    assert viewer.wait_until_drawn()
    viewer._wait_for_mask()
    window = viewer._bench.window
    assert f" — {text}, 1000 Hz" in window._title.text()
    facts = [label.text() for label in window.findChildren(QLabel, "fact")]
    assert f"0 of {text} bad" in facts


def test_a_flat_recording_has_no_blank_map(
    show: Callable[..., Viewer], qtbot: QtBot, tmp_path: Path
) -> None:
    path = write_recording(tmp_path, samples=np.full((1, 9000), 7, np.float32))
    viewer = show(path)
    shown = viewer._bench.window.overview.shown
    qtbot.waitUntil(lambda: shown.note != "")
    assert shown.note == "RMS / median: n/a, for all is flat, zeroed or masked"
    shown.set_measure("flat")
    assert shown.note == ""  # of that there is a figure
    viewer.mark_span(0, 9)
    qtbot.waitUntil(lambda: shown.note.startswith("Flat: n/a"))
    viewer.undo()
    qtbot.waitUntil(lambda: shown.note == "")


def test_keys_of_a_file_are_told_as_they_are_spelt(
    show: Callable[..., Viewer], qtbot: QtBot, tmp_path: Path
) -> None:
    path = write_recording(tmp_path, samples=marked_samples(3, 9000), rec_type="raw")
    description = next(tmp_path.glob("*.json"))
    content = json.loads(description.read_text(encoding="utf-8"))
    content["hardware"]["acquisition"]["samplingrate"] = "30000"
    description.write_text(json.dumps(content), encoding="utf-8")
    viewer = show(path)
    bar = viewer.main_window.findChild(MessageBar)
    qtbot.waitUntil(lambda: bar.message is not None)
    assert bar.message.text.startswith("hardware.acquisition.samplingrate is the text '30000'")
