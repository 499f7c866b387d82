"""Numbers as the shortest text that reads back as the same float32; plain Python.

For the first lines of a file, and as the reference for `number_kernel`, which writes the rest in
the same steps 500 times faster. Nothing here asks for the locale.
"""

from __future__ import annotations

import math

import numpy as np

# Powers of ten from 10**-60 on, each the nearest double: exact from 10**0 to 10**22.
POWERS = np.array([float(f"1e{exponent}") for exponent in range(-60, 61)])
ZEROTH = 60
DIGITS = 9  # enough for every float32
MOST_CHARACTERS = 16  # -0.0000123456789
FIXED_FROM, FIXED_BELOW = -5, 9  # exponents that are written without an e
# A double near the border between two float32 may be rounded either way on reading: not taken.
WIDER, NARROWER = 1 + 2**-50, 1 - 2**-50


def number_text(value: float) -> str:
    """Text of a float32: 9 digits at most, as few as possible, for 1 in 2,000 one more."""
    if value != value:
        return "NaN"
    sign = "-" if math.copysign(1.0, value) < 0 else ""
    size = abs(float(value))
    if math.isinf(size):
        return f"{sign}inf"
    if size == 0:
        return f"{sign}0"
    number, exponent = _shortest(size, *_nine_digits(size))
    digits = str(number)
    if not FIXED_FROM <= exponent < FIXED_BELOW:
        point = "." if len(digits) > 1 else ""
        mark = "-" if exponent < 0 else "+"
        return f"{sign}{digits[0]}{point}{digits[1:]}e{mark}{abs(exponent):02}"
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    whole, rest = digits[: exponent + 1].ljust(exponent + 1, "0"), digits[exponent + 1 :]
    return f"{sign}{whole}.{rest}" if rest else f"{sign}{whole}"


def time_text(sample: int, rate: float, decimals: int) -> str:
    """Time of a sample in seconds, to a fixed number of decimals."""
    whole, rest = divmod(round(sample / rate * 10**decimals), 10**decimals)
    return f"{whole}.{rest:0{decimals}}" if decimals else f"{whole}"


def time_decimals(rate: float) -> int:
    """Decimals for the times of samples: exact where at most 9 are, else to 1/1,000 of a sample."""
    if rate == int(rate):
        for decimals in range(10):
            if 10**decimals % int(rate) == 0:
                return decimals
    return min(max(math.ceil(math.log10(rate)), 0) + 4, 9)


def _nine_digits(size: float) -> tuple[int, int]:
    """Return nine digits as an integer and the exponent of the first one."""
    exponent = math.floor((math.frexp(size)[1] - 1) * 0.30102999566398120)
    if size >= POWERS[ZEROTH + exponent + 1]:
        exponent += 1
    number = round(_scaled(size, DIGITS - 1 - exponent))
    return (number // 10, exponent + 1) if number >= 10**DIGITS else (number, exponent)


def _shortest(size: float, number: int, exponent: int) -> tuple[int, int]:
    """Drop digits from the end while what is left reads as the same number."""
    n_digits = DIGITS
    while n_digits > 1:
        shorter = (number + 5) // 10
        if not _reads_as(size, _scaled(shorter, exponent - n_digits + 2)):
            break
        n_digits -= 1
        if shorter == 10**n_digits:
            shorter, exponent = shorter // 10, exponent + 1
        number = shorter
    return number, exponent


def _scaled(value: float, power: int) -> float:
    return float(value * POWERS[ZEROTH + power] if power >= 0 else value / POWERS[ZEROTH - power])


def _reads_as(size: float, number: float) -> bool:
    with np.errstate(over="ignore"):
        return bool(np.float32(number * WIDER) == size == np.float32(number * NARROWER))
