"""The overview in the window: the pass under the user's eyes, and what is kept of it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFileDialog, QInputDialog
from pytestqt.qtbot import QtBot

from ecogview.app.viewer import Viewer
from ecogview.data.kept_files import KeptFiles, read_overview_settings
from ecogview.dsp.runs import EMPTY, Runs
from ecogview.errors import RecordingError
from ecogview.services import overview_build
from ecogview.services.overview import Overview
from ecogview.views.message_bar import MessageBar, StatusMessage
from tests.app.windows import N_SAMPLES, a_recording
from tests.builders import marked_samples, write_recording


def said(viewer: Viewer) -> str:
    message = viewer.main_window.findChild(StatusMessage).message
    return "" if message is None else message.text


def finish(viewer: Viewer, qtbot: QtBot) -> Overview:
    """Wait until the pass has told that it is done; return what it found."""
    bench = viewer._bench
    qtbot.waitUntil(lambda: bench.overviews.complete is not None, timeout=30_000)
    assert viewer.wait_until_drawn()
    assert bench.overviews.complete is not None
    return bench.overviews.complete


def test_the_pass_begins_by_itself_and_is_kept(
    show: Callable[..., Viewer], qtbot: QtBot, tmp_path: Path
) -> None:
    path = a_recording(tmp_path)
    first = show(path)
    assert first.wait_until_drawn()
    overview = finish(first, qtbot)
    assert overview.kept is not None
    assert first._bench.pass_status.isHidden()
    assert first._bench.window.overview.shown.measured is not None
    second = show(path)
    assert second.wait_until_drawn()
    found = finish(second, qtbot)
    assert found.kept == overview.kept
    assert said(second) == ""  # nothing had to be done
    np.testing.assert_array_equal(
        found.quality.figures["spread"], overview.quality.figures["spread"]
    )


def test_wide_windows_are_made_of_it(
    show: Callable[..., Viewer], qtbot: QtBot, tmp_path: Path
) -> None:
    samples = np.random.default_rng(7).normal(0, 30, (3, 600_000)).astype(np.float32)
    samples[1, 333_333] = 5000.0  # one sample, to be seen at any zoom
    viewer = show(write_recording(tmp_path, samples=samples))
    assert viewer.wait_until_drawn()
    finish(viewer, qtbot)
    viewer.set_window(0, 600)
    assert viewer.wait_until_drawn()
    picture = viewer._bench.window.traces.canvas.picture
    assert picture is not None
    assert picture.envelope.high[:, 1].max() == 5000.0
    assert picture.envelope.high[:, 0].max() < 200.0


def test_pause_resume_cancel(
    show: Callable[..., Viewer],
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Units of half a second, so that there are many, and a wait for each."""
    monkeypatch.setattr("ecogview.dsp.envelope._UNIT_S", 0.5)
    monkeypatch.setattr("ecogview.services.background_pass._TELL_EVERY_S", 0.0)
    viewer = show(a_recording(tmp_path))
    bench = viewer._bench
    read_unit = overview_build.OverviewBuild.read_unit

    def read_one(self: overview_build.OverviewBuild, unit: int) -> tuple[int, int]:
        cells = read_unit(self, unit)
        if np.count_nonzero(self._overview.levels.done) == 3:
            bench.overview_pass.pause()
        return cells

    monkeypatch.setattr(overview_build.OverviewBuild, "read_unit", read_one)
    assert viewer.wait_until_drawn()
    qtbot.waitUntil(lambda: bench.overview_pass.is_paused)
    qtbot.waitUntil(lambda: "%" in bench.pass_status.label.text())
    assert not bench.pass_status.isHidden()
    qtbot.mouseClick(bench.pass_status.pause_button, Qt.MouseButton.LeftButton)
    assert "paused" in bench.pass_status.label.text()
    assert bench.pass_status.pause_button.text() == "Resume"
    qtbot.mouseClick(bench.pass_status.cancel_button, Qt.MouseButton.LeftButton)
    assert bench.pass_status.isHidden()
    assert said(viewer) == "Overview given up"
    monkeypatch.setattr(overview_build.OverviewBuild, "read_unit", read_unit)
    bench.overviews.start()
    assert finish(viewer, qtbot).kept is not None
    assert bench.pass_status.isHidden()


@pytest.mark.parametrize("end", ["cancelled", "failed"])
def test_what_was_found_before_the_end_is_shown(
    show: Callable[..., Viewer],
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    end: str,
) -> None:
    """Nothing is reported on the way: what the map shows it has been told at the end."""
    monkeypatch.setattr("ecogview.dsp.envelope._UNIT_S", 0.5)
    monkeypatch.setattr("ecogview.services.background_pass._TELL_EVERY_S", 1e9)
    path = a_recording(tmp_path)
    viewer = show(path)
    bench = viewer._bench
    read_unit = overview_build.OverviewBuild.read_unit
    done: list[np.ndarray] = []
    is_shown, is_cancelled = threading.Event(), threading.Event()
    bench.overview_pass.began.connect(lambda _: is_shown.set())

    def read_three(self: overview_build.OverviewBuild, unit: int) -> tuple[int, int]:
        assert is_shown.wait(5)
        if len(done) == 3 and end == "failed":
            raise RecordingError(path, "cannot be read", "look at its drive")
        if len(done) == 3:
            bench.overview_pass.pause()
            assert is_cancelled.wait(5)
            raise overview_build.Stopped
        done.append(self._overview.quality.done)
        return read_unit(self, unit)

    monkeypatch.setattr(overview_build.OverviewBuild, "read_unit", read_three)
    assert viewer.wait_until_drawn()
    if end == "cancelled":
        qtbot.waitUntil(lambda: len(done) == 3 and bench.overview_pass.is_paused)
        bench.pass_status.cancel_button.click()  # it is not laid out yet where the host is busy
        is_cancelled.set()

    def known() -> np.ndarray:
        measured = bench.window.overview.shown.measured
        assert measured is not None
        cells = range(measured.quality.grid.n_cells)
        return np.array([measured.words(cell, 0) != ["not read yet"] for cell in cells])

    qtbot.waitUntil(lambda: len(done) == 3 and np.array_equal(known(), done[0]))
    assert 0 < np.count_nonzero(known()) < len(known())


def test_of_a_file_that_became_shorter_half_is_shown_and_one_thing_told(
    show: Callable[..., Viewer], qtbot: QtBot, tmp_path: Path
) -> None:
    """Cut before the pass reads anything, while what is gone is in view."""
    path = write_recording(tmp_path, samples=marked_samples(3, 600_000))
    viewer = show(path)
    bench = viewer._bench
    bar = viewer.main_window.findChild(MessageBar)
    ready = bench.overview_pass._worker._ready = threading.Event()  # of the kernels
    viewer.set_window(500, 5)
    assert viewer.wait_until_drawn()
    qtbot.waitUntil(lambda: bench.window.overview.shown.measured is not None)  # it has begun
    os.truncate(path, path.stat().st_size // 2)
    ready.set()

    def known() -> int:
        measured = bench.window.overview.shown.measured
        return 0 if measured is None else int(np.count_nonzero(measured._known))

    qtbot.waitUntil(lambda: 200 < known() <= 300)
    viewer.set_window(298, 5)
    qtbot.waitUntil(lambda: bar.message is not None)
    assert "shorter" in bar.message.text
    assert [message.key for message in bar._waiting] == ["file"]
    assert not bench.overviews._verdict.isActive()
    qtbot.waitUntil(lambda: bench.looked_at.runs.at(299_000) is not None)
    missing = Runs.of([(300_010, 500_000)])
    assert bench.looked_at.runs.intersection(missing) == EMPTY
    with qtbot.waitSignal(bench.overview_pass.began):
        bench.overviews.start()  # it opens the file, which is another one now
    assert bench.overviews.complete is None
    assert 200 < known() <= 300
    assert [message.key for message in bar._waiting] == ["file"]


def test_a_pass_that_fails_on_a_file_as_it_was_is_told_of(
    show: Callable[..., Viewer], qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = a_recording(tmp_path)

    def fail(self: overview_build.OverviewBuild, unit: int) -> tuple[int, int]:
        raise RecordingError(path, "cannot be read", "look at its drive")

    monkeypatch.setattr(overview_build.OverviewBuild, "read_unit", fail)
    monkeypatch.setattr("ecogview.app.overviews._VERDICT_MS", 10)
    viewer = show(path)
    bar = viewer.main_window.findChild(MessageBar)
    qtbot.waitUntil(lambda: bar.message is not None)
    assert bar.message.text == "The overview stays incomplete."
    assert "look at its drive" in bar.message.detail
    monkeypatch.undo()
    bar.message.actions[0].run()
    finish(viewer, qtbot)


def test_a_damaged_one_is_made_anew(
    show: Callable[..., Viewer], qtbot: QtBot, tmp_path: Path
) -> None:
    path = write_recording(tmp_path, samples=marked_samples(3, 600_000))
    first = show(path)
    assert first.wait_until_drawn()
    kept = finish(first, qtbot).kept
    assert kept is not None
    first.close()
    with kept.path.open("r+b") as file:
        file.seek(kept.spec.data_start + 100)
        file.write(b"\x00\x00\xff\x7f" * 20)
    second = show(path)
    assert second.wait_until_drawn()
    finish(second, qtbot)
    second.set_window(0, 600)
    qtbot.waitUntil(lambda: "damaged" in said(second))
    finish(second, qtbot)
    picture = second._bench.window.traces.canvas.picture
    assert picture is not None
    assert picture.envelope.high[:, 2].max() == marked_samples(3, 997)[2].max()


def test_another_recording_gets_its_own(
    show: Callable[..., Viewer], qtbot: QtBot, tmp_path: Path
) -> None:
    a_recording(tmp_path / "001", "rec001")
    other = write_recording(tmp_path / "002", samples=marked_samples(2, 5000), rec_id="rec002")
    viewer = show(tmp_path / "001" / "rec001.LM1_ECOG_3.clfp.dat")
    viewer.open(other)  # before the first one's pass has told anything
    assert viewer.wait_until_drawn()
    qtbot.waitUntil(lambda: viewer._bench.session.info.n_channels == 2)
    overview = finish(viewer, qtbot)
    assert overview.info.path == other
    assert overview.quality.figures["mean"].shape == (5, 2)


def test_an_array_has_an_overview_that_is_not_kept(
    show: Callable[..., Viewer], qtbot: QtBot
) -> None:
    viewer = show(marked_samples(2, 20_000), sampling_rate=1000.0)
    assert viewer.wait_until_drawn()
    overview = finish(viewer, qtbot)
    assert overview.kept is None


def test_what_cannot_be_kept_is_told(
    show: Callable[..., Viewer], qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    monkeypatch.setenv("ECOGVIEW_OVERVIEWS", str(blocked))
    viewer = show(a_recording(tmp_path / "001"))
    assert viewer.wait_until_drawn()
    assert finish(viewer, qtbot).kept is None
    message = viewer.main_window.findChild(MessageBar).message
    assert message is not None
    assert "cannot be kept" in message.text
    assert "File exists" in message.detail or "Not a directory" in message.detail


def test_the_key_hides_it_and_the_scroll_bar_returns(viewer: Viewer, qtbot: QtBot) -> None:
    window = viewer._bench.window
    assert window.overview.isVisible()
    assert not window.traces.time_bar.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_V)
    assert not window.overview.isVisible()
    assert window.traces.time_bar.isVisible()
    assert not viewer._bench.settings.show_overview


def test_what_stood_long_enough_was_looked_at(viewer: Viewer, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: viewer._bench.looked_at.percent > 30)
    assert list(viewer._bench.looked_at.runs) == [(0, 10_000)]
    viewer.set_window(15, 5)
    qtbot.waitUntil(lambda: len(viewer._bench.looked_at.runs) == 2)
    assert viewer._bench.looked_at.percent == pytest.approx(100 * 15_000 / N_SAMPLES)


def test_scrubbing_in_the_overview_moves_the_traces(viewer: Viewer, qtbot: QtBot) -> None:
    finish(viewer, qtbot)
    canvas = viewer._bench.window.overview.canvas
    middle = canvas.rect().center()
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=middle)
    start, stop = viewer.window
    assert (start + stop) / 2 == pytest.approx(15, abs=1)


def test_the_menu_clears_what_is_kept_and_moves_it(
    viewer: Viewer, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish(viewer, qtbot)
    menu = viewer._bench.kept_menu
    menu.aboutToShow.emit()
    qtbot.waitUntil(lambda: "B)" in menu.clear_action.text())
    menu.clear_action.trigger()
    qtbot.waitUntil(lambda: said(viewer).startswith("Cleared 1 overview, "))
    assert KeptFiles().total_bytes() == 0

    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "other"))
    menu.folder_action.trigger()
    assert KeptFiles().folder == tmp_path / "other"
    monkeypatch.setattr(QInputDialog, "getDouble", lambda *_: (2.5, True))
    menu.size_action.trigger()
    assert KeptFiles().cap_bytes == 2_500_000_000
    menu.aboutToShow.emit()
    assert menu.usual_action.isVisible()
    menu.usual_action.trigger()
    assert read_overview_settings().folder is None
