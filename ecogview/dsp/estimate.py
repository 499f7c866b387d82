"""The constant and the size of each channel, estimated from a few short stretches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_STRETCHES = 8
_STRETCH_S = 0.5
_MAX_ROWS = 8192  # 0.27 s at 30 kHz: 1 MB a stretch with 62 channels


@dataclass(frozen=True, eq=False, slots=True)
class SignalEstimate:
    """Per channel, in the recording's unit, float32 of shape (channels,).

    `offset` is the median over the stretches: the constant taken off for display. `rms` is the
    median over the stretches of the root mean square about each stretch's mean; NaN where nothing
    could be read.
    """

    offset: NDArray[np.float32]
    rms: NDArray[np.float32]

    @property
    def typical_rms(self) -> float:
        """Median over the channels that are not flat; 0 where all are."""
        alive = self.rms[np.isfinite(self.rms) & (self.rms > 0)]
        return float(np.median(alive)) if len(alive) else 0.0


def estimate_rows(n_samples: int, sampling_rate: float) -> list[tuple[int, int]]:
    """Stretches ``[start, stop)`` to read, spread evenly over a recording."""
    length = min(max(int(_STRETCH_S * sampling_rate), 1), _MAX_ROWS)
    if n_samples <= length * _STRETCHES:
        starts = list(range(0, n_samples, length))
    else:
        step = (n_samples - length) / (_STRETCHES - 1)
        starts = [int(i * step) for i in range(_STRETCHES)]
    return [(start, min(start + length, n_samples)) for start in starts]


def estimate_signal(stretches: Iterable[NDArray[Any]], n_channels: int) -> SignalEstimate:
    """Estimate from blocks of shape (samples, channels); samples that are 0 in all are left out."""
    medians, sizes = [], []
    for rows in stretches:
        used = rows[np.any(rows != 0, axis=1)].astype(np.float32)
        if not len(used):
            continue
        unknown = ~np.isfinite(used)
        if unknown.any():
            used[unknown] = np.nan
            used[:, unknown.all(axis=0)] = 0
            medians.append(np.nanmedian(used, axis=0))
            sizes.append(np.nanstd(used, axis=0))
        else:
            medians.append(np.median(used, axis=0))
            sizes.append(np.std(used, axis=0))
    if not medians:
        return SignalEstimate(
            np.zeros(n_channels, np.float32), np.full(n_channels, np.nan, np.float32)
        )
    return SignalEstimate(
        np.median(medians, axis=0).astype(np.float32), np.median(sizes, axis=0).astype(np.float32)
    )
