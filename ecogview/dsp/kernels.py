"""The kernels in numba: compiled once, cached on disk, without the GIL.

Importing this module costs 0.5 s (numba itself, and loading the cached code): only
`ecogview.dsp.engine` does, in the background. Meaning and arguments: `ecogview.dsp.plain`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

from ecogview.dsp.plain import DASHED, DOTTED, HATCHED, PLAIN, SOLID

_Function = TypeVar("_Function", bound=Callable[..., Any])

_BLOCK = 16  # columns drawn together: 64 bytes of a pixel row are one cache line


def _compiled(*signatures: str) -> Callable[[_Function], _Function]:
    decorate: Any = numba.njit(list(signatures), nogil=True, cache=True, error_model="numpy")
    return decorate  # type: ignore[no-any-return]


@_compiled(
    "void(float32[:, ::1], int64, int64[::1], float32[:, ::1], float32[:, ::1], int64)",
    "void(int16[:, ::1], int64, int64[::1], float32[:, ::1], float32[:, ::1], int64)",
)
def _min_max_interleaved(
    rows: NDArray[Any],
    first_row: int,
    edges: NDArray[np.int64],
    low: NDArray[np.float32],
    high: NDArray[np.float32],
    reach: int,
) -> None:
    n_rows, n_channels = rows.shape
    for column in range(len(edges) - 1):
        start = max(edges[column] - first_row, 0)
        last = min(edges[column + 1] - 1 + reach - first_row, n_rows - 1)
        least, most = low[column], high[column]
        # Four rows a turn: with one, LLVM makes masked stores of it, 7 times slower on AMD. What
        # is beyond the last row is that row again, which changes nothing.
        for row in range(start, last + 1, 4):
            row_1, row_2 = rows[row], rows[min(row + 1, last)]
            row_3, row_4 = rows[min(row + 2, last)], rows[min(row + 3, last)]
            for channel in range(n_channels):
                lowest, highest = least[channel], most[channel]
                value_1, value_2 = np.float32(row_1[channel]), np.float32(row_2[channel])
                value_3, value_4 = np.float32(row_3[channel]), np.float32(row_4[channel])
                lowest = value_1 if value_1 < lowest else lowest
                highest = value_1 if value_1 > highest else highest
                lowest = value_2 if value_2 < lowest else lowest
                highest = value_2 if value_2 > highest else highest
                lowest = value_3 if value_3 < lowest else lowest
                highest = value_3 if value_3 > highest else highest
                least[channel] = value_4 if value_4 < lowest else lowest
                most[channel] = value_4 if value_4 > highest else highest


@_compiled(
    "void(float32[:, ::1], int64, int64[::1], float32[:, ::1], float32[:, ::1], int64)",
    "void(int16[:, ::1], int64, int64[::1], float32[:, ::1], float32[:, ::1], int64)",
)
def _min_max_planar(
    lines: NDArray[Any],
    first_row: int,
    edges: NDArray[np.int64],
    low: NDArray[np.float32],
    high: NDArray[np.float32],
    reach: int,
) -> None:
    n_channels, n_rows = lines.shape
    for channel in range(n_channels):
        for column in range(len(edges) - 1):
            start = max(edges[column] - first_row, 0)
            stop = min(edges[column + 1] + reach - first_row, n_rows)
            least = low[column, channel]
            most = high[column, channel]
            for row in range(start, stop):
                value = np.float32(lines[channel, row])
                least = value if value < least else least
                most = value if value > most else most
            low[column, channel] = least
            high[column, channel] = most


def min_max_rows(
    rows: NDArray[Any],
    first_row: int,
    edges: NDArray[np.int64],
    low: NDArray[np.float32],
    high: NDArray[np.float32],
    reach: int = 1,
) -> None:
    """See `ecogview.dsp.plain.min_max_rows`."""
    if rows.flags.c_contiguous:
        _min_max_interleaved(rows, first_row, edges, low, high, reach)
    else:
        _min_max_planar(np.ascontiguousarray(rows.T), first_row, edges, low, high, reach)


@_compiled(
    "void(float32[:, :, ::1], int64[::1], int64[::1], float32[:, ::1], float32[:, ::1])",
    "void(int16[:, :, ::1], int64[::1], int64[::1], float32[:, ::1], float32[:, ::1])",
)
def min_max_bins(
    bins: NDArray[Any],
    starts: NDArray[np.int64],
    stops: NDArray[np.int64],
    low: NDArray[np.float32],
    high: NDArray[np.float32],
) -> None:
    """See `ecogview.dsp.plain.min_max_bins`."""
    n_bins, _, n_channels = bins.shape
    for column in range(len(starts)):
        last = min(stops[column], n_bins) - 1
        least, most = low[column], high[column]
        for first in range(max(starts[column], 0), last + 1, 2):  # two a turn: see above
            lows_1, lows_2 = bins[first, 0], bins[min(first + 1, last), 0]
            for channel in range(n_channels):
                value_1, value_2 = np.float32(lows_1[channel]), np.float32(lows_2[channel])
                lowest = least[channel]
                lowest = value_1 if value_1 < lowest else lowest
                least[channel] = value_2 if value_2 < lowest else lowest
            highs_1, highs_2 = bins[first, 1], bins[min(first + 1, last), 1]
            for channel in range(n_channels):
                value_1, value_2 = np.float32(highs_1[channel]), np.float32(highs_2[channel])
                highest = most[channel]
                highest = value_1 if value_1 > highest else highest
                most[channel] = value_2 if value_2 > highest else highest


@_compiled(
    "void(float32[:, ::1], int64, int64, int64, int64, float32[:, ::1], float32[:, ::1])",
    "void(int16[:, ::1], int64, int64, int64, int64, float32[:, ::1], float32[:, ::1])",
)
def _interpolate(
    rows: NDArray[Any],
    first_row: int,
    first_column: int,
    length: int,
    width: int,
    low: NDArray[np.float32],
    high: NDArray[np.float32],
) -> None:
    n_rows, n_channels = rows.shape
    n_columns = len(low)
    low[:] = np.inf
    high[:] = -np.inf
    for edge in range(n_columns + 1):
        position = (first_column + edge) * length
        whole = position // width - first_row
        part = np.float32((position % width) / width)
        if 0 <= whole < n_rows and (part == 0 or whole + 1 < n_rows):
            for channel in range(n_channels):
                value = np.float32(rows[whole, channel])
                if part != 0:
                    value = value + part * (np.float32(rows[whole + 1, channel]) - value)
                if edge > 0:
                    low[edge - 1, channel] = min(low[edge - 1, channel], value)
                    high[edge - 1, channel] = max(high[edge - 1, channel], value)
                if edge < n_columns:
                    low[edge, channel] = min(low[edge, channel], value)
                    high[edge, channel] = max(high[edge, channel], value)
        if edge < n_columns:
            following = (first_column + edge + 1) * length
            last_inside = (following + width - 1) // width - 1 - first_row
            for row in range(max(whole + 1, 0), min(last_inside + 1, n_rows)):
                for channel in range(n_channels):
                    value = np.float32(rows[row, channel])
                    low[edge, channel] = min(low[edge, channel], value)
                    high[edge, channel] = max(high[edge, channel], value)


def interpolate_rows(
    rows: NDArray[Any],
    first_row: int,
    first_column: int,
    length: int,
    width: int,
    low: NDArray[np.float32],
    high: NDArray[np.float32],
) -> None:
    """See `ecogview.dsp.plain.interpolate_rows`."""
    # A window this close holds at most 2 samples a column: turning planar ones round is nothing.
    rows = np.ascontiguousarray(rows)
    _interpolate(rows, first_row, first_column, length, width, low, high)


@numba.njit("uint32(uint32, uint32, uint32)", nogil=True, cache=True, inline="always")
def _blend(under: Any, over: Any, cover: Any) -> Any:
    outer, inner, rest = np.uint32(0xFF00FF), np.uint32(0x00FF00), np.uint32(4) - cover
    red_blue = (((under & outer) * rest + (over & outer) * cover) >> np.uint32(2)) & outer
    green = (((under & inner) * rest + (over & inner) * cover) >> np.uint32(2)) & inner
    return np.uint32(0xFF000000) | red_blue | green


_PERIOD = 8  # of the slanted pattern, in pixels


@numba.njit("boolean[:, ::1](int64)", nogil=True, cache=True)
def _pattern_marks(height: int) -> Any:
    """Where each pattern has ink, down a column; `_PERIOD` pixels more to slant by."""
    marks = np.zeros((5, height + _PERIOD), np.bool_)
    for y in range(height + _PERIOD):
        marks[SOLID, y] = True
        marks[DOTTED, y] = y % 4 < 2
        marks[DASHED, y] = y % 10 < 6
        marks[HATCHED, y] = y % _PERIOD == 0
    return marks


@numba.njit("void(int32[::1], int32[::1], int64, int32[:, ::1])", nogil=True, cache=True)
def _find_hidden(tops: Any, bottoms: Any, height: int, hidden: Any) -> None:
    """For each row one stretch of pixels that later rows cover wholly: `hidden`, shape (2, rows).

    Traces on one line need not be painted where others lie on top: 62 take 2.7 instead of 7.5 ms.
    """
    own_first: Any
    own_stop: Any
    first: Any = np.int64(height)
    stop: Any = first
    for row in range(len(tops) - 1, -1, -1):
        hidden[0, row], hidden[1, row] = first, stop
        own_first = max(np.int64(tops[row] >> 2) + 1, 0)
        own_stop = min(np.int64((bottoms[row] - 1) >> 2), height)
        if own_first >= own_stop:
            continue
        if own_first <= stop and own_stop >= first:
            first, stop = min(first, own_first), max(stop, own_stop)
        elif own_stop - own_first > stop - first:
            first, stop = own_first, own_stop


@_compiled(
    "void(uint32[:, ::1], int64[::1], float32[:, ::1], float32[:, ::1], int64[::1], float32[::1],"
    " uint32[::1], float32[::1], float32[::1], float32[:, ::1], uint32[::1], uint32[::1],"
    " uint8[::1], int64[::1])"
)
def draw_columns(
    image: NDArray[np.uint32],
    slots: NDArray[np.int64],
    low: NDArray[np.float32],
    high: NDArray[np.float32],
    channels: NDArray[np.int64],
    centres: NDArray[np.float32],
    colours: NDArray[np.uint32],
    offsets: NDArray[np.float32],
    scales: NDArray[np.float32],
    limits: NDArray[np.float32],
    fill: NDArray[np.uint32],
    ink: NDArray[np.uint32],
    pattern: NDArray[np.uint8],
    phase: NDArray[np.int64],
) -> None:
    """See `ecogview.dsp.plain.draw_columns`."""
    height = image.shape[0]
    half, quarter = np.float32(0.5), np.float32(4)
    # Spans run down a column: drawn where pixels of a column lie side by side, then turned over.
    tile = np.empty((_BLOCK, height), np.uint32)
    n_rows = len(channels)
    tops, bottoms = np.empty(n_rows, np.int32), np.empty(n_rows, np.int32)
    nowhere = -100
    is_overlaid = n_rows > 1 and centres[0] == centres[n_rows - 1]
    hidden = np.full((2, n_rows), height, np.int32)
    least_y, most_y = limits[0], limits[1]
    marks = _pattern_marks(height)
    for block in range(0, len(slots), _BLOCK):
        n_columns = min(_BLOCK, len(slots) - block)
        for column in range(n_columns):
            line = tile[column]
            ground, sign = fill[block + column], pattern[block + column]
            if sign == PLAIN:
                line[:] = ground
            else:
                mark = ink[block + column]
                shift = phase[block + column] % _PERIOD if sign == HATCHED else 0
                marked = marks[sign, shift : shift + height]
                for y in range(height):
                    line[y] = mark if marked[y] else ground
            slot = slots[block + column]
            # All positions first, in a loop that the compiler turns into vector instructions.
            for row in range(n_rows):
                channel, centre = channels[row], centres[row]
                lowest, highest = low[slot, channel], high[slot, channel]
                offset, scale = offsets[channel], scales[row]
                top_y = centre - (highest - offset) * scale
                bottom_y = centre - (lowest - offset) * scale
                top_y = min(max(top_y, least_y[row]), most_y[row])
                bottom_y = min(max(bottom_y, least_y[row]), most_y[row])
                top = np.int32(np.floor((top_y - half) * quarter + half))
                bottom = np.int32(np.floor((bottom_y + half) * quarter + half))
                tops[row] = top if lowest <= highest else np.int32(nowhere)
                bottoms[row] = bottom if lowest <= highest else np.int32(nowhere)
            if is_overlaid:
                _find_hidden(tops, bottoms, height, hidden)
            for row in range(n_rows):
                top, bottom, colour = tops[row], bottoms[row], colours[row]
                if bottom <= 0 or top >= 4 * height:
                    continue
                first, last = top >> 2, (bottom - 1) >> 2
                if first == last:
                    line[first] = _blend(line[first], colour, np.uint32(bottom - top))
                    continue
                if first >= 0:
                    line[first] = _blend(line[first], colour, np.uint32(4 - (top & 3)))
                start, stop = max(first + 1, 0), min(last, height)
                if is_overlaid:
                    for y in range(max(start, hidden[1, row]), stop):
                        line[y] = colour
                    stop = min(stop, hidden[0, row])
                for y in range(start, stop):
                    line[y] = colour
                if last < height:
                    line[last] = _blend(line[last], colour, np.uint32(((bottom - 1) & 3) + 1))
        slot = slots[block]
        if n_columns == _BLOCK and slots[block + _BLOCK - 1] == slot + _BLOCK - 1:
            for y in range(height):
                for column in range(_BLOCK):
                    image[y, slot + column] = tile[column, y]
        else:
            for y in range(height):
                for column in range(n_columns):
                    image[y, slots[block + column]] = tile[column, y]
