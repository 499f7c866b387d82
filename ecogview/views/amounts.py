"""Amplitudes as text, with their units."""

from __future__ import annotations

import math

_PREFIXES = {"µV": ((1e6, "V"), (1e3, "mV"), (1.0, "µV"), (1e-3, "nV"))}


def format_amount(value: float, units: str, *, digits: int = 3) -> str:
    """An amplitude with its unit, `−26 µV`, `2 mV`, with a true minus."""
    for factor, prefixed in _PREFIXES.get(units, ()):
        if abs(value) >= factor or (factor == 1e-3 and value):
            return f"{value / factor:.{digits}g} {prefixed}".replace("-", "−")
    return f"{value:.{digits if units in ('µV', 'z') else 6}g} {units}".replace("-", "−")


def format_round(value: float, units: str) -> str:
    """The same of what is chosen, not measured, to three digits in any unit: `14,100 counts`."""
    if units in _PREFIXES:
        return format_amount(value, units)
    return f"{float(f'{value:.3g}'):,.10g} {units}".replace("-", "−")


def format_shown(value: float, units: str) -> str:
    """An amplitude as displayed, to four digits; `n/a` where it is no number."""
    return "n/a" if math.isnan(value) else format_amount(value, units, digits=4)


def span_text(span: tuple[float, float], units: str) -> str:
    """Lowest and highest value of a column, `−26 … 15 µV`."""
    lowest, highest = (format_amount(value, units) for value in span)
    if lowest == highest:
        return lowest
    return f"{lowest.removesuffix(' ' + units)} … {highest}"
