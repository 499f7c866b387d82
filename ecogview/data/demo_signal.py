"""Samples of the demo recordings: cortex as a sum of sources, and what goes wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecogview.data.demo_plan import RAIL_UV, Drive, Fault, Kind

Samples = NDArray[np.float32]
Floats = NDArray[np.floating[Any]]

_SOURCE_GRID = (5, 6)
_REACH_MM = 2.0
_COMMON = 0.74
_BACKGROUND_UV = 95.0
_BURST_UV = 130.0
_BURSTS_PER_S = 4.5
_BURST_REACH_MM = 7.0
_WAVE_MM_PER_S = 300.0
_OWN_NOISE_UV = 7.0


class Cortex:
    """Activity at the contacts of a drive, in µV.

    Sources under the array have 1/f spectra and send beta bursts that travel from source to
    source; each contact hears those near it and one that all share, so that neighbours correlate
    by distance.

    Parameters
    ----------
    drive : Drive
        Where the contacts are.
    n_samples, sampling_rate : int
        Length and rate (Hz).
    seed : int
        The same seed gives the same samples.
    """

    def __init__(self, drive: Drive, n_samples: int, sampling_rate: int, seed: int) -> None:
        rng = np.random.default_rng(seed)
        contacts = np.array([(c.x, c.y) for c in drive.contacts])
        sources = _source_positions(contacts)
        self._seed = seed
        self._weights = _weights(contacts, sources, rng)
        self._offsets = rng.normal(0, 15, len(contacts)).astype(np.float32)
        self._sources = np.empty((len(sources) + 1, n_samples), np.float32)
        for row in self._sources:
            row[:] = _background(n_samples, sampling_rate, rng)
        _add_bursts(self._sources, sources, sampling_rate, rng)

    def block(self, start: int, stop: int) -> Samples:
        """Samples ``[start, stop)``, shape (samples, channels), float32, µV."""
        rng = np.random.default_rng((self._seed, start))
        noise = rng.standard_normal((stop - start, len(self._weights)), dtype=np.float32)
        noise *= np.float32(_OWN_NOISE_UV)
        noise += self._sources[:, start:stop].T @ self._weights.T
        noise += self._offsets
        return noise


def _source_positions(contacts: NDArray[np.float64]) -> NDArray[np.float64]:
    (x0, y0), (x1, y1) = contacts.min(axis=0), contacts.max(axis=0)
    rows, cols = _SOURCE_GRID
    x, y = np.meshgrid(np.linspace(x0, x1, cols), np.linspace(y0, y1, rows))
    return np.stack([x.ravel(), y.ravel()], axis=1)


def _weights(
    contacts: NDArray[np.float64], sources: NDArray[np.float64], rng: np.random.Generator
) -> Samples:
    """How much of each source a contact hears, shape (contacts, sources + 1), rows of norm ~1."""
    distance = np.hypot(*(contacts[:, None] - sources[None]).transpose(2, 0, 1))
    near = np.exp(-distance / _REACH_MM)
    near *= np.sqrt(1 - _COMMON**2) / np.linalg.norm(near, axis=1, keepdims=True)
    common = np.full((len(contacts), 1), _COMMON)
    gains = rng.normal(1, 0.07, (len(contacts), 1))
    return (np.hstack([near, common]) * gains).astype(np.float32)


def _background(n_samples: int, sampling_rate: int, rng: np.random.Generator) -> Samples:
    """1/f noise between the amplifier's 2 Hz and a knee at 55 Hz, above which it falls faster."""
    f = np.fft.rfftfreq(n_samples, 1 / sampling_rate)[1:]
    power = 1 / (1 + (2 / f) ** 2) / f**0.8 / (1 + (f / 55) ** 3)
    scale = np.sqrt(power / power.sum()) * (_BACKGROUND_UV * n_samples / 2)
    spectrum = np.zeros(len(f) + 1, np.complex64)
    normals = rng.standard_normal(2 * len(f), dtype=np.float32).view(np.complex64)
    np.multiply(normals, scale.astype(np.float32), out=spectrum[1:])
    return np.fft.irfft(spectrum, n_samples).astype(np.float32, copy=False)


def _add_bursts(
    signals: Samples,
    sources: NDArray[np.float64],
    sampling_rate: int,
    rng: np.random.Generator,
) -> None:
    """Add beta bursts to the sources: short waves that start at one and travel to the others."""
    n_samples = signals.shape[1]
    # The shared source, the last, sits in the middle.
    places = np.vstack([sources, sources.mean(axis=0)])
    count = int(n_samples / sampling_rate * _BURSTS_PER_S)
    for _ in range(count):
        centre_s = rng.uniform(0, n_samples / sampling_rate)
        frequency = np.clip(rng.normal(22, 4.5), 12, 35)
        width_s = rng.uniform(0.03, 0.1)
        phase = rng.uniform(0, 2 * np.pi)
        distance = np.hypot(*(places - places[rng.integers(len(sources))]).T)
        delay_s = distance / _WAVE_MM_PER_S
        height = (
            _BURST_UV * rng.lognormal(-0.2, 0.45) * np.exp(-((distance / _BURST_REACH_MM) ** 2))
        )
        first = max(0, int((centre_s - 3 * width_s) * sampling_rate))
        last = min(n_samples, int((centre_s + 3.2 * width_s) * sampling_rate))
        since_centre_s = np.arange(first, last) / sampling_rate - centre_s
        t = (since_centre_s - delay_s[:, None]).astype(np.float32)
        wave = np.cos(np.float32(2 * np.pi * frequency) * t + np.float32(phase))
        wave *= np.exp(-0.5 * np.square(t / np.float32(width_s)))
        signals[:, first:last] += height.astype(np.float32)[:, None] * wave


@dataclass(frozen=True, slots=True)
class Patch:
    """A fault as samples: from `start` on, the signal times `keep` plus `values` (µV).

    `values` has shape (samples, channels), or (samples, 1) for the one channel `channel`.
    """

    start: int
    values: Samples
    channel: int | None
    keep: float

    def apply(self, block: Samples, block_start: int) -> None:
        """Change what of `block`, shape (samples, channels), lies within the fault."""
        first = max(self.start, block_start)
        last = min(self.start + len(self.values), block_start + len(block))
        if first >= last:
            return
        channels = slice(None) if self.channel is None else slice(self.channel, self.channel + 1)
        part = block[first - block_start : last - block_start, channels]
        part *= np.float32(self.keep)
        part += self.values[first - self.start : last - self.start]


def patches(faults: Sequence[Fault], drive: Drive, sampling_rate: int, seed: int) -> list[Patch]:
    """Make patches of a drive's faults, in the order to apply them."""
    made = []
    # A flat channel stays flat when the head moves.
    for i, fault in enumerate(sorted(faults, key=lambda fault: fault.channel is not None)):
        start, stop = fault.samples(sampling_rate)
        channel = None if fault.channel is None else drive.short_labels.index(fault.channel)
        width = len(drive.contacts) if channel is None else 1
        make, keep = _MAKERS[fault.kind]
        rng = np.random.default_rng((seed, 1, i))
        values = make(stop - start, width, sampling_rate, fault.strength, rng)
        made.append(Patch(start, values.astype(np.float32, copy=False), channel, keep))
    return made


def clip_at_rail(block: Samples) -> Samples:
    """What the amplifier can give out of what it is given, in place."""
    return np.clip(block, -RAIL_UV, RAIL_UV, out=block)


def _flat(n: int, width: int, _rate: int, _strength: float, rng: np.random.Generator) -> Floats:
    return np.full((n, width), rng.normal(0, 20), np.float32)


def _noisy(n: int, width: int, _rate: int, strength: float, rng: np.random.Generator) -> Floats:
    return rng.standard_normal((n, width), dtype=np.float32) * np.float32(strength)


def _line_hum(n: int, width: int, rate: int, strength: float, rng: np.random.Generator) -> Floats:
    # One second holds whole periods of every harmonic.
    angle = 2 * np.pi * 60 * np.arange(rate) / rate + rng.uniform(0, 2 * np.pi)
    second = np.sin(angle) + 0.4 * np.sin(2 * angle) + 0.25 * np.sin(3 * angle)
    hum = np.resize((strength * second).astype(np.float32), n)
    return np.repeat(hum[:, None], width, axis=1)


def _disconnected(
    n: int, width: int, rate: int, strength: float, rng: np.random.Generator
) -> Floats:
    hum = _line_hum(n, width, rate, 0.9 * strength, rng)
    return hum + _noisy(n, width, rate, 0.7 * strength, rng)


def _movement(n: int, width: int, rate: int, strength: float, rng: np.random.Generator) -> Floats:
    sway = _band(n, 1, rate, (0.3, 3.5), rng) * np.hanning(n)[:, None]
    sway *= strength / np.abs(sway).max()
    return sway * rng.uniform(0.6, 1.0, width)


def _saturation(n: int, width: int, rate: int, strength: float, rng: np.random.Generator) -> Floats:
    t = np.arange(n) / n
    pulse = np.where(t < 0.6, 1.0, np.exp((0.6 - t) / 0.1)) * np.minimum(1, (1 - t) * 10)
    rise = np.minimum(1, np.arange(n) / (0.004 * rate))
    # Three times what the amplifier can give, so that the first 60 % of the span are clipped.
    height = 3 * strength * float(rng.choice((-1, 1)))
    wave: Floats = (height * pulse * rise)[:, None] * rng.uniform(0.8, 1.2, width)
    return wave


def _hf_burst(n: int, width: int, rate: int, strength: float, rng: np.random.Generator) -> Floats:
    both = 0.8 * _band(n, 1, rate, (70, 250), rng) + 0.6 * _band(n, width, rate, (70, 250), rng)
    swell = np.minimum(1, 4 * np.minimum(np.arange(n), np.arange(n)[::-1]) / n)
    return both * (strength * swell[:, None]) * rng.uniform(0.7, 1.3, width)


def _band(
    n: int, width: int, rate: int, band_hz: tuple[float, float], rng: np.random.Generator
) -> Floats:
    """Noise of RMS 1 within a band, shape (n, width)."""
    spectrum = np.fft.rfft(rng.standard_normal((n, width)), axis=0)
    f = np.fft.rfftfreq(n, 1 / rate)
    spectrum[(f < band_hz[0]) | (f > band_hz[1])] = 0
    noise = np.fft.irfft(spectrum, n, axis=0)
    unit: Floats = noise / noise.std(axis=0)
    return unit


# Each kind: what is added, and how much of the signal stays.
_Maker = Callable[[int, int, int, float, np.random.Generator], Floats]
_MAKERS: dict[Kind, tuple[_Maker, float]] = {
    "flat": (_flat, 0.0),
    "noisy": (_noisy, 1.0),
    "line_hum": (_line_hum, 1.0),
    "disconnected": (_disconnected, 0.06),
    "movement": (_movement, 1.0),
    "saturation": (_saturation, 1.0),
    "hf_burst": (_hf_burst, 1.0),
}

FACTOR = 4
_HALO = 40
_GROUP = 50


def downsample(blocks: Iterable[Samples]) -> Iterator[Samples]:
    """Low-pass at 0.43 of the new rate and keep every fourth sample.

    Parameters
    ----------
    blocks : iterable of ndarray of float32, shape (samples, channels)
        Consecutive; their total length a multiple of 200.

    Yields
    ------
    ndarray of float32, shape (samples, channels)
        Sample m lies at sample 4 m of the input; at the ends the outermost sample is repeated.
    """
    band = _banded_filter()
    step = FACTOR * _GROUP
    waiting: Samples | None = None
    for block in blocks:
        before = np.repeat(block[:1], _HALO, axis=0) if waiting is None else waiting
        waiting = np.concatenate((before, block))
        n_groups = (len(waiting) - 2 * _HALO) // step
        yield _filtered(waiting, band, n_groups)
        waiting = waiting[n_groups * step :]
    if waiting is not None:
        waiting = np.concatenate((waiting, np.repeat(waiting[-1:], _HALO, axis=0)))
        yield _filtered(waiting, band, (len(waiting) - 2 * _HALO) // step)


def _banded_filter() -> Samples:
    """Windowed-sinc filter as a matrix: from one group's inputs with halo to its outputs."""
    k = np.arange(-_HALO, _HALO + 1)
    taps = np.sinc(2 * 0.43 / FACTOR * k) * np.blackman(len(k) + 2)[1:-1]
    taps /= taps.sum()
    band = np.zeros((_GROUP, FACTOR * _GROUP + 2 * _HALO), np.float32)
    for row in range(_GROUP):
        band[row, FACTOR * row : FACTOR * row + len(taps)] = taps
    return band


def _filtered(samples: Samples, band: Samples, n_groups: int) -> Samples:
    step, width = FACTOR * _GROUP, band.shape[1]
    groups = [band @ samples[i * step : i * step + width] for i in range(n_groups)]
    return np.concatenate([np.empty((0, samples.shape[1]), np.float32), *groups])
