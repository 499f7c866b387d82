"""Unsaved marks in the user's state folder: kept, found after a crash, removed once saved."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecogview.data import safe_write
from ecogview.data.mask_tracks import MaskTracks, empty_tracks, load_tracks, save_tracks
from ecogview.dsp.runs import Runs
from ecogview.errors import EcogviewError
from ecogview.services import journal as journal_module
from ecogview.services import journal_lock
from ecogview.services.journal import Journal, Unsaved, journal_folder, pending
from ecogview.services.journal_lock import ProcessLock, is_held

N, RATE = 40, 10.0
ROOT = Path(__file__).parents[2]


@pytest.fixture
def mask(tmp_path: Path) -> Path:
    return tmp_path / "180325" / "rec001.LM1_ECOG_3.clfp.mask.pkl"


@pytest.fixture
def saved(mask: Path) -> MaskTracks:
    mask.parent.mkdir()
    tracks = replace(empty_tracks(N, 3), hf=Runs.of([(2, 6)]), sat=Runs.of([(30, 33)]))
    return save_tracks(mask, tracks)


@pytest.fixture
def journal(mask: Path) -> Iterator[Journal]:
    made = Journal(mask, mask.with_name("rec001.LM1_ECOG_3.clfp.dat"))
    yield made
    made.close()


def marked(tracks: MaskTracks, *spans: tuple[int, int]) -> MaskTracks:
    flags = np.array([False, True, False])
    return replace(tracks, manual=tracks.manual.union(Runs.of(spans)), bad_channels=flags)


def only(mask: Path | None = None) -> Unsaved:
    found = pending(mask)
    assert found.problems == ()
    (unsaved,) = found.unsaved
    return unsaved


# -- kept and found


def test_what_is_unsaved_is_found_once_the_program_has_ended(
    journal: Journal, mask: Path, saved: MaskTracks
) -> None:
    edited = marked(saved, (10, 12))
    journal.keep(edited, saved)
    assert pending(mask).unsaved == ()
    journal.close()
    unsaved = only(mask)
    assert unsaved.record.tracks.marks_equal(edited)
    assert unsaved.record.base.marks_equal(saved)
    assert unsaved.record.mask_path == mask.resolve()
    assert unsaved.record.recording_path.name == "rec001.LM1_ECOG_3.clfp.dat"
    assert unsaved.record.process == os.getpid()
    assert unsaved.is_same_mask
    assert not unsaved.is_other_host
    assert unsaved.changes.added == Runs.of([(10, 12)])
    assert unsaved.changes.made_bad == (1,)
    assert unsaved.onto(load_tracks(mask, N, 3, RATE)).marks_equal(edited)
    assert only().path == unsaved.path
    unsaved.discard()
    unsaved.discard()
    assert list(journal_folder().iterdir()) == []


def test_it_lies_in_the_state_folder_under_a_readable_name(
    journal: Journal, mask: Path, saved: MaskTracks
) -> None:
    journal.keep(marked(saved, (10, 12)), saved)
    assert journal.path.parent == journal_folder()
    assert mask.name in journal.path.name
    assert list(mask.parent.iterdir()) == [mask]


@pytest.mark.parametrize("name", ["con.mask.pkl", "µ" * 120, "rec.\udcff.mask.pkl", ". ."])
def test_any_name_of_a_mask_will_do(tmp_path: Path, name: str) -> None:
    if os.name == "nt" or (sys.platform == "darwin" and "\udcff" in name):
        pytest.skip("no such names here")
    mask, saved = tmp_path / name, empty_tracks(N, 3)
    journal = Journal(mask, tmp_path / "a.dat")
    journal.keep(marked(saved, (1, 2)), saved)
    journal.close()
    assert journal.path.name.isascii()
    assert only(mask).record.mask_path == mask


def test_the_newest_marks_count(journal: Journal, mask: Path, saved: MaskTracks) -> None:
    for stop in (11, 15, 13):
        journal.keep(marked(saved, (10, stop)), saved)
    journal.close()
    assert only(mask).record.tracks.manual == Runs.of([(10, 13)])


def test_it_goes_with_a_verified_save(journal: Journal, mask: Path, saved: MaskTracks) -> None:
    edited = marked(saved, (10, 12))
    journal.keep(edited, saved)
    now_saved = save_tracks(mask, edited)
    assert journal.path.exists()
    journal.keep(edited, now_saved)
    assert list(journal_folder().iterdir()) == []
    journal.keep(marked(edited, (20, 21)), now_saved)
    journal.close()
    assert only(mask).changes.added == Runs.of([(20, 21)])


def test_marks_made_while_it_was_saved_stay(
    journal: Journal, mask: Path, saved: MaskTracks
) -> None:
    edited = marked(saved, (10, 12))
    journal.keep(edited, saved)
    now_saved = save_tracks(mask, edited)
    journal.keep(marked(edited, (20, 21)), now_saved)
    journal.close()
    unsaved = only(mask)
    assert unsaved.is_same_mask
    assert unsaved.changes.added == Runs.of([(20, 21)])


def test_it_goes_when_the_marks_are_given_up(
    journal: Journal, mask: Path, saved: MaskTracks
) -> None:
    journal.keep(marked(saved, (10, 12)), saved)
    journal.remove()
    journal.remove()
    assert list(journal_folder().iterdir()) == []


def test_a_first_mask(journal: Journal, mask: Path) -> None:
    saved = empty_tracks(N, 3)
    journal.keep(marked(saved, (10, 12)), saved)
    journal.close()
    assert only(mask).is_same_mask
    mask.parent.mkdir()
    save_tracks(mask, saved)
    assert not only(mask).is_same_mask


def test_a_mask_is_the_same_by_whichever_way(
    journal: Journal, mask: Path, saved: MaskTracks, tmp_path: Path
) -> None:
    link = tmp_path / "link.mask.pkl"
    try:
        link.symlink_to(mask)
    except OSError:
        pytest.skip("cannot make links here")
    journal.keep(marked(saved, (10, 12)), saved)
    journal.close()
    assert only(link).path == journal.path
    assert pending(tmp_path / "other.mask.pkl").unsaved == ()


def test_nothing_is_pending_where_there_is_no_folder(mask: Path) -> None:
    assert pending(mask) == journal_module.Pending((), ())
    assert not journal_folder().exists()


# -- a mask that has changed since


def test_changes_are_made_to_what_the_mask_holds_now(
    journal: Journal, mask: Path, saved: MaskTracks
) -> None:
    edited = replace(
        marked(saved, (10, 12)),
        hf=Runs.of([(4, 6)]),
        bad_channels=np.array([False, True, False]),
    )
    journal.keep(edited, saved)
    journal.close()
    theirs = replace(
        load_tracks(mask, N, 3, RATE),
        hf=Runs.of([(1, 8), (11, 14)]),
        manual=Runs.of([(20, 22)]),
        bad_channels=np.array([True, False, False]),
    )
    save_tracks(mask, theirs)
    unsaved = only(mask)
    assert not unsaved.is_same_mask
    found = unsaved.onto(load_tracks(mask, N, 3, RATE))
    assert found.hf == Runs.of([(1, 2), (4, 8), (11, 14)])
    assert found.manual == Runs.of([(10, 11), (20, 22)])
    assert found.bad_channels.tolist() == [True, True, False]
    assert save_tracks(mask, found).marks_equal(found)


def test_a_recording_that_has_become_shorter(
    journal: Journal, mask: Path, saved: MaskTracks
) -> None:
    edited = replace(
        saved, manual=Runs.of([(18, 22), (35, 38)]), bad_channels=np.array([False, True, True])
    )
    journal.keep(edited, saved)
    journal.close()
    found = only(mask).onto(empty_tracks(20, 2))
    assert found.manual == Runs.of([(18, 20)])
    assert found.bad_channels.tolist() == [False, True]


runs = st.lists(st.tuples(st.integers(0, N), st.integers(0, N)), max_size=5).map(Runs.of)
flags = st.lists(st.booleans(), min_size=3, max_size=3).map(np.array)


def tracks_of(hf: Runs, sat: Runs, manual: Runs, bad: np.ndarray) -> MaskTracks:
    manual = manual.difference(hf).difference(sat)
    return replace(empty_tracks(N, 3), hf=hf, sat=sat, manual=manual, bad_channels=bad)


any_tracks = st.builds(tracks_of, runs, runs, runs, flags)


@given(any_tracks, any_tracks, any_tracks)
def test_onto_against_booleans(base: MaskTracks, edited: MaskTracks, current: MaskTracks) -> None:
    record = journal_module.JournalRecord(Path("m"), Path("d"), edited, base, None, 0.0, 1, "h")
    unsaved = Unsaved(Path("j"), record, is_same_mask=True, is_other_host=False)
    assert unsaved.onto(base).marks_equal(edited)
    found = unsaved.onto(current)
    expected = {}
    for kind in ("hf", "sat", "manual"):
        was, now, there = (t.tracks()[kind].to_bool(0, N) for t in (base, edited, current))
        expected[kind] = np.where(was != now, now, there)
    expected["manual"] &= ~(expected["hf"] | expected["sat"])
    for kind, values in expected.items():
        assert found.tracks()[kind].to_bool(0, N).tolist() == values.tolist()
    was, now, there = base.bad_channels, edited.bad_channels, current.bad_channels
    assert found.bad_channels.tolist() == np.where(was != now, now, there).tolist()


# -- taking over


def test_what_was_taken_over_goes_once_it_is_in_the_new_journal(
    journal: Journal, mask: Path, saved: MaskTracks
) -> None:
    journal.keep(marked(saved, (10, 12)), saved)
    journal.close()
    old = only(mask)
    new = Journal(mask, mask.with_suffix(".dat"))
    new.adopt(old, saved)
    assert old.path.exists()
    new.keep(old.onto(saved), saved)
    assert not old.path.exists()
    new.close()
    assert only(mask).record.tracks.marks_equal(old.record.tracks)


def test_what_was_taken_over_and_undone_at_once_stays(
    journal: Journal, mask: Path, saved: MaskTracks
) -> None:
    journal.keep(marked(saved, (10, 12)), saved)
    journal.close()
    old = only(mask)
    new = Journal(mask, mask.with_suffix(".dat"))
    new.adopt(old, saved)
    new.keep(saved, saved)
    new.close()
    assert old.path.exists()


@pytest.mark.parametrize("has_mask", [True, False])
def test_what_was_taken_over_goes_with_a_verified_save(
    journal: Journal, mask: Path, saved: MaskTracks, has_mask: bool
) -> None:
    if not has_mask:
        mask.unlink()
        saved = empty_tracks(N, 3)
    journal.keep(marked(saved, (10, 12)), saved)
    journal.close()
    old = only(mask)
    new = Journal(mask, mask.with_suffix(".dat"))
    new.adopt(old, saved)
    now_saved = save_tracks(mask, old.onto(saved))
    new.keep(now_saved, now_saved)
    assert not old.path.exists()


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
    monkeypatch.setattr(journal_module, "_HOST", "00000000")
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
    left = f".x.journal.{safe_write._HOST}-{os.getpid()}-00000000.ecogview-tmp"
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
