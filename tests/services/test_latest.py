"""One worker, one place in the mailbox: the newest task wins, and closing ends it."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from ecogview.services import latest
from ecogview.services.latest import Latest

WAIT_S = 10.0


class Worker:
    """Notes the tasks it is given, and stands still in each until let go."""

    def __init__(self) -> None:
        self.tasks: list[str] = []
        self.was_stale: list[bool] = []
        self.entered = threading.Semaphore(0)
        self.go_on = threading.Semaphore(0)
        self.thread: threading.Thread | None = None

    def handle(self, task: str, is_stale: Callable[[], bool]) -> None:
        self.tasks.append(task)
        self.thread = threading.current_thread()
        self.entered.release()
        assert self.go_on.acquire(timeout=WAIT_S)
        self.was_stale.append(is_stale())

    def wait_entered(self) -> None:
        assert self.entered.acquire(timeout=WAIT_S)


@pytest.fixture
def worker() -> Worker:
    return Worker()


@pytest.fixture
def held(worker: Worker) -> Iterator[Latest[str]]:
    held = Latest(worker.handle, "held")
    yield held
    worker.go_on.release(100)
    assert held.close()


def test_the_newest_wins(worker: Worker, held: Latest[str]) -> None:
    held.submit("first")
    worker.wait_entered()
    for task in ("dropped", "dropped too", "newest"):
        held.submit(task)
    worker.go_on.release()
    worker.wait_entered()
    worker.go_on.release()
    held.submit("after")
    worker.wait_entered()
    assert worker.tasks == ["first", "newest", "after"]
    assert worker.thread is not None
    assert worker.thread is not threading.current_thread()
    assert worker.thread.name == "held"


def test_a_task_is_stale_once_a_newer_one_waits(worker: Worker, held: Latest[str]) -> None:
    held.submit("first")
    worker.wait_entered()
    held.submit("second")
    worker.go_on.release()
    worker.wait_entered()
    assert worker.was_stale == [True]
    worker.go_on.release()
    assert held.close()
    assert len(worker.was_stale) == 2


def test_a_task_is_not_stale_while_nothing_waits() -> None:
    answers: list[bool] = []
    answered = threading.Event()

    def handle(task: str, is_stale: Callable[[], bool]) -> None:
        answers.append(is_stale())
        answered.set()

    one = Latest(handle, "alone")
    one.submit("only")
    assert answered.wait(WAIT_S)
    assert one.close()
    assert answers == [False]


def test_the_worker_outlives_a_failing_task(caplog: pytest.LogCaptureFixture) -> None:
    done = threading.Event()
    failed = threading.Event()

    def handle(task: str, is_stale: Callable[[], bool]) -> None:
        if task == "bad":
            failed.set()
            raise ZeroDivisionError("seven")
        done.set()

    one = Latest(handle, "clumsy")
    with caplog.at_level(logging.ERROR):
        one.submit("bad")
        assert failed.wait(WAIT_S)
        one.submit("good")
        assert done.wait(WAIT_S)
        assert one.close()
    assert [record.getMessage() for record in caplog.records] == ["clumsy: task failed"]
    assert "ZeroDivisionError: seven" in caplog.text


def test_closing_gives_up_the_task_and_drops_the_waiting_one(worker: Worker) -> None:
    closed = threading.Event()
    noticed = threading.Event()

    def handle(task: str, is_stale: Callable[[], bool]) -> None:
        worker.tasks.append(task)
        worker.entered.release()
        while not is_stale():
            pass
        noticed.set()

    one = Latest(handle, "long", on_close=closed.set)
    one.submit("long one")
    worker.wait_entered()
    assert one.close()
    assert noticed.is_set()
    assert closed.is_set()
    assert worker.tasks == ["long one"]
    one.submit("too late")
    assert one.close()
    assert worker.tasks == ["long one"]


def test_what_the_worker_owns_is_closed_in_the_worker_once() -> None:
    closed_in: list[str] = []
    one = Latest(
        lambda task, is_stale: None,
        "owner",
        lambda: closed_in.append(threading.current_thread().name),
    )
    assert one.close()
    assert one.close()
    assert closed_in == ["owner"]


def test_closing_does_not_wait_for_ever(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latest, "_JOIN_S", 0.02)
    hanging = Latest(worker.handle, "hanging")
    hanging.submit("a read on a dead share")
    worker.wait_entered()
    assert not hanging.close()
    worker.go_on.release()
    monkeypatch.setattr(latest, "_JOIN_S", WAIT_S)
    assert hanging.close()


def test_a_hanging_task_does_not_keep_the_process() -> None:
    code = (
        "import threading\n"
        "from ecogview.services.latest import Latest\n"
        "began = threading.Event()\n"
        "one = Latest(lambda task, stale: (began.set(), threading.Event().wait()), 'hanging')\n"
        "one.submit(1)\n"
        "began.wait()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_needs_no_qt() -> None:
    code = "import sys, ecogview.services.latest; sys.exit('PyQt6' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_ten_thousand_tasks_end_with_the_last() -> None:
    seen: list[int] = []
    last = threading.Event()

    def handle(task: int, is_stale: Callable[[], bool]) -> None:
        seen.append(task)
        if task == 9_999:
            last.set()

    one = Latest(handle, "busy")
    for task in range(10_000):
        one.submit(task)
    assert last.wait(WAIT_S)
    assert one.close()
    assert seen == sorted(set(seen))
