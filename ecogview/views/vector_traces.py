"""Traces as lines of a vector picture: samples, or the span of each column as a zigzag."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecogview.services.column_reading import Columns
from ecogview.views.picture_content import PictureContent

_DECIMALS = 1  # of a pixel: 960 places to the inch at the size of the screen
_BEYOND_PX = 2.0  # so far outside of the canvas lines are led that leave it

Points = NDArray[np.float64]


def trace_lines(content: PictureContent, columns: Columns, row: int) -> list[Points]:
    """Lines of one row's trace, shape (points, 2) each, in pixels of the picture.

    A line ends where samples are missing or NaN.
    """
    channel, canvas, grid = content.rows[row], content.canvas, content.grid
    if columns.samples is not None:
        rows = columns.samples.rows
        x = _sample_x(content, columns.samples.first, len(rows))
        y = _heights(content, row, rows[:, channel])
        return _pieces(*_cut(x, y, canvas.left(), canvas.right()))
    low, high = columns.low[:, channel], columns.high[:, channel]
    middles = (columns.first + np.arange(len(low)) + 0.5) * (grid.length / grid.width)
    x = canvas.left() + (middles - content.window.start) / grid.length * canvas.width()
    y = np.stack([_heights(content, row, high), _heights(content, row, low)], axis=1)
    y[low > high] = np.nan
    y[1::2] = y[1::2, ::-1].copy()  # down in one column, up in the next: no line runs back
    return _pieces(np.repeat(np.clip(x, canvas.left(), canvas.right()), 2), y.ravel())


def sample_points(content: PictureContent, columns: Columns, row: int) -> Points:
    """Where the samples of one row lie within the canvas, and its limits; shape (samples, 2)."""
    if columns.samples is None:
        return np.empty((0, 2))
    rows, canvas = columns.samples.rows, content.canvas
    x = _sample_x(content, columns.samples.first, len(rows))
    y = _heights(content, row, rows[:, content.rows[row]])
    least, most = content.layout.limits[:, row].astype(np.float64) + canvas.top()
    top, bottom = max(float(least), canvas.top()), min(float(most), canvas.bottom())
    seen = (x >= canvas.left()) & (x <= canvas.right()) & (y > top) & (y < bottom)
    points: Points = np.stack([x, y], axis=1)[seen]
    return points


def _sample_x(content: PictureContent, first: int, n_samples: int) -> Points:
    step = content.canvas.width() / content.window.length
    return content.x_of(first) + np.arange(n_samples, dtype=np.float64) * step


def _heights(content: PictureContent, row: int, values: NDArray[np.float32]) -> Points:
    """Y of values of a row; NaN stays NaN."""
    canvas, channel = content.canvas, content.rows[row]
    y = content.layout.y_of(channel, values, float(content.offsets[channel]))
    return np.clip(y + canvas.top(), canvas.top() - _BEYOND_PX, canvas.bottom() + _BEYOND_PX)


def _cut(x: Points, y: Points, left: float, right: float) -> tuple[Points, Points]:
    """End a line at the edges of the canvas instead of at the first sample beyond."""
    edges = np.array([edge for edge in (left, right) if len(x) and x[0] < edge < x[-1]])
    inside = (x >= left) & (x <= right)
    all_x = np.concatenate([x[inside], edges])
    all_y = np.concatenate([y[inside], np.interp(edges, x, y) if len(edges) else edges])
    order = np.argsort(all_x, kind="stable")
    return all_x[order], all_y[order]


def _pieces(x: Points, y: Points) -> list[Points]:
    """Split where y is no number, round, and leave out points that repeat the one before."""
    known = np.isfinite(y)
    points = np.round(np.stack([x, np.where(known, y, 0.0)], axis=1), _DECIMALS)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], known, [False])))).reshape(-1, 2)
    pieces = []
    for start, stop in edges.tolist():
        piece = points[start:stop]
        new = np.concatenate(([True], (piece[1:] != piece[:-1]).any(axis=1)))
        pieces.append(piece[new])
    return pieces
