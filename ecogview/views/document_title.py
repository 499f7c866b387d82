"""The name of what is open, in the menu row."""

from __future__ import annotations

from PyQt6.QtCore import QPoint, QRect, Qt
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QLabel, QSizePolicy, QWidget


class DocumentTitle(QLabel):
    """Stands in the middle of the window, aside where the menus need that, cut at its end."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setObjectName("documentTitle")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def shown(self) -> tuple[str, QRect]:
        """The text as it is painted, and where."""
        metrics, window = self.fontMetrics(), self.window()
        text = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        width = min(metrics.horizontalAdvance(text) + 1, self.width())
        middle = self.mapFrom(window, QPoint(window.width() // 2, 0)).x()
        left = min(max(middle - width // 2, 0), self.width() - width)
        return text, QRect(left, 0, width, self.height())

    def paintEvent(self, event: QPaintEvent | None) -> None:
        text, place = self.shown()
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
