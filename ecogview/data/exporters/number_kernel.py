"""Lines of numbers in numba: the steps of `number_text`, compiled, without the GIL.

Importing this costs 0.5 s, and 4 s the very first time: only `csv_table` does, when it writes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

from ecogview.data.exporters.number_text import (
    DIGITS,
    FIXED_BELOW,
    FIXED_FROM,
    NARROWER,
    POWERS,
    WIDER,
    ZEROTH,
)

_Function = TypeVar("_Function", bound=Callable[..., Any])
_NINE = 10**DIGITS
_COMMA, _NEWLINE, _POINT, _MINUS, _PLUS, _ZERO, _E = b",\n.-+0e"
_FIVE, _TEN = np.uint64(5), np.uint64(10)
_TENS = tuple(10**power for power in range(DIGITS + 1))
_NAN, _INF = tuple(b"NaN"), tuple(b"inf")


def _compiled(signature: str) -> Callable[[_Function], _Function]:
    decorate: Any = numba.njit(signature, nogil=True, cache=True, error_model="numpy")
    return decorate  # type: ignore[no-any-return]


@_compiled("float64(float64, int64)")
def _scaled(value: float, power: int) -> float:
    if power >= 0:
        return value * POWERS[ZEROTH + power]  # type: ignore[no-any-return]
    return value / POWERS[ZEROTH - power]  # type: ignore[no-any-return]


@_compiled("int64(uint8[::1], int64, uint64, int64)")
def _put_integer(out: NDArray[np.uint8], at: int, number: Any, n_digits: int) -> int:
    """Exactly so many digits. Unsigned: a signed division by 10 takes twice as long."""
    for place in range(at + n_digits - 1, at - 1, -1):
        rest = number // _TEN
        out[place] = _ZERO + (number - rest * _TEN)
        number = rest
    return at + n_digits


@_compiled("int64(uint8[::1], int64, int64, int64, int64)")
def _put_digits(out: NDArray[np.uint8], at: int, number: int, n_digits: int, exponent: int) -> int:
    is_fixed = FIXED_FROM <= exponent < FIXED_BELOW
    if is_fixed and exponent >= n_digits - 1:
        return _put_integer(out, at, number * _TENS[exponent - n_digits + 1], exponent + 1)
    if is_fixed and exponent < 0:
        out[at], out[at + 1] = _ZERO, _POINT
        return _put_integer(out, at + 2, number, n_digits - exponent - 1)
    before = exponent + 1 if is_fixed else 1
    after = n_digits - before
    whole = np.int64(np.uint64(number) // np.uint64(_TENS[after]))
    at = _put_integer(out, at, whole, before)
    if after > 0:
        out[at] = _POINT
        at = _put_integer(out, at + 1, number - whole * _TENS[after], after)
    if is_fixed:
        return at
    out[at] = _E
    out[at + 1] = _MINUS if exponent < 0 else _PLUS
    return _put_integer(out, at + 2, abs(exponent), 2)


@_compiled("int64(uint8[::1], int64, float32)")
def _put_number(out: NDArray[np.uint8], at: int, value: float) -> int:
    if value != value:
        for letter in _NAN:
            out[at] = letter
            at += 1
        return at
    size = abs(np.float64(value))
    if math.copysign(1.0, value) < 0:
        out[at] = _MINUS
        at += 1
    if size == np.inf:
        for letter in _INF:
            out[at] = letter
            at += 1
        return at
    if size == 0:
        out[at] = _ZERO
        return at + 1
    exponent = math.floor((math.frexp(size)[1] - 1) * 0.30102999566398120)
    if size >= POWERS[ZEROTH + exponent + 1]:
        exponent += 1
    number: Any = int(np.rint(_scaled(size, DIGITS - 1 - exponent)))
    if number >= _NINE:
        number, exponent = number // 10, exponent + 1
    n_digits, power = DIGITS, _NINE
    while n_digits > 1:
        shorter = np.int64((np.uint64(number) + _FIVE) // _TEN)
        back = _scaled(float(shorter), exponent - n_digits + 2)
        if np.float32(back * WIDER) != size or np.float32(back * NARROWER) != size:
            break
        n_digits -= 1
        power //= 10
        if shorter == power:
            shorter, exponent = shorter // 10, exponent + 1
        number = shorter
    return _put_digits(out, at, number, n_digits, exponent)


@_compiled("int64(float32[:, ::1], int64, float64, int64, uint8[::1])")
def put_lines(
    rows: NDArray[np.float32], first: int, rate: float, decimals: int, out: NDArray[np.uint8]
) -> int:
    """Write rows as lines of comma-separated numbers, the time of the sample before them.

    Parameters
    ----------
    rows : ndarray of float32, shape (samples, channels)
    first : int
        Number of the first one in the recording.
    rate : float
        In Hz.
    decimals : int
        Of the times, 9 at most.
    out : ndarray of uint8
        Where to: `MOST_CHARACTERS` + 1 for each value and 32 for each row are enough.

    Returns
    -------
    int
        Number of characters written.
    """
    unit = 1
    for _ in range(decimals):
        unit *= 10
    at = 0
    for row in range(rows.shape[0]):
        ticks = int(np.rint((first + row) / rate * unit))
        seconds = ticks // unit
        n_digits, rest = 1, seconds // 10
        while rest > 0:
            n_digits, rest = n_digits + 1, rest // 10
        at = _put_integer(out, at, seconds, n_digits)
        if decimals > 0:
            out[at] = _POINT
            at = _put_integer(out, at + 1, ticks - seconds * unit, decimals)
        for channel in range(rows.shape[1]):
            out[at] = _COMMA
            at = _put_number(out, at + 1, rows[row, channel])
        out[at] = _NEWLINE
        at += 1
    return at
