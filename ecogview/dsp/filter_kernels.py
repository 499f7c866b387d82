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

from ecogview.dsp.median_kernels import MOST_SORTED, take_off_sorted_median
from ecogview.dsp.pole_kernels import sweep_poles
from ecogview.dsp.thin_kernels import decimate_rows, fill_between, reduce_between

__all__ = ["decimate_rows", "fill_between", "reduce_between", "sweep_poles"]

_Function = TypeVar("_Function", bound=Callable[..., Any])

_FEW = 12  # values that are sorted to find a median among them …
_LIMITS = 24  # … or after so many limits as many as are left
_TILE = 256  # rows that stay in a core's second cache from being centred to being thinned
_CHUNK = 32  # rows that go through all sections while they lie in a core's first cache


def _compiled(*signatures: str) -> Callable[[_Function], _Function]:
    # Multiplying and adding in one instruction is a quarter faster; NaN stay what they are.
    decorate: Any = numba.njit(
        list(signatures), nogil=True, cache=True, error_model="numpy",
        fastmath={"contract", "reassoc"},
    )  # fmt: skip
    return decorate  # type: ignore[no-any-return]


@_compiled(
    "void(float64[:, ::1], int64, float64[:, ::1], float64[:, :, ::1])",
    "void(float32[:, ::1], int64, float32[:, ::1], float32[:, :, ::1])",
)
def _run(lines: NDArray[Any], count: int, pairs: NDArray[Any], states: NDArray[Any]) -> None:
    """Run the first `count` lines through all pairs of sections."""
    width = states.shape[2]
    for pair in range(len(pairs)):
        sections = pairs[pair]
        b0, b1, b2, a1, a2 = sections[0], sections[1], sections[2], sections[3], sections[4]
        d0, d1, d2, c1, c2 = sections[5], sections[6], sections[7], sections[8], sections[9]
        state_1, state_2 = states[pair, 0], states[pair, 1]
        state_3, state_4 = states[pair, 2], states[pair, 3]
        for place in range(0, count - 1, 2):  # two a turn: writing states takes as long as the sums
            line, line_after = lines[place], lines[place + 1]
            for channel in range(width):
                s1, s2, s3, s4 = (
                    state_1[channel],
                    state_2[channel],
                    state_3[channel],
                    state_4[channel],
                )
                value = line[channel]
                between = b0 * value + s1
                s1 = b1 * value - a1 * between + s2
                s2 = b2 * value - a2 * between
                result = d0 * between + s3
                s3 = d1 * between - c1 * result + s4
                s4 = d2 * between - c2 * result
                line[channel] = result
                value = line_after[channel]
                between = b0 * value + s1
                state_1[channel] = b1 * value - a1 * between + s2
                state_2[channel] = b2 * value - a2 * between
                result = d0 * between + s3
                state_3[channel] = d1 * between - c1 * result + s4
                state_4[channel] = d2 * between - c2 * result
                line_after[channel] = result
        if count % 2:
            line = lines[count - 1]
            for channel in range(width):
                value = line[channel]
                between = b0 * value + state_1[channel]
                state_1[channel] = b1 * value - a1 * between + state_2[channel]
                state_2[channel] = b2 * value - a2 * between
                result = d0 * between + state_3[channel]
                state_3[channel] = d1 * between - c1 * result + state_4[channel]
                state_4[channel] = d2 * between - c2 * result
                line[channel] = result


@_compiled(
    "void(float32[:, ::1], float64[:, ::1], float64[:, :, ::1],"
    " float32[:, ::1], float32[:, :, ::1], boolean)"
)
def sweep(
    rows: NDArray[np.float32],
    exact: NDArray[np.float64],
    exact_states: NDArray[np.float64],
    quick: NDArray[np.float32],
    quick_states: NDArray[np.float32],
    backwards: bool,  # noqa: FBT001
) -> None:
    """See `ecogview.dsp.filter_plain.sweep`."""
    n_rows, n_channels = rows.shape
    width = exact_states.shape[2]
    lines, quick_lines = (
        np.zeros((_CHUNK, width), np.float64),
        np.zeros((_CHUNK, width), np.float32),
    )
    n_chunks = -(-n_rows // _CHUNK)
    for turn in range(n_chunks):
        first = (n_chunks - 1 - turn if backwards else turn) * _CHUNK
        count = min(_CHUNK, n_rows - first)
        for place in range(count):
            row = rows[first + (count - 1 - place if backwards else place)]
            quick_line = quick_lines[place]
            for channel in range(n_channels):
                quick_line[channel] = row[channel]
        if len(exact):
            for place in range(count):
                line, quick_line = lines[place], quick_lines[place]
                for channel in range(width):
                    line[channel] = quick_line[channel]
            _run(lines, count, exact, exact_states)
            for place in range(count):
                line, quick_line = lines[place], quick_lines[place]
                for channel in range(width):
                    quick_line[channel] = line[channel]
        if len(quick):
            _run(quick_lines, count, quick, quick_states)
        for place in range(count):
            row = rows[first + (count - 1 - place if backwards else place)]
            quick_line = quick_lines[place]
            for channel in range(n_channels):
                row[channel] = quick_line[channel]


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
    has_slopes, is_whole = len(slopes) > 0, rows.itemsize == 2
    is_odd = False
    for place in range(n_rows):
        row, line = rows[place], out[place]
        sizes = np.float32(0)
        if is_whole:  # and so finite; the first few tell that not all are 0: a quarter faster
            for channel in range(n_channels):
                line[channel] = np.float32(row[channel]) - offsets[channel]
            n_zero = 0
            while n_zero < n_channels and row[n_zero] == 0:
                n_zero += 1
            zeroed[place] = n_zero == n_channels
        else:
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
    count = np.float32(0)  # sums of numbers as wide as the values are four times as fast
    for place in range(len(values)):
        count += np.float32(1) if values[place] <= limit else np.float32(0)
    return np.int64(count)


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
    """Values above `low` up to `high` in order; how many there are. `out` has room for one more."""
    n_out: Any = 0
    for place in range(len(values)):  # without a branch that nobody could predict
        value = values[place]
        out[n_out] = value
        n_out += np.int64(low < value) & np.int64(value <= high)
    for first in range(1, n_out):
        value, at = out[first], first
        while at > 0 and out[at - 1] > value:
            out[at] = out[at - 1]
            at -= 1
        out[at] = value
    return n_out


@_compiled("void(float32[:, ::1], int64[::1])")
def take_off_median(rows: NDArray[np.float32], members: NDArray[np.int64]) -> None:
    """See `ecogview.dsp.filter_plain.take_off_median`."""
    n_rows, n_channels = rows.shape
    n_members = len(members)
    if n_members <= MOST_SORTED:
        take_off_sorted_median(rows, members)
        return
    values, some = np.empty(n_members, np.float32), np.empty(n_members + 1, np.float32)
    lower, upper = (n_members - 1) // 2, n_members // 2
    guess = np.float32(0)
    for place in range(n_rows):
        row = rows[place]
        if n_members == n_channels:
            for channel in range(n_channels):
                values[channel] = row[channel]
        else:
            for member in range(n_members):
                values[member] = row[members[member]]
        # Counting how many do not exceed a limit takes few instructions: limits are drawn together
        # about the middle, from the median of the row before on, until few are left to be sorted.
        low, high = np.float32(-np.inf), np.float32(np.inf)
        n_low, n_high = 0, n_members
        limit = guess
        is_found = False
        # How far apart values lie about the middle, were they spread like a bell.
        sizes = np.float32(0)
        for member in range(n_members):
            sizes += abs(values[member] - guess)
        spacing = np.float32(3) * sizes / np.float32(n_members * n_members)
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
            _sorted_between(values, low, high, some)
            guess = (some[lower - n_low] + some[upper - n_low]) * np.float32(0.5)
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


@_compiled("void(float32[:, ::1], float32[:, ::1], float32[:, ::1])")
def take_off_slow(
    rows: NDArray[np.float32], slow: NDArray[np.float32], phases: NDArray[np.float32]
) -> None:
    """See `ecogview.dsp.filter_plain.take_off_slow`."""
    n_channels, factor = rows.shape[1], len(phases)
    for place in range(len(rows)):
        row, tap, first = rows[place], phases[place % factor], place // factor
        for half in range(0, 8, 4):
            tap_1, tap_2, tap_3, tap_4 = tap[half], tap[half + 1], tap[half + 2], tap[half + 3]
            slow_1, slow_2 = slow[first + half], slow[first + half + 1]
            slow_3, slow_4 = slow[first + half + 2], slow[first + half + 3]
            for channel in range(n_channels):
                row[channel] -= (
                    tap_1 * slow_1[channel] + tap_2 * slow_2[channel]
                    + tap_3 * slow_3[channel] + tap_4 * slow_4[channel]
                )  # fmt: skip


@_compiled(
    *(
        f"boolean({kind}[:, ::1], float64, float32[::1], float64[::1], int64[::1], float32[::1],"
        " int64, float32[:, ::1], boolean[::1])"
        for kind in ("float32", "int16")
    )
)
def thin_rows(
    rows: NDArray[Any],
    position: float,
    offsets: NDArray[np.float32],
    slopes: NDArray[np.float64],
    members: NDArray[np.int64],
    taps: NDArray[np.float32],
    factor: int,
    out: NDArray[np.float32],
    zeroed: NDArray[np.bool_],
) -> bool:
    """See `ecogview.dsp.filter_plain.thin_rows`."""
    more = len(taps) - factor  # rows that the next tile begins with, too
    tile = np.zeros((_TILE + more, out.shape[1]), np.float32)
    is_odd = False
    for first in range(0, len(out), _TILE // factor):
        stop = min(first + _TILE // factor, len(out))
        begin, end = first * factor, stop * factor + more
        some, fresh = tile[: end - begin], 0
        if first:
            fresh = more
            some[:more] = tile[_TILE : _TILE + more]
        here = slice(begin + fresh, end)
        is_odd |= centre_rows(
            rows[here], position + begin + fresh, offsets, slopes, some[fresh:], zeroed[here]
        )
        if len(members):
            take_off_median(some[fresh:], members)
        decimate_rows(some, taps, factor, out[first:stop])
    return is_odd
