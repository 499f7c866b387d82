"""Several files and folders at once, named or dropped: all are listed, the first one opens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PyQt6.QtGui import QDropEvent
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import ecogview.app.running as running
from ecogview.app.viewer import Viewer
from ecogview.app.wiring import Workbench
from ecogview.services.settings import Settings
from tests.app.windows import a_recording


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """A recording in each of three folders, and a second one in the first."""
    apart = [a_recording(tmp_path / name, f"rec00{name}") for name in ("1", "2", "3")]
    return [*apart, a_recording(tmp_path / "1", "rec009")]


@pytest.fixture
def benches(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Workbench]]:
    """Windows of the program, which do not wait for anybody to close them."""
    made: list[Workbench] = []
    monkeypatch.setattr(running, "run_event_loop", lambda _, bench: made.append(bench) or 0)
    monkeypatch.setattr(running.Unforeseen, "install", lambda _: None)
    yield made
    for bench in made:
        bench.close_now()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def listed(bench: Workbench) -> list[Path]:
    return [entry.path for entry in bench.browser._model.entries()]


def drop(bench: Workbench, paths: list[Path]) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(400, 300), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    bench.window.dropEvent(event)
    assert event.isAccepted()


def is_open(bench: Workbench, path: Path) -> bool:
    return bench.session.info is not None and bench.session.info.path == path


def test_named_files_are_listed_and_the_first_one_opens(
    benches: list[Workbench], qtbot: QtBot, files: list[Path]
) -> None:
    assert running.run_window(files[:3], demo=False) == 0
    (bench,) = benches
    qtbot.waitUntil(lambda: is_open(bench, files[0]))
    qtbot.waitUntil(lambda: set(listed(bench)) == set(files))  # with what lies beside the first
    assert bench.browser.folder == files[0].parent
    steps = [bench.browser.next_path(step) for step in (1, 2, 3)]
    assert steps == [files[3], files[1], files[2]]


def test_named_folders_are_listed_too_and_a_file_among_them_opens(
    benches: list[Workbench], qtbot: QtBot, files: list[Path]
) -> None:
    running.run_window([files[1].parent, files[2], files[0].parent], demo=False)
    (bench,) = benches
    qtbot.waitUntil(lambda: is_open(bench, files[2]))
    qtbot.waitUntil(lambda: set(listed(bench)) == set(files))
    assert bench.browser.folder == files[1].parent
    recent = [recent.path for recent in bench.settings.recent_paths]
    assert recent == [files[2], files[1].parent, files[0].parent]


def test_the_last_one_is_opened_where_nothing_is_named(
    benches: list[Workbench], qtbot: QtBot, files: list[Path]
) -> None:
    settings = Settings()
    settings.remember_path(files[2])
    settings.flush()
    running.run_window([], demo=False)
    qtbot.waitUntil(lambda: is_open(benches[0], files[2]))


def test_dropped_files_are_listed_and_the_first_one_opens(
    show: Callable[..., Viewer], qtbot: QtBot, files: list[Path]
) -> None:
    bench = show(files[2])._bench
    qtbot.waitUntil(lambda: is_open(bench, files[2]))
    drop(bench, [files[1], files[0]])
    qtbot.waitUntil(lambda: is_open(bench, files[1]))
    qtbot.waitUntil(lambda: set(listed(bench)) == set(files[:3]))
    assert bench.browser.folder == files[2].parent  # stays what it was


def test_one_that_cannot_be_opened_is_listed_all_the_same(
    show: Callable[..., Viewer], qtbot: QtBot, files: list[Path], tmp_path: Path
) -> None:
    bench = show(tmp_path / "3")._bench
    broken = tmp_path / "rec005.LM1_ECOG_3.clfp.dat"
    broken.write_bytes(bytes(1000))
    drop(bench, [broken, files[1]])
    qtbot.waitUntil(lambda: set(listed(bench)) == {files[2], files[1], broken})
    assert bench.session.info is None


def test_a_folder_within_another_is_listed_once(
    show: Callable[..., Viewer], qtbot: QtBot, files: list[Path], tmp_path: Path
) -> None:
    bench = show(tmp_path)._bench
    drop(bench, [tmp_path, tmp_path / "1", files[3]])
    qtbot.waitUntil(lambda: is_open(bench, files[3]))
    qtbot.waitUntil(lambda: sorted(listed(bench)) == sorted(files))
