"""What the empty window is made of: a drawn trace, cards, and rows of recent paths."""

from __future__ import annotations

import math
import random
from functools import lru_cache

from PyQt6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PyQt6.QtGui import (
    QBrush,
    QFont,
    QFontMetrics,
    QKeySequence,
    QLinearGradient,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PyQt6.QtWidgets import QWidget

from ecogview.services.recent import RecentEntry
from ecogview.views import theme
from ecogview.views.icons import paint_icon
from ecogview.views.painted_button import PaintedButton

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@lru_cache(maxsize=1)
def _signal() -> tuple[float, ...]:
    """Return 560 values, −1 to 1, that look like cortex: slow and fast rhythms that come and go."""
    dice = random.Random(57)
    rhythms = [
        (cycles, cycles**-0.2, dice.uniform(0, math.tau), dice.uniform(2, 7), dice.random())
        for cycles in (29, 41, 58, 77, 96, 113, 131, 158)
    ]
    values = [
        sum(
            size
            * math.sin(math.tau * cycles * x + phase)
            * (0.55 + 0.45 * math.sin(math.tau * (bursts * x + start)))
            for cycles, size, phase, bursts, start in rhythms
        )
        for x in (i / 560 for i in range(560))
    ]
    typical = math.sqrt(sum(value * value for value in values) / len(values))
    return tuple(max(-1.0, min(value / (2.6 * typical), 1.0)) for value in values)


class DrawnTrace(QWidget):
    """A piece of signal that fades out at both ends. An ornament: nothing to read in it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(theme.px(56))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        signal = _signal()
        step = self.width() / (len(signal) - 1)
        middle = self.height() / 2
        line = QPolygonF(
            [QPointF(i * step, middle - value * (middle - 2)) for i, value in enumerate(signal)]
        )
        accent = theme.colour("accent")
        clear = theme.colour("accent")
        clear.setAlpha(0)
        fade = QLinearGradient(0, 0, self.width(), 0)
        for place, colour in ((0, clear), (0.22, accent), (0.78, accent), (1, clear)):
            fade.setColorAt(place, colour)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QBrush(fade), 1.6))
        painter.drawPolyline(line)


class Card(PaintedButton):
    """One way to begin: icon and key, what it does, and to what."""

    def __init__(
        self, icon: str, title: str, detail: str, key: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(title, detail, parent)
        self._icon = icon
        self._title = title
        self._detail = detail
        self._key = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
        self.setFixedHeight(theme.px(108))

    def sizeHint(self) -> QSize:
        return QSize(theme.px(176), theme.px(108))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(120), theme.px(108))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        px = theme.px
        painter = QPainter(self)
        is_hot = self.underMouse() or self.isDown()
        self.paint_box(painter, fill="hover" if is_hot else "panel", border="border", radius=8)
        inner = self.rect().adjusted(px(16), 0, -px(13), 0)
        mark = QRectF(inner.left(), px(19), px(18), px(18))
        paint_icon(painter, self._icon, mark, "accent" if self.has_ring else "text2")
        for text, size, weight, token, top, align in (
            (self._key, 10.5, QFont.Weight.Normal, "text2", 19, _RIGHT),
            (self._title, 13, QFont.Weight.DemiBold, "text", 51, _LEFT),
            (self._detail, 11, QFont.Weight.Normal, "text2", 72, _LEFT),
        ):
            painter.setFont(theme.sized_font(self.font(), size, weight))
            painter.setPen(theme.colour(token))
            line = QRect(inner.left(), px(top), inner.width(), px(18))
            shown = painter.fontMetrics().elidedText(
                text, Qt.TextElideMode.ElideRight, line.width()
            )
            painter.drawText(line, align, shown)


class RecentRow(PaintedButton):
    """A folder or file that was open before; long names are cut, the tooltip has the path.

    Parameters
    ----------
    entry : RecentEntry
    title_width : int
        Width of the title's column in pixels, one for all rows.
    """

    def __init__(self, entry: RecentEntry, title_width: int, parent: QWidget | None = None) -> None:
        super().__init__(f"Open {entry.title}", f"{entry.detail}, {entry.when}", parent)
        self.entry = entry
        self._title_width = title_width
        self.setFixedHeight(theme.px(32))
        self.setMinimumWidth(theme.px(200))

    @staticmethod
    def title_font(base: QFont) -> QFont:
        """Return the font in which titles are measured and drawn."""
        return theme.numeral_font(theme.sized_font(base, 12, QFont.Weight.Medium))

    def sizeHint(self) -> QSize:
        return QSize(theme.px(576), theme.px(32))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        px = theme.px
        painter = QPainter(self)
        is_hot = self.underMouse() or self.isDown()
        self.paint_box(painter, fill="hover" if is_hot else None, border=None, radius=4)
        rect = self.rect().adjusted(px(36), 0, -px(8), 0)
        mark = QRectF(px(10), (self.height() - px(14)) / 2, px(14), px(14))
        paint_icon(painter, "folder" if self.entry.kind == "folder" else "file", mark)
        small = theme.numeral_font(theme.sized_font(self.font(), 11))
        when_width = QFontMetrics(small).horizontalAdvance(self.entry.when)
        title = QRect(rect.left(), 0, min(self._title_width, rect.width() // 2), rect.height())
        detail = rect.adjusted(title.width() + px(16), 0, -when_width - px(16), 0)
        for text, font, token, place, align, cut in (
            (self.entry.title, self.title_font(self.font()), "text", title, _LEFT,
             Qt.TextElideMode.ElideMiddle),
            (self.entry.detail, small, "text2", detail, _LEFT, Qt.TextElideMode.ElideMiddle),
            (self.entry.when, small, "text2", rect, _RIGHT, Qt.TextElideMode.ElideNone),
        ):  # fmt: skip
            painter.setFont(font)
            painter.setPen(theme.colour(token))
            shown = painter.fontMetrics().elidedText(text, cut, max(place.width(), 0))
            painter.drawText(place, align, shown)
