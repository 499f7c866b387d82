"""Lines of vector pictures: every sample, or the whole span of every column, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecogview.dsp.ring import ColumnState
from ecogview.views.vector_traces import sample_points, trace_lines
from tests.views.picture_desk import drawn

pytestmark = pytest.mark.usefixtures("qapp")


def _noise(n_channels: int, n_samples: int) -> np.ndarray:
    return np.random.default_rng(5).normal(0, 9, (n_channels, n_samples)).astype(np.float32)


def test_few_samples_are_points_of_the_line() -> None:
    samples = _noise(3, 500)
    content, columns = drawn(samples, 100, 50)
    canvas = content.canvas
    for row in range(3):
        (line,) = trace_lines(content, columns, row)
        x = canvas.left() + np.arange(51) * canvas.width() / 50
        centre = canvas.top() + (row + 0.5) * canvas.height() / 3
        y = centre - samples[row, 100:151] * (canvas.height() / 3 / 100)
        assert np.abs(line[:, 0] - x).max() <= 0.051
        assert np.abs(line[:, 1] - y).max() <= 0.051
        dots = sample_points(content, columns, row)
        assert np.abs(dots - np.stack([x, y], axis=1)).max() < 1e-3


def test_a_line_is_cut_at_the_edge_of_the_canvas() -> None:
    content, columns = drawn(_noise(1, 500), 495, 5)
    (line,) = trace_lines(content, columns, 0)
    assert line[0, 0] == content.canvas.left()
    assert line[:, 0].max() <= content.canvas.right()  # the recording ends a sample before


@settings(max_examples=25, deadline=None)
@given(
    start=st.integers(0, 20_000),
    length=st.integers(4000, 30_000),
    n_channels=st.integers(1, 4),
)
def test_a_zigzag_reaches_over_the_samples_of_each_column(
    start: int, length: int, n_channels: int
) -> None:
    samples = _noise(n_channels, 30_000)
    content, columns = drawn(samples, start, length)
    canvas, grid = content.canvas, content.grid
    assert columns.samples is None
    row = n_channels - 1
    (line,) = trace_lines(content, columns, row)
    centre = canvas.top() + (row + 0.5) * content.row_height
    scale = content.row_height / 100
    for column in (0, 1, grid.width // 2, grid.width - 1):
        first = content.first_column + column
        here = samples[row, grid.edge(first) : grid.edge(first + 1) + 1]
        x = content.x_of((first + 0.5) * grid.length / grid.width)
        near = np.abs(line[:, 0] - min(max(x, canvas.left()), canvas.right())) < 0.06
        ys = np.sort(line[near, 1])
        assert ys[0] == pytest.approx(centre - here.max() * scale, abs=0.06)
        assert ys[-1] == pytest.approx(centre - here.min() * scale, abs=0.06)
    assert (np.diff(line[:, 0]) >= 0).all()


def test_lines_end_where_samples_are_no_numbers() -> None:
    samples = _noise(2, 500)
    samples[1, 110:120] = np.nan
    content, columns = drawn(samples, 100, 50)
    assert len(trace_lines(content, columns, 0)) == 1
    before, after = trace_lines(content, columns, 1)
    assert before[-1, 0] == pytest.approx(content.x_of(109), abs=0.06)
    assert after[0, 0] == pytest.approx(content.x_of(120), abs=0.06)


def test_lines_end_where_columns_are_missing() -> None:
    content, columns = drawn(_noise(1, 20_000), 0, 20_000)
    columns.low[500:600], columns.high[500:600] = np.inf, -np.inf
    columns.states[500:600] = ColumnState.MISSING
    before, after = trace_lines(content, columns, 0)
    per_column = content.canvas.width() / content.grid.width
    gap = after[0, 0] - before[-1, 0]
    assert gap == pytest.approx(101 * per_column, abs=0.2)


def test_what_leaves_the_canvas_stays_just_beyond_it() -> None:
    samples = _noise(1, 500)
    samples[0, 120:130] = 1e30
    content, columns = drawn(samples, 100, 50)
    (line,) = trace_lines(content, columns, 0)
    assert line[:, 1].min() == content.canvas.top() - 2


def test_many_channels_get_fewer_columns() -> None:
    few, _ = drawn(_noise(2, 20_000), 0, 20_000)
    many, _ = drawn(_noise(400, 20_000), 0, 20_000)
    assert few.grid.width == 1600
    assert many.grid.width == 400
