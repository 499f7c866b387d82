"""Times as people read and type them: `0:14`, `1:02:14.250`, `73.5`."""

from __future__ import annotations

import math

# Distance of axis lines in seconds: 1-2-5 below ten seconds, then what clocks have.
_CLOCK_STEPS = (10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 21600, 43200, 86400)


def format_time(seconds: float, decimals: int = 0) -> str:
    """Minutes and seconds, hours where there are any, with that many decimals."""
    ticks = round(abs(seconds) * 10**decimals)
    sign = "−" if seconds < 0 and ticks else ""
    whole, fraction = divmod(ticks, 10**decimals)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    text = f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
    return sign + text + (f".{fraction:0{decimals}}" if decimals else "")


def format_length(seconds: float) -> str:
    """A length with one decimal, of less than a second with as many as tell it from nothing."""
    return f"{seconds:,.1f} s" if seconds >= 1 else f"{seconds:.2g} s"


def parse_time(text: str) -> float:
    """Seconds of `"73.5"`, `"1:13.5"` or `"2:01:13.5"`.

    Raises
    ------
    ValueError
        If it is none of these.
    """
    parts = text.strip().replace(",", ".").split(":")
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        numbers = []
    total = 0.0
    for number in numbers:
        total = total * 60 + number
    if (
        not 1 <= len(numbers) <= 3
        or not math.isfinite(total)
        or any(n < 0 for n in numbers)
        or any(n >= 60 for n in numbers[1:])
    ):
        raise ValueError(f"{text!r} is not a time; write seconds, min:s or h:min:s")
    return total


def nearest_sample(seconds: float, sampling_rate: float) -> int:
    """Number of the sample nearest to a time, of two equally near the later, as NumPy's is not."""
    return math.floor(float(seconds) * sampling_rate + 0.5)


def decimals_for(step_s: float) -> int:
    """Decimals that tell times apart which are `step_s` seconds from each other."""
    return 0 if step_s >= 1 else min(-math.floor(math.log10(step_s) + 1e-9), 6)


def axis_step(seconds_per_pixel: float, least_pixels: float) -> float:
    """Distance of axis lines in seconds: the smallest pleasant one of at least that many pixels."""
    least = seconds_per_pixel * least_pixels
    if least > _CLOCK_STEPS[-1]:
        return _CLOCK_STEPS[-1] * math.ceil(least / _CLOCK_STEPS[-1])
    if least > 5:
        return next(float(step) for step in _CLOCK_STEPS if step >= least)
    return nice_step(least)


def nice_step(least: float) -> float:
    """Smallest of 1, 2, 5 × 10ⁿ that is not below `least`."""
    if not least > 0:
        return 1.0
    decade = 10.0 ** math.floor(math.log10(least))
    return next(m * decade for m in (1.0, 2.0, 5.0, 10.0) if m * decade >= least * (1 - 1e-9))
