"""Whether the mask on the disk is still the version that is open, looked up beside the GUI."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal

from ecogview.data.file_signature import FileSignature
from ecogview.data.safe_write import Conflict, how_gone
from ecogview.services.latest import Latest


@dataclass(frozen=True, slots=True)
class MaskState:
    """What was found at `path`; `change` is None while it is the version that is `expected`.

    `found` tells one version from the next, None where there is no file.
    """

    path: Path
    expected: FileSignature | None
    found: FileSignature | None
    change: Conflict | None


class MaskWatch(QObject):
    """Looks at a mask when asked to. Owned by the GUI thread, looks in one of its own.

    Of a file that the system says was not touched nothing is read; one that was touched is read
    once, for its content decides. The thread starts with the first look and ends with `close`.

    Signals
    -------
    looked(MaskState)
        Not emitted where the file cannot be reached: nothing is known then.
    """

    looked = pyqtSignal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker: Latest[tuple[Path, FileSignature | None]] | None = None
        self._is_closed = False
        self._alike: tuple[FileSignature, FileSignature] | None = None  # the worker's

    def look(self, path: Path, expected: FileSignature | None) -> None:
        """See whether the file is the `expected` version, None: whether there is none."""
        if self._is_closed:
            return
        if self._worker is None:
            self._worker = Latest(self._look, "mask watch")
        self._worker.submit((path, expected))

    def close(self) -> None:
        """End the thread, and do nothing more. Idempotent."""
        self._is_closed = True
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def _look(
        self, asked: tuple[Path, FileSignature | None], _is_stale: Callable[[], bool]
    ) -> None:
        path, expected = asked
        try:
            found = FileSignature.of(path)
            change = self._change(path, expected, found)
        except OSError:
            return
        self.looked.emit(MaskState(path, expected, found, change))

    def _change(
        self, path: Path, expected: FileSignature | None, found: FileSignature | None
    ) -> Conflict | None:
        if expected is None:
            return None if found is None else "appeared"
        if found is None:
            return how_gone(path)
        if found == expected or self._alike == (expected, found):
            return None
        if not expected.is_still(path):
            return "changed"
        self._alike = (expected, found)
        return None
