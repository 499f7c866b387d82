"""How traces are shown: gain and whether the constant is taken off."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

# 1-2-5 steps, as on an oscilloscope; µV (or counts) a row.
_MANTISSAS = (1.0, 2.0, 5.0)


@dataclass(frozen=True, slots=True)
class Display:
    """`units_per_row` is the height of a row in the recording's unit (µV or counts)."""

    units_per_row: float = 500.0
    remove_dc: bool = True

    def gain_stepped(self, steps: int) -> Self:
        """Next gain on a 2^(1/2) scale: positive steps make traces taller."""
        return replace(self, units_per_row=min(max(self.units_per_row * 2 ** (-steps / 2), 1e-6), 1e12))


def rounded_gain(units_per_row: float) -> float:
    """Nearest 1-2-5 value at or above `units_per_row`."""
    if not 0 < units_per_row < float("inf"):
        return 1.0
    decade = 10.0 ** _floor_log10(units_per_row)
    for mantissa in _MANTISSAS:
        if units_per_row <= mantissa * decade * (1 + 1e-9):
            return mantissa * decade
    return 10.0 * decade


def _floor_log10(value: float) -> int:
    return int(f"{value:e}".partition("e")[2])
