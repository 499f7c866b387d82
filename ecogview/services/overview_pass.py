"""The pass over the open recording, in the background: progress, pause, and what is kept of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from ecogview.data.envelope_file import EnvelopeWriter
from ecogview.data.recording import Recording
from ecogview.dsp.channel_quality import MEASURES, prepared
from ecogview.services.background_pass import BackgroundPass, PassTask, PassWorker
from ecogview.services.column_reading import estimate_of
from ecogview.services.keeping import was_kept
from ecogview.services.overview import Overview, Pyramid
from ecogview.services.overview_build import OverviewBuild
from ecogview.services.sources import Source


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


class _Worker(PassWorker):
    _cells: tuple[int, int] | None = None  # found since the last report

    def _pass(self, task: PassTask, recording: Recording, wait: Callable[[], None]) -> None:
        assert isinstance(task, _Task)
        overview = Overview.blank(recording.info)
        is_kept = not task.anew and was_kept(overview, self._kept_files())
        shown_first = next(iter(MEASURES.values()))
        if is_kept and shown_first.applies_to(overview.quality):
            # Here and not in the GUI thread, which would stand still meanwhile.
            overview.quality = prepared(overview.quality, shown_first)
        self._report(task.id, "began", overview)
        if is_kept:
            self._report(task.id, "finished", overview)
            return
        self._cells = None

        def build_with(writer: EnvelopeWriter | None) -> OverviewBuild:
            return OverviewBuild(recording, overview, estimate_of(recording), writer, wait)

        self._make(task, overview, build_with, wait)

    def _take(self, found: object) -> None:
        first, stop = cast("tuple[int, int]", found)
        before = self._cells or (first, stop)
        self._cells = min(before[0], first), max(before[1], stop)

    def _progress(
        self, pyramid: Pyramid, fraction: float, bytes_per_s: float, left_s: float
    ) -> PassProgress:
        cells, self._cells = self._cells or (0, 0), None
        overview = cast("Overview", pyramid)
        return PassProgress(overview, fraction, bytes_per_s, left_s, cells)


class OverviewPass(BackgroundPass):
    """Makes the overview of the newest recording asked for.

    `began` and `finished` carry an `Overview`, `progressed` a `PassProgress`.
    """

    _name = "overview pass"
    _failure = "the overview cannot be made"
    _worker_class = _Worker

    def start(self, source: Source, *, anew: bool = False) -> None:
        """Begin with a recording; one under way is given up.

        With `anew` what is kept is not looked at, but replaced: it turned out to be damaged.
        """
        self._submit(lambda task_id: _Task(task_id, source, anew))
