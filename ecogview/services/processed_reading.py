"""Processed samples of a recording, margins read as they are needed. No Qt: exports use it, too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecogview.data.recording import RecordingInfo
from ecogview.dsp import engine
from ecogview.dsp.beside import Beside
from ecogview.dsp.estimate import SignalEstimate, estimate_rows, estimate_signal
from ecogview.dsp.filters import FilterDesign, design_filter
from ecogview.dsp.reference import ReferencePlan, plan_reference
from ecogview.dsp.runs import Runs
from ecogview.dsp.slow_filter import SlowDesign, design_slow
from ecogview.dsp.thin_filter import ThinDesign, design_thin
from ecogview.dsp.trend import Lines, fit_lines
from ecogview.dsp.zero_phase import filter_rows
from ecogview.errors import RecordingError
from ecogview.model.processing import AppliedProcessing, Processing
from ecogview.services.slow_reading import PIECE, ReadCentred, SlowReader, SlowSamples
from ecogview.services.thin_reading import ThinReader

ReadRows = Callable[[int, int], NDArray[Any]]

_LANES = 8  # channels are filled up to whole vector registers: a quarter faster
_LEAST_ZEROED_S = 0.002  # few quiet channels are 0 all at once now and then


class Scratch:
    """Memory used again and again by one thread: the pages of fresh memory take 0.25 ms a MB."""

    def __init__(self) -> None:
        self._memory = np.zeros(0, np.float32)

    def rows(self, n_rows: int, n_channels: int) -> NDArray[np.float32]:
        """Rows of whatever content, until the next are asked for."""
        size = n_rows * n_channels
        if self._memory.size < size:
            self._memory = np.zeros(size, np.float32)  # what nothing is put into stays finite
        return self._memory[:size].reshape(n_rows, n_channels)


@dataclass(frozen=True, eq=False, slots=True)
class CentredRows:
    """Samples from `first` on without constant and reference, not yet filtered.

    `zeroed` says where all channels were 0; `odd` are the samples as they were read where some
    of them are not finite.
    """

    first: int
    rows: NDArray[np.float32]
    zeroed: NDArray[np.bool_]
    odd: NDArray[Any] | None


class ProcessedReader:
    """Reads samples and processes them: the same ones whichever stretch they are asked for in.

    To within `ecogview.dsp.filters.TOLERANCE` times the largest deviation of a channel from its
    constant, they are what processing the whole recording would give. Zeroed samples are bridged
    or walled off before filtering and stay 0. Masked ones do not reach their neighbours; they
    themselves are filtered as if they were not masked. What is not finite counts as the channel's
    constant and stays as it is; a channel without a neighbour to be taken against is NaN.

    Parameters
    ----------
    read : callable
        ``read(start, stop)`` gives samples as `Recording.read_rows` does. Called in the thread
        that asks for processed ones.
    info : RecordingInfo
    applied : AppliedProcessing
        One without a `Processing.problem`.
    estimate : SignalEstimate
        Of the recording.
    sizes : ndarray of float32, shape (channels,), optional
        Of the processed channels, for z-scores; estimated from short stretches by default.
    """

    def __init__(
        self,
        read: ReadRows,
        info: RecordingInfo,
        applied: AppliedProcessing,
        estimate: SignalEstimate,
        sizes: NDArray[np.float32] | None = None,
    ) -> None:
        self._read = read
        self._info = info
        self._applied = applied
        processing = applied.processing
        self._design: FilterDesign | None = None
        if not processing.filter.is_none:
            self._design = design_filter(processing.filter, info.sampling_rate)
        places = tuple((c.electrode.row, c.electrode.col) for c in info.channels)
        self._plan = plan_reference(processing.reference, info.n_channels, applied.bad, places)
        self.lines = Lines.level(estimate.offset)
        if processing.detrend == "linear":
            self.lines = fit_lines(_stretches(read, info), info.n_channels)
        self._least_zeroed = max(round(_LEAST_ZEROED_S * info.sampling_rate), 2)
        self._scratch = (Scratch(), Scratch())
        self.slow = self._slow_reader(processing)
        self.sizes = self._sizes(estimate) if sizes is None and processing.zscore else sizes
        self.gains = gains_of(processing, self.sizes)

    @property
    def reach(self) -> int:
        """Samples to either side that are read with those asked for."""
        # Without a filter, what it takes to tell a zeroed stretch from a few samples that are 0.
        return self._least_zeroed if self._design is None else self._design.reach

    def rows(self, start: int, stop: int) -> NDArray[np.float32]:
        """Processed samples ``[start, stop)``.

        Returns
        -------
        ndarray of float32, shape (samples, channels)
            A fresh, C-contiguous array in the recording's unit, or z; shorter than asked for
            where the file has become shorter.

        Raises
        ------
        RecordingError
            If the file cannot be read.
        """
        if self.slow is not None and self.slow.prepare([(start, stop)])[0]:
            return self.slow_rows(start, stop)
        return self.finished(self.centred(*self.raw(start, stop)), start, stop)

    def slow_rows(self, start: int, stop: int, thread: int = 0) -> NDArray[np.float32]:
        """Processed samples that `slow` has been prepared for; `thread` is 0 or 1."""
        assert self.slow is not None
        rows = self.slow.rows(start, stop, thread)[:, : self._info.n_channels]
        return self._sized(np.ascontiguousarray(rows))

    def reduce_slow(
        self,
        edges: NDArray[np.int64],
        low: NDArray[np.float32],
        high: NDArray[np.float32],
        thread: int,
    ) -> bool:
        """Set `widened` columns to the lowest and highest of `slow_rows`, without keeping those.

        False where the file has become shorter.
        """
        assert self.slow is not None
        if isinstance(self.slow, ThinReader):
            self.slow.reduce(edges, low, high)
            self._size_columns(low, high)
            return True
        start, stop = int(edges[0]), min(int(edges[-1]) + 1, self._info.n_samples)
        for first in range(start // PIECE * PIECE, stop, PIECE):
            last = min(first + PIECE, self._info.n_samples)
            rows = self.slow.piece(first, last, thread)
            if len(rows) < last - first:
                return False
            # Behind the recording's channels there are others without meaning.
            self._sized(rows[:, : self._info.n_channels])
            engine.active().min_max_rows(rows, first, edges, low, high)
        return True

    def widened(self, columns: NDArray[np.float32]) -> NDArray[np.float32]:
        """Columns of shape (columns, channels) for as many channels as `slow` has."""
        more = -columns.shape[1] % _LANES
        return np.pad(columns, ((0, 0), (0, more)), mode="edge")

    def process(self, block: NDArray[Any], start: int) -> NDArray[np.float32]:
        """Process a block of shape (samples, channels) whose first sample is `start`.

        Only its margins are read, but where slow samples help (see `SlowSamples`). See `rows`.
        """
        stop = start + len(block)
        if self.slow is not None:
            return self.rows(start, stop)
        first, last = max(start - self.reach, 0), min(stop + self.reach, self._info.n_samples)
        parts = (self._read(first, start), block, self._read(stop, last))
        whole = np.concatenate([np.ascontiguousarray(part) for part in parts])
        return self.finished(self.centred(whole, first), start, stop)

    def raw(self, start: int, stop: int) -> tuple[NDArray[Any], int]:
        """The samples that ``[start, stop)`` depends on, and the first one's place."""
        first = max(start - self.reach, 0)
        return self._read(first, min(stop + self.reach, self._info.n_samples)), first

    def centred(
        self,
        raw: NDArray[Any],
        first: int,
        scratch: Scratch | None = None,
        beside: Beside | None = None,
    ) -> CentredRows:
        """All that is done to each sample by itself, half of it in another thread if given."""
        n_channels = self._info.n_channels
        return self._centred(raw, first, scratch or Scratch(), self._plan, n_channels, beside)

    def _centred(
        self,
        raw: NDArray[Any],
        first: int,
        scratch: Scratch,
        plan: ReferencePlan,
        width: int,
        beside: Beside | None = None,
    ) -> CentredRows:
        raw = np.ascontiguousarray(raw)
        kernels, lines = engine.filters(), self.lines
        rows = scratch.rows(len(raw), width)
        zeroed = np.empty(len(raw), np.bool_)

        def centre(begin: int, end: int) -> bool:
            here = slice(begin, end)
            has_odd: bool = kernels.centre_rows(
                raw[here], first + begin - lines.middle, lines.offsets, lines.slopes,
                rows[here], zeroed[here],
            )  # fmt: skip
            plan.apply(rows[here], kernels)
            return has_odd

        if beside is None:
            has_odd = centre(0, len(raw))
        else:
            middle = len(raw) // 2
            has_odd = any(
                beside.halves(lambda: centre(0, middle), lambda: centre(middle, len(raw)))
            )
        return CentredRows(first, rows, zeroed, raw if has_odd else None)

    def finished(self, centred: CentredRows, start: int, stop: int) -> NDArray[np.float32]:
        """Samples ``[start, stop)`` of what `centred` has made; any thread may ask."""
        before, after = max(start - self.reach, 0), stop + self.reach
        stop = max(min(stop, centred.first + len(centred.rows)), start)
        within = slice(before - centred.first, after - centred.first)
        rows, zero = centred.rows[within], self._zero_runs(centred.zeroed[within])
        keep = (start - before, stop - before)
        if keep[0] >= len(rows):
            return np.empty((0, rows.shape[1]), np.float32)
        if self._design is None:
            kept = rows[slice(*keep)].copy()
        else:
            kept = self._filtered(rows, before, zero, keep)
        kept = self._sized(kept)
        if centred.odd is not None:
            odd = centred.odd[start - centred.first : stop - centred.first]
            np.copyto(kept, odd, where=~np.isfinite(odd))
        for begin, end in zero.clip(*keep):
            kept[begin - keep[0] : end - keep[0]] = 0
        return kept

    def _sized(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        if self.gains is not None:
            rows *= self.gains
        if self._plan.blank is not None:
            rows[:, self._plan.blank] = np.nan
        return rows

    def _size_columns(self, low: NDArray[np.float32], high: NDArray[np.float32]) -> None:
        """What `_sized` would have made of the samples of columns."""
        some = slice(self._info.n_channels)
        if self.gains is not None:
            one, other = low[:, some] * self.gains, high[:, some] * self.gains
            low[:, some], high[:, some] = np.minimum(one, other), np.maximum(one, other)
        if self._plan.blank is not None:
            low[:, some][:, self._plan.blank] = np.inf
            high[:, some][:, self._plan.blank] = -np.inf

    def _slow_reader(self, processing: Processing) -> SlowSamples | None:
        """One that spares most of the work, where the recording is fast enough."""
        info = self._info
        design = design_slow(processing.filter, info.sampling_rate)
        if design is None:
            return None
        width = -(-info.n_channels // _LANES) * _LANES
        thin = design_thin(design, processing.filter, info.sampling_rate)
        if thin is not None:
            return self._thin_reader(design, thin, width)
        plan, nothing = self._plan.padded(width), ReferencePlan()

        def read_with(plan: ReferencePlan) -> ReadCentred:
            def centred(start: int, stop: int, thread: int) -> tuple[NDArray[np.float32], bool]:
                raw = self._read(start, stop)
                made = self._centred(raw, start, self._scratch[thread], plan, width)
                return made.rows, made.odd is None and not len(self._zero_runs(made.zeroed))

            return centred

        early, late = (nothing, plan) if plan.is_sum else (plan, nothing)
        return SlowReader(
            read_with(plan), read_with(early), late, design, info.n_samples, width,
            self._applied.masked,
        )  # fmt: skip

    def _thin_reader(self, design: SlowDesign, thin: ThinDesign, width: int) -> ThinReader:
        info, lines, plan = self._info, self.lines, self._plan.padded(width)
        members, late = np.zeros(0, np.int64), plan
        if plan.members is not None:
            members, late = plan.members, ReferencePlan()

        def to_thin(start: int, stop: int, out: NDArray[np.float32], thread: int) -> bool:
            del thread
            raw = np.ascontiguousarray(self._read(start, stop))
            zeroed = np.empty(len(raw), np.bool_)
            if len(raw) < stop - start:
                return False
            has_odd: bool = engine.filters().thin_rows(
                raw, start - lines.middle, lines.offsets, lines.slopes, members,
                thin.taps, thin.factor, out, zeroed,
            )  # fmt: skip
            return not has_odd and not len(self._zero_runs(zeroed))

        return ThinReader(to_thin, late, design, thin, info.n_samples, width, self._applied.masked)

    def _filtered(
        self, rows: NDArray[np.float32], first: int, zero: Runs, keep: tuple[int, int]
    ) -> NDArray[np.float32]:
        design = self._design
        assert design is not None
        masked = Runs(self._applied.masked.clip(first, first + len(rows)).bounds - first)
        filtered = partial(
            filter_rows, kernels=engine.filters(), is_start=first == 0,
            is_stop=first + len(rows) >= self._info.n_samples,
        )  # fmt: skip
        kept = filtered(rows, design, zero.union(masked), keep)
        shown = masked.clip(*keep)
        if len(shown):
            hull = shown.hull
            as_if_good = filtered(rows, design, zero, hull)
            for begin, end in shown:
                kept[begin - keep[0] : end - keep[0]] = as_if_good[begin - hull[0] : end - hull[0]]
        return kept

    def _zero_runs(self, zeroed: NDArray[np.bool_]) -> Runs:
        if not zeroed.any():
            return Runs.of(())
        bounds = Runs.from_bool(zeroed).bounds
        return Runs(bounds[bounds[:, 1] - bounds[:, 0] >= self._least_zeroed])

    def _sizes(self, estimate: SignalEstimate) -> NDArray[np.float32]:
        """Root mean square of the processed channels; see `SignalEstimate`."""
        processing, info = self._applied.processing, self._info
        if not processing.needs_samples:
            return estimate.rms
        plain = replace(processing, zscore=False, inverted=False)
        reader = ProcessedReader(self._read, info, AppliedProcessing(plain, self._applied.bad),
                                 estimate)  # fmt: skip
        rows = (rows for _, rows in _stretches(reader.rows, info))
        return estimate_signal(rows, info.n_channels).rms


def gains_of(
    processing: Processing, sizes: NDArray[np.float32] | None
) -> NDArray[np.float32] | np.float32 | None:
    """What processed samples are multiplied with; None for nothing. Flat channels get 0."""
    sign = np.float32(-1 if processing.inverted else 1)
    if processing.zscore and sizes is not None:
        is_size = np.isfinite(sizes) & (sizes > 0)
        gains: NDArray[np.float32] = np.where(is_size, sign / np.where(is_size, sizes, 1), 0)
        return gains.astype(np.float32)
    return sign if processing.inverted else None


def _stretches(read: ReadRows, info: RecordingInfo) -> Iterator[tuple[int, NDArray[Any]]]:
    """A few short stretches; what cannot be read is left out."""
    for start, stop in estimate_rows(info.n_samples, info.sampling_rate):
        try:
            yield start, read(start, stop)
        except RecordingError:
            continue
