"""Events of a vector picture: thin lines, and labels at the top where they have room."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QLineF, QRectF, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from ecogview.errors import printable
from ecogview.views import theme
from ecogview.views.colour_tokens import blend
from ecogview.views.picture_content import PictureContent

_LEAST_APART_PX = 24.0  # on average between lines; nearer ones would hide the traces: ticks then
_TICK_PX = 8.0
_LABEL_PX = 14.0
_LONGEST = 24  # characters of a label


def paint_events(painter: QPainter, content: PictureContent) -> None:
    """Paint them over the traces; those within a pixel are one line, labelled with how many."""
    events, canvas, tokens = content.events, content.canvas, content.tokens
    inside = events.within(content.window.start, content.window.stop)
    if not inside:
        return
    pixels = np.floor([content.x_of(s) for s in events.samples[inside.start : inside.stop]])
    places, firsts, counts = np.unique(pixels, return_index=True, return_counts=True)
    is_dense = len(places) * _LEAST_APART_PX > canvas.width()
    bottom = canvas.top() + theme.px(_TICK_PX) if is_dense else canvas.bottom()
    painter.setPen(QPen(QColor(blend(tokens.text2, tokens.canvas, 0.6)), 1.0))
    lines = [QLineF(x + 0.5, canvas.top(), x + 0.5, bottom) for x in places.tolist()]
    painter.drawLines(*lines)
    font = theme.sized_font(content.font, 10)
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    free_from = canvas.left()
    for x, first, count in zip(places.tolist(), firsts.tolist(), counts.tolist(), strict=True):
        label = printable(events.label(inside.start + first), _LONGEST)
        text = label if count == 1 else f"{label} +{count - 1:,}" if label else f"{count:,}"
        if not text or x < free_from or (is_dense and count > 1):
            continue
        height = theme.px(_LABEL_PX)
        box = QRectF(x + 1, canvas.top() + 1, metrics.horizontalAdvance(text) + 6, height)
        painter.fillRect(box, QColor(tokens.canvas))
        painter.setPen(QColor(tokens.text2))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        free_from = box.right() + 2
