"""The filtered pass over the open recording, in the background, like that for the overview.

It is asked for when wide views are to show a filter or a reference, and given up for the next.
"""

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
from ecogview.model.processing import AppliedProcessing
from ecogview.services.column_reading import estimate_of
from ecogview.services.filtered_build import FilteredBuild
from ecogview.services.filtered_overview import FilteredOverview
from ecogview.services.keeping import writer_for
from ecogview.services.latest import Latest
from ecogview.services.niceness import be_nice
from ecogview.services.overview import KeptOverview
from ecogview.services.overview_build import Stopped
from ecogview.services.processed_reading import ProcessedReader
from ecogview.services.sources import Source

_TELL_EVERY_S = 0.1
_POLL_S = 0.05  # a paused pass looks so often whether it is to go on


@dataclass(frozen=True, slots=True)
class FilteredProgress:
    """How far the pass is."""

    filtered: FilteredOverview
    fraction: float
    bytes_per_s: float
    left_s: float


@dataclass(frozen=True, slots=True)
class _Task:
    id: int
    source: Source
    applied: AppliedProcessing
    anew: bool


class FilteredPass(QObject):
    """Makes the processed pyramid asked for last. Lives in the GUI thread, works in one.

    Signals
    -------
    began(FilteredOverview)
        It is being made, or was found kept: then it is complete.
    progressed(FilteredProgress)
        Ten times a second at most.
    finished(FilteredOverview)
        All of the recording has been processed.
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
        self._latest = Latest(self._worker.work, "filtered pass", on_error=self._on_error)

    @property
    def is_paused(self) -> bool:
        return not self._worker.may_go_on.is_set()

    def start(self, source: Source, applied: AppliedProcessing, *, anew: bool = False) -> None:
        """Begin with a processing that needs samples; one under way is given up.

        With `anew` what is kept is not looked at, but replaced: it turned out to be damaged.
        """
        self._id += 1
        self._worker.may_go_on.set()
        self._worker.cancelled = 0
        self._latest.submit(_Task(self._id, source, applied.of_whole, anew))

    def look_at(self, sample: float) -> None:
        """Process first what lies near a sample."""
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
        failure = RecordingError(path, f"cannot be processed ({error!r})", "see the log")
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
        filtered = FilteredOverview.blank(recording.info, task.applied)
        kept_files = self._kept_files()
        if not task.anew and _was_kept(filtered, kept_files):
            self._report(task.id, "began", filtered)
            self._report(task.id, "finished", filtered)
            return
        self._report(task.id, "began", filtered)
        wait()
        with ExitStack() as held:
            writer = None
            try:
                writer = writer_for(filtered, kept_files)
            except EcogviewError as error:
                self._report(task.id, "not_kept", error)
            if writer is not None:
                held.enter_context(writer)
            reader = ProcessedReader(
                recording.read_rows, recording.info, task.applied, estimate_of(recording)
            )
            build = FilteredBuild(recording, filtered, reader, writer, wait)
            self._process_all(task, build, filtered)
            build.finish()
        if build.problem is not None:
            self._report(task.id, "not_kept", build.problem)
        self._report(task.id, "finished", filtered)

    def _process_all(self, task: _Task, build: FilteredBuild, filtered: FilteredOverview) -> None:
        info, done = filtered.info, filtered.levels.done
        n_bytes = info.n_samples * info.n_channels * info.dtype.itemsize
        began_s = told_s = self._busy_s()
        while (unit := build.unit_nearest(self.focus)) is not None:
            build.read_unit(unit)
            now_s = self._busy_s()
            if now_s - told_s > _TELL_EVERY_S:
                fraction = int(np.count_nonzero(done)) / len(done)
                bytes_per_s = fraction * n_bytes / (now_s - began_s)
                left_s = (1 - fraction) * n_bytes / bytes_per_s
                report = FilteredProgress(filtered, fraction, bytes_per_s, left_s)
                self._report(task.id, "progressed", report)
                told_s = now_s

    def _busy_s(self) -> float:
        """A clock that stands still while the pass waits: a pause makes it no slower."""
        return time.monotonic() - self._waited_s


def _was_kept(filtered: FilteredOverview, kept_files: KeptFiles) -> bool:
    """Take over what an earlier pass has made; whoever reads of it finds out if it is damaged."""
    file = None if filtered.spec is None else kept_files.open(filtered.spec)
    if file is None:
        return False
    with file:
        filtered.kept = KeptOverview(file.path, file.spec)
    return True
