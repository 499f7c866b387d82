"""What lies above the picture of the overview: the window's frame and the tag at the mouse."""

from __future__ import annotations

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QFont, QPainter, QPen

from ecogview.views import theme
from ecogview.views.overview_frame import Frame

_LINE = 2  # width of the frame
_GRIP = (6, 20)
_BRACKET = (2, 7)  # thickness of the line; length of an arm, where the strip has room
_ROOM_FOR_GRIPS = 28.0  # logical pixels; in a narrower frame they hang outside


def frame_area(frame: Frame, top: float, bottom: float) -> QRectF:
    """All that `paint_frame` may touch."""
    beside = theme.px(_GRIP[0]) + 3
    return QRectF(frame.left - beside, top, frame.width + 2 * beside, bottom - top)


def paint_frame(painter: QPainter, frame: Frame, top: float, bottom: float) -> None:
    """Paint the frame around the window, with a grip at either edge.

    A rim in the colour of the background sets it off from whatever the map shows beneath.
    """
    line = theme.px(_LINE)
    left, right = round(frame.left), round(frame.right)
    box = QRectF(left - line / 2, top + line / 2, right - left + line, bottom - top - line)
    rim = theme.colour("canvas")
    rim.setAlphaF(0.65)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((rim, line + 2), (theme.colour("text"), line)):
        painter.setPen(QPen(colour, width))
        painter.drawRoundedRect(box, 3, 3)
    width = theme.px(_GRIP[0])
    height = min(float(theme.px(_GRIP[1])), max(bottom - top - 12, 6.0))
    outwards = 0.0 if frame.width >= _ROOM_FOR_GRIPS else (width + line) / 2
    for x in (box.left() - outwards, box.right() + outwards):
        grip = QRectF(x - width / 2, box.center().y() - height / 2, width, height)
        painter.setPen(QPen(rim, 1))
        painter.setBrush(theme.colour("text"))
        painter.drawRoundedRect(grip.adjusted(-0.5, -0.5, 0.5, 0.5), 3, 3)
        for beside in (-2, 1):
            ridge = QRectF(x + beside, grip.center().y() - height / 6, 1, height / 3)
            painter.fillRect(ridge, theme.colour("canvas"))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def paint_selection(painter: QPainter, left: float, right: float, strip: QRectF) -> None:
    """Paint the selected stretch as brackets around the strip of bad spans, in the accent.

    However short it is, it takes 3 px: in two hours a second is a tenth of one.
    """
    line, arm = theme.px(_BRACKET[0]), theme.px(_BRACKET[1])
    width = max(right - left, 3.0)
    box = QRectF(left + (right - left - width) / 2, strip.top(), width, strip.height())
    colour = theme.colour("accent")
    for x in (box.left(), box.right() - line):
        painter.fillRect(QRectF(x, box.top(), line, box.height()), colour)
    for x in (box.left(), max(box.right() - arm, box.left())):
        for y in (box.top(), box.bottom() - 1):
            painter.fillRect(QRectF(x, y, min(arm, width), 1), colour)


def paint_tag(painter: QPainter, text: str, mouse: QPointF, bounds: QRectF, font: QFont) -> None:
    """Paint a word box beside the mouse, within `bounds`."""
    painter.setFont(theme.sized_font(theme.numeral_font(font), 11, QFont.Weight.DemiBold))
    width = painter.fontMetrics().horizontalAdvance(text) + theme.px(16)
    height = theme.px(22)
    box = QRectF(mouse.x() + theme.px(12), mouse.y() - height - theme.px(6), width, height)
    if box.right() > bounds.right() - 2:
        box.moveRight(mouse.x() - theme.px(12))
    box.moveLeft(max(box.left(), bounds.left() + 2))
    if box.top() < bounds.top() + 2:
        box.moveTop(min(mouse.y() + theme.px(14), bounds.bottom() - height - 2))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(theme.colour("border"))
    painter.setBrush(theme.colour("raised"))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(theme.colour("text"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
