"""The welcome page stays until there is something to be seen, and messages stand above it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import QEvent
from PyQt6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

import ecogview
from ecogview.app.viewer import Viewer
from ecogview.app.wiring import Workbench
from ecogview.services.settings import Settings
from ecogview.views import theme
from ecogview.views.message_bar import MessageBar
from tests.app.windows import a_recording


@pytest.fixture
def start(qapp: QApplication) -> Iterator[Callable[[], Workbench]]:
    """Start the program with nothing to open."""
    benches: list[Workbench] = []

    def make() -> Workbench:
        theme.apply(qapp, "light")
        benches.append(Workbench(Settings()))
        benches[-1].show()
        return benches[-1]

    yield make
    for bench in benches:
        bench.close_now()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def bar_of(bench: Workbench) -> MessageBar:
    found = bench.window.findChild(MessageBar)
    assert found is not None
    return found


def told(bench: Workbench) -> str:
    message = bar_of(bench).message
    return "" if message is None else message.text


def stands_above(bar: MessageBar, bench: Workbench) -> bool:
    below = bar.mapTo(bench.window, bar.rect().bottomLeft()).y()
    top = bench.welcome.mapTo(bench.window, bench.welcome.rect().topLeft()).y()
    return bar.isVisible() and below < top


def test_marks_of_an_earlier_run_are_told_above_it(
    start: Callable[[], Workbench], qtbot: QtBot, tmp_path: Path
) -> None:
    viewer = ecogview.view(a_recording(tmp_path), block=False)
    assert viewer.wait_until_drawn()
    viewer.mark_span(5, 6)
    viewer.close()
    bench = start()
    qtbot.waitUntil(lambda: told(bench).startswith("An earlier run left unsaved marks"))
    bar = bar_of(bench)
    qtbot.waitUntil(lambda: stands_above(bar, bench))
    assert bench.welcome.isVisible()
    (button,) = (b for b in bar.findChildren(QPushButton) if b.text() == "Open" and b.isVisible())
    button.click()
    qtbot.waitUntil(lambda: bench.session.info is not None)
    assert not bench.welcome.isVisible()
    qtbot.waitUntil(lambda: "were not saved" in told(bench))
    qtbot.waitUntil(bar.isVisible)
    assert bench.window._viewer.isAncestorOf(bar)  # above the traces now


def test_a_recent_file_that_has_gone_leads_back_to_it(
    start: Callable[[], Workbench], qtbot: QtBot, tmp_path: Path
) -> None:
    bench = start()
    bench.welcome.recent_requested.emit(tmp_path / "rec001.LM1_ECOG_3.clfp.dat")
    qtbot.waitUntil(lambda: told(bench).endswith("cannot be opened."))
    assert bench.welcome.isVisible()
    qtbot.waitUntil(lambda: stands_above(bar_of(bench), bench))
    assert not bench.recordings.is_busy


def test_a_file_that_cannot_be_opened_shows_its_folder(
    start: Callable[[], Workbench], qtbot: QtBot, tmp_path: Path
) -> None:
    a_recording(tmp_path)
    broken = tmp_path / "rec001.OTHER.clfp.dat"
    broken.write_bytes(bytes(4000))
    bench = start()
    bench.recordings.open_path(broken)
    qtbot.waitUntil(lambda: told(bench).endswith("cannot be opened."))
    assert not bench.welcome.isVisible()
    assert bench.browser.folder == tmp_path
    assert bench.window.traces.canvas.hint == "Choose a recording on the left"


def test_a_demo_that_cannot_be_written_is_told_above_it(
    start: Callable[[], Workbench], qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr("ecogview.data.demo.demo_folder", lambda: tmp_path / "file" / "demo")
    bench = start()
    bench.commands.open_demo()
    qtbot.waitUntil(lambda: told(bench) == "The demo cannot be written.")
    assert bench.welcome.isVisible()


def test_the_first_card_has_the_keyboard(start: Callable[[], Workbench], qtbot: QtBot) -> None:
    bench = start()
    bench.window.activateWindow()
    qtbot.waitUntil(lambda: bench.window.focusWidget() is not None)
    focus = bench.window.focusWidget()
    assert focus is not None
    assert focus.accessibleName() == "Open folder"


def test_an_old_error_goes_when_a_folder_is_opened(
    start: Callable[[], Workbench], qtbot: QtBot, tmp_path: Path
) -> None:
    bench = start()
    bench.recordings.open_path(tmp_path / "rec001.LM1_ECOG_3.clfp.dat")
    qtbot.waitUntil(lambda: told(bench).endswith("cannot be opened."))
    bench.recordings.open_path(tmp_path)
    assert told(bench) == ""
    assert not bench.welcome.isVisible()


def test_what_is_said_of_the_open_recording_stays_when_another_fails(
    show: Callable[..., Viewer], qtbot: QtBot, tmp_path: Path
) -> None:
    path = a_recording(tmp_path, electrodes=[{"label": "LM1 E07"}] * 6)
    viewer = show(path)
    bench = viewer._bench
    assert viewer.wait_until_drawn()
    assert told(bench).startswith("Labels occur more than once")
    viewer.open(tmp_path / "rec009.LM1_ECOG_3.clfp.dat")
    qtbot.waitUntil(lambda: told(bench).startswith("rec009"))
    viewer.open(tmp_path)  # a folder: the error goes
    assert told(bench).startswith("Labels occur more than once")
