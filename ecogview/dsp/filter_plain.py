"""Referencing and filtering by NumPy and SciPy: while numba loads, and the tests' reference.

Every function has a twin of the same name and result, but for rounding, in
`ecogview.dsp.filter_kernels`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecogview.dsp.pole_plain import sweep_poles

__all__ = ["sweep_poles"]


def sweep(
    rows: NDArray[np.float32],
    exact: NDArray[np.float64],
    exact_states: NDArray[np.float64],
    quick: NDArray[np.float32],
    quick_states: NDArray[np.float32],
    backwards: bool,  # noqa: FBT001
) -> None:
    """Run rows through sections of second order, in time's direction or against it.

    Parameters
    ----------
    rows : ndarray of float32, shape (samples, channels)
        Changed in place.
    exact, quick : ndarray of float64 and float32, shape (pairs, 10)
        See `ecogview.dsp.filters.FilterDesign`; the quick ones come after the exact ones.
    exact_states, quick_states : ndarray of float64 and float32, shape (pairs, 4, width)
        For at least as many channels as there are, all as wide; changed in place.
    backwards : bool
        Whether the last row comes first.
    """
    if not len(rows):  # SciPy does not take them
        return
    from scipy import signal  # 0.6 s: only where it is used

    n_channels = rows.shape[1]
    ordered = rows[::-1] if backwards else rows
    for pairs, states in ((exact, exact_states), (quick, quick_states)):
        if len(pairs):
            sections = np.insert(pairs.reshape(-1, 5).astype(np.float64), 3, 1.0, axis=1)
            inside = states[:, :, :n_channels].reshape(len(sections), 2, n_channels)
            made, after = signal.sosfilt(
                sections, ordered.astype(np.float64), axis=0, zi=inside.astype(np.float64)
            )
            ordered[:] = made
            states[:, :, :n_channels] = after.reshape(len(pairs), 4, n_channels)


def centre_rows(
    rows: NDArray[Any],
    position: float,
    offsets: NDArray[np.float32],
    slopes: NDArray[np.float64],
    out: NDArray[np.float32],
    zeroed: NDArray[np.bool_],
) -> bool:
    """Take each channel's constant off, or a line; what is not finite becomes 0.

    Parameters
    ----------
    rows : ndarray, shape (samples, channels)
        C-contiguous, float32 or int16.
    position : float
        Where the first row lies, in samples from where the lines are 0.
    offsets : ndarray of float32, shape (channels,)
    slopes : ndarray of float64, shape (channels,) or (0,)
        Per sample; none where no lines are taken off.
    out : ndarray of float32, shape (samples, at least channels)
        Set; what goes beyond the channels stays as it is.
    zeroed : ndarray of bool, shape (samples,)
        Set: where all channels are 0.

    Returns
    -------
    bool
        Whether anything was not finite.
    """
    zeroed[:] = ~rows.any(axis=1)
    out = out[:, : rows.shape[1]]
    np.subtract(rows, offsets, out=out)
    if len(slopes):
        at = position + np.arange(len(rows))
        out -= np.multiply.outer(at, slopes).astype(np.float32)
    odd = ~np.isfinite(out)
    out[odd] = 0
    return bool(odd.any())


def take_off_mean(rows: NDArray[np.float32], weights: NDArray[np.float32]) -> None:
    """Take the weighted sum of the channels off each row, in place."""
    rows -= (rows @ weights)[:, np.newaxis]


def take_off_median(rows: NDArray[np.float32], members: NDArray[np.int64]) -> None:
    """Take the median of some channels, at least one, off each row, in place."""
    rows -= np.median(rows[:, members], axis=1).astype(np.float32)[:, np.newaxis]


def take_off_partners(rows: NDArray[np.float32], partners: NDArray[np.int64]) -> None:
    """Take another channel off each one, in place; none where its partner is -1."""
    has_one = partners >= 0
    rows[:, has_one] -= rows[:, partners[has_one]]


def decimate_rows(
    rows: NDArray[np.float32], taps: NDArray[np.float32], factor: int, out: NDArray[np.float32]
) -> None:
    """Every `factor`-th sample after a low-pass.

    Parameters
    ----------
    rows : ndarray of float32, shape (at least factor × (slow samples - 1) + taps, channels)
    taps : ndarray of float32, shape (taps,)
        Of samples ``factor × m`` to ``factor × m + taps`` slow sample ``m`` is made.
    factor : int
    out : ndarray of float32, shape (slow samples, channels)
        Set.
    """
    out.fill(0)
    last = factor * (len(out) - 1) + 1
    for place, tap in enumerate(taps):
        out += tap * rows[place : place + last : factor]


def take_off_slow(
    rows: NDArray[np.float32], slow: NDArray[np.float32], phases: NDArray[np.float32]
) -> None:
    """Take what slow samples make of all off rows, in place.

    Parameters
    ----------
    rows : ndarray of float32, shape (samples, channels)
        The first one lies on a slow sample.
    slow : ndarray of float32, shape (slow samples, channels)
        From the third before that one on, to the fourth after the last row's.
    phases : ndarray of float32, shape (factor, taps)
        See `ecogview.dsp.slow_filter.SlowDesign`.
    """
    factor, n_taps = phases.shape
    for phase in range(factor):
        some = rows[phase::factor]
        for place in range(n_taps):
            some -= phases[phase, place] * slow[place : place + len(some)]


def thin_rows(
    rows: NDArray[Any],
    position: float,
    offsets: NDArray[np.float32],
    slopes: NDArray[np.float64],
    members: NDArray[np.int64],
    taps: NDArray[np.float32],
    factor: int,
    out: NDArray[np.float32],
    zeroed: NDArray[np.bool_],
) -> bool:
    """`centre_rows`, `take_off_median` and `decimate_rows` at once.

    Parameters
    ----------
    rows : ndarray of float32 or int16, shape (factor × (thinned samples - 1) + taps, channels)
        As they were read.
    position, offsets, slopes
        See `centre_rows`.
    members : ndarray of int64
        Channels whose median is taken off; none for nothing.
    taps, factor
        See `decimate_rows`.
    out : ndarray of float32, shape (thinned samples, at least channels)
        Set.
    zeroed : ndarray of bool, shape (samples,)
        Set.

    Returns
    -------
    bool
        Whether some samples are not finite.
    """
    centred = np.zeros((len(rows), out.shape[1]), np.float32)
    is_odd = centre_rows(rows, position, offsets, slopes, centred, zeroed)
    if len(members):
        take_off_median(centred, members)
    decimate_rows(centred, taps, factor, out)
    return is_odd


def fill_between(
    thin: NDArray[np.float32],
    weights: NDArray[np.float32],
    first: int,
    out: NDArray[np.float32],
) -> None:
    """Samples drawn through thinned ones.

    Parameters
    ----------
    thin : ndarray of float32, shape (thinned samples, channels)
        From the one before that of sample 0 on, to the second one after that of the last.
    weights : ndarray of float32, shape (factor, 4)
        See `ecogview.dsp.thin_filter.ThinDesign`.
    first : int
        Sample of the first row of `out`.
    out : ndarray of float32, shape (samples, channels)
        Set.
    """
    place, phase = np.divmod(first + np.arange(len(out)), len(weights))
    out[:] = weights[phase, 0, np.newaxis] * thin[place]
    for node in range(1, weights.shape[1]):
        out += weights[phase, node, np.newaxis] * thin[place + node]


def reduce_between(
    thin: NDArray[np.float32],
    weights: NDArray[np.float32],
    first: int,
    edges: NDArray[np.int64],
    low: NDArray[np.float32],
    high: NDArray[np.float32],
) -> None:
    """Lowest and highest of the samples that `fill_between` draws.

    Parameters
    ----------
    thin, weights
        See `fill_between`; a factor of at most 4.
    first : int
        Of the recording's samples the one that sample 0 is.
    edges : ndarray of int64, shape (columns + 1,)
        A column takes in the sample at its right edge; what `thin` is not enough for is left out.
    low, high : ndarray of float32, shape (columns, channels)
        Lowered and raised.
    """
    n_rows = (len(thin) - weights.shape[1] + 1) * len(weights)
    for column in range(len(low)):
        start = max(int(edges[column]) - first, 0)
        stop = min(int(edges[column + 1]) + 1 - first, n_rows)
        if start < stop:
            rows = np.empty((stop - start, thin.shape[1]), np.float32)
            fill_between(thin, weights, start, rows)
            np.minimum(low[column], rows.min(axis=0), out=low[column])
            np.maximum(high[column], rows.max(axis=0), out=high[column])
