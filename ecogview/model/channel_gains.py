"""How much taller or flatter single channels are drawn than all the others."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from psygnal import Signal

_STEPS_PER_OCTAVE = 4
_MOST_STEPS = 5 * _STEPS_PER_OCTAVE  # 32 times taller or flatter


class ChannelGains:
    """Gains of the channels of one recording, relative to `Display.units_per_row`.

    Kept as whole steps of 2^(1/4), so that steps there and back end at exactly 1.
    """

    changed = Signal()

    def __init__(self, n_channels: int) -> None:
        self._steps = np.zeros(n_channels, np.int64)

    @property
    def factors(self) -> NDArray[np.float64]:
        """How many times taller each channel is drawn, shape (channels,)."""
        return np.exp2(self._steps / _STEPS_PER_OCTAVE)

    @property
    def own(self) -> frozenset[int]:
        """Channels that are drawn otherwise than the rest."""
        return frozenset(np.flatnonzero(self._steps).tolist())

    def of(self, channel: int) -> float:
        return float(self.factors[channel])

    def step(self, channels: Iterable[int], steps: int) -> None:
        """Make channels taller by so many steps, or flatter by negative ones."""
        after = self._steps.copy()
        for channel in channels:
            after[channel] = min(max(int(after[channel]) + steps, -_MOST_STEPS), _MOST_STEPS)
        self._set(after)

    def reset(self, channels: Iterable[int] | None = None) -> None:
        """Draw channels, by default all, as tall as the others."""
        after = self._steps.copy()
        after[slice(None) if channels is None else list(channels)] = 0
        self._set(after)

    def _set(self, after: NDArray[np.int64]) -> None:
        if not np.array_equal(after, self._steps):
            self._steps = after
            self.changed.emit()


def format_factor(factor: float) -> str:
    """A gain in few signs, for there is little room beside a label: `×2`, `×1.4`, `÷4`."""
    return f"×{factor:.2g}" if factor >= 1 else f"÷{1 / factor:.2g}"
