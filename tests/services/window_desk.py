"""A window loader's worker without its thread, a source that is watched, columns the plain way."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from fractions import Fraction
from types import ModuleType, TracebackType
from typing import Any, Self
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from ecogview.data.recording import Recording, RecordingInfo
from ecogview.dsp import engine
from ecogview.dsp.columns import ColumnGrid
from ecogview.dsp.ring import ColumnState
from ecogview.services import sample_reading
from ecogview.services.overview import Overview
from ecogview.services.sources import ArraySource, Source
from ecogview.services.window_loader import WindowRequest, WindowResponse, _Worker

N_CHANNELS, N = 3, 6007


def some_samples() -> NDArray[np.float32]:
    """Whole numbers, (channels, samples): channels far apart, none 0, the last one sticks out."""
    noise = np.random.default_rng(5).integers(-900, 900, (N_CHANNELS, N))
    samples = noise + 2000 * np.arange(1, N_CHANNELS + 1)[:, np.newaxis]
    samples[:, -1] = [30_000, 31_000, 32_000]
    return samples.astype(np.float32)


SAMPLES = some_samples()


class Desk:
    """A loader's worker, asked directly; keeps what it delivers."""

    def __init__(self) -> None:
        self.responses: list[WindowResponse] = []
        self.kept: list[tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.uint8]]] = []
        self.worker = _Worker(self._deliver)
        self._id = 0

    def _deliver(self, response: WindowResponse) -> None:
        self.responses.append(response)
        self.kept.append((response.low.copy(), response.high.copy(), response.states.copy()))

    def ask(
        self,
        source: Source,
        grid: ColumnGrid,
        first: int,
        stop: int,
        is_stale: Callable[[], bool] = lambda: False,
        n_channels: int = N_CHANNELS,
        overview: Overview | None = None,
    ) -> list[WindowResponse]:
        self.responses.clear()
        self.kept.clear()
        self._id += 1
        request = WindowRequest(self._id, source, grid, first, stop, n_channels, overview)
        self.worker.handle(request, is_stale)
        for response, kept in zip(self.responses, self.kept, strict=True):
            assert (response.id, response.source, response.grid) == (self._id, source, grid)
            # What has been handed over is not written to any more.
            for now, then in zip((response.low, response.high, response.states), kept, strict=True):
                np.testing.assert_array_equal(now, then)
        return list(self.responses)

    def whole(
        self, source: Source, grid: ColumnGrid, first: int, stop: int, n_channels: int = N_CHANNELS
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.uint8]]:
        """What the responses to a request join to."""
        responses = self.ask(source, grid, first, stop, n_channels=n_channels)
        assert [response.final for response in responses] == [False] * (len(responses) - 1) + [True]
        at = first
        for response in responses:
            assert response.first == at
            assert len(response.low) == len(response.high) == len(response.states)
            at += len(response.states)
        assert at == stop
        return (
            np.concatenate([response.low for response in responses]),
            np.concatenate([response.high for response in responses]),
            np.concatenate([response.states for response in responses]),
        )


def joined(
    responses: list[WindowResponse],
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.uint8]]:
    """What responses in any order join to; the last one is final, and no column comes twice."""
    first = min(response.first for response in responses)
    stop = max(response.first + len(response.low) for response in responses)
    shape = (stop - first, responses[0].low.shape[1])
    low, high = np.full(shape, np.inf, np.float32), np.full(shape, -np.inf, np.float32)
    states = np.zeros(stop - first, np.uint8)
    for response in responses:
        part = slice(response.first - first, response.first - first + len(response.low))
        assert (states[part] == ColumnState.PENDING).all()
        low[part], high[part], states[part] = response.low, response.high, response.states
    assert (states != ColumnState.PENDING).all()
    assert [response.final for response in responses] == [False] * (len(responses) - 1) + [True]
    assert responses[-1].covers
    return low, high, states


class Watched:
    """An array as a source that notes what is done to it, and does what it is told before reads."""

    mask_path = None
    may_lack_mask = True
    mask_problem = None

    def __init__(
        self, array: NDArray[np.float32], before_read: Callable[[int, int], object] = lambda *_: 0
    ) -> None:
        self.array = array
        self.before_read = before_read
        self.opened = 0
        self.reads: list[tuple[int, int]] = []
        self.closed_in: list[threading.Thread] = []

    def open(self) -> Recording:
        self.opened += 1
        return _WatchedRecording(self)


class _WatchedRecording:
    def __init__(self, source: Watched) -> None:
        self._source = source
        self._inner = ArraySource(source.array, 1000.0).open()
        self.info: RecordingInfo = self._inner.info

    def read_rows(self, start: int, stop: int) -> NDArray[Any]:
        self._source.reads.append((start, stop))
        self._source.before_read(start, stop)
        return self._inner.read_rows(start, stop)

    def close(self) -> None:
        self._source.closed_in.append(threading.current_thread())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def working(
    module: ModuleType,
    block_bytes: int | None = None,
    *,
    in_halves: bool = False,
    piece_blocks: int = 1,
) -> ExitStack:
    """With these kernels; blocks of `block_bytes`, if given, are delivered as they are read.

    So many blocks make a piece; with `in_halves` two threads share one that touches two columns.
    """
    stack = ExitStack()
    stack.enter_context(patch.object(engine, "_active", module))
    if block_bytes is not None:
        sizes = dict.fromkeys(("interleaved", "planar"), block_bytes)
        stack.enter_context(patch.object(sample_reading, "_BLOCK_BYTES", sizes))
        piece_bytes = piece_blocks * block_bytes
        stack.enter_context(patch.object(sample_reading, "_PIECE_BYTES", piece_bytes))
        stack.enter_context(patch.object(sample_reading, "_DELIVER_EVERY_S", -1.0))
    if in_halves:
        stack.enter_context(patch.object(sample_reading, "_LEAST_HALVED_BYTES", 0))
    return stack


def spans(
    samples: NDArray[np.float32], grid: ColumnGrid, first: int, stop: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Smallest and largest value of the line through the samples in each column."""
    shape = (stop - first, len(samples))
    low, high = np.full(shape, np.inf), np.full(shape, -np.inf)
    for column in range(first, stop):
        for values in points(samples, grid, column):
            low[column - first] = np.minimum(low[column - first], values)
            high[column - first] = np.maximum(high[column - first], values)
    return low, high


def points(
    samples: NDArray[np.float32], grid: ColumnGrid, column: int
) -> Iterator[NDArray[np.float64]]:
    n = samples.shape[1]
    if not grid.interpolated:
        stretch = samples[:, grid.edge(column) : grid.edge(column + 1) + 1].astype(float)
        yield from stretch.T
        return
    left, right = (Fraction(c * grid.length, grid.width) for c in (column, column + 1))
    for sample in range(int(left), int(right) + 1):
        if left <= sample <= right and sample < n:
            yield samples[:, sample].astype(float)
    for edge in (left, right):
        whole, part = int(edge), float(edge - int(edge))
        if part and whole + 1 < n:
            yield (1 - part) * samples[:, whole] + part * samples[:, whole + 1].astype(float)
