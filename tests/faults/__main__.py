"""``python -m tests.faults``: faults in saves and with unsaved marks, one line a kind.

What needs root, a disk that is full or read-only, is left out without it. Ends with 1 where
anything was lost.
"""

from __future__ import annotations

import argparse
import errno
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.faults import saves, windows
from tests.faults.journals import killed_while_editing
from tests.faults.tracing import CannotTraceError
from tests.faults.victim import Tally, Victim


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=300, help="at random moments (300)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of those moments")
    parser.add_argument("--quick", action="store_true", help="what the test suite has time for")
    args = parser.parse_args()
    works = _quick() if args.quick else _all(args.kills, args.seed)
    n_lost = sum(not _told(what, work) for what, work in works)
    return 1 if n_lost else 0


def _quick() -> list[tuple[str, Callable[[], object]]]:
    first = (False,)
    return [
        ("kill -9 amid saves", partial(saves.killed_at_random, 30)),
        ("kill -9 at each system call", partial(saves.killed_at_each_call, first)),
        ("EIO at each call on a file", partial(saves.failing_at_each_call, errno.EIO, first)),
        ("no room", saves.without_room),
        ("no permission", saves.without_permission),
        ("kill -9 with unsaved marks", partial(killed_while_editing, 4, delay_s=0.1)),
    ]


def _all(kills: int, seed: int) -> list[tuple[str, Callable[[], object]]]:
    works: list[tuple[str, Callable[[], object]]] = [
        ("kill -9 amid saves", partial(saves.killed_at_random, kills, seed)),
        ("kill -9 at each system call", saves.killed_at_each_call),
        *(
            (
                f"{errno.errorcode[error]} at each call on a file",
                partial(saves.failing_at_each_call, error),
            )
            for error in (errno.EIO, errno.ENOSPC, errno.EACCES)
        ),
        ("no room", saves.without_room),
        ("no permission", saves.without_permission),
        ("kill -9 with unsaved marks", partial(killed_while_editing, 10, seed=seed)),
        ("kill -9 of a window", windows.killed),
        ("SIGTERM with unsaved marks", windows.terminated),
        ("SIGHUP with unsaved marks", partial(windows.terminated, signal.SIGHUP)),
        ("end of the desktop session", windows.session_ended),
        ("a save refused, then closed", windows.save_refused),
    ]
    if os.geteuid() == 0 and sys.platform == "linux":
        works += [("a full disk", full_disk), ("a read-only disk", read_only_disk)]
    return works


def _told(what: str, work: Callable[[], object]) -> bool:
    began_s = time.monotonic()
    try:
        result: object = work()
    except CannotTraceError:
        result = "not possible here"
    except AssertionError as error:
        print(f"{what}: LOST: {error}")
        return False
    print(f"{what}: {result} ({time.monotonic() - began_s:.1f} s)", flush=True)
    return True


def full_disk() -> Tally:
    """A disk of its own with ever less room, down to none."""
    tally = Tally()
    with _disk("size=1m") as folder:
        target = Victim(folder / "masks")
        for left in range(0, 3 * len(target.original), 16_384):
            target.reset()
            _fill(folder / "filler", left)
            saves.save_in_child(target, tally)
            (folder / "filler").unlink()
    return tally


def read_only_disk() -> Tally:
    tally = Tally()
    with _disk("size=4m") as folder:
        target = Victim(folder / "masks")
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        saves.save_in_child(target, tally)
        subprocess.run(["mount", "-o", "remount,rw", folder], check=True)
    assert tally.refused == 1, "a read-only disk was written to"
    return tally


@contextmanager
def _disk(options: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", folder], check=True)
        try:
            (Path(folder) / "masks").mkdir()
            yield Path(folder)
        finally:
            subprocess.run(["umount", folder], check=True)


def _fill(path: Path, left: int) -> None:
    """Take all room but `left` bytes."""
    free = os.statvfs(path.parent)
    path.write_bytes(bytes(max(free.f_bavail * free.f_frsize - left, 0)))


if __name__ == "__main__":
    sys.exit(main())
