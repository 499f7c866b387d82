"""The filtered pass over the open recording, in the background, like that for the overview.

It is asked for when wide views are to show a filter or a reference, and given up for the next.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np
from PyQt6.QtCore import QObject

from ecogview.data.kept_files import KeptFiles
from ecogview.data.recording import Recording
from ecogview.errors import EcogviewError
from ecogview.model.processing import AppliedProcessing
from ecogview.services.background_pass import BackgroundPass, PassTask, PassWorker
from ecogview.services.column_reading import estimate_of
from ecogview.services.filtered_build import FilteredBuild
from ecogview.services.filtered_overview import FilteredOverview
from ecogview.services.keeping import writer_for
from ecogview.services.overview import KeptOverview
from ecogview.services.processed_reading import ProcessedReader
from ecogview.services.sources import Source

_TELL_EVERY_S = 0.1


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


class FilteredPass(BackgroundPass):
    """Makes the processed pyramid asked for last.

    `began` and `finished` carry a `FilteredOverview`, `progressed` a `FilteredProgress`.
    """

    def __init__(
        self,
        ready: threading.Event,
        parent: QObject | None = None,
        *,
        kept_files: Callable[[], KeptFiles] = KeptFiles,
    ) -> None:
        """`ready` is set once the kernels are compiled: without them it would take minutes."""
        super().__init__(
            "filtered pass",
            "cannot be processed",
            lambda report: _Worker(report, ready, kept_files),
            parent,
        )

    def start(self, source: Source, applied: AppliedProcessing, *, anew: bool = False) -> None:
        """Begin with a processing that needs samples; one under way is given up.

        With `anew` what is kept is not looked at, but replaced: it turned out to be damaged.
        """
        self._submit(lambda task_id: _Task(task_id, source, applied.of_whole, anew))


class _Worker(PassWorker):
    def _pass(self, task: PassTask, recording: Recording, wait: Callable[[], None]) -> None:
        assert isinstance(task, _Task)
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


def _was_kept(filtered: FilteredOverview, kept_files: KeptFiles) -> bool:
    """Take over what an earlier pass has made; whoever reads of it finds out if it is damaged."""
    file = None if filtered.spec is None else kept_files.open(filtered.spec)
    if file is None:
        return False
    with file:
        filtered.kept = KeptOverview(file.path, file.spec)
    return True
