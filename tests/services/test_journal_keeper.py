"""The journal in a thread of its own: the newest marks, soon, and again where that failed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ecogview.data.mask_tracks import MaskTracks, empty_tracks
from ecogview.dsp.runs import Runs
from ecogview.errors import EcogviewError
from ecogview.services import journal_keeper
from ecogview.services.journal import Journal, pending
from ecogview.services.journal_keeper import DELAY_S, RETRY_S, JournalKeeper

SAVED = empty_tracks(40, 3)
FAR_S = 1000.0


def marked(length: int) -> MaskTracks:
    return replace(SAVED, manual=Runs.of([(0, length)]))


class Desk:
    """A journal whose disk can be held still or fail, and what was heard of it."""

    def __init__(self, folder: Path) -> None:
        self.mask = folder / "rec001.mask.pkl"
        self.journal = Journal(self.mask, folder / "rec001.dat")
        self.written: list[int] = []
        self.errors: list[EcogviewError] = []
        self.changed = threading.Condition()
        self.kept = 0
        self.fails = False
        self.may_write = threading.Event()
        self.may_write.set()
        self.threads: set[str] = set()
        self._keep = self.journal.keep
        self.journal.keep = self._observed  # type: ignore[method-assign]
        self._keepers: list[JournalKeeper] = []

    def keeper(self, **options: Any) -> JournalKeeper:
        options = {"delay_s": FAR_S, "retry_s": FAR_S, **options}
        keeper = JournalKeeper(
            self.journal, on_error=self._on_error, on_kept=self._on_kept, **options
        )
        self._keepers.append(keeper)
        return keeper

    def close(self) -> None:
        self.may_write.set()
        for keeper in self._keepers:
            keeper.close()

    def wait_for(self, condition: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(condition, 5), (self.written, self.errors, self.kept)

    def pending(self) -> list[int]:
        return [unsaved.record.tracks.manual.total for unsaved in pending(self.mask).unsaved]

    def _observed(self, tracks: MaskTracks, saved: MaskTracks) -> None:
        self.threads.add(threading.current_thread().name)
        with self.changed:
            self.written.append(tracks.manual.total)
            self.changed.notify_all()
        self.may_write.wait(5)
        if self.fails:
            raise EcogviewError(self.journal.path, "the disk is full")
        self._keep(tracks, saved)

    def _on_error(self, error: EcogviewError) -> None:
        with self.changed:
            self.errors.append(error)
            self.changed.notify_all()

    def _on_kept(self) -> None:
        with self.changed:
            self.kept += 1
            self.changed.notify_all()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


def test_within_five_seconds() -> None:
    """Even if the first try fails: 2 s, and the time that a write takes."""
    assert DELAY_S < 3
    assert RETRY_S < 5


def test_marks_are_written_by_themselves_in_a_thread_of_their_own(desk: Desk) -> None:
    keeper = desk.keeper(delay_s=0.01)
    keeper.submit(marked(3), SAVED)
    desk.wait_for(lambda: desk.written == [3])
    assert keeper.close()
    assert desk.threads == {"journal"}
    assert desk.pending() == [3]


def test_before_their_time_only_the_newest_marks_wait(desk: Desk) -> None:
    keeper = desk.keeper()
    for length in (3, 4, 5):
        keeper.submit(marked(length), SAVED)
    assert keeper.flush()
    assert desk.written == [5]
    assert keeper.flush()
    assert desk.written == [5]


def test_later_marks_do_not_put_off_earlier_ones(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(journal_keeper.time, "monotonic", lambda: now[0])
    keeper = desk.keeper(delay_s=2.0)
    keeper.submit(marked(3), SAVED)
    now[0] = 101.9
    keeper.submit(marked(4), SAVED)
    assert desk.written == []
    with keeper._wake:  # else the worker may look between the two, and write what is due
        now[0] = 102.0
        keeper.submit(marked(5), SAVED)
    desk.wait_for(lambda: desk.written == [5])


def test_marks_made_during_a_write_are_written_after_it(desk: Desk) -> None:
    keeper = desk.keeper(delay_s=0.0)
    desk.may_write.clear()
    keeper.submit(marked(3), SAVED)
    desk.wait_for(lambda: desk.written == [3])
    keeper.submit(marked(4), SAVED)
    desk.may_write.set()
    assert keeper.close()
    assert desk.written == [3, 4]
    assert desk.pending() == [4]


def test_flushing_waits_for_what_came_during_a_write(desk: Desk) -> None:
    keeper = desk.keeper()
    desk.may_write.clear()
    keeper.submit(marked(3), SAVED)
    flushed: list[bool] = []
    first = threading.Thread(target=lambda: flushed.append(keeper.flush()))
    first.start()
    desk.wait_for(lambda: desk.written == [3])
    keeper.submit(marked(4), SAVED)
    desk.may_write.set()
    first.join()
    assert flushed == [True]
    assert keeper.flush()
    assert desk.written == [3, 4]


def test_nothing_unsaved_removes_the_file(desk: Desk) -> None:
    keeper = desk.keeper()
    keeper.submit(marked(3), SAVED)
    assert keeper.flush()
    assert desk.journal.path.exists()
    keeper.submit(SAVED, SAVED)
    assert keeper.close()
    assert not desk.journal.path.exists()


def test_a_failure_is_told_and_tried_again(desk: Desk) -> None:
    keeper = desk.keeper(delay_s=0.0, retry_s=0.01)
    desk.fails = True
    keeper.submit(marked(3), SAVED)
    desk.wait_for(lambda: len(desk.errors) >= 2)
    assert "full" in str(desk.errors[0])
    assert desk.kept == 0
    desk.fails = False
    desk.wait_for(lambda: desk.kept == 1)
    assert keeper.close()
    assert desk.pending() == [3]
    assert desk.kept == 1


def test_newer_marks_are_tried_instead_of_those_that_failed(desk: Desk) -> None:
    keeper = desk.keeper(delay_s=0.0, retry_s=0.01)
    desk.fails = True
    desk.may_write.clear()
    keeper.submit(marked(3), SAVED)
    desk.wait_for(lambda: desk.written == [3])
    keeper.submit(marked(4), SAVED)
    desk.may_write.set()
    desk.wait_for(lambda: 4 in desk.written)
    assert desk.written.count(3) == 1
    desk.fails = False


def test_closing_says_whether_all_is_kept(desk: Desk) -> None:
    keeper = desk.keeper()
    keeper.submit(marked(3), SAVED)
    assert keeper.flush()
    desk.fails = True
    keeper.submit(marked(4), SAVED)
    assert not keeper.flush()
    assert not keeper.close()
    assert desk.pending() == [3]


def test_a_disk_that_does_not_answer_is_not_waited_for(desk: Desk) -> None:
    keeper = desk.keeper()
    desk.may_write.clear()
    keeper.submit(marked(3), SAVED)
    assert not keeper.flush(0.02)
    assert not keeper.close(0.02)


def test_what_was_given_up_is_removed(desk: Desk) -> None:
    keeper = desk.keeper()
    keeper.submit(marked(3), SAVED)
    assert keeper.flush()
    keeper.submit(marked(4), SAVED)
    assert keeper.close(give_up=True)
    assert desk.written == [3]
    assert not desk.journal.path.exists()
    assert desk.pending() == []


def test_what_was_taken_over_goes_once_it_is_written(desk: Desk, tmp_path: Path) -> None:
    earlier = Journal(desk.mask, tmp_path / "rec001.dat")
    earlier.keep(marked(3), SAVED)
    earlier.close()
    (old,) = pending(desk.mask).unsaved
    keeper = desk.keeper()
    keeper.adopt(old, SAVED)
    keeper.submit(old.onto(SAVED), SAVED)
    assert old.path.exists()
    assert keeper.close()
    assert not old.path.exists()
    assert desk.pending() == [3]


def test_what_was_taken_over_and_given_up_goes_too(desk: Desk, tmp_path: Path) -> None:
    for is_written in (False, True):
        earlier = Journal(desk.mask, tmp_path / "rec001.dat")
        earlier.keep(marked(3), SAVED)
        earlier.close()
        (old,) = pending(desk.mask).unsaved
        keeper = desk.keeper()
        keeper.adopt(old, SAVED)
        keeper.submit(old.onto(SAVED), SAVED)
        if is_written:
            assert keeper.flush()
        assert keeper.close(give_up=True)
        assert not old.path.exists()
        assert desk.pending() == []


def test_a_mistake_of_our_own_is_told_and_does_not_end_the_thread(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    keeper = desk.keeper()
    keeper.submit(None, SAVED)  # type: ignore[arg-type]
    assert not keeper.flush()
    assert "not kept" in str(desk.errors[0])
    keeper.submit(marked(3), SAVED)
    desk.may_write.set()
    keeper.flush()
    assert keeper.close()
    assert desk.pending() == [3]
