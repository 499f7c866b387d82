"""Low-passes of fast recordings, worked out of every second or fourth sample.

What a low-pass far below the sampling rate leaves is as well known from fewer samples: they are
filtered, and those between are drawn through four of them. Errors at frequency f are what thinning
and drawing do to it times what the low-pass, 24 dB an octave, lets through: together at most 2e-4.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from ecogview.dsp.filters import FilterSettings
from ecogview.dsp.pole_bank import table_of, two_sided
from ecogview.dsp.slow_filter import SlowDesign, sinc_taps

DRAWN = 4
"""Thinned samples that others are drawn through, one before and two after those next to them."""

_MOST_FACTOR = 4
_LEAST_LEFT = 4  # thinned samples to a slow one: halving leaves what is slow as it is
_LOWEST_RATE = 30  # of the thinned samples, in corners: the low-pass passes 2e-5 of its half
_HALF_BAND = np.array([-1, 0, 9, 16, 9, 0, -1]) / 32


@dataclass(frozen=True, eq=False, slots=True)
class ThinDesign:
    """A low-pass for thinned samples, and the ways there and back.

    Attributes
    ----------
    factor : int
        Samples to one thinned one.
    taps : ndarray of float32
        Of the low-pass before thinning; thinned sample m lies on sample ``factor × m``, which
        counts the one in the middle, ``taps[half]``.
    slow_factor : int
        Thinned samples to a slow one (see `SlowDesign`).
    slow_taps, slow_phases : ndarray of float32
        As those of `SlowDesign`, from thinned samples to slow ones and back.
    table : ndarray of float32, shape (1, 2, TURN, 2)
        The low-pass, as that of a `PoleBank`; `direct` is what a thinned sample itself counts.
    margin : int
        Thinned samples to either side within which others count.
    weights : ndarray of float32, shape (factor, DRAWN)
        Of thinned samples for those between them.
    """

    factor: int
    taps: NDArray[np.float32]
    slow_factor: int
    slow_taps: NDArray[np.float32]
    slow_phases: NDArray[np.float32]
    table: NDArray[np.float32]
    direct: float
    margin: int
    weights: NDArray[np.float32]

    @property
    def half(self) -> int:
        """Samples to either side that a thinned one is made of."""
        return len(self.taps) // 2

    def filtered(self, rows: NDArray[np.float32], kernels: ModuleType) -> NDArray[np.float32]:
        """Filter thinned samples; the first and the last `margin` are left out.

        Parameters
        ----------
        rows : ndarray of float32, shape (samples, channels)
        kernels : module
            `ecogview.dsp.filter_kernels` or its twin.
        """
        made = np.empty((len(rows) - 2 * self.margin, rows.shape[1]), np.float32)
        begins = np.zeros(1, np.int64)
        for is_back in (False, True):
            states = np.zeros((1, 2, rows.shape[1]), np.float32)
            some = rows[self.margin :] if is_back else rows[: self.margin + len(made)]
            kernels.sweep_poles(some, self.table, self.direct, begins, states, made, is_back)
        return made


def design_thin(
    slow: SlowDesign, settings: FilterSettings, sampling_rate: float
) -> ThinDesign | None:
    """How to thin a recording for a filter; None where all samples are to be filtered.

    The response of a low-pass and its mirror image is one decaying oscillation to either side: of
    it every `factor`-th value is taken (impulse invariance, Oppenheim & Schafer, 7.1.1), so that
    the thinned samples see the very same filter but for what folds, 1e-6.

    Parameters
    ----------
    slow : SlowDesign
        Of the same filter.
    settings : FilterSettings
    sampling_rate : float
        In Hz.
    """
    if slow.fast is None or slow.fast.bank is None or settings.lowpass_hz is None:
        return None
    most = min(_MOST_FACTOR, slow.factor // _LEAST_LEFT)
    factor = 1
    while 2 * factor <= most and sampling_rate / (2 * factor) >= _LOWEST_RATE * settings.lowpass_hz:
        factor *= 2
    if factor == 1:
        return None
    poles, weights = two_sided(slow.fast.sections)
    poles, weights = poles**factor, weights * factor
    slow_taps, slow_phases = sinc_taps(slow.factor // factor)
    return ThinDesign(
        factor=factor,
        taps=_halved(factor),
        slow_factor=slow.factor // factor,
        slow_taps=slow_taps,
        slow_phases=slow_phases,
        table=table_of(poles, weights),
        # A constant is to come out as it went in.
        direct=1 - 4 * float(np.real(np.sum(weights * poles / (1 - poles)))),
        margin=-(-slow.fast.margin // factor),
        weights=_between(factor),
    )


def _halved(factor: int) -> NDArray[np.float32]:
    """Taps of maximally flat half-band filters, one for each time the rate is halved.

    Ansari, Guillemot & Kaiser, Wavelet construction using Lagrange halfband filters, 1991.
    """
    taps, step = np.ones(1), 1
    while step < factor:
        spread = np.zeros(step * (len(_HALF_BAND) - 1) + 1)
        spread[::step] = _HALF_BAND
        taps, step = np.convolve(taps, spread), 2 * step
    # With a 0 before them they are four times so many, as kernels take them: a fifth faster.
    return np.concatenate([[0], taps]).astype(np.float32)


def _between(factor: int) -> NDArray[np.float32]:
    """Weights of the cubic through four samples (Lagrange), between the second and the third."""
    t = np.arange(factor) / factor
    weights = [
        -t * (t - 1) * (t - 2) / 6,
        (t + 1) * (t - 1) * (t - 2) / 2,
        -(t + 1) * t * (t - 2) / 2,
        (t + 1) * t * (t - 1) / 6,
    ]
    return np.stack(weights, axis=1).astype(np.float32)
