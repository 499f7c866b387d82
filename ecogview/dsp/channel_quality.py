"""What the quality map says of channels and seconds: measures, and what is normal for them.

All follows from a `QualityMap`, the masked spans and the good channels, in a few milliseconds, so
that it can be taken anew whenever a mask changes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ecogview.dsp.colour_scale import ColourScale
from ecogview.dsp.figure_lines import MOSTLY_ZEROED, FigureLines, Floats, line_medians
from ecogview.dsp.quality import Figure, QualityMap

# What a share of the own RMS refers to, at least, as a part of the median channel's RMS: whatever
# is left of a flat channel is neither hum nor a shift.
_LEAST_RMS = 0.05
_BLOCK = 8  # channels at a time: two hours of them fill half of a processor's second cache


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
        From the figures it needs and the usable cells to one of each channel and cell, not yet
        compared.
    """

    id: str
    title: str
    needs: tuple[Figure, ...]
    against: Literal["channels", "own"] | None
    scale: ColourScale
    cells: Callable[[FigureLines, NDArray[np.bool_]], Floats]

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
    usable = quality.done & ~(quality.zeroed > MOSTLY_ZEROED)
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
    return measured(FigureLines.of(quality, measure.needs), measure, usable)[1]


def measured(
    lines: FigureLines, measure: Measure, usable: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Figures of cells and of channels, not yet compared: what a mask of channels leaves as it is.

    Parameters
    ----------
    lines : FigureLines
        With all that the measure needs.
    measure : Measure
    usable : ndarray of bool, shape (cells,)

    Returns
    -------
    cells : ndarray of float32, shape (channels, cells)
        For measures that no mask changes those of `lines` themselves.
    figures : ndarray of float32, shape (channels,)
        See `channel_figures`.
    """
    with _garbage_allowed():
        cells = measure.cells(lines, usable)
        return cells, line_medians(cells, usable)


def prepared(quality: QualityMap, measure: Measure) -> QualityMap:
    """A whole map with what showing a measure takes longest, for 512 channels over two hours 90 ms.

    Parameters
    ----------
    quality : QualityMap
        With every cell done; of a recording that has the measure.
    measure : Measure

    Returns
    -------
    QualityMap
        The same arrays, with `lines`: they belong to one thread at a time.
    """
    lines = FigureLines.of(quality, measure.needs)
    measured(lines, measure, usable_cells(quality, np.zeros((0, 2), np.int64)))
    lines.put_in_order()
    return replace(quality, lines=lines)


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
    return compared(figures, figures, measure, good)


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
    cells, figures = measured(FigureLines.of(quality, measure.needs), measure, usable)
    return np.ascontiguousarray(compared(cells.T, figures, measure, good))


def normal_figures(figures: Floats, measure: Measure, good: NDArray[np.bool_]) -> Floats:
    """What is normal for each channel, that its figures are shown as multiples of.

    Parameters
    ----------
    figures : ndarray of float32, shape (channels,)
        See `channel_figures`.
    measure : Measure
    good : ndarray of bool, shape (channels,)

    Returns
    -------
    ndarray of float32, shape (channels,)
        1 where the measure is a share; NaN where nothing is known.
    """
    if measure.against is None:
        return np.ones_like(figures)
    normal = np.full_like(figures, reference(figures, good))
    if measure.against == "own":
        np.fmax(figures, np.float32(_LEAST_RMS) * normal, out=normal)
    return normal


def compared(cells: Floats, figures: Floats, measure: Measure, good: NDArray[np.bool_]) -> Floats:
    """Figures as the multiples or shares that users see.

    Parameters
    ----------
    cells : ndarray of float32, shape (…, channels)
    figures : ndarray of float32, shape (channels,)
        See `channel_figures`.
    measure : Measure
    good : ndarray of bool, shape (channels,)

    Returns
    -------
    ndarray of float32, shape (…, channels)
    """
    with _garbage_allowed():
        multiples: Floats = cells / normal_figures(figures, measure, good)
    return multiples


def _garbage_allowed() -> np.errstate:
    """Files that are not what they claim to be hold samples of 1e38."""
    return np.errstate(over="ignore", invalid="ignore", divide="ignore")


# --- figures of cells


def _rms(lines: FigureLines, usable: NDArray[np.bool_]) -> Floats:
    """RMS about the channel's centre, the median of its cells' means."""
    rms = _shifts(lines, usable)
    spread = lines["spread"]
    squares = np.empty((_BLOCK, rms.shape[1]), np.float32)
    for first in range(0, len(rms), _BLOCK):
        part, more = rms[first : first + _BLOCK], spread[first : first + _BLOCK]
        part *= part
        part += np.multiply(more, more, out=squares[: len(more)])
        np.sqrt(part, out=part)
    return rms


def _shifts(lines: FigureLines, usable: NDArray[np.bool_]) -> Floats:
    shifts: Floats = lines["mean"] - lines.medians("mean", usable)[:, None]
    return shifts


def _shift(lines: FigureLines, usable: NDArray[np.bool_]) -> Floats:
    """How far the mean is from the centre, as a share of the channel's own RMS."""
    own = lines.medians("spread", usable)
    shifts = _shifts(lines, usable)
    shares: Floats = np.abs(shifts, out=shifts)
    shares /= _at_least(own, own)[:, None]
    return shares


def _hum(lines: FigureLines, usable: NDArray[np.bool_]) -> Floats:
    """The stronger of both lines as a share of the RMS in the same cell.

    Against the median of the good channels, which in the demo have 6 % and up to 27 % in single
    cells, a channel of normal size that hums is at 8 to 12 times, but a disconnected one, small in
    all, at no more than 1.8 to 2.4 times, which good ones reach in single cells (3.1). As a share
    of its own it is at 61 to 84 %, the humming ones at 39 to 62 %. What hums while the signal is
    large, as in a movement, is no fault of the line.
    """
    spread = lines["spread"]
    hum: Floats = np.fmax(lines["hum_50"], lines["hum_60"])
    hum /= _at_least(spread, lines.medians("spread", usable)[:, None])
    return hum


def _at_least(rms: Floats, of_channels: Floats) -> Floats:
    """RMS to divide by: not that of flat channels."""
    least = _LEAST_RMS * reference(of_channels, np.ones(of_channels.shape, bool))
    return np.maximum(rms, np.float32(least))


def _high_frequency(lines: FigureLines, _usable: NDArray[np.bool_]) -> Floats:
    return lines["high_frequency"]


def _flat(lines: FigureLines, _usable: NDArray[np.bool_]) -> Floats:
    return lines["flat"]


def _clipped(lines: FigureLines, _usable: NDArray[np.bool_]) -> Floats:
    return lines["clipped"]


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
