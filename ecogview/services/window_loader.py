"""Windows of samples, read and reduced to columns off the GUI thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QObject, pyqtSignal

from ecogview.data.recording import Recording
from ecogview.dsp import engine
from ecogview.dsp.columns import ColumnGrid
from ecogview.dsp.estimate import SignalEstimate, estimate_rows, estimate_signal
from ecogview.dsp.ring import ColumnState
from ecogview.errors import RecordingError
from ecogview.services.file_watch import FileChange, FileWatch
from ecogview.services.latest import Latest
from ecogview.services.sources import FileSource, Source

# What is read stays in a core's cache until it is reduced: 60 s of 62 channels (15 MB) take 2.3 ms
# in blocks of 512 KiB, 5.1 ms in blocks of 4 MiB. A planar block is one read a channel: larger.
_BLOCK_BYTES = {"interleaved": 1 << 19, "planar": 1 << 22}
_DELIVER_EVERY_S = 0.03
_PARTS = 4  # of a window: one is drawn in the GUI's thread while the next is read …
_LEAST_PART_S = 0.001  # … where reading it takes longer than handing it over (0.25 ms)


@dataclass(frozen=True, slots=True)
class WindowRequest:
    """Columns `first` to `stop` of a grid over a recording; none, to learn only of changes."""

    id: int
    source: Source
    grid: ColumnGrid
    first: int
    stop: int
    n_channels: int


@dataclass(frozen=True, eq=False, slots=True)
class WindowResponse:
    """Columns from `first` on: all of the request's, or the next ones of them.

    `low`, `high` have shape (columns, channels) in the recording's unit, float32; `states` are
    `ColumnState`; `final` is True on the last response of a request. `change` is what has happened
    to the file since it was opened; `failure` says why the columns could not be read.
    """

    id: int
    source: Source
    grid: ColumnGrid
    first: int
    low: NDArray[np.float32]
    high: NDArray[np.float32]
    states: NDArray[np.uint8]
    final: bool
    estimate: SignalEstimate | None = None
    change: FileChange | None = None
    failure: RecordingError | None = None


class WindowLoader(QObject):
    """Answers the newest `WindowRequest`; lives in the GUI thread, reads in one of its own.

    `responded` is emitted in the worker; receivers in the GUI thread get it queued.
    """

    responded = pyqtSignal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = _Worker(self.responded.emit)
        self._latest = Latest(
            self._worker.handle, "window loader", self._worker.close, self._worker.on_error
        )

    def submit(self, request: WindowRequest) -> None:
        """Ask for a window; one that was asked for before and is not done is given up."""
        self._latest.submit(request)

    def close(self) -> None:
        self._latest.close()


class _Worker:
    """Everything here runs in the loader's thread, which owns the open recording."""

    def __init__(self, deliver: Callable[[WindowResponse], None]) -> None:
        self._deliver = deliver
        self._source: Source | None = None
        self._recording: Recording | None = None
        self._watch: FileWatch | None = None
        self._estimate: SignalEstimate | None = None

    def close(self) -> None:
        if self._recording is not None:
            self._recording.close()
        self._source = self._recording = self._watch = self._estimate = None

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
        self._load(recording, request, is_stale)

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
            self._source = source
            if isinstance(source, FileSource):
                self._watch = FileWatch.of(source.path)
            self._estimate = estimate_signal(_stretches(recording), recording.info.n_channels)
        return self._recording

    def _load(
        self, recording: Recording, request: WindowRequest, is_stale: Callable[[], bool]
    ) -> None:
        info, grid = recording.info, request.grid
        start, stop = grid.rows_needed(request.first, request.stop, info.n_samples)
        low, high, states = self._blank(request)
        if start >= stop:  # beyond the end: the file has been replaced by a shorter one
            self._answer(request, request.first, low, high, states, final=True)
            return
        edges = grid.edges(request.first, request.stop)
        block = max(_BLOCK_BYTES[info.layout] // (info.n_channels * info.dtype.itemsize), 1)
        if grid.interpolated:
            block = stop - start
        done, delivered_s = 0, time.monotonic()
        for first_row in range(start, stop, block):
            last_row = min(first_row + block, stop)
            rows, failure = _read(recording, first_row, last_row)
            reached = first_row + len(rows)
            if grid.interpolated:
                engine.active().interpolate_rows(
                    rows, first_row, request.first, grid.length, grid.width, low, high
                )
            elif len(rows):
                # Only the columns that this block touches, the one before included: the first row
                # may be the one that it shares with its neighbour.
                near = max(grid.column_of(first_row - 1) - request.first, 0)
                after = grid.column_of(reached - 1) - request.first + 1
                engine.active().min_max_rows(
                    rows, first_row, edges[near : after + 1], low[near:after], high[near:after]
                )
            final = last_row == stop or reached < last_row
            # A column is whole once the next one's first sample has been read.
            ready = len(low) if final else grid.column_of(reached - 1) - request.first
            now_s = time.monotonic()
            waited_s = now_s - delivered_s
            is_part = waited_s > _LEAST_PART_S and _PARTS * (ready - done) > len(low)
            is_due = is_part or waited_s > _DELIVER_EVERY_S
            if final or (ready > done and is_due):
                part = slice(done, ready)
                states[part] = _states(edges[done : ready + 1], reached, info.n_samples)
                self._answer(
                    request, request.first + done, low[part], high[part], states[part],
                    final=final, failure=failure,
                )  # fmt: skip
                done, delivered_s = ready, now_s
            if final or is_stale():
                return

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
        failure: RecordingError | None = None,
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
                estimate=self._estimate,
                change=None if self._watch is None else self._watch.change(),
                failure=failure,
            )
        )


def _read(
    recording: Recording, start: int, stop: int
) -> tuple[NDArray[Any], RecordingError | None]:
    """Samples ``[start, stop)``; none, and why, where they cannot be read."""
    try:
        return recording.read_rows(start, stop), None
    except RecordingError as error:
        info = recording.info
        return np.empty((0, info.n_channels), info.dtype), error


def _stretches(recording: Recording) -> Iterator[NDArray[Any]]:
    """What `estimate_signal` needs, one after the other; what cannot be read is left out."""
    for span in estimate_rows(recording.info.n_samples, recording.info.sampling_rate):
        rows, _ = _read(recording, *span)
        yield rows


def _states(edges: NDArray[np.int64], reached: int, n_samples: int) -> NDArray[np.uint8]:
    """Whether the samples of columns, as far as there ever were any, lie before `reached`."""
    states = np.full(len(edges) - 1, ColumnState.READ, np.uint8)
    if reached <= edges[-1]:
        states[np.minimum(edges[1:], n_samples) > reached] = ColumnState.PARTLY_MISSING
        states[edges[:-1] >= reached] = ColumnState.MISSING
    return states
