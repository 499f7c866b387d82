"""Columns of processed samples: scrolled equal fresh, and wide views wait with what there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecogview.dsp import engine, envelope, filter_plain
from ecogview.dsp.columns import ColumnGrid
from ecogview.dsp.envelope import bins_of
from ecogview.dsp.reference import Reference
from ecogview.dsp.ring import ColumnState
from ecogview.model.processing import AppliedProcessing, Processing
from ecogview.services import processed_columns
from ecogview.services.column_reading import estimate_of
from ecogview.services.filtered_build import FilteredBuild
from ecogview.services.filtered_overview import FilteredOverview
from ecogview.services.overview import Overview
from ecogview.services.processed_reading import ProcessedReader
from ecogview.services.sources import FileSource
from ecogview.services.window_loader import WindowRequest, WindowResponse
from tests.services.processing_desk import (
    MASKED,
    N_CHANNELS,
    ZEROED,
    N,
    compiled,
    slow_twin,
    source_of,
)
from tests.services.window_desk import Desk, spans

FEW = settings(max_examples=25, deadline=None)
CHAIN = AppliedProcessing(
    Processing(2, 90, 50, reference=Reference("median")), frozenset({4}), MASKED
)
CLOSE, NEAR, WIDE = ColumnGrid(90, 100), ColumnGrid(1700, 100), ColumnGrid(28_000, 40)
Columns = tuple[np.ndarray, np.ndarray, np.ndarray]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> FileSource:
    return source_of(tmp_path_factory.mktemp("rec"))


@pytest.fixture(scope="module")
def whole(source: FileSource) -> tuple[np.ndarray, float]:
    return slow_twin(source, CHAIN)


@pytest.fixture(autouse=True)
def _compiled() -> Iterator[None]:
    with compiled(), patch.object(envelope, "_SCREEN", 64), patch.object(
        envelope, "_SAMPLES_BYTES", 0
    ):  # fmt: skip
        yield


@pytest.fixture
def desk() -> Iterator[ProcessingDesk]:
    with ProcessingDesk() as made:
        yield made


class ProcessingDesk(Desk):
    """A loader's worker that is asked for processed columns."""

    def __enter__(self) -> ProcessingDesk:
        return self

    def __exit__(self, *_: object) -> None:
        self.worker.close()

    def processed(
        self,
        source: FileSource,
        grid: ColumnGrid,
        first: int,
        stop: int,
        applied: AppliedProcessing = CHAIN,
        overview: Overview | None = None,
        filtered: FilteredOverview | None = None,
        is_stale: Callable[[], bool] = lambda: False,
        n_channels: int = N_CHANNELS,
    ) -> list[WindowResponse]:
        self.responses.clear()
        request = WindowRequest(
            1, source, grid, first, stop, n_channels, overview, applied, filtered
        )
        self.worker.handle(request, is_stale)
        assert all(response.processing is applied for response in self.responses)
        return list(self.responses)


def joined(responses: list[WindowResponse], first: int, stop: int) -> Columns:
    """What is on the screen in the end; later responses lie over earlier ones."""
    low = np.full((stop - first, N_CHANNELS), np.nan, np.float32)
    high, states = low.copy(), np.zeros(stop - first, np.uint8)
    for response in responses:
        part = slice(response.first - first, response.first - first + len(response.low))
        low[part], high[part], states[part] = response.low, response.high, response.states
    finals = [response.final for response in responses]
    assert finals == [False] * (len(finals) - 1) + [True]
    assert responses[-1].covers
    return low, high, states


# -- from samples


@pytest.mark.parametrize("grid", [CLOSE, NEAR], ids=["close", "near"])
@FEW
@given(start=st.integers(0, N), width=st.integers(1, 100))
def test_columns_are_made_of_processed_samples(
    source: FileSource, whole: tuple[np.ndarray, float], grid: ColumnGrid, start: int, width: int
) -> None:
    rows, limit = whole
    first = grid.column_of(min(start, N - 2))
    stop = min(first + width, grid.column_of(N - 1))
    if first >= stop:
        return
    with ProcessingDesk() as desk:
        low, high, states = joined(desk.processed(source, grid, first, stop), first, stop)
    known = ~np.isnan(rows[17_000:17_003]).any()
    assert not known  # three samples are no numbers: columns leave them out
    wanted_low, wanted_high = spans(np.nan_to_num(rows.T, nan=0), grid, first, stop)
    edges = grid.edges(first, stop)
    clear = ~((edges[:-1] < 17_005) & (edges[1:] > 16_995))
    np.testing.assert_allclose(low[clear], wanted_low[clear], atol=limit)
    np.testing.assert_allclose(high[clear], wanted_high[clear], atol=limit)
    assert (states == ColumnState.READ).all()


@FEW
@given(moves=st.lists(st.integers(-40, 40), min_size=1, max_size=6), start=st.integers(0, N))
def test_a_scrolled_picture_equals_a_fresh_one(
    source: FileSource, moves: list[int], start: int
) -> None:
    last = NEAR.column_of(N - 1) - NEAR.width
    first = min(NEAR.column_of(start), last)
    shown: dict[int, tuple[np.ndarray, ...]] = {}
    with ProcessingDesk() as scrolling:
        for move in [0, *moves]:
            first = min(max(first + move, 0), last)
            new = [column for column in range(first, first + 100) if column not in shown]
            if new:
                came = joined(scrolling.processed(source, NEAR, new[0], new[-1] + 1),
                              new[0], new[-1] + 1)  # fmt: skip
                shown |= dict(enumerate(zip(*came, strict=True), new[0]))
    with ProcessingDesk() as fresh:
        wanted = joined(fresh.processed(source, NEAR, first, first + 100), first, first + 100)
    for column, values in enumerate(zip(*wanted, strict=True), first):
        for made, plain in zip(shown[column], values, strict=True):
            np.testing.assert_array_equal(made, plain)


def test_zeroed_stretches_stay_zero(source: FileSource, desk: ProcessingDesk) -> None:
    first, stop = NEAR.column_of(ZEROED[1][0]) + 1, NEAR.column_of(ZEROED[1][1]) - 1
    low, high, _ = joined(desk.processed(source, NEAR, first, stop), first, stop)
    assert not low.any()
    assert not high.any()


def test_much_work_is_preceded_by_the_unfiltered_picture(
    source: FileSource, desk: ProcessingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processed_columns, "_LONG", 0)
    responses = desk.processed(source, NEAR, 100, 200)
    flags = [response.is_unfiltered for response in responses]
    assert flags == sorted(flags, reverse=True)
    assert flags[0]
    assert not flags[-1]
    assert set(responses[0].states) == {ColumnState.COARSE}
    assert any(response.covers for response in responses if response.is_unfiltered)
    # A scroll's few columns are not.
    assert not any(r.is_unfiltered for r in desk.processed(source, NEAR, 200, 230))
    # Nor is what has been made already.
    assert not any(r.is_unfiltered for r in desk.processed(source, NEAR, 100, 200))


def test_stale_work_is_given_up(source: FileSource, desk: ProcessingDesk) -> None:
    responses = desk.processed(source, NEAR, 0, 1000, is_stale=lambda: True)
    assert not any(response.final for response in responses)


def test_another_mask_or_bad_channel_is_another_picture(
    source: FileSource, desk: ProcessingDesk
) -> None:
    before = joined(desk.processed(source, NEAR, 100, 200), 100, 200)
    marked = joined(
        desk.processed(source, NEAR, 100, 200, replace(CHAIN, bad=frozenset())), 100, 200
    )
    again = joined(desk.processed(source, NEAR, 100, 200), 100, 200)
    assert np.abs(before[0] - marked[0]).max() > 1
    np.testing.assert_array_equal(again[0], before[0])


# -- from a pyramid


def filtered_of(
    source: FileSource, applied: AppliedProcessing, units: list[int] | None = None
) -> FilteredOverview:
    with source.open() as recording:
        filtered = FilteredOverview.blank(recording.info, applied)
        estimate = estimate_of(recording)
        reader = ProcessedReader(recording.read_rows, recording.info, applied.of_whole, estimate)
        build = FilteredBuild(recording, filtered, reader)
        for unit in range(len(filtered.levels.done)) if units is None else units:
            build.read_unit(unit)
    return filtered


def test_wide_columns_hold_the_span_of_the_filtered_samples(
    source: FileSource, desk: ProcessingDesk
) -> None:
    rows, limit = slow_twin(source, CHAIN.of_whole)
    filtered = filtered_of(source, CHAIN)
    responses = desk.processed(source, WIDE, 0, 42, filtered=filtered)
    assert not any(response.is_unfiltered for response in responses)
    low, high, states = joined(responses, 0, 42)
    assert (states == ColumnState.READ).all()
    starts, stops = bins_of(WIDE, 0, 42, 64)
    for column, (start, stop) in enumerate(zip(starts * 64, stops * 64, strict=True)):
        wanted = rows[start:stop]
        np.testing.assert_allclose(low[column], np.nanmin(wanted, axis=0), atol=limit)
        np.testing.assert_allclose(high[column], np.nanmax(wanted, axis=0), atol=limit)


def test_what_is_not_yet_filtered_is_shown_as_recorded_and_said_to_be(
    source: FileSource, desk: ProcessingDesk
) -> None:
    whole = joined(desk.processed(source, WIDE, 0, 42, filtered=filtered_of(source, CHAIN)), 0, 42)
    partly = filtered_of(source, CHAIN, units=[])
    responses = desk.processed(source, WIDE, 0, 42, filtered=partly)
    assert all(response.is_unfiltered for response in responses)
    recorded = joined(responses, 0, 42)
    assert (recorded[2] == ColumnState.COARSE).all()
    with source.open() as recording:
        offset = estimate_of(recording).offset
    plain = joined_plain(desk, source, 0, 42)
    is_zero = ~(plain[0].any(axis=1) | plain[1].any(axis=1))
    np.testing.assert_allclose(
        recorded[0][~is_zero], (plain[0] - offset)[~is_zero], rtol=1e-5, atol=1e-3
    )
    # As soon as a unit is done, its columns are filtered ones.
    build_unit = 0
    partly = filtered_of(source, CHAIN, units=[build_unit])
    known = partly.levels.known_columns(WIDE, 0, 42)
    assert known.any()
    low, _, states = joined(desk.processed(source, WIDE, 0, 42, filtered=partly), 0, 42)
    np.testing.assert_array_equal(low[known], whole[0][known])
    assert (states[known] == ColumnState.READ).all()


def joined_plain(desk: ProcessingDesk, source: FileSource, first: int, stop: int) -> Columns:
    return joined(desk.ask(source, WIDE, first, stop, n_channels=N_CHANNELS), first, stop)


def test_what_was_made_with_another_processing_is_left_aside(
    source: FileSource, desk: ProcessingDesk
) -> None:
    other = filtered_of(source, AppliedProcessing(Processing(9)))
    responses = desk.processed(source, WIDE, 0, 42, filtered=other)
    assert all(response.is_unfiltered for response in responses)


def test_size_and_sign_need_no_pass(source: FileSource, desk: ProcessingDesk) -> None:
    filtered = filtered_of(source, CHAIN)
    upright = joined(desk.processed(source, WIDE, 0, 42, filtered=filtered), 0, 42)
    inverted = replace(CHAIN, processing=replace(CHAIN.processing, inverted=True))
    turned = desk.processed(source, WIDE, 0, 42, inverted, filtered=filtered)
    assert not any(response.is_unfiltered for response in turned)
    np.testing.assert_array_equal(joined(turned, 0, 42)[0], -upright[1])
    scored = AppliedProcessing(Processing(zscore=True, inverted=True))
    responses = desk.processed(source, WIDE, 0, 42, scored)
    assert not any(response.is_unfiltered for response in responses)
    low, high, _ = joined(responses, 0, 42)
    plain_low, plain_high, _ = joined_plain(desk, source, 0, 42)
    with source.open() as recording:
        estimate = estimate_of(recording)
    is_zero = ~(plain_low.any(axis=1) | plain_high.any(axis=1))
    alive = [0, 1, 2, 4]  # channel 3 is flat
    wanted = -(plain_high - estimate.offset)[:, alive] / estimate.rms[alive]
    np.testing.assert_allclose(low[~is_zero][:, alive], wanted[~is_zero], rtol=1e-4, atol=1e-4)
    assert (low <= high).all()


def test_before_numba_is_there_the_unfiltered_picture_comes_first(
    source: FileSource, desk: ProcessingDesk
) -> None:
    with patch.object(engine, "_filters", filter_plain):
        responses = desk.processed(source, NEAR, 100, 200)
    assert responses[0].is_unfiltered
    compiled_low = joined(desk.processed(source, NEAR, 100, 200), 100, 200)[0]
    np.testing.assert_allclose(joined(responses, 100, 200)[0], compiled_low, rtol=1e-3, atol=0.05)


def test_an_unreadable_file_is_told(
    source: FileSource, tmp_path: Path, desk: ProcessingDesk
) -> None:
    gone = source_of(tmp_path)
    assert desk.processed(gone, NEAR, 0, 100)[-1].failure is None
    with gone.path.open("r+b") as file:
        file.truncate(4 * N_CHANNELS * 1000)
    low, _, states = joined(desk.processed(gone, NEAR, 1000, 1100), 1000, 1100)
    assert (states == ColumnState.MISSING).all()
    assert np.isinf(low).all()
