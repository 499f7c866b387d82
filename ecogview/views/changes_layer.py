"""What is not saved yet, shaded over the traces: added full, removed struck through."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QBrush, QColor, QPainter

from ecogview.dsp.runs import Runs
from ecogview.model.session import Session
from ecogview.views import theme
from ecogview.views.trace_canvas import TraceCanvas

_STRIP_PX = 5  # along the top: told apart there by being full or an outline
_LEAST_PX = 2.0
_FILL = 0.10


def paint_changes(painter: QPainter, canvas: TraceCanvas, session: Session) -> None:
    """Paint the session's changes where they are to be seen, in logical pixels."""
    if not session.shows_changes:
        return
    changes = session.changes
    height, strip = float(canvas.height()), float(theme.px(_STRIP_PX))
    line = theme.colour("accent")
    faint = QColor(line)
    faint.setAlphaF(_FILL)
    for left, right in _boxes(canvas, changes.added):
        painter.fillRect(QRectF(left, 0, right - left, height), faint)
        painter.fillRect(QRectF(left, 0, right - left, strip), line)
    faint.setAlphaF(2 * _FILL)
    slanted = QBrush(faint, Qt.BrushStyle.BDiagPattern)
    painter.setPen(line)
    for left, right in _boxes(canvas, changes.removed):
        painter.fillRect(QRectF(left, 0, right - left, height), slanted)
        painter.drawRect(QRectF(left, 0.5, right - left - 1, strip - 1))


def _boxes(canvas: TraceCanvas, runs: Runs) -> list[tuple[float, float]]:
    """Left and right of what is in view; those in one pixel are one: 10,000 cost what ten do."""
    grid = canvas.grid
    if grid is None or not len(runs):
        return []
    first, last = canvas.sample_at(0), canvas.sample_at(canvas.width())
    bounds = runs.clip(int(first), int(last) + 1).bounds
    if not len(bounds):
        return []
    scale = canvas.width() / grid.length
    lefts = np.clip((bounds[:, 0] - first) * scale, 0, canvas.width())
    rights = np.clip((bounds[:, 1] - first) * scale, 0, canvas.width())
    pixels, starts = np.unique(np.floor(lefts), return_index=True)
    rights = np.maximum(np.maximum.reduceat(rights, starts), pixels + _LEAST_PX)
    return list(zip(pixels.tolist(), rights.tolist(), strict=True))
