"""Amplitudes as text: what was measured to its last digit, what was chosen in three."""

from __future__ import annotations

import pytest

from ecogview.views.amounts import format_amount, format_round


@pytest.mark.parametrize(
    ("value", "units", "text"),
    [
        (5000, "counts", "5,000 counts"), (14142.1356, "counts", "14,100 counts"),
        (20_000_000, "counts", "20,000,000 counts"), (999.6, "counts", "1,000 counts"),
        (0.5, "counts", "0.5 counts"), (-14142.1, "counts", "−14,100 counts"),
        (12_345, "z", "12,300 z"), (1.5, "z", "1.5 z"),
        (500, "µV", "500 µV"), (1414.2, "µV", "1.41 mV"), (0.05, "µV", "50 nV"),
    ],
)  # fmt: skip
def test_what_is_chosen_has_three_digits_in_any_unit(value: float, units: str, text: str) -> None:
    assert format_round(value, units) == text


def test_a_count_that_was_measured_keeps_its_digits() -> None:
    assert format_amount(14_142, "counts") == "14142 counts"
