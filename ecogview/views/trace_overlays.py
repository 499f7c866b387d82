"""What lies above the traces: scale bar, cursor with its value, signs of loading and of loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QFont, QFontMetricsF, QPainter, QPen, QPixmap

from ecogview.dsp.ring import ColumnState
from ecogview.model.clock import format_time, nice_step
from ecogview.model.session import Session
from ecogview.views import theme

if TYPE_CHECKING:
    from ecogview.views.trace_canvas import TraceCanvas
    from ecogview.views.trace_picture import TracePicture

_LEAST_SCALE_BAR_PX = 24
_PREFIXES = {"µV": ((1e6, "V"), (1e3, "mV"), (1.0, "µV"), (1e-3, "nV"))}


def paint_overlays(painter: QPainter, canvas: TraceCanvas, session: Session) -> None:
    """Paint everything above the picture, in logical pixels."""
    picture = canvas.picture
    assert picture is not None
    if canvas.is_late:
        painter.fillRect(QRectF(0, 0, canvas.width(), 2), theme.colour("accent"))
    _paint_missing(painter, canvas, picture, session)
    bar = canvas.scale_bar()
    if bar is not None:
        size = bar.deviceIndependentSize()
        painter.drawPixmap(
            QPointF(canvas.width() - size.width() - 8, canvas.height() - size.height() - 8), bar
        )
    if canvas.mouse is not None:
        _paint_cursor(painter, canvas, canvas.mouse, session)


def format_amount(value: float, units: str, *, digits: int = 3) -> str:
    """An amplitude with its unit, `−26 µV`, `2 mV`, with a true minus."""
    for factor, prefixed in _PREFIXES.get(units, ()):
        if abs(value) >= factor or (factor == 1e-3 and value):
            return f"{value / factor:.{digits}g} {prefixed}".replace("-", "−")
    return f"{value:.{digits if units == 'µV' else 6}g} {units}".replace("-", "−")


def scale_bar(canvas: TraceCanvas, session: Session) -> QPixmap | None:
    """The scale bar in its box: 1-2-5 steps of the unit, 24 to 60 px long; None without rows."""
    rows = len(session.channels.shown)
    if not rows or session.info is None:
        return None
    pixels_per_unit = canvas.height() / rows / session.display.units_per_row
    amount = nice_step(_LEAST_SCALE_BAR_PX / pixels_per_unit)
    length = amount * pixels_per_unit
    text = format_amount(amount, session.info.units)
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


def _paint_cursor(painter: QPainter, canvas: TraceCanvas, mouse: QPointF, session: Session) -> None:
    colour = theme.colour("text")
    colour.setAlphaF(0.45)
    painter.setPen(colour)
    x = int(mouse.x()) + 0.5
    painter.drawLine(QPointF(x, 0), QPointF(x, canvas.height()))
    channel, picture = session.channels.hovered, canvas.picture
    if channel is None or picture is None or session.info is None:
        return
    column = picture.first + int(mouse.x() * canvas.devicePixelRatioF())
    slot = column % picture.grid.width
    if picture.envelope.states(column, column + 1)[0] != ColumnState.READ:
        return
    low, high = picture.envelope.low[slot, channel], picture.envelope.high[slot, channel]
    if not low <= high:
        return
    units = session.info.units
    value = format_amount(float(low), units)
    if not picture.grid.interpolated and format_amount(float(high), units) != value:
        value = f"{value.removesuffix(' ' + units)} … {format_amount(float(high), units)}"
    label = session.info.channels[channel].label
    painter.setFont(_font(canvas, 11, QFont.Weight.DemiBold))
    text = f"{label}   {value}"
    width = painter.fontMetrics().horizontalAdvance(text) + 16
    box = QRectF(mouse.x() + 10, mouse.y() - 32, width, 22)
    if box.right() > canvas.width() - 4:
        box.moveRight(mouse.x() - 10)
    box.moveTop(max(box.top(), 4.0))
    _paint_box(painter, box, "raised")
    painter.setPen(theme.colour("text"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


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
