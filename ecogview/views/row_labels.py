"""Which rows of many are named, so that their names keep apart."""

from __future__ import annotations

import math
from collections.abc import Iterable

from ecogview.views import theme

_LEAST_PX = 11.5  # between names
_CLOSEST_PX = 9.0  # between those that matter: a line of text without its air
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


def named_rows(
    n_rows: int, row_height: float, *, urgent: Iterable[int] = (), first: int = 0
) -> list[int]:
    """Rows to be named: every first, second, fifth …, and some before all others.

    Parameters
    ----------
    n_rows : int
    row_height : float
        In logical pixels.
    urgent : iterable of int
        Rows that are named in any case, the more important ones first, but for those that would
        cover one named before.
    first : int
        Number of the topmost row: the same rows stay named while all of them scroll.

    Returns
    -------
    list of int
        Ascending.
    """
    step = next((s for s in _STEPS if s * row_height >= theme.px(_LEAST_PX)), _STEPS[-1])
    named: list[int] = []
    for rows, least in (
        (urgent, theme.px(_CLOSEST_PX)),
        (range(-first % step, n_rows, step), theme.px(_LEAST_PX)),
    ):
        apart = max(math.ceil(least / row_height), 1)
        is_taken = [False] * n_rows
        for row in named:
            _take(is_taken, row, apart)
        for row in rows:
            if not is_taken[row]:
                named.append(row)
                _take(is_taken, row, apart)
    return sorted(named)


def _take(is_taken: list[bool], row: int, apart: int) -> None:
    """Leave no room for names of rows less than `apart` from a row."""
    for near in range(max(row - apart + 1, 0), min(row + apart, len(is_taken))):
        is_taken[near] = True
