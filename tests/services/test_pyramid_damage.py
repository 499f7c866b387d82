"""Wide windows where the kept overview, or the recording, is not what it was."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest

from ecogview.data.envelope_spec import level_name
from ecogview.dsp.ring import ColumnState
from ecogview.services import column_reading
from ecogview.services.overview import Overview
from ecogview.services.sources import FileSource
from tests.builders import write_recording
from tests.services.overview_desk import built
from tests.services.pyramid_desk import (
    GRID,
    N_CHANNELS,
    N_COLUMNS,
    SAMPLES,
    N,
    ask,
    assert_same,
    spans_of,
    wide_pictures,
)
from tests.services.window_desk import Desk, joined

READ, MISSING = ColumnState.READ, ColumnState.MISSING
in_use = pytest.mark.skipif(os.name == "nt", reason="Windows keeps files that are in use")
either = pytest.mark.parametrize("is_kept", [True, False], ids=["kept", "memory"])


@pytest.fixture(autouse=True)
def _wide() -> Iterator[None]:
    with wide_pictures():
        yield


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.worker.close()


@pytest.fixture
def source(tmp_path: Path) -> FileSource:
    return FileSource(write_recording(tmp_path / "data", samples=SAMPLES))


@pytest.fixture
def kept(source: FileSource, tmp_path: Path) -> Overview:
    """An overview of which there is only the kept file: found by a later start."""
    overview = built(source, tmp_path / "kept")
    return replace(Overview.blank(overview.info), kept=overview.kept)


def file_of(overview: Overview) -> Path:
    assert overview.kept is not None
    return overview.kept.path


# -- what was kept


def flip(overview: Overview, bin_number: int) -> None:
    """Another value in a bin of the kept file's finest level."""
    assert overview.kept is not None
    path, spec = overview.kept.path, overview.kept.spec
    content = bytearray(path.read_bytes())
    at = spec.data_start + spec.positions()[level_name(0)]
    content[at + bin_number * spec.arrays[0].row_bytes] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("part_bytes", [10_000, 10_000_000])
@pytest.mark.parametrize("bin_number", [0, 1700, 3125])
def test_damage_is_found_and_the_samples_are_read(
    source: FileSource, kept: Overview, desk: Desk, part_bytes: int, bin_number: int
) -> None:
    pyramid, samples = spans_of(desk, source, kept), spans_of(desk, source)
    desk.worker.close()
    flip(kept, bin_number)
    with patch.object(column_reading, "_LEVEL_PART_BYTES", part_bytes):
        found = spans_of(desk, source, kept)
    assert desk.responses[-1].overview_is_damaged
    assert_same(found, samples, slice(GRID.column_of(min(bin_number * 64, N - 1)), None))
    for one, sample, bins in zip(found, samples, pyramid, strict=True):
        assert ((one == sample) | (one == bins)).all()
    # Nor is it looked at again.
    assert_same(spans_of(desk, source, kept), samples)
    assert desk.responses[0].overview_is_damaged


def test_damage_elsewhere_is_not_looked_for(source: FileSource, kept: Overview, desk: Desk) -> None:
    pyramid = spans_of(desk, source, kept)
    desk.worker.close()
    flip(kept, 3125)
    found = spans_of(desk, source, kept, columns=(0, 100))
    assert not desk.responses[-1].overview_is_damaged
    assert_same(found, (pyramid[0][:100], pyramid[1][:100]))


def change_the_front(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)


def halve(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


@pytest.mark.parametrize("happens", [change_the_front, halve, Path.unlink])
def test_a_kept_file_that_cannot_be_opened(
    source: FileSource, kept: Overview, desk: Desk, happens: Callable[[Path], object]
) -> None:
    happens(file_of(kept))
    found = spans_of(desk, source, kept)
    assert desk.responses[-1].overview_is_damaged
    assert_same(found, spans_of(desk, source))


@in_use
def test_a_kept_file_that_is_cleared_away_while_open(
    source: FileSource, kept: Overview, desk: Desk
) -> None:
    pyramid = spans_of(desk, source, kept)
    file_of(kept).unlink()
    assert_same(spans_of(desk, source, kept), pyramid)
    assert not desk.responses[-1].overview_is_damaged


def test_a_kept_file_that_is_cut_while_open(source: FileSource, kept: Overview, desk: Desk) -> None:
    spans_of(desk, source, kept)
    halve(file_of(kept))
    found = spans_of(desk, source, kept)
    assert desk.responses[-1].overview_is_damaged
    assert_same(found, spans_of(desk, source))


def test_parts_of_a_kept_pyramid_are_given_up_when_stale(
    source: FileSource, kept: Overview, desk: Desk
) -> None:
    with patch.object(column_reading, "_LEVEL_PART_BYTES", 10_000):
        (response,) = ask(desk, source, kept, is_stale=lambda: True)
    assert (len(response.low), response.final) == (N_COLUMNS // 4, False)


def test_damage_is_told_of_the_overview_that_is_damaged(
    source: FileSource, kept: Overview, desk: Desk, tmp_path: Path
) -> None:
    """Else the pass would be started anew by every response, for ever."""
    flip(kept, 0)
    assert ask(desk, source, kept)[-1].overview_is_damaged
    assert ask(desk, source, kept, columns=(3, 3))[0].overview_is_damaged
    for overview in (None, Overview.blank(kept.info)):
        assert not ask(desk, source, overview)[0].overview_is_damaged
        assert ask(desk, source, kept)[-1].overview_is_damaged
    again = built(source, tmp_path / "kept")
    found = spans_of(desk, source, again)
    assert not desk.responses[-1].overview_is_damaged
    assert_same(found, spans_of(desk, source, replace(again, kept=None)))


# -- the recording


def rewrite(path: Path) -> None:
    path.write_bytes((-SAMPLES).T.tobytes())
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))


def grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(SAMPLES.T.tobytes())


def shorten(path: Path) -> None:
    os.truncate(path, N // 2 * N_CHANNELS * 4)


def replace_it(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(path.read_bytes())
    other.replace(path)


@either
@pytest.mark.parametrize(
    ("happens", "change"),
    [
        (rewrite, "rewritten"),
        (grow, "longer"),
        (shorten, "shorter"),
        pytest.param(replace_it, "replaced", marks=in_use),
    ],
)
def test_of_a_file_that_has_changed_the_samples_are_read(
    source: FileSource,
    kept: Overview,
    desk: Desk,
    is_kept: bool,
    happens: Callable[[Path], object],
    change: str,
) -> None:
    overview = kept if is_kept else built(source)
    samples, pyramid = spans_of(desk, source), spans_of(desk, source, overview)
    assert (pyramid[0] < samples[0]).any()
    happens(source.path)
    low, high, states = joined(ask(desk, source, overview))
    assert {response.change for response in desk.responses} == {change}
    assert not desk.responses[-1].overview_is_damaged
    n_there = 150 if change == "shorter" else N_COLUMNS
    assert (states[:n_there] == READ).all()
    assert (states[n_there + 1 :] == MISSING).all()
    wanted = (-samples[1], -samples[0]) if change == "rewritten" else samples
    assert_same((low, high), wanted, slice(0, n_there - 1))


@in_use
@either
def test_of_a_removed_file_there_is_still_the_overview(
    source: FileSource, kept: Overview, desk: Desk, is_kept: bool
) -> None:
    overview = kept if is_kept else built(source)
    before = spans_of(desk, source, overview)
    source.path.unlink()
    assert_same(spans_of(desk, source, overview), before)
    assert desk.responses[0].change == "removed"


@either
def test_an_overview_of_another_version_is_not_used(
    source: FileSource, kept: Overview, desk: Desk, is_kept: bool
) -> None:
    """The loader opens the file on its own, and may find another than the pass has read."""
    overview = kept if is_kept else built(source)
    rewrite(source.path)
    found = spans_of(desk, source, overview)
    assert desk.responses[0].change is None
    assert found[1].max() < 0
    assert_same(found, spans_of(desk, source))


@either
def test_what_lies_beyond_the_end_is_missing(tmp_path: Path, desk: Desk, is_kept: bool) -> None:
    """The window is of a longer file, that was replaced before pass and loader opened it."""
    source = FileSource(write_recording(tmp_path, samples=SAMPLES[:, : N // 2]))
    overview = built(source, tmp_path / "kept" if is_kept else None)
    low, high, states = joined(ask(desk, source, overview))
    assert (states[:149] == READ).all()
    assert (states[151:] == MISSING).all()
    assert (low[:150] <= high[:150]).all()
    low, high, states = joined(ask(desk, source, overview, columns=(200, N_COLUMNS)))
    assert (states == MISSING).all()
    assert (low > high).all()
