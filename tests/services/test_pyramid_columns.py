"""Columns of wide windows, made of the overview, against brute force over all samples."""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ecogview.dsp import envelope
from ecogview.dsp.columns import ColumnGrid
from ecogview.dsp.envelope import level_for
from ecogview.dsp.ring import ColumnState
from ecogview.services import column_reading, sample_reading
from ecogview.services.overview import Overview
from ecogview.services.sources import FileSource
from ecogview.views.colour_tokens import LIGHT
from ecogview.views.trace_picture import TracePicture, TraceStyle
from tests.builders import write_recording
from tests.services.overview_desk import built, compiled
from tests.services.window_desk import Desk, joined

N_CHANNELS, N = 3, 1_300_057
SIZES = (64, 256, 1024)
UNIT = 32_768
ZOOMS = (20, 65, 200, 256, 400, 1024, 4500)  # samples a pixel; at 20 they are read themselves
FLAT = 6123  # channel 2 stays there …
FEW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
Columns = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.uint8]]


def some_samples() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Samples, (channels, samples), and where the second channel has spikes of one sample."""
    random = np.random.default_rng(11)
    samples = random.integers(-900, 900, (N_CHANNELS, N)).astype(np.float32)
    samples += 2000 * np.arange(1, N_CHANNELS + 1, dtype=np.float32)[:, np.newaxis]
    spikes = np.concatenate([[0, 63, 64, UNIT - 1, UNIT, N - 1], random.integers(0, N, 60)])
    samples[1, spikes] = 30_000
    samples[2] = FLAT
    samples[2, 900_000] = -FLAT  # … but for a moment
    return samples, np.unique(spikes)


SAMPLES, SPIKES = some_samples()
PADDED = np.concatenate([SAMPLES, SAMPLES[:, -1:]], axis=1)


@pytest.fixture(autouse=True)
def _compiled() -> Iterator[None]:
    """The pyramid also where the samples of so few channels would be read as fast."""
    with compiled(), patch.object(envelope, "_SAMPLES_BYTES", 0):
        yield


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[FileSource, Overview]]:
    """Recordings with their overviews: kept ones, and those of which there is only the memory."""
    found = {}
    for name, rec_type, layout, keeps in (
        ("kept", "clfp", "interleaved", True),
        ("kept counts", "raw", "planar", True),
        ("memory", "clfp", "planar", False),
        ("memory counts", "raw", "interleaved", False),
    ):
        folder = tmp_path_factory.mktemp("rec")
        path = write_recording(
            folder, samples=SAMPLES, rec_type=rec_type, layout=layout, sampling_rate=1000
        )
        source = FileSource(path, layout=layout)  # type: ignore[arg-type]
        with compiled():
            overview = built(source, folder / "kept" if keeps else None)
        assert overview.levels.sizes == SIZES
        assert (overview.kept is not None) == keeps
        found[name] = source, overview
    return found


every_kind = pytest.mark.parametrize("kind", ["kept", "kept counts", "memory", "memory counts"])
Whole = dict[str, tuple[FileSource, Overview]]


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.worker.close()


class Reads:
    """How many samples of the file were read."""

    def __init__(self) -> None:
        self.n_samples = 0

    def __call__(self, recording: object, start: int, stop: int) -> object:
        self.n_samples += stop - start
        return self._read_rows(recording, start, stop)

    _read_rows = staticmethod(sample_reading.read_rows)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Reads:
    reads = Reads()
    monkeypatch.setattr(sample_reading, "read_rows", reads)
    return reads


@st.composite
def windows(draw: st.DrawFn) -> tuple[ColumnGrid, int]:
    """A window and its first column: anywhere, at either end, of an odd width."""
    per_pixel = draw(st.sampled_from(ZOOMS))
    width = draw(st.integers(1, min(301, N // (per_pixel + 1))))
    length = width * per_pixel + draw(st.just(0) | st.integers(0, width - 1))
    grid = ColumnGrid(length, width)
    start = draw(st.integers(0, N - length) | st.sampled_from([0, N - length]))
    return grid, grid.first_column(start, N)


def spans(starts: NDArray[np.int64], stops: NDArray[np.int64]) -> tuple[NDArray, NDArray]:
    """Smallest and largest of samples ``[starts, stops)``, (columns, channels)."""
    stops = np.minimum(stops, N)
    at = np.stack([np.clip(starts, 0, stops - 1), stops], axis=1).reshape(-1)
    low = np.minimum.reduceat(PADDED, at, axis=1)[:, ::2].T
    return low, np.maximum.reduceat(PADDED, at, axis=1)[:, ::2].T


def assert_within_a_bin(columns: Columns, grid: ColumnGrid, first: int, bin_size: int) -> None:
    """Columns contain the span of their samples, and take in a bin more at most, at either side."""
    low, high, states = columns
    edges = grid.edges(first, first + len(low))
    assert (states == ColumnState.READ).all()
    least, most = spans(edges[:-1], edges[1:] + 1)  # the next one's first sample belongs to it
    assert (low <= least).all()
    assert (high >= most).all()
    begins, ends = edges[:-1] // bin_size, edges[1:] // bin_size
    least, most = spans(begins * bin_size, (ends + 1) * bin_size)
    assert (low >= least).all()
    assert (high <= most).all()


# -- the whole overview


@every_kind
@FEW
@given(window=windows())
def test_columns_hold_their_samples_and_at_most_a_bin_more(
    whole: Whole, kind: str, window: tuple[ColumnGrid, int]
) -> None:
    source, overview = whole[kind]
    grid, first = window
    level = level_for(grid, 1, SIZES)
    assert (level is None) == (grid.samples_per_pixel < SIZES[0])
    desk, reads = Desk(), Reads()
    with patch.object(sample_reading, "read_rows", reads):
        desk.ask(source, grid, first, first)  # opened
        reads.n_samples = 0
        responses = desk.ask(source, grid, first, first + grid.width, overview=overview)
    desk.worker.close()
    assert (reads.n_samples == 0) == (level is not None)
    columns = joined(responses)
    assert_within_a_bin(columns, grid, first, 1 if level is None else SIZES[level])


@every_kind
@pytest.mark.parametrize("width", [1, 7, 288, 1270, 3001])
def test_the_whole_recording(whole: Whole, desk: Desk, kind: str, width: int) -> None:
    source, overview = whole[kind]
    grid = ColumnGrid(N, width)
    columns = joined(desk.ask(source, grid, 0, width, overview=overview))
    level = level_for(grid, 1, SIZES)
    assert level is not None
    assert_within_a_bin(columns, grid, 0, SIZES[level])
    assert columns[0].min(axis=0).tolist() == SAMPLES.min(axis=1).tolist()
    assert columns[1].max(axis=0).tolist() == SAMPLES.max(axis=1).tolist()


@every_kind
@pytest.mark.parametrize("per_pixel", ZOOMS)
def test_no_spike_vanishes_and_no_flat_channel(
    whole: Whole, desk: Desk, kind: str, per_pixel: int
) -> None:
    source, overview = whole[kind]
    width = 200
    grid = ColumnGrid(width * per_pixel, width)
    for spike in SPIKES.tolist():
        column = grid.column_of(spike)
        first = max(column - 1, 0)
        (response,) = desk.ask(source, grid, first, column + 1, overview=overview)
        assert response.high[-1, 1] == 30_000
        edge = spike == grid.edge(column)  # it belongs to the column before as well
        assert not edge or response.high[0, 1] == 30_000
        assert (response.high[:, 2] == FLAT).all()
        dips = response.low[:, 2] == -FLAT
        assert (response.low[~dips, 2] == FLAT).all()
    at = grid.column_of(900_000)
    low = desk.ask(source, grid, at - 9, at + 9, overview=overview)[0].low[:, 2]
    assert low[9] == -FLAT
    assert 1 <= np.count_nonzero(low == -FLAT) <= 3


@every_kind
@FEW
@given(window=windows(), data=st.data())
def test_columns_do_not_depend_on_what_else_is_asked_for(
    whole: Whole, kind: str, window: tuple[ColumnGrid, int], data: st.DataObject
) -> None:
    source, overview = whole[kind]
    grid, first = window
    desk, stop = Desk(), first + grid.width
    low, high, _ = joined(desk.ask(source, grid, first, stop, overview=overview))
    begin = data.draw(st.integers(first, stop - 1))
    end = data.draw(st.integers(begin + 1, stop))
    part = joined(desk.ask(source, grid, begin, end, overview=overview))
    desk.worker.close()
    np.testing.assert_array_equal(part[0], low[begin - first : end - first])
    np.testing.assert_array_equal(part[1], high[begin - first : end - first])


def test_what_is_much_comes_in_parts(whole: Whole, desk: Desk) -> None:
    source, overview = whole["kept"]
    grid = ColumnGrid(N, 1270)
    with patch.object(column_reading, "_LEVEL_PART_BYTES", 10_000):
        responses = desk.ask(source, grid, 0, 1270, overview=overview)
        columns = joined(responses)
        assert [response.first for response in responses] == [0, 317, 635, 952]
        assert [response.covers for response in responses] == [False, False, False, True]
        (alone,) = desk.ask(source, grid, 7, 8, overview=overview)
    (again,) = desk.ask(source, grid, 0, 1270, overview=overview)
    np.testing.assert_array_equal(columns[0], again.low)
    np.testing.assert_array_equal(columns[1], again.high)
    np.testing.assert_array_equal(alone.low, again.low[7:8])


# -- pictures


def picture_of(grid: ColumnGrid, first: int) -> TracePicture:
    style = TraceStyle(
        rows=(0, 1, 2), bad=frozenset(), highlighted=frozenset(), units_per_row=4000.0,
        offsets=np.array([2000, 4000, FLAT], np.float32), mask=None, line_step=20_000.0,
        tokens=LIGHT,
    )  # fmt: skip
    picture = TracePicture(grid, 180, 15, N_CHANNELS, style)
    picture.first = first
    return picture


@every_kind
@pytest.mark.parametrize("per_pixel", ZOOMS)
def test_a_scrolled_picture_equals_a_fresh_one(
    whole: Whole, desk: Desk, kind: str, per_pixel: int
) -> None:
    source, overview = whole[kind]
    width = 251
    grid = ColumnGrid(width * per_pixel + 77, width)
    last = grid.first_column(N - grid.length, N)
    scrolled = picture_of(grid, 0)
    for first in (0, 3, 90, 91, 60, 0, last - 5, last):
        first = min(max(first, 0), last)
        scrolled.first = first
        fresh = picture_of(grid, first)
        for picture in (scrolled, fresh):
            columns = picture.envelope.wanted(first, first + width)
            if columns is not None:
                for part in desk.ask(source, grid, *columns, overview=overview):
                    picture.store(part.first, part.low, part.high, part.states)
            picture.update()
        slots = np.arange(first, first + width) % width
        np.testing.assert_array_equal(
            scrolled.image.pixels[:, slots], fresh.image.pixels[:, slots], f"from column {first}"
        )
        # The flat channel covers a pixel in every column.
        background = fresh.image.pixels[121, slots]
        assert (fresh.image.pixels[149:151, slots] != background).any(axis=0).all()
