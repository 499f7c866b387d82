"""Slanted lines: the sign of what is not there, or not there yet."""

from __future__ import annotations

import math

from PyQt6.QtCore import QLineF, QRectF

_STEP_PX = 6.0


def slanted_lines(box: QRectF, step: float = _STEP_PX) -> list[QLineF]:
    """Lines from lower left to upper right that fill a box and do not leave it.

    They lie on places that are the same for all boxes, so that neighbours look like one.
    """
    first = math.ceil((box.left() + box.top()) / step)
    last = math.floor((box.right() + box.bottom()) / step)
    lines = []
    for total in (number * step for number in range(first, last + 1)):  # x + y along a line
        left, right = max(box.left(), total - box.bottom()), min(box.right(), total - box.top())
        if right > left:
            lines.append(QLineF(left, total - left, right, total - right))
    return lines
