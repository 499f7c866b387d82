"""Processed samples against a plain slow twin of the whole chain, at any start and length."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecogview.dsp.beside import Beside
from ecogview.dsp.reference import Reference
from ecogview.model.processing import AppliedProcessing, Processing
from ecogview.services.column_reading import estimate_of
from ecogview.services.processed_blocks import ProcessedBlocks, block_size
from ecogview.services.processed_reading import ProcessedReader, gains_of
from ecogview.services.sources import FileSource
from tests.services.processing_desk import (
    MASKED,
    N_CHANNELS,
    SAMPLES,
    ZEROED,
    N,
    compiled,
    slow_twin,
    source_of,
)

FEW = settings(max_examples=25, deadline=None)
CHAINS = {
    "band, average": Processing(2, 90, reference=Reference("average")),
    "notch, median": Processing(
        notch_hz=50, n_harmonics=1, reference=Reference("median", (0, 2, 4))
    ),
    "rows": Processing(reference=Reference("rows")),
    "high-pass, columns, inverted": Processing(3, reference=Reference("columns"), inverted=True),
    "low-pass, channel": Processing(lowpass_hz=30, reference=Reference("channel", (2,))),
}
KINDS = [("clfp", "interleaved"), ("clfp", "planar"), ("raw", "interleaved")]


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], FileSource]:
    return {kind: source_of(tmp_path_factory.mktemp("rec"), *kind) for kind in KINDS}


@pytest.fixture(scope="module")
def twins(sources: dict[tuple[str, str], FileSource]) -> dict[tuple[str, str], tuple]:
    return {
        (kind[0], name): slow_twin(sources[kind], applied(chain))
        for kind in KINDS
        for name, chain in CHAINS.items()
    }


def applied(processing: Processing) -> AppliedProcessing:
    return AppliedProcessing(processing, frozenset({4}), MASKED)


@pytest.mark.parametrize("is_compiled", [False, True], ids=["plain", "compiled"])
@pytest.mark.parametrize("kind", KINDS, ids="-".join)
@pytest.mark.parametrize("name", CHAINS)
@FEW
@given(start=st.integers(0, N - 1), length=st.integers(1, 9000))
def test_any_stretch_is_what_the_slow_twin_makes_of_everything(
    sources: dict, twins: dict, name: str, kind: tuple[str, str], is_compiled: bool, start: int,
    length: int,
) -> None:  # fmt: skip
    whole, limit = twins[kind[0], name]
    stop = min(start + length, N)
    with sources[kind].open() as recording:
        reader = ProcessedReader(
            recording.read_rows, recording.info, applied(CHAINS[name]), estimate_of(recording)
        )
        if is_compiled:
            with compiled():
                made = reader.rows(start, stop)
        else:
            made = reader.rows(start, stop)
        block = recording.read_rows(start, stop)
        again = reader.process(block, start)
    assert made.dtype == np.float32
    assert made.flags.c_contiguous
    np.testing.assert_allclose(made, whole[start:stop], atol=limit, rtol=1e-4)
    np.testing.assert_allclose(again, whole[start:stop], atol=limit, rtol=1e-4)


def test_zeroed_samples_stay_zero_and_leave_their_neighbours_alone(sources: dict) -> None:
    source = sources["clfp", "interleaved"]
    chain = AppliedProcessing(Processing(2, 90))
    with compiled(), source.open() as recording:
        reader = ProcessedReader(recording.read_rows, recording.info, chain, estimate_of(recording))
        rows = reader.rows(0, N)
    for start, stop in ZEROED:
        if stop - start > 1:  # a single sample is 0 by chance
            assert not rows[start:stop].any()
    # Before them the signal keeps its size: a step to 0 would be thousands.
    assert np.nanmax(np.abs(rows[1900:2000])) < 400
    assert np.nanmax(np.abs(rows[9900:10_000])) < 400


def test_masked_samples_do_not_reach_their_neighbours(sources: dict) -> None:
    source = sources["clfp", "interleaved"]
    chain = Processing(2, 90, 50, reference=Reference("average"))
    masked = MASKED.to_bool(0, N)
    near = MASKED.grow(300, N).to_bool(0, N) & ~masked
    with compiled(), source.open() as recording:
        estimate = estimate_of(recording)
        plain = ProcessedReader(
            recording.read_rows, recording.info, AppliedProcessing(chain), estimate
        ).rows(0, N)
        guarded = ProcessedReader(
            recording.read_rows, recording.info, AppliedProcessing(chain, masked=MASKED), estimate
        ).rows(0, N)

        def others(start: int, stop: int) -> np.ndarray:
            rows = recording.read_rows(start, stop)
            rows[masked[start:stop]] += 1e5
            return rows

        moved = ProcessedReader(
            others, recording.info, AppliedProcessing(chain, masked=MASKED), estimate
        ).rows(0, N)
    np.testing.assert_array_equal(moved[~masked], guarded[~masked])
    # They themselves look as they do without a mask.
    np.testing.assert_allclose(guarded[masked], plain[masked], rtol=1e-4, atol=0.5)
    assert np.nanstd(guarded[near]) < 0.7 * np.nanstd(plain[near])


def test_z_scores_have_unit_size_and_flat_channels_none(sources: dict) -> None:
    source = sources["clfp", "interleaved"]
    with compiled(), source.open() as recording:
        estimate = estimate_of(recording)
        reader = ProcessedReader(
            recording.read_rows, recording.info,
            AppliedProcessing(Processing(5, 40, zscore=True), masked=MASKED), estimate,
        )  # fmt: skip
        rows = reader.rows(21_000, 29_000)
        size = rows.std(axis=0)
        assert reader.sizes is not None
    assert size[3] == 0
    np.testing.assert_allclose(np.delete(size, 3), 1, rtol=0.15)
    negative = gains_of(Processing(zscore=True, inverted=True), reader.sizes)
    np.testing.assert_array_equal(negative, -reader.gains)
    assert gains_of(Processing(3), None) is None


def test_lines_are_taken_off(tmp_path: Path) -> None:
    source = source_of(tmp_path)
    rise = np.linspace(-4000, 9000, N)[:, np.newaxis] * np.arange(N_CHANNELS)
    with source.open() as recording:
        flat = np.nan_to_num(recording.read_rows(0, N))
        is_known = flat.any(axis=1)
        is_known[15_000] = True  # one sample, 0 by chance

        def risen(start: int, stop: int) -> np.ndarray:
            rows = (flat + rise).astype(np.float32)
            rows[~is_known] = 0
            return rows[start:stop]

        chain = AppliedProcessing(Processing(detrend="linear"))
        reader = ProcessedReader(risen, recording.info, chain, estimate_of(recording))
        rows = reader.rows(0, N)
    slopes = np.polyfit(np.flatnonzero(is_known), rows[is_known], 1)[0] * N
    assert np.abs(slopes).max() < 600  # of up to 52,000: drift has a slope of its own
    assert not rows[~is_known].any()


@FEW
@given(
    stretches=st.lists(
        st.tuples(st.integers(0, N - 1), st.integers(1, 6000)), min_size=1, max_size=5
    ),
    length=st.sampled_from([300, 4000]),
)  # fmt: skip
def test_blocks_are_the_same_to_the_last_bit_in_whatever_order(
    sources: dict, stretches: list[tuple[int, int]], length: int
) -> None:
    chain = applied(CHAINS["band, average"])
    with compiled(), sources["clfp", "interleaved"].open() as recording:
        reader = ProcessedReader(recording.read_rows, recording.info, chain, estimate_of(recording))
        beside = Beside("processing")
        used = ProcessedBlocks(recording, reader, beside)
        used.set_length(length)
        for start, size in stretches:
            stop = min(start + size, N)
            used.prepare(start, stop)
            made = used.read_rows(start, stop)
            with ProcessedBlocks(recording, reader, beside) as fresh:
                fresh.set_length(length)
                np.testing.assert_array_equal(made, fresh.read_rows(start, stop))
            assert used.n_to_make(start, stop) == 0
        beside.close()


def test_a_file_that_has_become_shorter_ends_early(sources: dict) -> None:
    chain = applied(CHAINS["band, average"])
    end = 21_500
    with compiled(), sources["clfp", "interleaved"].open() as recording:
        samples = recording.read_rows(0, N)

        def cut(start: int, stop: int) -> np.ndarray:
            return samples[start : max(min(stop, end), start)]

        reader = ProcessedReader(cut, recording.info, chain, estimate_of(recording))
        assert len(reader.rows(20_000, 25_000)) == 1500
        assert len(reader.rows(24_000, 25_000)) == 0
        beside = Beside("processing")
        blocks = ProcessedBlocks(recording, reader, beside)
        blocks.prepare(18_000, 25_000)
        assert len(blocks.read_rows(18_000, 25_000)) == 3500
        end = N
        assert len(blocks.read_rows(18_000, 25_000)) == 7000
        beside.close()


def test_old_blocks_are_dropped(monkeypatch: pytest.MonkeyPatch, sources: dict) -> None:
    monkeypatch.setattr("ecogview.services.processed_blocks._KEPT_BYTES", 3 * 1024 * N_CHANNELS * 4)
    with sources["clfp", "interleaved"].open() as recording:
        chain = AppliedProcessing(CHAINS["rows"])
        reader = ProcessedReader(recording.read_rows, recording.info, chain, estimate_of(recording))
        beside = Beside("processing")
        blocks = ProcessedBlocks(recording, reader, beside)
        blocks.prepare(0, 5 * 1024)
        assert blocks.n_to_make(0, 5 * 1024) == 0  # all of a window, whatever it takes
        blocks.prepare(5 * 1024, 6 * 1024)
        assert blocks.n_to_make(0, 5 * 1024) == 3 * (1024 + 2 * reader.reach)
        assert blocks.n_to_make(3 * 1024, 6 * 1024) == 0
        beside.close()


def test_block_sizes_follow_window_and_reach() -> None:
    assert block_size(10_000, 0) == 1024
    assert block_size(10_000, 4900) == 4096
    assert block_size(10, 0) == 1024
    assert block_size(300_000, 7700) == 32_768
    assert block_size(300_000, 150_000) == 131_072


def test_samples_are_the_ones_written() -> None:
    assert SAMPLES.shape == (N_CHANNELS, N)
    assert replace(applied(CHAINS["rows"])).bad == {4}


def test_neither_loading_nor_filtering_imports_scipy() -> None:
    """It takes 0.6 s: only the plain twin of the kernels does."""
    script = (
        "import sys; from ecogview.dsp import engine, filters; "
        "import ecogview.services.window_loader;"
        "engine.load_compiled(); filters.design_filter(filters.FilterSettings(1, 9, 50, 3), 250);"
        "print([name for name in sys.modules if name.startswith('scipy.signal')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
