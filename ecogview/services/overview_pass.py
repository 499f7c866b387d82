"""The pass over the open recording, in the background: progress, pause, and what is kept of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np
from PyQt6.QtCore import QObject, pyqtSignal

from ecogview.data.kept_files import KeptFiles
from ecogview.data.recording import Recording
from ecogview.errors import EcogviewError, RecordingError
from ecogview.services.column_reading import estimate_of
from ecogview.services.keeping import was_kept, writer_for
from ecogview.services.latest import Latest
from ecogview.services.niceness import be_nice
from ecogview.services.overview import Overview
from ecogview.services.overview_build import OverviewBuild, Stopped
from ecogview.services.sources import Source

_TELL_EVERY_S = 0.1
_POLL_S = 0.05  # a paused pass looks so often whether it is to go on


@dataclass(frozen=True, slots=True)
class PassProgress:
    """How far the pass is. `cells` are those of the quality map found since the last report."""

    overview: Overview
    fraction: float
    bytes_per_s: float
    left_s: float
    cells: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Task:
    id: int
    source: Source
    anew: bool


class OverviewPass(QObject):
    """Makes the overview of the newest recording asked for. Lives in the GUI thread, works in one.

    Signals
    -------
    began(Overview)
        It is being made, or was found kept: then it is complete.
    progressed(PassProgress)
        Ten times a second at most.
    finished(Overview)
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
        ready: threading.Event,
        parent: QObject | None = None,
        *,
        kept_files: Callable[[], KeptFiles] = KeptFiles,
    ) -> None:
        """`ready` is set once the kernels are compiled: without them it would take minutes."""
        super().__init__(parent)
        self._id = 0
        self._reported.connect(self._on_reported)
        self._worker = _Worker(self._reported.emit, ready, kept_files)
        self._latest = Latest(self._worker.work, "overview pass", on_error=self._on_error)

    @property
    def is_paused(self) -> bool:
        return not self._worker.may_go_on.is_set()

    def start(self, source: Source, *, anew: bool = False) -> None:
        """Begin with a recording; one under way is given up.

        With `anew` what is kept is not looked at, but replaced: it turned out to be damaged.
        """
        self._id += 1
        self._worker.may_go_on.set()
        self._worker.cancelled = 0
        self._latest.submit(_Task(self._id, source, anew))

    def look_at(self, sample: float) -> None:
        """Read first what lies near a sample."""
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

    def _on_error(self, task: _Task, error: Exception) -> None:
        path = getattr(task.source, "path", "array")
        failure = RecordingError(path, f"the overview cannot be made ({error!r})", "see the log")
        self._reported.emit(task.id, "failed", failure)

    def _on_reported(self, task_id: int, signal: str, argument: object) -> None:
        if task_id == self._id:
            getattr(self, signal).emit(argument)


class _Worker:
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

    def work(self, task: _Task, is_stale: Callable[[], bool]) -> None:
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

    def _pass(self, task: _Task, recording: Recording, wait: Callable[[], None]) -> None:
        overview = Overview.blank(recording.info)
        kept_files = self._kept_files()
        if not task.anew and was_kept(overview, kept_files):
            self._report(task.id, "began", overview)
            self._report(task.id, "finished", overview)
            return
        self._report(task.id, "began", overview)
        wait()
        with ExitStack() as held:
            writer = None
            try:
                writer = writer_for(overview, kept_files)
            except EcogviewError as error:
                self._report(task.id, "not_kept", error)
            if writer is not None:
                held.enter_context(writer)
            build = OverviewBuild(recording, overview, estimate_of(recording), writer, wait)
            self._read_all(task, build, overview)
            build.finish()
        if build.problem is not None:
            self._report(task.id, "not_kept", build.problem)
        self._report(task.id, "finished", overview)

    def _read_all(self, task: _Task, build: OverviewBuild, overview: Overview) -> None:
        info, done = overview.info, overview.levels.done
        n_bytes = info.n_samples * info.n_channels * info.dtype.itemsize
        began_s = told_s = self._busy_s()
        first, stop = overview.quality.grid.n_cells, 0
        while (unit := build.unit_nearest(self.focus)) is not None:
            cells = build.read_unit(unit)
            first, stop = min(first, cells[0]), max(stop, cells[1])
            now_s = self._busy_s()
            if now_s - told_s > _TELL_EVERY_S:
                fraction = int(np.count_nonzero(done)) / len(done)
                bytes_per_s = fraction * n_bytes / (now_s - began_s)
                left_s = (1 - fraction) * n_bytes / bytes_per_s
                report = PassProgress(overview, fraction, bytes_per_s, left_s, (first, stop))
                self._report(task.id, "progressed", report)
                told_s = now_s
                first, stop = overview.quality.grid.n_cells, 0

    def _busy_s(self) -> float:
        """A clock that stands still while the pass waits: a pause makes it no slower."""
        return time.monotonic() - self._waited_s
