"""A sum over poles against its twin, and which filters may be one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from ecogview.dsp import filter_kernels, filter_plain
from ecogview.dsp.filters import FilterSettings, design_filter
from ecogview.dsp.pole_bank import residues
from ecogview.dsp.pole_plain import CHUNK

FEW = settings(max_examples=40, deadline=None)


@FEW
@given(
    n_out=st.integers(0, 150),
    n_lead=st.integers(0, 150),
    n_channels=st.sampled_from([1, 3, 31, 32, 33, 62, 65, 100]),
    n_notches=st.integers(1, 3),
    backwards=st.booleans(),
    late=st.integers(0, 4),
    seed=st.integers(0, 999),
)
def test_sweeps_agree(
    n_out: int, n_lead: int, n_channels: int, n_notches: int, backwards: bool, late: int, seed: int
) -> None:
    bank = design_filter(FilterSettings(3, 90, 50, n_notches), 1000).bank
    assert bank is not None
    random = np.random.default_rng(seed)
    rows = random.normal(0, 100, (n_lead + n_out, n_channels)).astype(np.float32)
    begins = np.zeros(len(bank.margins), np.int64)
    begins[-1] = max(n_lead - late * CHUNK, 0)
    start = random.normal(0, 100, (len(begins), 2, n_channels)).astype(np.float32)
    before = random.normal(0, 100, (n_out, n_channels)).astype(np.float32)
    results = []
    for module in (filter_plain, filter_kernels):
        states, out = start.copy(), before.copy()
        module.sweep_poles(rows, bank.table, bank.direct, begins, states, out, backwards)
        results.append((states, out))
    for plain, compiled in zip(*results, strict=True):
        np.testing.assert_allclose(compiled, plain, rtol=1e-4, atol=0.05)


def test_the_exponentials_add_up_to_the_impulse_response() -> None:
    sections = design_filter(FilterSettings(2, 90, 50, 3), 1000).sections
    poles, sizes = residues(sections)
    impulse = np.zeros(400)
    impulse[0] = 1
    wanted = signal.sosfilt(sections, impulse)
    made = (sizes * poles ** np.arange(400)[:, np.newaxis]).sum(axis=1)
    np.testing.assert_allclose(made[1:].real, wanted[1:], atol=1e-9)
    np.testing.assert_allclose(made.imag, 0, atol=1e-9)


def test_each_pole_reads_no_more_than_it_needs() -> None:
    design = design_filter(FilterSettings(0.5, 100, 50, 4), 1000)
    assert design.bank is not None
    margins = design.bank.margins.tolist()
    assert margins == sorted(margins, reverse=True)
    assert margins[0] == design.margin
    assert max(margins[1:]) < design.margin / 2
    assert margins[-1] < 50


@pytest.mark.parametrize(
    ("asked", "rate"),
    [
        (FilterSettings(10, 10), 1000),  # poles that coincide
        (FilterSettings(notch_hz=0.5), 1000),  # poles on the real axis
        (FilterSettings(0.05), 30_000),  # more than float32 can add up
    ],
)
def test_other_filters_are_run_section_by_section(asked: FilterSettings, rate: float) -> None:
    assert design_filter(asked, rate).bank is None
