"""Reads at a position of a file that may be huge, shrink while it is open, or not be a file at all.

Never a memory map: a mapped file that is truncated kills the process.
"""

from __future__ import annotations

import io
import os
import stat
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecogview.data.closing import Closing
from ecogview.errors import RecordingError

ReadAt = Callable[[int, memoryview, int], int]

_MAX_READ = 1 << 30  # macOS refuses reads of 2 GiB and more, Linux cuts them short
_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)


def _positioned(descriptor: int, buffer: memoryview, offset: int) -> int:
    return os.preadv(descriptor, [buffer], offset)


_seeking = threading.Lock()  # a window is read by two threads; they share the position


def _seek_and_read(descriptor: int, buffer: memoryview, offset: int) -> int:
    with _seeking, io.FileIO(descriptor, closefd=False) as file:
        file.seek(offset)
        return file.readinto(buffer) or 0


read_at: ReadAt = _positioned if hasattr(os, "preadv") else _seek_and_read
"""Reads into a buffer from an offset, returns the number of bytes; Windows lacks `os.preadv`."""


class PositionedFile(Closing):
    """A regular file open for reading.

    Raises `RecordingError` where `path` does not exist, may not be read, or is a folder, FIFO or
    device; never blocks on one of these. `size` in bytes and `mtime_ns` are what the open file had
    when it was opened, whatever its path leads to by now.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._descriptor, status = _open_regular(self.path)
        self.size, self.mtime_ns = status.st_size, status.st_mtime_ns
        # Closes on garbage collection too, without the warning that file objects give: scripts
        # that read hundreds of recordings rarely close them.
        self._close = weakref.finalize(self, os.close, self._descriptor)

    def read_into(self, buffer: NDArray[Any], offset: int) -> int:
        """Fill a C-contiguous array from byte `offset` on.

        Returns
        -------
        int
            Number of bytes read; fewer than the array holds only at the end of the file.
        """
        if not self._close.alive:
            raise RecordingError(self.path, "has been closed", "open it again")
        view = buffer.reshape(-1).view(np.uint8).data
        done = 0
        while done < len(view):
            try:
                got = read_at(self._descriptor, view[done : done + _MAX_READ], offset + done)
            except OSError as error:
                raise RecordingError(
                    self.path,
                    f"cannot be read at byte {offset + done:,}: {error.strerror}",
                    "check that its drive is still connected",
                ) from error
            if not got:
                break
            done += got
        return done

    def size_now(self) -> int:
        """Size in bytes at this moment."""
        return os.fstat(self._descriptor).st_size if self._close.alive else 0

    def close(self) -> None:
        self._close()


def check_regular(path: Path) -> os.stat_result:
    """Return the status of a regular file; `RecordingError` where there is none at `path`."""
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    _refuse_special(path, status)
    return status


def _open_regular(path: Path) -> tuple[int, os.stat_result]:
    # Asked before opening, since opening a device can already do something, and again after it,
    # since the file can have been replaced in between.
    check_regular(path)
    try:
        descriptor = os.open(path, _FLAGS)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    try:
        status = os.fstat(descriptor)
        _refuse_special(path, status)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor, status


_SPECIAL: tuple[tuple[Callable[[int], bool], str], ...] = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a FIFO"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def _refuse_special(path: Path, status: os.stat_result) -> None:
    if stat.S_ISREG(status.st_mode):
        return
    kind = next(
        (word for test, word in _SPECIAL if test(status.st_mode)), "something other than a file"
    )
    raise RecordingError(path, f"is {kind}, not a file", "name a file")


def _unreadable(path: Path, error: OSError | ValueError) -> RecordingError:
    if isinstance(error, FileNotFoundError):
        return RecordingError(path, "does not exist", "check its name and folder")
    if isinstance(error, PermissionError):
        return RecordingError(path, "may not be read", "ask for permission to read it")
    reason = error.strerror if isinstance(error, OSError) else error
    return RecordingError(path, f"cannot be opened: {reason}", "check its name and folder")
