"""The pass in its thread: what it tells and when, in which order, paused and given up."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from ecogview.services import background_pass
from ecogview.services.overview_pass import OverviewPass
from ecogview.services.sources import ArraySource, FileSource
from tests.builders import marked_samples, write_recording
from tests.services.overview_desk import assert_kept, files_in
from tests.services.pass_desk import (
    N_CHANNELS,
    N_UNITS,
    UNIT,
    WAIT_S,
    Gate,
    Heard,
    N,
    Polled,
    Watched,
    finished,
    impatient,
)


@pytest.fixture(autouse=True)
def _impatient() -> Iterator[None]:
    with impatient():
        yield


@pytest.fixture
def service(qtbot: QtBot, folder: Path, ready: threading.Event) -> Iterator[OverviewPass]:
    service = OverviewPass(ready)
    yield service
    service.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_recording(tmp_path / "data", samples=marked_samples(N_CHANNELS, N))


@pytest.fixture
def other_path(tmp_path: Path) -> Path:
    samples = marked_samples(N_CHANNELS, N)
    return write_recording(tmp_path / "data", samples=samples, rec_id="rec002")


@pytest.fixture
def heard(service: OverviewPass) -> Heard:
    return Heard(service)


# -- what it tells


def test_it_is_told_from_beginning_to_end(
    qtbot: QtBot, service: OverviewPass, heard: Heard, path: Path, folder: Path
) -> None:
    service.start(FileSource(path))
    overview = finished(qtbot, heard)
    names = [name for name, _ in heard.events]
    assert names == ["began", *["progressed"] * N_UNITS, "finished"]
    assert heard.threads == {threading.main_thread()}
    assert heard.last("began") is overview
    assert_kept(overview)
    assert len(files_in(folder)) == 1
    reports = [argument for name, argument in heard.events if name == "progressed"]
    assert all(report.overview is overview for report in reports)
    np.testing.assert_allclose([report.fraction for report in reports], np.arange(1, 6) / 5)
    assert [report.cells for report in reports] == [
        (0, 33), (33, 66), (66, 99), (99, 132), (132, 151)
    ]  # fmt: skip
    assert all(report.bytes_per_s > 0 for report in reports)


def test_reports_do_not_come_more_often_than_they_are_worth(
    qtbot: QtBot, service: OverviewPass, heard: Heard, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background_pass, "_TELL_EVERY_S", 60.0)
    service.start(FileSource(path))
    finished(qtbot, heard)
    assert [name for name, _ in heard.events] == ["began", "finished"]


def test_the_second_time_it_is_found_kept(
    qtbot: QtBot, service: OverviewPass, heard: Heard, path: Path, ready: threading.Event
) -> None:
    service.start(FileSource(path))
    first = finished(qtbot, heard)
    ready.clear()  # nothing is to be made: the kernels are not needed
    again, source = OverviewPass(ready), Watched(path)
    heard = Heard(again)
    again.start(source)
    second = finished(qtbot, heard)
    again.close()
    assert [name for name, _ in heard.events] == ["began", "finished"]
    assert heard.last("began") is second
    assert source.units == []
    assert second.kept == first.kept
    for name, figure in first.quality.figures.items():
        np.testing.assert_array_equal(second.quality.figures[name], figure)
    assert second.quality.done.all()
    assert second.quality.lines is not None  # made here, not in the GUI thread


def test_an_array_is_not_kept_and_nobody_is_told(
    qtbot: QtBot,
    service: OverviewPass,
    heard: Heard,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("array").write_bytes(b"a file that happens to be called like it")
    service.start(ArraySource(marked_samples(N_CHANNELS, N), 1000.0))
    overview = finished(qtbot, heard)
    assert heard.names == ["began", "finished"]
    assert overview.kept is None
    assert files_in(folder) == []


def test_it_waits_for_the_kernels(qtbot: QtBot, folder: Path, path: Path) -> None:
    ready, source = Polled(), Watched(path)
    service = OverviewPass(ready)
    heard = Heard(service)
    service.start(source)
    ready.expect_in_vain()
    qtbot.waitUntil(lambda: heard.names == ["began"])
    assert not heard.last("began").is_complete
    assert source.units == []
    ready.set()
    finished(qtbot, heard)
    service.close()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere threads have no priority")
def test_others_go_first(qtbot: QtBot, service: OverviewPass, heard: Heard, path: Path) -> None:
    priorities = []

    def note(unit: int) -> None:
        priorities.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    service.start(Watched(path, before_unit=note))
    finished(qtbot, heard)
    own = os.getpriority(os.PRIO_PROCESS, threading.main_thread().native_id or 0)
    assert set(priorities) == {own + 5}


# -- the order


def test_what_is_looked_at_comes_first(
    qtbot: QtBot, service: OverviewPass, heard: Heard, path: Path
) -> None:
    gate = Gate(2)
    source = Watched(path, before_unit=gate)
    service.look_at(3.9 * UNIT)
    service.start(source)
    assert gate.reached.wait(WAIT_S)
    service.look_at(0.2 * UNIT)
    gate.open.set()
    finished(qtbot, heard)
    assert source.units == [3, 4, 0, 1, 2]


# -- another one, pause, cancel


@pytest.mark.parametrize("n", [1, 4])
def test_another_recording_takes_its_place(
    qtbot: QtBot,
    service: OverviewPass,
    heard: Heard,
    path: Path,
    other_path: Path,
    folder: Path,
    n: int,
) -> None:
    gate = Gate(n)
    service.start(Watched(path, before_unit=gate))
    assert gate.reached.wait(WAIT_S)  # what it has told by now waits for this thread
    service.start(FileSource(other_path))
    gate.open.set()
    overview = finished(qtbot, heard)
    assert heard.paths() == {other_path}
    assert overview.kept is not None
    assert files_in(folder) == [overview.kept.path.name]


def test_a_pause(qtbot: QtBot, service: OverviewPass, heard: Heard, path: Path) -> None:
    gate = Gate(3)
    source = Watched(path, before_unit=gate)
    service._worker.may_go_on = polled = Polled()
    service.start(source)
    assert not service.is_paused
    assert gate.reached.wait(WAIT_S)
    service.pause()
    assert service.is_paused
    gate.open.set()
    polled.expect_in_vain()
    assert source.units == [0, 1, 2]
    qtbot.waitUntil(lambda: len(heard.events) == 4)
    service.resume()
    assert not service.is_paused
    assert_kept(finished(qtbot, heard))
    assert source.units == [0, 1, 2, 3, 4]


def test_a_pause_makes_it_no_slower(
    qtbot: QtBot, service: OverviewPass, heard: Heard, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = 0.0
    service._worker.may_go_on = polled = Polled()

    def second_by_second(unit: int) -> None:
        nonlocal now_s
        now_s += 1
        if unit == 2:
            service.pause()

    monkeypatch.setattr(background_pass, "time", SimpleNamespace(monotonic=lambda: now_s))
    service.start(Watched(path, before_unit=second_by_second))
    polled.expect_in_vain()
    now_s += 1000
    service.resume()
    finished(qtbot, heard)
    reports = [argument for name, argument in heard.events if name == "progressed"]
    speeds = [report.bytes_per_s for report in reports]
    np.testing.assert_allclose(speeds, N * N_CHANNELS * 4 / 5)
    np.testing.assert_allclose([report.left_s for report in reports], [4, 3, 2, 1, 0], atol=1e-9)


def test_what_is_started_is_not_paused(
    qtbot: QtBot, service: OverviewPass, heard: Heard, path: Path
) -> None:
    service.pause()
    service.start(FileSource(path))
    finished(qtbot, heard)


@pytest.mark.parametrize("while_paused", [False, True])
def test_it_can_be_given_up(
    qtbot: QtBot,
    service: OverviewPass,
    heard: Heard,
    path: Path,
    folder: Path,
    while_paused: bool,
) -> None:
    gate = Gate(3)
    source = Watched(path, before_unit=gate)
    service.start(source)
    assert gate.reached.wait(WAIT_S)
    assert len(files_in(folder)) == 1
    if while_paused:
        service.pause()
    service.cancel()
    gate.open.set()
    assert source.closed.wait(WAIT_S)
    assert files_in(folder) == []
    service.start(FileSource(path))  # and begun anew
    overview = finished(qtbot, heard)
    assert heard.last("began") is overview
    assert_kept(overview)
