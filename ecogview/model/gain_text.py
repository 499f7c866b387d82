"""A gain as it is typed: `500 µV/row`, `2 mV`, `300`."""

from __future__ import annotations

import math
import re

_MICROVOLTS = {"v": 1e6, "mv": 1e3, "µv": 1.0, "uv": 1.0, "nv": 1e-3}
_GROUPED = re.compile(r"[1-9]\d{0,2}(,\d{3})+(\.\d*)?")
_TYPED = re.compile(
    r"(?P<number>[-+−]?[\d.,]+(?:e[-+]?\d+)?)\s*(?P<unit>[^\d\s/]*)\s*(?:/\s*row)?", re.IGNORECASE
)


def parse_gain(text: str, units: str) -> float:
    """Units a row of what was typed; a number alone is in the unit that is shown.

    Parameters
    ----------
    text : str
        As a user types it. A comma is taken for a decimal point, but for those in `14,100 counts`:
        units without prefixes are shown so, and what is shown may be typed.
    units : str
        Unit that is shown: "µV", "counts", "z".

    Raises
    ------
    ValueError
        If it is none, is not above 0, or is in another unit.
    """
    typed = _TYPED.fullmatch(text.strip().replace("μ", "µ"))  # the Greek letter
    example = "500 µV or 2 mV" if units == "µV" else f"500 {units}"
    digits = typed["number"].replace("−", "-") if typed else "nan"
    is_grouped = units != "µV" and _GROUPED.fullmatch(digits)
    try:
        number = float(digits.replace(",", "" if is_grouped else "."))
    except ValueError:
        number = math.nan
    if typed is None or not math.isfinite(number):
        raise ValueError(f"{text.strip()!r} is not a gain; write the height of a row, {example}")
    if number <= 0:
        raise ValueError(f"{text.strip()!r} is not above 0; write {example}")
    factors = _MICROVOLTS if units == "µV" else {units.lower(): 1.0}
    unit = (typed["unit"] or units).lower()
    if unit not in factors:
        raise ValueError(f"Traces are in {units}, not in {typed['unit']}; write {example}")
    return number * factors[unit]
