"""Columns from which a filter or a reference is still missing: where they are, and their sign."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QLineF, QRectF
from PyQt6.QtGui import QColor, QPainter, QPen

from ecogview.data.recording import RecordingInfo
from ecogview.dsp.ring import ColumnState
from ecogview.dsp.runs import Runs
from ecogview.model.processing import AppliedProcessing
from ecogview.views.colour_tokens import Tokens
from ecogview.views.hatching import slanted_lines
from ecogview.views.trace_picture import TracePicture

_BAND_PX = 6.0
_VEIL = 0.3  # of the ground over such traces: 5.1:1 is left of them in dark, 4.3:1 in light


def are_unfiltered(
    states: NDArray[np.uint8], applied: AppliedProcessing | None
) -> NDArray[np.bool_]:
    """Which columns are drawn as recorded although more is asked for, given their states."""
    if applied is None or not applied.processing.needs_samples:
        return np.zeros(len(states), bool)
    flags: NDArray[np.bool_] = states == ColumnState.COARSE
    return flags


def unfiltered_columns(picture: TracePicture) -> NDArray[np.bool_]:
    """Which columns on the screen are so, left to right, shape (columns,).

    A picture of an older processing is none of the one that is asked for now, and tells nothing
    of it: it is replaced in a moment.
    """
    return are_unfiltered(picture.envelope.states(picture.first, picture.stop), picture.applied)


def unfiltered_stretches(
    picture: TracePicture | None, info: RecordingInfo
) -> tuple[tuple[float, float], ...]:
    """Stretches on the screen that are drawn as recorded although more is asked for.

    Parameters
    ----------
    picture : TracePicture or None
        `TraceCanvas.picture`.
    info : RecordingInfo
        Of the recording on the screen.

    Returns
    -------
    tuple of (start, stop)
        In seconds from the start of the recording, ascending, within it; empty where nothing is
        missing.
    """
    if picture is None:
        return ()
    return tuple(
        (
            min(max(picture.grid.edge(picture.first + start), 0), info.n_samples)
            / info.sampling_rate,
            min(picture.grid.edge(picture.first + stop), info.n_samples) / info.sampling_rate,
        )
        for start, stop in Runs.from_bool(unfiltered_columns(picture))
    )


def paint_unfiltered(
    painter: QPainter, picture: TracePicture, height: float, scale: float, tokens: Tokens
) -> None:
    """Tell such columns on the screen; `scale` is how many pixels make a logical one."""
    flags = unfiltered_columns(picture)
    if flags.any():
        boxes = [
            QRectF(start / scale, 0, (stop - start) / scale, height)
            for start, stop in Runs.from_bool(flags)
        ]
        paint_pending(painter, boxes, tokens)


def paint_pending(painter: QPainter, boxes: list[QRectF], tokens: Tokens) -> None:
    """Dim what is in boxes that reach over the canvas, and hatch a line on top of each."""
    page, veil = QColor(tokens.canvas), QColor(tokens.canvas)
    veil.setAlphaF(_VEIL)
    for box in boxes:
        painter.fillRect(box, veil)
        band = QRectF(
            box.left(), box.top(), box.width() - 1, _BAND_PX
        )  # lines have their ends, too
        painter.fillRect(band, page)
        painter.setPen(QPen(QColor(tokens.text2), 1.0))
        edge = QLineF(band.bottomLeft(), band.bottomRight())
        painter.drawLines(edge, *slanted_lines(band))
