"""The rows of the table of bad spans: mouse, keys, selection."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    Qt,
    pyqtSignal,
)
from PyQt6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPalette,
    QResizeEvent,
)
from PyQt6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from ecogview.model.session import Session
from ecogview.views import theme
from ecogview.views.follow import follow
from ecogview.views.side_header import takes_key
from ecogview.views.span_header import SpanHeader
from ecogview.views.span_row import MARGIN, ROW_HEIGHT, SpanRowPainter, kind_width, number_width
from ecogview.views.span_table_model import END, KIND, LENGTH, START, SpanTableModel

_MOVING_KEYS = frozenset(
    (
        Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home,
        Qt.Key.Key_End, Qt.Key.Key_Return, Qt.Key.Key_Enter,
    )
)  # fmt: skip
_OWN_KEYS = _MOVING_KEYS | {
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Delete, Qt.Key.Key_F2
}  # fmt: skip
_Move = QAbstractItemView.CursorAction
_Flag = QItemSelectionModel.SelectionFlag


class SpanView(QTableView):
    """The selection is the session's. A click goes there, and so do the keys that move.

    Signals
    -------
    gone_to(Span)
    unmark_requested()
        The selected spans shall be un-marked.
    copy_requested()
    menu_requested(QPoint)
        In screen coordinates.
    """

    gone_to = pyqtSignal(object)
    unmark_requested = pyqtSignal()
    copy_requested = pyqtSignal()
    menu_requested = pyqtSignal(object)

    def __init__(self, session: Session, model: SpanTableModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._model = model
        self.painter = SpanRowPainter(model, self)
        self._follows = False  # while the table takes over the session's selection
        self.setModel(model)
        self.setItemDelegate(self.painter)
        self.setAccessibleName("Bad spans")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.viewport().setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.setHorizontalHeader(SpanHeader(self))
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(1)
        rows.setDefaultSectionSize(theme.px(ROW_HEIGHT))
        self.horizontalHeader().setSortIndicator(START, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        model.modelAboutToBeReset.connect(self._on_about_to_reset)
        model.modelReset.connect(self._on_reset)
        follow(session.selected_spans_changed, self._take_over_selection)
        self._scrolled, self._cursor = 0, (-1, KIND)

    # -- columns

    def arrange_columns(self) -> None:
        """Give every number the room it needs; the words of the kinds go before digits do."""
        font, room = self.font(), self.viewport().width()
        time = number_width(font, self._model.longest_time)
        length = number_width(font, self._model.longest_length) + theme.px(MARGIN)
        least = number_width(font, "Length") + theme.px(MARGIN)
        numbers = {START: time, END: time, LENGTH: max(length, least)}
        needed = sum(numbers.values())
        self.painter.shows_word = kind_width(font, "manual") + needed <= room
        kind = kind_width(font, "manual" if self.painter.shows_word else "")
        spare = max(room - kind - needed, 0)
        for column, width in numbers.items():
            self.setColumnWidth(column, width + spare // 3)
        self.setColumnWidth(KIND, kind + spare - spare // 3 * 3)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self.arrange_columns()

    # -- rows that are replaced

    def _on_about_to_reset(self) -> None:
        self._scrolled = self.verticalScrollBar().value()
        current = self.currentIndex()
        if current.isValid():
            self._cursor = (current.row(), current.column())

    def _on_reset(self) -> None:
        self.arrange_columns()
        self._take_over_selection()
        last = self._model.rowCount() - 1
        if not self.currentIndex().isValid() and self._cursor[0] >= 0 and last >= 0:
            self._put_cursor(min(self._cursor[0], last), self._cursor[1])
        self.updateGeometries()
        self.verticalScrollBar().setValue(self._scrolled)

    def _put_cursor(self, row: int, column: int = KIND) -> None:
        index = self._model.index(row, column)
        self.selectionModel().setCurrentIndex(index, _Flag.NoUpdate)

    # -- selection, which is the session's

    def selected_rows(self) -> NDArray[np.intp]:
        """Rows that are selected, ascending."""
        ranges = [np.arange(r.top(), r.bottom() + 1) for r in self.selectionModel().selection()]
        # Its first call imports numpy.ma: 0.02 s, which the start does not have.
        return np.unique(np.concatenate(ranges)) if ranges else np.empty(0, np.intp)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        if not self._follows:
            self._follows = True
            self._session.select_spans(self._model.spans_at(self.selected_rows()))
            self._follows = False

    def _take_over_selection(self) -> None:
        if self._follows:
            return
        rows = self._model.rows_of(self._session.selected_spans)
        wanted = QItemSelection()
        for run in np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1):
            if len(run):
                first = self._model.index(int(run[0]), KIND)
                wanted.select(first, self._model.index(int(run[-1]), LENGTH))
        self._follows = True
        self.selectionModel().select(wanted, _Flag.ClearAndSelect)
        if len(rows):
            self._put_cursor(int(rows[0]), max(self.currentIndex().column(), KIND))
            if not self.hasFocus():  # chosen among the traces
                self.scrollTo(self._model.index(int(rows[0]), KIND))
                self._scrolled = self.verticalScrollBar().value()
        self._follows = False

    # -- mouse

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is None:
            return
        self._show_cursor(shown=False)
        super().mousePressEvent(event)
        index = self.indexAt(event.position().toPoint())
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton and plain:
            self.gone_to.emit(self._model.span_in(index.row()))

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        super().mouseMoveEvent(event)
        if event is not None:
            self._hover(self.indexAt(event.position().toPoint()).row())

    def leaveEvent(self, event: QEvent | None) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, row: int) -> None:
        if row != self.painter.hovered:
            self.painter.hovered = row
            self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:
        if event is not None:
            self.menu_requested.emit(event.globalPos())

    # -- keyboard

    def event(self, event: QEvent | None) -> bool:
        if event is not None and (takes_key(event, _OWN_KEYS) or _is_copy_or_all(event)):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None:
            return
        self._show_cursor(shown=True)
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_requested.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.unmark_requested.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._go_to_current()
        else:
            super().keyPressEvent(event)
            if event.key() in _MOVING_KEYS and not event.modifiers():
                self._go_to_current()

    def _go_to_current(self) -> None:
        if self.currentIndex().isValid():
            self.gone_to.emit(self._model.span_in(self.currentIndex().row()))

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Home and End are the first and last row: Qt's are the first and last column."""
        ends = {_Move.MoveHome: 0, _Move.MoveEnd: self._model.rowCount() - 1}
        if action in ends and self._model.rowCount():
            return self._model.index(ends[action], max(self.currentIndex().column(), KIND))
        return super().moveCursor(action, modifiers)

    def keyboardSearch(self, search: str | None) -> None:
        """Do nothing: letters are the window's keys, and Qt would ask for 100,000 texts."""

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        super().focusInEvent(event)
        if event is not None:
            self._show_cursor(shown=event.reason() != Qt.FocusReason.MouseFocusReason)

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:
        super().currentChanged(current, previous)
        if current.isValid():
            self._cursor = (current.row(), current.column())

    def _show_cursor(self, *, shown: bool) -> None:
        if shown != self.painter.shows_cursor:
            self.painter.shows_cursor = shown
            self.viewport().update()


def _is_copy_or_all(event: QEvent) -> bool:
    return (
        isinstance(event, QKeyEvent)
        and event.type() == QEvent.Type.ShortcutOverride
        and (
            event.matches(QKeySequence.StandardKey.Copy)
            or event.matches(QKeySequence.StandardKey.SelectAll)
        )
    )
