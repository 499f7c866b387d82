"""The filtered pass in its thread: what it makes, tells and keeps, and what breaks it off."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from ecogview.data.envelope_file import EnvelopeFile
from ecogview.data.envelope_spec import level_name
from ecogview.data.recording import Recording
from ecogview.dsp import engine, envelope, filter_kernels
from ecogview.dsp.columns import ColumnGrid
from ecogview.dsp.reference import Reference
from ecogview.errors import RecordingError
from ecogview.model.processing import AppliedProcessing, Processing
from ecogview.services import background_pass
from ecogview.services.filtered_overview import FilteredOverview
from ecogview.services.filtered_pass import FilteredPass
from ecogview.services.sources import FileSource
from tests.builders import write_recording
from tests.dsp.slow_processing import slow_processed
from tests.services.overview_desk import compiled, files_in
from tests.services.test_processed_columns import ProcessingDesk

N_CHANNELS, N, UNIT, N_UNITS = 3, 150_007, 32_768, 5
WAIT_S = 10.0
CHAIN = AppliedProcessing(Processing(1, 100, 50, reference=Reference("average")), frozenset({2}))


def some_samples() -> np.ndarray:
    random = np.random.default_rng(4)
    samples = random.normal(0, 50, (N_CHANNELS, N)).astype(np.float32)
    return samples + 700 * np.arange(N_CHANNELS, dtype=np.float32)[:, np.newaxis]


SAMPLES = some_samples()


@pytest.fixture(autouse=True)
def _impatient() -> Iterator[None]:
    with (
        compiled(screen=64),
        patch.object(engine, "_filters", filter_kernels),
        patch.object(background_pass, "_TELL_EVERY_S", -1.0),
        patch.object(background_pass, "_POLL_S", 0.002),
    ):
        yield


@pytest.fixture
def service(qtbot: QtBot, folder: Path, ready: threading.Event) -> Iterator[FilteredPass]:
    service = FilteredPass(ready)
    yield service
    service.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_recording(tmp_path / "data", samples=SAMPLES)


class Heard:
    """What a pass has told, in order."""

    def __init__(self, service: FilteredPass) -> None:
        self.events: list[tuple[str, Any]] = []
        for name in ("began", "progressed", "finished", "not_kept", "failed"):
            getattr(service, name).connect(
                lambda argument, name=name: self.events.append((name, argument))
            )

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.events]

    def last(self, name: str) -> Any:
        return [argument for told, argument in self.events if told == name][-1]


class Watched(FileSource):
    """A file whose long reads are noted, and which does what it is told before each."""

    reads: list[int]
    before: Callable[[], object] = staticmethod(lambda: None)

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        object.__setattr__(self, "reads", [])

    def open(self) -> Recording:
        recording, plain = super().open(), None
        plain = recording.read_rows

        def read_rows(start: int, stop: int) -> np.ndarray:
            if stop - start > 20_000:
                self.reads.append((start + 10_000) // UNIT)
                self.before()
            return plain(start, stop)

        recording.read_rows = read_rows  # type: ignore[method-assign]
        return recording


def finished(qtbot: QtBot, heard: Heard) -> FilteredOverview:
    qtbot.waitUntil(lambda: "finished" in heard.names)
    filtered: FilteredOverview = heard.last("finished")
    assert filtered.is_complete
    return filtered


def assert_levels(filtered: FilteredOverview) -> None:
    """Both in memory and in the file is what the slow twin makes of the whole recording."""
    estimate = np.median(SAMPLES, axis=1)
    whole = slow_processed(
        SAMPLES.T, 1000.0, estimate, settings=CHAIN.processing.filter,
        reference=CHAIN.processing.reference, bad=CHAIN.bad,
    )  # fmt: skip
    assert filtered.kept is not None
    file = EnvelopeFile.open(filtered.kept.path, filtered.kept.spec)
    assert file is not None
    with file:
        for level, size in enumerate(filtered.levels.sizes):
            starts = np.arange(0, N, size)
            low = np.minimum.reduceat(whole, starts)
            high = np.maximum.reduceat(whole, starts)
            rows = file.read_rows(level_name(level), 0, len(starts))
            np.testing.assert_allclose(rows[:, 0], low, atol=0.5)
            np.testing.assert_allclose(rows[:, 1], high, atol=0.5)
            if level in filtered.levels.levels:
                np.testing.assert_array_equal(filtered.levels.levels[level], rows)


def test_it_is_made_kept_and_found_the_second_time(
    qtbot: QtBot, service: FilteredPass, path: Path, folder: Path, ready: threading.Event
) -> None:
    heard = Heard(service)
    service.start(FileSource(path), CHAIN)
    filtered = finished(qtbot, heard)
    assert heard.names == ["began", *["progressed"] * N_UNITS, "finished"]
    assert [p.fraction for name, p in heard.events if name == "progressed"][-1] == 1
    assert_levels(filtered)
    assert len(files_in(folder)) == 1
    ready.clear()  # nothing is to be made
    heard.events.clear()
    sized = replace(CHAIN.processing, zscore=True, inverted=True)
    service.start(FileSource(path), replace(CHAIN, processing=sized))  # made of the same
    again = finished(qtbot, heard)
    assert heard.names == ["began", "finished"]
    assert again.kept == filtered.kept


@pytest.mark.parametrize(
    "other",
    [
        replace(CHAIN, bad=frozenset()),
        replace(CHAIN, processing=replace(CHAIN.processing, highpass_hz=2)),
    ],
    ids=["bad channel", "corner"],
)
def test_each_processing_is_kept_for_itself(
    qtbot: QtBot, service: FilteredPass, path: Path, folder: Path, other: AppliedProcessing
) -> None:
    for applied in (CHAIN, other):
        heard = Heard(service)
        service.start(FileSource(path), applied)
        finished(qtbot, heard)
    assert len(files_in(folder)) == 2


def test_what_is_looked_at_comes_first(qtbot: QtBot, service: FilteredPass, path: Path) -> None:
    heard, source = Heard(service), Watched(path)
    service.look_at(3.5 * UNIT)
    service.start(source, CHAIN)
    finished(qtbot, heard)
    assert source.reads == [3, 2, 4, 1, 0]


def test_another_start_or_cancel_gives_up_and_keeps_nothing(
    qtbot: QtBot, service: FilteredPass, path: Path, folder: Path
) -> None:
    heard, source = Heard(service), Watched(path)
    reached, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        reached.set()
        assert go_on.wait(WAIT_S)

    object.__setattr__(source, "before", hold)
    service.start(source, CHAIN)
    assert reached.wait(WAIT_S)
    service.cancel()
    go_on.set()
    other = AppliedProcessing(Processing(reference=Reference("median")))
    service.start(FileSource(path), other)
    filtered = finished(qtbot, heard)
    assert filtered.applied == other
    assert len(source.reads) == 1
    assert len(files_in(folder)) == 1


def test_paused_it_waits(qtbot: QtBot, service: FilteredPass, path: Path) -> None:
    heard, source = Heard(service), Watched(path)
    object.__setattr__(source, "before", service.pause)
    service.start(source, CHAIN)
    qtbot.waitUntil(lambda: service.is_paused)
    object.__setattr__(source, "before", lambda: None)
    service.resume()
    finished(qtbot, heard)


def test_a_file_that_ends_early_is_told(qtbot: QtBot, service: FilteredPass, path: Path) -> None:
    heard, source = Heard(service), Watched(path)

    def cut() -> None:
        with path.open("r+b") as file:
            file.truncate(4 * N_CHANNELS * 140_000)

    object.__setattr__(source, "before", cut)
    service.start(source, CHAIN)
    qtbot.waitUntil(lambda: "failed" in heard.names)
    error = heard.last("failed")
    assert isinstance(error, RecordingError)
    assert "ends at sample 140,000 of 150,007 now" in str(error)


def test_what_cannot_be_kept_is_made_all_the_same(
    qtbot: QtBot, service: FilteredPass, path: Path, folder: Path
) -> None:
    folder.write_text("a file, not a folder")
    heard = Heard(service)
    service.start(FileSource(path), CHAIN)
    filtered = finished(qtbot, heard)
    assert "not_kept" in heard.names
    assert filtered.kept is None


def test_a_damaged_one_is_told_and_made_anew(
    qtbot: QtBot, service: FilteredPass, path: Path
) -> None:
    heard, source = Heard(service), FileSource(path)
    service.start(source, CHAIN)
    filtered = finished(qtbot, heard)
    assert filtered.kept is not None
    damaged = bytearray(filtered.kept.path.read_bytes())
    damaged[filtered.kept.spec.data_start + 100] ^= 0xFF
    filtered.kept.path.write_bytes(damaged)
    grid = ColumnGrid(150_000, 20)
    with ProcessingDesk() as desk, patch.object(envelope, "_SAMPLES_BYTES", 0):
        desk.processed(source, grid, 0, 20, CHAIN, filtered=filtered, n_channels=N_CHANNELS)
        assert desk.responses[-1].filtered_is_damaged
        desk.processed(source, grid, 0, 20, CHAIN, filtered=filtered, n_channels=N_CHANNELS)
        assert all(r.is_unfiltered and r.filtered_is_damaged for r in desk.responses)
        heard.events.clear()
        service.start(source, CHAIN, anew=True)
        again = finished(qtbot, heard)
        assert_levels(again)
        desk.processed(source, grid, 0, 20, CHAIN, filtered=again, n_channels=N_CHANNELS)
        assert not any(r.is_unfiltered or r.filtered_is_damaged for r in desk.responses)
