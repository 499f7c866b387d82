"""How traces are shown: gain and whether the constant is taken off."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

_FIT = 5.0  # median RMS a row: traces fill their rows and just touch


@dataclass(frozen=True, slots=True)
class Display:
    """`units_per_row` is the height of a row in the recording's unit (µV or counts)."""

    units_per_row: float = 500.0
    remove_dc: bool = True

    def gain_stepped(self, steps: int) -> Self:
        """Next gain on a 2^(1/2) scale: positive steps make traces taller."""
        wanted = self.units_per_row * 2 ** (-steps / 2)
        return replace(self, units_per_row=min(max(wanted, 1e-6), 1e12))

    def fitted(self, typical_rms: float) -> Self:
        """Gain at which traces of that RMS fill their rows; unchanged where it is 0."""
        if not typical_rms > 0:
            return self
        return replace(self, units_per_row=float(f"{_FIT * typical_rms:.1g}"))
