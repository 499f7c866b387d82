"""`grow_bool_array` against the definition."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecogview import grow_bool_array
from tests.data.marked_file import padded


@given(st.lists(st.booleans(), max_size=40), st.integers(0, 50))
@settings(max_examples=100, deadline=None)
def test_grow_bool_array(values: list[bool], by: int) -> None:
    given_array = np.array(values, bool)
    grown = grow_bool_array(given_array, by)
    np.testing.assert_array_equal(grown, padded(given_array, by))
    np.testing.assert_array_equal(given_array, np.array(values, bool))
    assert grown is not given_array


def test_grow_bool_array_takes_slices_and_lists() -> None:
    assert grow_bool_array([False, True, False, False], 1).tolist() == [True, True, True, False]
    assert grow_bool_array(np.array([1, 0, 0, 0, 0, 0], bool)[::2], 1).tolist() == [
        True, True, False
    ]  # fmt: skip


@pytest.mark.parametrize("by", [3, 2**63 - 1, 2**63, 10**30])
def test_grow_bool_array_by_more_than_there_is(by: int) -> None:
    assert grow_bool_array([False, True, False], by).all()


@pytest.mark.parametrize(
    ("values", "by", "error"),
    [
        ([[True]], 1, ValueError),
        ([0, 1], 1, ValueError),
        ([True], -1, ValueError),
        ([True], 1.5, TypeError),
        (True, 1, ValueError),
    ],
)
def test_grow_bool_array_refuses(values: Any, by: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        grow_bool_array(values, by)
