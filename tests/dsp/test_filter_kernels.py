"""Compiled kernels of processing against their NumPy and SciPy twins."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecogview.dsp import filter_kernels, filter_plain
from ecogview.dsp.filters import FilterSettings, design_filter

FEW = settings(max_examples=30, deadline=None)
KINDS = ("noise", "few values", "one value", "far apart", "steep")
sizes = {"n": st.integers(1, 90), "n_channels": st.integers(1, 40), "seed": st.integers(0, 999)}


def some_rows(n: int, n_channels: int, seed: int, kind: str = "noise") -> np.ndarray:
    rng = np.random.default_rng(seed)
    rows = {
        "noise": lambda: rng.normal(0, 100, (n, n_channels)),
        "few values": lambda: rng.integers(-2, 3, (n, n_channels)),
        "one value": lambda: np.full((n, n_channels), -7),
        "far apart": lambda: rng.standard_cauchy((n, n_channels)) * 1e4,
        "steep": lambda: rng.normal(0, 1, (n, n_channels)) + 1e5 * np.arange(n)[:, np.newaxis],
    }[kind]()
    return np.ascontiguousarray(rows, np.float32)


@FEW
@given(**sizes, n_notches=st.integers(1, 4), backwards=st.booleans(), cut=st.floats(0, 1))
def test_sweeps_agree_in_one_go_and_in_two(
    n: int, n_channels: int, seed: int, n_notches: int, backwards: bool, cut: float
) -> None:
    design = design_filter(FilterSettings(3, 90, 50, n_notches), 1000)
    rows = some_rows(n, n_channels, seed)
    random = np.random.default_rng(seed)
    parts = (design.exact, design.quick)
    starts = [random.normal(0, 1, part.states(n_channels + 3).shape) for part in parts]
    results = []
    for module in (filter_plain, filter_kernels):
        made = rows.copy()
        states = [s.astype(p.pairs.dtype) for s, p in zip(starts, parts, strict=True)]
        at = round(cut * n)
        pieces = [made[:at], made[at:]]
        for piece in reversed(pieces) if backwards else pieces:
            module.sweep(
                piece, design.exact.pairs, states[0], design.quick.pairs, states[1], backwards
            )
        results.append((made, *(state[:, :, :n_channels] for state in states)))
    for plain, compiled in zip(*results, strict=True):
        np.testing.assert_allclose(compiled, plain, rtol=1e-4, atol=1e-2)


@FEW
@given(**sizes, dtype=st.sampled_from(["float32", "int16"]), has_lines=st.booleans())
def test_centring_agrees(n: int, n_channels: int, seed: int, dtype: str, has_lines: bool) -> None:
    rng = np.random.default_rng(seed)
    rows = some_rows(n, n_channels, seed).astype(dtype)
    rows[rng.random(n) < 0.3] = 0
    if dtype == "float32" and seed % 2:
        rows[rng.random(rows.shape) < 0.1] = rng.choice([np.nan, np.inf, -np.inf])
    offsets = rng.normal(0, 100, n_channels).astype(np.float32)
    slopes = rng.normal(0, 1e-3, n_channels) if has_lines else np.empty(0)
    results = []
    for module in (filter_plain, filter_kernels):
        out, zeroed = np.empty(rows.shape, np.float32), np.empty(n, np.bool_)
        odd = module.centre_rows(rows, 12_345.5, offsets, slopes, out, zeroed)
        results.append((out, zeroed, odd))
    (plain, plain_zeroed, plain_odd), (compiled, zeroed, odd) = results
    np.testing.assert_allclose(compiled, plain, rtol=1e-5, atol=1e-4)
    np.testing.assert_array_equal(zeroed, plain_zeroed)
    np.testing.assert_array_equal(zeroed, (rows == 0).all(axis=1))
    assert bool(odd) == plain_odd == bool((~np.isfinite(rows)).any())


@pytest.mark.parametrize("kind", KINDS)
@FEW
@given(**sizes, n_left_out=st.integers(0, 3))
def test_medians_agree_exactly(
    kind: str, n: int, n_channels: int, seed: int, n_left_out: int
) -> None:
    rows = some_rows(n, n_channels, seed, kind)
    chosen = np.random.default_rng(seed).permutation(n_channels)[n_left_out:]
    members = np.sort(chosen if len(chosen) else np.arange(n_channels)).astype(np.int64)
    plain, compiled = rows.copy(), rows.copy()
    filter_plain.take_off_median(plain, members)
    filter_kernels.take_off_median(compiled, members)
    np.testing.assert_array_equal(compiled, plain)


@pytest.mark.parametrize("n_channels", [61, 62, 512])
@pytest.mark.parametrize("kind", KINDS)
def test_medians_of_many_channels_agree_exactly(kind: str, n_channels: int) -> None:
    rows = some_rows(200, n_channels, 3, kind)
    plain, compiled, members = rows.copy(), rows.copy(), np.arange(n_channels)
    filter_plain.take_off_median(plain, members)
    filter_kernels.take_off_median(compiled, members)
    np.testing.assert_array_equal(compiled, plain)


@FEW
@given(**sizes)
def test_means_and_differences_agree(n: int, n_channels: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    weights = rng.random(n_channels).astype(np.float32)
    partners = rng.integers(-1, n_channels, n_channels)
    for name, argument in (("take_off_mean", weights), ("take_off_partners", partners)):
        plain, compiled = some_rows(n, n_channels, seed), some_rows(n, n_channels, seed)
        getattr(filter_plain, name)(plain, argument)
        getattr(filter_kernels, name)(compiled, argument)
        np.testing.assert_allclose(compiled, plain, rtol=1e-4, atol=1e-2)
