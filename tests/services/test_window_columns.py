"""Columns of windows against brute force over the samples, of whole files and of cut ones."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecogview.dsp import kernels, plain
from ecogview.dsp.columns import ColumnGrid
from ecogview.dsp.ring import ColumnState
from ecogview.services.sources import FileSource
from tests.builders import write_recording
from tests.services.window_desk import N_CHANNELS, SAMPLES, Desk, N, spans, working

READ, MISSING, PARTLY = ColumnState.READ, ColumnState.MISSING, ColumnState.PARTLY_MISSING
FEW = settings(max_examples=40, deadline=None)

engines = pytest.mark.parametrize("module", [plain, kernels], ids=["plain", "compiled"])
kinds = pytest.mark.parametrize(
    "kind",
    [("clfp", "interleaved"), ("clfp", "planar"), ("raw", "interleaved"), ("raw", "planar")],
    ids="-".join,
)


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], FileSource]:
    sources = {}
    for rec_type in ("clfp", "raw"):
        for layout in ("interleaved", "planar"):
            folder = tmp_path_factory.mktemp(f"{rec_type}-{layout}")
            path = write_recording(folder, samples=SAMPLES, rec_type=rec_type, layout=layout)
            sources[rec_type, layout] = FileSource(path, layout=layout)  # type: ignore[arg-type]
    return sources


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.worker.close()


@st.composite
def windows(draw: st.DrawFn) -> tuple[ColumnGrid, int, int]:
    """Part of the columns of a window: 0.01 to thousands of samples a column, wherever it lies."""
    width = draw(st.integers(1, 12) | st.integers(100, 300))
    length = draw(st.integers(5, 40) | st.integers(5, N) | st.just(N))
    grid = ColumnGrid(length, width)
    start = draw(st.integers(0, N - length) | st.just(N - length))
    left = grid.first_column(start, N)
    first = draw(st.just(0) | st.integers(0, width - 1))
    stop = draw(st.just(width) | st.integers(first + 1, width))
    return grid, left + first, left + stop


block_sizes = st.none() | st.integers(20, 20_000)


@engines
@kinds
@FEW
@given(window=windows(), block_bytes=block_sizes, in_halves=st.booleans())
def test_columns_are_those_of_the_samples(
    recordings: dict[tuple[str, str], FileSource],
    module: ModuleType,
    kind: tuple[str, str],
    window: tuple[ColumnGrid, int, int],
    block_bytes: int | None,
    in_halves: bool,
) -> None:
    desk = Desk()
    with working(module, block_bytes, in_halves=in_halves, piece_blocks=6):
        low, high, states = desk.whole(recordings[kind], *window)
    desk.worker.close()
    assert (states == READ).all()
    wanted_low, wanted_high = spans(SAMPLES, *window)
    np.testing.assert_allclose(low, wanted_low, rtol=1e-5, atol=0.01)
    np.testing.assert_allclose(high, wanted_high, rtol=1e-5, atol=0.01)
    assert low.dtype == high.dtype == np.float32


@engines
@kinds
@pytest.mark.parametrize("width", [1, 7, 1600, 6006, 6007, 13_000])
def test_the_whole_recording_to_its_last_sample(
    recordings: dict[tuple[str, str], FileSource],
    desk: Desk,
    module: ModuleType,
    kind: tuple[str, str],
    width: int,
) -> None:
    grid = ColumnGrid(N, width)
    with working(module):
        low, high, _ = desk.whole(recordings[kind], grid, grid.first_column(0, N), width)
    assert low.min(axis=0).tolist() == SAMPLES.min(axis=1).tolist()
    assert high.max(axis=0).tolist() == [30_000, 31_000, 32_000]


@pytest.mark.parametrize("length", [5, 50, 900, 5000])
@pytest.mark.parametrize("width", [1, 40, 999])
def test_the_last_window_holds_the_last_sample(
    recordings: dict[tuple[str, str], FileSource], desk: Desk, length: int, width: int
) -> None:
    grid = ColumnGrid(length, width)
    first = grid.first_column(N - length, N)
    _, high, _ = desk.whole(recordings["raw", "interleaved"], grid, first, first + width)
    assert high.max(axis=0).tolist() == [30_000, 31_000, 32_000]


@pytest.mark.skipif(os.name == "nt", reason="would take 8.6 GB of disk where files are not sparse")
def test_twenty_hours_at_30_khz(tmp_path: Path, desk: Desk) -> None:
    n = 20 * 3600 * 30_000
    path = write_recording(tmp_path, samples=[[1], [2]], rec_type="raw")
    with path.open("r+b") as file:
        file.truncate(n * 4)
        file.seek((n - 3) * 4)
        file.write(np.array([[7, -7], [8, -8], [9, -9]], "<i2").tobytes())
    for length, width in ((5, 50), (30_000, 1600)):
        grid = ColumnGrid(length, width)
        first = grid.first_column(n - length, n)
        low, high, states = desk.whole(FileSource(path), grid, first, first + width, 2)
        assert (states == READ).all()
        assert (high[:, 0].max(), low[:, 1].min()) == (9, -9)
        assert (high[0].tolist(), low[0].tolist()) == ([0, 0], [0, 0])


@engines
@kinds
@FEW
@given(
    window=windows(),
    block_bytes=block_sizes,
    in_halves=st.booleans(),
    kept=st.floats(0, 1.0),
    odd=st.integers(0, 9),
)
def test_what_is_cut_off_is_missing_and_nothing_else(
    recordings: dict[tuple[str, str], FileSource],
    module: ModuleType,
    kind: tuple[str, str],
    window: tuple[ColumnGrid, int, int],
    block_bytes: int | None,
    in_halves: bool,
    kept: float,
    odd: int,
) -> None:
    source = recordings[kind]
    content = source.path.read_bytes()
    size = len(content) // (N * N_CHANNELS)
    if kind[1] == "planar":  # cut within the last channel: of the others all is there
        cut = (N * (N_CHANNELS - 1) + int(kept * N)) * size + odd
        left = (cut - N * (N_CHANNELS - 1) * size) // size
    else:
        cut = int(kept * N) * N_CHANNELS * size + odd
        left = cut // (N_CHANNELS * size)
    cut, left = min(cut, len(content)), min(left, N)
    desk, (grid, first, stop) = Desk(), window
    try:
        with working(module, block_bytes, in_halves=in_halves, piece_blocks=6):
            desk.ask(source, grid, first, stop)
            os.truncate(source.path, cut)
            low, high, states = desk.whole(source, grid, first, stop)
    finally:
        desk.worker.close()
        source.path.write_bytes(content)
    for column in range(first, stop):
        own = range(grid.edge(column), min(grid.edge(column + 1), N)) or [grid.edge(column)]
        there = sum(sample < left for sample in own)
        wanted = READ if there == len(own) else PARTLY if there else MISSING
        assert states[column - first] == wanted
    wanted_low, wanted_high = spans(SAMPLES[:, :left], *window)
    np.testing.assert_allclose(low, wanted_low, rtol=1e-5, atol=0.01)
    np.testing.assert_allclose(high, wanted_high, rtol=1e-5, atol=0.01)


@engines
@kinds
@pytest.mark.parametrize("left", [0, 1999, 2000, 2001])
def test_a_cut_between_two_blocks(
    tmp_path: Path, desk: Desk, module: ModuleType, kind: tuple[str, str], left: int
) -> None:
    rec_type, layout = kind
    path = write_recording(tmp_path, samples=SAMPLES, rec_type=rec_type, layout=layout)
    source = FileSource(path, layout=layout)  # type: ignore[arg-type]
    size = path.stat().st_size // (N * N_CHANNELS)
    kept = left * N_CHANNELS if layout == "interleaved" else N * (N_CHANNELS - 1) + left
    grid = ColumnGrid(N, 41)
    with working(module, block_bytes=1000 * N_CHANNELS * size):
        desk.ask(source, grid, 0, 1)
        os.truncate(path, kept * size)
        low, high, states = desk.whole(source, grid, 0, 41)
    edges = grid.edges(0, 41)
    wanted = np.where(edges[:-1] < left, PARTLY, MISSING)
    wanted[edges[1:] <= left] = READ
    assert states.tolist() == wanted.tolist()
    wanted_low, wanted_high = spans(SAMPLES[:, :left], grid, 0, 41)
    np.testing.assert_array_equal(low, wanted_low)
    np.testing.assert_array_equal(high, wanted_high)
