"""Gains of single channels: whole steps, there and back, within bounds, told when they change."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecogview.model.channel_gains import ChannelGains, format_factor


def told(gains: ChannelGains) -> list[None]:
    heard: list[None] = []
    gains.changed.connect(lambda: heard.append(None))
    return heard


def test_four_steps_double_one_channel_and_leave_the_others() -> None:
    gains = ChannelGains(5)
    heard = told(gains)
    gains.step([1, 3], 4)
    gains.step([3], -8)
    assert gains.factors.tolist() == [1, 2, 1, 0.5, 1]
    assert gains.own == {1, 3}
    assert gains.of(3) == 0.5
    assert len(heard) == 2


def test_what_changes_nothing_is_not_told() -> None:
    gains = ChannelGains(3)
    heard = told(gains)
    gains.step([1], 0)
    gains.reset()
    gains.step([], 3)
    assert not heard


def test_one_or_all_are_reset() -> None:
    gains = ChannelGains(4)
    gains.step([0, 2, 3], 3)
    gains.reset([2])
    assert gains.own == {0, 3}
    gains.reset()
    assert gains.own == frozenset()
    assert np.array_equal(gains.factors, np.ones(4))


@given(st.lists(st.integers(-9, 9), max_size=30))
def test_steps_taken_back_end_at_exactly_one(steps: list[int]) -> None:
    gains = ChannelGains(2)
    inside = [s for n, s in enumerate(steps) if abs(sum(steps[: n + 1])) <= 5]
    total = 0
    for step in inside:
        if abs(total + step) <= 20:
            gains.step([1], step)
            total += step
    assert gains.of(1) == 2 ** (total / 4)
    gains.step([1], -total)
    assert gains.factors.tolist() == [1, 1]


@pytest.mark.parametrize(("steps", "most"), [(10_000, 32), (-10_000, 1 / 32)])
def test_no_gain_is_out_of_bounds(steps: int, most: float) -> None:
    gains = ChannelGains(1)
    gains.step([0], steps)
    assert gains.of(0) == most


def test_factors_in_words() -> None:
    assert [format_factor(f) for f in (2.0, 2**0.5, 0.25, 32.0)] == ["×2", "×1.4", "÷4", "×32"]
