"""Processing a whole recording at once, sample by sample and piece by piece, in float64."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from ecogview.dsp.filters import BRIDGE_S, FilterSettings, design_filter
from ecogview.dsp.reference import Reference
from ecogview.dsp.runs import Runs


def slow_processed(
    samples: NDArray,
    sampling_rate: float,
    offsets: NDArray,
    *,
    settings: FilterSettings,
    reference: Reference,
    bad: frozenset[int] = frozenset(),
    places: tuple[tuple[int | None, int | None], ...] = (),
    masked: NDArray[np.bool_] | None = None,
) -> NDArray[np.float64]:
    """Samples of shape (samples, channels), as they are to be shown."""
    n = len(samples)
    masked = np.zeros(n, bool) if masked is None else masked
    zeroed = ~samples.any(axis=1)
    for start, stop in Runs.from_bool(zeroed):
        if stop - start < max(round(0.002 * sampling_rate), 2):
            zeroed[start:stop] = False
    centred = samples.astype(float) - offsets
    odd = ~np.isfinite(centred)
    centred[odd] = 0
    taken = slow_reference(centred, reference, bad, places)
    shown = centred - np.nan_to_num(taken)
    if not settings.is_none:
        sections = design_filter(settings, sampling_rate).sections
        good = filtered_around(shown, sections, zeroed | masked, sampling_rate)
        all_of_it = filtered_around(shown, sections, zeroed, sampling_rate)
        shown = np.where(masked[:, np.newaxis], all_of_it, good)
    shown[odd] = samples[odd]
    shown[np.broadcast_to(np.isnan(taken), shown.shape)] = np.nan
    shown[zeroed] = 0
    return shown


def slow_reference(
    centred: NDArray,
    reference: Reference,
    bad: frozenset[int],
    places: tuple[tuple[int | None, int | None], ...],
) -> NDArray:
    """What is taken off each sample; NaN where that is not known."""
    n_channels = centred.shape[1]
    taken = np.zeros(centred.shape)
    chosen = set(reference.channels or range(n_channels)) - bad
    if reference.kind == "average" and chosen:
        taken[:] = centred[:, sorted(chosen)].mean(axis=1)[:, np.newaxis]
    elif reference.kind == "median" and chosen:
        taken[:] = np.median(centred[:, sorted(chosen)], axis=1)[:, np.newaxis]
    elif reference.kind == "channel":
        taken[:] = centred[:, list(reference.channels)]
    elif reference.kind in ("rows", "columns"):
        line, at = (0, 1) if reference.kind == "rows" else (1, 0)
        for channel in range(n_channels):
            here = places[channel]
            further = [
                (place[at], other)
                for other, place in enumerate(places)
                if None not in (*place, *here) and other not in bad
                and place[line] == here[line] and place[at] > here[at]
            ]  # fmt: skip
            taken[:, channel] = centred[:, min(further)[1]] if further else np.nan
    return taken


def filtered_around(
    rows: NDArray, sections: NDArray, gaps: NDArray[np.bool_], sampling_rate: float
) -> NDArray:
    """Each piece between long gaps filtered by itself, short gaps bridged."""
    rows, walls = rows.copy(), gaps.copy()
    for start, stop in Runs.from_bool(gaps):
        if stop - start <= max(round(BRIDGE_S * sampling_rate), 1) and start and stop < len(rows):
            for channel in rows.T:
                ends = channel[start - 1], channel[stop]
                channel[start:stop] = np.interp(np.arange(start, stop), [start - 1, stop], ends)
            walls[start:stop] = False
    for start, stop in Runs.from_bool(~walls):
        pad = min(3 * (2 * len(sections) + 1), stop - start - 1)
        piece = rows[start:stop]
        rows[start:stop] = signal.sosfiltfilt(sections.copy(), piece, axis=0, padlen=pad)
    return rows
