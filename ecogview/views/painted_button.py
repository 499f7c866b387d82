"""A button that paints itself; base of the cards and rows of the empty window."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPen
from PyQt6.QtWidgets import QAbstractButton, QWidget

from ecogview.views import theme


class PaintedButton(QAbstractButton):
    """Works with Space and Enter, and shows its focus ring to the keyboard only."""

    def __init__(self, name: str, description: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._has_ring = False
        self.setAccessibleName(name)
        self.setAccessibleDescription(description)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        super().focusInEvent(event)
        self._has_ring = event is not None and event.reason() != Qt.FocusReason.MouseFocusReason
        self.update()

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        super().focusOutEvent(event)
        self._has_ring = False
        self.update()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    @property
    def has_ring(self) -> bool:
        """Whether the keyboard's focus is on it and shown."""
        return self._has_ring

    def paint_box(
        self, painter: QPainter, *, fill: str | None, border: str | None, radius: int
    ) -> None:
        """Fill the box and draw its border, or the ring of the focus. Colours are token names."""
        width = 2.0 if self._has_ring else 1.0
        line = "accent" if self._has_ring else border
        painter.setPen(QPen(theme.colour(line), width) if line else Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(fill) if fill else Qt.BrushStyle.NoBrush)
        inset = width / 2 if line else 0.0
        box = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawRoundedRect(box, theme.px(radius), theme.px(radius))
