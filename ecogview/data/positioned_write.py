"""Writes at a position of an open file."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

WriteAt = Callable[[int, memoryview, int], int]

_MAX_WRITE = 1 << 30  # macOS refuses writes of 2 GiB and more, Linux cuts them short


def _positioned(descriptor: int, buffer: memoryview, offset: int) -> int:
    return os.pwrite(descriptor, buffer, offset)


def _seek_and_write(descriptor: int, buffer: memoryview, offset: int) -> int:
    os.lseek(descriptor, offset, os.SEEK_SET)
    return os.write(descriptor, buffer)


write_at: WriteAt = _positioned if hasattr(os, "pwrite") else _seek_and_write
"""Writes from a buffer at an offset, returns the number of bytes; Windows lacks `os.pwrite`."""


def write_from(descriptor: int, array: NDArray[Any], offset: int) -> None:
    """Write the bytes of a C-contiguous array at byte `offset`, all of them.

    Raises
    ------
    OSError
        If the disk is full or fails; part of it may have been written.
    """
    view = array.reshape(-1).view(np.uint8).data
    done = 0
    while done < len(view):
        written = write_at(descriptor, view[done : done + _MAX_WRITE], offset + done)
        if not written:
            raise OSError(errno.EIO, "nothing could be written")
        done += written
