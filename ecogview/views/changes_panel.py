"""What differs between the mask here and the one on the disk, as a list; a click goes there."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QModelIndex, Qt, QTimerEvent, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QPalette, QShowEvent
from PyQt6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ecogview.data.mask_tracks import MaskTracks
from ecogview.model.mask import MaskEdit
from ecogview.model.mask_changes import ChangeCounts
from ecogview.model.session import Session
from ecogview.views import theme
from ecogview.views.changes_row import ChangePainter, ChangesModel
from ecogview.views.follow import follow
from ecogview.views.message_bar import link_button
from ecogview.views.side_header import hint_label, takes_key

_LATER_MS = 30  # than the change
_GOING_KEYS = frozenset(
    (
        Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home,
        Qt.Key.Key_End, Qt.Key.Key_Return, Qt.Key.Key_Enter,
    )
)  # fmt: skip


class ChangesPanel(QWidget):
    """Follows the session's `changes`, a moment after the traces show them. GUI thread only.

    Where none of them is in view as they begin to be shown, it goes to the first one.

    Signals
    -------
    note_changed(str)
        How many spans were added and removed, and channels changed; empty where nothing was.
    """

    note_changed = pyqtSignal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._shown: MaskEdit | None = None
        self._timer: int | None = None
        self._seen: tuple[bool, MaskTracks | None] = (False, None)
        self.note = self.hint = ""
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.view = _ChangesView(self)
        self.view.gone_to.connect(self._go_to)
        self.model = self.view.changes
        self._hint_label = hint_label(self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._hint_label)
        self.comparison = QWidget(self)
        told = QLabel("How the other version differs from what is here", self)
        told.setTextFormat(Qt.TextFormat.PlainText)
        told.setWordWrap(True)
        told.setObjectName("secondary")
        told.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.back_button = link_button("Back", self)
        self.back_button.setToolTip("Show what is not saved")
        self.back_button.clicked.connect(lambda: session.compare_with(None))
        row = QHBoxLayout(self.comparison)
        row.setContentsMargins(theme.px(10), 0, theme.px(8), theme.px(4))
        row.addWidget(told, 1)
        row.addWidget(self.back_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.comparison)
        layout.addWidget(self._stack, 1)
        follow(session.changes_changed, self._on_changed)
        self._catch_up()

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self._refresh()

    def _on_changed(self) -> None:
        session, (was_shown, other) = self._session, self._seen
        self._seen = session.shows_changes, session.compared_mask
        compared = session.compared_mask
        is_new = not was_shown or (compared is not None and compared is not other)
        if session.shows_changes and is_new:
            self._bring_into_view()
        # Among 100,000 spans they take 7 ms to find, and the traces come first.
        if self._timer is None:
            self._timer = self.startTimer(_LATER_MS)

    # An event, not a slot: the garbage collector takes slots before Qt has deleted the timer.
    def timerEvent(self, event: QTimerEvent | None) -> None:
        if self._timer is not None:
            self.killTimer(self._timer)
            self._timer = None
            self._catch_up()

    def _bring_into_view(self) -> None:
        session, changes = self._session, self._session.changes
        window, spans = session.window, changes.added.union(changes.removed)
        if len(spans) and not len(spans.clip(window.start, window.stop)):
            session.set_window(window.showing(*map(int, spans.bounds[0])))
        session.channels.bring_into_view((*changes.made_bad, *changes.made_good))

    def _catch_up(self) -> None:
        if self.isVisible():
            self._refresh()
        note = _note(self._session.changes)
        if note != self.note:
            self.note = note
            self.note_changed.emit(note)

    def _refresh(self) -> None:
        session, changes = self._session, self._session.changes
        self.comparison.setVisible(session.compared_mask is not None)
        if changes is not self._shown:
            self._shown = changes
            self.model.show(changes, session.info)
        self.hint = ""
        if session.info is None:
            self.hint = "Open a recording to see what was changed of its mask."
        elif session.mask is None:
            self.hint = "There is no mask to compare."
        elif not changes and session.compared_mask is not None:
            self.hint = "The other version has the same marks."
        elif not changes:
            self.hint = "Nothing has been changed since the mask was saved."
        self._hint_label.setText(self.hint)
        self._stack.setCurrentWidget(self._hint_label if self.hint else self.view)

    def _go_to(self, row: int) -> None:
        session = self._session
        channel = self.model.channel_in(row)
        if channel is not None:
            session.channels.bring_into_view([channel[0]])
            session.channels.select([channel[0]])
            return
        span, _ = self.model.span_in(row)
        session.set_window(session.window.showing(span.start, span.stop))


class _ChangesView(QListView):
    """Rows that are gone to by a click, and by the keys that move."""

    gone_to = pyqtSignal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.changes = ChangesModel(self)
        self.setModel(self.changes)
        self.setItemDelegate(ChangePainter(self.changes, self))
        self.setAccessibleName("Changes")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.clicked.connect(self._on_clicked)

    def _on_clicked(self, index: QModelIndex) -> None:
        self.gone_to.emit(index.row())

    def event(self, event: QEvent | None) -> bool:
        if event is not None and takes_key(event, _GOING_KEYS):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        super().keyPressEvent(event)
        if event is not None and event.key() in _GOING_KEYS and self.currentIndex().isValid():
            self.gone_to.emit(self.currentIndex().row())

    def keyboardSearch(self, search: str | None) -> None:
        """Do nothing: letters are the window's keys."""


def _note(changes: MaskEdit) -> str:
    counts = ChangeCounts.of(changes)
    channels = f"{counts.channels:,} channel{'s' * (counts.channels != 1)}"
    parts = [
        f"+{counts.added:,}" * bool(counts.added),
        f"−{counts.removed:,}" * bool(counts.removed),
        channels * bool(counts.channels),
    ]
    return "   ".join(filter(None, parts))
