"""The overview, built unit by unit, against all samples at once; and what breaks it off."""

from __future__ import annotations

import errno
import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ecogview.data import positioned_write
from ecogview.data.envelope_file import EnvelopeWriteError
from ecogview.data.envelope_spec import SourceKey
from ecogview.errors import RecordingError
from ecogview.services import overview_build
from ecogview.services.overview import Overview
from ecogview.services.overview_build import Stopped
from ecogview.services.sources import ArraySource, FileSource
from tests.builders import write_recording
from tests.services.overview_desk import (
    assert_kept,
    assert_levels,
    assert_maps_equal,
    bins_of_samples,
    building,
    built,
    compiled,
    files_in,
    map_of,
)

N_CHANNELS, N, UNIT = 3, 150_007, 32_768
RATE = 987.6  # of `raw`: a cell ends amid a sample
SCREEN = 64  # columns: four levels
FEW = settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
kinds = pytest.mark.parametrize(
    "kind",
    [("clfp", "interleaved"), ("clfp", "planar"), ("raw", "interleaved"), ("raw", "planar")],
    ids="-".join,
)
Kind = tuple[str, str]


def some_samples(n: int = N) -> NDArray[np.float32]:
    """Channels far apart, (channels, samples): hum, drift, a flat and a zeroed stretch, rails."""
    random = np.random.default_rng(8)
    at = np.arange(n)
    samples = random.integers(-300, 300, (N_CHANNELS, n)).astype(float)
    samples[1] += 200 * np.sin(2 * np.pi * 50 * at / 1000) + at / 100
    samples += 2000 * np.arange(1, N_CHANNELS + 1)[:, np.newaxis]
    samples[2, 40_000:41_500] = 6123
    samples[:, 65_000:66_200] = 0  # over the border of a unit
    samples[0, 98_200:98_400] = 32_767
    return samples.round().astype(np.float32)


SAMPLES = some_samples()


@pytest.fixture(autouse=True)
def _compiled() -> Iterator[None]:
    blocks = {"interleaved": 1 << 16, "planar": 1 << 17}  # several a unit
    with compiled(SCREEN), patch.object(overview_build, "_BLOCK_BYTES", blocks):
        yield


def source_of(folder: Path, kind: Kind, samples: NDArray[np.float32] = SAMPLES) -> FileSource:
    rec_type, layout = kind
    path = write_recording(
        folder, samples=samples, rec_type=rec_type, layout=layout, sampling_rate=RATE
    )
    return FileSource(path, layout=layout)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[Kind, FileSource]:
    return {
        (rec_type, layout): source_of(tmp_path_factory.mktemp("rec"), (rec_type, layout))
        for rec_type in ("clfp", "raw")
        for layout in ("interleaved", "planar")
    }


@pytest.fixture
def source(tmp_path: Path) -> FileSource:
    return source_of(tmp_path / "data", ("clfp", "interleaved"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "kept"


def check(source: FileSource | ArraySource, overview: Overview, samples: NDArray) -> None:
    """All of an overview in memory is what the samples say."""
    wanted = bins_of_samples(samples, overview.levels.sizes)
    assert overview.levels.levels.keys() == wanted.keys()
    assert_levels(overview.levels.levels, wanted)
    with source.open() as recording:
        assert_maps_equal(overview.quality, map_of(recording, overview))
    assert overview.is_complete


# -- all of it


@kinds
@FEW
@given(random=st.randoms(use_true_random=False))
def test_units_in_any_order_make_the_bins_and_figures_of_all_samples(
    sources: dict[Kind, FileSource], folder: Path, kind: Kind, random: object
) -> None:
    with building(sources[kind], folder) as (build, overview):
        units = list(range(-(-N // UNIT)))
        random.shuffle(units)  # type: ignore[attr-defined]
        cells = np.zeros(overview.quality.grid.n_cells, int)
        for unit in units:
            assert not overview.is_complete
            first, stop = build.read_unit(unit)
            cells[first:stop] += 1
            assert (overview.quality.done == (cells == 1)).all()
        assert (cells == 1).all()
        assert overview.kept is None
        build.finish()
    assert build.problem is None
    assert overview.levels.sizes == (64, 256, 1024, 4096)
    check(sources[kind], overview, SAMPLES)
    assert_kept(overview)
    assert len(files_in(folder)) == 1


@kinds
def test_what_is_known_of_a_part_is_that_of_the_whole(
    sources: dict[Kind, FileSource], kind: Kind
) -> None:
    overview = built(sources[kind], units=[3])
    assert overview.levels.done.tolist() == [False, False, False, True, False]
    wanted = bins_of_samples(SAMPLES, overview.levels.sizes)
    for level, size in enumerate(overview.levels.sizes):
        part = slice(3 * UNIT // size, 4 * UNIT // size)
        np.testing.assert_array_equal(overview.levels.levels[level][part], wanted[level][part])
    with sources[kind].open() as recording:
        quality = map_of(recording, overview)
    done = overview.quality.done
    edges = quality.grid.edges(0, quality.grid.n_cells)
    # Those that begin in it, whichever unit they end in.
    np.testing.assert_array_equal(done, (edges[:-1] >= 3 * UNIT) & (edges[:-1] < 4 * UNIT))
    for name, figure in overview.quality.figures.items():
        np.testing.assert_array_equal(figure[done], quality.figures[name][done])
        assert np.isnan(figure[~done]).all()


def test_faults_reach_the_map(sources: dict[Kind, FileSource]) -> None:
    quality = built(sources["clfp", "interleaved"]).quality
    assert quality.zeroed[65] == 1
    assert quality.figures["flat"][40, 2] == 1
    assert quality.figures["flat"][40, 1] < 0.1
    clipped = built(sources["raw", "planar"]).quality.figures["clipped"]
    np.testing.assert_allclose(clipped[99].tolist(), [200 / RATE, 0, 0], atol=2e-3)


def test_samples_that_are_no_numbers(tmp_path: Path, folder: Path) -> None:
    samples = SAMPLES.copy()
    samples[1, 500] = samples[0, N - 1] = np.nan
    samples[2, 20_000:30_000] = np.nan
    samples[:, 32_768 - 64 : 32_768 + 4096] = np.nan
    for layout in ("interleaved", "planar"):
        source = source_of(tmp_path / layout, ("clfp", layout), samples)
        overview = built(source, folder)
        check(source, overview, samples)
        assert_kept(overview)
        low, high = overview.levels.levels[0][511, :, 0]  # nothing but NaN
        assert (low, high) == (np.inf, -np.inf)


@kinds
@pytest.mark.parametrize(
    "n", [1, 2, 63, 64, 65, 257, 999, 1000, 1001, 32_767, 32_768, 32_769, 66_000]
)
def test_short_recordings(tmp_path: Path, folder: Path, kind: Kind, n: int) -> None:
    samples = SAMPLES[:, 40_000 : 40_000 + n]
    source = source_of(tmp_path, kind, samples)
    overview = built(source, folder)
    check(source, overview, samples)
    assert_kept(overview)


def test_a_short_cell_ends_a_recording(tmp_path: Path) -> None:
    for n in (2 * UNIT + 300, 2 * UNIT + 500, 2 * UNIT + 1):
        source = source_of(tmp_path / str(n), ("clfp", "interleaved"), SAMPLES[:, :n])
        overview = built(source)
        assert overview.quality.grid.n_cells == -(-n // 1000)
        check(source, overview, SAMPLES[:, :n])


def test_an_array_is_kept_nowhere(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("array").write_bytes(b"a file that happens to be called like it")
    source = ArraySource(SAMPLES, 1000.0)
    overview = built(source, folder)
    assert (overview.spec, overview.kept) == (None, None)
    check(source, overview, SAMPLES)


@pytest.mark.skipif(os.name == "nt", reason="would take 130 MB of disk where no file is sparse")
def test_it_takes_little_memory(tmp_path: Path, folder: Path) -> None:
    path = write_recording(tmp_path, samples=np.ones((62, 1)), rec_type="raw")
    os.truncate(path, (1 << 20) * 62 * 2)
    with building(FileSource(path), folder) as (build, overview):
        assert len(overview.levels.done) == 1  # at 30 kHz
        tracemalloc.start()
        try:
            build.read_unit(0)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 12 << 20  # a unit of 130 MB takes 7.7 MB


# -- the order


def test_the_nearest_unit_comes_first(source: FileSource) -> None:
    with building(source) as (build, _):
        order = []
        while (unit := build.unit_nearest(2.6 * UNIT)) is not None:
            order.append(unit)
            build.read_unit(unit)
        assert order == [2, 3, 1, 4, 0]


# -- what breaks it off


@kinds
def test_a_file_that_becomes_shorter(tmp_path: Path, folder: Path, kind: Kind) -> None:
    source = source_of(tmp_path, kind)
    with building(source, folder) as (build, overview):
        build.read_unit(0)
        cells = np.count_nonzero(overview.quality.done)
        size = source.path.stat().st_size
        os.truncate(source.path, size - size // N_CHANNELS // 2)
        with pytest.raises(RecordingError, match=r"ends at sample [0-9,]+ of 150,007 now"):
            build.read_unit(4)
        assert overview.levels.done.tolist() == [True, False, False, False, False]
        assert np.count_nonzero(overview.quality.done) == cells
    assert overview.kept is None
    assert files_in(folder) == []


@pytest.mark.parametrize("happens", ["written", "grown", "removed", "replaced"])
def test_a_file_that_changes_meanwhile_is_not_kept(
    source: FileSource, folder: Path, happens: str
) -> None:
    if os.name == "nt" and happens in ("removed", "replaced"):
        pytest.skip("Windows keeps files that are in use")
    path = source.path
    with building(source, folder) as (build, overview):
        for unit in range(5):
            build.read_unit(unit)
            if unit == 2 and happens == "written":
                with path.open("r+b") as file:
                    file.write(b"\1\2\3\4")
                os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))
            elif unit == 2 and happens == "grown":
                with path.open("ab") as file:
                    file.write(bytes(4 * N_CHANNELS))
            elif unit == 2:
                path.rename(path.with_name("other"))
                if happens == "replaced":
                    path.write_bytes(path.with_name("other").read_bytes())
        build.finish()
        assert files_in(folder) == []
    assert isinstance(build.problem, RecordingError)
    wanted = "does not exist" if happens == "removed" else "was written to while it was read"
    assert wanted in str(build.problem)
    assert overview.kept is None
    assert overview.is_complete


def test_what_is_kept_is_named_after_what_was_opened(source: FileSource, folder: Path) -> None:
    """Its path may lead to another file before anything of it is asked for."""
    if os.name == "nt":
        pytest.skip("Windows keeps files that are in use")
    path = source.path
    before = path.stat()
    with source.open() as recording:
        path.rename(path.with_name("other"))
        path.write_bytes(bytes(before.st_size))
        os.utime(path, ns=(0, before.st_mtime_ns + 5))
        spec = Overview.blank(recording.info).spec
    assert spec is not None
    assert spec.source == SourceKey(str(path.resolve()), before.st_size, before.st_mtime_ns)
    assert spec.source != SourceKey.of(path)


N_WRITES = 5 * (4 + 7 + 1) + 1  # units × (levels, figures and zeroed), and the front


@pytest.mark.parametrize("n", [0, 1, 7, 30, N_WRITES - 2, N_WRITES - 1])
def test_a_full_disk(
    source: FileSource, folder: Path, monkeypatch: pytest.MonkeyPatch, n: int
) -> None:
    write_at, count = positioned_write.write_at, 0

    def until_full(descriptor: int, buffer: memoryview, offset: int) -> int:
        nonlocal count
        count += 1
        if count > n:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write_at(descriptor, buffer, offset)

    monkeypatch.setattr(positioned_write, "write_at", until_full)
    with building(source, folder) as (build, overview):
        for unit in range(5):
            build.read_unit(unit)
        build.finish()
    assert count == n + 1  # it was tried no more
    assert isinstance(build.problem, EnvelopeWriteError)
    assert "cannot be written" in str(build.problem)
    assert os.strerror(errno.ENOSPC) in str(build.problem)
    assert overview.kept is None
    assert files_in(folder) == []
    check(source, overview, SAMPLES)


def test_so_many_writes_there_are(
    source: FileSource, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_at, offsets = positioned_write.write_at, []

    def noted(descriptor: int, buffer: memoryview, offset: int) -> int:
        offsets.append(offset)
        return write_at(descriptor, buffer, offset)

    monkeypatch.setattr(positioned_write, "write_at", noted)
    built(source, folder)
    assert len(offsets) == N_WRITES
    assert offsets[-1] == 0  # the front comes last: a file without it is nothing


@FEW
@given(calls=st.integers(1, 45))
def test_stopped_between_blocks_it_can_go_on(source: FileSource, folder: Path, calls: int) -> None:
    left = calls

    def stop() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise Stopped

    with building(source, folder, stop) as (build, overview):
        was_stopped = False
        while (unit := build.unit_nearest(N)) is not None:
            done = overview.levels.done.copy()
            try:
                build.read_unit(unit)
            except Stopped:
                was_stopped = True
                assert (overview.levels.done == done).all()
        build.finish()
    assert was_stopped == (left <= 0)
    check(source, overview, SAMPLES)
    assert_kept(overview)


def test_stopped_for_good_it_leaves_nothing(source: FileSource, folder: Path) -> None:
    def stop() -> None:
        raise Stopped

    with building(source, folder, stop) as (build, _):
        assert len(files_in(folder)) == 1  # under a temporary name
        with pytest.raises(Stopped):
            build.read_unit(2)
    assert files_in(folder) == []
