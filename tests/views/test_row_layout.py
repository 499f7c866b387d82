"""Where traces lie: against the kernel's pixels, row by row, clipped and as a butterfly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecogview.views.row_layout import RowLayout, row_centres


def layout(
    n_rows: int = 4, *, height: float = 200.0, butterfly: bool = False, clipped: bool = False
) -> RowLayout:
    gains = np.array([1, 2, 0.5, 1, 4, 1.0])
    rows = (3, 1, 4, 2, 0, 5)[:n_rows]
    return RowLayout(rows, height, 50.0, gains, butterfly, clipped)


def test_rows_share_the_height_and_channels_have_their_own_scale() -> None:
    made = layout()
    assert made.centres.tolist() == [25, 75, 125, 175]
    assert made.pixels_per_unit == 1
    assert made.scales.tolist() == [1, 2, 0.5, 1, 4, 1]
    values = np.array([0, 10, -10])
    assert made.y_of(3, values, 0.0).tolist() == [25, 15, 35]
    assert made.y_of(1, values, 5.0).tolist() == [85, 65, 105]
    assert made.y_of(4, values, 0.0).tolist() == [125, 85, 165]  # into the neighbours


def test_clipped_ones_run_along_the_edges_of_their_rows() -> None:
    made = layout(clipped=True)
    values = np.array([0, 10, -10, 1e30, np.inf, -np.inf])
    assert made.y_of(4, values, 0.0).tolist() == [125, 100.5, 149.5, 100.5, 100.5, 149.5]
    assert np.isnan(made.y_of(4, np.array([np.nan]), 0.0)).all()
    assert made.limits.tolist() == [[0.5, 50.5, 100.5, 150.5], [49.5, 99.5, 149.5, 199.5]]


def test_a_butterfly_is_one_row_as_high_as_the_picture() -> None:
    made = layout(butterfly=True)
    assert made.row_height == 200
    assert made.pixels_per_unit == 4  # 50 µV a row, and the row is the picture
    assert set(made.centres.tolist()) == {100.0}
    clipped = layout(butterfly=True, clipped=True)
    assert set(map(tuple, clipped.limits.T.tolist())) == {(0.5, 199.5)}


@settings(deadline=None)
@given(
    n_rows=st.integers(0, 6),
    height=st.floats(1, 3000),
    butterfly=st.booleans(),
    clipped=st.booleans(),
)
def test_limits_hold_the_zero_line_and_end_near_the_picture(
    n_rows: int, height: float, butterfly: bool, clipped: bool
) -> None:
    made = layout(n_rows, height=height, butterfly=butterfly, clipped=clipped)
    least, most = made.limits
    assert made.limits.shape == (2, n_rows)
    assert made.limits.dtype == np.float32
    assert (least <= made.centres).all()
    assert (made.centres <= most).all()
    assert (least >= -8).all()
    assert (most <= height + 8.001).all()
    if clipped and not butterfly:
        assert (least[1:] >= most[:-1] - 1e-3).all()  # no row reaches into another


def test_without_gains_nothing_is_rounded_anew() -> None:
    """What is drawn with all gains 1 is, bit for bit, what one scale for all would draw."""
    for n_rows, height, units in ((62, 733, 487.0), (512, 901, 3e-7), (1, 1, 1e12)):
        made = RowLayout(tuple(range(n_rows)), height, units, np.ones(n_rows))
        one = np.float32(height / n_rows / units)
        assert set(made.scales.astype(np.float32).tolist()) == {float(one)}
        assert np.array_equal(made.centres, row_centres(n_rows, height))


def test_a_channel_that_is_not_shown_has_no_place() -> None:
    with pytest.raises(ValueError, match="not in"):
        layout(2).y_of(0, np.zeros(1), 0.0)
