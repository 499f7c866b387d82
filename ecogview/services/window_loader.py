"""Windows of samples, read and reduced to columns off the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QObject, pyqtSignal

from ecogview.data.recording import Recording
from ecogview.dsp.beside import Beside
from ecogview.dsp.columns import ColumnGrid
from ecogview.dsp.estimate import SignalEstimate
from ecogview.dsp.ring import ColumnState
from ecogview.errors import RecordingError
from ecogview.model.processing import AppliedProcessing
from ecogview.services.column_reading import ColumnReader, Samples, estimate_of
from ecogview.services.file_watch import FileChange, FileWatch
from ecogview.services.filtered_overview import FilteredOverview
from ecogview.services.latest import Latest
from ecogview.services.overview import Overview
from ecogview.services.processed_columns import ProcessedColumns
from ecogview.services.sources import FileSource, Source

# After these the samples are still those that the pass has seen.
_SAME_SAMPLES: tuple[FileChange | None, ...] = (None, "removed", "unreachable")


@dataclass(frozen=True, slots=True)
class WindowRequest:
    """Columns `first` to `stop` of a grid over a recording; none, to learn only of changes.

    `overview` is what the pass knows of the recording, None before it begins. With `processing`
    samples are processed, and `filtered` is what the filtered pass knows of them.
    """

    id: int
    source: Source
    grid: ColumnGrid
    first: int
    stop: int
    n_channels: int
    overview: Overview | None = None
    processing: AppliedProcessing | None = None
    filtered: FilteredOverview | None = None


@dataclass(frozen=True, eq=False, slots=True)
class WindowResponse:
    """Columns from `first` on: all of the request's, or some of them.

    `low`, `high` have shape (columns, channels) in the recording's unit, float32; `states` are
    `ColumnState`. `final` is True on the last response of a request, `covers` once all of its
    columns are known, if only coarsely. `change` is what has happened to the file since it was
    opened; `failure` says why the columns could not be read. With `overview_is_damaged` what was
    kept of the pass has to be made anew. `samples` are what the columns are made of, where there
    are less than 2 a pixel.

    `processing` is that of the request: then nothing of a channel's constant is in the columns,
    and they are in z where it says so. Where they are `is_unfiltered`, a filter or a reference is
    still missing from them; they are COARSE, and filtered ones may follow.
    """

    id: int
    source: Source
    grid: ColumnGrid
    first: int
    low: NDArray[np.float32]
    high: NDArray[np.float32]
    states: NDArray[np.uint8]
    final: bool
    covers: bool = False
    estimate: SignalEstimate | None = None
    change: FileChange | None = None
    failure: RecordingError | None = None
    overview_is_damaged: bool = False
    samples: Samples | None = None
    processing: AppliedProcessing | None = None
    is_unfiltered: bool = False
    filtered_is_damaged: bool = False


class WindowLoader(QObject):
    """Answers the newest `WindowRequest`; lives in the GUI thread, reads in one of its own.

    `responded` is emitted in the worker; receivers in the GUI thread get it queued. `drawing` is a
    thread for those who draw what they got.
    """

    responded = pyqtSignal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.drawing = Beside("drawing, other half")
        self._worker = _Worker(self.responded.emit)
        self._latest = Latest(
            self._worker.handle, "window loader", self._worker.close, self._worker.on_error
        )

    def submit(self, request: WindowRequest) -> None:
        """Ask for a window; one that was asked for before and is not done is given up."""
        self._latest.submit(request)

    def close(self) -> None:
        self._latest.close()
        self.drawing.close()


class _Worker:
    """Everything here runs in the loader's thread, which owns the open recording."""

    def __init__(self, deliver: Callable[[WindowResponse], None]) -> None:
        self._deliver = deliver
        self._source: Source | None = None
        self._recording: Recording | None = None
        self._reader: ColumnReader | None = None
        self._processed: ProcessedColumns | None = None
        self._watch: FileWatch | None = None
        self._estimate: SignalEstimate | None = None

    def close(self) -> None:
        if self._processed is not None:
            self._processed.close()
            self._processed = None
        if self._reader is not None:
            self._reader.close()
        if self._recording is not None:
            self._recording.close()
        self._source = self._recording = self._reader = self._watch = self._estimate = None

    def handle(self, request: WindowRequest, is_stale: Callable[[], bool]) -> None:
        try:
            recording = self._opened(request.source)
        except RecordingError as error:
            self._answer(request, request.first, *self._blank(request), failure=error, final=True)
            return
        n_channels = recording.info.n_channels
        if n_channels != request.n_channels:
            self.close()
            change = f"has {n_channels} channels now, {request.n_channels} when it was opened"
            failure = RecordingError(recording.info.path, change, "read it again")
            self._answer(request, request.first, *self._blank(request), failure=failure, final=True)
            return
        self._load(request, is_stale)

    def on_error(self, request: WindowRequest, error: Exception) -> None:
        """Answer a request that failed in an unforeseen way."""
        failure = RecordingError(self._path(), f"cannot be read ({error!r})", "read it again")
        self._answer(request, request.first, *self._blank(request), failure=failure, final=True)

    def _path(self) -> Path:
        return Path() if self._recording is None else self._recording.info.path

    def _opened(self, source: Source) -> Recording:
        if self._recording is None or source is not self._source:
            self.close()
            self._recording = recording = source.open()
            self._reader = ColumnReader(recording)
            self._source = source
            if isinstance(source, FileSource):
                self._watch = FileWatch.of(source.path)
            self._estimate = estimate_of(recording)
        return self._recording

    def _load(self, request: WindowRequest, is_stale: Callable[[], bool]) -> None:
        reader = self._reader
        assert reader is not None
        if request.first == request.stop:
            self._answer(request, request.first, *self._blank(request), final=True)
            return
        # A pyramid is one of the file as it was.
        change = None if self._watch is None else self._watch.change()
        overview = request.overview if change in _SAME_SAMPLES else None
        if request.processing is not None:
            filtered = request.filtered if change in _SAME_SAMPLES else None
            self._load_processed(request, request.processing, overview, filtered, is_stale)
            return
        for part in reader.read(request.grid, request.first, request.stop, overview, is_stale):
            self._answer(
                request, part.first, part.low, part.high, part.states,
                final=part.final, covers=part.covers, failure=part.failure, samples=part.samples,
            )  # fmt: skip

    def _load_processed(
        self,
        request: WindowRequest,
        processing: AppliedProcessing,
        overview: Overview | None,
        filtered: FilteredOverview | None,
        is_stale: Callable[[], bool],
    ) -> None:
        assert self._recording is not None
        assert self._reader is not None
        assert self._estimate is not None
        if self._processed is None:
            self._processed = ProcessedColumns(self._recording, self._reader, self._estimate)
        for shown in self._processed.read(
            processing, request.grid, request.first, request.stop, overview, filtered, is_stale
        ):
            part = shown.columns
            self._answer(
                request, part.first, part.low, part.high, part.states,
                final=part.final, covers=part.covers, failure=part.failure, samples=part.samples,
                is_unfiltered=shown.is_unfiltered,
            )  # fmt: skip

    def _blank(
        self, request: WindowRequest
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.uint8]]:
        shape = (request.stop - request.first, request.n_channels)
        states = np.full(shape[0], ColumnState.MISSING, np.uint8)
        return np.full(shape, np.inf, np.float32), np.full(shape, -np.inf, np.float32), states

    def _answer(
        self,
        request: WindowRequest,
        first: int,
        low: NDArray[np.float32],
        high: NDArray[np.float32],
        states: NDArray[np.uint8],
        *,
        final: bool,
        covers: bool = True,
        failure: RecordingError | None = None,
        samples: Samples | None = None,
        is_unfiltered: bool = False,
    ) -> None:
        self._deliver(
            WindowResponse(
                id=request.id,
                source=request.source,
                grid=request.grid,
                first=first,
                low=low,
                high=high,
                states=states,
                final=final,
                covers=covers,
                estimate=self._estimate,
                change=None if self._watch is None else self._watch.change(),
                failure=failure,
                overview_is_damaged=self._reader is not None and self._reader.is_damaged,
                samples=samples,
                processing=request.processing,
                is_unfiltered=is_unfiltered,
                filtered_is_damaged=self._processed is not None and self._processed.is_damaged,
            )
        )
