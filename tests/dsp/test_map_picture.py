"""The map's pixels against the plain way: cell by cell, channel by channel."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ecogview.dsp.colour_scale import TOP, UNKNOWN, ColourScale
from ecogview.dsp.map_picture import CellFigures, Groups, MapPicture, over_time
from ecogview.dsp.quality import CellGrid

RATIO = ColourScale(0.5, 2.0, is_log=True, is_deviating=True)
SHARE = ColourScale(0.0, 0.1, is_log=False, is_deviating=False)
both_scales = pytest.mark.parametrize("scale", [RATIO, SHARE], ids=["deviating", "rising"])


def grid_of(n_cells: int, samples_a_cell: int = 100, short_by: int = 0) -> CellGrid:
    return CellGrid(n_cells * samples_a_cell - short_by, float(samples_a_cell), 1)


def some_values(scale: ColourScale, shape: tuple[int, int], seed: int) -> NDArray[np.float32]:
    """A few beyond the ends, a few not known, one cell not known at all."""
    rng = np.random.default_rng(seed)
    middle = (scale.low * scale.high) ** 0.5 if scale.is_log else scale.high / 3
    values = middle * np.exp(rng.normal(0, 0.4, shape))
    values[rng.random(shape) < 0.05] = scale.high * 3
    values[rng.random(shape) < 0.05] = scale.low / 3
    values[rng.random(shape) < 0.1] = np.nan
    values[rng.integers(shape[0])] = np.nan
    return values.astype(np.float32)


def figures_of(
    grid: CellGrid, values: NDArray[np.float32], scale: ColourScale, seed: int = 0
) -> CellFigures:
    """Values of (cells, channels) as multiples of what is another thing for every channel.

    Powers of two, which change no digit.
    """
    normal = 2.0 ** np.random.default_rng(seed).integers(-3, 4, values.shape[1])
    normal = normal.astype(np.float32)
    return CellFigures(grid, scale, np.ascontiguousarray((values * normal).T), normal)


def picture_of(figures: CellFigures, width: int, height: int, rows: Sequence[int]) -> MapPicture:
    picture = MapPicture(figures)
    picture.fit(width, height, rows)
    return picture


def strength(scale: ColourScale, level: int) -> float:
    if level == UNKNOWN:
        return -math.inf
    return abs(level - TOP / 2) if scale.is_deviating else level


def plain_picture(
    grid: CellGrid, values: NDArray[np.float32], scale: ColourScale, width: int, height: int
) -> NDArray[np.int64]:
    """As the docstring of the module says it, without a thought for speed."""
    levels = scale.levels(values).astype(int)
    n_cells, n_channels = levels.shape
    columns: list[list[int]] = [[] for _ in range(width)]
    for cell in range(n_cells):
        columns[min(grid.edge(cell) * width // grid.n_samples, width - 1)].append(cell)
    rows: list[list[int]] = [[] for _ in range(height)]
    for channel in range(n_channels):
        rows[channel * height // n_channels].append(channel)
    over = [[UNKNOWN] * n_channels for _ in range(width)]
    for column, cells in enumerate(columns):
        if not cells:
            last = max(cell for before in columns[:column] for cell in before)
            over[column] = levels[last].tolist()
            continue
        for channel in range(n_channels):
            known = sorted(int(levels[c, channel]) for c in cells if levels[c, channel] != UNKNOWN)
            if not known:
                continue
            shown = known[(len(known) - 1) // 2]
            outside = [
                int(levels[c, channel])
                for c in cells
                if values[c, channel] > scale.high
                or (scale.is_deviating and values[c, channel] < scale.low)
            ]
            if outside:
                shown = max(outside, key=lambda v: (max(v - TOP, -v), v))
            over[column][channel] = shown
    picture = np.empty((height, width), int)
    for x in range(width):
        members = list(range(n_channels))
        for y in range(height):
            members = rows[y] or members[-1:]
            picture[y, x] = max((over[x][c] for c in members), key=lambda v: strength(scale, v))
    return picture


@both_scales
@settings(max_examples=40, deadline=None)
@given(
    n_cells=st.integers(1, 60),
    n_channels=st.integers(1, 9),
    width=st.integers(1, 40),
    height=st.integers(1, 12),
    seed=st.integers(0, 99),
)
def test_a_picture_is_what_the_plain_way_gives(
    scale: ColourScale, n_cells: int, n_channels: int, width: int, height: int, seed: int
) -> None:
    grid = grid_of(n_cells, short_by=seed % 60)
    values = some_values(scale, (n_cells, n_channels), seed)
    figures = figures_of(grid, values, scale, seed)
    picture = picture_of(figures, width, height, range(n_channels))
    np.testing.assert_array_equal(picture.levels, plain_picture(grid, values, scale, width, height))


@settings(max_examples=30, deadline=None)
@given(
    width=st.integers(1, 90),
    parts=st.lists(st.integers(0, 47), min_size=1, max_size=6),
    seed=st.integers(0, 99),
)
def test_stored_by_parts_it_equals_one_stored_at_once(
    width: int, parts: list[int], seed: int
) -> None:
    grid, n_channels = grid_of(48), 5
    values = some_values(RATIO, (48, n_channels), seed)
    order = (4, 2, 0, 1, 3)
    known = figures_of(grid, values, RATIO)
    figures = CellFigures(grid, RATIO, np.full_like(known.cells, np.nan), known.normal)
    filling = picture_of(figures, width, 3, order)
    for first in (*parts, 0):
        stop = 48 if first == 0 else min(first + 7, 48)
        before = filling.levels.copy()
        figures.cells[:, first:stop] = known.cells[:, first:stop]
        figures.revision += first == 0  # all of them
        left, right = filling.take(first, stop)
        changed = np.flatnonzero((filling.levels != before).any(axis=0))
        assert all(left <= column < right for column in changed)
        whole = picture_of(figures, width, 3, order)
        np.testing.assert_array_equal(filling.levels, whole.levels)


@both_scales
def test_other_normal_figures_need_no_look_at_the_cells(scale: ColourScale) -> None:
    grid, order = grid_of(60), (2, 0, 3, 1)
    values = some_values(scale, (60, 4), 5)
    values[np.isnan(values)] = scale.high / 2
    figures = figures_of(grid, values, scale)
    picture = picture_of(figures, 17, 4, order)
    figures.normal = figures.normal * np.array([1, 2, 0.25, 8], np.float32)
    expected = picture_of(figures, 17, 4, order).levels
    figures.cells[:] = np.nan
    picture.take()
    np.testing.assert_array_equal(picture.levels, expected)
    figures.revision += 1
    picture.take()
    assert (picture.levels == UNKNOWN).all()


@both_scales
def test_a_picture_of_another_size_or_order_is_as_a_fresh_one(scale: ColourScale) -> None:
    figures = figures_of(grid_of(20), some_values(scale, (20, 5), 8), scale)
    picture = MapPicture(figures)
    for width, height, rows in (
        (30, 9, range(5)), (30, 9, range(5)), (30, 9, (2, 1)), (30, 4, (2, 1)), (7, 3, (4, 1, 0)),
    ):  # fmt: skip
        picture.fit(width, height, rows)
        assert (picture.width, picture.height) == (width, height)
        fresh = picture_of(figures, width, height, rows)
        np.testing.assert_array_equal(picture.levels, fresh.levels)


@both_scales
def test_every_pixel_names_the_cell_and_channel_it_shows(scale: ColourScale) -> None:
    grid, order = grid_of(50), (6, 1, 5, 0, 3, 2, 4)
    values = some_values(scale, (50, 7), 3)
    picture = MapPicture(figures_of(grid, values, scale))
    for width, height in ((13, 4), (120, 20)):
        picture.fit(width, height, order)
        for column in range(width):
            for row in range(height):
                cell, channel = picture.cell_at(column, row)
                level = scale.levels(values[cell : cell + 1, channel : channel + 1])[0, 0]
                assert level == picture.levels[row, column]
                edge = grid.edge(cell) * width / grid.n_samples
                assert edge < column + 1
                assert order.index(channel) * height / 7 < row + 1


def test_one_bad_second_of_many_is_seen_and_noise_within_the_scale_is_not() -> None:
    values = np.full((700, 2), 1.0, np.float32)
    values[::7] = 1.4  # in every column, and not beyond the ends
    values[351, 1] = 9.0
    picture = picture_of(figures_of(grid_of(700), values, RATIO), 100, 2, (0, 1))
    assert set(np.unique(picture.levels[0])) == {128}
    loud = np.flatnonzero(picture.levels[1] > TOP)
    assert loud.tolist() == [50]


def test_a_weak_channel_among_more_than_there_are_pixels_is_a_stripe() -> None:
    values = np.full((40, 512), 1.1, np.float32)
    values[:, 301] = 0.2
    picture = picture_of(figures_of(grid_of(40), values, RATIO), 40, 69, range(512))
    rows = np.flatnonzero((picture.levels < 0).all(axis=1))
    assert rows.tolist() == [301 * 69 // 512]


def test_edges_of_wide_cells_lie_at_their_first_sample() -> None:
    grid = CellGrid(4_950, 1000.0, 1)  # the last cell is a little shorter
    values = np.array([[0.6], [0.8], [1.0], [1.3], [1.7]], np.float32)
    picture = picture_of(figures_of(grid, values, RATIO), 1300, 1, (0,))
    changes = np.flatnonzero(np.diff(picture.levels[0])) + 1
    assert changes.tolist() == [1000 * k * 1300 // 4_950 for k in (1, 2, 3, 4)]


def test_any_in_columns_flags_what_holds_a_flagged_cell() -> None:
    figures = figures_of(grid_of(20), np.ones((20, 1), np.float32), RATIO)
    flags = np.zeros(20, bool)
    flags[11] = True
    picture = picture_of(figures, 10, 1, (0,))
    assert np.flatnonzero(picture.any_in_columns(flags)).tolist() == [5]
    picture.fit(40, 1, (0,))
    assert np.flatnonzero(picture.any_in_columns(flags)).tolist() == [22, 23]


@pytest.mark.parametrize(
    ("value", "level"), [(0.5, 0), (1, 128), (2, TOP), (4, 382), (0.25, -128), (0, -12_579)]
)
def test_levels_of_a_ratio(value: float, level: int) -> None:
    assert RATIO.levels(np.array([[value]], np.float32))[0, 0] == pytest.approx(level, abs=1)


def test_what_is_not_a_number_is_unknown_and_infinity_is_the_top() -> None:
    values = np.array([[np.nan, np.inf, -3.0]], np.float16)
    assert RATIO.levels(values).tolist() == [[UNKNOWN, 32_000, RATIO.levels(values[:, 2:])[0, 0]]]
    assert SHARE.levels(values).tolist() == [[UNKNOWN, 32_000, -7650]]


@pytest.mark.parametrize(
    ("scale", "value", "position"),
    [(RATIO, 0.5, 0), (RATIO, 1, 0.5), (RATIO, 2, 1), (RATIO, 4, 1.5),
     (SHARE, 0, 0), (SHARE, 0.02, 0.2), (SHARE, 0.13, 1.3)],
)  # fmt: skip
def test_positions_are_those_of_the_levels(
    scale: ColourScale, value: float, position: float
) -> None:
    assert scale.position(value) == pytest.approx(position)
    level = scale.levels(np.array([[value]], np.float32))[0, 0]
    assert level == pytest.approx(TOP * position, abs=0.51)


def test_a_ratio_of_nothing_lies_far_below() -> None:
    assert RATIO.position(0) < -10


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13, 66])
def test_order_statistics_of_any_number_of_cells(size: int) -> None:
    rng = np.random.default_rng(size)
    cells = rng.normal(0, 1, (40, size + 3)).astype(np.float32)
    cells[rng.random(cells.shape) < 0.1] = np.nan
    cells[7] = np.nan
    lowest, median, highest = over_time(cells, Groups(np.array([2, 0]), np.array([size + 2, 1])))
    for channel in range(40):
        known = np.sort(cells[channel, 2 : size + 2])
        known = known[~np.isnan(known)]
        found = [float(statistic[channel, 0]) for statistic in (lowest, median, highest)]
        if not len(known):
            assert np.isnan(found).all()
        else:
            assert found == [known[0], known[(len(known) - 1) // 2], known[-1]]
    np.testing.assert_array_equal(median[:, 1], cells[:, 0])
