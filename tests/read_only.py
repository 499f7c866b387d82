"""Folders that may not be written to, also for root, whom permissions do not stop."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ecogview.data import safe_write


@contextlib.contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """While this is entered nothing can be made in `folder` by a save."""
    written = safe_write._write_verified

    def refused(path: Any, temporary: Path, chunks: Any) -> bytes:
        if temporary.parent == folder:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(temporary))
        return written(path, temporary, chunks)

    mode = folder.stat().st_mode
    with pytest.MonkeyPatch.context() as patched:
        folder.chmod(0o555)
        if os.access(folder, os.W_OK):  # root, or Windows
            patched.setattr(safe_write, "_write_verified", refused)
        try:
            yield
        finally:
            folder.chmod(mode)
