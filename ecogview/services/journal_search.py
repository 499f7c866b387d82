"""Looks for marks that earlier runs left unsaved, beside the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal

from ecogview.services.journal import pending
from ecogview.services.latest import Latest


@dataclass(frozen=True, slots=True)
class JournalQuery:
    """Of which mask, None for every one."""

    mask_path: Path | None


class JournalSearch(QObject):
    """Owned by the GUI thread, reads journals in one of its own, from the first search on.

    Signals
    -------
    found(Path or None, Pending)
        The mask that was searched for, or None for all, and what was left unsaved.
    """

    found = pyqtSignal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker: Latest[JournalQuery] | None = None
        self._is_closed = False

    def search(self, mask_path: Path | None) -> None:
        """Look for marks of one mask, or of all whose recording is there.

        A search that still waits is dropped.
        """
        if self._is_closed:
            return
        if self._worker is None:
            self._worker = Latest(self._search, "journal search")
        self._worker.submit(JournalQuery(mask_path))

    def close(self) -> None:
        """End the thread, and do nothing more. Idempotent."""
        self._is_closed = True
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def _search(self, query: JournalQuery, is_stale: Callable[[], bool]) -> None:
        result = pending(query.mask_path)
        if query.mask_path is None:
            there = tuple(u for u in result.unsaved if _is_there(u.record.recording_path))
            result = replace(result, unsaved=there)
        if not is_stale():
            self.found.emit(query.mask_path, result)


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False
