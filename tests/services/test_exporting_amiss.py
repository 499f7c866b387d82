"""Exports that are cancelled, killed, or meet a full or failing disk: nothing is left of them."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from ecogview.data.exporters.registry import exporter_of
from ecogview.errors import ExportCancelledError, ExportError, RecordingError
from ecogview.services.exporting import export
from tests.data.exporters.export_desk import N_SAMPLES, Desk, make_desk
from tests.services.export_cases import KEYS, NAMES, STREAMED, small_blocks


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("at", [0, 3, 10**9])
def test_cancelled_nothing_is_left(
    desk: Desk, key: str, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_blocks(monkeypatch)
    cancel, count = threading.Event(), iter(range(10_000))
    if at == 0:
        cancel.set()

    def progress(done: int, total: int) -> None:
        last = int(total * exporter_of(key, "").gathering)
        if next(count) == at or done >= last:  # after the last block at the latest
            cancel.set()

    with pytest.raises(ExportCancelledError):
        export(desk.plan(NAMES[key]), desk.source, progress=progress, cancel=cancel)
    assert not desk.left()


def test_edf_is_cancelled_between_channels_too(desk: Desk) -> None:
    pytest.importorskip("edfio")
    cancel, told = threading.Event(), []

    def progress(done: int, total: int) -> None:
        told.append(done / total)
        if done > 0.4 * total:
            cancel.set()

    with pytest.raises(ExportCancelledError):
        export(desk.plan("a.edf"), desk.source, progress=progress, cancel=cancel)
    assert told == sorted(told)
    assert 0.4 < told[-1] < 0.6
    assert not desk.left()


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("key", [key for key in STREAMED if key != "fif"])  # MNE writes that
def test_failing_writes_leave_nothing(
    desk: Desk, key: str, error: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_blocks(monkeypatch)
    count = iter(range(1000))

    def write(*_: object) -> int:
        raise OSError(error, os.strerror(error))

    def progress(_done: int, _total: int) -> None:
        if next(count) == 2:
            monkeypatch.setattr("ecogview.data.positioned_write.write_at", write)
            monkeypatch.setattr("zipfile._ZipWriteFile.write", write)

    with pytest.raises(ExportError, match=os.strerror(error)):
        export(desk.plan(NAMES[key]), desk.source, progress=progress)
    assert not desk.left()


@pytest.mark.parametrize("key", KEYS)
def test_a_failing_flush_leaves_what_was(
    desk: Desk, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    (desk.out / NAMES[key]).write_bytes(b"mine")
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(ExportError, match="No space left"):
        export(desk.plan(NAMES[key]), desk.source, force=True)
    assert desk.left() == [NAMES[key]]
    assert (desk.out / NAMES[key]).read_bytes() == b"mine"


def test_a_recording_that_shrinks_leaves_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_blocks(monkeypatch)

    def progress(_done: int, _total: int) -> None:
        os.truncate(desk.path, 10_000)

    with pytest.raises(RecordingError, match="has become shorter"):
        export(desk.plan("a.npy"), desk.source, progress=progress)
    assert not desk.left()


def test_a_recording_that_was_replaced_is_not_exported(desk: Desk) -> None:
    plan = desk.plan("a.npy")
    longer = replace(plan.info, n_samples=N_SAMPLES + 1)
    with pytest.raises(RecordingError, match="has changed"):
        export(plan.changed_to(info=longer), desk.source)
    assert not desk.left()


_VICTIM = """
import os, signal, sys
from pathlib import Path
from ecogview.services import export_blocks, export_request
from ecogview.services.sources import FileSource
from ecogview.data.data_file import DataFile
path, target, moment = Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])
export_blocks._BLOCK_BYTES = 3000
def progress(done, total):
    if done >= moment * total:
        os.kill(os.getpid(), signal.SIGKILL)
export_request.export_recording(FileSource(path), DataFile(path).tracks, target, progress=progress)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize(
    ("key", "moments"), [("lab", ("0", "0.97")), ("npz", ("0.5", "0.97")), ("csv", ("0.5",))]
)
def test_a_kill_leaves_nothing_under_the_name(
    desk: Desk, key: str, moments: tuple[str, ...]
) -> None:
    for moment in moments:
        command = [sys.executable, "-c", _VICTIM, str(desk.path), str(desk.out / NAMES[key])]
        done = subprocess.run([*command, moment], check=False)
        assert done.returncode == -signal.SIGKILL
        assert all(name.endswith(".ecogview-export") for name in desk.left())
    desk.export("b.npy", 0, 10)
    assert desk.left() == ["b.npy"]
