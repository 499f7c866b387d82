"""A recording as it looks processed, kept block by block: columns are made of it. No Qt."""

from __future__ import annotations

import threading
from collections import OrderedDict
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ecogview.data.recording import Recording
from ecogview.dsp.beside import Beside
from ecogview.services.processed_reading import ProcessedReader, Scratch
from ecogview.services.slow_reading import CHUNK

_LEAST_BLOCK = 1024
_LEAST_REDUCED = 4  # blocks of a window; fewer are kept, for it to be zoomed and scrolled in
_GROUP = 4  # blocks that are read at once
_MOST = 24_000_000  # samples times channels that are processed at once: 96 MB, twice
_MUCH = 1 << 17  # samples times channels that are worth a second thread
_KEPT_BYTES = 96 << 20  # the blocks of a window of 10 s at 30 kHz, 62 channels


def block_size(length: int, reach: int) -> int:
    """Samples a block for windows of some length, given how far a filter reaches.

    What lies in blocks beyond the window is made for nothing, and so are the margins of each: an
    eighth of the window, but as much as is read to either side. A power of two, so that zooming
    keeps most.
    """
    return 1 << (max(length // 8, reach, _LEAST_BLOCK).bit_length() - 1)


class ProcessedBlocks:
    """Fulfils `Recording` with processed samples, float32; belongs to the loader's thread.

    Blocks lie on a grid counted from the start of the recording, and each is made of the same
    samples whenever it is made: a scrolled picture equals a fresh one to the last bit.
    `info` is the recording's, its dtype that of the file: how wide windows are read depends on it.

    Parameters
    ----------
    recording : Recording
    reader : ProcessedReader
        Of the same recording.
    beside : Beside
        Where every other block is made.
    """

    def __init__(self, recording: Recording, reader: ProcessedReader, beside: Beside) -> None:
        self.info = recording.info
        self._reader = reader
        self._beside = beside
        self.block = _LEAST_BLOCK
        self._blocks: OrderedDict[int, NDArray[np.float32]] = OrderedDict()
        self._scratch = Scratch()
        self._lock = threading.Lock()  # `SampleReader` reads in two threads

    def set_length(self, length: int) -> None:
        """Say how many samples windows have."""
        block = block_size(length, self._reader.reach)
        if self._reader.slow is not None:
            block = CHUNK
        if block != self.block:
            self.block = block
            self._blocks.clear()

    def n_to_make(self, start: int, stop: int) -> int:
        """Samples, margins included, that have to be processed before ``[start, stop)`` is."""
        missing = sum(not self._is_whole(k) for k in self._numbers(start, stop))
        if missing and self._reader.slow is not None:
            # Of all that six sections take a third, or a sixth where samples are made slow only.
            return missing * self.block // 3 + self._reader.slow.n_to_make(start, stop) // 6
        return missing * (self.block + 2 * self._reader.reach)

    def prepare(self, start: int, stop: int) -> None:
        """Make the blocks that hold samples ``[start, stop)``, and let old ones go."""
        self._make(start, stop)
        self._forget(start, stop)

    def can_reduce(self, start: int, stop: int) -> bool:
        """Whether `reduce` may be called for columns of samples ``[start, stop)``."""
        slow, numbers = self._reader.slow, self._numbers(start, stop)
        if slow is None or len(numbers) < _LEAST_REDUCED:
            return False
        if all(self._is_whole(k) for k in numbers):
            return False  # they have been made
        with self._lock:
            return all(slow.prepare([self._stretch(k) for k in numbers], self._beside))

    def reduce(
        self,
        edges: NDArray[np.int64],
        low: NDArray[np.float32],
        high: NDArray[np.float32],
    ) -> bool:
        """Lowest and highest of columns with these edges, without keeping the samples.

        Of the very pieces that blocks are made of, each reduced while it lies in a core's cache.

        Returns
        -------
        bool
            False where the file has become shorter; then nothing is to be made of `low` and `high`.
        """
        middle = len(low) // 2
        wide_low, wide_high = self._reader.widened(low), self._reader.widened(high)

        def take(near: int, after: int, thread: int) -> bool:
            here = slice(near, after)
            return self._reader.reduce_slow(
                edges[near : after + 1], wide_low[here], wide_high[here], thread
            )

        are_whole = self._beside.halves(
            lambda: take(0, middle, 0), lambda: take(middle, len(low), 1)
        )
        n_channels = self.info.n_channels
        low[:], high[:] = wide_low[:, :n_channels], wide_high[:, :n_channels]
        return all(are_whole)

    def read_rows(self, start: int, stop: int) -> NDArray[Any]:
        """Processed samples ``[start, stop)``; see `Recording.read_rows`. Not to be written to."""
        self._make(start, stop)
        parts = []
        for k in self._numbers(start, stop):
            first = k * self.block
            rows = self._blocks[k][max(start - first, 0) : stop - first]
            parts.append(rows)
            if first + len(self._blocks[k]) < min(stop, first + self.block):
                break  # the file has become shorter
        if len(parts) == 1:
            return parts[0]
        return np.concatenate(parts) if parts else np.empty((0, self.info.n_channels), np.float32)

    def close(self) -> None:
        self._blocks.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _numbers(self, start: int, stop: int) -> range:
        return range(start // self.block, -(-stop // self.block))

    def _is_whole(self, k: int) -> bool:
        """Whether a block is there; one of a file that has become shorter is looked at again."""
        wanted = min(self.block, self.info.n_samples - k * self.block)
        return k in self._blocks and len(self._blocks[k]) == wanted

    def _make(self, start: int, stop: int) -> None:
        with self._lock:
            missing = [k for k in self._numbers(start, stop) if not self._is_whole(k)]
            if missing and self._reader.slow is not None:
                missing = self._make_slow(missing)
            size = (self.block + 2 * self._reader.reach) * self.info.n_channels
            most = max(min(_GROUP, _MOST // size), 1)
            while missing:
                group = [k for k in missing[:most] if k < missing[0] + most]
                missing = missing[len(group) :]
                self._make_group(group)

    def _make_slow(self, missing: list[int]) -> list[int]:
        """Make those that need no more than slow samples; return the others."""
        slow = self._reader.slow
        assert slow is not None
        can_be = slow.prepare([self._stretch(k) for k in missing], self._beside)
        numbers = [k for k, can in zip(missing, can_be, strict=True) if can]

        def make(part: list[int], thread: int) -> list[NDArray[np.float32]]:
            return [self._reader.slow_rows(*self._stretch(k), thread) for k in part]

        middle = (len(numbers) + 1) // 2
        halves = self._beside.halves(
            lambda: make(numbers[:middle], 0), lambda: make(numbers[middle:], 1)
        )
        self._blocks.update(zip(numbers, [*halves[0], *halves[1]], strict=True))
        return [k for k, can in zip(missing, can_be, strict=True) if not can]

    def _stretch(self, k: int) -> tuple[int, int]:
        return k * self.block, min((k + 1) * self.block, self.info.n_samples)

    def _make_group(self, group: list[int]) -> None:
        first, last = group[0] * self.block, (group[-1] + 1) * self.block
        raw = self._reader.raw(first, min(last, self.info.n_samples))
        beside = self._beside if raw[0].size > _MUCH else None
        centred = self._reader.centred(*raw, self._scratch, beside)

        def finish(numbers: list[int]) -> list[NDArray[np.float32]]:
            return [self._reader.finished(centred, *self._stretch(k)) for k in numbers]

        if len(group) == 1:
            self._blocks[group[0]] = finish(group)[0]
            return
        middle = (len(group) + 1) // 2
        halves = self._beside.halves(lambda: finish(group[:middle]), lambda: finish(group[middle:]))
        self._blocks.update(zip(group, [*halves[0], *halves[1]], strict=True))

    def _forget(self, start: int, stop: int) -> None:
        """Drop blocks that are too many, those first that were wanted longest ago."""
        wanted = self._numbers(start, stop)
        for k in wanted:
            self._blocks.move_to_end(k)
        block_bytes = self.block * self.info.n_channels * 4
        while len(self._blocks) > max(_KEPT_BYTES // block_bytes, len(wanted)):
            self._blocks.popitem(last=False)
