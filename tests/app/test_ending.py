"""Windows that are ended from outside with unsaved marks, in processes of their own."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QApplication

from ecogview.app.ending import gentle_end
from ecogview.app.viewer import Viewer
from tests.app.safe_desk import bench_of
from tests.app.windows import a_recording
from tests.faults import windows

_POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs signals of POSIX")


@_POSIX
def test_after_kill_9_all_marks_but_those_of_the_last_seconds_come_back() -> None:
    recovered = windows.killed()
    assert recovered.back > 20


@_POSIX
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_after_a_signal_all_marks_come_back(name: str) -> None:
    assert windows.terminated(getattr(signal, name)).back >= 50


@_POSIX
def test_after_the_end_of_the_session_all_marks_come_back() -> None:
    assert windows.session_ended().back == 20


@_POSIX
def test_marks_that_a_read_only_folder_refuses_come_back() -> None:
    assert windows.save_refused().back == 20


def test_what_was_set_is_set_back(show: Callable[..., Viewer], tmp_path: Path) -> None:
    bench = bench_of(show(a_recording(tmp_path)))
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    before = signal.getsignal(signal.SIGTERM)
    listening = application.receivers(application.commitDataRequest)
    with gentle_end(application, bench):
        assert signal.getsignal(signal.SIGTERM) is not before
        assert application.receivers(application.commitDataRequest) == listening + 1
    assert signal.getsignal(signal.SIGTERM) is before
    assert application.receivers(application.commitDataRequest) == listening
