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
_USED_ROWS = 512  # of a stretch, evenly spread: enough for both measures, and a tenth of the time


@dataclass(frozen=True, eq=False, slots=True)
class SignalEstimate:
    """Per channel, in the recording's unit, float32 of shape (channels,).

    `offset` is the median over the stretches: the constant taken off for display; 0 where nothing
    could be read. `rms` is the median over the stretches of the root mean square about each
    stretch's mean; NaN where nothing could be read.
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
        starts = [i * (n_samples - length) // (_STRETCHES - 1) for i in range(_STRETCHES)]
    return [(start, min(start + length, n_samples)) for start in starts]


def estimate_signal(stretches: Iterable[NDArray[Any]], n_channels: int) -> SignalEstimate:
    """Estimate from blocks of shape (samples, channels).

    Samples that are 0 in all channels are left out, and so is what is not finite.
    """
    nothing = np.full(n_channels, np.nan)
    medians, sizes = [nothing], [nothing]
    for rows in stretches:
        some = rows[:: max(len(rows) // _USED_ROWS, 1)]
        used = some[np.any(some != 0, axis=1)].astype(np.float64)
        used[~np.isfinite(used)] = np.nan
        if len(used):
            medians.append(_median(used))
            sizes.append(_rms(used))
    return SignalEstimate(
        np.nan_to_num(_median(np.array(medians))).astype(np.float32),
        _median(np.array(sizes)).astype(np.float32),
    )


def _median(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Median of each column without its NaN; NaN where it holds nothing else.

    `numpy.nanmedian` takes twice as long, and warns of such columns.
    """
    known = np.count_nonzero(~np.isnan(values), axis=0)
    ordered = np.sort(values, axis=0)  # NaN last
    columns = np.arange(values.shape[1])
    middle: NDArray[np.float64] = ordered[(known - 1) // 2, columns] + ordered[known // 2, columns]
    return middle / 2


def _rms(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Root mean square about the mean of each column, without its NaN."""
    known = np.count_nonzero(~np.isnan(values), axis=0)
    with np.errstate(invalid="ignore"):  # 0 / 0 is the NaN wanted for a column of NaN
        mean = np.nansum(values, axis=0) / known
        size: NDArray[np.float64] = np.sqrt(np.nansum((values - mean) ** 2, axis=0) / known)
    return size
