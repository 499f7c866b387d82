"""Work off the GUI thread, one after the other, with its result back in the GUI thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from ecogview.errors import MaskFileError
from ecogview.services import tasks as tasks_module
from ecogview.services.tasks import Tasks

WAIT_S = 10.0


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[Tasks]:
    tasks = Tasks("work")
    yield tasks
    assert tasks.close()


class Answers:
    """Collects what comes back, and in which thread."""

    def __init__(self) -> None:
        self.results: list[Any] = []
        self.errors: list[Exception] = []
        self.threads: set[threading.Thread] = set()

    def done(self, result: Any) -> None:
        self.results.append(result)
        self.threads.add(threading.current_thread())

    def failed(self, error: Exception) -> None:
        self.errors.append(error)
        self.threads.add(threading.current_thread())


def fail(error: Exception) -> None:
    raise error


def test_results_come_back_in_order_in_the_gui_thread(qtbot: QtBot, tasks: Tasks) -> None:
    answers = Answers()
    workers = set()

    def work(number: int) -> int:
        workers.add(threading.current_thread().name)
        return number * 11

    for number in range(5):
        tasks.run(lambda number=number: work(number), answers.done, answers.failed)  # type: ignore[misc]
    qtbot.waitUntil(lambda: len(answers.results) == 5)
    assert answers.results == [0, 11, 22, 33, 44]
    assert answers.errors == []
    assert answers.threads == {threading.main_thread()}
    assert workers == {"work"}


def test_the_gui_is_not_held_up(qtbot: QtBot, tasks: Tasks) -> None:
    go_on = threading.Event()
    answers = Answers()
    tasks.run(lambda: go_on.wait(WAIT_S), answers.done, answers.failed)
    assert answers.results == []
    go_on.set()
    qtbot.waitUntil(lambda: answers.results == [True])


def test_the_worker_survives_a_failing_task(
    qtbot: QtBot, tasks: Tasks, caplog: pytest.LogCaptureFixture
) -> None:
    answers = Answers()
    foreseen = MaskFileError("a.mask.pkl", "is empty (0 bytes)")
    full = OSError(28, "No space left on device")
    unforeseen = ZeroDivisionError("seven")
    with caplog.at_level(logging.ERROR):
        for error in (foreseen, full, unforeseen):
            tasks.run(lambda error=error: fail(error), answers.done, answers.failed)  # type: ignore[misc]
        tasks.run(lambda: "after", answers.done, answers.failed)
        qtbot.waitUntil(lambda: answers.results == ["after"])
    assert answers.errors == [foreseen, full, unforeseen]
    assert answers.threads == {threading.main_thread()}
    # What the user is told in words is no matter for the log; a mistake of ours is.
    assert len(caplog.records) == 1
    assert "ZeroDivisionError: seven" in caplog.text


def test_a_callback_may_ask_for_more(qtbot: QtBot, tasks: Tasks) -> None:
    answers = Answers()
    tasks.run(
        lambda: 1,
        lambda first: tasks.run(lambda: first + 1, answers.done, answers.failed),
        answers.failed,
    )
    qtbot.waitUntil(lambda: answers.results == [2])


def test_closing_finishes_what_waits(qtbot: QtBot) -> None:
    tasks = Tasks()
    done = []
    began, go_on = threading.Event(), threading.Event()

    def first() -> None:
        began.set()
        assert go_on.wait(WAIT_S)
        done.append("first")

    answers = Answers()
    tasks.run(first, answers.done, answers.failed)
    tasks.run(lambda: done.append("second"), answers.done, answers.failed)
    assert began.wait(WAIT_S)
    go_on.set()
    assert tasks.close()
    assert done == ["first", "second"]
    qtbot.waitUntil(lambda: len(answers.results) == 2)  # answers are not lost either
    assert tasks.close()


def test_closing_does_not_wait_for_ever(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = Tasks()
    began, go_on = threading.Event(), threading.Event()
    answers = Answers()
    tasks.run(lambda: (began.set(), go_on.wait(WAIT_S)), answers.done, answers.failed)
    assert began.wait(WAIT_S)
    monkeypatch.setattr(tasks_module, "_JOIN_S", 0.02)
    assert not tasks.close()
    go_on.set()
    monkeypatch.setattr(tasks_module, "_JOIN_S", WAIT_S)
    assert tasks.close()
