"""Work off the GUI thread whose result comes back to it: opening, saving."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal

from ecogview.errors import EcogviewError

_log = logging.getLogger(__name__)
_JOIN_S = 30.0  # a save is let finish; a dead share does not keep the program for ever


@dataclass(frozen=True, slots=True)
class _Task:
    work: Callable[[], Any]
    done: Callable[[Any], None]
    failed: Callable[[Exception], None]


class Tasks(QObject):
    """Runs functions one after the other in a thread of its own.

    `run` is called in the GUI thread, and its callbacks run there. `join_s` is how long closing
    waits for what was begun, by default 30 s.
    """

    _finished = pyqtSignal(object, object)  # callback, its argument

    def __init__(
        self, name: str = "tasks", parent: QObject | None = None, *, join_s: float | None = None
    ) -> None:
        super().__init__(parent)
        self._join_s = join_s
        self._queue: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._finished.connect(self._on_finished)
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def run(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Call ``work()`` in the thread, then ``done(result)`` or ``failed(error)`` in the GUI."""
        self._queue.put(_Task(work, done, failed))

    def close(self) -> bool:
        """Finish what was begun, drop nothing that waits, and end. Returns whether it has ended."""
        self._queue.put(None)
        self._thread.join(_JOIN_S if self._join_s is None else self._join_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (task := self._queue.get()) is not None:
            try:
                result = task.work()
            except Exception as error:  # noqa: BLE001  handed to the one who asked
                if not isinstance(error, (EcogviewError, OSError)):
                    _log.exception("task failed")
                self._finished.emit(task.failed, error)
            else:
                self._finished.emit(task.done, result)

    @staticmethod
    def _on_finished(callback: Callable[[Any], None], argument: object) -> None:
        callback(argument)
