"""How traces are shown: gain, whether the constant is taken off, how samples are processed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal, Self

from ecogview.model.processing import Processing

Colouring = Literal["off", "row", "column", "board"]
"""What traces are coloured by: nothing, their place in the array, or the board they go through."""

_FIT = 5.0  # median RMS a row: traces fill their rows and just touch
_EXTENT = 1.3  # a row has so much more room than a typical trace takes on the screen
_LEAST, _MOST = 1e-12, 1e15  # units a row: from volts of a quiet amplifier to any count


@dataclass(frozen=True, slots=True)
class Display:
    """`units_per_row` is the height of a row in the unit that is shown: µV, counts or z.

    `other_units_per_row` waits for the other unit to be shown: z while it is the recording's, the
    recording's while it is z. With `butterfly` all traces lie on one zero line, and the canvas is
    one row; with `clipped` none leaves its row.
    """

    units_per_row: float = 500.0
    remove_dc: bool = True
    processing: Processing = field(default_factory=Processing)
    other_units_per_row: float = 10.0
    butterfly: bool = False
    clipped: bool = False
    colouring: Colouring = "off"

    def processed(self, processing: Processing) -> Self:
        """The same with another processing; each unit has its own gain."""
        was_z, is_z = (p.is_in_force and p.zscore for p in (self.processing, processing))
        shown, other = self.units_per_row, self.other_units_per_row
        if was_z != is_z:
            shown, other = other, shown
        return replace(self, processing=processing, units_per_row=shown, other_units_per_row=other)

    def gain_in(self, *, in_z: bool) -> float:
        """Units a row of a picture in z, or in the recording's unit, whichever is shown now."""
        shows_z = self.processing.is_in_force and self.processing.zscore
        return self.units_per_row if in_z == shows_z else self.other_units_per_row

    def gain_stepped(self, steps: int) -> Self:
        """Next gain on a 2^(1/2) scale: positive steps make traces taller."""
        return self.with_gain(self.units_per_row * 2 ** (-steps / 2))

    def fitted(self, typical_rms: float) -> Self:
        """Gain at which traces of that RMS fill their rows; unchanged where it is 0."""
        return self._rounded(_FIT * typical_rms, 1)

    def filled(self, extent: float) -> Self:
        """Gain at which traces that reach over `extent` have a row each; unchanged where it is 0.

        Of a window of two hours each column spans eight RMS, so that `fitted` makes a block of it.
        """
        return self._rounded(_EXTENT * extent, 2)

    def _rounded(self, units_per_row: float, digits: int) -> Self:
        if not units_per_row > 0:
            return self
        return self.with_gain(float(f"{units_per_row:.{digits}g}"))

    def with_gain(self, units_per_row: float) -> Self:
        """That gain, or the nearest one that can be drawn."""
        return replace(self, units_per_row=min(max(units_per_row, _LEAST), _MOST))
