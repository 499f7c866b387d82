"""One worker thread, a mailbox with one place: the newest task wins. No Qt."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Task = TypeVar("Task")

_log = logging.getLogger(__name__)
_JOIN_S = 5.0  # a read on a dead share can hang for minutes: closing does not wait for that


class Latest(Generic[Task]):
    """Runs ``handle(task, is_stale)`` in a thread of its own, for the newest task only.

    Parameters
    ----------
    handle : callable
        Called in the worker. ``is_stale()`` turns true once a newer task waits, or on closing;
        a long task asks between its parts and gives up.
    name : str
        Name of the thread.
    on_close : callable, optional
        Called last in the worker, to close what it owns.
    on_error : callable, optional
        Called in the worker with a task that failed in an unforeseen way and its exception, which
        has been logged: whoever waits for an answer must get one.
    """

    def __init__(
        self,
        handle: Callable[[Task, Callable[[], bool]], None],
        name: str,
        on_close: Callable[[], None] | None = None,
        on_error: Callable[[Task, Exception], None] | None = None,
    ) -> None:
        self._handle = handle
        self._on_error = on_error
        self._on_close = on_close
        self._wake = threading.Condition()
        self._task: Task | None = None
        self._closing = False
        # A daemon: a read that never returns must not keep the process from ending.
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, task: Task) -> None:
        """Put a task into the mailbox; one that still waits there is dropped."""
        with self._wake:
            self._task = task
            self._wake.notify()

    def close(self) -> bool:
        """Ask the worker to stop and wait for it, 5 s at most. Returns whether it has ended."""
        with self._wake:
            self._closing = True
            self._task = None
            self._wake.notify()
        self._thread.join(_JOIN_S)
        return not self._thread.is_alive()

    def _is_stale(self) -> bool:
        return self._closing or self._task is not None

    def _run(self) -> None:
        while True:
            with self._wake:
                while self._task is None and not self._closing:
                    self._wake.wait()
                if self._closing:
                    break
                task, self._task = self._task, None
            assert task is not None
            try:
                self._handle(task, self._is_stale)
            except Exception as error:  # noqa: BLE001  the worker outlives a task that fails
                _log.exception("%s: task failed", self._thread.name)
                if self._on_error is not None:
                    self._on_error(task, error)
        if self._on_close is not None:
            self._on_close()
