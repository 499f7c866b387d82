"""Fast recordings filtered with the help of slow samples, against filtering all of them."""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecogview.data.recording import RecordingInfo
from ecogview.dsp.beside import Beside
from ecogview.dsp.reference import Reference
from ecogview.dsp.runs import Runs
from ecogview.model.processing import AppliedProcessing, Processing
from ecogview.services import filtered_build, slow_reading, thin_reading
from ecogview.services.column_reading import estimate_of
from ecogview.services.filtered_build import FilteredBuild
from ecogview.services.filtered_overview import FilteredOverview
from ecogview.services.processed_blocks import ProcessedBlocks
from ecogview.services.processed_reading import ProcessedReader
from ecogview.services.slow_reading import CHUNK
from ecogview.services.sources import ArraySource
from tests.services.processing_desk import compiled, slow_rows

FEW = settings(max_examples=15, deadline=None)
N, N_CHANNELS, RATE = 700_001, 3, 30_000.0
CHAINS = {
    "band": Processing(4, 300, 50, reference=Reference("average")),
    "narrow": Processing(4, 100, 50, reference=Reference("median"), inverted=True),
    "high-pass": Processing(5, reference=Reference("median")),
    "notch": Processing(lowpass_hz=6000, notch_hz=60, n_harmonics=0),
    "band-stop": Processing(band_stop_hz=(40, 90)),
}
ZEROED = (600_000, 601_000)
MASKED = Runs.of([(90_000, 90_400)])


def some_samples() -> np.ndarray:
    """Shape (samples, channels): drift, hum, and much that would fold to where the filter acts."""
    random, at = np.random.default_rng(2), np.arange(N)[:, np.newaxis]
    samples = random.normal(0, 100, (N, N_CHANNELS))
    samples += random.normal(0, 1, (N, N_CHANNELS)).cumsum(axis=0)
    samples += 300 * np.sin(2 * np.pi * 50 * at / RATE)
    samples += 200 * np.sin(2 * np.pi * 1874 * at / RATE) + 1000 * np.arange(N_CHANNELS)
    samples[slice(*ZEROED)] = 0
    return samples.astype(np.float32)


SAMPLES = some_samples()


class Recording:
    info: RecordingInfo = ArraySource(SAMPLES.T, RATE).open().info

    def read_rows(self, start: int, stop: int) -> np.ndarray:
        return SAMPLES[start:stop].copy()


ESTIMATE = estimate_of(Recording())  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _compiled() -> Iterator[None]:
    with compiled(), patch.object(slow_reading, "_BLOCK", 1024):
        yield


@pytest.fixture(scope="module")
def twins() -> dict[str, tuple[np.ndarray, float]]:
    return {
        name: slow_rows(SAMPLES, Recording.info, ESTIMATE, AppliedProcessing(chain, masked=MASKED))
        for name, chain in CHAINS.items()
    }


def reader_of(name: str) -> ProcessedReader:
    applied = AppliedProcessing(CHAINS[name], masked=MASKED)
    return ProcessedReader(Recording().read_rows, Recording.info, applied, ESTIMATE)


@pytest.mark.parametrize("name", CHAINS)
@FEW
@given(start=st.integers(0, N - 1), length=st.integers(1, 50_000))
def test_any_stretch_is_what_filtering_all_samples_gives(
    twins: dict, name: str, start: int, length: int
) -> None:
    whole, limit = twins[name]
    stop = min(start + length, N)
    reader = reader_of(name)
    assert reader.slow is not None
    np.testing.assert_allclose(reader.rows(start, stop), whole[start:stop], atol=limit)


def test_slow_samples_are_used_where_they_can_be() -> None:
    slow = reader_of("high-pass").slow
    assert slow is not None
    stretches = [(300_000, 310_000), (0, 9), (N - 9, N), (595_000, 596_000), (95_000, 96_000)]
    assert slow.prepare(stretches) == [True, False, False, False, False]


@FEW
@given(
    stretches=st.lists(
        st.tuples(st.integers(0, N - 1), st.integers(1, 90_000)), min_size=1, max_size=4
    )
)
def test_blocks_are_the_same_to_the_last_bit_in_whatever_order(
    stretches: list[tuple[int, int]],
) -> None:
    beside = Beside("processing")
    used = ProcessedBlocks(Recording(), reader_of("band"), beside)  # type: ignore[arg-type]
    used.set_length(300_000)
    assert used.block == CHUNK
    for start, size in stretches:
        stop = min(start + size, N)
        used.prepare(start, stop)
        fresh = ProcessedBlocks(Recording(), reader_of("band"), beside)  # type: ignore[arg-type]
        fresh.set_length(200_000)
        np.testing.assert_array_equal(used.read_rows(start, stop), fresh.read_rows(start, stop))
        assert used.n_to_make(start, stop) == 0
    beside.close()


def test_what_was_used_longest_ago_is_forgotten() -> None:
    with (
        patch.object(slow_reading, "_KEPT_CHUNKS", 1),
        patch.object(slow_reading, "_KEPT_BLOCKS", 1),
    ):
        slow = reader_of("band").slow
        assert slow is not None
        first, other = (300_000, 301_000), (500_000, 501_000)
        needed = slow.n_to_make(*first)
        assert needed > 0
        slow.prepare([first])
        assert slow.n_to_make(*first) == 0
        slow.prepare([other])
        assert slow.n_to_make(*first) > 0


def test_the_pass_is_made_of_them_too() -> None:
    applied = AppliedProcessing(CHAINS["notch"])
    whole, limit = slow_rows(SAMPLES, Recording.info, ESTIMATE, applied)
    filtered = FilteredOverview.blank(Recording.info, applied)
    reader = ProcessedReader(Recording().read_rows, Recording.info, applied, ESTIMATE)
    build = FilteredBuild(Recording(), filtered, reader)  # type: ignore[arg-type]
    with patch.object(filtered_build, "_BLOCK_BYTES", 4 * N_CHANNELS * 100_000):
        while (unit := build.unit_nearest(0)) is not None:
            build.read_unit(unit)
    build.finish()
    assert filtered.is_complete
    finest = filtered.levels.levels[0]
    starts = np.arange(0, N, filtered.levels.sizes[0])
    np.testing.assert_allclose(finest[:, 0], np.minimum.reduceat(whole, starts), atol=limit)
    np.testing.assert_allclose(finest[:, 1], np.maximum.reduceat(whole, starts), atol=limit)


@pytest.mark.parametrize("name", CHAINS)
def test_columns_are_reduced_from_the_very_samples_of_blocks(name: str) -> None:
    beside = Beside("processing")
    blocks = ProcessedBlocks(Recording(), reader_of(name), beside)  # type: ignore[arg-type]
    blocks.set_length(200_000)
    edges = np.arange(200_003, 400_003, 157, dtype=np.int64)
    start, stop = int(edges[0]), int(edges[-1]) + 1
    assert not blocks.can_reduce(start, start + 2 * CHUNK)  # so few are kept
    assert not blocks.can_reduce(0, stop)  # near the recording's start, and masked
    assert blocks.can_reduce(start, stop)
    shape = (len(edges) - 1, N_CHANNELS)
    low, high = np.full(shape, np.inf, np.float32), np.full(shape, -np.inf, np.float32)
    assert blocks.reduce(edges, low, high)
    rows = blocks.read_rows(start, stop)
    for column, (begin, end) in enumerate(zip(edges - start, edges[1:] - start, strict=False)):
        np.testing.assert_array_equal(low[column], rows[begin : end + 1].min(axis=0))
        np.testing.assert_array_equal(high[column], rows[begin : end + 1].max(axis=0))
    assert not blocks.can_reduce(start, stop)  # now that they are there
    beside.close()


def test_a_file_that_has_become_shorter_is_not_reduced() -> None:
    end = N

    def cut(start: int, stop: int) -> np.ndarray:
        return SAMPLES[start : max(min(stop, end), start)].copy()

    beside = Beside("processing")
    applied = AppliedProcessing(CHAINS["notch"], masked=MASKED)
    reader = ProcessedReader(cut, Recording.info, applied, ESTIMATE)
    blocks = ProcessedBlocks(Recording(), reader, beside)  # type: ignore[arg-type]
    blocks.set_length(200_000)
    edges = np.arange(200_000, 400_000, 1000, dtype=np.int64)
    assert blocks.can_reduce(200_000, 400_000)
    end = 300_000
    shape = (len(edges) - 1, N_CHANNELS)
    low, high = np.full(shape, np.inf, np.float32), np.full(shape, -np.inf, np.float32)
    assert not blocks.reduce(edges, low, high)
    beside.close()


@pytest.mark.parametrize("name", ["narrow", "notch"])
def test_a_file_cut_before_it_is_read_is_left_to_others(name: str) -> None:
    def cut(start: int, stop: int) -> np.ndarray:
        return SAMPLES[start : max(min(stop, 300_000), start)].copy()

    applied = AppliedProcessing(CHAINS[name], masked=MASKED)
    slow = ProcessedReader(cut, Recording.info, applied, ESTIMATE).slow
    assert slow is not None
    assert slow.prepare([(200_000, 210_000), (300_000, 400_000)]) == [True, False]


@pytest.mark.parametrize("lowpass_hz", [100, 6000])
def test_channels_without_a_value_have_no_columns(lowpass_hz: float) -> None:
    beside = Beside("processing")
    chain = Processing(4, lowpass_hz, reference=Reference("rows"))  # of electrodes without a place
    reader = ProcessedReader(
        Recording().read_rows, Recording.info, AppliedProcessing(chain), ESTIMATE
    )
    blocks = ProcessedBlocks(Recording(), reader, beside)  # type: ignore[arg-type]
    blocks.set_length(200_000)
    edges = np.arange(200_000, 400_000, 1000, dtype=np.int64)
    assert blocks.can_reduce(200_000, 400_000)
    shape = (len(edges) - 1, N_CHANNELS)
    low, high = np.full(shape, np.inf, np.float32), np.full(shape, -np.inf, np.float32)
    assert blocks.reduce(edges, low, high)
    assert np.isposinf(low).all()
    assert np.isneginf(high).all()
    assert np.isnan(blocks.read_rows(200_000, 200_100)).all()
    beside.close()


def test_thinned_samples_are_read_again_where_only_slow_ones_are_left() -> None:
    expected = reader_of("narrow").rows(300_000, 310_000)
    with patch.object(thin_reading, "_KEPT_BYTES", 0):
        reader = reader_of("narrow")
        np.testing.assert_array_equal(reader.rows(300_000, 310_000), expected)
        reader.rows(450_000, 460_000)
        np.testing.assert_array_equal(reader.rows(300_000, 310_000), expected)
