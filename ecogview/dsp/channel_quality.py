"""What the quality map says of channels and seconds: measures, and what is normal for them.

All follows from a `QualityMap`, the masked spans and the good channels, in a few milliseconds, so
that it can be taken anew whenever a mask changes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ecogview.dsp.map_picture import ColourScale
from ecogview.dsp.quality import Figure, QualityMap

Floats = NDArray[np.float32]

_MOSTLY = 0.5  # share of zeroed samples from which a cell counts as zeroed
# What a share of the own RMS refers to, at least, as a part of the median channel's RMS: whatever
# is left of a flat channel is neither hum nor a shift.
_LEAST_RMS = 0.05


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that the quality map can show.

    Attributes
    ----------
    id, title : str
        `id` is the key in `MEASURES`.
    needs : tuple of Figure
        All of these; a recording without them cannot have it.
    against : {"channels", "own", None}
        What its values are multiples of: the median of all good channels, the channel's own median
        cell, or nothing: then they are shares.
    scale : ColourScale
        Its ends, in the unit of the values.
    cells : callable
        From the map and its usable cells to a figure of each cell and channel, not yet compared.
    """

    id: str
    title: str
    needs: tuple[Figure, ...]
    against: Literal["channels", "own"] | None
    scale: ColourScale
    cells: Callable[[QualityMap, NDArray[np.bool_]], Floats]

    @property
    def deviating(self) -> bool:
        """Whether its values are normal in the middle of the scale; else the less the better."""
        return self.scale.is_deviating

    @property
    def share(self) -> bool:
        """Whether its values are shares; else they are multiples of what is normal."""
        return self.against is None

    def applies_to(self, quality: QualityMap) -> bool:
        """Whether the recording can have it."""
        return all(name in quality.figures for name in self.needs)

    def format(self, value: float) -> str:
        """A value as users read it: "0.13×" or "6.5 %", "n/a" for NaN."""
        if math.isnan(value):
            return "n/a"
        number, unit = (100 * value, " %") if self.share else (value, "×")
        decimals = 0 if abs(number) >= 99.5 else 1 if self.share or abs(number) >= 9.95 else 2
        return f"{number:.{decimals}f}{unit}"


def usable_cells(quality: QualityMap, bad: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which cells count for medians: done, without any masked sample, not mostly zeroed.

    Parameters
    ----------
    quality : QualityMap
    bad : ndarray of int64, shape (runs, 2)
        Masked samples as half-open runs, in any order; see `ecogview.dsp.runs.Runs.bounds`.

    Returns
    -------
    ndarray of bool, shape (cells,)
    """
    grid = quality.grid
    usable = quality.done & ~(quality.zeroed > _MOSTLY)
    inside = bad[(bad[:, 1] > bad[:, 0]) & (bad[:, 1] > 0) & (bad[:, 0] < grid.n_samples)]
    if len(inside):
        edges = grid.edges(0, grid.n_cells)
        n = grid.n_cells
        first = np.searchsorted(edges[:-1], np.maximum(inside[:, 0], 0), side="right") - 1
        stop = np.searchsorted(edges[:-1], np.minimum(inside[:, 1], grid.n_samples), side="left")
        begun = np.cumsum(np.bincount(first, minlength=n + 1))
        ended = np.cumsum(np.bincount(stop, minlength=n + 1))
        usable &= begun[:n] == ended[:n]
    return usable


def channel_figures(quality: QualityMap, measure: Measure, usable: NDArray[np.bool_]) -> Floats:
    """Figure of each channel: the median over its usable cells, not yet compared with others.

    Being a median, and RMS being taken about a centre that is itself the median of the cells'
    means, it does not change for an artefact in a few cells, however large.

    Parameters
    ----------
    quality : QualityMap
        Of a recording that has the measure.
    measure : Measure
    usable : ndarray of bool, shape (cells,)
        See `usable_cells`.

    Returns
    -------
    ndarray of float32, shape (channels,)
        In the file's unit, or a share; NaN where nothing is known.
    """
    with _garbage_allowed():
        return _median(measure.cells(quality, usable), usable)


def reference(figures: Floats, good: NDArray[np.bool_]) -> float:
    """What is normal: the median of the good channels that are not wholly flat.

    Parameters
    ----------
    figures : ndarray of float32, shape (channels,)
        See `channel_figures`.
    good : ndarray of bool, shape (channels,)
        Where no such channel is good, all are taken.

    Returns
    -------
    float
        NaN where nothing is known, or all channels are flat.
    """
    alive = np.isfinite(figures) & (figures > 0)
    pool = figures[alive & good] if (alive & good).any() else figures[alive]
    return float(np.median(pool)) if len(pool) else math.nan


def channel_values(
    quality: QualityMap, measure: Measure, usable: NDArray[np.bool_], good: NDArray[np.bool_]
) -> Floats:
    """The number to show for each channel: its figure as a multiple of what is normal, or a share.

    For parameters see `values`. Of a measure against the channel's own median it is always 1.

    Returns
    -------
    ndarray of float32, shape (channels,)
        NaN where nothing is known.
    """
    figures = channel_figures(quality, measure, usable)
    with _garbage_allowed():
        return _compared(figures, figures, measure, good)


def values(
    quality: QualityMap, measure: Measure, usable: NDArray[np.bool_], good: NDArray[np.bool_]
) -> Floats:
    """The numbers that the map shows: multiples of what is normal, or shares.

    Parameters
    ----------
    quality : QualityMap
        Of a recording that has the measure.
    measure : Measure
    usable : ndarray of bool, shape (cells,)
        Which cells medians and references are taken from; others have values as well.
    good : ndarray of bool, shape (channels,)
        Which channels "all good channels" are.

    Returns
    -------
    ndarray of float32, shape (cells, channels)
        NaN where nothing is known, and in cells that are mostly zeroed.
    """
    with _garbage_allowed():
        cells = measure.cells(quality, usable)
        shown = _compared(cells, _median(cells, usable), measure, good)
    shown[quality.zeroed > _MOSTLY] = np.nan
    return shown


def _garbage_allowed() -> np.errstate:
    """Files that are not what they claim to be hold samples of 1e38."""
    return np.errstate(over="ignore", invalid="ignore", divide="ignore")


def _compared(cells: Floats, figures: Floats, measure: Measure, good: NDArray[np.bool_]) -> Floats:
    if measure.against is None:
        return cells
    normal = np.full_like(figures, reference(figures, good))
    if measure.against == "own":
        normal = np.fmax(figures, np.float32(_LEAST_RMS) * normal)
    multiples: Floats = cells / normal
    return multiples


# --- figures of cells


def _rms(quality: QualityMap, usable: NDArray[np.bool_]) -> Floats:
    """RMS about the channel's centre, the median of its cells' means."""
    squares = _shifts(quality, usable)
    squares *= squares
    squares += np.square(_figure(quality, "spread"))
    rms: Floats = np.sqrt(squares, out=squares)
    return rms


def _shifts(quality: QualityMap, usable: NDArray[np.bool_]) -> Floats:
    means = _figure(quality, "mean")
    shifts: Floats = means - _median(means, usable)
    return shifts


def _shift(quality: QualityMap, usable: NDArray[np.bool_]) -> Floats:
    """How far the mean is from the centre, as a share of the channel's own RMS."""
    own = _median(_figure(quality, "spread"), usable)
    shifts = _shifts(quality, usable)
    shares: Floats = np.abs(shifts, out=shifts)
    shares /= _at_least(own, own)
    return shares


def _hum(quality: QualityMap, usable: NDArray[np.bool_]) -> Floats:
    """The stronger of both lines as a share of the RMS in the same cell.

    Against the median of the good channels, which in the demo have 6 % and up to 27 % in single
    cells, a channel of normal size that hums is at 8 to 12 times, but a disconnected one, small in
    all, at no more than 1.8 to 2.4 times, which good ones reach in single cells (3.1). As a share
    of its own it is at 61 to 84 %, the humming ones at 39 to 62 %. What hums while the signal is
    large, as in a movement, is no fault of the line.
    """
    spread = _figure(quality, "spread")
    hum = np.fmax(_figure(quality, "hum_50"), _figure(quality, "hum_60"))
    hum /= _at_least(spread, _median(spread, usable))
    return hum


def _at_least(rms: Floats, of_channels: Floats) -> Floats:
    """RMS to divide by: not that of flat channels."""
    least = _LEAST_RMS * reference(of_channels, np.ones(len(of_channels), bool))
    return np.maximum(rms, np.float32(least))


def _high_frequency(quality: QualityMap, _usable: NDArray[np.bool_]) -> Floats:
    return _figure(quality, "high_frequency").copy()


def _flat(quality: QualityMap, _usable: NDArray[np.bool_]) -> Floats:
    return quality.figures["flat"].astype(np.float32)


def _clipped(quality: QualityMap, _usable: NDArray[np.bool_]) -> Floats:
    return quality.figures["clipped"].astype(np.float32)


def _figure(quality: QualityMap, name: Figure) -> Floats:
    return quality.figures[name].astype(np.float32, copy=False)


def _median(cells: Floats, usable: NDArray[np.bool_]) -> Floats:
    """Median of each channel over the usable cells, without NaN; NaN where it has nothing else."""
    lines = np.ascontiguousarray(cells[usable].T)
    n = lines.shape[1]
    if not n:
        return np.full(len(lines), np.nan, np.float32)
    middle = n // 2
    lines.partition(middle, axis=1)  # NaN last; five times faster than np.nanmedian
    medians: Floats = lines[:, middle].copy()
    if n % 2 == 0:
        medians += lines[:, :middle].max(axis=1)
        medians /= 2
    for channel in np.flatnonzero(np.isnan(lines[:, middle:]).any(axis=1)):
        known = lines[channel][~np.isnan(lines[channel])]
        medians[channel] = np.median(known) if len(known) else np.nan
    return medians


_DEVIATING = ColourScale(0.5, 2.0, is_log=True, is_deviating=True)


def _rising(low: float, high: float, *, is_log: bool = False) -> ColourScale:
    return ColourScale(low, high, is_log=is_log, is_deviating=False)


MEASURES: dict[str, Measure] = {
    measure.id: measure
    for measure in (
        Measure("rms", "RMS / median", ("mean", "spread"), "channels", _DEVIATING, _rms),
        Measure("rms_own", "RMS / own median", ("mean", "spread"), "own", _DEVIATING, _rms),
        Measure(
            "hum", "Line hum / RMS", ("spread", "hum_50", "hum_60"), None, _rising(0.1, 0.6), _hum
        ),
        Measure(
            "high_frequency",
            "High frequency / median",
            ("high_frequency",),
            "channels",
            _rising(1, 4, is_log=True),
            _high_frequency,
        ),
        Measure("flat", "Flat", ("flat",), None, _rising(0, 0.5), _flat),
        Measure("clipped", "Clipped", ("clipped",), None, _rising(0, 0.2), _clipped),
        Measure(
            "shift", "Shift of the mean / RMS", ("mean", "spread"), None, _rising(0.15, 1), _shift
        ),
    )
}
