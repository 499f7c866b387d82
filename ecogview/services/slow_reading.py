"""Fast recordings, filtered with the help of slow samples; see `ecogview.dsp.slow_filter`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ecogview.dsp import engine
from ecogview.dsp.beside import Beside
from ecogview.dsp.reference import ReferencePlan
from ecogview.dsp.runs import EMPTY, Runs
from ecogview.dsp.slow_filter import HALF_TAPS, SlowDesign
from ecogview.dsp.zero_phase import filter_rows

CHUNK = 1 << 15
"""Samples that are made slow at once, and that are processed at once."""

PIECE = 1 << 13
"""Samples that stay in a core's cache between two steps."""

_BLOCK = 2048  # slow samples that are filtered at once, and as much to either side as counts
_KEPT_CHUNKS = 128  # 64 MB of 62 channels
_KEPT_BLOCKS = 64

T = TypeVar("T")
ReadCentred = Callable[[int, int, int], tuple[NDArray[np.float32], bool]]


@dataclass(frozen=True, eq=False, slots=True)
class SlowChunk:
    """Slow samples, and whether all samples that they are made of are there and count.

    `thin` are the thinned ones, should there be any (see `ecogview.services.thin_reading`).
    """

    rows: NDArray[np.float32]
    is_clear: bool
    thin: NDArray[np.float32] | None = None


class SlowSamples(ABC):
    """Processes stretches that hold no gap and are not near the recording's ends.

    All of it lies on grids counted from the start of the recording, so that the same samples are
    made of the same ones. `prepare` belongs to one thread; what it has prepared, any may have.

    Parameters
    ----------
    plan : ReferencePlan
        What is taken off slow samples.
    design : SlowDesign
    n_samples, n_channels : int
    masked : Runs
        Samples that must not count.
    """

    def __init__(
        self,
        plan: ReferencePlan,
        design: SlowDesign,
        n_samples: int,
        n_channels: int,
        masked: Runs,
    ) -> None:
        self._plan = plan
        self._made = np.zeros((2, PIECE, n_channels), np.float32)
        self._joined, self._first_joined = np.empty((0, n_channels), np.float32), 0
        self._design = design
        self._n_samples = n_samples
        self._n_channels = n_channels
        self._masked = masked
        self._chunks: OrderedDict[int, SlowChunk] = OrderedDict()
        self._kept_chunks = _KEPT_CHUNKS
        self._blocks: OrderedDict[int, NDArray[np.float32]] = OrderedDict()
        self._half = HALF_TAPS * design.factor  # samples beyond a chunk that it is made of
        self._edge = self._half + 1  # … and a stretch

    @abstractmethod
    def piece(self, start: int, stop: int, thread: int = 0) -> NDArray[np.float32]:
        """At most `PIECE` of `rows`, in memory that is used again."""

    @abstractmethod
    def _chunk(self, k: int, thread: int) -> SlowChunk:
        """Read and make slow `CHUNK` samples."""

    @abstractmethod
    def _finish(self, stretches: list[tuple[int, int]], beside: Beside | None) -> None:
        """Whatever else is to be done once for stretches, before chunks are let go."""

    def prepare(self, stretches: list[tuple[int, int]], beside: Beside | None = None) -> list[bool]:
        """Work out what is to be taken off stretches; of which of them that can be done here.

        Each is judged by itself: what becomes of it must not depend on others asked for with it.
        """
        chunks = [self._chunks_of(*stretch) for stretch in stretches]
        can_be = [self._may_be_clear(numbers) for numbers in chunks]
        wanted = {k for numbers, can in zip(chunks, can_be, strict=True) if can for k in numbers}
        fill(self._chunks, wanted, self._chunk, beside)
        can_be = [
            can and all(self._chunks[k].is_clear for k in numbers)
            for numbers, can in zip(chunks, can_be, strict=True)
        ]
        blocks = {
            j
            for stretch, can in zip(stretches, can_be, strict=True)
            if can
            for j in self._block_numbers(*stretch)
        }
        self._join(blocks - self._blocks.keys())
        fill(self._blocks, blocks, self._block, beside)
        self._finish([s for s, can in zip(stretches, can_be, strict=True) if can], beside)
        forget(self._chunks, wanted, self._kept_chunks)
        forget(self._blocks, blocks, _KEPT_BLOCKS)
        return can_be

    def n_to_make(self, start: int, stop: int) -> int:
        """Samples that have to be read and made slow before ``[start, stop)`` is prepared."""
        return CHUNK * sum(k not in self._chunks for k in self._chunks_of(start, stop))

    def rows(self, start: int, stop: int, thread: int = 0) -> NDArray[np.float32]:
        """Filtered samples of a stretch that has been prepared; fewer if the file ends early."""
        made = np.empty((stop - start, self._n_channels), np.float32)
        for first in range(start, stop, PIECE):
            last = min(first + PIECE, stop)
            piece = self.piece(first, last, thread)
            made[first - start : first - start + len(piece)] = piece
            if len(piece) < last - first:
                return made[: first - start + len(piece)]
        return made

    def _may_be_clear(self, chunks: list[int]) -> bool:
        begin, end = chunks[0] * CHUNK, (chunks[-1] + 1) * CHUNK
        half = self._half
        is_inside = begin >= half and end + half < self._n_samples
        return is_inside and not len(self._masked.clip(begin - half, end + half + 1))

    def _chunks_of(self, start: int, stop: int) -> list[int]:
        blocks = self._block_numbers(start, stop)
        return sorted({k for j in blocks for k in self._chunk_numbers(j)})

    def _block_numbers(self, start: int, stop: int) -> list[int]:
        size = _BLOCK * self._design.factor
        beyond = self._edge + 2 * HALF_TAPS * self._design.factor
        return list(range((start - beyond) // size, -(-(stop + beyond) // size)))

    def _chunk_numbers(self, block: int) -> range:
        factor, margin = self._design.factor, self._design.slow.margin
        begin, end = (block * _BLOCK - margin) * factor, ((block + 1) * _BLOCK + margin) * factor
        return range(begin // CHUNK, -(-end // CHUNK))

    def _join(self, blocks: set[int]) -> None:
        """Lay the slow samples of blocks side by side: they share most of their margins."""
        numbers = {k for j in blocks for k in self._chunk_numbers(j)}
        if not numbers:
            return
        self._first_joined, size = min(numbers), CHUNK // self._design.factor
        n_rows = (max(numbers) + 1 - self._first_joined) * size
        if len(self._joined) < n_rows:  # fresh pages take as long as all of their filtering
            self._joined = np.zeros((n_rows, self._n_channels), np.float32)
        for k in numbers:
            place = (k - self._first_joined) * size
            self._joined[place : place + size] = self._chunks[k].rows

    def _block(self, j: int, thread: int) -> NDArray[np.float32]:
        del thread
        slow, size = self._design.slow, CHUNK // self._design.factor
        begin = j * _BLOCK - slow.margin - self._first_joined * size
        rows = self._joined[begin : begin + _BLOCK + 2 * slow.margin]
        keep = (slow.margin, slow.margin + _BLOCK)
        filtered = filter_rows(
            rows, slow, EMPTY, keep, engine.filters(), is_start=False, is_stop=False
        )
        taken: NDArray[np.float32] = rows[slice(*keep)] - filtered
        return taken

    def _taken_off(self, first: int, last: int) -> NDArray[np.float32]:
        numbers = range(first // _BLOCK, -(-last // _BLOCK))
        parts = [self._blocks[j] for j in numbers]
        begin = first - numbers[0] * _BLOCK
        whole = parts[0] if len(parts) == 1 else np.concatenate(parts)
        return whole[begin : begin + last - first]


class SlowReader(SlowSamples):
    """Takes what slow samples make off all samples, and filters those if a low-pass is left.

    Parameters
    ----------
    centred : callable
        ``centred(start, stop, thread)`` gives samples without constant and reference, float32 of
        shape (samples, channels), to be changed, and whether all of them count; fewer where the
        file has become shorter. `thread` is 0 or 1: which one asks.
    to_slow : callable
        The same for samples that are to be made slow, of which `plan` is then taken off.
    plan, design, n_samples, n_channels, masked
        See `SlowSamples`.
    """

    def __init__(
        self,
        centred: ReadCentred,
        to_slow: ReadCentred,
        plan: ReferencePlan,
        design: SlowDesign,
        n_samples: int,
        n_channels: int,
        masked: Runs,
    ) -> None:
        super().__init__(plan, design, n_samples, n_channels, masked)
        self._centred = centred
        self._to_slow = to_slow
        if design.fast is not None:
            self._edge = max(self._edge, design.fast.margin)

    def piece(self, start: int, stop: int, thread: int = 0) -> NDArray[np.float32]:
        design, factor = self._design, self._design.factor
        first = (start - self._edge) // factor * factor
        last = -(-(stop + self._edge) // factor) * factor
        rows, _ = self._centred(first, last, thread)
        slow_first, slow_last = first // factor - HALF_TAPS + 1, last // factor + HALF_TAPS + 1
        slow = self._taken_off(slow_first, slow_last)
        engine.filters().take_off_slow(rows, slow, design.phases)
        keep = (start - first, max(min(stop - first, len(rows)), start - first))
        if design.fast is None:
            return rows[slice(*keep)]
        return filter_rows(
            rows, design.fast, EMPTY, keep, engine.filters(), is_start=False, is_stop=False,
            out=self._made[thread],
        )  # fmt: skip

    def _finish(self, stretches: list[tuple[int, int]], beside: Beside | None) -> None:
        """Nothing: all samples are gone through again."""

    def _chunk(self, k: int, thread: int) -> SlowChunk:
        factor, half = self._design.factor, HALF_TAPS * self._design.factor
        slow = np.zeros((CHUNK // factor, self._n_channels), np.float32)
        for place in range(0, CHUNK, PIECE):
            start = k * CHUNK + place - half
            stop = start + PIECE + 2 * half + 1
            rows, is_clear = self._to_slow(start, stop, thread)
            if not is_clear or len(rows) < stop - start:
                return SlowChunk(slow, is_clear=False)
            part = slow[place // factor : (place + PIECE) // factor]
            engine.filters().decimate_rows(rows, self._design.taps, factor, part)
        self._plan.apply(slow, engine.filters())
        return SlowChunk(slow, is_clear=True)


def fill(
    kept: OrderedDict[int, T],
    numbers: set[int],
    make: Callable[[int, int], T],
    beside: Beside | None,
) -> None:
    """Make what is missing, ``make(number, thread)``, half of it in another thread if given."""
    missing = sorted(k for k in numbers if k not in kept)

    def some(part: list[int], thread: int) -> list[T]:
        return [make(k, thread) for k in part]

    middle = (len(missing) + 1) // 2
    if beside is None or middle == len(missing):
        made = some(missing, 0)
    else:
        one, other = beside.halves(
            lambda: some(missing[:middle], 0), lambda: some(missing[middle:], 1)
        )
        made = one + other
    kept.update(zip(missing, made, strict=True))


def forget(kept: OrderedDict[int, T], wanted: set[int], limit: int) -> None:
    """Drop what is too much, first what was wanted longest ago."""
    for k in sorted(wanted):
        kept.move_to_end(k)
    while len(kept) > max(limit, len(wanted)):
        kept.popitem(last=False)
