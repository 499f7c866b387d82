"""Whether samples look like what a recording claims: their order, their zero, zeroed stretches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecogview.data.lab_binary import LabBinary
from ecogview.data.recording import Layout
from ecogview.data.sample_layout import Samples

_ROWS, _PLACES = 500, 4
# Short looks: read as rows, samples that are channel after channel jump from one to the next.
_FEW_ROWS, _MANY_PLACES = 32, 24
_PERIODS = 4
_LEAST_CHANNELS, _MOST_CHANNELS = 4, 64

_FAR_HIGHER = 0.3
_RUNS_ON = 0.85
_LEAST_OFFSET = 500.0  # counts; the smallest mid-scale in use is 512
_HALF_RANGE = 16384


@dataclass(frozen=True, slots=True)
class SampleWarning:
    """What is odd about samples.

    `text` says it, `why` what speaks for it. `layout` is the order they look written in, where that
    is the other one: how to read them so differs between a window, a command and a script.
    """

    text: str
    why: str = ""
    layout: Layout | None = None

    def advising(self, advice: str) -> str:
        """All in one line, with `advice` where there is another order, its name for ``{}``."""
        said = f"{self.text}: {self.why}" if self.why else self.text
        return said if self.layout is None else f"{said}; {advice.format(self.layout)}"


def sample_warnings(recording: LabBinary) -> tuple[SampleWarning, ...]:
    """Look at samples of a few places and say what contradicts the recording's description.

    Costs a few milliseconds and at most some hundred small reads.
    """
    order, offset = order_warning(recording), offset_warning(recording)
    found = (order, None if offset is None else SampleWarning(offset))
    return tuple(warning for warning in found if warning is not None)


def order_warning(recording: LabBinary) -> SampleWarning | None:
    """Warn where the samples look written in the other order.

    The measure is the median correlation over all pairs of channels: 0.8 in the right order, 0.0
    in the wrong one. What correlates in time alone does not count, see `_coherence`.
    """
    if recording.info.n_channels < _LEAST_CHANNELS:
        return None
    claimed = recording.info.layout
    other: Layout = "planar" if claimed == "interleaved" else "interleaved"
    here = _coherence(recording, claimed)
    if here is None or here >= 1 - _FAR_HIGHER:
        return None
    there = _coherence(recording, other)
    if there is None or there - here <= _FAR_HIGHER:
        return None
    return SampleWarning(
        f"the samples look {other}, not {claimed}",
        f"the median correlation of all pairs of channels is {there:.2f} against {here:.2f}",
        other,
    )


def offset_warning(recording: LabBinary) -> str | None:
    """Warn where counts sit about a mid-scale offset instead of zero."""
    if recording.info.units != "counts":
        return None
    samples = recording.samples_as(recording.info.layout)
    blocks = list(_clean_blocks(recording, samples, _ROWS, _PLACES))
    if not blocks:
        return None
    values = np.concatenate(blocks, axis=1)
    if float(np.median(np.abs(values))) > _HALF_RANGE and values.min() < 0 < values.max():
        centre = float(np.median(values % 65536))
        return (
            f"the values lie about {centre:,.0f} of 65,535 instead of zero: they look unsigned and "
            "are wrapped where they are shown as signed"
        )
    middles = np.median(values, axis=1)
    spread = float(np.median(np.abs(values - middles[:, np.newaxis])))
    centre = float(np.median(middles))
    if abs(centre) <= max(_LEAST_OFFSET, 6 * spread):
        return None
    return f"the values lie about {centre:,.0f} counts instead of zero: a mid-scale offset"


def zero_spans(rows: NDArray[np.generic]) -> NDArray[np.int64]:
    """Find stretches in which all channels are exactly 0.

    Parameters
    ----------
    rows : ndarray, shape (samples, channels)
        Samples as `Recording.read_rows` gives them.

    Returns
    -------
    ndarray of int64, shape (stretches, 2)
        Half-open (start, stop), counted from the first row, in order.
    """
    zero = rows[:, 0] == 0
    candidates = np.flatnonzero(zero)
    if not len(candidates):
        return np.empty((0, 2), np.int64)
    zero[candidates] = ~rows[candidates].any(axis=1)
    edges = np.diff(zero.astype(np.int8), prepend=0, append=0)
    return np.flatnonzero(edges).reshape(-1, 2).astype(np.int64)


def _coherence(recording: LabBinary, layout: Layout) -> float | None:
    """Median correlation over all pairs of channels at several places; None where none will do.

    Two things look like it and are taken out. A constant that differs between channels returns
    every `n_channels` values, and so in every wrongly planar channel: the mean of each phase is
    taken off. Slow signals of one channel, read as rows, correlate along the row: then the last
    channels of a row run on into the first ones of the next, and the order counts as 0.
    """
    if layout == "planar":
        period, places = recording.info.n_channels, _PLACES
        periods = max(-(-_ROWS // period), _PERIODS)
    else:
        period, places, periods = 1, _MANY_PLACES, _FEW_ROWS
    samples = recording.samples_as(layout)
    values, runs_on = [], []
    for block in _clean_blocks(recording, samples, periods * period, places):
        folded = block.reshape(len(block), periods, period).astype(np.float64)
        centred = (folded - folded.mean(axis=1, keepdims=True)).reshape(block.shape)
        sizes = centred.std(axis=1)
        alive = sizes > 0
        if np.count_nonzero(alive) < _LEAST_CHANNELS:
            continue
        scaled = centred[alive] / sizes[alive, np.newaxis]
        correlation = scaled @ scaled.T / scaled.shape[1]
        values.append(np.median(correlation[np.triu_indices(len(scaled), 1)]))
        runs_on.append(_row_to_row(scaled))
    if not values:
        return None
    if layout == "interleaved" and np.median(runs_on) < _RUNS_ON:
        return 0.0
    return float(np.median(values))


def _row_to_row(scaled: NDArray[np.float64]) -> float:
    """Difference of the last channels from the first ones of the next row, over those of their own.

    1 or more where rows are moments; far below 1 where a row is a stretch of time.
    """
    few = max(len(scaled) // 8, 1)
    first, last = scaled[:few], scaled[-few:]
    nearer = np.triu_indices(few)
    same = 1 - first[:, :-1] @ last[:, :-1].T / (scaled.shape[1] - 1)
    next_ = 1 - first[:, 1:] @ last[:, :-1].T / (scaled.shape[1] - 1)
    return float(next_[nearer].mean() / max(same[nearer].mean(), 1e-9))


def _clean_blocks(
    recording: LabBinary, samples: Samples, length: int, places: int
) -> Iterator[NDArray[np.float32]]:
    """Blocks (channels, samples) from places spread over the file, none with zeroed samples or NaN.

    Of many channels only some.
    """
    info = recording.info
    if info.n_samples < length:
        return
    count = min(info.n_channels, _MOST_CHANNELS)
    indices = np.linspace(0, info.n_channels - 1, count).astype(np.intp)
    last = info.n_samples - length
    # Evenly spread at first, the places between only if some of those will not do.
    candidates = 3 * places
    order = [place for first in range(3) for place in range(first, candidates, 3)]
    found = 0
    for start in dict.fromkeys(last * place // (candidates - 1) for place in order):
        block = samples.channels(indices, start, start + length)
        if block.shape[1] == length and np.isfinite(block).all() and block.any(axis=0).all():
            yield block
            found += 1
        if found == places:
            return
