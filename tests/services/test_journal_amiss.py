"""Journals of programs that crashed or are still at work, damaged ones, and full disks."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ecogview.data import safe_write
from ecogview.data.mask_tracks import MaskTracks, empty_tracks
from ecogview.dsp.runs import Runs
from ecogview.errors import EcogviewError
from ecogview.services import journal as journal_module
from ecogview.services import journal_lock
from ecogview.services.journal import Journal, journal_folder, pending
from ecogview.services.journal_lock import ProcessLock, is_held
from tests.services.journal_desk import N, marked, only

ROOT = Path(__file__).parents[2]

# -- two programs, and crashes

_PROGRAM = """
import sys
from dataclasses import replace
from pathlib import Path
from ecogview.data.mask_tracks import empty_tracks
from ecogview.dsp.runs import Runs
from ecogview.services.journal import Journal
saved = empty_tracks(40, 3)
mask = Path(sys.argv[1])
journal = Journal(mask, mask.with_suffix(".dat"))
journal.keep(replace(saved, manual=Runs.of([(3, 5)])), saved)
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def program(mask: Path) -> Iterator[subprocess.Popen[str]]:
    """Another program that has unsaved marks in the mask, (3, 5)."""
    with subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, str(mask)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
        yield other
        other.kill()


def test_programs_that_edit_one_mask_have_a_journal_each(
    program: subprocess.Popen[str], journal: Journal, mask: Path
) -> None:
    saved = empty_tracks(N, 3)
    journal.keep(marked(saved, (10, 12)), saved)
    assert pending(mask).unsaved == ()
    program.kill()
    program.wait()
    assert only(mask).record.tracks.manual == Runs.of([(3, 5)])
    journal.close()
    found = pending(mask).unsaved
    assert [unsaved.record.process for unsaved in found] == [os.getpid(), program.pid]
    found[1].discard()
    assert only(mask).path == journal.path


def test_without_locks_the_process_number_decides(
    program: subprocess.Popen[str], mask: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "is_held", lambda _: None)
    monkeypatch.setattr(safe_write, "_is_alive", lambda process: process == program.pid)
    assert pending(mask).unsaved == ()
    program.kill()
    monkeypatch.setattr(safe_write, "_is_alive", lambda _: False)
    assert len(pending(mask).unsaved) == 1


def test_a_process_number_that_another_program_has_by_now_hides_nothing(
    program: subprocess.Popen[str], mask: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program.kill()
    program.wait()
    monkeypatch.setattr(safe_write, "_is_alive", lambda _: True)
    assert len(pending(mask).unsaved) == 1


def test_marks_of_another_machine_are_offered_as_such(
    journal: Journal, mask: Path, saved: MaskTracks, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.keep(marked(saved, (10, 12)), saved)
    journal.close()
    monkeypatch.setattr(journal_module, "HOST", "00000000")
    assert only(mask).is_other_host


def test_a_lock_is_held_as_long_as_its_program_lives(
    program: subprocess.Popen[str], tmp_path: Path
) -> None:
    (lock,) = journal_folder().glob("*.lock")
    assert is_held(lock) is True
    program.kill()
    program.wait()
    assert is_held(lock) is False
    assert is_held(tmp_path / "none") is None


def test_where_the_disk_knows_no_locks_nothing_fails(
    journal: Journal, mask: Path, saved: MaskTracks, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(journal_lock, "_lock", refuse)
    journal.keep(marked(saved, (10, 12)), saved)
    (lock,) = journal_folder().glob("*.lock")
    assert is_held(lock) is None
    journal.close()
    assert len(pending(mask).unsaved) == 1


def test_a_lock_that_was_removed_a_moment_ago_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, take = tmp_path / "lock", journal_lock._lock

    def removed_before(descriptor: int) -> None:
        monkeypatch.setattr(journal_lock, "_lock", take)
        path.unlink()
        take(descriptor)

    monkeypatch.setattr(journal_lock, "_lock", removed_before)
    lock = ProcessLock(path)
    assert path.exists()
    lock.release()
    lock.release()
    assert not path.exists()


def test_locks_without_a_journal_are_removed(mask: Path) -> None:
    journal_folder().mkdir(parents=True)
    left = journal_folder() / f"{'0' * 16}.x.00000000-1-00000000.journal.lock"
    left.touch()
    other = journal_folder() / "notes.txt"
    other.touch()
    assert pending().unsaved == ()
    assert list(journal_folder().iterdir()) == [other]


# -- damage and full disks


def test_a_damaged_journal_is_told_of_once_and_kept(
    journal: Journal, mask: Path, saved: MaskTracks
) -> None:
    journal.keep(marked(saved, (10, 12)), saved)
    journal.close()
    content = journal.path.read_bytes()
    journal.path.write_bytes(content[:-40])
    found = pending(mask)
    assert found.unsaved == ()
    (problem,) = found.problems
    assert "damaged" in str(problem)
    assert problem.path.name == f"{journal.path.name}.damaged"
    assert problem.path.read_bytes() == content[:-40]
    assert pending(mask).problems == ()


def test_a_journal_under_the_name_of_another_mask_is_damaged(
    journal: Journal, mask: Path, saved: MaskTracks
) -> None:
    journal.keep(marked(saved, (10, 12)), saved)
    journal.close()
    journal.path.rename(journal.path.with_name(f"{'0' * 16}{journal.path.name[16:]}"))
    assert "another mask" in str(pending().problems[0])


def test_a_journal_too_large_to_be_one(
    journal: Journal, mask: Path, saved: MaskTracks, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.keep(marked(saved, (10, 12)), saved)
    journal.close()
    monkeypatch.setattr(journal_module, "MAX_FILE", 100)
    assert "at most 100" in str(pending(mask).problems[0])


def test_a_journal_that_cannot_be_read_now_is_left_where_it_is(
    journal: Journal, mask: Path, saved: MaskTracks, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.keep(marked(saved, (10, 12)), saved)
    journal.close()
    with monkeypatch.context() as broken:
        broken.setattr(os, "preadv", failing(errno.EIO), raising=False)
        broken.setattr("ecogview.data.positioned_read.read_at", failing(errno.EIO))
        (problem,) = pending(mask).problems
    assert os.strerror(errno.EIO) in str(problem)
    assert len(pending(mask).unsaved) == 1


def test_a_pipe_or_folder_in_its_place_is_said(mask: Path) -> None:
    journal = Journal(mask, mask.with_suffix(".dat"))
    journal.path.mkdir(parents=True)
    (problem,) = pending(mask).problems
    assert "a folder" in str(problem)


def failing(number: int) -> Any:
    def fail(*_: Any, **__: Any) -> Any:
        raise OSError(number, os.strerror(number))

    return fail


@pytest.mark.parametrize("call", ["fsync", "mkdir"])
def test_a_full_disk_is_said_and_what_was_written_stays(
    journal: Journal, mask: Path, saved: MaskTracks, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    if call == "fsync":
        journal.keep(marked(saved, (10, 12)), saved)
    with monkeypatch.context() as broken:
        broken.setattr(os if call == "fsync" else Path, call, failing(errno.ENOSPC))
        with pytest.raises(EcogviewError, match=r"not kept.*No space left"):
            journal.keep(marked(saved, (10, 15)), saved)
    assert journal.path.exists() == (call == "fsync")
    journal.keep(marked(saved, (10, 15)), saved)
    journal.close()
    assert only(mask).record.tracks.manual == Runs.of([(10, 15)])


def test_what_a_crash_amid_writing_leaves_is_removed(mask: Path, saved: MaskTracks) -> None:
    journal_folder().mkdir(parents=True)
    left = f".x.journal.{safe_write.HOST}-{os.getpid()}-00000000.ecogview-tmp"
    (journal_folder() / left).write_bytes(b"half")
    pending(mask)
    assert list(journal_folder().iterdir()) == []


def test_a_file_that_cannot_be_removed_fails_nothing(
    journal: Journal, mask: Path, saved: MaskTracks, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.keep(marked(saved, (10, 12)), saved)
    with monkeypatch.context() as broken:
        broken.setattr(Path, "unlink", failing(errno.EACCES))
        journal.keep(saved, saved)
    assert len(pending(mask).unsaved) == 1
