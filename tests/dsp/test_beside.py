"""Two halves of some work at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from ecogview.dsp.beside import Beside


@pytest.fixture
def beside() -> Iterator[Beside]:
    beside = Beside("other half")
    yield beside
    beside.close()


def test_both_halves_are_called_at_once_and_waited_for(beside: Beside) -> None:
    met = threading.Barrier(2, timeout=5)

    def half() -> str:
        met.wait()
        return threading.current_thread().name

    for _ in range(3):  # by one thread
        assert beside.halves(half, half) == (threading.current_thread().name, "other half")
    assert sum(thread.name == "other half" for thread in threading.enumerate()) == 1


def test_what_either_half_raises_is_raised_once_both_have_ended(beside: Beside) -> None:
    met, ended = threading.Barrier(2, timeout=5), []

    def fail() -> None:
        met.wait()
        raise ValueError("here")

    def end() -> None:
        met.wait()
        ended.append(True)

    with pytest.raises(ValueError, match="here"):
        beside.halves(fail, end)
    assert ended == [True]
    with pytest.raises(ValueError, match="here"):
        beside.halves(end, fail)
    assert ended == [True, True]


def test_what_the_thread_has_not_got_to_is_done_here(beside: Beside) -> None:
    """It is busy with what another one handed over."""
    is_busy, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        is_busy.set()
        assert go_on.wait(5)

    other = threading.Thread(target=beside.halves, args=(go_on.wait, hold))
    other.start()
    assert is_busy.wait(5)
    name = threading.current_thread().name
    assert beside.halves(lambda: 1, lambda: threading.current_thread().name) == (1, name)
    go_on.set()
    other.join()


def test_no_thread_before_there_is_work_and_none_after_closing() -> None:
    before = threading.active_count()
    beside = Beside("other half")
    beside.close()
    assert threading.active_count() == before
    assert beside.halves(lambda: 1, lambda: 2) == (1, 2)
    assert threading.active_count() == before + 1
    beside.close()
    assert threading.active_count() == before
