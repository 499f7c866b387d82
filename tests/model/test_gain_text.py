"""Gains as they are typed, and why one is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecogview.model.display import Display
from ecogview.model.gain_text import parse_gain
from ecogview.views.amounts import format_round


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("500 µV/row", 500), ("300", 300), ("2 mV", 2000), ("2mV / row", 2000), ("0.1 V", 1e5),
        ("50 nV", 0.05), ("250 uV", 250), ("250 μV", 250), ("1,5 mv", 1500), (" 75.5/row ", 75.5),
        ("1e3", 1000), ("2.5E2 µV", 250), (".5 mV", 500),
    ],
)  # fmt: skip
def test_microvolts_are_understood(text: str, wanted: float) -> None:
    assert parse_gain(text, "µV") == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("text", "units"),
    [("12 counts/row", "counts"), ("12", "z"), ("12Z", "z"), ("12,0", "z"), ("12,00 z", "z")],
)
def test_other_units_are_understood(text: str, units: str) -> None:
    assert parse_gain(text, units) == 12


@pytest.mark.parametrize(
    ("text", "units", "reason"),
    [
        ("", "µV", "not a gain"), ("tall", "µV", "not a gain"), ("1.2.3", "µV", "not a gain"),
        ("1e999", "µV", "not a gain"), ("µV", "µV", "not a gain"), ("5 /s", "µV", "not a gain"),
        ("0", "µV", "not above 0"), ("-20 µV", "µV", "not above 0"),
        ("−20", "counts", "not above 0"), ("2 mV", "counts", "in counts, not in mV"),
        ("2 counts", "µV", "in µV, not in counts"), ("3 s", "z", "in z, not in s"),
    ],
)  # fmt: skip
def test_the_rest_is_refused_in_words(text: str, units: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_gain(text, units)


@pytest.mark.parametrize("value", [1.5, 12, 999, 1000, 14_100, 888_000, 20_000_000])
@pytest.mark.parametrize("units", ["counts", "z", "µV"])
def test_what_is_shown_may_be_typed(value: float, units: str) -> None:
    assert parse_gain(f"{format_round(value, units)}/row", units) == value


def test_a_comma_is_a_decimal_point_where_it_groups_nothing() -> None:
    assert parse_gain("0,500", "counts") == 0.5
    assert parse_gain("1,4142 counts", "counts") == 1.4142
    assert parse_gain("1,500 mV", "µV") == 1500  # is never shown with commas


@given(st.text(max_size=20), st.sampled_from(["µV", "counts", "z"]))
def test_nothing_typed_does_harm(text: str, units: str) -> None:
    try:
        gain = parse_gain(text, units)
    except ValueError:
        return
    assert gain > 0


def test_a_typed_gain_stays_within_what_can_be_drawn() -> None:
    display = Display(500.0, clipped=True)
    assert display.with_gain(120.0).units_per_row == 120
    assert display.with_gain(120.0).clipped
    assert 0 < display.with_gain(1e-300).units_per_row < display.with_gain(1e300).units_per_row
    assert display.with_gain(1e300).units_per_row < float("inf")
