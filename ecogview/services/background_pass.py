"""What every pass over the open recording shares: start, pause, cancel, and telling in time."""

from __future__ import annotations

import threading
import time
from abc import abstractmethod
from collections.abc import Callable
from typing import Protocol

from PyQt6.QtCore import QObject, pyqtSignal

from ecogview.data.kept_files import KeptFiles
from ecogview.data.recording import Recording
from ecogview.errors import RecordingError
from ecogview.services.latest import Latest
from ecogview.services.niceness import be_nice
from ecogview.services.overview_build import Stopped
from ecogview.services.sources import Source

_POLL_S = 0.05  # a paused pass looks so often whether it is to go on


class PassTask(Protocol):
    """What a pass is asked for."""

    @property
    def id(self) -> int: ...
    @property
    def source(self) -> Source: ...


class PassWorker:
    """Everything but the public attributes belongs to the pass's thread."""

    def __init__(
        self,
        report: Callable[[int, str, object], None],
        ready: threading.Event,
        kept_files: Callable[[], KeptFiles],
    ) -> None:
        self._report = report
        self._ready = ready
        self._kept_files = kept_files
        self.focus = 0.0
        self.cancelled = 0  # id of the task to give up
        self.may_go_on = threading.Event()
        self._waited_s = 0.0

    def work(self, task: PassTask, is_stale: Callable[[], bool]) -> None:
        be_nice()

        def wait() -> None:
            asked_s = time.monotonic()
            while True:
                if is_stale() or self.cancelled == task.id:
                    raise Stopped
                if self._ready.wait(_POLL_S) and self.may_go_on.wait(_POLL_S):
                    self._waited_s += time.monotonic() - asked_s
                    return

        try:
            with task.source.open() as recording:
                self._pass(task, recording, wait)
        except Stopped:
            return
        except RecordingError as error:
            self._report(task.id, "failed", error)

    @abstractmethod
    def _pass(self, task: PassTask, recording: Recording, wait: Callable[[], None]) -> None:
        """Do it, and call `wait` before each piece: it returns when the pass may go on."""

    def _busy_s(self) -> float:
        """A clock that stands still while the pass waits: a pause makes it no slower."""
        return time.monotonic() - self._waited_s


class BackgroundPass(QObject):
    """Works for the newest task alone. Lives in the GUI thread, works in one of its own.

    Signals
    -------
    began(object)
        What is being made, or was found kept: then it is complete.
    progressed(object)
        Ten times a second at most.
    finished(object)
        All of the recording has been read.
    not_kept(EcogviewError)
        It could be made, but not kept for next time.
    failed(EcogviewError)
        The recording cannot be read to its end; what was found by then stays.
    """

    began = pyqtSignal(object)
    progressed = pyqtSignal(object)
    finished = pyqtSignal(object)
    not_kept = pyqtSignal(object)
    failed = pyqtSignal(object)
    _reported = pyqtSignal(int, object, object)  # id of the task, signal, argument

    def __init__(
        self,
        name: str,
        failure: str,
        make_worker: Callable[[Callable[[int, str, object], None]], PassWorker],
        parent: QObject | None,
    ) -> None:
        """`name` is the thread's; `failure` says what cannot be done where something goes wrong."""
        super().__init__(parent)
        self._id = 0
        self._failure = failure
        self._reported.connect(self._on_reported)
        self._worker = make_worker(self._reported.emit)
        self._latest = Latest(self._worker.work, name, on_error=self._on_error)

    @property
    def is_paused(self) -> bool:
        return not self._worker.may_go_on.is_set()

    def look_at(self, sample: float) -> None:
        """Do first what lies near a sample."""
        self._worker.focus = sample

    def pause(self) -> None:
        self._worker.may_go_on.clear()

    def resume(self) -> None:
        self._worker.may_go_on.set()

    def cancel(self) -> None:
        """Give up, and tell no more of it; what was found stays in memory, nothing is kept."""
        self._worker.cancelled = self._id
        self._id += 1

    def close(self) -> None:
        self._latest.close()

    def _submit(self, make_task: Callable[[int], PassTask]) -> None:
        """Begin with a task; one under way is given up."""
        self._id += 1
        self._worker.may_go_on.set()
        self._worker.cancelled = 0
        self._latest.submit(make_task(self._id))

    def _on_error(self, task: PassTask, error: Exception) -> None:
        path = getattr(task.source, "path", "array")
        failure = RecordingError(path, f"{self._failure} ({error!r})", "see the log")
        self._reported.emit(task.id, "failed", failure)

    def _on_reported(self, task_id: int, signal: str, argument: object) -> None:
        if task_id == self._id:
            getattr(self, signal).emit(argument)
