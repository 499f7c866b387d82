"""Which colour of a trace stands for which row, column or board: a small box of words."""

from __future__ import annotations

import math

from PyQt6.QtCore import QPointF, QRectF, QSizeF, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap
from PyQt6.QtWidgets import QWidget

from ecogview.model.display import Colouring
from ecogview.model.session import Session
from ecogview.views import theme
from ecogview.views.colour_tokens import Tokens
from ecogview.views.trace_colours import group_mark, legend_of

_PAD_PX, _LINE_PX, _MARK_W_PX, _MARK_H_PX = 8.0, 16.0, 10.0, 3.0
_WORDS = {"row": "Row", "column": "Column", "board": "Board"}


class LegendLayout:
    """Where the parts of a legend stand in a box at most `most_width` wide."""

    def __init__(
        self, colouring: Colouring, colours: dict[int, str], font: QFont, most_width: float
    ) -> None:
        self.caption = _WORDS[colouring]
        self.marks = {group_mark(group, colouring): colour for group, colour in colours.items()}
        self.font = theme.sized_font(theme.numeral_font(font), 10)
        metrics = QFontMetricsF(self.font)
        self._left = _PAD_PX + metrics.horizontalAdvance(self.caption) + _PAD_PX
        widest = max(map(metrics.horizontalAdvance, self.marks))
        self._cell = _MARK_W_PX + 4 + widest + _PAD_PX
        room = max(int((most_width - self._left) / self._cell), 1)
        n_lines = math.ceil(len(colours) / room)
        self._n_a_line = math.ceil(len(colours) / n_lines)
        self.size = QSizeF(self._left + self._n_a_line * self._cell, n_lines * _LINE_PX + _PAD_PX)

    def paint(self, painter: QPainter, place: QPointF, tokens: Tokens) -> None:
        """Paint with the upper left corner at `place`."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(tokens.border))
        painter.setBrush(QColor(tokens.panel))
        box = QRectF(place, self.size)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setFont(self.font)
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setPen(QColor(tokens.text2))
        first_line = QRectF(box.left() + _PAD_PX, box.top() + _PAD_PX / 2, self._left, _LINE_PX)
        painter.drawText(first_line, middle, self.caption)
        painter.setPen(QColor(tokens.text))
        for number, (name, colour) in enumerate(self.marks.items()):
            line, cell = divmod(number, self._n_a_line)
            left = box.left() + self._left + cell * self._cell
            top = first_line.top() + line * _LINE_PX
            mark = QRectF(left, top + (_LINE_PX - _MARK_H_PX) / 2, _MARK_W_PX, _MARK_H_PX)
            painter.fillRect(mark, QColor(colour))
            room = QRectF(left + _MARK_W_PX + 4, top, self._cell, _LINE_PX)
            painter.drawText(room, middle, name)


class ColourLegend:
    """The legend over the traces, painted once for each look of it."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._pixmap: QPixmap | None = None

    def paint(self, painter: QPainter, canvas: QWidget, session: Session) -> QRectF | None:
        """Paint it in the lower left corner; returns where, None where there is none."""
        info, colouring = session.info, session.display.colouring
        if info is None or colouring == "off":
            return None
        scale, tokens = canvas.devicePixelRatioF(), theme.current()
        key = (info, colouring, tokens.is_dark, scale, canvas.width(), canvas.font().key())
        if self._key[1:] != key[1:] or self._key[0] is not info:
            self._key, self._pixmap = key, None
            colours = legend_of(info.channels, colouring, tokens)
            if colours:
                layout = LegendLayout(colouring, colours, canvas.font(), canvas.width() / 2)
                self._pixmap = _pixmap(layout, scale, tokens)
        if self._pixmap is None:
            return None
        size = self._pixmap.deviceIndependentSize()
        place = QPointF(8, canvas.height() - size.height() - 8)
        painter.drawPixmap(place, self._pixmap)
        return QRectF(place, size)


def _pixmap(layout: LegendLayout, scale: float, tokens: Tokens) -> QPixmap:
    pixmap = QPixmap((layout.size * scale).toSize())
    pixmap.setDevicePixelRatio(scale)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    layout.paint(painter, QPointF(0, 0), tokens)
    painter.end()
    return pixmap
