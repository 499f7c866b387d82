"""Faults in the middle of a save: kill -9, failing calls, full disks, folders that are read-only.

Each function raises `AssertionError` where a mask was not whole afterwards, or a save that was
said to have succeeded was not there.
"""

from __future__ import annotations

import os
import random
import resource
import select
import signal
from collections.abc import Callable, Sequence

from ecogview.errors import MaskFileError
from tests.faults.tracing import FILE_CALLS, CannotTraceError, TracedChild, can_fail_calls
from tests.faults.victim import Tally, Victim, in_child, kill, victim

_REFUSED = 3
_NOBODY = 65_534


def killed_at_random(count: int, seed: int = 0) -> Tally:
    """Kill a child that saves one version after the other, `count` times."""
    chance, tally = random.Random(seed), Tally()
    with victim() as target:
        for _ in range(count):
            _kill_amid_saves(target, chance.uniform(0, 0.02), tally)
    return tally


def _kill_amid_saves(target: Victim, delay_s: float, tally: Tally) -> None:
    first = target.found() + 1
    reading, writing = os.pipe()

    def save_on() -> None:
        for number in range(first, 10_000):
            target.save(number)
            os.write(writing, b"\0")

    child = in_child(save_on)
    os.close(writing)
    # At work once the first version is saved, so that the delay ends amid saves.
    done = len(os.read(reading, 1))
    select.select([], [], [], delay_s)
    kill(child)
    while more := os.read(reading, 4096):
        done += len(more)
    os.close(reading)
    last, found = first + done - 1, target.found()
    target.tracks = target.load()
    assert found in (last, last + 1), f"version {last} was saved, {found} is there"
    tally.count(is_new=found > last)


def killed_at_each_call(backups: Sequence[bool] = (False, True)) -> Tally:
    """Kill a child before and after each system call of a save.

    `backups` says whether there is one already: the first save makes it. Raises
    `CannotTraceError` where that is not allowed.
    """
    tally = Tally()
    with victim() as target:
        for has_backup in backups:
            stop, has_ended = 0, False
            while not has_ended:
                target.reset(has_backup=has_backup)
                stop += 1
                child = TracedChild(lambda: target.save(5))
                statuses = (child.go_on() for _ in range(stop))
                has_ended = any(status is not None for status in statuses)
                if not has_ended:
                    child.kill()
                found = target.found()
                assert found in (0, 5), f"version {found}"
                tally.count(is_new=found == 5)
            assert found == 5, "a save that was let through is not there"
    return tally


def failing_at_each_call(error: int, backups: Sequence[bool] = (False, True)) -> Tally:
    """Let each call on a file in a save return an error in turn; the rest of the save goes on.

    Raises `CannotTraceError` where that is not possible.
    """
    if not can_fail_calls():
        raise CannotTraceError
    tally = Tally()
    with victim() as target:
        for has_backup in backups:
            wanted, has_failed = 0, True
            while has_failed:
                target.reset(has_backup=has_backup)
                wanted += 1
                status, has_failed = _failed_once(target, wanted, error)
                _count(target, status, tally)
    return tally


def _failed_once(target: Victim, wanted: int, error: int) -> tuple[int, bool]:
    child = TracedChild(lambda: _save_or_refuse(target))
    count, has_failed = 0, False
    while True:
        status = child.go_on()  # an entry
        if status is None and child.call in FILE_CALLS:
            count += 1
            if count == wanted:
                child.fail(error)
                has_failed = True
                continue
        if status is None:
            status = child.go_on()  # its return
        if status is not None:
            return status, has_failed


def without_room() -> Tally:
    """Let the system refuse to write further, at several sizes of the file."""
    tally = Tally()
    with victim() as target:
        size = len(target.original)
        for limit in (0, 1, 100, size // 3, size // 2, size - 1):
            target.reset()

            def save(limit: int = limit) -> None:
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
                _save_or_refuse(target)

            _refused(target, save, tally)
    return tally


def without_permission() -> Tally:
    """Save as somebody who may not write to the folder, or not to the file."""
    tally = Tally()
    with victim() as target:
        if os.geteuid() == 0:
            os.chown(target.mask, _NOBODY, _NOBODY)
            os.chown(target.folder, _NOBODY, _NOBODY)

        def save() -> None:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(_NOBODY)
                os.setuid(_NOBODY)
            _save_or_refuse(target)

        for path, mode, back in ((target.folder, 0o555, 0o755), (target.mask, 0o444, 0o644)):
            path.chmod(mode)
            _refused(target, save, tally)
            path.chmod(back)
    return tally


def save_in_child(target: Victim, tally: Tally) -> None:
    """Save, and see that what the save says of itself is so."""
    _judged(target, lambda: _save_or_refuse(target), tally)


def _judged(target: Victim, save: Callable[[], None], tally: Tally) -> None:
    status = os.waitstatus_to_exitcode(os.waitpid(in_child(save), 0)[1])
    _count(target, status, tally)


def _refused(target: Victim, save: Callable[[], None], tally: Tally) -> None:
    before = tally.refused
    _judged(target, save, tally)
    assert tally.refused == before + 1, "a save that cannot be was said to have succeeded"


def _count(target: Victim, status: int, tally: Tally) -> None:
    found = target.found()
    assert status in (0, _REFUSED), f"ended with {status}"
    assert found == (5 if status == 0 else 0), f"ended with {status}, version {found} is there"
    tally.count(is_new=found == 5, refused=status == _REFUSED)


def _save_or_refuse(target: Victim) -> None:
    """End the child with a status of its own where the save says that it has failed."""
    try:
        target.save(5)
    except MaskFileError:
        os._exit(_REFUSED)
