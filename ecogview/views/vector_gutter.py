"""Labels beside the traces of a vector picture, as the gutter has them on the screen."""

from __future__ import annotations

from PyQt6.QtCore import QLineF, QRectF
from PyQt6.QtGui import QColor, QPainter

from ecogview.views import theme
from ecogview.views.gutter_marks import (
    name_box,
    paint_amplitudes,
    paint_gain,
    paint_group,
    paint_name,
    paint_swatches,
)
from ecogview.views.picture_content import PictureContent
from ecogview.views.row_labels import named_rows
from ecogview.views.trace_colours import group_mark, group_of


def paint_gutter(painter: QPainter, content: PictureContent) -> None:
    """Paint it over whatever of the traces leaves the canvas there."""
    canvas, tokens = content.canvas, content.tokens
    page = QRectF(0, 0, canvas.left(), content.size.height())
    painter.fillRect(page, QColor(tokens.canvas))
    font = theme.sized_font(content.font, 10)
    if content.butterfly:
        if content.rows:
            gutter = QRectF(0, canvas.top(), canvas.left(), canvas.height())
            units = content.units
            paint_amplitudes(painter, gutter, content.units_per_row, units, font, tokens)
        return
    height, names = content.row_height, content.names
    if content.colours is not None:
        swatches = [content.colours[channel] for channel in content.rows]
        paint_swatches(painter, canvas.left(), canvas.top(), height, swatches)
    own = {c for c in content.rows if content.gains[c] != 1}
    urgent = [r for r, c in enumerate(content.rows) if c in content.selected | own]
    named = set(named_rows(len(content.rows), height, urgent=urgent))
    for row, channel in enumerate(content.rows):
        middle = canvas.top() + (row + 0.5) * height
        is_bad = channel in content.bad
        if is_bad:
            painter.setPen(QColor(tokens.text))
            for sign in (1, -1):
                painter.drawLine(QLineF(6, middle - 2.5 * sign, 11, middle + 2.5 * sign))
        if row not in named:
            continue
        box = QRectF(14, middle - 8, canvas.left() - 20, 16)
        box = name_box(box, names, channel, font, is_bad=is_bad)
        if channel in own:
            box = paint_gain(
                painter, box, float(content.gains[channel]), is_bad=is_bad, font=font,
                colour=QColor(tokens.text),
            )  # fmt: skip
        is_quiet = is_bad or names.lacks_neighbour(channel)
        marked = tokens.accent if channel in content.selected else None
        painter.setPen(QColor(marked or (tokens.disabled if is_quiet else tokens.text2)))
        width = paint_name(painter, box, names, channel, font, is_bad=is_bad)
        group = group_of(content.info.channels[channel], content.colouring)
        if group is not None and channel not in own:
            mark = group_mark(group, content.colouring)
            paint_group(
                painter, box, mark, width, is_bad=is_bad, font=font, colour=QColor(tokens.text2)
            )
