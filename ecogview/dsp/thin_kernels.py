"""Fewer samples, and those between them, in numba: compiled once, without the GIL.

Only `ecogview.dsp.filter_kernels` imports this module. Meaning and arguments:
`ecogview.dsp.filter_plain`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

_Function = TypeVar("_Function", bound=Callable[..., Any])


def _compiled(*signatures: str) -> Callable[[_Function], _Function]:
    decorate: Any = numba.njit(
        list(signatures), nogil=True, cache=True, error_model="numpy",
        fastmath={"contract", "reassoc"},
    )  # fmt: skip
    return decorate  # type: ignore[no-any-return]


def _exactly(*signatures: str) -> Callable[[_Function], _Function]:
    # As it is written: the samples of a column are to be those that are drawn one by one.
    decorate: Any = numba.njit(list(signatures), nogil=True, cache=True, error_model="numpy")
    return decorate  # type: ignore[no-any-return]


@_compiled("void(float32[:, ::1], float32[::1], int64, float32[:, ::1])")
def decimate_rows(
    rows: NDArray[np.float32], taps: NDArray[np.float32], factor: int, out: NDArray[np.float32]
) -> None:
    """See `ecogview.dsp.filter_plain.decimate_rows`."""
    n_taps, n_channels = len(taps), rows.shape[1]
    for place in range(len(out)):
        line, first = out[place], place * factor
        line[:] = 0
        for tap in range(0, n_taps - 3, 4):  # four a turn: a quarter of the loads and stores
            tap_1, tap_2, tap_3, tap_4 = taps[tap], taps[tap + 1], taps[tap + 2], taps[tap + 3]
            row_1, row_2 = rows[first + tap], rows[first + tap + 1]
            row_3, row_4 = rows[first + tap + 2], rows[first + tap + 3]
            for channel in range(n_channels):
                line[channel] += (
                    tap_1 * row_1[channel] + tap_2 * row_2[channel]
                    + tap_3 * row_3[channel] + tap_4 * row_4[channel]
                )  # fmt: skip
        for tap in range(n_taps - n_taps % 4, n_taps):
            row = rows[first + tap]
            for channel in range(n_channels):
                line[channel] += taps[tap] * row[channel]


@_exactly("void(float32[:, ::1], float32[:, ::1], int64, float32[:, ::1])")
def fill_between(
    thin: NDArray[np.float32],
    weights: NDArray[np.float32],
    first: int,
    out: NDArray[np.float32],
) -> None:
    """See `ecogview.dsp.filter_plain.fill_between`."""
    factor, width = len(weights), np.uint64(thin.shape[1])
    flat, made = thin.reshape(thin.size), out.reshape(out.size)
    for place in range(len(out)):
        weight = weights[(first + place) % factor]
        w1, w2, w3, w4 = weight[0], weight[1], weight[2], weight[3]
        at, there = np.uint64((first + place) // factor) * width, np.uint64(place) * width
        at_2, at_3, at_4 = at + width, at + width + width, at + width + width + width
        for channel in range(width):
            x1, x2 = flat[at + channel], flat[at_2 + channel]
            x3, x4 = flat[at_3 + channel], flat[at_4 + channel]
            made[there + channel] = ((w1 * x1 + w2 * x2) + w3 * x3) + w4 * x4


@_exactly(
    "void(float32[:, ::1], float32[:, ::1], int64, int64[::1], float32[:, ::1], float32[:, ::1])"
)
def reduce_between(
    thin: NDArray[np.float32],
    weights: NDArray[np.float32],
    first: int,
    edges: NDArray[np.int64],
    low: NDArray[np.float32],
    high: NDArray[np.float32],
) -> None:
    """See `ecogview.dsp.filter_plain.reduce_between`."""
    factor, width = len(weights), np.uint64(thin.shape[1])
    flat, n_rows = thin.reshape(thin.size), (len(thin) - 3) * factor
    for column in range(len(edges) - 1):
        place = max(edges[column] - first, 0)
        stop = min(edges[column + 1] + 1 - first, n_rows)
        least, most = low[column], high[column]
        while place < stop:
            # All between two thinned samples at once; the last of them again changes nothing.
            phase = place % factor
            last = min(phase + stop - 1 - place, factor - 1)
            u, v = weights[phase], weights[min(phase + 1, last)]
            w, z = weights[min(phase + 2, last)], weights[last]
            u1, u2, u3, u4 = u[0], u[1], u[2], u[3]
            v1, v2, v3, v4 = v[0], v[1], v[2], v[3]
            w1, w2, w3, w4 = w[0], w[1], w[2], w[3]
            z1, z2, z3, z4 = z[0], z[1], z[2], z[3]
            at = np.uint64(place // factor) * width
            at_2, at_3, at_4 = at + width, at + width + width, at + width + width + width
            for channel in range(width):
                x1, x2 = flat[at + channel], flat[at_2 + channel]
                x3, x4 = flat[at_3 + channel], flat[at_4 + channel]
                value_1 = ((u1 * x1 + u2 * x2) + u3 * x3) + u4 * x4
                value_2 = ((v1 * x1 + v2 * x2) + v3 * x3) + v4 * x4
                value_3 = ((w1 * x1 + w2 * x2) + w3 * x3) + w4 * x4
                value_4 = ((z1 * x1 + z2 * x2) + z3 * x3) + z4 * x4
                lowest, highest = least[channel], most[channel]
                lowest = value_1 if value_1 < lowest else lowest
                highest = value_1 if value_1 > highest else highest
                lowest = value_2 if value_2 < lowest else lowest
                highest = value_2 if value_2 > highest else highest
                lowest = value_3 if value_3 < lowest else lowest
                highest = value_3 if value_3 > highest else highest
                least[channel] = value_4 if value_4 < lowest else lowest
                most[channel] = value_4 if value_4 > highest else highest
            place += last - phase + 1
