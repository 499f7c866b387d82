"""The sums of the quality map in plain NumPy: the reference for the compiled ones.

`sum_cells` has a twin of the same name and result in `ecogview.dsp.quality_kernels`, which is
faster by two orders of magnitude.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Rows of `sums` and, with the same meaning, the first rows of `state`.
(
    COUNT,  # finite samples of rows that are not zeroed
    TOTAL,
    SQUARES,
    COS_50,
    SIN_50,
    COS_60,
    SIN_60,
    DIFFERENCES,  # third differences, of four such samples
    DIFFERENCE_SQUARES,
    FLAT,
    CLIPPED,
    N_SUMS,
) = range(12)
# Further rows of `state`: the current stretch's first sample (NaN: none) and its length, and what
# does not change: the channel's constant, how near a stretch stays, how far off is far.
REFERENCE, RUN, CENTRE, TOLERANCE, FAR, N_STATE = range(N_SUMS, N_SUMS + 6)


def sum_cells(
    rows: NDArray[Any],
    first_row: int,
    edges: NDArray[np.int64],
    waves: NDArray[np.float32],
    rail: float,
    least_flat: float,
    least_clipped: float,
    history: NDArray[np.float32],
    state: NDArray[np.float32],
    sums: NDArray[np.float64],
    zeroed: NDArray[np.int64],
) -> None:
    """Add a block of samples to the sums of the cells it touches.

    Parameters
    ----------
    rows : ndarray of float32 or int16, shape (samples, channels)
        Consecutive samples, the first of which is sample `first_row`, in the first cell.
    edges : ndarray, shape (cells + 1,)
        First sample of each cell.
    waves : ndarray of float32, shape (samples, 4)
        Windowed cosine and sine of 50 Hz, those of 60 Hz, by place in a cell.
    rail : float
        Samples of this magnitude or more are clipped.
    least_flat, least_clipped : float
        Samples that a stretch takes, at least.
    history : ndarray of float32, shape (3 × lag, channels)
        The last samples less the constant, NaN where left out; changed in place.
    state : ndarray of float32, shape (`N_STATE`, channels)
        What goes over from block to block; changed in place.
    sums : ndarray of float64, shape (cells, `N_SUMS`, channels)
        Added to, in part at a later call: what `state` still holds belongs to the last cell.
    zeroed : ndarray, shape (cells,)
        Rows that are 0 in all channels; added to.
    """
    sums[0] += state[:N_SUMS]
    state[:N_SUMS] = 0
    for cell, (start, stop) in enumerate(pairwise(edges.tolist())):
        part = rows[max(start - first_row, 0) : max(stop - first_row, 0)]
        if not len(part):
            continue
        if start >= first_row:
            history[:] = np.nan
            state[REFERENCE], state[RUN] = np.nan, 0
        is_zeroed = (part == 0).all(axis=1)
        zeroed[cell] += np.count_nonzero(is_zeroed)
        values = part.astype(np.float32)
        with np.errstate(invalid="ignore"):  # infinity less a constant
            values = np.where(np.isfinite(values), values - state[CENTRE], np.float32(np.nan))
        values[is_zeroed] = np.nan
        place = max(first_row - start, 0)
        _add_moments(values, waves[place : place + len(values)], history, sums[cell])
        _add_stretches(values, rail, least_flat, least_clipped, state, sums[cell])


def _add_moments(
    values: NDArray[np.float32],
    waves: NDArray[np.float32],
    history: NDArray[np.float32],
    sums: NDArray[np.float64],
) -> None:
    n, lag = len(values), len(history) // 3
    recent = np.concatenate([history, values])
    first, second, third = recent[:n], recent[lag : lag + n], recent[2 * lag : 2 * lag + n]
    with np.errstate(over="ignore", invalid="ignore"):
        difference = values - 3 * (third - second) - first
    history[:] = recent[n:]
    sums[COUNT] += np.count_nonzero(~np.isnan(values), axis=0)
    sums[DIFFERENCES] += np.count_nonzero(~np.isnan(difference), axis=0)
    known = np.nan_to_num(values).astype(np.float64)
    sums[TOTAL] += known.sum(axis=0)
    sums[SQUARES] += (known**2).sum(axis=0)
    sums[COS_50 : SIN_60 + 1] += waves.T.astype(np.float64) @ known
    sums[DIFFERENCE_SQUARES] += (np.nan_to_num(difference).astype(np.float64) ** 2).sum(axis=0)


def _add_stretches(
    values: NDArray[np.float32],
    rail: float,
    least_flat: float,
    least_clipped: float,
    state: NDArray[np.float32],
    sums: NDArray[np.float64],
) -> None:
    """Each sample stays in the stretch, or begins one; a stretch counts once it is long enough."""
    reference, run = state[REFERENCE], state[RUN]
    with np.errstate(over="ignore", invalid="ignore"):
        for value, railed in zip(values, np.abs(values + state[CENTRE]) >= rail, strict=True):
            stays = np.abs(value - reference) <= state[TOLERANCE]
            reference[:] = np.where(railed, np.nan, np.where(stays, reference, value))
            run[:] = np.where(railed, 0, np.where(stays, run + 1, 1))
            far = np.abs(reference) >= state[FAR]
            least = np.where(far, least_clipped, least_flat)
            added = np.where(run > least, 1, np.where(run == least, least, 0))
            sums[FLAT] += np.where(far, 0, added)
            sums[CLIPPED] += np.where(railed, 1, np.where(far, added, 0))
