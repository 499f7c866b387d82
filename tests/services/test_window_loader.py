"""The loader around its columns: parts, changes of the file, failures, sources, threads."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import numpy as np
import pytest

from ecogview.data.recording import Recording
from ecogview.dsp import plain
from ecogview.dsp.columns import ColumnGrid
from ecogview.dsp.ring import ColumnState, EnvelopeRing
from ecogview.errors import RecordingError
from ecogview.services import file_watch, sample_reading
from ecogview.services.sources import ArraySource, FileSource
from tests.builders import write_recording
from tests.services.window_desk import N_CHANNELS, SAMPLES, Desk, N, Watched, working

READ, MISSING = ColumnState.READ, ColumnState.MISSING
WAIT_S = 10.0
WHOLE = ColumnGrid(N, 100)


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.worker.close()


# -- parts


@pytest.fixture
def source() -> Watched:
    return Watched(SAMPLES)


def test_a_wide_window_arrives_in_parts(source: Watched, desk: Desk) -> None:
    grid = ColumnGrid(N, 100)
    with working(plain, block_bytes=1000 * N_CHANNELS * 4):
        responses = desk.ask(source, grid, 0, 100)
    # A column is whole once the first sample of the next one has been read.
    assert [response.first for response in responses] == [0, 16, 33, 49, 66, 83, 99]


def test_parts_do_not_come_more_often_than_they_can_be_painted(source: Watched, desk: Desk) -> None:
    grid = ColumnGrid(N, 100)
    with (
        working(plain, block_bytes=1000),
        patch.object(sample_reading, "_DELIVER_EVERY_S", 60.0),
    ):
        responses = desk.ask(source, grid, 0, 100)
    assert [len(response.low) for response in responses] == [100]


def test_on_a_slow_disk_parts_become_small(
    source: Watched, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = iter(range(10_000))  # a second passes with every look at the clock
    monkeypatch.setattr(sample_reading, "time", SimpleNamespace(monotonic=lambda: next(now_s)))
    with working(plain, block_bytes=500 * N_CHANNELS * 4, piece_blocks=6):
        desk.ask(source, ColumnGrid(N, 100), 0, 1)  # 61 samples: a piece is 1,500 after it
        source.reads.clear()
        responses = desk.ask(source, ColumnGrid(N, 100), 0, 100)
    assert [stop - start for start, stop in source.reads[:4]] == [500] * 4
    starts = [response.first for response in responses]
    assert starts == [0, 24, 37, 45, 54, 62, 70, 79, 87, 95]


def test_a_file_cut_between_two_halves_has_no_second_one(source: Watched, desk: Desk) -> None:
    """The second half has been read before the first one finds the file cut."""
    second_read, grid = threading.Event(), ColumnGrid(N, 100)
    middle = grid.edge(50)

    def read_rows(recording: Recording, start: int, stop: int) -> tuple[np.ndarray, None]:
        rows = recording.read_rows(start, stop)
        if start == middle:
            second_read.set()
        elif start == 0:
            assert second_read.wait(5)
            rows = rows[:1000]
        return rows, None

    desk.ask(source, grid, 0, 1)
    with working(plain, in_halves=True), patch.object(sample_reading, "read_rows", read_rows):
        low, high, states = desk.whole(source, grid, 0, 100)
    assert second_read.is_set()
    assert (states[17:] == ColumnState.MISSING).all()
    assert (low[17:] > high[17:]).all()
    assert (states[:16] == ColumnState.READ).all()


def test_stale_work_is_given_up_between_blocks(source: Watched, desk: Desk) -> None:
    desk.ask(source, WHOLE, 0, 1)
    source.reads.clear()
    with working(plain, block_bytes=1000 * N_CHANNELS * 4):
        responses = desk.ask(source, WHOLE, 0, 100, lambda: len(source.reads) >= 2)
        assert source.reads == [(0, 1000), (1000, 2000)]
        assert not any(response.final for response in responses)
        desk.whole(source, WHOLE, 0, 100)  # nothing is left of it


# -- files that change


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A recording whose file is looked at on every request."""
    monkeypatch.setattr(file_watch, "_INTERVAL_S", 0.0)
    return write_recording(tmp_path, samples=SAMPLES)


def shorten(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(SAMPLES.T.tobytes())


def replace_it(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(bytes(path.stat().st_size))
    other.replace(path)


in_use = pytest.mark.skipif(os.name == "nt", reason="Windows keeps files that are in use")


@pytest.mark.parametrize(
    ("happens", "change", "n_read"),
    [
        (shorten, "shorter", 50),
        (grow, "longer", 100),
        pytest.param(Path.unlink, "removed", 100, marks=in_use),
        pytest.param(replace_it, "replaced", 100, marks=in_use),
    ],
)
def test_changes_are_told_and_what_is_there_is_shown(
    desk: Desk, path: Path, happens: Callable[[Path], object], change: str, n_read: int
) -> None:
    source, grid = FileSource(path), ColumnGrid(N, 100)
    before = desk.whole(source, grid, 0, 100)
    assert desk.responses[0].change is None
    happens(path)
    low, high, states = desk.whole(source, grid, 0, 100)
    assert {response.change for response in desk.responses} == {change}
    assert desk.responses[0].failure is None
    assert np.count_nonzero(states == READ) == n_read
    np.testing.assert_array_equal(low[:n_read], before[0][:n_read])
    np.testing.assert_array_equal(high[:n_read], before[1][:n_read])


@pytest.mark.parametrize("length", [N, 20])
def test_no_columns_can_be_asked_for_to_learn_of_changes(
    desk: Desk, path: Path, length: int
) -> None:
    source, grid = FileSource(path), ColumnGrid(length, 100)
    for at in (0, 50, 100):
        (response,) = desk.ask(source, grid, at, at)
        assert response.final
        assert response.change is None
        assert len(response.low) == len(response.states) == 0
    grow(path)
    (response,) = desk.ask(source, grid, 50, 50)
    assert response.change == "longer"


def test_a_file_replaced_before_it_was_read_is_answered_as_missing(desk: Desk, path: Path) -> None:
    """What was asked for is by the length that the file had when it was opened elsewhere."""
    os.truncate(path, 500 * N_CHANNELS * 4)
    for grid in (ColumnGrid(1000, 100), ColumnGrid(10, 100)):
        first = grid.first_column(4000, N)
        low, high, states = desk.whole(FileSource(path), grid, first, first + 100)
        assert (states == MISSING).all()
        assert (low > high).all()


def test_a_file_that_happens_to_be_called_array(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_watch, "_INTERVAL_S", 0.0)
    monkeypatch.chdir(tmp_path)
    file = Path("array")
    file.write_bytes(b"one")
    source, grid = ArraySource(SAMPLES, 1000.0), ColumnGrid(N, 10)
    low, _, _ = desk.whole(source, grid, 0, 10)
    assert low.min(axis=0).tolist() == SAMPLES.min(axis=1).tolist()
    file.write_bytes(b"other")
    desk.whole(source, grid, 0, 10)
    assert desk.responses[0].change is None


# -- what fails


def broken(start: int, stop: int) -> None:
    """A drive that fails from sample 3000 on."""
    if stop > 3000:
        raise RecordingError("rec001.dat", "cannot be read at byte 36,000: Input/output error")


def test_what_was_read_before_a_failure_is_shown(desk: Desk) -> None:
    source = Watched(SAMPLES, broken)
    with working(plain, block_bytes=1000 * N_CHANNELS * 4):
        low, high, states = desk.whole(source, WHOLE, 0, 100)
    assert (states[:49] == READ).all()
    assert states[49] == ColumnState.PARTLY_MISSING
    assert (states[50:] == MISSING).all()
    assert low[:49].min(axis=0).tolist() == SAMPLES[:, :2948].min(axis=1).tolist()
    assert (low[50:] > high[50:]).all()
    assert desk.responses[-1].failure is not None
    assert "byte 36,000" in str(desk.responses[-1].failure)
    assert all(response.failure is None for response in desk.responses[:-1])


def test_offsets_are_estimated_from_what_can_be_read(desk: Desk) -> None:
    desk.ask(Watched(SAMPLES, broken), WHOLE, 0, 1)
    estimate = desk.responses[0].estimate
    assert estimate is not None
    np.testing.assert_allclose(estimate.offset, [2000, 4000, 6000], atol=150)


def test_a_source_that_cannot_be_opened_is_tried_again(desk: Desk, tmp_path: Path) -> None:
    good, path = Watched(SAMPLES), tmp_path / "rec001.LM1_ECOG_3.clfp.dat"
    desk.ask(good, WHOLE, 0, 100)
    missing = FileSource(path)
    low, high, states = desk.whole(missing, WHOLE, 3, 50)
    (response,) = desk.responses
    assert isinstance(response.failure, RecordingError)
    assert response.estimate is None  # not that of the one before
    assert len(good.closed_in) == 1
    assert (states == MISSING).all()
    ring = EnvelopeRing(WHOLE, N_CHANNELS)
    ring.store(3, low, high, states)
    assert (ring.low > ring.high).all()
    write_recording(tmp_path, samples=SAMPLES)
    _, _, states = desk.whole(missing, WHOLE, 3, 50)
    assert (states == READ).all()
    assert desk.responses[0].failure is None


def test_another_number_of_channels_than_was_opened_is_told(desk: Desk) -> None:
    source = Watched(SAMPLES)
    (response,) = desk.ask(source, WHOLE, 0, 100, n_channels=5)
    assert response.low.shape == (100, 5)
    assert "has 3 channels now, 5 when it was opened" in str(response.failure)
    assert (response.states == MISSING).all()


# -- sources


def test_a_source_is_opened_once_and_closed_for_the_next(desk: Desk) -> None:
    one, other = Watched(SAMPLES), Watched(SAMPLES[:2, :4000] * -1)
    estimates = []
    for source, n_channels in ((one, 3), (one, 3), (other, 2), (one, 3)):
        low, high, _ = desk.whole(source, ColumnGrid(1000, 10), 5, 15, n_channels)
        np.testing.assert_array_equal(low.min(axis=0), source.array[:, 500:1501].min(axis=1))
        np.testing.assert_array_equal(high.max(axis=0), source.array[:, 500:1501].max(axis=1))
        assert low.shape == (10, n_channels)
        estimates.append(desk.responses[0].estimate)
    assert (one.opened, other.opened) == (2, 1)
    assert (len(one.closed_in), len(other.closed_in)) == (1, 1)
    assert estimates[0] is estimates[1]
    assert estimates[0] is not None
    np.testing.assert_allclose(estimates[0].offset, [2000, 4000, 6000], atol=150)
    assert estimates[2] is not None
    np.testing.assert_allclose(estimates[2].offset, [-2000, -4000], atol=150)
