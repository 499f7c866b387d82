"""The whole window, as a user and as a script have it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QMenu,
)
from pytestqt.qtbot import QtBot

import ecogview
from ecogview.app.viewer import Viewer
from ecogview.errors import ExportError, MaskFileError, RecordingError
from ecogview.services.kernel_loading import KernelLoading
from ecogview.views.message_bar import MessageBar
from ecogview.views.trace_canvas import TraceCanvas
from tests.app.windows import N_SAMPLES, a_recording
from tests.builders import marked_samples, write_recording


def test_window_and_moves(viewer: Viewer) -> None:
    assert viewer.window == (0, 10)
    viewer.go_to(12.5)
    assert viewer.window == (12.5, 22.5)
    viewer.set_window(1.5, 2)
    assert viewer.window == (1.5, 3.5)
    assert viewer.wait_until_drawn()
    viewer.go_to(1e9)
    assert viewer.window == (28, 30)
    viewer.set_window(-5, 1e9)
    assert viewer.window == (0, 30)


@pytest.mark.parametrize(
    ("key", "modifier", "expected"),
    [
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, 12.5),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier, 7.5),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier, 20),
        (Qt.Key.Key_PageUp, Qt.KeyboardModifier.NoModifier, 0),
        (Qt.Key.Key_PageDown, Qt.KeyboardModifier.NoModifier, 20),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier, 0),
        (Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier, 20),
    ],
)
def test_keys_move(
    viewer: Viewer, qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier, expected: float
) -> None:
    viewer.go_to(10)
    qtbot.keyClick(viewer.main_window, key, modifier)
    assert viewer.window[0] == pytest.approx(expected)


def test_a_typed_time_is_gone_to(viewer: Viewer, qtbot: QtBot) -> None:
    window = viewer.main_window
    qtbot.keyClick(window, Qt.Key.Key_G)
    field = window.tools.time_field  # type: ignore[attr-defined]
    assert field.selectedText() == "0:00.000"
    qtbot.keyClicks(field, "0:14.5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert viewer.window[0] == 14.5
    qtbot.keyClick(window, Qt.Key.Key_G)
    qtbot.keyClicks(field, "nonsense")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert viewer.window[0] == 14.5
    assert field.selectedText() == "nonsense"
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "0:14.500"


def test_bad_spans_and_recording(show: Callable[..., Viewer], tmp_path: Path) -> None:
    hf, sat = np.zeros(N_SAMPLES, bool), np.zeros(N_SAMPLES, bool)
    hf[1000:2000], sat[1500:2500] = True, True
    ch = np.array([0, 0, 0, 0, 1, 0], bool)
    path = a_recording(tmp_path, mask={"hf": hf, "sat": sat, "ch": ch})
    viewer = show(path)
    assert viewer.wait_until_drawn()
    assert viewer.bad_spans == [(1.0, 2.5)]
    assert viewer.bad_channels == ["E09"]
    data_file = viewer.recording
    assert data_file is not None
    assert data_file.bad_spans == viewer.bad_spans
    assert viewer.recording is data_file


def test_opening_another_keeps_gain_and_length(
    show: Callable[..., Viewer], qtbot: QtBot, tmp_path: Path
) -> None:
    for name in ("rec001", "rec002"):
        a_recording(tmp_path / name[-3:], name)
    viewer = show(tmp_path)
    assert not viewer.wait_until_drawn(0.05)  # a folder: nothing is open
    assert viewer.recording is None
    viewer.open(tmp_path / "001" / "rec001.LM1_ECOG_3.clfp.dat")
    assert viewer.wait_until_drawn()
    window = viewer.main_window
    qtbot.keyClick(window, Qt.Key.Key_Minus)
    viewer.set_window(3, 4)
    gain = viewer._bench.session.display.units_per_row
    browser = viewer._bench.browser
    qtbot.waitUntil(lambda: browser.next_path(1) is not None)
    qtbot.keyClick(window, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert viewer.wait_until_drawn()
    assert viewer.recording is not None
    assert viewer.recording.rec_id == "rec002"
    assert viewer.window == (0, 4)
    assert viewer._bench.session.display.units_per_row == gain


def test_a_short_recording_on_the_way_does_not_shrink_the_window(
    show: Callable[..., Viewer], qtbot: QtBot, tmp_path: Path
) -> None:
    a_recording(tmp_path / "001", "rec001")
    write_recording(tmp_path / "002", samples=marked_samples(3, 2000), rec_id="rec002")
    a_recording(tmp_path / "003", "rec003")
    viewer = show(tmp_path)
    browser, window = viewer._bench.browser, viewer.main_window
    qtbot.waitUntil(lambda: browser.next_path(3) is not None)
    for expected in ((0, 10), (0, 2), (0, 10)):  # the first key opens the first one
        qtbot.keyClick(window, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
        assert viewer.wait_until_drawn()
        assert viewer.window == expected


def test_what_cannot_be_opened_is_told_where_nothing_is_open(
    show: Callable[..., Viewer], qtbot: QtBot, tmp_path: Path
) -> None:
    path = a_recording(tmp_path)
    next(tmp_path.glob("*.json")).unlink()
    viewer = show(path)
    bar = viewer.main_window.findChild(MessageBar)
    qtbot.waitUntil(bar.isVisible)


def test_the_menu_shows_what_is_on(viewer: Viewer, qtbot: QtBot) -> None:
    bench = viewer._bench

    def shown() -> set[str]:
        bench.window.menus["View"].aboutToShow.emit()
        return {name for name, action in bench.actions.items() if action.isChecked()}

    usual = {"dc", "theme_system", "toggle_overview", "pan", "colour_off", "read_interleaved"}
    assert shown() == {"order_number", *usual}
    bench.actions["order_grid"].trigger()
    bench.actions["order_grid"].trigger()
    qtbot.keyClick(viewer.main_window, Qt.Key.Key_H)
    assert shown() == {"order_grid", "hide_bad", *usual}


def test_recent_ones_are_in_the_file_menu(viewer: Viewer, qtbot: QtBot, tmp_path: Path) -> None:
    viewer.open(a_recording(tmp_path / "R&D", "rec002"))
    assert viewer.wait_until_drawn()
    menu = next(m for m in viewer.main_window.findChildren(QMenu) if m.title() == "Open recent")
    menu.aboutToShow.emit()
    newest, older, _, clear = menu.actions()
    assert "R&&D" in newest.text()
    older.trigger()
    assert viewer.wait_until_drawn()
    assert viewer.recording is not None
    assert viewer.recording.rec_id == "rec001"
    clear.trigger()
    menu.aboutToShow.emit()
    assert [action.isEnabled() for action in menu.actions()] == [False]


def test_a_narrow_window_lists_recordings_while_none_is_open(
    show: Callable[..., Viewer], tmp_path: Path
) -> None:
    path = a_recording(tmp_path)
    viewer = show(tmp_path)
    window = viewer.main_window
    window.resize(800, 600)
    side = viewer._bench.window.side
    assert side.isVisible()
    viewer.open(path)
    assert viewer.wait_until_drawn()
    window.resize(1500, 600)
    window.resize(800, 600)
    assert not side.isVisible()


def test_a_file_may_be_dropped_on_any_field(viewer: Viewer) -> None:
    window = viewer.main_window
    assert window.acceptDrops()
    for kind in (QLineEdit, QAbstractSpinBox, QComboBox):
        assert not any(field.acceptDrops() for field in window.findChildren(kind))


def test_an_array(show: Callable[..., Viewer]) -> None:
    viewer = show(marked_samples(3, 9000), sampling_rate=500, channel_labels=["a", "b", "c"])
    assert viewer.wait_until_drawn()
    assert viewer.recording is None
    assert viewer.window == (0, 10)
    viewer.mark_channel("b")
    assert viewer.bad_channels == ["b"]
    with pytest.raises(MaskFileError):
        viewer.save_mask()


@pytest.mark.parametrize(
    ("array", "kwargs", "told"),
    [
        (np.zeros((3, 9)), {}, "sampling_rate"),
        (np.zeros(9), {"sampling_rate": 1.0}, "shape"),
        (np.zeros((3, 0)), {"sampling_rate": 1.0}, "shape"),
        (np.array([["a"]]), {"sampling_rate": 1.0}, "dtype"),
        (np.zeros((3, 9)), {"sampling_rate": 1.0, "channel_labels": ["a"]}, "1 labels for 3"),
        (np.zeros((3, 9)), {"sampling_rate": float("nan")}, "sampling_rate"),
    ],
)
def test_arrays_that_are_none(array: np.ndarray, kwargs: dict[str, object], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        ecogview.view(array, block=False, **kwargs)  # type: ignore[arg-type]


def test_what_does_not_exist() -> None:
    with pytest.raises(RecordingError, match="does not exist"):
        ecogview.view("nowhere/rec001.LM1_ECOG_3.clfp.dat", block=False)


def test_a_recording_that_cannot_be_opened_is_told_and_the_old_one_stays(
    viewer: Viewer, tmp_path: Path
) -> None:
    broken = tmp_path / "rec009.LM1_ECOG_3.clfp.dat"
    broken.write_bytes(b"\0" * 4000)  # and no JSON
    viewer.open(broken)
    assert viewer.wait_until_drawn()
    assert viewer.recording is not None
    assert viewer.recording.rec_id == "rec001"


def test_an_unreadable_mask_opens_and_refuses_marks(
    show: Callable[..., Viewer], tmp_path: Path
) -> None:
    path = a_recording(tmp_path)
    (tmp_path / "rec001.LM1_ECOG_3.clfp.mask.pkl").write_bytes(b"not a mask")
    viewer = show(path)
    assert viewer.wait_until_drawn()
    with pytest.raises(MaskFileError):
        viewer.mark_channel("E01")
    with pytest.raises(MaskFileError):
        viewer.save_mask()
    bar = viewer.main_window.findChild(MessageBar)
    assert bar.message is not None
    assert bar.message.detail.startswith("rec001.LM1_ECOG_3.clfp.mask.pkl: ")
    assert viewer.bad_channels == []
    assert (tmp_path / "rec001.LM1_ECOG_3.clfp.mask.pkl").read_bytes() == b"not a mask"


def test_screenshot(viewer: Viewer, tmp_path: Path) -> None:
    target = tmp_path / "window.png"
    viewer.screenshot(target)
    assert target.read_bytes()[:4] == b"\x89PNG"
    with pytest.raises(OSError, match="nowhere"):
        viewer.screenshot(tmp_path / "nowhere" / "window.png")


def test_closing_leaves_no_thread(viewer: Viewer) -> None:
    viewer.close()
    viewer.close()
    names = {thread.name for thread in threading.enumerate()}
    assert not names & {"window loader", "opener", "tasks", "kernel loading"}


def test_a_script_exports_what_is_open(viewer: Viewer, tmp_path: Path) -> None:
    viewer.mark_channel("E03")
    viewer.mark_span(2.0, 2.5)
    viewer.selection = (2.0, 3.0)
    (path,) = viewer.export(tmp_path / "part.npz", channels="good", bad_samples="nan")
    with np.load(path) as part:
        assert part["labels"].tolist() == ["E01", "E05", "E07", "E09", "E11"]
        assert part["data"].shape == (5, 1000)
        assert np.isnan(part["data"][:, :500]).all()  # marks that are not saved count
        assert not np.isnan(part["data"][:, 500:]).any()
    (path,) = viewer.export(tmp_path / "whole.npy", start_s=0, stop_s=30, force=True)
    assert np.load(path).shape == (6, 30_000)
    with pytest.raises(ExportError, match="exists"):
        viewer.export(tmp_path / "whole.npy")


def test_kernels_are_loaded_once_there_is_a_picture(
    show: Callable[..., Viewer], tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []
    monkeypatch.setattr(KernelLoading, "start", lambda _kernels: started.append(True))
    viewer = show(a_recording(tmp_path))
    assert not started
    assert viewer.wait_until_drawn(10)
    assert started == [True]
    viewer.go_to(0.1)
    assert viewer.wait_until_drawn(10)
    assert started == [True]


def test_kernels_are_loaded_for_a_picture_that_is_not_yet_final(
    show: Callable[..., Viewer], tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []
    monkeypatch.setattr(KernelLoading, "start", lambda _kernels: started.append(True))
    monkeypatch.setattr(TraceCanvas, "is_settled", False)  # as while 600 s come in parts
    show(a_recording(tmp_path))
    qtbot.waitUntil(lambda: started == [True])
