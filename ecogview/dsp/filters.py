"""Zero-phase filters for the eye: their sections, and how far into the past and future they reach.

Butterworth high-pass and low-pass of second order and notches 2 Hz wide, each run forwards and
backwards: 24 dB an octave, -6 dB at the corner, no delay. The sections have closed forms (the
bilinear transform, Oppenheim & Schafer, Discrete-Time Signal Processing, 7.1), which spares the
0.6 to 0.9 s that importing `scipy.signal` takes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

TOLERANCE = 1e-3
"""Samples beyond the margin change what is within it by less than this share of the largest."""

NOTCH_WIDTH_HZ = 2.0
"""Between the -3 dB points of one run: mains wander by 0.05 Hz, their fourth harmonic by 0.2."""

BRIDGE_S = 0.25
"""Gaps up to this long are bridged by straight lines; at longer ones filtering ends and begins."""


@dataclass(frozen=True, slots=True)
class FilterSettings:
    """Corners in Hz; None leaves a part out. Notches lie at 1 to `n_notches` times `notch_hz`."""

    highpass_hz: float | None = None
    lowpass_hz: float | None = None
    notch_hz: float | None = None
    n_notches: int = 1

    @property
    def is_none(self) -> bool:
        return self.highpass_hz is None and self.lowpass_hz is None and self.notch_hz is None


@dataclass(frozen=True, eq=False, slots=True)
class FilterDesign:
    """A filter at a sampling rate.

    Attributes
    ----------
    sections : ndarray of float64, shape (sections, 6)
        Second-order sections as SciPy has them: b0, b1, b2, 1, a1, a2.
    pairs : ndarray of float64, shape (pairs, 10)
        Two sections a row, b0, b1, b2, a1, a2 of each, for the kernels; the last may be a pair
        with one that changes nothing.
    steady : ndarray of float64, shape (pairs, 4)
        State after an eternity of ones.
    margin : int
        Samples to either side within which others count; see `TOLERANCE`.
    bridge : int
        Samples of the longest gap that is bridged.
    pad : int
        Samples by which a piece is continued, turned about its end; SciPy's default.
    """

    sections: NDArray[np.float64]
    pairs: NDArray[np.float64]
    steady: NDArray[np.float64]
    margin: int
    bridge: int
    pad: int

    @property
    def reach(self) -> int:
        """Samples to read to either side: the margin, and a gap that begins within it."""
        return self.margin + self.bridge + 1


@lru_cache(maxsize=64)
def design_filter(settings: FilterSettings, sampling_rate: float) -> FilterDesign:
    """Sections and margin of a filter; the last ones asked for are kept.

    Parameters
    ----------
    settings : FilterSettings
        At least one part of it set. Notches at and above half the sampling rate are left out.
    sampling_rate : float
        In Hz.

    Raises
    ------
    ValueError
        If a corner does not lie between 0 and half the sampling rate, or nothing is set.
    """
    sections = np.array(_sections(settings, sampling_rate))
    pairs, steady = _paired(sections)
    return FilterDesign(
        sections=sections,
        pairs=pairs,
        steady=steady,
        margin=_margin(sections),
        bridge=max(round(BRIDGE_S * sampling_rate), 1),
        pad=3 * (2 * len(sections) + 1),
    )


def _sections(settings: FilterSettings, sampling_rate: float) -> list[list[float]]:
    half = sampling_rate / 2
    corners = (settings.highpass_hz, settings.lowpass_hz, settings.notch_hz)
    for corner in corners:
        if corner is not None and not 0 < corner < half:
            raise ValueError(f"{corner:g} Hz do not lie between 0 and {half:g} Hz")
    sections = []
    if settings.highpass_hz is not None:
        sections.append(_butterworth(settings.highpass_hz / sampling_rate, is_highpass=True))
    if settings.lowpass_hz is not None:
        sections.append(_butterworth(settings.lowpass_hz / sampling_rate, is_highpass=False))
    if settings.notch_hz is not None:
        at_hz = (settings.notch_hz * k for k in range(1, settings.n_notches + 1))
        sections += [_notch(hz / sampling_rate, sampling_rate) for hz in at_hz if hz < half]
    if not sections:
        raise ValueError("no part of the filter is set")
    return sections


def _butterworth(corner: float, *, is_highpass: bool) -> list[float]:
    """Section of second order; `corner` in cycles a sample."""
    k = math.tan(math.pi * corner)
    norm = 1 / (1 + math.sqrt(2) * k + k * k)
    denominator = [1.0, 2 * (k * k - 1) * norm, (1 - math.sqrt(2) * k + k * k) * norm]
    if is_highpass:
        return [norm, -2 * norm, norm, *denominator]
    return [k * k * norm, 2 * k * k * norm, k * k * norm, *denominator]


def _notch(at: float, sampling_rate: float) -> list[float]:
    """Section with a zero at `at`, in cycles a sample; `scipy.signal.iirnotch` makes the same.

    Orfanidis, Introduction to Signal Processing, 11.3.
    """
    gain = 1 / (1 + math.tan(math.pi * NOTCH_WIDTH_HZ / sampling_rate))
    cosine = math.cos(2 * math.pi * at)
    return [gain, -2 * gain * cosine, gain, 1.0, -2 * gain * cosine, 2 * gain - 1]


def _paired(sections: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    n_pairs = (len(sections) + 1) // 2
    pairs, steady = np.zeros((n_pairs, 2, 5)), np.zeros((n_pairs, 2, 2))
    pairs[:, :, 0] = 1
    level = 1.0
    for place, (b0, b1, b2, _, a1, a2) in enumerate(sections):
        at = divmod(place, 2)
        pairs[at] = b0, b1, b2, a1, a2
        gain = (b0 + b1 + b2) / (1 + a1 + a2)
        steady[at] = level * (gain - b0), level * (b2 - a2 * gain)
        level *= gain
    return pairs.reshape(n_pairs, 10), steady.reshape(n_pairs, 4)


def _margin(sections: NDArray[np.float64]) -> int:
    """Samples beyond which less than `TOLERANCE` of the impulse responses is left.

    The impulse response of one run is a sum of decaying exponentials, one a pole, whose sizes are
    its residues. What lies ``n`` samples off counts through the rest of one run's response from
    ``n`` on times the whole of the other's, once for each direction.
    """
    numerators, denominators = sections[:, :3], sections[:, 3:]
    poles = np.concatenate([np.roots(row) for row in denominators])
    # Of both polynomials in 1/z, at every pole.
    powers = poles[:, np.newaxis] ** -np.arange(3)
    upper = np.prod(powers @ numerators.T, axis=1)
    others = poles[:, np.newaxis] != poles
    ratios = 1 - poles / poles[:, np.newaxis]
    sizes = np.abs(upper / np.prod(np.where(others, ratios, 1), axis=1))
    radii = np.abs(poles)
    whole = float(np.prod(numerators[:, 0])) + float(np.sum(sizes * radii / (1 - radii)))

    def rest(n: int) -> float:
        return float(np.sum(sizes * radii**n / (1 - radii)))

    few, enough = 0, 1
    while 2 * whole * rest(enough) > TOLERANCE:
        few, enough = enough, 2 * enough
    while enough - few > 1:
        middle = (few + enough) // 2
        few, enough = (middle, enough) if 2 * whole * rest(middle) > TOLERANCE else (few, middle)
    return enough
