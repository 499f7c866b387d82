"""Referencing and filtering in numba, channels side by side: compiled once, without the GIL.

Only `ecogview.dsp.engine` imports this module, in the background. Meaning and arguments:
`ecogview.dsp.filter_plain`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

_Function = TypeVar("_Function", bound=Callable[..., Any])

_FEW = 12  # values that are sorted to find a median among them …
_LIMITS = 24  # … or after so many limits as many as are left
_CHUNK = 32  # rows that go through all sections while they lie in a core's first cache


def _compiled(*signatures: str) -> Callable[[_Function], _Function]:
    # Multiplying and adding in one instruction is a quarter faster; NaN stay what they are.
    decorate: Any = numba.njit(
        list(signatures), nogil=True, cache=True, error_model="numpy",
        fastmath={"contract", "reassoc"},
    )  # fmt: skip
    return decorate  # type: ignore[no-any-return]


@_compiled("void(float32[:, ::1], float64[:, ::1], float64[:, :, ::1], boolean)")
def sweep(
    rows: NDArray[np.float32],
    pairs: NDArray[np.float64],
    states: NDArray[np.float64],
    backwards: bool,  # noqa: FBT001
) -> None:
    """See `ecogview.dsp.filter_plain.sweep`."""
    n_rows, n_channels = rows.shape
    width = states.shape[2]
    lines = np.zeros((_CHUNK, width), np.float64)
    n_chunks = -(-n_rows // _CHUNK)
    for turn in range(n_chunks):
        first = (n_chunks - 1 - turn if backwards else turn) * _CHUNK
        count = min(_CHUNK, n_rows - first)
        for place in range(count):
            row = rows[first + (count - 1 - place if backwards else place)]
            line = lines[place]
            for channel in range(n_channels):
                line[channel] = row[channel]
        for pair in range(len(pairs)):
            b0, b1, b2, a1, a2, d0, d1, d2, c1, c2 = pairs[pair]
            state_1, state_2 = states[pair, 0], states[pair, 1]
            state_3, state_4 = states[pair, 2], states[pair, 3]
            for place in range(count):
                line = lines[place]
                for channel in range(width):
                    value = line[channel]
                    between = b0 * value + state_1[channel]
                    state_1[channel] = b1 * value - a1 * between + state_2[channel]
                    state_2[channel] = b2 * value - a2 * between
                    result = d0 * between + state_3[channel]
                    state_3[channel] = d1 * between - c1 * result + state_4[channel]
                    state_4[channel] = d2 * between - c2 * result
                    line[channel] = result
        for place in range(count):
            row = rows[first + (count - 1 - place if backwards else place)]
            line = lines[place]
            for channel in range(n_channels):
                row[channel] = line[channel]


@_compiled(
    "boolean(float32[:, ::1], float64, float32[::1], float64[::1], float32[:, ::1], boolean[::1])",
    "boolean(int16[:, ::1], float64, float32[::1], float64[::1], float32[:, ::1], boolean[::1])",
)
def centre_rows(
    rows: NDArray[Any],
    position: float,
    offsets: NDArray[np.float32],
    slopes: NDArray[np.float64],
    out: NDArray[np.float32],
    zeroed: NDArray[np.bool_],
) -> bool:
    """See `ecogview.dsp.filter_plain.centre_rows`."""
    n_rows, n_channels = rows.shape
    has_slopes = len(slopes) > 0
    is_odd = False
    for place in range(n_rows):
        row, line = rows[place], out[place]
        sizes = np.float32(0)
        for channel in range(n_channels):
            value = np.float32(row[channel])
            sizes += abs(value)
            line[channel] = value - offsets[channel]
        zeroed[place] = sizes == 0
        if has_slopes:
            at = position + place
            for channel in range(n_channels):
                line[channel] -= np.float32(slopes[channel] * at)
        # The sum of the sizes is finite where all of them are, but for values near 1e38.
        if not np.isfinite(sizes):
            is_odd = True
            for channel in range(n_channels):
                if not np.isfinite(line[channel]):
                    line[channel] = 0
    return is_odd


@_compiled("void(float32[:, ::1], float32[::1])")
def take_off_mean(rows: NDArray[np.float32], weights: NDArray[np.float32]) -> None:
    """See `ecogview.dsp.filter_plain.take_off_mean`."""
    n_rows, n_channels = rows.shape
    for place in range(n_rows):
        row = rows[place]
        mean = np.float32(0)
        for channel in range(n_channels):
            mean += weights[channel] * row[channel]
        for channel in range(n_channels):
            row[channel] -= mean


@_compiled("int64(float32[::1], float32)")
def _count_upto(values: NDArray[np.float32], limit: Any) -> Any:
    """How many values do not exceed a limit."""
    count = np.int32(0)
    for place in range(len(values)):
        count += np.int32(1) if values[place] <= limit else np.int32(0)
    return count


@_compiled("UniTuple(float32, 2)(float32[::1], float32)")
def _beside(values: NDArray[np.float32], limit: Any) -> Any:
    """The largest value not above a limit, and the smallest above it."""
    low, high = np.float32(-np.inf), np.float32(np.inf)
    for place in range(len(values)):
        value = values[place]
        low = max(low, value if value <= limit else np.float32(-np.inf))
        high = min(high, value if value > limit else np.float32(np.inf))
    return low, high


@_compiled("int64(float32[::1], float32, float32, float32[::1])")
def _sorted_between(
    values: NDArray[np.float32], low: Any, high: Any, out: NDArray[np.float32]
) -> Any:
    """Values above `low` up to `high` in order; how many there are."""
    n_out = 0
    for place in range(len(values)):
        value = values[place]
        if low < value <= high:
            at = n_out
            while at > 0 and out[at - 1] > value:
                out[at] = out[at - 1]
                at -= 1
            out[at] = value
            n_out += 1
    return n_out


@_compiled("void(float32[:, ::1], int64[::1])")
def take_off_median(rows: NDArray[np.float32], members: NDArray[np.int64]) -> None:
    """See `ecogview.dsp.filter_plain.take_off_median`."""
    n_rows, n_channels = rows.shape
    n_members = len(members)
    values, some = np.empty(n_members, np.float32), np.empty(n_members, np.float32)
    lower, upper = (n_members - 1) // 2, n_members // 2
    guess, spacing = np.float32(0), np.float32(1)
    for place in range(n_rows):
        row = rows[place]
        for member in range(n_members):
            values[member] = row[members[member]]
        # Counting how many do not exceed a limit takes few instructions: limits are drawn together
        # about the middle, from the median of the row before on, until few are left to be sorted.
        low, high = np.float32(-np.inf), np.float32(np.inf)
        n_low, n_high = 0, n_members
        limit = guess
        is_found = False
        for turn in range(_LIMITS):
            if n_high - n_low <= _FEW:
                break
            count = _count_upto(values, limit)
            if count == upper or (count == upper + 1 and lower == upper):
                below, above = _beside(values, limit)
                if lower < upper:
                    guess = (below + above) * np.float32(0.5)
                else:
                    guess = above if count == upper else below
                is_found = True
                break
            if count > upper:
                high, n_high = limit, count
            else:
                low, n_low = limit, count
            if np.isfinite(low) and np.isfinite(high):
                # Where they are spread evenly; now and then halfway, should they not be.
                part = (upper - n_low) / (n_high - n_low) if turn % 3 < 2 else 0.5
                limit = low + (high - low) * np.float32(part)
            else:
                limit += spacing * np.float32(1 << turn) * np.float32(upper - count)
            if not low < limit < high:
                break
        if not is_found:
            n_some = _sorted_between(values, low, high, some)
            guess = (some[lower - n_low] + some[upper - n_low]) * np.float32(0.5)
            spacing = max((some[n_some - 1] - some[0]) / np.float32(n_some), np.float32(1e-6))
        for channel in range(n_channels):
            row[channel] -= guess


@_compiled("void(float32[:, ::1], int64[::1])")
def take_off_partners(rows: NDArray[np.float32], partners: NDArray[np.int64]) -> None:
    """See `ecogview.dsp.filter_plain.take_off_partners`."""
    n_rows, n_channels = rows.shape
    before = np.empty(n_channels, np.float32)
    for place in range(n_rows):
        row = rows[place]
        before[:] = row
        for channel in range(n_channels):
            partner = partners[channel]
            if partner >= 0:
                row[channel] = before[channel] - before[partner]
