"""The card of the measuring cursors, painted."""

from __future__ import annotations

import math

from PyQt6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PyQt6.QtGui import QFont, QFontMetricsF, QPainter, QPixmap

from ecogview.views import theme
from ecogview.views.measure_card import CardText
from ecogview.views.trace_canvas import TraceCanvas

_PAD_PX, _LINE_PX, _TITLE_PX = 12, 16, 22
_GAP_PX, _GROUP_GAP_PX = 14, 28  # between columns, and between groups of them
_MARGIN_PX = 8.0


class MeasureCard:
    """The card, kept as a picture: written anew only when its text or colours are others."""

    def __init__(self) -> None:
        self._key: object = None
        self._picture = QPixmap()

    def paint(self, painter: QPainter, canvas: TraceCanvas, text: CardText) -> QRectF:
        """Paint it at the bottom left, at the top left with the mouse there; return where."""
        key = (text, theme.current(), canvas.devicePixelRatioF(), canvas.font().key())
        if key != self._key:
            self._key, self._picture = key, _drawn(canvas, text)
        size = self._picture.deviceIndependentSize()
        place = QPointF(_MARGIN_PX, max(canvas.height() - size.height() - _MARGIN_PX, 0.0))
        mouse = canvas.mouse
        if mouse is not None and QRectF(place, size).contains(mouse):
            place.setY(_MARGIN_PX + theme.px(16))  # below labels of events
        painter.drawPixmap(place, self._picture)
        return QRectF(place, size)


def _drawn(canvas: TraceCanvas, text: CardText) -> QPixmap:
    base = theme.numeral_font(canvas.font())
    title = theme.sized_font(base, 13, QFont.Weight.DemiBold)
    plain = theme.sized_font(base, 11)
    metrics = QFontMetricsF(plain)
    table = _Table(text, base)
    title_width = QFontMetricsF(title).horizontalAdvance(text.title) + theme.px(_GAP_PX)
    inner = max(
        table.width,
        title_width + metrics.horizontalAdvance(text.aside),
        metrics.horizontalAdvance(text.note),
    )
    pad, line, top = theme.px(_PAD_PX), theme.px(_LINE_PX), theme.px(_TITLE_PX)
    n_lines = table.n_lines + bool(text.note)
    size = QSizeF(math.ceil(inner + 2 * pad), top + line * n_lines + pad)
    scale = canvas.devicePixelRatioF()
    picture = QPixmap((size * scale).toSize())
    picture.setDevicePixelRatio(scale)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(theme.colour("border"))
    painter.setBrush(theme.colour("raised"))
    painter.drawRoundedRect(QRectF(QPointF(), size).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
    left, middle = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignVCenter
    box = QRectF(pad, pad / 2, inner, top)
    painter.setFont(title)
    painter.setPen(theme.colour("text"))
    painter.drawText(box, left | middle, text.title)
    painter.setFont(plain)
    painter.setPen(theme.colour("text2"))
    painter.drawText(box.adjusted(title_width, 0, 0, 0), left | middle, text.aside)
    table.paint(painter, QPointF(pad, box.bottom()))
    if text.note:
        y = box.bottom() + line * table.n_lines
        painter.setFont(plain)
        painter.setPen(theme.colour("text2"))
        painter.drawText(QRectF(pad, y, inner, line), left | middle, text.note)
    painter.end()
    return picture


class _Table:
    """Rows of the card; what is in the file stands back where it is not what is shown."""

    def __init__(self, text: CardText, base: QFont) -> None:
        self._rows = text.rows if len(text.rows) > 1 else ()
        self._groups = text.groups if len(text.groups) > 1 and self._rows else ()
        self._plain, self._head = theme.sized_font(base, 11), theme.sized_font(base, 10)
        metrics, columns = QFontMetricsF(self._plain), zip(*self._rows, strict=True)
        self._widths = [max(map(metrics.horizontalAdvance, cells)) for cells in columns]
        self._in_group = (len(text.rows[0]) - 1) // len(text.groups)
        gaps = [self._gap(column) for column in range(len(self._widths))]
        self._lefts = [sum(self._widths[:c]) + sum(gaps[: c + 1]) for c in range(len(gaps))]

    @property
    def n_lines(self) -> int:
        return len(self._rows) + bool(self._groups)

    @property
    def width(self) -> float:
        return self._lefts[-1] + self._widths[-1] if self._rows else 0.0

    def _gap(self, column: int) -> float:
        """Before a column."""
        if not column:
            return 0.0
        is_first = column > 1 and (column - 1) % self._in_group == 0
        return theme.px(_GROUP_GAP_PX if is_first else _GAP_PX)

    def paint(self, painter: QPainter, at: QPointF) -> None:
        line, middle = theme.px(_LINE_PX), Qt.AlignmentFlag.AlignVCenter
        y = at.y()
        painter.setFont(self._head)
        for number, group in enumerate(self._groups):
            first = 1 + number * self._in_group
            last = first + self._in_group - 1
            left, right = self._lefts[first], self._lefts[last] + self._widths[last]
            room = QRectF(at.x() + left, y, right - left, line)
            painter.setPen(theme.colour("border"))
            painter.drawLine(QLineF(room.left(), y + line - 0.5, room.right(), y + line - 0.5))
            painter.setPen(theme.colour("text2"))
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft | middle, group)
        y += line * bool(self._groups)
        for number, row in enumerate(self._rows):
            painter.setFont(self._plain if number else self._head)
            for column, cell in enumerate(row):
                stands_back = not number or (self._groups and column > self._in_group)
                painter.setPen(theme.colour("text2" if stands_back else "text"))
                side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
                room = QRectF(at.x() + self._lefts[column], y, self._widths[column], line)
                painter.drawText(room, side | middle, cell)
            y += line
