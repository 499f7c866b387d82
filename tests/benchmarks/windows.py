"""Windows to be measured: with nothing kept before, and the pass over or under way."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PyQt6.QtWidgets import QApplication

import ecogview
from ecogview.app.viewer import Viewer
from ecogview.data.kept_files import FOLDER_VARIABLE
from ecogview.dsp import engine

SIZE = (1600, 900)


@contextmanager
def empty_cache() -> Iterator[None]:
    """A folder for overviews in which there are none."""
    before = os.environ.get(FOLDER_VARIABLE)
    folder = tempfile.mkdtemp()
    os.environ[FOLDER_VARIABLE] = folder
    try:
        yield
    finally:
        shutil.rmtree(folder)
        if before is None:
            del os.environ[FOLDER_VARIABLE]
        else:
            os.environ[FOLDER_VARIABLE] = before


def opened(path: Path, *, wait_for_pass: bool = True) -> Viewer:
    """A viewer with its first picture painted, the kernels at work."""
    viewer = ecogview.view(path, block=False)
    viewer.main_window.resize(*SIZE)
    assert viewer.wait_until_drawn(30)
    engine.load_compiled()
    if wait_for_pass:
        until(lambda: is_complete(viewer))
        assert viewer.wait_until_drawn(30)
    return viewer


def is_complete(viewer: Viewer) -> bool:
    """Whether the pass is over."""
    return viewer._bench.overviews.complete is not None


def until(done: Callable[[], bool], timeout_s: float = 300.0) -> None:
    until_s = time.perf_counter() + timeout_s
    while not done():
        assert time.perf_counter() < until_s
        QApplication.processEvents()
