"""The pass over the open recording, in the background: progress, pause, and what is kept of it."""

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
from ecogview.services.background_pass import BackgroundPass, PassTask, PassWorker
from ecogview.services.column_reading import estimate_of
from ecogview.services.keeping import was_kept, writer_for
from ecogview.services.overview import Overview
from ecogview.services.overview_build import OverviewBuild
from ecogview.services.sources import Source

_TELL_EVERY_S = 0.1


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


class OverviewPass(BackgroundPass):
    """Makes the overview of the newest recording asked for.

    `began` and `finished` carry an `Overview`, `progressed` a `PassProgress`.
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
            "overview pass",
            "the overview cannot be made",
            lambda report: _Worker(report, ready, kept_files),
            parent,
        )

    def start(self, source: Source, *, anew: bool = False) -> None:
        """Begin with a recording; one under way is given up.

        With `anew` what is kept is not looked at, but replaced: it turned out to be damaged.
        """
        self._submit(lambda task_id: _Task(task_id, source, anew))


class _Worker(PassWorker):
    def _pass(self, task: PassTask, recording: Recording, wait: Callable[[], None]) -> None:
        assert isinstance(task, _Task)
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
