"""Columns of a picture while signals are processed: what the panel shows, in any resolution."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from ecogview.dsp import engine, envelope, filter_plain
from ecogview.dsp.columns import ColumnGrid
from ecogview.dsp.reference import Reference
from ecogview.dsp.ring import ColumnState
from ecogview.errors import RecordingError
from ecogview.model.processing import AppliedProcessing, Processing
from ecogview.services import picture_reading
from ecogview.services.column_reading import Columns, estimate_of
from ecogview.services.filtered_build import FilteredBuild
from ecogview.services.filtered_overview import FilteredOverview
from ecogview.services.picture_reading import (
    PictureColumns,
    PictureProcessing,
    read_processed_columns,
)
from ecogview.services.processed_reading import ProcessedReader
from ecogview.services.sources import FileSource
from ecogview.services.window_loader import WindowRequest
from tests.services.processing_desk import MASKED, N_CHANNELS, N, compiled, slow_twin, source_of
from tests.services.window_desk import Desk, spans

CHAIN = AppliedProcessing(
    Processing(2, 90, 50, reference=Reference("median")), frozenset({4}), MASKED
)
OTHER = AppliedProcessing(Processing(9))
CLOSE, NEAR, WIDE = ColumnGrid(90, 100), ColumnGrid(1700, 100), ColumnGrid(28_000, 40)
OTHERS = {
    "rows": Processing(reference=Reference("rows")),
    "z": Processing(1, zscore=True, inverted=True),
    "line": Processing(detrend="linear"),
    "sign": Processing(inverted=True),
}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> FileSource:
    return source_of(tmp_path_factory.mktemp("rec"))


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Few samples make a wide view, and units of the pass are 4096 samples."""
    for name, value in {"_SCREEN": 64, "_SAMPLES_BYTES": 0, "_UNIT_S": 8.0}.items():
        monkeypatch.setattr(envelope, name, value)
    with compiled():
        yield


def read(
    source: FileSource, grid: ColumnGrid, first: int, applied: AppliedProcessing = CHAIN,
    filtered: FilteredOverview | None = None, on_screen: ColumnGrid | None = None,
) -> PictureColumns:  # fmt: skip
    with source.open() as recording:
        processing = PictureProcessing(applied, estimate_of(recording), on_screen or grid, filtered)
        found = read_processed_columns(recording, grid, first, None, lambda: False, processing)
    assert found is not None
    return found


def on_the_panel(
    source: FileSource, grid: ColumnGrid, first: int, applied: AppliedProcessing = CHAIN,
    filtered: FilteredOverview | None = None,
) -> Columns:  # fmt: skip
    """What the loader gives the panel in the end."""
    desk = Desk()
    desk.worker.handle(
        WindowRequest(
            1, source, grid, first, first + grid.width, N_CHANNELS, None, applied, filtered
        ),
        lambda: False,
    )
    desk.worker.close()
    low = np.full((grid.width, N_CHANNELS), np.nan, np.float32)
    high, states, samples = low.copy(), np.zeros(grid.width, np.uint8), None
    for part in desk.responses:
        at = slice(part.first - first, part.first - first + len(part.low))
        low[at], high[at], states[at] = part.low, part.high, part.states
        samples = part.samples or samples
    return Columns(first, low, high, states, samples=samples)


def assert_same(one: Columns, other: Columns) -> None:
    assert one.first == other.first
    np.testing.assert_array_equal(one.low, other.low)
    np.testing.assert_array_equal(one.high, other.high)
    np.testing.assert_array_equal(one.states, other.states)
    assert (one.samples is None) == (other.samples is None)
    if one.samples is not None and other.samples is not None:
        assert one.samples.first == other.samples.first
        np.testing.assert_array_equal(one.samples.rows, other.samples.rows)


def filtered_of(source: FileSource, applied: AppliedProcessing, n_units: int) -> FilteredOverview:
    with source.open() as recording:
        filtered = FilteredOverview.blank(recording.info, applied)
        estimate = estimate_of(recording)
        reader = ProcessedReader(recording.read_rows, recording.info, applied.of_whole, estimate)
        build = FilteredBuild(recording, filtered, reader)
        for unit in range(len(filtered.levels.done))[:n_units]:
            build.read_unit(unit)
    return filtered


@pytest.mark.parametrize("grid", [CLOSE, NEAR], ids=["close", "near"])
@pytest.mark.parametrize("place", [0.0, 0.3, 1.0])
def test_columns_are_those_of_the_panel(source: FileSource, grid: ColumnGrid, place: float) -> None:
    first = round(place * (grid.column_of(N - 1) - grid.width))
    found = read(source, grid, first)
    assert_same(found.columns, on_the_panel(source, grid, first))
    assert found.unfiltered == 0
    assert (found.columns.samples is not None) == grid.interpolated


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("grid", [CLOSE, NEAR], ids=["close", "near"])
def test_so_they_are_with_any_reference_size_and_sign(
    source: FileSource, name: str, grid: ColumnGrid
) -> None:
    applied = AppliedProcessing(OTHERS[name], frozenset(), MASKED if name == "z" else CHAIN.masked)
    found = read(source, grid, 90, applied)
    assert_same(found.columns, on_the_panel(source, grid, 90, applied))
    plain = read(source, grid, 90, AppliedProcessing(Processing(0.5))).columns
    assert np.nanmax(np.abs(found.columns.low[:, 0] - plain.low[:, 0])) > 1


def test_wide_columns_without_filter_are_those_of_the_panel(source: FileSource) -> None:
    for name in ("line", "sign"):
        applied = AppliedProcessing(OTHERS[name])
        found = read(source, WIDE, 0, applied)
        assert found.unfiltered == 0
        assert_same(found.columns, on_the_panel(source, WIDE, 0, applied))


def test_wide_columns_are_those_of_the_filtered_pass(source: FileSource) -> None:
    filtered = filtered_of(source, CHAIN, 1000)
    assert filtered.is_complete
    found = read(source, WIDE, 1, filtered=filtered)
    assert found.unfiltered == 0
    assert_same(found.columns, on_the_panel(source, WIDE, 1, filtered=filtered))


def test_until_then_samples_are_processed(source: FileSource) -> None:
    rows, limit = slow_twin(source, CHAIN)
    for filtered in (None, filtered_of(source, CHAIN, 1), filtered_of(source, OTHER, 1000)):
        found = read(source, WIDE, 1, filtered=filtered)
        assert found.unfiltered == 0
        assert (found.columns.states == ColumnState.READ).all()
        low, high = spans(np.nan_to_num(rows.T, nan=0), WIDE, 1, 41)
        np.testing.assert_allclose(found.columns.low, low, atol=limit)
        np.testing.assert_allclose(found.columns.high, high, atol=limit)


def test_a_finer_panel_decides(source: FileSource) -> None:
    """A picture with fewer columns than the screen is made of samples all the same."""
    finer = ColumnGrid(WIDE.length, 1000)
    filtered = filtered_of(source, CHAIN, 1000)
    found = read(source, WIDE, 1, filtered=filtered, on_screen=finer)
    of_samples = read(source, WIDE, 1)
    np.testing.assert_allclose(found.columns.low, of_samples.columns.low, rtol=1e-4, atol=0.05)
    assert np.abs(found.columns.low - read(source, WIDE, 1, filtered=filtered).columns.low).max()


@pytest.mark.parametrize("n_units", [0, 3])
def test_too_many_samples_are_drawn_as_on_the_panel_and_that_is_told(
    source: FileSource, monkeypatch: pytest.MonkeyPatch, n_units: int
) -> None:
    monkeypatch.setattr(picture_reading, "_MOST", 1000)
    filtered = filtered_of(source, CHAIN, n_units)
    found = read(source, WIDE, 1, filtered=filtered)
    assert_same(found.columns, on_the_panel(source, WIDE, 1, filtered=filtered))
    known = filtered.levels.known_columns(WIDE, 1, 41)
    assert found.unfiltered == pytest.approx(1 - known.mean())
    assert (found.unfiltered < 1) == bool(n_units)


def test_before_the_kernels_are_there_less_is_processed(
    source: FileSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_reading, "_MOST_PLAIN", 1000)
    with patch.object(engine, "_filters", filter_plain):
        assert read(source, WIDE, 1).unfiltered == 1
    assert read(source, WIDE, 1).unfiltered == 0


def test_what_was_kept_and_turned_out_damaged_is_made_of_samples(source: FileSource) -> None:
    filtered = filtered_of(source, CHAIN, 1000)
    wanted = read(source, WIDE, 1)
    filtered.levels.levels.clear()  # complete, but no level of it can be had
    found = read(source, WIDE, 1, filtered=filtered)
    assert found.unfiltered == 0
    assert_same(found.columns, wanted.columns)


def test_a_picture_nobody_wants_any_more_is_given_up(source: FileSource) -> None:
    for grid in (NEAR, WIDE):
        with source.open() as recording:
            processing = PictureProcessing(CHAIN, estimate_of(recording), grid)
            assert (
                read_processed_columns(recording, grid, 1, None, lambda: True, processing) is None
            )


def test_what_cannot_be_read_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = source_of(tmp_path)
    with source.open() as recording:
        processing = PictureProcessing(CHAIN, estimate_of(recording), NEAR)
        failure = RecordingError(source.path, "is gone")

        def refuse(*_: object) -> np.ndarray:
            raise failure

        monkeypatch.setattr(type(recording), "read_rows", refuse)
        with pytest.raises(RecordingError, match="is gone"):
            read_processed_columns(recording, NEAR, 1, None, lambda: False, processing)
