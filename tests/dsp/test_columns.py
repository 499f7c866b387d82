"""The column grid: exact, still, and complete to the last sample."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecogview.dsp.columns import ColumnGrid
from ecogview.dsp.ring import ColumnState, EnvelopeRing

grids = st.builds(ColumnGrid, st.integers(1, 10**10), st.integers(1, 4000))


@given(grids, st.integers(0, 10**11), st.integers(0, 10**11))
def test_a_window_is_covered(grid: ColumnGrid, start: int, rest: int) -> None:
    n_samples = start + grid.length + rest
    first = grid.first_column(start, n_samples)
    left, right = grid.edge(first), grid.edge(first + grid.width)
    one = grid.samples_per_pixel + 1
    assert abs(left - start) <= one
    assert abs(right - (start + grid.length)) <= one
    if rest == 0:
        assert right >= n_samples  # the very last sample is drawn
    elif start:
        assert left <= start


@given(grids, st.integers(0, 10**7))
def test_edges_are_exact_far_out(grid: ColumnGrid, first: int) -> None:
    edges = grid.edges(first, first + 3)
    assert edges.tolist() == [k * grid.length // grid.width for k in range(first, first + 4)]


@given(grids, st.integers(0, 10**11))
def test_the_column_of_a_sample_is_the_last_that_begins_by_it(
    grid: ColumnGrid, sample: int
) -> None:
    column = grid.column_of(sample)
    assert grid.edge(column) <= sample < grid.edge(column + 1)


@given(grids, st.integers(0, 10**6), st.floats(0, 4000))
def test_x_and_sample_are_inverse(grid: ColumnGrid, first: int, x: float) -> None:
    back = grid.x_of(grid.sample_at(x, first), first)
    assert abs(back - x) < 1e-3


def test_ring_keeps_what_is_still_on_the_screen() -> None:
    ring = EnvelopeRing(ColumnGrid(1000, 10), n_channels=2)
    low = np.arange(20, dtype=np.float32).reshape(10, 2)
    ring.store(5, low, low + 1, np.full(10, ColumnState.READ, np.uint8))
    assert ring.wanted(5, 15) is None
    assert ring.wanted(7, 17) == (15, 17)
    assert ring.wanted(3, 13) == (3, 5)
    assert ring.low[ring.slots(7, 8)[0]].tolist() == [4, 5]
    ring.store(15, low[:2], low[:2], np.full(2, ColumnState.MISSING, np.uint8))
    read, missing = ColumnState.READ, ColumnState.MISSING
    assert ring.states(13, 17).tolist() == [read, read, missing, missing]
    assert ring.wanted(5, 7) == (5, 7)  # overwritten


def test_extent_is_that_of_a_typical_channel_where_samples_were_read() -> None:
    ring = EnvelopeRing(ColumnGrid(400, 40), 4)
    assert ring.typical_extent(0, 40, np.arange(4)) == 0
    high = np.tile(np.array([1.0, 2.0, 3.0, 1000.0], np.float32), (40, 1))
    high[7] = 1e6  # one column does not make a trace large
    states = np.full(40, ColumnState.READ, np.uint8)
    high[-1], states[-1] = -np.inf, ColumnState.MISSING
    low = np.where(np.isinf(high), np.inf, -high).astype(np.float32)
    ring.store(0, low, high, states)
    assert ring.typical_extent(0, 40, np.arange(3)) == pytest.approx(4.0)
    assert ring.typical_extent(0, 40, np.array([2])) == pytest.approx(6.0)
