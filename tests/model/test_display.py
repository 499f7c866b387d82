"""Gain: equal steps, there and back, within what can be drawn."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecogview.model.display import Display
from ecogview.model.processing import Processing


def test_two_steps_double_the_traces() -> None:
    assert Display(500.0).gain_stepped(2).units_per_row == pytest.approx(250)
    assert Display(500.0).gain_stepped(-2).units_per_row == pytest.approx(1000)


@given(st.floats(1e-3, 1e6), st.integers(-20, 20))
def test_steps_are_taken_back(units: float, steps: int) -> None:
    display = Display(units, remove_dc=False)
    back = display.gain_stepped(steps).gain_stepped(-steps)
    assert back.units_per_row == pytest.approx(units)
    assert back.remove_dc is False


@given(st.floats(1e-9, 1e9))
def test_a_typical_trace_fills_its_row(rms: float) -> None:
    fitted = Display().fitted(rms)
    assert 3 * rms <= fitted.units_per_row <= 8 * rms
    assert float(f"{fitted.units_per_row:.1g}") == fitted.units_per_row  # a round number
    # From there on, a step is a step, however small the unit.
    assert fitted.gain_stepped(2).units_per_row == pytest.approx(fitted.units_per_row / 2)


@given(st.floats(1e-9, 1e9))
def test_what_reaches_far_has_a_row_and_some_room(extent: float) -> None:
    filled = Display().filled(extent)
    assert 1.2 * extent <= filled.units_per_row <= 1.4 * extent


@pytest.mark.parametrize("rms", [0.0, -1.0, float("nan")])
def test_nothing_is_fitted_to_flat_traces(rms: float) -> None:
    display = Display(123.0, remove_dc=False)
    assert display.fitted(rms) is display
    assert display.filled(rms) is display


@pytest.mark.parametrize("rms", [1e-300, 1e300, float("inf")])
def test_no_gain_is_out_of_bounds(rms: float) -> None:
    fitted = Display().fitted(rms)
    assert 0 < fitted.units_per_row < float("inf")
    for steps in (-2000, 2000):
        stepped = fitted.gain_stepped(steps)
        assert 0 < stepped.units_per_row < float("inf")
        assert stepped.gain_stepped(-steps).units_per_row > 0


def test_each_unit_has_its_own_gain() -> None:
    display = Display(units_per_row=300)
    scored = display.processed(Processing(zscore=True))
    assert (scored.units_per_row, scored.other_units_per_row) == (10, 300)
    taller = scored.gain_stepped(2).processed(Processing(1, zscore=True))
    assert (taller.units_per_row, taller.other_units_per_row) == (5, 300)
    off = taller.processed(taller.processing.toggled())
    assert (off.units_per_row, off.other_units_per_row) == (300, 5)
    assert off.processed(off.processing.toggled()) == taller
    assert display.processed(Processing(1)).units_per_row == 300


def test_a_picture_made_before_z_was_chosen_keeps_its_gain() -> None:
    display = Display(units_per_row=300.0, other_units_per_row=8.0)
    in_z = display.processed(Processing(zscore=True))
    assert in_z.gain_in(in_z=True) == in_z.units_per_row == 8.0
    assert in_z.gain_in(in_z=False) == 300.0
    assert display.gain_in(in_z=False) == 300.0
    assert display.gain_in(in_z=True) == 8.0
