"""Running samples through a bank of poles in numba: compiled once, without the GIL.

Only `ecogview.dsp.filter_kernels` imports this module. Meaning and arguments:
`ecogview.dsp.pole_plain`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

from ecogview.dsp.pole_plain import CHUNK

_Function = TypeVar("_Function", bound=Callable[..., Any])

_LANES = 32  # channels that go together; as a constant, so that the compiler sees what is apart
# Indices without a sign are not looked at for being negative, which would keep vectors away.
_ROW, _TWO, _THREE, _FOUR = (np.uint64(n * _LANES) for n in (1, 2, 3, 4))


def _compiled(*signatures: str) -> Callable[[_Function], _Function]:
    decorate: Any = numba.njit(
        list(signatures), nogil=True, cache=True, error_model="numpy", fastmath={"contract"}
    )
    return decorate  # type: ignore[no-any-return]


@_compiled("void(float32[::1], int64, float32[:, :, ::1], float32[::1])")
def _advance(
    lines: NDArray[np.float32], count: int, powers: NDArray[np.float32], state: NDArray[np.float32]
) -> None:
    """Take lines into a pole's state, four a turn."""
    p1, q1, p2, q2 = powers[0, 0, 0], powers[0, 0, 1], powers[0, 1, 0], powers[0, 1, 1]
    p3, q3, p4, q4 = powers[0, 2, 0], powers[0, 2, 1], powers[0, 3, 0], powers[0, 3, 1]
    for turn in range(count // 4):
        at = np.uint64(turn) * _FOUR
        for channel in range(_LANES):
            lane = np.uint64(channel)
            real, imaginary = state[lane], state[_ROW + lane]
            x1, x2, x3 = lines[at + lane], lines[at + _ROW + lane], lines[at + _TWO + lane]
            x4 = lines[at + _THREE + lane]
            state[lane] = (
                (((x4 + p1 * x3) + p2 * x2) + p3 * x1) + p4 * real
            ) - q4 * imaginary  # fmt: skip
            state[_ROW + lane] = (
                ((q1 * x3 + q2 * x2) + q3 * x1) + q4 * real
            ) + p4 * imaginary  # fmt: skip
    for place in range(count // 4 * 4, count):
        at = np.uint64(place) * _ROW
        for channel in range(_LANES):
            lane = np.uint64(channel)
            real, imaginary = state[lane], state[_ROW + lane]
            state[lane] = (lines[at + lane] + p1 * real) - q1 * imaginary
            state[_ROW + lane] = q1 * real + p1 * imaginary


@_compiled("void(float32[::1], float32[::1], int64, float32[:, :, ::1], float32[::1])")
def _run(
    lines: NDArray[np.float32],
    made: NDArray[np.float32],
    count: int,
    powers: NDArray[np.float32],
    state: NDArray[np.float32],
) -> None:
    """The same, adding what the state before each turn makes of its lines."""
    p1, q1, p2, q2 = powers[0, 0, 0], powers[0, 0, 1], powers[0, 1, 0], powers[0, 1, 1]
    p3, q3, p4, q4 = powers[0, 2, 0], powers[0, 2, 1], powers[0, 3, 0], powers[0, 3, 1]
    c1, d1, c2, d2 = powers[1, 0, 0], powers[1, 0, 1], powers[1, 1, 0], powers[1, 1, 1]
    c3, d3, c4, d4 = powers[1, 2, 0], powers[1, 2, 1], powers[1, 3, 0], powers[1, 3, 1]
    for turn in range(count // 4):
        at = np.uint64(turn) * _FOUR
        for channel in range(_LANES):
            lane = np.uint64(channel)
            real, imaginary = state[lane], state[_ROW + lane]
            x1, x2, x3 = lines[at + lane], lines[at + _ROW + lane], lines[at + _TWO + lane]
            x4 = lines[at + _THREE + lane]
            made[at + lane] = (made[at + lane] + c1 * real) - d1 * imaginary
            made[at + _ROW + lane] = (made[at + _ROW + lane] + c2 * real) - d2 * imaginary
            made[at + _TWO + lane] = (made[at + _TWO + lane] + c3 * real) - d3 * imaginary
            made[at + _THREE + lane] = (made[at + _THREE + lane] + c4 * real) - d4 * imaginary
            state[lane] = (
                (((x4 + p1 * x3) + p2 * x2) + p3 * x1) + p4 * real
            ) - q4 * imaginary  # fmt: skip
            state[_ROW + lane] = (
                ((q1 * x3 + q2 * x2) + q3 * x1) + q4 * real
            ) + p4 * imaginary  # fmt: skip
    for place in range(count // 4 * 4, count):
        at = np.uint64(place) * _ROW
        for channel in range(_LANES):
            lane = np.uint64(channel)
            real, imaginary = state[lane], state[_ROW + lane]
            made[at + lane] = (made[at + lane] + c1 * real) - d1 * imaginary
            state[lane] = (lines[at + lane] + p1 * real) - q1 * imaginary
            state[_ROW + lane] = q1 * real + p1 * imaginary


@_compiled("void(float32[::1], float32[::1], int64, float32, float32, float32, float32)")
def _take_in(
    lines: NDArray[np.float32],
    made: NDArray[np.float32],
    count: int,
    direct: Any,
    c1: Any,
    c2: Any,
    c3: Any,
) -> None:
    """What lines count for themselves and for those after them in their turn."""
    for turn in range(count // 4):
        at = np.uint64(turn) * _FOUR
        for channel in range(_LANES):
            lane = np.uint64(channel)
            x1, x2, x3 = lines[at + lane], lines[at + _ROW + lane], lines[at + _TWO + lane]
            x4 = lines[at + _THREE + lane]
            made[at + lane] += direct * x1
            made[at + _ROW + lane] = (made[at + _ROW + lane] + direct * x2) + c1 * x1
            made[at + _TWO + lane] = (
                (made[at + _TWO + lane] + direct * x3) + c1 * x2
            ) + c2 * x1  # fmt: skip
            made[at + _THREE + lane] = (
                ((made[at + _THREE + lane] + direct * x4) + c1 * x3) + c2 * x2
            ) + c3 * x1  # fmt: skip
    for place in range(count // 4 * 4, count):
        at = np.uint64(place) * _ROW
        for channel in range(_LANES):
            lane = np.uint64(channel)
            made[at + lane] += direct * lines[at + lane]


@_compiled("void(float32[:, ::1], int64, int64, boolean, float32[:, :, ::1])")
def _load(
    rows: NDArray[np.float32],
    first: int,
    count: int,
    backwards: bool,  # noqa: FBT001
    lines: NDArray[np.float32],
) -> None:
    """Bring channels that go together together, row by row as they lie in memory."""
    n_rows, n_channels = rows.shape
    width = min(_LANES, n_channels)
    for place in range(count):
        at = first + place
        row = rows[n_rows - 1 - at if backwards else at]
        for tile in range(len(lines)):
            line, near = lines[tile, place], np.uint64(min(tile * _LANES, n_channels - width))
            for channel in range(width):
                line[channel] = row[near + np.uint64(channel)]


@_compiled("void(float32[:, ::1], int64, int64, boolean, float32[:, :, ::1])")
def _store(
    rows: NDArray[np.float32],
    first: int,
    count: int,
    backwards: bool,  # noqa: FBT001
    lines: NDArray[np.float32],
) -> None:
    """Bring them back."""
    n_rows, n_channels = rows.shape
    width = min(_LANES, n_channels)
    for place in range(count):
        at = first + place
        row = rows[n_rows - 1 - at if backwards else at]
        for tile in range(len(lines)):
            line, near = lines[tile, place], np.uint64(min(tile * _LANES, n_channels - width))
            for channel in range(width):
                row[near + np.uint64(channel)] = line[channel]


@_compiled(
    "void(float32[:, ::1], float32[:, :, :, ::1], float64, int64[::1], float32[:, :, ::1],"
    " float32[:, ::1], boolean)"
)
def sweep_poles(
    rows: NDArray[np.float32],
    table: NDArray[np.float32],
    direct: float,
    begins: NDArray[np.int64],
    states: NDArray[np.float32],
    out: NDArray[np.float32],
    backwards: bool,  # noqa: FBT001
) -> None:
    """See `ecogview.dsp.pole_plain.sweep_poles`."""
    n_rows, n_channels = rows.shape
    n_poles, lead = len(table), n_rows - len(out)
    # The last channels go with some of those before them: always as many at once.
    width, n_tiles = min(_LANES, n_channels), -(-n_channels // _LANES)
    lines = np.zeros((n_tiles, CHUNK, _LANES), np.float32)
    made = np.zeros((n_tiles, CHUNK, _LANES), np.float32)
    tiles = np.zeros((n_tiles, n_poles, 2 * _LANES), np.float32)
    counts = np.zeros(3, np.float32)
    first = lead
    for pole in range(n_poles):
        first = min(first, begins[pole])
        for after in range(3):
            counts[after] += table[pole, 1, after, 0]
        for tile in range(n_tiles):
            near = min(tile * _LANES, n_channels - width)
            for channel in range(width):
                tiles[tile, pole, channel] = states[pole, 0, near + channel]
                tiles[tile, pole, _LANES + channel] = states[pole, 1, near + channel]
    itself = np.float32(0 if backwards else direct)
    while first < n_rows:
        is_lead = first < lead
        # Only the first of those before what is wanted is not whole.
        count = (lead - first - 1) % CHUNK + 1 if is_lead else min(CHUNK, n_rows - first)
        _load(rows, first, count, backwards, lines)
        if not is_lead and backwards:
            _load(out, first - lead, count, backwards, made)
        for tile in range(n_tiles):
            here = lines[tile].reshape(CHUNK * _LANES)
            there = made[tile].reshape(CHUNK * _LANES)
            if is_lead:
                for pole in range(n_poles):
                    if begins[pole] <= first:
                        _advance(here, count, table[pole], tiles[tile, pole])
            else:
                if not backwards:
                    there[:] = 0
                _take_in(here, there, count, itself, counts[0], counts[1], counts[2])
                for pole in range(n_poles):
                    _run(here, there, count, table[pole], tiles[tile, pole])
        if not is_lead:
            _store(out, first - lead, count, backwards, made)
        first += count
    for pole in range(n_poles):
        for tile in range(n_tiles):
            near = min(tile * _LANES, n_channels - width)
            for channel in range(width):
                states[pole, 0, near + channel] = tiles[tile, pole, channel]
                states[pole, 1, near + channel] = tiles[tile, pole, _LANES + channel]
