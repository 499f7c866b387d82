"""Captions of the table of bad spans; a click sorts by one, another the other way round."""

from __future__ import annotations

from PyQt6.QtCore import QRect, QRectF, QSize, Qt
from PyQt6.QtGui import QPainter
from PyQt6.QtWidgets import QHeaderView, QWidget

from ecogview.views import theme
from ecogview.views.file_row import caption_font
from ecogview.views.icons import paint_icon
from ecogview.views.span_row import MARGIN
from ecogview.views.span_table_model import CAPTIONS, KIND, LENGTH

_ARROW = 10


class SpanHeader(QHeaderView):
    """Painted by itself: Qt draws its arrow over the words of a narrow column."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setMinimumSectionSize(1)
        self.setSectionsClickable(True)
        self.setSortIndicatorShown(True)
        self.setFixedHeight(theme.px(20))
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), theme.px(20))

    def paintSection(self, painter: QPainter | None, rect: QRect, section: int) -> None:
        assert painter is not None
        painter.save()
        painter.fillRect(rect, theme.colour("panel"))
        painter.setFont(caption_font(self.font()))
        painter.setPen(theme.colour("text2"))
        margin, size = theme.px(MARGIN), theme.px(_ARROW)
        is_first = section == KIND
        box = rect.adjusted(margin if is_first else 0, 0, -margin if section == LENGTH else 0, 0)
        side = Qt.AlignmentFlag.AlignLeft if is_first else Qt.AlignmentFlag.AlignRight
        word = CAPTIONS[section]
        if painter.fontMetrics().horizontalAdvance(word) <= box.width():
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | side, word)
        if section == self.sortIndicatorSection():
            taken = painter.fontMetrics().horizontalAdvance(word) + theme.px(2)
            left = box.left() + taken if is_first else box.right() + 1 - taken - size
            arrow = QRectF(left, rect.top() + (rect.height() - size) // 2 + 1, size, size)
            is_down = self.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
            paint_icon(painter, "chevron-down" if is_down else "chevron-up", arrow)
        painter.restore()
