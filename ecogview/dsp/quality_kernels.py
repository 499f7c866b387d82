"""The sums of the quality map in numba: one core takes in 2 GB/s of float32.

Importing this module costs as much as `ecogview.dsp.kernels`. Meaning and arguments:
`ecogview.dsp.quality_plain`.

Channels lie side by side in tiles of 16, and all that is kept of a tile in one array, with steps
that are constants: only then does the compiler know that no two of 16 sums are the same memory,
and turn the loop over a tile's channels into vector instructions (0.9 ns a sample; without, 3).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

from ecogview.dsp import quality_plain as rows_of
from ecogview.dsp.quality_plain import N_STATE, N_SUMS

_Function = TypeVar("_Function", bound=Callable[..., Any])

_LANES = 16  # channels of a tile
_PIECE = 64  # samples taken at a time: float32 sums over more would lose digits

_COUNT = rows_of.COUNT * _LANES
_TOTAL = rows_of.TOTAL * _LANES
_SQUARES = rows_of.SQUARES * _LANES
_COS_50 = rows_of.COS_50 * _LANES
_SIN_50 = rows_of.SIN_50 * _LANES
_COS_60 = rows_of.COS_60 * _LANES
_SIN_60 = rows_of.SIN_60 * _LANES
_DIFFERENCES = rows_of.DIFFERENCES * _LANES
_DIFFERENCE_SQUARES = rows_of.DIFFERENCE_SQUARES * _LANES
_FLAT = rows_of.FLAT * _LANES
_CLIPPED = rows_of.CLIPPED * _LANES
_REFERENCE = rows_of.REFERENCE * _LANES
_RUN = rows_of.RUN * _LANES
_CENTRE = rows_of.CENTRE * _LANES
_TOLERANCE = rows_of.TOLERANCE * _LANES
_FAR = rows_of.FAR * _LANES

_NAN, _INFINITY = np.float32(np.nan), np.float32(np.inf)
_NONE, _ONE, _THREE = np.float32(0), np.float32(1), np.float32(3)


def _compiled(*signatures: str) -> Callable[[_Function], _Function]:
    decorate: Any = numba.njit(list(signatures), nogil=True, cache=True, error_model="numpy")
    return decorate  # type: ignore[no-any-return]


@_compiled("void(float32[:, :, ::1], int64)")
def _leave_out(recent: NDArray[np.float32], row: int) -> None:
    for tile in range(len(recent)):
        for lane in range(_LANES):
            recent[tile, row, lane] = _NAN


_FILL = "int64({}[:, ::1], int64, int64, float32[:, ::1], float32[:, :, ::1], int64)"


@_compiled(_FILL.format("float32"), _FILL.format("int16"))
def _fill_interleaved(
    rows: NDArray[Any],
    first: int,
    n: int,
    tiles: NDArray[np.float32],
    recent: NDArray[np.float32],
    at: int,
) -> int:
    """Copy samples less the constant, NaN for those left out; return how many are zeroed."""
    n_channels = rows.shape[1]
    n_zeroed = 0
    for j in range(n):
        for tile in range(len(tiles)):
            base = tile * _LANES
            for lane in range(min(_LANES, n_channels - base)):
                value = np.float32(rows[first + j, base + lane])
                centred = value - tiles[tile, _CENTRE + lane]
                recent[tile, at + j, lane] = centred if abs(value) < _INFINITY else _NAN
        channel = 0
        while channel < n_channels and rows[first + j, channel] == 0:
            channel += 1
        if channel == n_channels:
            _leave_out(recent, at + j)
            n_zeroed += 1
    return n_zeroed


@_compiled(_FILL.format("float32"), _FILL.format("int16"))
def _fill_planar(
    lines: NDArray[Any],
    first: int,
    n: int,
    tiles: NDArray[np.float32],
    recent: NDArray[np.float32],
    at: int,
) -> int:
    """The same of samples of shape (channels, samples)."""
    n_channels = len(lines)
    n_zeroed = 0
    for channel in range(n_channels):
        tile, lane = channel // _LANES, channel % _LANES
        centre = tiles[tile, _CENTRE + lane]
        line, to = lines[channel, first : first + n], recent[tile, at : at + n, lane]
        for j in range(n):
            value = np.float32(line[j])
            to[j] = value - centre if abs(value) < _INFINITY else _NAN
    for j in range(n):
        channel = 0
        while channel < n_channels and lines[channel, first + j] == 0:
            channel += 1
        if channel == n_channels:
            _leave_out(recent, at + j)
            n_zeroed += 1
    return n_zeroed


@_compiled(
    "void(float32[:, :, ::1], int64, int64, int64, float32[:, ::1], int64,"
    " float32, float32, float32, float32[:, ::1])"
)
def _add_piece(
    recent: NDArray[np.float32],
    tile: int,
    n: int,
    lag: int,
    waves: NDArray[np.float32],
    place: int,
    rail: float,
    least_flat: float,
    least_clipped: float,
    tiles: NDArray[np.float32],
) -> None:
    """Add `n` samples of a tile of channels to its sums."""
    for j in range(n):
        cos_50, sin_50 = waves[place + j, 0], waves[place + j, 1]
        cos_60, sin_60 = waves[place + j, 2], waves[place + j, 3]
        for lane in range(_LANES):
            value = recent[tile, j + 3 * lag, lane]
            is_known = value == value
            known = value if is_known else _NONE
            tiles[tile, _COUNT + lane] += _ONE if is_known else _NONE
            tiles[tile, _TOTAL + lane] += known
            tiles[tile, _SQUARES + lane] += known * known
            tiles[tile, _COS_50 + lane] += known * cos_50
            tiles[tile, _SIN_50 + lane] += known * sin_50
            tiles[tile, _COS_60 + lane] += known * cos_60
            tiles[tile, _SIN_60 + lane] += known * sin_60

            first, second = recent[tile, j, lane], recent[tile, j + lag, lane]
            third = recent[tile, j + 2 * lag, lane]
            difference = value - _THREE * (third - second) - first
            is_known = difference == difference
            known = difference if is_known else _NONE
            tiles[tile, _DIFFERENCES + lane] += _ONE if is_known else _NONE
            tiles[tile, _DIFFERENCE_SQUARES + lane] += known * known

            reference, run = tiles[tile, _REFERENCE + lane], tiles[tile, _RUN + lane]
            stays = abs(value - reference) <= tiles[tile, _TOLERANCE + lane]
            railed = abs(value + tiles[tile, _CENTRE + lane]) >= rail
            reference = reference if stays else value
            reference = _NAN if railed else reference
            run = run + _ONE if stays else _ONE
            run = _NONE if railed else run
            far = abs(reference) >= tiles[tile, _FAR + lane]
            least = least_clipped if far else least_flat
            added = least if run == least else _NONE
            added = _ONE if run > least else added
            clipped = added if far else _NONE
            tiles[tile, _REFERENCE + lane] = reference
            tiles[tile, _RUN + lane] = run
            tiles[tile, _FLAT + lane] += _NONE if far else added
            tiles[tile, _CLIPPED + lane] += _ONE if railed else clipped


_SUM = (
    "void({}[:, ::1], boolean, int64, int64[::1], float32[:, ::1], float32, float32, float32,"
    " float32[:, ::1], float32[:, ::1], float64[:, :, ::1], int64[::1])"
)


@_compiled(_SUM.format("float32"), _SUM.format("int16"))
def _sum_cells(
    rows: NDArray[Any],
    planar: bool,  # noqa: FBT001
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
    n_rows, n_channels = (rows.shape[1], rows.shape[0]) if planar else rows.shape
    n_tiles = (n_channels + _LANES - 1) // _LANES
    lag = len(history) // 3
    tiles = np.zeros((n_tiles, N_STATE * _LANES), np.float32)
    recent = np.zeros((n_tiles, 3 * lag + _PIECE, _LANES), np.float32)
    for channel in range(n_channels):
        tile, lane = channel // _LANES, channel % _LANES
        for k in range(N_STATE):
            tiles[tile, k * _LANES + lane] = state[k, channel]
        for j in range(3 * lag):
            recent[tile, j, lane] = history[j, channel]

    row = 0
    for cell in range(len(edges) - 1):
        place = first_row + row - edges[cell]
        length = edges[cell + 1] - edges[cell]
        if place == 0:
            for j in range(3 * lag):
                _leave_out(recent, j)
            for tile in range(n_tiles):
                for lane in range(_LANES):
                    tiles[tile, _REFERENCE + lane] = _NAN
                    tiles[tile, _RUN + lane] = _NONE
        while place < length and row < n_rows:
            # Sums are taken over at places that are the same however the samples are cut.
            n = min(_PIECE - place % _PIECE, length - place, n_rows - row)
            if planar:
                zeroed[cell] += _fill_planar(rows, row, n, tiles, recent, 3 * lag)
            else:
                zeroed[cell] += _fill_interleaved(rows, row, n, tiles, recent, 3 * lag)
            row += n
            for tile in range(n_tiles):
                _add_piece(
                    recent, tile, n, lag, waves, place, rail, least_flat, least_clipped, tiles
                )
                for j in range(3 * lag):
                    for lane in range(_LANES):
                        recent[tile, j, lane] = recent[tile, j + n, lane]
            place += n
            if place % _PIECE == 0 or place == length:
                for channel in range(n_channels):
                    tile, lane = channel // _LANES, channel % _LANES
                    for k in range(N_SUMS):
                        sums[cell, k, channel] += tiles[tile, k * _LANES + lane]
                        tiles[tile, k * _LANES + lane] = _NONE

    for channel in range(n_channels):
        tile, lane = channel // _LANES, channel % _LANES
        for k in range(N_STATE):
            state[k, channel] = tiles[tile, k * _LANES + lane]
        for j in range(3 * lag):
            history[j, channel] = recent[tile, j, lane]


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
    """See `ecogview.dsp.quality_plain.sum_cells`."""
    planar = not rows.flags.c_contiguous
    _sum_cells(
        np.ascontiguousarray(rows.T) if planar else rows,
        planar, first_row, edges, waves, rail, least_flat, least_clipped,
        history, state, sums, zeroed,
    )  # fmt: skip
