"""The line on top of a vector picture that says what is done to the signals."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter

from ecogview.views import theme
from ecogview.views.picture_content import PictureContent

_GAP_PX = 16


def paint_header(painter: QPainter, content: PictureContent) -> None:
    """Paint it, as the strip above the traces says it; nothing where they are as recorded."""
    if not content.header:
        return
    font = theme.sized_font(content.font, 11)
    metrics = QFontMetricsF(font)
    left = content.canvas.left()
    room = QRectF(left, 0, content.canvas.width() - theme.px(8), content.header)
    note = unfiltered_note(content.unfiltered)
    note_width = metrics.horizontalAdvance(note) + _GAP_PX if note else 0.0
    most, end = max(room.width() - note_width, room.width() / 2), Qt.TextElideMode.ElideRight
    words = metrics.elidedText(f"Shown: {content.processing_words}", end, most)
    aligned = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.setFont(font)
    painter.setPen(QColor(content.tokens.text))
    painter.drawText(room, aligned, words)
    if note:
        painter.setPen(QColor(content.tokens.text2))
        beside = metrics.horizontalAdvance(words) + _GAP_PX
        note = metrics.elidedText(note, end, room.width() - beside)
        painter.drawText(room.adjusted(beside, 0, 0, 0), aligned, note)


def unfiltered_note(unfiltered: float) -> str:
    """What is said of columns, a share from 0 to 1, without the filter or reference as yet."""
    if unfiltered >= 1:
        return "not made yet: drawn as recorded"
    percent = max(round(100 * unfiltered), 1)
    return f"{percent} % of it still as recorded" if unfiltered else ""
