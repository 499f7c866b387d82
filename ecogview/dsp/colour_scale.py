"""Scale of the quality map's colours: from figures to 256 steps, and beyond."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Levels = NDArray[np.int16]

TOP = 255  # level of the scale's upper end; its lower end is 0
UNKNOWN = 32767  # level where nothing is known: above all others, so that it sorts last
_FURTHEST = 32_000
_LEAST = 1e-30  # stands for what has no logarithm
_CHUNK = 1 << 17  # values at a time: their temporary arrays stay within a processor's cache


@dataclass(frozen=True, slots=True)
class ColourScale:
    """Ends of a colour scale, in the unit of the values.

    Where `is_deviating`, the middle is normal and both ends are not; else only the upper end is
    worth attention.
    """

    low: float
    high: float
    is_log: bool
    is_deviating: bool

    def position(self, value: float) -> float:
        """Where a value lies: 0 at the lower end, 1 at the upper, outside beyond them."""
        if not self.is_log:
            return (value - self.low) / (self.high - self.low)
        return math.log(max(value, _LEAST) / self.low) / math.log(self.high / self.low)

    def levels(self, values: NDArray[np.floating]) -> Levels:
        """Values as steps of the scale, `UNKNOWN` for NaN; beyond 0 to `TOP` outside the ends."""
        levels = np.empty(values.shape, np.int16)
        step = max(_CHUNK // max(math.prod(values.shape[1:]), 1), 1)
        for first in range(0, len(values), step):
            levels[first : first + step] = self._chunk(values[first : first + step])
        return levels

    def _chunk(self, values: NDArray[np.floating]) -> Levels:
        if self.is_log:
            place = np.maximum(values, np.float32(_LEAST), dtype=np.float32)
            np.log(place, out=place)
            low, high = math.log(self.low), math.log(self.high)
        else:
            place = values.astype(np.float32)
            low, high = self.low, self.high
        factor = TOP / (high - low)
        place *= np.float32(factor)
        place -= np.float32(low * factor)
        np.clip(place, -_FURTHEST, _FURTHEST, out=place)
        np.rint(place, out=place)
        np.copyto(place, UNKNOWN, where=np.isnan(place))
        levels: Levels = place.astype(np.int16)
        return levels

    def strength(self, levels: Levels) -> Levels:
        """How much attention levels are worth: unknown ones less than any other."""
        strength = levels.copy()
        if self.is_deviating:
            # Both in the middle, 127 and 128, are at 0; all fit into 16 bits.
            np.maximum(levels - np.int16(TOP // 2 + 1), np.int16(TOP // 2) - levels, out=strength)
        strength[levels == UNKNOWN] = np.iinfo(np.int16).min
        return strength
