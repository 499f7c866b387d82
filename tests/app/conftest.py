"""Windows that are closed again after the test."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import QEvent
from PyQt6.QtWidgets import (
    QApplication,
)
from pytestqt.qtbot import QtBot

import ecogview
from ecogview.app.viewer import Viewer
from tests.app.windows import a_recording


@pytest.fixture(scope="session", autouse=True)
def _kernels_are_compiled() -> None:
    """In a fresh clone that takes 16 s, and no pass begins before."""
    importlib.import_module("ecogview.dsp.kernels")
    importlib.import_module("ecogview.dsp.quality_kernels")


@pytest.fixture
def show(qtbot: QtBot) -> Iterator[Callable[..., Viewer]]:
    viewers: list[Viewer] = []

    def make(source: object, **kwargs: object) -> Viewer:
        viewer = ecogview.view(source, block=False, **kwargs)  # type: ignore[arg-type]
        viewer.main_window.resize(1000, 700)
        viewers.append(viewer)
        return viewer

    yield make
    for viewer in viewers:
        viewer.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def viewer(show: Callable[..., Viewer], tmp_path: Path) -> Viewer:
    made = show(a_recording(tmp_path))
    assert made.wait_until_drawn()
    return made
