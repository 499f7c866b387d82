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
from typing import Any

import numpy as np
from numpy.typing import NDArray

TOLERANCE = 1e-3
"""Samples beyond the margin change what is within it by less than this share of the largest."""

NOTCH_WIDTH_HZ = 2.0
"""Between the -3 dB points of one run: mains wander by 0.05 Hz, their fourth harmonic by 0.2."""

BRIDGE_S = 0.25
"""Gaps up to this long are bridged by straight lines; at longer ones filtering ends and begins."""

_MOST_EXACT = 20_000  # samples of a response that are worked out: 1 ms
_STEP = 128
_QUICK_ROUNDING = 1e-3  # estimated; what is measured is 20 times less


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
class SectionPairs:
    """Sections two by two; the last may be a pair with one that changes nothing.

    `pairs`, shape (pairs, 10), holds b0, b1, b2, a1, a2 of each, `steady`, shape (pairs, 4), the
    states (transposed direct form II) after an eternity of ones.
    """

    pairs: NDArray[np.floating[Any]]
    steady: NDArray[np.floating[Any]]

    def states(self, width: int) -> NDArray[np.floating[Any]]:
        """States of so many channels at rest, shape (pairs, 4, width)."""
        return np.zeros((len(self.pairs), 4, width), self.pairs.dtype)


@dataclass(frozen=True, eq=False, slots=True)
class FilterDesign:
    """A filter at a sampling rate.

    Attributes
    ----------
    sections : ndarray of float64, shape (sections, 6)
        Second-order sections as SciPy has them: b0, b1, b2, 1, a1, a2.
    exact, quick : SectionPairs
        The same in their order, for the kernels: those that need float64, and those for which
        float32 will do, which takes half the time.
    margin : int
        Samples to either side within which others count; see `TOLERANCE`.
    bridge : int
        Samples of the longest gap that is bridged.
    pad : int
        Samples by which a piece is continued, turned about its end; SciPy's default.
    """

    sections: NDArray[np.float64]
    exact: SectionPairs
    quick: SectionPairs
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
    is_quick = _rounding(sections) < _QUICK_ROUNDING
    if np.count_nonzero(~is_quick) % 2:
        is_quick[np.flatnonzero(is_quick)[:1]] = False  # rather than a pair with nothing
    sections = np.concatenate([sections[~is_quick], sections[is_quick]])
    steady = _steady(sections)
    n_exact = int(np.count_nonzero(~is_quick))
    return FilterDesign(
        sections=sections,
        exact=_paired(sections[:n_exact], steady[:n_exact], np.dtype(np.float64)),
        quick=_paired(sections[n_exact:], steady[n_exact:], np.dtype(np.float32)),
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


def _rounding(sections: NDArray[np.float64]) -> NDArray[np.float64]:
    """What float32 would add, about, as a share of the signal: poles near 1 make more of it."""
    poles = np.array([np.roots(row)[0] for row in sections[:, 3:]])
    room = (1 - np.abs(poles)) * np.abs(np.sin(np.angle(poles)))
    share: NDArray[np.float64] = np.finfo(np.float32).eps / np.maximum(room, 1e-30)
    return share


def _steady(sections: NDArray[np.float64]) -> NDArray[np.float64]:
    """States of a cascade after an eternity of ones, shape (sections, 2)."""
    steady, level = np.zeros((len(sections), 2)), 1.0
    for state, (b0, b1, b2, _, a1, a2) in zip(steady, sections, strict=True):
        gain = (b0 + b1 + b2) / (1 + a1 + a2)
        state[:] = level * (gain - b0), level * (b2 - a2 * gain)
        level *= gain
    return steady


def _paired(
    sections: NDArray[np.float64], steady: NDArray[np.float64], dtype: np.dtype[Any]
) -> SectionPairs:
    n_pairs = (len(sections) + 1) // 2
    pairs, states = np.zeros((2 * n_pairs, 5), dtype), np.zeros((2 * n_pairs, 2), dtype)
    pairs[:, 0] = 1
    pairs[: len(sections)] = sections[:, [0, 1, 2, 4, 5]]
    states[: len(sections)] = steady
    return SectionPairs(pairs.reshape(n_pairs, 10), states.reshape(n_pairs, 4))


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
    residues = upper / np.prod(np.where(others, ratios, 1), axis=1)
    first = abs(float(np.prod(numerators[:, 0])))
    enough = _bound(np.abs(residues), np.abs(poles), first)
    if enough > _MOST_EXACT:
        return enough
    # The bound adds up what cancels in part: in truth a seventh less.
    single = poles.imag >= 0  # of each pair
    weights = np.where(poles.imag > 0, 2, 1)[single] * residues[single]
    logarithms = np.log(poles[single].astype(complex))
    # As a product of two tables: exponentials take long.
    coarse = np.arange(1, enough + enough // 2, _STEP)[:, np.newaxis]
    fine = np.arange(_STEP)[:, np.newaxis]
    table = (weights * np.exp(coarse * logarithms)) @ np.exp(fine * logarithms).T
    response = np.abs(np.real(table)).ravel()
    radii = np.abs(poles)
    beyond = float(np.sum(np.abs(residues) * radii ** (len(response) + 1) / (1 - radii)))
    sizes = np.concatenate([[first], response, [beyond]])
    rest = np.cumsum(sizes[::-1])[::-1]
    return int(np.count_nonzero(2 * rest[0] * rest > TOLERANCE)) or 1


def _bound(sizes: NDArray[np.float64], radii: NDArray[np.float64], first: float) -> int:
    """A margin that is enough whatever the exponentials' phases."""
    whole = first + float(np.sum(sizes * radii / (1 - radii)))

    def rest(n: int) -> float:
        return float(np.sum(sizes * radii**n / (1 - radii)))

    few, enough = 0, 1
    while 2 * whole * rest(enough) > TOLERANCE:
        few, enough = enough, 2 * enough
    while enough - few > 1:
        middle = (few + enough) // 2
        few, enough = (middle, enough) if 2 * whole * rest(middle) > TOLERANCE else (few, middle)
    return enough
