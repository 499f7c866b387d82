"""Names of rows keep apart, and those that matter come first."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecogview.views.row_labels import named_rows


@pytest.mark.parametrize(
    ("row_height", "step"), [(30, 1), (12, 1), (11, 2), (6, 2), (5.9, 5), (2.3, 10), (0.5, 50)]
)
def test_without_urgent_rows_it_is_every_step(row_height: float, step: int) -> None:
    assert named_rows(120, row_height) == list(range(0, 120, step))


def test_the_same_rows_stay_named_while_all_scroll() -> None:
    for first in range(12):
        named = named_rows(40, 5, first=first)
        assert {(first + row) % 5 for row in named} == {0}


def test_urgent_rows_push_others_aside() -> None:
    assert named_rows(12, 8, urgent=[5]) == [0, 2, 5, 8, 10]
    assert named_rows(12, 8, urgent=[5, 6, 7]) == [0, 2, 5, 7, 10]
    assert named_rows(12, 10, urgent=[5, 6, 7]) == [0, 2, 5, 6, 7, 10]


@settings(max_examples=60, deadline=None)
@given(
    n_rows=st.integers(1, 200),
    row_height=st.floats(0.2, 40),
    urgent=st.lists(st.integers(0, 199), unique=True, max_size=30),
    first=st.integers(0, 500),
)
def test_no_two_names_touch(n_rows: int, row_height: float, urgent: list[int], first: int) -> None:
    urgent = [row for row in urgent if row < n_rows]
    named = named_rows(n_rows, row_height, urgent=urgent, first=first)
    assert named == sorted(set(named))
    for one, other in pairwise(named):
        least = 9 if {one, other} <= set(urgent) else 11
        assert (other - one) * row_height >= least - 1e-9
    if urgent:
        assert urgent[0] in named
    for row in urgent:
        if row not in named:
            assert any(abs(row - other) * row_height < 9 for other in set(named) & set(urgent))
