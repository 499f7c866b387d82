"""What lies under the traces, column by column: shaded spans, their edges, hatching, grid lines.

Painted into the same pixels as the traces: 10,000 spans cost what ten do, and shading lies under
the traces without a second pass of blending.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecogview.dsp.columns import ColumnGrid
from ecogview.dsp.plain import DASHED, DOTTED, HATCHED, PLAIN, SOLID
from ecogview.dsp.ring import ColumnState
from ecogview.dsp.runs import Runs

EDGE_PATTERNS = {"hf": DOTTED, "sat": SOLID, "manual": DASHED}
_MIN_WIDTH = 2  # pixels: one column of shading is overlooked


@dataclass(frozen=True, slots=True)
class Shading:
    """A kind of span: its runs, fill and edge as RGB32 pixels, and the pattern of its edge."""

    kind: str
    runs: Runs
    fill: int
    edge: int
    pattern: int


@dataclass(frozen=True, slots=True)
class Ground:
    """Colours of the ground as RGB32 pixels."""

    canvas: int
    grid_line: int
    hatch: int


class Background(NamedTuple):
    """What lies under the traces; arrays of shape (columns,).

    `topmost` is the place, counted from 1, of the shading on top in each column; 0 is none.
    """

    fill: NDArray[np.uint32]
    ink: NDArray[np.uint32]
    pattern: NDArray[np.uint8]
    topmost: NDArray[np.uint8]


def shaded_columns(
    grid: ColumnGrid, first: int, stop: int, runs: Runs
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which of columns `first` to `stop` a run touches, and in which an end of one shows.

    Every run takes at least two columns.
    """
    none = np.zeros(stop - first, bool)
    # One column more at the left: a narrow run there widens into the first one.
    left, right = grid.edge(first - 1), grid.edge(stop) + 1
    bounds = runs.bounds
    low = int(np.searchsorted(bounds[:, 1], left, side="right"))
    high = int(np.searchsorted(bounds[:, 0], right, side="left"))
    if low >= high:
        return none, none
    # Column of a sample's left end, and one past the column of a run's right end.
    starts = bounds[low:high, 0] * grid.width // grid.length - first
    stops = -(-bounds[low:high, 1] * grid.width // grid.length) - first
    stops = np.maximum(stops, starts + _MIN_WIDTH)
    n = stop - first
    # A column is shaded where more runs have begun than ended by then.
    begun = np.cumsum(np.bincount(np.minimum(np.maximum(starts, 0), n), minlength=n + 1))
    ended = np.cumsum(np.bincount(np.minimum(np.maximum(stops, 0), n), minlength=n + 1))
    shaded = begun[:n] > ended[:n]
    edges = none
    edges[starts[(starts >= 0) & (starts < n)]] = True
    last = stops - 1
    edges[last[(last >= 0) & (last < n)]] = True
    # Where neighbours merge below a pixel, their edges would merge into a wall of ink.
    edges[1:-1] &= ~(shaded[:-2] & shaded[2:])
    return shaded, edges


def background(
    grid: ColumnGrid,
    first: int,
    stop: int,
    *,
    ground: Ground,
    shadings: tuple[Shading, ...],
    lines: NDArray[np.int64],
    zeroed: NDArray[np.bool_],
    states: NDArray[np.uint8],
) -> Background:
    """Fill colour, ink colour and pattern of columns `first` to `stop`, and what shades them.

    Parameters
    ----------
    shadings : tuple of Shading
        Later ones lie on top.
    lines : ndarray of int64
        Samples at which a grid line stands.
    zeroed, states : ndarray, shape (columns,)
        Columns in which every channel is 0, and their `ColumnState`.
    """
    n = stop - first
    fill = np.full(n, ground.canvas, np.uint32)
    ink = np.full(n, ground.hatch, np.uint32)
    pattern = np.full(n, PLAIN, np.uint8)
    at = lines * grid.width // grid.length - first
    fill[at[(at >= 0) & (at < n)]] = ground.grid_line
    drawn = (states == ColumnState.READ) | (states == ColumnState.COARSE)
    pattern[zeroed | ~drawn] = HATCHED
    topmost = np.zeros(n, np.uint8)
    for place, shading in enumerate(shadings, start=1):
        shaded, edges = shaded_columns(grid, first, stop, shading.runs)
        fill[shaded] = shading.fill
        ink[edges] = shading.edge
        pattern[edges] = shading.pattern
        topmost[shaded] = place
    return Background(fill, ink, pattern, topmost)
