"""References worked out for small arrays, with bad channels and electrodes of no known place."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecogview.dsp import filter_kernels, filter_plain
from ecogview.dsp.reference import Reference, plan_reference
from tests.dsp.slow_processing import slow_reference

FEW = settings(max_examples=60, deadline=None)
both = pytest.mark.parametrize("engine", [filter_plain, filter_kernels], ids=["plain", "compiled"])
# Two rows of three, one electrode somewhere, listed out of order.
PLACES = ((1, 2), (0, 0), (1, 0), (None, None), (0, 2), (0, 1), (1, 1))
N_CHANNELS = len(PLACES)
ROWS = (10.0 ** np.arange(N_CHANNELS) * np.array([[1], [-2]])).astype(np.float32)


@both
@FEW
@given(
    kind=st.sampled_from(["recorded", "average", "median", "rows", "columns"]),
    channels=st.sets(st.integers(0, N_CHANNELS - 1), max_size=4),
    bad=st.frozensets(st.integers(0, N_CHANNELS - 1)),
    seed=st.integers(0, 99),
)
def test_references_take_off_what_they_say(
    engine: ModuleType, kind: str, channels: set[int], bad: frozenset[int], seed: int
) -> None:
    reference = Reference(kind, tuple(sorted(channels)))  # type: ignore[arg-type]
    plan = plan_reference(reference, N_CHANNELS, bad, PLACES)
    rows = np.random.default_rng(seed).normal(0, 50, (7, N_CHANNELS)).astype(np.float32)
    taken = slow_reference(rows.astype(float), reference, bad, PLACES)
    made = rows.copy()
    plan.apply(made, engine)
    blank = np.zeros(N_CHANNELS, bool) if plan.blank is None else plan.blank
    np.testing.assert_array_equal(blank, np.isnan(taken).any(axis=0))
    np.testing.assert_allclose(made[:, ~blank], (rows - taken)[:, ~blank], rtol=1e-5, atol=1e-4)


@both
def test_bipolar_derivations_skip_bad_electrodes(engine: ModuleType) -> None:
    plan = plan_reference(Reference("rows"), N_CHANNELS, frozenset({5}), PLACES)
    assert plan.partners is not None
    # Row 0: channels 1, 5, 4; row 1: channels 2, 6, 0.
    assert plan.partners.tolist() == [-1, 4, 6, -1, -1, 4, 0]
    made = ROWS.copy()
    plan.apply(made, engine)
    np.testing.assert_array_equal(made[:, 1], ROWS[:, 1] - ROWS[:, 4])
    plan = plan_reference(Reference("columns"), N_CHANNELS, frozenset(), PLACES)
    assert plan.partners is not None
    assert plan.partners.tolist() == [-1, 2, -1, -1, 0, 6, -1]


@both
def test_one_channel_is_taken_off_all(engine: ModuleType) -> None:
    plan = plan_reference(Reference("channel", (2,)), N_CHANNELS, frozenset({2}))
    made = ROWS.copy()
    plan.apply(made, engine)
    np.testing.assert_array_equal(made, ROWS - ROWS[:, 2:3])


@both
@pytest.mark.parametrize("kind", ["average", "median"])
def test_of_no_good_channel_nothing_is_taken(engine: ModuleType, kind: str) -> None:
    reference = Reference(kind, (1, 3))  # type: ignore[arg-type]
    plan = plan_reference(reference, N_CHANNELS, frozenset({1, 3}))
    made = ROWS.copy()
    plan.apply(made, engine)
    np.testing.assert_array_equal(made, ROWS)


def test_which_references_heed_bad_channels() -> None:
    kinds = ("recorded", "average", "median", "rows", "columns", "channel")
    heeding = [kind for kind in kinds if Reference(kind).heeds_bad]
    assert heeding == ["average", "median", "rows", "columns"]
