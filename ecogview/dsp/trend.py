"""One straight line a channel through a whole recording, from a few short stretches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecogview.dsp.estimate import estimate_signal


@dataclass(frozen=True, eq=False, slots=True)
class Lines:
    """``offsets + slopes × (sample - middle)``; shape (channels,), slopes in units a sample.

    `slopes` is empty where nothing but a constant is to be taken off.
    """

    offsets: NDArray[np.float32]
    slopes: NDArray[np.float64]
    middle: float = 0.0

    @classmethod
    def level(cls, offsets: NDArray[np.float32]) -> Lines:
        """Lines that do not rise."""
        return cls(offsets, np.empty(0))

    def at(self, samples: NDArray[np.float64]) -> NDArray[np.float32]:
        """Values at some samples, shape (samples, channels) or, without slopes, (1, channels)."""
        if not len(self.slopes):
            return self.offsets[np.newaxis]
        risen = np.multiply.outer(samples - self.middle, self.slopes)
        return (self.offsets + risen).astype(np.float32)


def fit_lines(stretches: Iterable[tuple[int, NDArray[Any]]], n_channels: int) -> Lines:
    """Lines of least squares through the medians of stretches.

    Parameters
    ----------
    stretches : iterable of (first sample, block of shape (samples, channels))
        Samples that are 0 in all channels are left out, and so is what is not finite.
    n_channels : int
    """
    at, medians = [], []
    for first, rows in stretches:
        if rows.any():
            at.append(first + len(rows) / 2)
            medians.append(estimate_signal([rows], n_channels).offset)
    if not at:
        return Lines(np.zeros(n_channels, np.float32), np.zeros(n_channels))
    times, levels = np.array(at), np.array(medians, np.float64)
    middle = float(times.mean())
    spread = float(np.sum((times - middle) ** 2))
    slopes = (times - middle) @ levels / spread if spread else np.zeros(n_channels)
    return Lines(levels.mean(axis=0).astype(np.float32), slopes, middle)
