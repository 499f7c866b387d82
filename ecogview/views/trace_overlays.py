"""What lies above the traces: scale bar, cursor with its value, signs of loading and of loss."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QFont, QFontMetricsF, QPainter, QPen, QPixmap

from ecogview.dsp.ring import ColumnState
from ecogview.model.clock import format_time, nice_step
from ecogview.model.session import Session
from ecogview.views import theme
from ecogview.views.amounts import format_round, format_shown, span_text
from ecogview.views.processed_values import column_span, processed_texts
from ecogview.views.sample_values import (
    displayed_value,
    format_place,
    format_value,
    paint_labels,
    paint_ring,
    sample_near,
)
from ecogview.views.shown_names import names_of, paint_lacking
from ecogview.views.unfiltered_columns import paint_unfiltered

if TYPE_CHECKING:
    from ecogview.views.trace_canvas import TraceCanvas
    from ecogview.views.trace_picture import TracePicture

_LEAST_SCALE_BAR_PX = 24
_TAG_PX = 22  # high is the tag at the cursor
_TAG_GAP_PX = 14  # in it, between value and place


def paint_states(painter: QPainter, canvas: TraceCanvas, session: Session) -> None:
    """Tell which columns are still as recorded and which rows are empty, in logical pixels.

    To be painted before all that others lay over the traces.
    """
    picture = canvas.picture
    assert picture is not None
    scale = canvas.devicePixelRatioF()
    paint_unfiltered(painter, picture, canvas.height(), scale, theme.current())
    _paint_lacking(painter, canvas, picture, session)


def paint_overlays(painter: QPainter, canvas: TraceCanvas, session: Session) -> None:
    """Paint everything above the picture, in logical pixels."""
    picture = canvas.picture
    assert picture is not None
    if canvas.is_late:
        painter.fillRect(QRectF(0, 0, canvas.width(), 2), theme.colour("accent"))
    _paint_missing(painter, canvas, picture, session)
    taken: list[QRectF] = []  # where no label of a sample may stand
    bar = canvas.scale_bar()
    if bar is not None:
        size = bar.deviceIndependentSize()
        place = QPointF(canvas.width() - size.width() - 8, canvas.height() - size.height() - 8)
        painter.drawPixmap(place, bar)
        taken.append(QRectF(place, size))
    legend = canvas.legend.paint(painter, canvas, session)
    if legend is not None:
        taken.append(legend)
    mouse = None if canvas.is_dragged_over else canvas.mouse
    tag = None if mouse is None else _paint_cursor(painter, canvas, mouse, session)
    if tag is not None:
        taken += [tag.box, tag.ring]
    paint_labels(painter, canvas, session, taken)
    if tag is not None:
        _paint_tag(painter, canvas, tag)


def scale_bar(canvas: TraceCanvas, session: Session) -> QPixmap | None:
    """The scale bar in its box: 1-2-5 steps of the unit, 24 to 60 px long; None without rows."""
    rows = len(session.channels.shown)
    if not rows or session.info is None:
        return None
    n_lines = 1 if session.display.butterfly else rows
    pixels_per_unit = canvas.height() / n_lines / session.display.units_per_row
    amount = nice_step(_LEAST_SCALE_BAR_PX / pixels_per_unit)
    length = amount * pixels_per_unit
    text = format_round(amount, session.display.processing.units(session.info.units))
    font = _font(canvas, 11)
    scale = canvas.devicePixelRatioF()
    box = QRectF(
        0, 0, QFontMetricsF(font).horizontalAdvance(text) + theme.px(28), max(length + 16, 26)
    )
    pixmap = QPixmap((box.size() * scale).toSize())
    pixmap.setDevicePixelRatio(scale)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setFont(font)
    _paint_box(painter, box, "panel")
    painter.setPen(theme.colour("text"))
    painter.drawText(
        box.adjusted(8, 0, -18, 0),
        Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
        text,
    )
    x, middle = round(box.right()) - 10.5, box.center().y()
    top, bottom = round(middle - length / 2) + 0.5, round(middle + length / 2) + 0.5
    painter.drawLine(QPointF(x, top), QPointF(x, bottom))
    for end in (top, bottom):
        painter.drawLine(QPointF(x - 3, end), QPointF(x + 3, end))
    painter.end()
    return pixmap


class _Tag(NamedTuple):
    """What is told at the cursor: in words, where they stand, and where the sample is ringed."""

    value: str
    beside: str  # the value as displayed, or as in the file, where it is another
    place: str  # of a single sample, in time
    box: QRectF
    ring: QRectF  # null where there is none


def _paint_cursor(
    painter: QPainter, canvas: TraceCanvas, mouse: QPointF, session: Session
) -> _Tag | None:
    colour = theme.colour("text")
    colour.setAlphaF(0.45)
    painter.setPen(colour)
    x = int(mouse.x()) + 0.5
    painter.drawLine(QPointF(x, 0), QPointF(x, canvas.height()))
    channel, picture, info = session.channels.hovered, canvas.picture, session.info
    if channel is None or picture is None or info is None:
        return None
    column = picture.first + int(mouse.x() * canvas.devicePixelRatioF())
    at, name = sample_near(picture, column, channel, info), info.channels[channel].label
    if picture.applied is not None:
        name, value, beside = processed_texts(canvas, picture, column, channel, at, info)
    elif picture.samples is None:
        span = column_span(picture, column, channel)
        value, beside = "" if span is None else span_text(span, info.units), ""
    else:
        value = "" if at is None else format_value(at.value, info, with_units=True)
        displayed = None if at is None else displayed_value(picture, at)
        beside = "" if displayed is None else f"shown {format_shown(displayed, info.units)}"
    if not value:
        return None
    place, ring = "", QRectF()
    if at is not None:
        place, ring = format_place(at.sample, info), paint_ring(painter, canvas, at)
    value = f"{name}   {value}"
    width = QFontMetricsF(_font(canvas, 11, QFont.Weight.DemiBold)).horizontalAdvance(value) + 16
    for text in filter(None, (beside, place)):
        width += QFontMetricsF(_font(canvas, 11)).horizontalAdvance(text) + _TAG_GAP_PX
    return _Tag(value, beside, place, _tag_box(canvas, mouse, width, ring), ring)


def _tag_box(canvas: TraceCanvas, mouse: QPointF, width: float, ring: QRectF) -> QRectF:
    """Beside the cursor, above it if it can be, and off the ring."""
    lefts = (mouse.x() + 10, mouse.x() - 10 - width)
    tops = (mouse.y() - 10 - _TAG_PX, ring.top() - 2 - _TAG_PX, mouse.y() + 10)
    for left, top in product(lefts, tops):
        box = QRectF(left, max(top, 4.0), width, _TAG_PX)
        if 4 <= left <= canvas.width() - 4 - width and not box.intersects(ring):
            return box
    return QRectF(max(canvas.width() - 4 - width, 4.0), max(tops[0], 4.0), width, _TAG_PX)


def _paint_tag(painter: QPainter, canvas: TraceCanvas, tag: _Tag) -> None:
    _paint_box(painter, tag.box, "raised")
    inside = tag.box.adjusted(8, 0, -8, 0)
    middle = Qt.AlignmentFlag.AlignVCenter
    painter.setFont(_font(canvas, 11, QFont.Weight.DemiBold))
    painter.setPen(theme.colour("text"))
    painter.drawText(inside, middle | Qt.AlignmentFlag.AlignLeft, tag.value)
    width = painter.fontMetrics().horizontalAdvance(tag.value) + _TAG_GAP_PX
    painter.setFont(_font(canvas, 11))
    painter.setPen(theme.colour("text2"))
    if tag.beside:
        left = inside.adjusted(width, 0, 0, 0)
        painter.drawText(left, middle | Qt.AlignmentFlag.AlignLeft, tag.beside)
    painter.drawText(inside, middle | Qt.AlignmentFlag.AlignRight, tag.place)


def _paint_lacking(
    painter: QPainter, canvas: TraceCanvas, picture: TracePicture, session: Session
) -> None:
    """Say in rows that are empty why, from where on they are no longer as recorded."""
    rows, info = picture.style.rows, session.info
    if picture.applied is None or picture.style.butterfly or info is None or not rows:
        return
    names = names_of(info, picture.applied)
    lacking = [row for row, channel in enumerate(rows) if names.lacks_neighbour(channel)]
    states = picture.envelope.states(picture.first, picture.stop)
    done = np.flatnonzero(states == ColumnState.READ)
    if not lacking or not len(done):
        return
    scale, ground = canvas.devicePixelRatioF(), theme.colour("canvas")
    ground.setAlphaF(0.8)
    paint_lacking(
        painter, float(done[0]) / scale + 6, (picture.layout.centres[lacking] / scale).tolist(),
        picture.layout.row_height / scale, _font(canvas, 10), colour=theme.colour("text2"),
        ground=ground,
    )  # fmt: skip


def _paint_missing(
    painter: QPainter, canvas: TraceCanvas, picture: TracePicture, session: Session
) -> None:
    if not picture.envelope.has_missing:
        return
    states = picture.envelope.states(picture.first, picture.stop)
    gone = np.flatnonzero(states >= ColumnState.MISSING)
    if not len(gone) or session.info is None:
        return
    scale = canvas.devicePixelRatioF()
    left, right = gone[0] / scale, (gone[-1] + 1) / scale
    painter.setPen(QPen(theme.colour("error"), 1, Qt.PenStyle.DotLine))
    if gone[0] > 0:
        painter.drawLine(QPointF(left, 0), QPointF(left, canvas.height()))
    first_missing_s = picture.grid.edge(picture.first + int(gone[0])) / session.info.sampling_rate
    title = "Cannot be read"
    detail = (
        f"The file now ends at {format_time(first_missing_s, 3)}"
        if gone[0] > 0
        else "The file does not reach so far any more"
    )
    painter.setFont(_font(canvas, 13, QFont.Weight.DemiBold))
    width = painter.fontMetrics().horizontalAdvance(title)
    painter.setFont(_font(canvas, 11))
    width = max(width, painter.fontMetrics().horizontalAdvance(detail)) + 32
    if right - left < width + 8:
        return
    box = QRectF(0, 0, width, 56)
    box.moveCenter(QPointF((left + right) / 2, canvas.height() / 2))
    _paint_box(painter, box, "panel")
    painter.setPen(theme.colour("text2"))
    painter.drawText(box.adjusted(0, 28, 0, -8), Qt.AlignmentFlag.AlignCenter, detail)
    painter.setFont(_font(canvas, 13, QFont.Weight.DemiBold))
    painter.setPen(theme.colour("text"))
    painter.drawText(box.adjusted(0, 8, 0, -26), Qt.AlignmentFlag.AlignCenter, title)


def _paint_box(painter: QPainter, box: QRectF, token: str) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(theme.colour("border"))
    painter.setBrush(theme.colour(token))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _font(canvas: TraceCanvas, size: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    return theme.sized_font(theme.numeral_font(canvas.font()), size, weight)
