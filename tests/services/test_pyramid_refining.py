"""Wide windows while the pass is under way: refined as it proceeds, coarse first, or given up."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecogview.dsp import envelope
from ecogview.dsp.columns import ColumnGrid
from ecogview.dsp.envelope import level_for
from ecogview.dsp.ring import ColumnState
from ecogview.services import column_reading, sample_reading
from ecogview.services.overview import Overview
from ecogview.services.sources import ArraySource, FileSource
from tests.builders import write_recording
from tests.services.overview_desk import built
from tests.services.pyramid_desk import (
    GRID,
    N_COLUMNS,
    N_UNITS,
    SAMPLES,
    SIZES,
    UNIT,
    N,
    Pass,
    Spans,
    ask,
    assert_same,
    spans_of,
    wide_pictures,
)
from tests.services.window_desk import Desk, joined

READ, COARSE = ColumnState.READ, ColumnState.COARSE
FEW = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
Reads = list[tuple[int, int]]


@pytest.fixture(autouse=True)
def _wide() -> Iterator[None]:
    with wide_pictures():
        yield


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.worker.close()


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> FileSource:
    return FileSource(write_recording(tmp_path_factory.mktemp("rec"), samples=SAMPLES))


@pytest.fixture(scope="module")
def whole(source: FileSource) -> Overview:
    with wide_pictures():
        overview = built(source)
    assert overview.levels.sizes == SIZES
    assert len(overview.levels.done) == N_UNITS
    return overview


@pytest.fixture(scope="module")
def samples(source: FileSource) -> Spans:
    """The whole window, made of the samples."""
    desk = Desk()
    with wide_pictures():
        spans = spans_of(desk, source)
    desk.worker.close()
    return spans


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch, desk: Desk, source: FileSource) -> Reads:
    """Stretches of the recording that are read once it is open."""
    ask(desk, source, columns=(0, 0))
    reads: Reads = []
    read_rows = sample_reading.read_rows

    def noted(recording: object, start: int, stop: int) -> object:
        reads.append((start, stop))
        return read_rows(recording, start, stop)  # type: ignore[arg-type]

    monkeypatch.setattr(sample_reading, "read_rows", noted)
    return reads


# -- half done


@st.composite
def windows(draw: st.DrawFn) -> tuple[ColumnGrid, tuple[int, int]]:
    width = draw(st.integers(1, 300))
    length = draw(st.integers(65 * width, N) | st.just(N))
    grid = ColumnGrid(length, width)
    left = grid.first_column(draw(st.integers(0, N - length)), N)
    first = draw(st.integers(0, width - 1))
    return grid, (left + first, left + draw(st.integers(first + 1, width)))


@FEW
@given(
    window=windows(),
    done=st.sets(st.integers(0, N_UNITS - 1)),
    later=st.permutations(range(N_UNITS)),
    every=st.integers(1, 9),
    blocks=st.sampled_from([1 << 16, 1 << 19]),
)
def test_what_is_done_comes_from_the_pyramid_and_all_else_from_the_samples(
    source: FileSource,
    whole: Overview,
    window: tuple[ColumnGrid, tuple[int, int]],
    done: set[int],
    later: list[int],
    every: int,
    blocks: int,
) -> None:
    (grid, columns), desk, under_way, calls = window, Desk(), Pass(whole), 0
    samples = spans_of(desk, source, grid=grid, columns=columns)
    pyramid = spans_of(desk, source, whole, grid=grid, columns=columns)
    under_way.do(*done)
    known = under_way.overview.levels.known_columns(grid, *columns)
    left = [unit for unit in later if unit not in done]

    def the_pass_goes_on() -> bool:
        nonlocal calls
        calls += 1
        if calls % every == 0 and left:
            under_way.do(left.pop())
        return False

    with (
        patch.object(
            sample_reading, "_BLOCK_BYTES", dict.fromkeys(("interleaved", "planar"), blocks)
        ),
        patch.object(sample_reading, "_PIECE_BYTES", blocks),
    ):
        responses = ask(
            desk, source, under_way.overview,
            grid=grid, columns=columns, is_stale=the_pass_goes_on,
        )  # fmt: skip
    desk.worker.close()
    low, high, states = joined(responses)
    assert (states == READ).all()
    assert_same((low, high), pyramid, known)
    as_samples = (low == samples[0]).all(axis=1) & (high == samples[1]).all(axis=1)
    as_pyramid = (low == pyramid[0]).all(axis=1) & (high == pyramid[1]).all(axis=1)
    assert (as_samples | as_pyramid).all()
    if calls < every:
        assert (known | as_samples).all()


def test_what_the_pass_finds_meanwhile_is_not_read_again(
    source: FileSource, whole: Overview, samples: Spans, desk: Desk, reads: Reads
) -> None:
    under_way = Pass(whole)
    under_way.do(3)

    def all_else_is_done() -> bool:
        if not under_way.overview.is_complete:
            under_way.do(0, 1, 2, 4, 5, 6)
        return False

    responses = ask(desk, source, under_way.overview, is_stale=all_else_is_done)
    # As much as a unit of the pass, and on both sides of what was known what is known now.
    n_read = GRID.column_of(UNIT)
    assert (reads[0][0], reads[-1][1]) == (0, GRID.edge(n_read) + 1)
    found = joined(responses)[:2]
    assert_same(found, samples, slice(0, n_read))
    assert_same(found, spans_of(desk, source, whole), slice(n_read, None))
    assert len({response.first for response in responses if response.first >= n_read}) == 3


def test_a_level_that_is_not_in_memory(
    source: FileSource, samples: Spans, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(envelope, "_MEMORY_BYTES", 200_000)
    overview = built(source)
    assert sorted(overview.levels.levels) == [1, 2, 3]
    wide, columns = ColumnGrid(N, 150), (0, 150)
    assert (level_for(GRID, 48, SIZES), level_for(wide, 48, SIZES)) == (0, 1)
    assert_same(spans_of(desk, source, overview), samples)
    pyramid = spans_of(desk, source, overview, grid=wide, columns=columns)
    assert (pyramid[0] < spans_of(desk, source, grid=wide, columns=columns)[0]).any()


def test_an_array_has_an_overview_too(samples: Spans, desk: Desk) -> None:
    source = ArraySource(SAMPLES, 1000.0)
    overview = built(source)
    assert overview.spec is None
    assert_same(spans_of(desk, source), samples)
    low, high = spans_of(desk, source, overview)
    assert (low <= samples[0]).all()
    assert (high >= samples[1]).all()
    assert (low < samples[0]).any()


# -- a coarse picture first


@pytest.fixture
def _much(monkeypatch: pytest.MonkeyPatch, samples: Spans) -> None:
    """Whatever is to be read is much, and there is time to look everywhere."""
    monkeypatch.setattr(column_reading, "COARSE_BYTES", 0)
    monkeypatch.setattr(sample_reading, "_COARSE_S", 60.0)


def looked_at(column: int) -> Spans:
    """Span of the few samples of a column that are looked at first."""
    rows = SAMPLES[:, GRID.edge(column) : GRID.edge(column) + 64]
    return rows.min(axis=1), rows.max(axis=1)


has_begun = pytest.mark.parametrize("has_begun", [False, True])


@pytest.mark.usefixtures("_much")
@has_begun
def test_a_coarse_picture_comes_first(
    source: FileSource, whole: Overview, samples: Spans, desk: Desk, has_begun: bool
) -> None:
    overview = Pass(whole).overview if has_begun else None
    coarse, *rest = ask(desk, source, overview, columns=(10, N_COLUMNS))
    assert (coarse.first, len(coarse.low)) == (10, N_COLUMNS - 10)
    assert (coarse.covers, coarse.final) == (True, False)
    assert (coarse.states == COARSE).all()
    for column in range(10, N_COLUMNS):
        assert_same((coarse.low[column - 10], coarse.high[column - 10]), looked_at(column))
    low, high, states = joined(rest)
    assert (states == READ).all()
    assert_same((low, high), (samples[0][10:], samples[1][10:]))


@pytest.mark.usefixtures("_much")
def test_what_is_done_is_not_looked_at_coarsely(
    source: FileSource, whole: Overview, desk: Desk
) -> None:
    under_way = Pass(whole)
    under_way.do(2, 5)
    known = under_way.overview.levels.known_columns(GRID, 0, N_COLUMNS)
    responses = ask(desk, source, under_way.overview)
    kinds = [int(response.states[0]) for response in responses]
    assert kinds[:6] == [READ, READ, COARSE, COARSE, COARSE, READ]
    assert [response.covers for response in responses[:6]] == [False] * 4 + [True, False]
    states = np.zeros(N_COLUMNS, int)
    for response in responses[:5]:
        at = slice(response.first, response.first + len(response.states))
        assert (states[at] == 0).all()
        states[at] = response.states
    np.testing.assert_array_equal(states, np.where(known, READ, COARSE))
    assert [response.final for response in responses] == [False] * (len(responses) - 1) + [True]


@pytest.mark.usefixtures("_much")
@pytest.mark.parametrize(("limit_s", "n_read"), [(-1, 1), (3, 4), (10, 11), (14, 15)])
def test_where_there_is_no_time_a_column_looks_like_the_last_one_read(
    source: FileSource, desk: Desk, monkeypatch: pytest.MonkeyPatch, limit_s: int, n_read: int
) -> None:
    now_s = iter(range(10_000))  # a second passes with every look at the clock
    monkeypatch.setattr(sample_reading, "time", SimpleNamespace(monotonic=lambda: next(now_s)))
    monkeypatch.setattr(sample_reading, "_COARSE_S", limit_s)
    coarse = ask(desk, source)[0]
    seen = [*range(0, N_COLUMNS, 32), *range(16, N_COLUMNS, 32)][:n_read]
    for column in range(N_COLUMNS):
        nearest = max(at for at in seen if at <= column)
        assert_same((coarse.low[column], coarse.high[column]), looked_at(nearest))


# -- given up


@pytest.mark.usefixtures("_much")
@has_begun
@pytest.mark.parametrize("after", [0, 3])
def test_a_stale_request_is_given_up_amid_the_coarse_picture(
    source: FileSource, whole: Overview, desk: Desk, reads: Reads, has_begun: bool, after: int
) -> None:
    overview = Pass(whole).overview if has_begun else None
    responses = ask(desk, source, overview, is_stale=lambda: len(reads) > after)
    assert len(reads) == after + 1
    assert not any(response.final for response in responses)


def test_a_stale_request_is_given_up_between_pieces(
    source: FileSource, whole: Overview, desk: Desk, reads: Reads
) -> None:
    under_way = Pass(whole)
    under_way.do(0)
    responses = ask(desk, source, under_way.overview, is_stale=lambda: True)
    assert UNIT - 101 <= min(reads)[0] < UNIT  # the column in which unit 0 ends is not whole
    assert max(stop for _, stop in reads) <= 2 * UNIT + 1
    assert not any(response.final for response in responses)
    assert responses[0].states[0] == READ
