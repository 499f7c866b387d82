"""The window as scripts have it: when `view` waits, times that are none, what is open."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

import ecogview
import ecogview.app.viewer as viewer_module
from ecogview.app.viewer import Viewer
from ecogview.services.settings import Settings
from tests.app.windows import a_recording

SHELL = object()


@pytest.mark.parametrize(
    ("imported", "expected"),
    [
        (None, True),
        (SimpleNamespace(get_ipython=lambda: None), True),  # by a library, in a plain script
        (SimpleNamespace(get_ipython=lambda: SHELL), False),
        (SimpleNamespace(), True),  # while it is being imported
    ],
)
def test_a_plain_script_waits_and_a_shell_does_not(
    show: Callable[..., Viewer], monkeypatch: pytest.MonkeyPatch, imported: object, expected: bool
) -> None:
    waited: list[bool] = []
    monkeypatch.setattr(viewer_module, "run_event_loop", lambda *_: waited.append(True))
    monkeypatch.setattr(viewer_module.QApplication, "instance", lambda: None)
    monkeypatch.setattr(viewer_module, "make_application", lambda: None)
    monkeypatch.setattr(viewer_module, "_kept_alive", [])
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    if imported is not None:
        monkeypatch.setitem(sys.modules, "IPython", imported)  # type: ignore[arg-type]
    viewer = ecogview.view(np.zeros((2, 900)), sampling_rate=100)
    monkeypatch.undo()
    viewer.close()
    assert bool(waited) == expected


def test_where_an_application_runs_already_nobody_waits(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viewer_module, "run_event_loop", lambda *_: pytest.fail("waits"))
    ecogview.view(np.zeros((2, 900)), sampling_rate=100).close()


def test_times_that_are_no_numbers_are_refused(show: Callable[..., Viewer], tmp_path: Path) -> None:
    viewer = show(a_recording(tmp_path))
    assert viewer.wait_until_drawn()
    for call, name in (
        (lambda: viewer.go_to(float("nan")), "t_s nan"),
        (lambda: viewer.set_window(float("nan"), 1), "start_s nan"),
        (lambda: viewer.set_window(1, float("nan")), "length_s nan"),
    ):
        with pytest.raises(ValueError, match=f"{name} must be a number of seconds"):
            call()
    assert viewer.window == (0, 10)
    viewer.go_to(float("inf"))
    assert viewer.window == (20, 30)
    viewer.set_window(float("-inf"), float("inf"))
    assert viewer.window == (0, 30)


def test_a_folder_leaves_what_is_open(show: Callable[..., Viewer], tmp_path: Path) -> None:
    path = a_recording(tmp_path)
    viewer = show(tmp_path)
    assert viewer.recording is None
    viewer.open(path)
    assert viewer.wait_until_drawn()
    viewer.open(tmp_path)
    assert viewer.recording is not None
    assert viewer.recording.data_file_path == path


def test_a_look_at_single_samples_is_not_kept_for_the_next_run(
    show: Callable[..., Viewer], tmp_path: Path
) -> None:
    path = a_recording(tmp_path)
    for left, found in ((0.005, 1.0), (4.0, 4.0)):
        viewer = show(path)
        assert viewer.wait_until_drawn()
        viewer.set_window(3, left)
        viewer.close()
        again = show(path)
        assert again.wait_until_drawn()
        assert again.window == (0, found)
        again.close()
    assert Settings().window_length_s == 4.0
