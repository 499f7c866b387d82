"""Fast recordings, of which few samples are filtered; see `ecogview.dsp.thin_filter`."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ecogview.dsp import engine
from ecogview.dsp.beside import Beside
from ecogview.dsp.reference import ReferencePlan
from ecogview.dsp.runs import Runs
from ecogview.dsp.slow_filter import HALF_TAPS, SlowDesign
from ecogview.dsp.thin_filter import DRAWN, ThinDesign
from ecogview.services.slow_reading import CHUNK, SlowChunk, SlowSamples, fill, forget

ReadThin = Callable[[int, int, NDArray[np.float32], int], bool]

_KEPT_BYTES = 48 << 20  # thinned samples: a window of 10 s at 30 kHz, 62 channels, and its margins
_PARTS = 4  # of a chunk, so that what is read stays in a core's cache


class ThinReader(SlowSamples):
    """Processes stretches as `SlowSamples` does, from thinned samples that it reads only once.

    Of chunks of them it keeps what the low-pass makes: the samples that are asked for are drawn
    between those.

    Parameters
    ----------
    to_thin : callable
        ``to_thin(start, stop, out, thread)`` thins samples without the constant, and without a
        reference that is no sum, into `out`, float32 of shape (thinned samples, channels); gives
        whether all samples are there and count.
    plan : ReferencePlan
        What is then taken off.
    design : SlowDesign
    thin : ThinDesign
    n_samples, n_channels : int
    masked : Runs
    """

    def __init__(
        self,
        to_thin: ReadThin,
        plan: ReferencePlan,
        design: SlowDesign,
        thin: ThinDesign,
        n_samples: int,
        n_channels: int,
        masked: Runs,
    ) -> None:
        super().__init__(plan, design, n_samples, n_channels, masked)
        self._to_thin = to_thin
        self._thin = thin
        self._half += thin.half
        # Thinned samples around a chunk that are filtered: those to be drawn through, the margin,
        # and what makes them begin on a slow one.
        self._before = -(-(1 + thin.margin) // thin.slow_factor) * thin.slow_factor
        self._after = DRAWN - 2 + thin.margin
        self._edge = max(self._before, self._after) * thin.factor + self._half
        chunk_bytes = CHUNK // thin.factor * n_channels * 4
        self._kept_thin = _KEPT_BYTES // chunk_bytes
        self._filtered: OrderedDict[int, NDArray[np.float32]] = OrderedDict()

    def prepare(self, stretches: list[tuple[int, int]], beside: Beside | None = None) -> list[bool]:
        chunks = {k for stretch in stretches for k in _chunks(*stretch)}
        missing = chunks - self._filtered.keys()
        for k in {j for chunk in missing for j in self._thinned_for(chunk)}:
            kept = self._chunks.get(k)
            if kept is not None and kept.is_clear and kept.thin is None:
                del self._chunks[k]  # only what is slow is left: to be read again
        return super().prepare(stretches, beside)

    def piece(self, start: int, stop: int, thread: int = 0) -> NDArray[np.float32]:
        made: NDArray[np.float32] = self._made[thread][: stop - start]
        for k in _chunks(start, stop):
            first, last = max(start, k * CHUNK), min(stop, (k + 1) * CHUNK)
            engine.filters().fill_between(
                self._filtered[k], self._thin.weights, first - k * CHUNK,
                made[first - start : last - start],
            )  # fmt: skip
        return made

    def reduce(
        self,
        edges: NDArray[np.int64],
        low: NDArray[np.float32],
        high: NDArray[np.float32],
    ) -> None:
        """Lower and raise columns with these edges to the samples of `rows`, exactly."""
        for k in _chunks(int(edges[0]), min(int(edges[-1]) + 1, self._n_samples)):
            engine.filters().reduce_between(
                self._filtered[k], self._thin.weights, k * CHUNK, edges, low, high
            )

    def _chunks_of(self, start: int, stop: int) -> list[int]:
        numbers = set(super()._chunks_of(start, stop))
        for k in _chunks(start, stop):
            numbers.update(self._thinned_for(k))
        return sorted(numbers)

    def _block_numbers(self, start: int, stop: int) -> list[int]:
        chunks = _chunks(start, stop)
        return super()._block_numbers(chunks[0] * CHUNK, (chunks[-1] + 1) * CHUNK)

    def _thinned_for(self, k: int) -> range:
        factor = self._thin.factor
        begin, end = k * CHUNK - self._before * factor, (k + 1) * CHUNK + self._after * factor
        return _chunks(begin, end)

    def _finish(self, stretches: list[tuple[int, int]], beside: Beside | None) -> None:
        numbers = {k for stretch in stretches for k in _chunks(*stretch)}
        fill(self._filtered, numbers, self._filter, beside)
        forget(self._filtered, numbers, self._kept_thin // 2)
        thin = [k for k, chunk in self._chunks.items() if chunk.thin is not None]
        for k in thin[: max(len(thin) - self._kept_thin, 0)]:
            self._chunks[k] = replace(self._chunks[k], thin=None)  # margins need no more

    def _chunk(self, k: int, thread: int) -> SlowChunk:
        thin, kernels = self._thin, engine.filters()
        n, beyond = CHUNK // thin.factor, HALF_TAPS * thin.slow_factor
        whole = np.empty((n + 2 * beyond, self._n_channels), np.float32)
        slow = np.empty((CHUNK // self._design.factor, self._n_channels), np.float32)
        size = -(-len(whole) // _PARTS)
        for place in range(0, len(whole), size):
            part = whole[place : place + size]
            start = k * CHUNK + (place - beyond) * thin.factor - thin.half
            stop = start + (len(part) - 1) * thin.factor + len(thin.taps)
            if not self._to_thin(start, stop, part, thread):
                return SlowChunk(slow, is_clear=False)
            self._plan.apply(part, kernels)
        kernels.decimate_rows(whole, thin.slow_taps, thin.slow_factor, slow)
        return SlowChunk(slow, is_clear=True, thin=whole[beyond : beyond + n])

    def _filter(self, k: int, thread: int) -> NDArray[np.float32]:
        """What is drawn through for the samples of a chunk, filtered."""
        del thread
        thin, kernels = self._thin, engine.filters()
        n, numbers = CHUNK // thin.factor, self._thinned_for(k)
        first, last = k * n - self._before, (k + 1) * n + self._after
        parts = []
        for j in numbers:
            rows = self._chunks[j].thin
            assert rows is not None
            parts.append(rows[max(first - j * n, 0) : last - j * n])
        rows = np.concatenate(parts)
        slow_first, slow_last = first // thin.slow_factor, -(-last // thin.slow_factor)
        slow = self._taken_off(slow_first - HALF_TAPS + 1, slow_last + HALF_TAPS + 1)
        kernels.take_off_slow(rows, slow, thin.slow_phases)
        return thin.filtered(rows[self._before - 1 - thin.margin :], kernels)


def _chunks(start: int, stop: int) -> range:
    return range(start // CHUNK, -(-stop // CHUNK))
