"""What every pass over the open recording shares: start, pause, cancel, and telling in time."""

from __future__ import annotations

import threading
import time
from abc import abstractmethod
from collections.abc import Callable
from contextlib import ExitStack
from typing import Protocol

import numpy as np
from PyQt6.QtCore import QObject, pyqtSignal

from ecogview.data.envelope_file import EnvelopeWriter
from ecogview.data.kept_files import KeptFiles
from ecogview.data.recording import Recording
from ecogview.errors import EcogviewError, RecordingError
from ecogview.services.keeping import writer_for
from ecogview.services.latest import Latest
from ecogview.services.niceness import be_nice
from ecogview.services.overview import Pyramid
from ecogview.services.overview_build import Stopped
from ecogview.services.pyramid_build import EndsEarlierError
from ecogview.services.sources import Source

_TELL_EVERY_S = 0.1
_POLL_S = 0.05  # a paused pass looks so often whether it is to go on


class PassTask(Protocol):
    """What a pass is asked for."""

    @property
    def id(self) -> int: ...
    @property
    def source(self) -> Source: ...


class AnyBuild(Protocol):
    """A `PyramidBuild` that can read."""

    problem: EcogviewError | None

    def unit_nearest(self, sample: float) -> int | None: ...
    def read_unit(self, unit: int) -> object: ...
    def leave_out(self, unit: int, end: int) -> None: ...
    def finish(self) -> None: ...


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
        self._n_bytes = 0  # of the recording

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
                info = recording.info
                self._n_bytes = info.n_samples * info.n_channels * info.dtype.itemsize
                self._pass(task, recording, wait)
        except Stopped:
            return
        except RecordingError as error:
            self._report(task.id, "failed", error)

    @abstractmethod
    def _pass(self, task: PassTask, recording: Recording, wait: Callable[[], None]) -> None:
        """Do it, and call `wait` before each piece: it returns when the pass may go on."""

    def _make(
        self,
        task: PassTask,
        pyramid: Pyramid,
        build_with: Callable[[EnvelopeWriter | None], AnyBuild],
        wait: Callable[[], None],
    ) -> None:
        """Make a pyramid that is not kept yet, telling of it, and keep it if that can be done."""
        wait()
        with ExitStack() as held:
            writer = None
            try:
                writer = writer_for(pyramid, self._kept_files())
            except EcogviewError as error:
                self._report(task.id, "not_kept", error)
            if writer is not None:
                held.enter_context(writer)
            build = build_with(writer)
            self._read_all(task, pyramid, build)
            build.finish()
        if build.problem is not None:
            self._report(task.id, "not_kept", build.problem)
        self._report(task.id, "finished", pyramid)

    def _read_all(self, task: PassTask, pyramid: Pyramid, build: AnyBuild) -> None:
        done, n_bytes = pyramid.levels.done, self._n_bytes
        began_s = told_s = self._busy_s()
        cut: EndsEarlierError | None = None
        while (unit := build.unit_nearest(self.focus)) is not None:
            try:
                found = build.read_unit(unit)
            except EndsEarlierError as error:  # what lies before its end can be read all the same
                build.leave_out(unit, error.sample)
                cut = error  # the last one tried is the nearest to where it ends
                continue
            self._take(found)
            now_s = self._busy_s()
            if now_s - told_s > _TELL_EVERY_S:
                fraction = int(np.count_nonzero(done)) / len(done)
                bytes_per_s = fraction * n_bytes / (now_s - began_s)
                left_s = (1 - fraction) * n_bytes / bytes_per_s
                report = self._progress(pyramid, fraction, bytes_per_s, left_s)
                self._report(task.id, "progressed", report)
                told_s = now_s
        if cut is not None:
            raise cut

    def _take(self, found: object) -> None:
        """Note what `read_unit` gave, for the next report."""

    @abstractmethod
    def _progress(
        self, pyramid: Pyramid, fraction: float, bytes_per_s: float, left_s: float
    ) -> object:
        """What is told on the way."""

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

    _name: str  # of the thread
    _failure: str  # what cannot be done where something goes wrong
    _worker_class: type[PassWorker]

    def __init__(
        self,
        ready: threading.Event,
        parent: QObject | None = None,
        *,
        kept_files: Callable[[], KeptFiles] = KeptFiles,
    ) -> None:
        """`ready` is set once the kernels are compiled: without them it would take minutes."""
        super().__init__(parent)
        self._id = 0
        self._reported.connect(self._on_reported)
        self._worker = self._worker_class(self._reported.emit, ready, kept_files)
        self._latest = Latest(self._worker.work, self._name, on_error=self._on_error)

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
