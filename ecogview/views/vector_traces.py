"""Traces as lines of a vector picture: samples, or the span of each column as a zigzag."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF
from PyQt6.QtGui import QPolygonF

from ecogview.services.column_reading import Columns
from ecogview.views.picture_content import PictureContent

_STEP_PX = 0.1  # places are rounded to it: 960 to the inch at the size of the screen
_BEYOND_PX = 2.0  # so far outside of the canvas lines are led that leave it


def trace_lines(content: PictureContent, columns: Columns, row: int) -> list[NDArray[np.float64]]:
    """Lines of one row's trace, shape (points, 2) each, in pixels of the picture.

    A line ends where samples are missing or NaN.
    """
    channel, canvas = content.rows[row], content.canvas
    centre = canvas.top() + (row + 0.5) * content.row_height
    scale = content.row_height / content.units_per_row
    offset = float(content.offsets[channel])

    def heights(values: NDArray[np.float32]) -> NDArray[np.float64]:
        with np.errstate(invalid="ignore", over="ignore"):
            y = centre - (values.astype(np.float64) - offset) * scale
        top, bottom = canvas.top() - _BEYOND_PX, canvas.bottom() + _BEYOND_PX
        clipped: NDArray[np.float64] = np.clip(y, top, bottom)
        return clipped

    if columns.samples is not None:
        first, rows = columns.samples.first, columns.samples.rows
        x = content.x_of(first) + np.arange(len(rows)) * (canvas.width() / content.window.length)
        return _pieces(*_cut(x, heights(rows[:, channel]), canvas.left(), canvas.right()))
    low, high = columns.low[:, channel], columns.high[:, channel]
    grid = content.grid
    places = (columns.first + np.arange(len(low)) + 0.5) * (grid.length / grid.width)
    x = np.clip(
        canvas.left() + (places - content.window.start) / grid.length * canvas.width(),
        canvas.left(),
        canvas.right(),
    )
    y = np.stack([heights(high), heights(low)], axis=1)
    y[low > high] = np.nan
    y[1::2] = y[1::2, ::-1].copy()  # down in one column, up in the next: no line runs back
    return _pieces(np.repeat(x, 2), y.ravel())


def polygon(points: NDArray[np.float64]) -> QPolygonF:
    """Points as Qt draws them."""
    return QPolygonF([QPointF(x, y) for x, y in points.tolist()])


def sample_points(content: PictureContent, columns: Columns, row: int) -> NDArray[np.float64]:
    """Where the samples of one row lie within the canvas, shape (samples, 2)."""
    if columns.samples is None:
        return np.empty((0, 2))
    lines = trace_lines(content, columns, row)
    points = np.concatenate(lines) if lines else np.empty((0, 2))
    step = content.canvas.width() / content.window.length
    place = (points[:, 0] - content.x_of(0)) / step
    # The ends of a line that was cut at the edge are no samples.
    kept: NDArray[np.float64] = points[np.abs(place - np.round(place)) * step <= _STEP_PX]
    return kept


def _cut(
    x: NDArray[np.float64], y: NDArray[np.float64], left: float, right: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """End a line at the edges of the canvas instead of at the first sample beyond."""
    ends = [edge for edge in (left, right) if len(x) and x[0] < edge < x[-1]]
    inside = (x >= left) & (x <= right)
    at = np.array(ends)
    all_x = np.concatenate([x[inside], at])
    all_y = np.concatenate([y[inside], np.interp(at, x, y) if len(x) else at])
    order = np.argsort(all_x, kind="stable")
    return all_x[order], all_y[order]


def _pieces(x: NDArray[np.float64], y: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Split where y is no number, round, and leave out points that repeat the one before."""
    known = np.isfinite(y)
    points = np.round(np.stack([x, np.where(known, y, 0.0)], axis=1) / _STEP_PX) * _STEP_PX
    edges = np.flatnonzero(np.diff(np.concatenate(([False], known, [False])))).reshape(-1, 2)
    pieces = []
    for start, stop in edges.tolist():
        piece = points[start:stop]
        new = np.concatenate(([True], (piece[1:] != piece[:-1]).any(axis=1)))
        pieces.append(piece[new])
    return pieces
