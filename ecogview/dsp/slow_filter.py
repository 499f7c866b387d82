"""High-pass, notches and band-stop of fast recordings, worked out where samples are few.

What they take away is slow: drift below the high-pass, hum, a band. So it is worked out of every
16th sample or so, after a low-pass that leaves it as it is, and taken off all samples: at 30 kHz a
tenth of the time. Before and after stands one linear-phase low-pass (a windowed sinc, Oppenheim &
Schafer, Discrete-Time Signal Processing, 4.6 and 7.5) that lets through 1e-4 of what would fold.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ecogview.dsp.filters import FilterDesign, FilterSettings, design_filter

HALF_TAPS = 4  # samples of the slow rate to either side that a tap counts
_LEAST_RATE_HZ = 1500.0  # of the slow samples
_PASSED = 0.16  # of the slow rate: the low-pass leaves what is below as it is
_KAISER_BETA = 8.5  # 87 dB
_LEAST_FACTOR = 4
_SLOWEST_CORNER = 0.02  # of the slow rate: a steeper high-pass takes more than drift away


@dataclass(frozen=True, eq=False, slots=True)
class SlowDesign:
    """A filter in two parts.

    Attributes
    ----------
    factor : int
        Samples to one slow one.
    taps : ndarray of float32, shape (2 × HALF_TAPS × factor + 1,)
        Of the low-pass, for slow samples.
    phases : ndarray of float32, shape (factor, 2 × HALF_TAPS)
        The same for going back: of ``factor × m + p`` slow sample ``m - 3 + j`` counts
        ``phases[p, j]``.
    slow : FilterDesign
        High-pass, notches and band-stop, for slow samples.
    fast : FilterDesign or None
        The low-pass that was asked for, for all samples.
    """

    factor: int
    taps: NDArray[np.float32]
    phases: NDArray[np.float32]
    slow: FilterDesign
    fast: FilterDesign | None

    @property
    def reach(self) -> int:
        """Samples to either side that count."""
        fast = 0 if self.fast is None else self.fast.margin
        return fast + (self.slow.margin + 2 * HALF_TAPS + 1) * self.factor


def design_slow(settings: FilterSettings, sampling_rate: float) -> SlowDesign | None:
    """The two parts of a filter; None where all samples may as well be filtered.

    Parameters
    ----------
    settings : FilterSettings
    sampling_rate : float
        In Hz.
    """
    if replace(settings, lowpass_hz=None).is_none:
        return None
    n_below = 0 if settings.notch_hz is None else int(sampling_rate / 2 / settings.notch_hz)
    highest_hz = (settings.notch_hz or 0) * min(settings.n_notches, n_below)
    if settings.band_stop_hz is not None:
        highest_hz = max(highest_hz, _shoulder_hz(*settings.band_stop_hz))
    factor = 1
    while sampling_rate / (2 * factor) >= _LEAST_RATE_HZ:
        rate = sampling_rate / (2 * factor)
        if highest_hz > _PASSED * rate or (settings.highpass_hz or 0) > _SLOWEST_CORNER * rate:
            break
        factor *= 2
    if factor < _LEAST_FACTOR:
        return None
    slow = replace(settings, lowpass_hz=None)
    fast = None if settings.lowpass_hz is None else FilterSettings(lowpass_hz=settings.lowpass_hz)
    taps, phases = sinc_taps(factor)
    return SlowDesign(
        factor,
        taps,
        phases,
        design_filter(slow, sampling_rate / factor),
        None if fast is None else design_filter(fast, sampling_rate),
    )


def _shoulder_hz(low: float, high: float) -> float:
    """Above it a band-stop takes less away than the steepest high-pass does above `_PASSED`."""
    half = (high - low) * _PASSED / _SLOWEST_CORNER / 2
    return half + math.sqrt(half * half + low * high)


def sinc_taps(factor: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Taps and phases for so many samples to a slow one; see `SlowDesign`."""
    half = HALF_TAPS * factor
    at = np.arange(-half, half + 1)
    shape = np.sinc(at / factor) * np.kaiser(len(at), _KAISER_BETA)
    phases = np.empty((factor, 2 * HALF_TAPS))
    for phase in range(factor):
        steps = np.arange(2 * HALF_TAPS) - (HALF_TAPS - 1)
        phases[phase] = shape[phase - steps * factor + half]
    # Sums of exactly 1, so that nothing is left of a constant.
    phases /= phases.sum(axis=1, keepdims=True)
    return (shape / shape.sum()).astype(np.float32), phases.astype(np.float32)
