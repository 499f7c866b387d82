"""The kernels in plain NumPy: the first picture while numba loads, and the tests' reference.

Every function has a twin of the same name and result in `ecogview.dsp.kernels`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

# Patterns of a column's background; see `ecogview.dsp.raster`.
PLAIN, SOLID, DOTTED, DASHED, HATCHED = range(5)


def min_max_rows(
    rows: NDArray[Any],
    first_row: int,
    edges: NDArray[np.int64],
    low: NDArray[np.float32],
    high: NDArray[np.float32],
    reach: int = 1,
) -> None:
    """Widen each column's span by the rows that belong to it.

    Parameters
    ----------
    rows : ndarray, shape (samples, channels)
        A block of consecutive samples, the first of which is sample `first_row`.
    edges : ndarray, shape (columns + 1,)
        First sample of each column, at least 1 apart.
    low, high : ndarray of float32, shape (columns, channels)
        Changed in place; NaN samples are left out.
    reach : {0, 1}
        With 1 a column takes in its successor's first sample, with 0 it does not.
    """
    stop_row = first_row + len(rows)
    inside = np.flatnonzero((edges[:-1] < stop_row) & (edges[1:] > first_row))
    if len(inside):
        starts = np.maximum(edges[inside], first_row) - first_row
        last = min(int(edges[inside[-1] + 1]), stop_row) - first_row
        low[inside] = np.fmin(low[inside], np.fmin.reduceat(rows[:last], starts))
        high[inside] = np.fmax(high[inside], np.fmax.reduceat(rows[:last], starts))
    if not reach:
        return
    shared = np.flatnonzero((edges[1:] >= first_row) & (edges[1:] < stop_row))
    if len(shared):
        first_of_next = rows[edges[1:][shared] - first_row]
        low[shared] = np.fmin(low[shared], first_of_next)
        high[shared] = np.fmax(high[shared], first_of_next)


def min_max_bins(
    bins: NDArray[Any],
    starts: NDArray[np.int64],
    stops: NDArray[np.int64],
    low: NDArray[np.float32],
    high: NDArray[np.float32],
) -> None:
    """Widen each column's span by the bins of a pyramid's level that it touches.

    Parameters
    ----------
    bins : ndarray, shape (bins, 2, channels)
        Lowest and highest value of consecutive bins; lowest > highest where there is none.
    starts, stops : ndarray, shape (columns,)
        Which of `bins` belong to each column; what lies outside of them is left out.
    low, high : ndarray of float32, shape (columns, channels)
        Changed in place.
    """
    for column, (start, stop) in enumerate(zip(starts, stops, strict=True)):
        inside = bins[max(start, 0) : max(stop, 0)]
        if len(inside):
            low[column] = np.minimum(low[column], inside[:, 0].min(axis=0))
            high[column] = np.maximum(high[column], inside[:, 1].max(axis=0))


def interpolate_rows(
    rows: NDArray[Any],
    first_row: int,
    first_column: int,
    length: int,
    width: int,
    low: NDArray[np.float32],
    high: NDArray[np.float32],
) -> None:
    """Span of the line through the samples within each column, below 2 samples a pixel.

    Parameters
    ----------
    rows : ndarray, shape (samples, channels)
        Samples from `first_row` on; columns that reach beyond them get what there is.
    first_column, length, width : int
        Column ``first_column + j`` reaches from ``k × length / width`` to the same of ``k + 1``.
    low, high : ndarray of float32, shape (columns, channels)
        Set; ``low > high`` where no sample lies within reach.
    """
    n_rows = len(rows)
    low.fill(np.inf)
    high.fill(-np.inf)
    if not n_rows:
        return
    position = np.arange(first_column, first_column + len(low) + 1, dtype=np.int64) * length
    whole = position // width - first_row
    part = ((position % width) / width).astype(np.float32)

    def include(columns: NDArray[np.int64], values: NDArray[np.float32]) -> None:
        low[columns] = np.fmin(low[columns], values)
        high[columns] = np.fmax(high[columns], values)

    exists = (whole >= 0) & (whole < n_rows) & ((part == 0) | (whole + 1 < n_rows))
    here = rows[np.clip(whole, 0, n_rows - 1)].astype(np.float32)
    after = rows[np.clip(whole + 1, 0, n_rows - 1)].astype(np.float32)
    at_edge = np.where(part[:, None] == 0, here, here + part[:, None] * (after - here))
    for side in (slice(None, -1), slice(1, None)):
        columns = np.flatnonzero(exists[side])
        include(columns, at_edge[side][columns])
    # At most two samples lie strictly inside a column narrower than two samples.
    last_inside = np.where(part[1:] > 0, whole[1:], whole[1:] - 1)
    for step in (1, 2):
        sample = whole[:-1] + step
        columns = np.flatnonzero((sample <= last_inside) & (sample >= 0) & (sample < n_rows))
        include(columns, rows[sample[columns]].astype(np.float32))


def draw_columns(
    image: NDArray[np.uint32],
    slots: NDArray[np.int64],
    low: NDArray[np.float32],
    high: NDArray[np.float32],
    channels: NDArray[np.int64],
    centres: NDArray[np.float32],
    colours: NDArray[np.uint32],
    offsets: NDArray[np.float32],
    scales: NDArray[np.float32],
    limits: NDArray[np.float32],
    fill: NDArray[np.uint32],
    ink: NDArray[np.uint32],
    pattern: NDArray[np.uint8],
    phase: NDArray[np.int64],
) -> None:
    """Draw the columns `slots` of a ring image: background, then each trace as a vertical span.

    Parameters
    ----------
    image : ndarray of uint32, shape (height, width)
        RGB32 pixels, changed in place.
    slots : ndarray, shape (columns,)
        Where in `image`, `low` and `high` each column lies.
    low, high : ndarray of float32, shape (width, channels)
        The envelope, in the recording's unit.
    channels, centres, colours : ndarray, shape (rows,)
        Per row, in drawing order (the later one lies on top): channel, y of its zero line, pixel.
    offsets : ndarray of float32, shape (channels,)
        What is taken off each channel.
    scales : ndarray of float32, shape (rows,)
        Pixels per unit of each row; positive is up.
    limits : ndarray of float32, shape (2, rows)
        Least and greatest y of each row's trace; beyond them it runs along them. At most 8 pixels
        outside of the image.
    fill, ink, pattern : ndarray, shape (columns,)
        Background of each column, and a pattern drawn on it in another colour.
    phase : ndarray, shape (columns,)
        Absolute column number, for patterns that slant.

    Notes
    -----
    Ends of a span are softened by how much of the pixel they cover, in four steps.
    """
    height = image.shape[0]
    y = np.arange(height)[:, None]
    drawn = np.broadcast_to(fill[None, :], (height, len(slots))).copy()
    signed = np.flatnonzero(pattern != PLAIN)  # few: all of them took 25 of 44 ms
    sign = pattern[signed]
    marked = (
        (sign == SOLID)
        | ((sign == DOTTED) & (y % 4 < 2))
        | ((sign == DASHED) & (y % 10 < 6))
        | ((sign == HATCHED) & ((y + phase[signed]) % 8 == 0))
    )
    drawn[:, signed] = np.where(marked, ink[None, signed], drawn[:, signed])
    flat = drawn.reshape(-1)
    n = len(slots)
    columns = np.arange(n)
    for row, (channel, centre, colour) in enumerate(zip(channels, centres, colours, strict=True)):
        top, bottom, exists = _quarters(
            low[slots, channel], high[slots, channel], centre, offsets[channel], scales[row],
            limits[:, row],
        )  # fmt: skip
        first, last = top >> 2, (bottom - 1) >> 2
        first_cover = np.where(first == last, bottom - top, 4 - (top & 3))
        last_cover = ((bottom - 1) & 3) + 1
        # Not np.clip, which looks at the limits of its type first: 1.5 of 17 ms.
        start, stop = (np.minimum(np.maximum(end, 0), height) for end in (first + 1, last))
        counts = np.where(exists, np.maximum(stop - start, 0), 0)
        total = int(counts.sum())
        down = np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts)
        flat[(np.repeat(start, counts) + down) * n + np.repeat(columns, counts)] = colour
        for pixel, cover, wanted in (
            (first, first_cover, exists),
            (last, last_cover, exists & (last > first)),
        ):
            seen = wanted & (pixel >= 0) & (pixel < height)
            at = pixel[seen] * n + columns[seen]
            flat[at] = _blend(flat[at], np.uint32(colour), cover[seen].astype(np.uint32))
    image[:, slots] = drawn


def _quarters(
    lowest: NDArray[np.float32],
    highest: NDArray[np.float32],
    centre: np.float32,
    offset: np.float32,
    scale: np.float32,
    limits: NDArray[np.float32],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Top and bottom of each span in quarters of a pixel, at least one pixel apart."""
    exists = lowest <= highest
    with np.errstate(invalid="ignore", over="ignore"):
        top = centre - (highest - offset) * scale
        bottom = centre - (lowest - offset) * scale
    top = np.where(exists, np.minimum(np.maximum(top, limits[0]), limits[1]), 0)
    bottom = np.where(exists, np.minimum(np.maximum(bottom, limits[0]), limits[1]), 0)
    quarter, half = np.float32(4), np.float32(0.5)
    return (
        np.floor((top - half) * quarter + half).astype(np.int64),
        np.floor((bottom + half) * quarter + half).astype(np.int64),
        exists,
    )


def _blend(
    under: NDArray[np.uint32], over: np.uint32, cover: NDArray[np.uint32]
) -> NDArray[np.uint32]:
    outer, inner, rest = np.uint32(0xFF00FF), np.uint32(0x00FF00), np.uint32(4) - cover
    two = np.uint32(2)
    red_blue = (((under & outer) * rest + (over & outer) * cover) >> two) & outer
    green = (((under & inner) * rest + (over & inner) * cover) >> two) & inner
    pixels: NDArray[np.uint32] = np.uint32(0xFF000000) | red_blue | green
    return pixels
