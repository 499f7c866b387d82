"""What lies under the traces."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ecogview.dsp.columns import ColumnGrid
from ecogview.dsp.plain import DASHED, HATCHED, SOLID
from ecogview.dsp.raster import Ground, Shading, background, shaded_columns
from ecogview.dsp.ring import ColumnState
from ecogview.dsp.runs import EMPTY, Runs

GROUND = Ground(canvas=1, grid_line=2, hatch=3)


def under(grid: ColumnGrid, first: int, stop: int, *shadings: Shading, **kwargs: object) -> tuple:
    n = stop - first
    arguments: dict[str, object] = {
        "ground": GROUND, "shadings": shadings, "lines": np.empty(0, np.int64),
        "zeroed": np.zeros(n, bool), "states": np.full(n, ColumnState.READ, np.uint8),
    }  # fmt: skip
    return background(grid, first, stop, **(arguments | kwargs))[:3]  # type: ignore[arg-type]


@given(
    st.integers(1, 300),
    st.integers(1, 40),
    st.integers(0, 30),
    st.lists(st.tuples(st.integers(0, 600), st.integers(0, 600)), max_size=6),
)
def test_every_run_shows_and_nothing_else(
    length: int, width: int, first: int, pairs: list[tuple[int, int]]
) -> None:
    grid, runs = ColumnGrid(length, width), Runs.of(pairs)
    shaded, _ = shaded_columns(grid, first, first + width, runs)
    touched = np.zeros(width, bool)
    for column in range(width):
        left = (first + column) * length / width
        right = (first + column + 1) * length / width
        touched[column] = any(start < right and stop > left for start, stop in runs)
    assert not (touched & ~shaded).any()
    # At most one column more than touched: that of a run narrower than two.
    widened = touched | np.roll(touched, 1)
    start = grid.edge(first - 1) if first else 0
    before = any(a < grid.edge(first) + 1 and b > start - 1 for a, b in runs)
    widened[0] = touched[0] or before
    assert not (shaded & ~widened).any()


def test_a_single_sample_takes_two_pixels_at_any_zoom() -> None:
    for length in (100, 10_000, 7_200_000):
        grid = ColumnGrid(length, 100)
        middle = length // 2 + 7
        shaded, _ = shaded_columns(grid, 0, 100, Runs.of([(middle, middle + 1)]))
        assert shaded.sum() == 2


def test_edges_only_where_a_run_ends_on_the_screen() -> None:
    grid = ColumnGrid(1000, 100)
    shading = Shading("sat", Runs.of([(200, 5000)]), fill=7, edge=8, pattern=SOLID)
    fill, ink, pattern = under(grid, 0, 100, shading)
    assert fill.tolist() == [1] * 20 + [7] * 80
    assert np.flatnonzero(pattern).tolist() == [20]
    assert ink[20] == 8
    fill, _, pattern = under(grid, 100, 200, shading)  # both ends off the screen
    assert set(fill.tolist()) == {7}
    assert not pattern.any()


def test_ten_thousand_runs_below_a_pixel_merge_into_one() -> None:
    grid = ColumnGrid(1_000_000, 100)
    runs = Runs.of([(i * 100, i * 100 + 10) for i in range(10_000)])
    _, _, pattern = under(grid, 0, 100, Shading("hf", runs, fill=7, edge=8, pattern=DASHED))
    assert np.flatnonzero(pattern).tolist() == [0, 99]


def test_zeroed_and_missing_are_hatched_and_lines_stand_on_time() -> None:
    grid = ColumnGrid(1000, 100)
    zeroed = np.zeros(100, bool)
    zeroed[4] = True
    states = np.full(100, ColumnState.READ, np.uint8)
    states[6] = ColumnState.MISSING
    fill, ink, pattern = under(
        grid, 0, 100, zeroed=zeroed, states=states, lines=np.array([0, 500, 1000])
    )
    assert np.flatnonzero(pattern == HATCHED).tolist() == [4, 6]
    assert ink[4] == GROUND.hatch
    assert np.flatnonzero(fill == GROUND.grid_line).tolist() == [0, 50]


def test_no_runs() -> None:
    assert not np.any(shaded_columns(ColumnGrid(10, 10), 0, 10, EMPTY))
