"""Dots and values of single samples against the samples themselves."""

from __future__ import annotations

import os
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ecogview.dsp import kernels, plain
from ecogview.dsp.columns import ColumnGrid
from ecogview.services.sources import ArraySource, FileSource, Source
from ecogview.views.colour_tokens import LIGHT, rgb32
from ecogview.views.sample_dots import dot_column, dot_size, nearest_sample
from ecogview.views.sample_values import dot_middles
from ecogview.views.trace_picture import TracePicture, TraceStyle
from tests.builders import write_recording
from tests.services.window_desk import Desk, working

N_CHANNELS, N = 3, 401
WIDTH, HEIGHT = 180, 150
DOTTED = (5, 7, 13, 30)  # samples on 180 pixels
CLOSE = (5, 7, 30, 100, 180, 359)

engines = pytest.mark.parametrize("module", [plain, kernels], ids=["plain", "compiled"])
MANY = settings(max_examples=100, deadline=None)
FEW = settings(max_examples=30, deadline=None)


def some_samples() -> NDArray[np.float32]:
    """Values that need all their bits, (channels, samples); some are NaN."""
    rng = np.random.default_rng(8)
    samples = rng.normal(0, 20, (N_CHANNELS, N)) + 200 * np.arange(N_CHANNELS)[:, np.newaxis]
    samples[1, [3, 4, 100, N - 1]] = np.nan
    samples[2, 50:60] = np.float32(1e-41)
    return samples.astype(np.float32)


SAMPLES = some_samples()
COUNTS = np.random.default_rng(9).integers(-32768, 32768, (N_CHANNELS, N)).astype(np.float32)
COUNTS[:, [0, -1]] = [[-32768, 32767]] * N_CHANNELS


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.worker.close()


def picture_of(grid: ColumnGrid, size: int = 4, *, n_channels: int = N_CHANNELS) -> TracePicture:
    style = TraceStyle(
        rows=tuple(range(n_channels)), bad=frozenset({0}), highlighted=frozenset({2}),
        units_per_row=float(HEIGHT // n_channels),  # a pixel a unit
        offsets=(200 * np.arange(n_channels)).astype(np.float32), mask=None, line_step=1e6,
        tokens=LIGHT, dot_size=size,
    )  # fmt: skip
    return TracePicture(grid, HEIGHT, 15, n_channels, style)


def show(desk: Desk, source: Source, picture: TracePicture, first: int) -> None:
    """Ask for the columns that are not there, as a canvas does, and draw."""
    picture.first = first
    columns = picture.envelope.wanted(first, first + picture.grid.width)
    if columns is not None:
        n_channels = picture.envelope.low.shape[1]
        for part in desk.ask(source, picture.grid, *columns, n_channels=n_channels):
            picture.store(part.first, part.low, part.high, part.states, part.samples)
    picture.update()


def on_screen(grid: ColumnGrid, first: int, n: int = N) -> NDArray[np.int64]:
    """Samples whose place lies on a screen of the grid's width that begins with `first`."""
    samples = np.arange(n, dtype=np.int64)
    x = samples * grid.width - first * grid.length  # times `length`, to be whole
    return samples[(x >= 0) & (x < grid.width * grid.length)]


def pixels(picture: TracePicture) -> NDArray[np.uint32]:
    return np.roll(picture.image.pixels, -(picture.first % picture.grid.width), axis=1).copy()


def steps(grid: ColumnGrid) -> list[int]:
    """First columns of windows: both ends, one sample further, one column further, a jump."""
    last = grid.first_column(N - grid.length, N)
    starts = [0, 1, 2, 1, 90, 91, 3 * N // 4, 0, N - grid.length - 1, N - grid.length]
    starts = [min(max(start, 0), N - grid.length) for start in starts]
    return [*(grid.first_column(start, N) for start in starts), last - 1, last, 0]


# -- geometry

grids = st.builds(ColumnGrid, st.integers(1, 400), st.integers(1, 3000))


@MANY
@given(grid=grids, column=st.integers(0, 10**12))
def test_the_nearest_sample_is_nearest_to_the_middle_of_its_column(
    grid: ColumnGrid, column: int
) -> None:
    middle = (column + Fraction(1, 2)) * grid.length / grid.width
    nearest = nearest_sample(grid, column)
    off = abs(nearest - middle)
    assert off < abs(nearest - 1 - middle)
    assert off <= abs(nearest + 1 - middle)
    assert nearest_sample(grid, np.array([column], np.int64)).tolist() == [nearest]


@MANY
@given(grid=grids, sample=st.integers(0, 2 * 10**9), size=st.integers(3, 16))
def test_a_dot_lies_about_its_sample_and_no_other_sample_is_nearer(
    grid: ColumnGrid, sample: int, size: int
) -> None:
    left = dot_column(grid, sample, size)
    assert dot_column(grid, np.array([sample], np.int64), size).tolist() == [left]
    middle = left + Fraction(size, 2)
    assert abs(middle - Fraction(sample * grid.width, grid.length)) <= Fraction(1, 2)
    if grid.width > size * grid.length:
        assert {nearest_sample(grid, left + column) for column in range(size)} == {sample}


@pytest.mark.parametrize("scale", [1, 1.5, 2])
def test_dots_need_room(scale: float) -> None:
    def size(apart: float, row_height: float) -> int:
        return dot_size(ColumnGrid(100, round(100 * apart * scale)), row_height * scale, scale)

    assert size(5.9, 50) == size(6, 7.9) == 0
    assert size(6, 8) == round(3 * scale)
    assert size(12, 8) == size(200, 700) == round(4 * scale)


# -- values


@pytest.mark.parametrize("layout", ["interleaved", "planar"])
@pytest.mark.parametrize("rec_type", ["clfp", "raw"])
@pytest.mark.parametrize("length", CLOSE)
def test_values_are_those_of_the_file_to_the_bit(
    tmp_path: Path, desk: Desk, layout: str, rec_type: str, length: int
) -> None:
    samples = COUNTS if rec_type == "raw" else SAMPLES
    path = write_recording(tmp_path, samples=samples, rec_type=rec_type, layout=layout)
    source = FileSource(path, layout=layout)  # type: ignore[arg-type]
    grid = ColumnGrid(length, WIDTH)
    picture = picture_of(grid)
    assert picture.samples is not None
    for first in steps(grid):
        show(desk, source, picture, first)
        seen = on_screen(grid, first)
        if length > WIDTH:  # of several in a column it is the one nearest to the middle
            seen = np.unique(nearest_sample(grid, np.arange(first, first + WIDTH, dtype=np.int64)))
            seen = seen[seen < N]
        for channel in range(N_CHANNELS):
            known = picture.samples.values(seen, channel, first)
            wanted = samples[channel, seen]
            assert known.view(np.uint32).tolist() == wanted.view(np.uint32).tolist()
            few = slice(None, None, max(len(seen) // 8, 1))
            for sample, value in zip(seen[few].tolist(), wanted[few].tolist(), strict=True):
                told = picture.samples.value(sample, channel, first)
                # Whether it is NaN or cut off, the next column tells.
                at_edge = grid.x_of(sample, first) > WIDTH - 1
                assert told == value or (np.isnan(value) and (at_edge or np.isnan(told)))


def test_what_is_not_on_the_screen_is_not_told(desk: Desk) -> None:
    picture = picture_of(ColumnGrid(10, WIDTH))
    assert picture.samples is not None
    assert picture.samples.value(5, 0, 0) is None  # nothing asked for yet
    show(desk, ArraySource(SAMPLES, 1000.0), picture, 50 * 18)
    assert picture.samples.value(50, 0, 50 * 18) == SAMPLES[0, 50]
    assert picture.samples.value(60, 0, 50 * 18) == SAMPLES[0, 60]  # half a dot at the edge
    for sample in (0, 49, 61, N - 1):
        assert picture.samples.value(sample, 0, 50 * 18) is None


def test_wide_windows_carry_no_samples(desk: Desk) -> None:
    source = ArraySource(SAMPLES, 1000.0)
    assert picture_of(ColumnGrid(2 * 100, 100)).samples is None
    assert [r.samples for r in desk.ask(source, ColumnGrid(200, 100), 0, 100)] == [None]
    (response,) = desk.ask(source, ColumnGrid(199, 100), 10, 20)
    assert response.samples is not None
    assert response.samples.rows.dtype == np.float32
    stop = response.samples.first + len(response.samples.rows)
    np.testing.assert_array_equal(
        response.samples.rows.T, SAMPLES[:, response.samples.first : stop]
    )


@pytest.mark.skipif(os.name == "nt", reason="Windows does not let an open file be cut")
@pytest.mark.parametrize("length", DOTTED)
@pytest.mark.parametrize("layout", ["interleaved", "planar"])
def test_a_shorter_file_has_no_dots_beyond_its_end(
    tmp_path: Path, desk: Desk, layout: str, length: int
) -> None:
    path = write_recording(tmp_path, samples=SAMPLES, layout=layout)
    source, grid, left = FileSource(path, layout=layout), ColumnGrid(length, WIDTH), 101  # type: ignore[arg-type]
    scrolled = picture_of(grid)
    show(desk, source, scrolled, 0)
    os.truncate(path, (left * N_CHANNELS if layout == "interleaved" else 2 * N + left) * 4)
    for start in (90, 92, 97, 99, 100, 101, 103, 98):
        first = grid.first_column(start, N)
        fresh = picture_of(grid)
        for picture in (scrolled, fresh):
            assert picture.samples is not None
            show(desk, source, picture, first)
            for sample in on_screen(grid, first).tolist():
                for channel in range(N_CHANNELS):
                    value = picture.samples.value(sample, channel, first)
                    wanted = float(SAMPLES[channel, sample])
                    assert (value is None) == (sample >= left)
                    assert value is None or value == wanted or np.isnan([value, wanted]).all()
        assert np.array_equal(pixels(scrolled), pixels(fresh))


# -- pixels


@engines
@pytest.mark.parametrize("size", [3, 4])
@pytest.mark.parametrize("length", DOTTED)
def test_a_scrolled_picture_equals_a_fresh_one(
    desk: Desk, module: ModuleType, length: int, size: int
) -> None:
    source, grid = ArraySource(SAMPLES, 1000.0), ColumnGrid(length, WIDTH)
    scrolled = picture_of(grid, size)
    with working(module):
        for first in steps(grid):
            # An answer that was on its way while the view moved on, and is in part still wanted.
            late = desk.ask(source, grid, scrolled.first + 7, scrolled.first + 7 + WIDTH)
            fresh = picture_of(grid, size)
            scrolled.first = first
            for part in late:
                scrolled.store(part.first, part.low, part.high, part.states, part.samples)
            scrolled.update()
            show(desk, source, scrolled, first)
            show(desk, source, fresh, first)
            assert np.array_equal(pixels(scrolled), pixels(fresh))


@FEW
@given(
    length=st.integers(5, 30),
    width=st.integers(120, 500),
    share=st.floats(0, 1),
    size=st.integers(3, 9),
)
def test_plain_and_compiled_draw_the_same_dots(
    length: int, width: int, share: float, size: int
) -> None:
    grid, desk = ColumnGrid(length, width), Desk()
    first = grid.first_column(round(share * (N - length)), N)
    drawn = []
    for module in (plain, kernels):
        picture = picture_of(grid, min(size, width // length - 1))
        with working(module):
            show(desk, ArraySource(SAMPLES, 1000.0), picture, first)
        drawn.append(pixels(picture))
    desk.worker.close()
    assert np.array_equal(*drawn)


@engines
@pytest.mark.parametrize("size", [3, 4, 8])
@pytest.mark.parametrize("start", [0, N - 10])
def test_a_dot_is_where_its_sample_is(
    desk: Desk, module: ModuleType, size: int, start: int
) -> None:
    alone = np.full((1, N), np.nan, np.float32)  # between NaNs there is no line
    alone[0, ::2] = np.random.default_rng(size).uniform(-60, 60, (N + 1) // 2)
    grid = ColumnGrid(10, 10 * (size + 7))
    first = grid.first_column(start, N)
    picture = picture_of(grid, size, n_channels=1)
    with working(module):
        show(desk, ArraySource(alone, 1000.0), picture, first)
    seen = on_screen(grid, first)
    dotted = seen[np.isfinite(alone[0, seen])]
    x, y = dot_middles(picture, dotted, alone[0, dotted], 0)
    np.testing.assert_allclose(x, [grid.x_of(s, first) for s in dotted.tolist()], atol=0.5)
    np.testing.assert_allclose(y, HEIGHT / 2 - alone[0, dotted], atol=1e-3)
    below, right = np.mgrid[:HEIGHT, : grid.width] + 0.5
    off = np.min(np.hypot(right[..., None] - x, below[..., None] - y), axis=2)
    inked = ~np.isin(pixels(picture), [rgb32(LIGHT.canvas), rgb32(LIGHT.grid)])
    beyond = right > grid.width - size  # there the next dot shows its left half
    assert not inked[(off > size / 2 + 0.8) & ~beyond].any()
    assert inked[off < size / 2 - 0.8].all()
    assert len(dotted) == 5


def test_the_infinite_is_off_the_screen_and_told(desk: Desk) -> None:
    samples = SAMPLES.copy()
    samples[0, 7], samples[2, 9] = np.inf, -np.inf
    picture = picture_of(ColumnGrid(13, WIDTH))
    with working(kernels):
        show(desk, ArraySource(samples, 1000.0), picture, 0)
    assert picture.samples is not None
    assert picture.samples.value(7, 0, 0) == np.inf
    _, y = dot_middles(picture, np.array([6, 7]), samples[0, 6:8], 0)
    assert np.isfinite(y).tolist() == [True, False]


def test_dots_have_the_colour_of_their_trace(desk: Desk) -> None:
    samples = np.full((N_CHANNELS, N), np.nan, np.float32)
    samples[:, ::2] = 200 * np.arange(N_CHANNELS)[:, np.newaxis]
    picture = picture_of(ColumnGrid(6, WIDTH))
    show(desk, ArraySource(samples, 1000.0), picture, 0)
    rows = np.split(pixels(picture), N_CHANNELS)
    for row, token in zip(rows, (LIGHT.bad_trace, LIGHT.trace, LIGHT.accent), strict=True):
        assert (row == rgb32(token)).sum() >= 3 * 8
    without = picture_of(ColumnGrid(6, WIDTH), 0)
    show(desk, ArraySource(samples, 1000.0), without, 0)
    assert (pixels(without) == rgb32(LIGHT.trace)).sum() <= 3 * 2
