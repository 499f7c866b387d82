"""Zero-phase filters for the eye: their sections, and how far into the past and future they reach.

Butterworth high-pass, low-pass and band-stop of second order and notches 2 Hz wide, each run
forwards and backwards: 24 dB an octave, -6 dB at the corner, no delay. The sections have closed
forms (the bilinear transform, Oppenheim & Schafer, Discrete-Time Signal Processing, 7.1), which
spares the 0.6 to 0.9 s that importing `scipy.signal` takes.
"""

from __future__ import annotations

import cmath
import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecogview.dsp.pole_bank import PoleBank, design_bank, residues

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
    """Corners in Hz; None leaves a part out.

    Notches lie at 1 to `n_notches` times `notch_hz`, the band-stop between two corners.
    """

    highpass_hz: float | None = None
    lowpass_hz: float | None = None
    notch_hz: float | None = None
    n_notches: int = 1
    band_stop_hz: tuple[float, float] | None = None

    @property
    def is_none(self) -> bool:
        parts = (self.highpass_hz, self.lowpass_hz, self.notch_hz, self.band_stop_hz)
        return all(part is None for part in parts)


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
    bank : PoleBank or None
        The same as a sum over poles, which takes a third of the time; None where that is inexact.
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
    bank: PoleBank | None
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
        If a corner does not lie between 0 and half the sampling rate, those of the band-stop do
        not ascend, or nothing is set.
    """
    sections = np.array(_sections(settings, sampling_rate))
    is_quick = _rounding(sections) < _QUICK_ROUNDING
    if np.count_nonzero(~is_quick) % 2:
        is_quick[np.flatnonzero(is_quick)[:1]] = False  # rather than a pair with nothing
    sections = np.concatenate([sections[~is_quick], sections[is_quick]])
    steady = _steady(sections)
    n_exact = int(np.count_nonzero(~is_quick))
    margin = _margin(sections)
    return FilterDesign(
        sections=sections,
        exact=_paired(sections[:n_exact], steady[:n_exact], np.dtype(np.float64)),
        quick=_paired(sections[n_exact:], steady[n_exact:], np.dtype(np.float32)),
        bank=design_bank(sections, margin, TOLERANCE),
        margin=margin,
        bridge=max(round(BRIDGE_S * sampling_rate), 1),
        pad=3 * (2 * len(sections) + 1),
    )


def _sections(settings: FilterSettings, sampling_rate: float) -> list[list[float]]:
    half = sampling_rate / 2
    stop = settings.band_stop_hz
    corners = (settings.highpass_hz, settings.lowpass_hz, settings.notch_hz, *(stop or ()))
    for corner in corners:
        if corner is not None and not 0 < corner < half:
            raise ValueError(f"{corner:g} Hz do not lie between 0 and {half:g} Hz")
    if stop is not None and not stop[0] < stop[1]:
        raise ValueError(f"{stop[0]:g} Hz do not lie below {stop[1]:g} Hz")
    sections = []
    if settings.highpass_hz is not None:
        sections.append(_butterworth(settings.highpass_hz / sampling_rate, is_highpass=True))
    if settings.lowpass_hz is not None:
        sections.append(_butterworth(settings.lowpass_hz / sampling_rate, is_highpass=False))
    if settings.notch_hz is not None:
        at_hz = (settings.notch_hz * k for k in range(1, settings.n_notches + 1))
        sections += [_notch(hz / sampling_rate, sampling_rate) for hz in at_hz if hz < half]
    if stop is not None:
        sections += _band_stop(stop[0] / sampling_rate, stop[1] / sampling_rate)
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


def _band_stop(low: float, high: float) -> list[list[float]]:
    """Both sections of a Butterworth band-stop; corners in cycles a sample.

    The low-pass of second order with s put to (high - low) s / (s² + low × high), its corners
    prewarped; `scipy.signal.butter` makes the same.
    """
    first, second = math.tan(math.pi * low), math.tan(math.pi * high)
    middle = first * second
    sections = []
    for pole in _stop_poles(first, second):
        size = abs(pole) ** 2
        norm = 1 / (1 - 2 * pole.real + size)
        zeros = [(1 + middle) * norm, 2 * (middle - 1) * norm, (1 + middle) * norm]
        sections.append([*zeros, 1.0, 2 * (size - 1) * norm, (1 + 2 * pole.real + size) * norm])
    return sections


def _stop_poles(low: float, high: float) -> tuple[complex, complex]:
    """Poles of an analogue band-stop, one of each pair."""
    half = (high - low) / 2 * cmath.exp(-0.75j * math.pi)
    root = cmath.sqrt(half * half - low * high)
    return half + root, half - root


def alike_highpass_hz(band_stop_hz: tuple[float, float]) -> float:
    """Return the corner of the high-pass that rings as long as a band-stop: the narrower, the less.

    Nearly half its width, or where that is wide, the square of its middle through its width.
    """
    return math.sqrt(2) * min(-pole.real for pole in _stop_poles(*band_stop_hz))


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
    poles, sizes = residues(sections)
    first = abs(float(np.prod(sections[:, 0])))
    enough = _bound(np.abs(sizes), np.abs(poles), first)
    if enough > _MOST_EXACT:
        return enough
    # The bound adds up what cancels in part: in truth a seventh less.
    single = poles.imag >= 0  # of each pair
    weights = np.where(poles.imag > 0, 2, 1)[single] * sizes[single]
    logarithms = np.log(poles[single])
    # As a product of two tables: exponentials take long.
    coarse = np.arange(1, enough + enough // 2, _STEP)[:, np.newaxis]
    fine = np.arange(_STEP)[:, np.newaxis]
    table = (weights * np.exp(coarse * logarithms)) @ np.exp(fine * logarithms).T
    response = np.abs(np.real(table)).ravel()
    radii = np.abs(poles)
    beyond = float(np.sum(np.abs(sizes) * radii ** (len(response) + 1) / (1 - radii)))
    left = np.concatenate([[first], response, [beyond]])
    rest = np.cumsum(left[::-1])[::-1]
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
