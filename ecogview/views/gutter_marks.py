"""What stands beside a channel's label: its colour, its own gain, and more on request."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from ecogview.data.recording import Channel
from ecogview.errors import printable
from ecogview.model.channel_gains import format_factor
from ecogview.views import theme
from ecogview.views.trace_colours import place_text

_SWATCH_PX = 3.0
_GAP_FROM_PX = 6.0  # high are rows whose swatches keep apart
_LEFT_PX, _LEFT_OF_BAD_PX = 2.0, 13.0  # a bad channel's cross stands left of it


def paint_swatches(
    painter: QPainter, right: float, top: float, row_height: float, colours: list[str]
) -> None:
    """A tick of colour a row, with its right edge at `right`."""
    gap = 1.0 if row_height >= _GAP_FROM_PX else 0.0
    for row, colour in enumerate(colours):
        box = QRectF(
            right - _SWATCH_PX, top + row * row_height + gap, _SWATCH_PX, row_height - 2 * gap
        )
        painter.fillRect(box, QColor(colour))


def paint_gain(
    painter: QPainter, box: QRectF, factor: float, *, is_bad: bool, font: QFont, colour: QColor
) -> QRectF:
    """A channel's own gain left in its label's box; returns what room is left for the label."""
    text = format_factor(factor)
    painter.setFont(theme.sized_font(font, 9))
    painter.setPen(colour)
    width = QFontMetricsF(painter.font()).horizontalAdvance(text)
    left = _LEFT_OF_BAD_PX if is_bad else _LEFT_PX
    room = QRectF(left, box.top(), width + 1, box.height())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
    return QRectF(room.right() + 2, box.top(), box.right() - room.right() - 2, box.height())


def label_tip(channel: Channel, factor: float, *, is_bad: bool) -> str:
    """All that the gutter shows of a channel in signs, in words."""
    words = [place_text(channel), "bad" if is_bad else ""]
    if factor != 1:
        words.append(f"drawn {format_factor(factor)}; press the wheel for the gain of all")
    else:
        words.append("the wheel changes its gain")
    clicks = f"Click marks it {'good' if is_bad else 'bad'}; Ctrl+click selects"
    return f"{printable(channel.label)}: {', '.join(filter(None, words))}\n{clicks}"
