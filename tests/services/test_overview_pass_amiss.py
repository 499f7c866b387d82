"""The pass where something is amiss: damage, full disks, files that change, a sudden end."""

from __future__ import annotations

import errno
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from ecogview.data import positioned_write
from ecogview.data.kept_files import KeptFiles
from ecogview.data.recording import Layout
from ecogview.errors import EcogviewError, RecordingError
from ecogview.services.keeping import is_sound
from ecogview.services.overview import Overview
from ecogview.services.overview_pass import OverviewPass
from ecogview.services.sources import FileSource
from tests.builders import marked_samples, write_recording
from tests.services.overview_desk import assert_kept, files_in
from tests.services.pass_desk import (
    N_CHANNELS,
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

in_use = pytest.mark.skipif(os.name == "nt", reason="Windows keeps files that are in use")


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
def heard(service: OverviewPass) -> Heard:
    return Heard(service)


# -- what was kept is damaged


def change(overview: Overview, name: str) -> None:
    """Another value in an array of the kept file."""
    assert overview.kept is not None
    spec = overview.kept.spec
    content = bytearray(overview.kept.path.read_bytes())
    content[spec.data_start + spec.positions()[name] + 5] ^= 1
    overview.kept.path.write_bytes(content)


@pytest.mark.parametrize("anew", [False, True])
@pytest.mark.parametrize("name", ["level_0", "flat"])
def test_what_was_damaged_is_made_anew(
    qtbot: QtBot, service: OverviewPass, heard: Heard, tmp_path: Path, name: str, anew: bool
) -> None:
    samples = np.repeat(marked_samples(N_CHANNELS, N), 6, axis=0)  # more than one block is kept
    source = Watched(write_recording(tmp_path, samples=samples))
    service.start(source)
    overview = finished(qtbot, heard)
    change(overview, name)
    source.units.clear()
    service.start(source, anew=anew)
    again = finished(qtbot, heard, 2)
    # Bins are not looked at before they are drawn: who finds those damaged says so.
    is_seen = anew or name == "flat"
    assert source.units == ([0, 1, 2, 3, 4] if is_seen else [])
    assert overview.spec is not None
    assert is_sound(overview.spec, KeptFiles()) == is_seen
    assert heard.names == ["began", "finished"] * 2
    assert again.kept == overview.kept


# -- what cannot be kept, or read


def full(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_at, left = positioned_write.write_at, 7

    def until_full(descriptor: int, buffer: memoryview, offset: int) -> int:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write_at(descriptor, buffer, offset)

    monkeypatch.setattr(positioned_write, "write_at", until_full)


def read_only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reason = f"{folder}: overviews cannot be kept here: Permission denied"
    monkeypatch.setattr(KeptFiles, "folder_problem", lambda self: reason)


def small(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=12_000))


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (full, os.strerror(errno.ENOSPC)),
        (read_only, "Permission denied"),
        (small, "no room"),
    ],
)
def test_what_cannot_be_kept_is_made_all_the_same(
    qtbot: QtBot,
    service: OverviewPass,
    heard: Heard,
    path: Path,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    happens: Callable[[Path, pytest.MonkeyPatch], None],
    reason: str,
) -> None:
    happens(folder, monkeypatch)
    service.start(FileSource(path))
    overview = finished(qtbot, heard)
    assert heard.names == ["began", "not_kept", "finished"]
    assert isinstance(heard.last("not_kept"), EcogviewError)
    assert reason in str(heard.last("not_kept"))
    assert overview.kept is None
    assert overview.levels.done.all()
    assert overview.quality.done.all()
    assert files_in(folder) == []


def test_a_recording_that_cannot_be_opened(
    qtbot: QtBot, service: OverviewPass, heard: Heard, path: Path
) -> None:
    service.start(FileSource(path.with_name("rec009.LM1_ECOG_3.clfp.dat")))
    qtbot.waitUntil(lambda: heard.names == ["failed"])
    assert isinstance(heard.last("failed"), RecordingError)
    assert "does not exist" in str(heard.last("failed"))
    service.start(FileSource(path))
    finished(qtbot, heard)


def test_a_file_that_becomes_shorter(
    qtbot: QtBot, service: OverviewPass, heard: Heard, path: Path, folder: Path
) -> None:
    def cut(unit: int) -> None:
        if unit == 2:
            os.truncate(path, 3 * UNIT * N_CHANNELS * 4)

    service.start(Watched(path, before_unit=cut))
    qtbot.waitUntil(lambda: heard.names == ["began", "failed"])
    assert "ends at sample 98,304 of 150,007 now" in str(heard.last("failed"))
    assert heard.last("began").levels.done.tolist() == [True, True, False, False, False]
    assert files_in(folder) == []


@pytest.mark.parametrize("layout", ["interleaved", "planar"])
def test_what_lies_before_a_cut_is_read_from_wherever_one_looks(
    qtbot: QtBot, service: OverviewPass, heard: Heard, tmp_path: Path, layout: Layout
) -> None:
    """It is cut before anything is read; the view is behind the cut, which halves unit 2."""
    path = write_recording(tmp_path, samples=marked_samples(N_CHANNELS, N), layout=layout)
    end = 2 * UNIT + UNIT // 2
    n_values = end * N_CHANNELS if layout == "interleaved" else (N_CHANNELS - 1) * N + end
    source = Watched(path, before_unit=lambda _: os.truncate(path, n_values * 4), layout=layout)
    service.look_at(N)
    service.start(source)
    qtbot.waitUntil(lambda: heard.names == ["began", "failed"])
    overview = heard.last("began")
    assert overview.levels.done.tolist() == [True, True, False, False, False]
    assert source.units == [4, 3, 2, 1, 0]
    assert f"ends at sample {end:,} of 150,007 now" in str(heard.last("failed"))


@in_use
def test_a_file_that_vanishes_is_read_to_its_end(
    qtbot: QtBot, service: OverviewPass, heard: Heard, path: Path, folder: Path
) -> None:
    service.start(Watched(path, before_unit=lambda unit: path.unlink(missing_ok=True)))
    assert finished(qtbot, heard).kept is None
    assert heard.names == ["began", "not_kept", "finished"]
    assert "does not exist" in str(heard.last("not_kept"))
    assert files_in(folder) == []


def test_what_nobody_foresaw(
    qtbot: QtBot,
    service: OverviewPass,
    heard: Heard,
    path: Path,
    folder: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(unit: int) -> None:
        if unit == 1:
            raise ZeroDivisionError("seven")

    with caplog.at_level(logging.ERROR):
        service.start(Watched(path, before_unit=fail))
        qtbot.waitUntil(lambda: heard.names == ["began", "failed"])
    assert "seven" in str(heard.last("failed"))
    assert path.name in str(heard.last("failed"))
    assert "ZeroDivisionError: seven" in caplog.text
    assert files_in(folder) == []
    service.start(FileSource(path))
    assert_kept(finished(qtbot, heard))


# -- the end


@pytest.mark.parametrize("state", ["reading", "paused", "waiting for kernels"])
def test_closing_ends_it_and_leaves_nothing(
    qtbot: QtBot, folder: Path, path: Path, state: str
) -> None:
    ready, gate = Polled(), Gate(3)
    source = Watched(path, before_unit=gate)
    service = OverviewPass(ready)
    service._worker.may_go_on = polled = Polled()
    service.start(source)
    if state == "waiting for kernels":
        ready.expect_in_vain()
        service.close()
    else:
        ready.set()
        assert gate.reached.wait(WAIT_S)
        assert len(files_in(folder)) == 1
        if state == "paused":
            service.pause()
            gate.open.set()
            polled.expect_in_vain()
            service.close()
        else:
            closing = threading.Thread(target=service.close)
            closing.start()
            qtbot.waitUntil(lambda: service._latest._closing)
            gate.open.set()
            closing.join(WAIT_S)
            assert not closing.is_alive()
    assert not service._latest._thread.is_alive()
    assert source.closed.is_set()
    assert files_in(folder) == []


def test_two_passes_on_one_file(
    qtbot: QtBot, folder: Path, path: Path, ready: threading.Event
) -> None:
    gates = Gate(2), Gate(4)
    services = [OverviewPass(ready) for _ in gates]
    told = [Heard(service) for service in services]
    for service, gate in zip(services, gates, strict=True):
        service.start(Watched(path, before_unit=gate))
    for gate in gates:
        assert gate.reached.wait(WAIT_S)
    assert len(files_in(folder)) == 2
    for gate in gates:
        gate.open.set()
    overviews = [finished(qtbot, heard) for heard in told]
    for service, heard in zip(services, told, strict=True):
        service.close()
        assert heard.names == ["began", "finished"]
    assert len(files_in(folder)) == 1
    for overview in overviews:
        assert_kept(overview)


KILLED = """
import os, sys, threading
from pathlib import Path
from PyQt6.QtCore import QCoreApplication
from ecogview.dsp import engine
from ecogview.services.overview_pass import OverviewPass
from ecogview.services.sources import FileSource

def written(descriptor):
    print("written", flush=True)
    threading.Event().wait()

engine.load_compiled()
os.fsync = written
application, ready = QCoreApplication([]), threading.Event()
ready.set()
service = OverviewPass(ready)
service.start(FileSource(Path(sys.argv[1])))
threading.Event().wait()
"""


def test_killed_it_leaves_nothing_that_could_be_believed(
    qtbot: QtBot, service: OverviewPass, heard: Heard, path: Path, folder: Path
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "written\n"
        process.kill()
    assert len(files_in(folder)) == 1
    assert [name for name in files_in(folder) if name.endswith(".overview")] == []
    service.start(FileSource(path))
    overview = finished(qtbot, heard)
    assert_kept(overview)
    assert len(files_in(folder)) == 1  # what was left over is gone
