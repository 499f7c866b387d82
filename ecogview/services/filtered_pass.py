"""The filtered pass over the open recording, in the background, like that for the overview.

It is asked for when wide views are to show a filter or a reference, and given up for the next.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from ecogview.data.envelope_file import EnvelopeWriter
from ecogview.data.kept_files import KeptFiles
from ecogview.data.recording import Recording
from ecogview.model.processing import AppliedProcessing
from ecogview.services.background_pass import BackgroundPass, PassTask, PassWorker
from ecogview.services.column_reading import estimate_of
from ecogview.services.filtered_build import FilteredBuild
from ecogview.services.filtered_overview import FilteredOverview
from ecogview.services.overview import KeptOverview, Pyramid
from ecogview.services.processed_reading import ProcessedReader
from ecogview.services.sources import Source


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


class _Worker(PassWorker):
    def _pass(self, task: PassTask, recording: Recording, wait: Callable[[], None]) -> None:
        assert isinstance(task, _Task)
        applied = task.applied
        filtered = FilteredOverview.blank(recording.info, applied)
        is_kept = not task.anew and _was_kept(filtered, self._kept_files())
        self._report(task.id, "began", filtered)
        if is_kept:
            self._report(task.id, "finished", filtered)
            return

        def build_with(writer: EnvelopeWriter | None) -> FilteredBuild:
            estimate = estimate_of(recording)
            reader = ProcessedReader(recording.read_rows, recording.info, applied, estimate)
            return FilteredBuild(recording, filtered, reader, writer, wait)

        self._make(task, filtered, build_with, wait)

    def _progress(
        self, pyramid: Pyramid, fraction: float, bytes_per_s: float, left_s: float
    ) -> FilteredProgress:
        filtered = cast("FilteredOverview", pyramid)
        return FilteredProgress(filtered, fraction, bytes_per_s, left_s)


class FilteredPass(BackgroundPass):
    """Makes the processed pyramid asked for last.

    `began` and `finished` carry a `FilteredOverview`, `progressed` a `FilteredProgress`.
    """

    _name = "filtered pass"
    _failure = "cannot be processed"
    _worker_class = _Worker

    def start(self, source: Source, applied: AppliedProcessing, *, anew: bool = False) -> None:
        """Begin with a processing that needs samples; one under way is given up.

        With `anew` what is kept is not looked at, but replaced: it turned out to be damaged.
        """
        self._submit(lambda task_id: _Task(task_id, source, applied.of_whole, anew))


def _was_kept(filtered: FilteredOverview, kept_files: KeptFiles) -> bool:
    """Take over what an earlier pass has made; whoever reads of it finds out if it is damaged."""
    file = None if filtered.spec is None else kept_files.open(filtered.spec)
    if file is None:
        return False
    with file:
        filtered.kept = KeptOverview(file.path, file.spec)
    return True
