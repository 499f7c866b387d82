"""Runs against plain boolean arrays."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ecogview.dsp.runs import EMPTY, Runs

flags = st.lists(st.booleans(), max_size=40).map(lambda values: np.array(values, bool))
pairs = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=8)
same_length = st.integers(0, 40).flatmap(
    lambda n: st.tuples(*[st.lists(st.booleans(), min_size=n, max_size=n)] * 2)
)


def as_bool(runs: Runs, n: int = 64) -> np.ndarray:
    out = np.zeros(n, bool)
    for start, stop in runs:
        out[start:stop] = True
    return out


def assert_canonical(runs: Runs) -> None:
    flat = runs.bounds.ravel()
    assert np.all(np.diff(flat) > 0)  # sorted, not empty, not touching


@given(flags)
def test_round_trip(values: np.ndarray) -> None:
    runs = Runs.from_bool(values)
    assert_canonical(runs)
    assert np.array_equal(runs.to_bool(0, len(values)), values)
    assert runs.total == values.sum()


@given(flags, st.lists(st.integers(0, 40), max_size=4))
def test_chunks_equal_whole(values: np.ndarray, cuts: list[int]) -> None:
    chunks = np.split(values, sorted(min(cut, len(values)) for cut in cuts))
    assert Runs.from_chunks(chunks) == Runs.from_bool(values)


@given(pairs)
def test_of_merges_any_pairs(given_pairs: list[tuple[int, int]]) -> None:
    runs = Runs.of(given_pairs)
    assert_canonical(runs)
    expected = np.zeros(64, bool)
    for start, stop in given_pairs:
        expected[start:stop] = True
    assert np.array_equal(as_bool(runs), expected)


@given(same_length)
def test_set_operations(values: tuple[list[bool], list[bool]]) -> None:
    a, b = (np.array(v, bool) for v in values)
    n, ra, rb = len(a), Runs.from_bool(a), Runs.from_bool(b)
    for result, expected in (
        (ra.union(rb), a | b),
        (ra.intersection(rb), a & b),
        (ra.difference(rb), a & ~b),
    ):
        assert_canonical(result)
        assert np.array_equal(result.to_bool(0, n), expected)


@given(flags, st.integers(0, 40), st.integers(0, 40))
def test_clip(values: np.ndarray, start: int, length: int) -> None:
    runs = Runs.from_bool(values).clip(start, start + length)
    kept = np.zeros(len(values), bool)
    kept[start : start + length] = values[start : start + length]
    assert np.array_equal(runs.to_bool(0, len(values)), kept)


@given(flags, st.integers(0, 9))
def test_grow(values: np.ndarray, by: int) -> None:
    n = len(values)
    expected = np.array([values[max(i - by, 0) : i + by + 1].any() for i in range(n)], bool)
    grown = Runs.from_bool(values).grow(by, n)
    assert_canonical(grown)
    assert np.array_equal(grown.to_bool(0, n), expected)


@given(same_length, st.integers(0, 40), st.integers(1, 40))
def test_splice(values: tuple[list[bool], list[bool]], start: int, length: int) -> None:
    outside, inside = (np.array(v, bool) for v in values)
    stop = start + length
    spliced = Runs.from_bool(outside).spliced(start, stop, Runs.from_bool(inside).clip(start, stop))
    assert_canonical(spliced)
    expected = outside.copy()
    expected[start:stop] = inside[start:stop]
    assert np.array_equal(spliced.to_bool(0, len(outside)), expected)


@given(flags, st.integers(0, 40), st.integers(0, 40))
def test_near_is_every_run_that_overlaps_or_touches(
    values: np.ndarray, start: int, length: int
) -> None:
    runs, stop = Runs.from_bool(values), start + length
    expected = [run for run in runs if run[1] >= start and run[0] <= stop]
    assert list(runs.near(start, stop)) == expected
    if expected:
        assert runs.near(start, stop).hull == (expected[0][0], expected[-1][1])


@given(flags, st.integers(0, 9))
def test_gaps_and_short_runs(values: np.ndarray, length: int) -> None:
    runs = Runs.from_bool(values)
    assert list(runs.gaps()) == [(a[1], b[0]) for a, b in pairwise(runs)]
    assert list(runs.shorter_than(length)) == [run for run in runs if run[1] - run[0] < length]


@given(flags, st.integers(-1, 41))
def test_runs_at_before_and_after_a_sample(values: np.ndarray, sample: int) -> None:
    runs = Runs.from_bool(values)
    assert runs.at(sample) == next((r for r in runs if r[0] <= sample < r[1]), None)
    assert runs.following(sample) == next((r for r in runs if r[0] > sample), None)
    before = [r for r in runs if r[1] <= sample]
    assert runs.preceding(sample) == (before[-1] if before else None)


def test_stepping_from_span_to_span_meets_each_once() -> None:
    runs = Runs.of([(0, 3), (5, 6), (9, 20)])
    met, here = [], runs.following(-1)
    while here is not None:
        met.append(here)
        here = runs.following(here[0])
    assert met == list(runs)
    back, here = [], met[-1]
    while here is not None:
        back.append(here)
        here = runs.preceding(here[0])
    assert back == met[::-1]


def test_bounds_beyond_int32() -> None:
    far = 5_000_000_000
    runs = Runs.of([(far, far + 3)])
    assert list(runs.clip(far + 1, far + 9)) == [(far + 1, far + 3)]
    assert runs.to_bool(far - 1, far + 4).tolist() == [False, True, True, True, False]
    assert EMPTY.to_bool(far, far + 2).tolist() == [False, False]
    assert list(runs.spliced(far + 1, far + 2, EMPTY)) == [(far, far + 1), (far + 2, far + 3)]
    assert runs.at(far + 2) == (far, far + 3)
