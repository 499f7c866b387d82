"""What has become of a file since it was opened."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

FileChange = Literal["removed", "replaced", "shorter", "longer", "rewritten", "unreachable"]
_INTERVAL_S = 1.0  # a stat on a slow share costs 10 ms: once a second is enough


@dataclass(slots=True)
class FileWatch:
    """Compares a file with how it was; owned by one thread, polls at most once a second."""

    path: Path
    _stat: os.stat_result | None
    _next_s: float = 0.0
    _last: FileChange | None = None

    @classmethod
    def of(cls, path: Path) -> Self:
        try:
            return cls(path, path.stat())
        except OSError:
            return cls(path, None)

    def change(self) -> FileChange | None:
        """What has happened to the file; None while it is as it was."""
        if self._stat is None or time.monotonic() < self._next_s:
            return self._last
        self._next_s = time.monotonic() + _INTERVAL_S
        self._last = self._compare(self._stat)
        return self._last

    def _compare(self, before: os.stat_result) -> FileChange | None:
        try:
            now = self.path.stat()
        except FileNotFoundError:
            return "removed"
        except OSError:
            return "unreachable"
        if (now.st_dev, now.st_ino) != (before.st_dev, before.st_ino):
            return "replaced"
        if now.st_size != before.st_size:
            return "shorter" if now.st_size < before.st_size else "longer"
        return None if now.st_mtime_ns == before.st_mtime_ns else "rewritten"
