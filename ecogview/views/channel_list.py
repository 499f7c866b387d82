"""The list of the channel panel: select, toggle, hide, by mouse and keyboard."""

from __future__ import annotations

from PyQt6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPointF,
    Qt,
    pyqtSignal,
)
from PyQt6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPalette,
    QResizeEvent,
)
from PyQt6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from ecogview.model.session import Session
from ecogview.views.channel_model import CHANNEL_ROLE, ChannelModel
from ecogview.views.channel_row import ChannelRowPainter, Zone, row_parts
from ecogview.views.late_paint import LatePaint
from ecogview.views.side_header import takes_key

_MARKING_KEYS = (Qt.Key.Key_B, Qt.Key.Key_Space)
_OWN_KEYS = frozenset(
    (
        *_MARKING_KEYS, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown,
        Qt.Key.Key_Home, Qt.Key.Key_End,
    )
)  # fmt: skip


class ChannelList(QListView):
    """Rows of eye, label and switch. A click on eye or switch leaves the selection as it is.

    On a row of a selection of several, both work on all of them.

    Signals
    -------
    mark_requested(list of int, bool)
        Channels to be bad (True) or good.
    resized()
    """

    mark_requested = pyqtSignal(list, bool)
    resized = pyqtSignal()

    def __init__(self, session: Session, model: ChannelModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._model = model
        self._painter = ChannelRowPainter(model, self)
        self._pressed: tuple[int, Zone] | None = None
        self._follows = False  # while the list takes over the session's selection
        self._cursor: tuple[int, int] = (-1, -1)  # row and channel of the current index
        self.setModel(model)
        self.setItemDelegate(self._painter)
        self.setAccessibleName("Channels")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        viewport = self.viewport()
        assert viewport is not None
        viewport.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        model.selection_changed.connect(self._take_over_selection)
        self._late_paint = LatePaint(viewport)
        model.counted.connect(self._late_paint.hold)
        self._take_over_selection()

    # -- toggling

    def selected(self) -> list[int]:
        """Selected channels that are listed: what a filter leaves out is not toggled unseen."""
        chosen = self._session.channels.selected
        return sorted(c for c in chosen if self._model.row_of(c) is not None)

    def affected(self, channel: int) -> list[int]:
        """Channels that a switch works on: the selection where the channel is in it."""
        selected = self.selected()
        return selected if channel in selected else [channel]

    def toggle_bad(self, channel: int) -> None:
        if self._model.can_mark:
            bad = channel not in self._session.bad_channels
            self.mark_requested.emit(self.affected(channel), bad)

    def toggle_selected(self) -> None:
        """Selected channels become bad; good, where all of them are bad.

        Without any, it is the one at the keyboard's cursor.
        """
        selected = self.selected()
        if not selected and self.currentIndex().isValid():
            selected = [self.currentIndex().data(CHANNEL_ROLE)]
        if selected and self._model.can_mark:
            bad = self._session.bad_channels
            self.mark_requested.emit(selected, not all(c in bad for c in selected))

    def toggle_shown(self, channel: int) -> None:
        channels = self._session.channels
        if channels.is_visible(channel) and channels.hide_bad and channel not in channels.rows:
            channels.set_hide_bad(hide=False)  # only that kept it from being shown
        else:
            shown = channel in channels.rows
            channels.set_visible(self.affected(channel), visible=not shown)

    def _toggle(self, index: QModelIndex, zone: Zone) -> None:
        channel = index.data(CHANNEL_ROLE)
        if zone == "eye":
            self.toggle_shown(channel)
        else:
            self.toggle_bad(channel)

    # -- mouse

    def _zone_at(self, point: QPointF) -> tuple[int, Zone] | None:
        index = self.indexAt(point.toPoint())
        zone = row_parts(self.visualRect(index), self.font()).zone_at(point)
        return None if zone is None or not index.isValid() else (index.row(), zone)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is None:
            return
        self._show_cursor(shown=False)
        self._pressed = None
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = self._zone_at(event.position())
        if self._pressed is None:
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        # Two quick clicks on a switch are two clicks.
        self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is None:
            return
        if self._pressed is None:
            super().mouseMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        self._session.channels.hover(index.data(CHANNEL_ROLE))

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        if event is None:
            return
        pressed, self._pressed = self._pressed, None
        if pressed is None:
            super().mouseReleaseEvent(event)
        elif pressed == self._zone_at(event.position()):
            self._toggle(self._model.index(pressed[0]), pressed[1])

    def leaveEvent(self, event: QEvent | None) -> None:
        super().leaveEvent(event)
        self._session.channels.hover(None)

    # -- keyboard

    def event(self, event: QEvent | None) -> bool:
        if event is not None and takes_key(event, _OWN_KEYS):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None:
            return
        self._show_cursor(shown=True)
        if event.key() in _MARKING_KEYS and not event.modifiers():
            self.toggle_selected()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        super().focusInEvent(event)
        if event is not None:
            self._show_cursor(shown=event.reason() != Qt.FocusReason.MouseFocusReason)

    def _show_cursor(self, *, shown: bool) -> None:
        if shown != self._painter.shows_cursor:
            self._painter.shows_cursor = shown
            self.viewport().update()

    # -- selection, which is the session's

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        if not self._follows:
            rows = self.selectionModel().selectedRows()
            self._follows = True
            self._session.channels.select(self._model.channel_at(index.row()) for index in rows)
            self._follows = False

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:
        super().currentChanged(current, previous)
        self._cursor = (current.row(), current.data(CHANNEL_ROLE))

    def _take_over_selection(self) -> None:
        if self._follows:
            return
        found = map(self._model.row_of, self._session.channels.selected)
        rows = sorted(row for row in found if row is not None)
        wanted = QItemSelection()
        for row in rows:
            index = self._model.index(row)
            wanted.select(index, index)
        self._follows = True
        self.selectionModel().select(wanted, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._restore_cursor()
        self._follows = False
        if len(rows) == 1 and not self.hasFocus():  # chosen among the traces
            self.scrollTo(self._model.index(rows[0]))

    def _restore_cursor(self) -> None:
        """After a change of rows the keyboard goes on where it was, or beside it."""
        row, channel = self._cursor
        if row < 0 or self.currentIndex().isValid() or not self._model.rowCount():
            return
        again = self._model.row_of(channel)
        last = self._model.rowCount() - 1
        index = self._model.index(min(row, last) if again is None else again)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self.resized.emit()
