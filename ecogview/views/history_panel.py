"""The steps that can be undone, and those that were: a click goes back to one, or on to it."""

from __future__ import annotations

from PyQt6.QtCore import QModelIndex, QRect, QSize, Qt
from PyQt6.QtGui import QPainter, QPalette, QResizeEvent, QShowEvent, QUndoStack
from PyQt6.QtWidgets import (
    QFrame,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QUndoView,
    QWidget,
)

from ecogview.errors import printable
from ecogview.views import theme
from ecogview.views.file_row import caption_font, row_font
from ecogview.views.icons import paint_icon

_ROW_HEIGHT = 22
_MARGIN, _GAP, _ICON = 12, 8, 12
_AS_OPENED = "As opened"
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class HistoryPanel(QUndoView):
    """Qt's list of an undo stack, in the clothes of the program. GUI thread only.

    The current step is selected, those undone are dim, and the one that the file holds says so.
    """

    def __init__(self, stack: QUndoStack, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEmptyLabel(_AS_OPENED)
        self.setStack(stack)
        self.setItemDelegate(_StepPainter(stack, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("History")
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QUndoView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setBackgroundRole(QPalette.ColorRole.AlternateBase)
        stack.cleanChanged.connect(self._on_clean_changed)

    def _on_clean_changed(self) -> None:
        self.viewport().update()

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self._show_current()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._show_current()

    def _show_current(self) -> None:
        """Where it was folded, Qt has laid the rows out for no height at all."""
        self.scheduleDelayedItemsLayout()
        if self.stack() is not None:
            self.scrollTo(self.model().index(self.stack().index(), 0))


class _StepPainter(QStyledItemDelegate):
    def __init__(self, stack: QUndoStack, parent: HistoryPanel) -> None:
        super().__init__(parent)
        self._stack = stack

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(theme.px(60), theme.px(_ROW_HEIGHT))

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        assert painter is not None
        painter.save()
        is_current = index.row() == self._stack.index()
        is_hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if is_current or is_hovered:
            painter.fillRect(option.rect, theme.colour("select" if is_current else "hover"))
        box = option.rect.adjusted(theme.px(_MARGIN), 0, -theme.px(_MARGIN), 0)
        if index.row() == self._stack.cleanIndex():
            box.setRight(_paint_saved(painter, box, option) - theme.px(_GAP))
        painter.setFont(row_font(option.font))
        painter.setPen(theme.colour("disabled" if index.row() > self._stack.index() else "text"))
        text = printable(str(index.data()))
        elided = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, _LEFT, elided)
        painter.restore()


def _paint_saved(painter: QPainter, box: QRect, option: QStyleOptionViewItem) -> int:
    """Word and sign at the right; return where they begin."""
    painter.setFont(caption_font(option.font))
    painter.setPen(theme.colour("text2"))
    painter.drawText(box, _RIGHT, "saved")
    left = box.right() - painter.fontMetrics().horizontalAdvance("saved") - theme.px(4)
    size = theme.px(_ICON)
    sign = QRect(left - size, 0, size, size)
    sign.moveCenter(sign.center())
    sign.moveTop(box.top() + (box.height() - size) // 2)
    paint_icon(painter, "check", sign.toRectF(), "looked_at")
    return left - size
