"""Samples in another order than the recording's type says: told, and read so by a click."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PyQt6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from ecogview.app.viewer import Viewer
from ecogview.services.messages import Message
from ecogview.services.sources import FileSource
from ecogview.views.message_bar import MessageBar
from tests.builders import marked_samples, write_recording

SIGNAL = np.random.default_rng(8).normal(size=6000).cumsum()
SAMPLES = (SIGNAL + np.random.default_rng(9).normal(0, 0.3, (16, 6000))).astype(np.float32)


def message(viewer: Viewer) -> Message:
    shown = viewer.main_window.findChild(MessageBar).message
    assert shown is not None
    return shown


def press(viewer: Viewer, text: str) -> None:
    bar = viewer.main_window.findChild(MessageBar)
    (button,) = (b for b in bar.findChildren(QPushButton) if b.text() == text and b.isVisible())
    button.click()


def test_the_order_that_samples_look_like_is_offered(
    show: Callable[..., Viewer], qtbot: QtBot, tmp_path: Path
) -> None:
    path = write_recording(tmp_path, samples=SAMPLES, rec_type="clfp_ds250", layout="interleaved")
    viewer = show(path)
    bench = viewer._bench
    bar = viewer.main_window.findChild(MessageBar)
    qtbot.waitUntil(lambda: bar.message is not None)
    assert message(viewer).text == "The samples look interleaved, not planar"
    assert "median correlation" in message(viewer).detail
    assert "layout=" not in message(viewer).detail
    viewer.set_window(12, 4)
    press(viewer, "Read as interleaved")
    qtbot.waitUntil(lambda: bench.recordings.layout == "interleaved")
    assert viewer.wait_until_drawn()
    assert viewer.window == (12, 16)
    assert bar.message is None
    source = bench.recordings.shown_source
    assert isinstance(source, FileSource)
    assert source.layout == "interleaved"
    qtbot.waitUntil(lambda: bench.overviews.complete is not None)
    assert bench.overviews.complete.info.layout == "interleaved"
    bench.recordings.read_again()
    assert viewer.wait_until_drawn()
    assert bench.recordings.layout == "interleaved"


def test_a_cut_planar_file_can_be_read_all_the_same(
    show: Callable[..., Viewer], qtbot: QtBot, tmp_path: Path
) -> None:
    path = write_recording(
        tmp_path, samples=SAMPLES[:, :3000], rec_type="clfp_ds250", rec_id="rec002"
    )
    path.write_bytes(path.read_bytes()[:-40])
    viewer = show(write_recording(tmp_path, samples=marked_samples(2, 3000)))
    assert viewer.wait_until_drawn()
    bench = viewer._bench
    bench.recordings.open_path(path)
    bar = viewer.main_window.findChild(MessageBar)
    qtbot.waitUntil(lambda: bar.message is not None)
    assert message(viewer).text == f"{path.name} cannot be opened."
    assert [a.text for a in message(viewer).actions] == ["Read as planar", "Read as interleaved"]
    press(viewer, "Read as planar")
    qtbot.waitUntil(lambda: bench.recordings.layout == "planar")
    assert bench.session.info is not None
    assert bench.session.info.path == path


def test_the_menu_reads_it_either_way(
    show: Callable[..., Viewer], qtbot: QtBot, tmp_path: Path
) -> None:
    viewer = show(write_recording(tmp_path, samples=marked_samples(3, 3000)))
    assert viewer.wait_until_drawn()
    bench = viewer._bench
    assert bench.recordings.layout == "interleaved"
    bench.actions["read_planar"].trigger()
    qtbot.waitUntil(lambda: bench.recordings.layout == "planar")
    assert viewer.wait_until_drawn()
    bench._show_what_is_on()  # as a menu does before it opens
    assert bench.actions["read_planar"].isChecked()
    assert not bench.actions["read_interleaved"].isChecked()
    bench.actions["read_interleaved"].trigger()
    qtbot.waitUntil(lambda: bench.recordings.layout == "interleaved")


def test_an_array_has_no_order(show: Callable[..., Viewer], qtbot: QtBot) -> None:
    viewer = show(marked_samples(2, 3000), sampling_rate=1000.0)
    assert viewer.wait_until_drawn()
    viewer._bench.actions["read_interleaved"].trigger()
    assert viewer._bench.recordings.layout == "planar"
