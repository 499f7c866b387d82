"""Paints the cells of the table of bad spans, and takes what is typed into them."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QModelIndex, QObject, QPointF, QRect, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QFont, QFontMetrics, QPainter, QPen, QValidator
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ecogview.views import theme
from ecogview.views.file_row import row_font
from ecogview.views.kind_swatch import kind_swatch
from ecogview.views.span_table_model import KIND, LENGTH, SpanTableModel

ROW_HEIGHT = 22
MARGIN, _GAP = 10, 6  # of the outer columns; between columns
_SWATCH = (12, 10)
_WORD_GAP = 5
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


def kind_width(font: QFont, word: str) -> int:
    """Width of the column of kinds with that word; without any, of the patterns alone."""
    width = theme.px(MARGIN) + theme.px(_SWATCH[0]) + theme.px(_GAP)
    if word:
        width += theme.px(_WORD_GAP) + number_width(font, word) - theme.px(_GAP)
    return width


def number_width(font: QFont, text: str) -> int:
    """Width of a column of numbers as wide as `text`."""
    return QFontMetrics(row_font(font)).horizontalAdvance(text) + theme.px(_GAP)


class SpanRowPainter(QStyledItemDelegate):
    """Kind as pattern and word, numbers at the right; `hovered` is the row under the mouse.

    Signals
    -------
    refused(str)
        Why a typed number is not taken. After Enter it stays, to be mended.
    """

    refused = pyqtSignal(str)

    def __init__(self, model: SpanTableModel, parent: QAbstractItemView) -> None:
        super().__init__(parent)
        self._model = model
        self.hovered = -1
        self.shows_cursor = False
        self.shows_word = True
        self._base_font, self._font = parent.font(), row_font(parent.font())

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(theme.px(60), theme.px(ROW_HEIGHT))

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        assert painter is not None
        painter.save()
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_selected or index.row() == self.hovered:
            painter.fillRect(option.rect, theme.colour("select" if is_selected else "hover"))
        if option.font != self._base_font:  # making one takes as long as painting a cell
            self._base_font, self._font = option.font, row_font(option.font)
        painter.setFont(self._font)
        painter.setPen(theme.colour("text"))
        text = str(index.data())
        box = QRect(option.rect)
        if index.column() == KIND:
            self._paint_kind(painter, box, text)
        else:
            box.setRight(box.right() - theme.px(MARGIN if index.column() == LENGTH else 0))
            painter.drawText(box, _RIGHT, text)
        if self.shows_cursor and option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.drawRect(QRectF(option.rect).adjusted(1, 1, -1, -1))
        painter.restore()

    def _paint_kind(self, painter: QPainter, box: QRect, kind: str) -> None:
        width, height = theme.px(_SWATCH[0]), theme.px(_SWATCH[1])
        left = box.left() + theme.px(MARGIN)
        ratio = painter.device().devicePixelRatioF()
        image = kind_swatch(kind, width, height, ratio)
        top = round(box.top() + (box.height() - height) / 2)
        painter.drawImage(QPointF(left, top), image)
        if self.shows_word:
            box.setLeft(left + width + theme.px(_WORD_GAP))
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, kind)

    # -- typing

    def createEditor(
        self, parent: QWidget | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> QWidget | None:
        field = QLineEdit(parent)
        field.setObjectName("cellField")
        field.setFont(row_font(option.font))
        field.setAlignment(Qt.AlignmentFlag.AlignRight)
        field.setAcceptDrops(False)
        field.setAccessibleName(f"{index.model().headerData(index.column(), _ACROSS)} of the span")
        row, column = index.row(), index.column()

        def why_not(text: str) -> str:
            try:
                self._model.planned(self._model.index(row, column), text)
            except ValueError as error:
                return str(error)
            return ""

        field.setValidator(_Plausible(why_not, self.refused.emit, field))
        return field

    def updateEditorGeometry(
        self, editor: QWidget | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        assert editor is not None
        editor.setGeometry(option.rect.adjusted(0, 0, 0 if index.column() != LENGTH else -2, 0))


_ACROSS = Qt.Orientation.Horizontal


class _Plausible(QValidator):
    """Lets anything be typed, and keeps Qt from taking what cannot be: then it says why."""

    def __init__(
        self, why_not: Callable[[str], str], tell: Callable[[str], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._why_not = why_not
        self._tell = tell

    def validate(self, text: str | None, at: int) -> tuple[QValidator.State, str, int]:
        text = text or ""
        state = QValidator.State.Intermediate if self._why_not(text) else _ACCEPTABLE
        return state, text, at

    def fixup(self, text: str | None) -> str:
        self._tell(self._why_not(text or ""))
        return text or ""


_ACCEPTABLE = QValidator.State.Acceptable
