"""Which of several traces that lie on one another is the nearest to a place on the screen."""

from __future__ import annotations

import numpy as np

from ecogview.dsp.ring import ColumnState
from ecogview.views.trace_picture import TracePicture


def nearest_trace(picture: TracePicture, x: float, y: float) -> int | None:
    """Channel whose trace is nearest to (x, y), in pixels of the device, within that column.

    Of several that cover the place, the one whose middle is nearest; None where none is known.
    """
    column = picture.first + min(max(int(x), 0), picture.grid.width - 1)
    rows = np.array(picture.style.rows, np.int64)
    if not len(rows) or picture.envelope.states(column, column + 1)[0] == ColumnState.PENDING:
        return None
    slot = column % picture.grid.width
    envelope = picture.envelope
    low, high = (ends[slot, rows].astype(np.float64) for ends in (envelope.low, envelope.high))
    known = low <= high
    if not known.any():
        return None
    layout, offsets = picture.layout, picture.style.offsets[rows]
    scales = layout.scales[rows]
    top, bottom = (layout.centres - (value - offsets) * scales for value in (high, low))
    if layout.clipped:
        top, bottom = (np.clip(edge, *layout.limits) for edge in (top, bottom))
    outside = np.maximum(np.maximum(top - y, y - bottom), 0.0)
    from_middle = np.abs((top + bottom) / 2 - y)
    order = np.lexsort((from_middle, np.where(known, outside, np.inf)))
    return int(rows[order[0]])
