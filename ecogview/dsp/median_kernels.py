"""Medians of few channels by a sorting network, many rows side by side, in numba.

Which two values are compared does not depend on the values: so no branch is guessed wrong, and one
instruction compares those of eight rows. Batcher's odd-even merge sort (Knuth, The Art of Computer
Programming 3, 5.2.2, algorithm M) of two halves, whose middle is read off without merging them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

_Function = TypeVar("_Function", bound=Callable[..., Any])

MOST_SORTED = 64
"""Channels up to which sorting is quicker than drawing limits together: twice with 62."""

_ROWS = 32  # that go together
_LANES = 2 * _ROWS  # one half of the channels of each, then the other
_LEAST, _MOST = np.int32(-(2**31)), np.int32(2**31 - 1)


def _compiled(*signatures: str) -> Callable[[_Function], _Function]:
    decorate: Any = numba.njit(list(signatures), nogil=True, cache=True, error_model="numpy")
    return decorate  # type: ignore[no-any-return]


@_compiled("void(int32[::1], int32[::1])")
def _exchange(upper: NDArray[np.int32], lower: NDArray[np.int32]) -> None:
    """Put the smaller of two values first, in every lane."""
    for lane in range(_LANES):
        first, second = upper[lane], lower[lane]
        upper[lane] = min(first, second)
        lower[lane] = max(first, second)


@_compiled("void(int32[:, ::1], int64)")
def _sort(values: NDArray[np.int32], n: int) -> None:
    """Sort `n` lines, a power of two, every lane for itself."""
    shift = 1
    while 1 << shift <= n:
        stride = 1 << (shift - 1)
        while stride:
            for start in range(stride % (1 << (shift - 1)), n - stride, 2 * stride):
                for line in range(start, min(start + stride, n - stride)):
                    if line >> shift == (line + stride) >> shift:
                        _exchange(values[line], values[line + stride])
            stride >>= 1
        shift += 1


@_compiled("void(int32[:, ::1], int32[:, ::1])")
def _middle(values: NDArray[np.int32], middle: NDArray[np.int32]) -> None:
    """Of each row both values in the middle of its two sorted halves."""
    below, above = middle[0], middle[1]
    below[:], above[:] = _LEAST, _MOST
    for line in range(len(values)):
        here, there = values[line], values[len(values) - 1 - line]
        for lane in range(_ROWS):
            one, other = here[lane], there[lane + _ROWS]
            below[lane] = max(below[lane], min(one, other))
            above[lane] = min(above[lane], max(one, other))


@_compiled("void(int32[::1])")
def _turn(bits: NDArray[np.int32]) -> None:
    """Make integers of floats' bits that are in their order, and the other way round."""
    for place in range(len(bits)):
        bits[place] ^= (bits[place] >> 31) & _MOST


@_compiled("void(float32[:, ::1], int64[::1])")
def take_off_sorted_median(rows: NDArray[np.float32], members: NDArray[np.int64]) -> None:
    """Take the median of at most `MOST_SORTED` channels off each row, in place.

    Floats are compared as integers: of a smaller or larger float the compiler makes a masked
    store, which takes AMD seven times as long.
    """
    n_rows, n_channels = rows.shape
    n_members = len(members)
    half = 1
    while 2 * half < n_members:
        half *= 2
    # As many that are low as high are added, so that the middle stays where it is.
    n_low = (2 * half - n_members) // 2
    values, middle = np.zeros((half, _LANES), np.int32), np.zeros((2, _ROWS), np.int32)
    floats, medians = values.view(np.float32), middle.view(np.float32)
    for first in range(0, n_rows, _ROWS):
        count = min(_ROWS, n_rows - first)
        for place in range(count):
            row = rows[first + place]
            for member in range(n_members):
                lane = np.uint64((member & 1) * _ROWS + place)
                floats[np.uint64(member >> 1), lane] = row[np.uint64(members[member])]
        _turn(values.reshape(half * _LANES))
        for place in range(n_members, 2 * half):
            begin = (place & 1) * _ROWS
            values[place >> 1, begin : begin + _ROWS] = (
                _LEAST if place < n_members + n_low else _MOST
            )
        _sort(values, half)
        _middle(values, middle)
        _turn(middle.reshape(2 * _ROWS))
        for place in range(count):
            row = rows[first + place]
            median = medians[0, place]
            if n_members % 2 == 0:
                median = (median + medians[1, place]) * np.float32(0.5)
            for channel in range(n_channels):
                row[channel] -= median
