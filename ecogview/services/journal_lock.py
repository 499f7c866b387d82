"""A file that is locked as long as its process lives, however that ends. No Qt.

Process numbers alone do not tell: after a restart another program has the one that crashed.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from pathlib import Path

_BUSY = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
_FLAGS = os.O_RDWR | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


class ProcessLock:
    """Makes a file and locks it until `release`, or until the process ends.

    Where the disk knows no locks there is none, and `is_held` cannot tell. Nobody in this process
    may ask `is_held` of it: closing a file gives up all locks a process has on it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None
        with contextlib.suppress(OSError):
            self._take()

    def _take(self) -> None:
        while True:
            descriptor = os.open(self.path, _FLAGS | os.O_CREAT, 0o600)
            try:
                _lock(descriptor)
                # Whoever found it unlocked a moment ago may have removed it.
                if os.path.samestat(os.fstat(descriptor), self.path.stat()):
                    self._descriptor = descriptor
                    return
            except FileNotFoundError:
                pass
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)

    def release(self) -> None:
        """Remove the file. Idempotent."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            # Windows removes no file that is open; elsewhere it goes while it is still locked.
            if sys.platform == "win32":
                os.close(descriptor)
            with contextlib.suppress(OSError):
                self.path.unlink()
            if sys.platform != "win32":
                os.close(descriptor)


def is_held(path: Path) -> bool | None:
    """Whether a living process holds the lock; None where there is no such file, or no telling."""
    try:
        descriptor = os.open(path, _FLAGS)
    except OSError:
        return None
    try:
        _lock(descriptor)
    except OSError as error:
        return True if error.errno in _BUSY else None
    finally:
        os.close(descriptor)
    return False


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        # Not flock: a child made by fork would keep that after its parent has died.
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
