"""The tree of the file browser, the captions over it, the facts below it."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QModelIndex, QRect, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTextOption,
)
from PyQt6.QtWidgets import QAbstractItemView, QFrame, QTreeView, QWidget

from ecogview.errors import printable
from ecogview.services.folder_scan import RecordingEntry
from ecogview.views import recording_text, theme
from ecogview.views.file_model import ENTRY_ROLE
from ecogview.views.file_row import FileColumns, FileRowPainter, caption_font
from ecogview.views.side_header import takes_key

_OPENING_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
_OWN_KEYS = frozenset(
    (
        *_OPENING_KEYS, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right,
        Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_F5,
    )
)  # fmt: skip


class FileTree(QTreeView):
    """Arrow keys move, a click or Enter chooses; a click on a folder opens or closes it.

    Signals
    -------
    chosen(QModelIndex)
        A file was clicked or entered, openable or not.
    moved(QModelIndex)
        Another row is the current one.
    rescan_requested(), resized()
    """

    chosen = pyqtSignal(QModelIndex)
    moved = pyqtSignal(QModelIndex)
    rescan_requested = pyqtSignal()
    resized = pyqtSignal()

    def __init__(self, columns: FileColumns, parent: QWidget) -> None:
        super().__init__(parent)
        self._columns = columns
        self._painter = FileRowPainter(columns, self)
        self.setItemDelegate(self._painter)
        self.setAccessibleName("Recordings")
        self.setHeaderHidden(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformRowHeights(True)
        # The rows paint their own signs, and the whole row of a folder opens it.
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setExpandsOnDoubleClick(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        viewport = self.viewport()
        assert viewport is not None
        viewport.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        viewport.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.clicked.connect(self._on_clicked)

    def event(self, event: QEvent | None) -> bool:
        if event is not None and takes_key(event, _OWN_KEYS):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None:
            return
        self._show_cursor(shown=True)
        if event.key() == Qt.Key.Key_F5:
            self.rescan_requested.emit()
        elif event.key() in _OPENING_KEYS:
            self._on_clicked(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        super().focusInEvent(event)
        if event is not None:
            self._show_cursor(shown=event.reason() in _BY_KEYBOARD)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        self._show_cursor(shown=False)
        super().mousePressEvent(event)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self.fit_columns()
        self.resized.emit()

    @property
    def has_two_lines(self) -> bool:
        """Whether a file's figures stand below its name: beside it is no room."""
        return self._painter.has_two_lines

    def fit_columns(self) -> None:
        """Give rows as many lines as the columns that are wanted need."""
        needs = self._columns.needs_two_lines(self.viewport().width(), self.font())
        if needs != self._painter.has_two_lines:
            self._painter.has_two_lines = needs
            self.scheduleDelayedItemsLayout()

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:
        super().currentChanged(current, previous)
        self.moved.emit(current)

    def _on_clicked(self, index: QModelIndex) -> None:
        if isinstance(index.data(ENTRY_ROLE), RecordingEntry):
            self.chosen.emit(index)
        elif index.isValid():
            self.setExpanded(index, not self.isExpanded(index))

    def _show_cursor(self, *, shown: bool) -> None:
        if shown != self._painter.shows_cursor:
            self._painter.shows_cursor = shown
            self.viewport().update()


class FileCaptions(QWidget):
    """Names of the columns of a tree; its menu chooses them."""

    menu_requested = pyqtSignal(object)  # QPoint, global

    def __init__(self, columns: FileColumns, tree: FileTree) -> None:
        super().__init__(tree.parentWidget())
        self._columns = columns
        self._tree = tree
        self.setFixedHeight(theme.px(20))
        tree.resized.connect(self.update)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setFont(caption_font(self.font()))
        painter.setPen(theme.colour("text2"))
        for column, place in self._columns.placed(self._tree.viewport().width(), self.font()):
            box = QRect(place.x(), 0, place.width(), self.height())
            painter.drawText(
                box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, column.title
            )

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:
        if event is not None:
            self.menu_requested.emit(event.globalPos())


class FileFacts(QWidget):
    """All facts of one recording and its whole path, at any width of the panel.

    Long ones are cut in the middle of the path, facts wrap; screen readers get both whole.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._entry: RecordingEntry | None = None
        self.setFixedHeight(theme.px(54))
        self.hide()

    @property
    def text(self) -> str:
        """What is shown, facts and path on a line each."""
        if self._entry is None:
            return ""
        path = printable(str(self._entry.path))
        return f"{recording_text.facts_of(self._entry)}\n{path}"

    def sizeHint(self) -> QSize:
        return QSize(theme.px(120), self.height())

    def show_entry(self, entry: RecordingEntry | None) -> None:
        self._entry = entry
        self.setVisible(entry is not None)
        self.setAccessibleName(self.text)
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        if self._entry is None:
            return
        painter = QPainter(self)
        painter.fillRect(QRect(0, 0, self.width(), 1), theme.colour("border"))
        painter.setFont(theme.numeral_font(theme.sized_font(self.font(), 11)))
        margin, line = theme.px(12), painter.fontMetrics().height()
        box = self.rect().adjusted(margin, theme.px(5), -margin, -theme.px(3))
        facts, path = self.text.split("\n")
        painter.setPen(theme.colour("warning" if self._entry.problem else "text"))
        wrapped = QTextOption(Qt.AlignmentFlag.AlignTop)
        wrapped.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        needed = painter.boundingRect(QRectF(box), facts, wrapped).height()
        if self._entry.problem or needed > box.height() - line:  # facts come before the path
            painter.drawText(QRectF(box), facts, wrapped)
            return
        painter.drawText(QRectF(box.adjusted(0, 0, 0, -line)), facts, wrapped)
        painter.setPen(theme.colour("text2"))
        shown = painter.fontMetrics().elidedText(path, Qt.TextElideMode.ElideMiddle, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, shown)


_BY_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
