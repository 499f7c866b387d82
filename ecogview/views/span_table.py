"""The bad spans of the open recording as a table: to be found, gone to, changed, un-marked."""

from __future__ import annotations

from PyQt6.QtCore import QPoint, Qt, pyqtSignal
from PyQt6.QtGui import QGuiApplication, QPalette, QShowEvent
from PyQt6.QtWidgets import QMenu, QStackedWidget, QVBoxLayout, QWidget

from ecogview.data.mask_tracks import MaskTracks
from ecogview.model.clock import format_time
from ecogview.model.session import Session
from ecogview.model.spans import NO_SPANS, Span, SpanRows
from ecogview.views import theme
from ecogview.views.follow import follow
from ecogview.views.late_paint import LatePaint
from ecogview.views.side_header import FilterField, hint_label
from ecogview.views.span_filter import SpanFilter
from ecogview.views.span_table_model import SpanTableModel
from ecogview.views.span_view import SpanView


class SpanTable(QWidget):
    """Follows the session, also while it is hidden no more. GUI thread only.

    Parameters
    ----------
    session : Session

    Signals
    -------
    note_changed(str)
        How many spans there are, how long, and what share of the recording.
    refused(str)
        Why something typed is not taken.
    resize_requested()
        The user wants the selected spans grown.
    unmark_requested()
        The user wants them un-marked.
    move_requested(tuple, tuple)
        A span marked by hand, ``(start, stop)``, and where it shall be.
    """

    note_changed = pyqtSignal(str)
    refused = pyqtSignal(str)
    resize_requested = pyqtSignal()
    unmark_requested = pyqtSignal()
    move_requested = pyqtSignal(object, object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._shown_mask: MaskTracks | None = None
        self._is_outdated = True
        self.note = self.hint = ""
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.model = SpanTableModel(self)
        self.model.edited.connect(self._on_edited)
        self.filter_field = FilterField(
            "Filter: sat, manual >0.5 s, <2 s", "Filter bad spans", self
        )
        self.filter_field.textChanged.connect(self._on_filter_typed)
        self.filter_field.left.connect(lambda: self.view.setFocus(_BY_KEY))
        self.view = SpanView(session, self.model, self)
        self.view.gone_to.connect(self.go_to)
        self.view.unmark_requested.connect(self.unmark_requested)
        self.view.copy_requested.connect(self.copy_selected)
        self.view.menu_requested.connect(self._popup_menu)
        self.view.painter.refused.connect(self.refused)
        self._late_paint = LatePaint(self.view.viewport())
        self._hint_label = hint_label(self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._hint_label)
        self._build_menu()
        framed = QVBoxLayout()
        framed.setContentsMargins(theme.px(8), 0, theme.px(8), theme.px(4))
        framed.addWidget(self.filter_field)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(framed)
        layout.addWidget(self._stack, 1)
        follow(session.mask_changed, self._on_mask_changed)
        follow(session.recording_changed, self._on_mask_changed)
        self._refresh()

    def _build_menu(self) -> None:
        self.menu = QMenu(self)
        self._go_action = self.menu.addAction("Go there", self._go_to_current)
        self._unmark_action = self.menu.addAction("Un-mark", self.unmark_requested.emit)
        self._unmark_action.setShortcut("Del")
        self._grow_action = self.menu.addAction("Grow …", self.resize_requested.emit)
        self.menu.addSeparator()
        self._copy_action = self.menu.addAction("Copy as text", self.copy_selected)
        self._copy_action.setShortcut("Ctrl+C")
        for action in (self._unmark_action, self._copy_action):
            # Only shown there: the table takes these keys itself.
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.setShortcutVisibleInContextMenu(True)

    # -- what is done with spans

    def go_to(self, span: Span) -> None:
        """Show a span: a third of the window lies before it; zoom out only if it does not fit."""
        self._session.set_window(self._session.window.showing(span.start, span.stop))

    def copy_selected(self) -> None:
        """Put what is selected into the clipboard, as tab-separated text in seconds."""
        clipboard, chosen = QGuiApplication.clipboard(), self._session.selected_spans
        if clipboard is not None and len(chosen):
            clipboard.setText(self.model.as_text(chosen))

    def _go_to_current(self) -> None:
        index = self.view.currentIndex()
        if index.isValid():
            self.go_to(self.model.span_in(index.row()))

    def _popup_menu(self, place: QPoint) -> None:
        has_some = bool(len(self._session.selected_spans))
        self._go_action.setEnabled(self.view.currentIndex().isValid())
        for action in (self._unmark_action, self._grow_action, self._copy_action):
            action.setEnabled(has_some)
        self.menu.popup(place)

    def _on_edited(self, span: Span, start: int, stop: int) -> None:
        self.move_requested.emit((span.start, span.stop), (start, stop))

    # -- following

    def _on_filter_typed(self, text: str) -> None:
        self.model.set_filter(SpanFilter.parse(text))
        self._show_state()

    def _on_mask_changed(self) -> None:
        before, mask = self._shown_mask, self._session.mask
        if before is not None and mask is not None and before.tracks() == mask.tracks():
            self._shown_mask = mask  # only channels changed
            return
        self._is_outdated = True
        if self.isVisible():
            self._late_paint.hold()
            self._refresh()
        self._show_note()

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        if self._is_outdated:
            self._refresh()

    def _refresh(self) -> None:
        self._is_outdated = False
        session = self._session
        self._shown_mask = session.mask
        if session.info is None or session.mask is None:
            self.model.show_spans(NO_SPANS, 1.0, 0)
        else:
            rows = SpanRows.of(session.mask)
            self.model.show_spans(rows, session.info.sampling_rate, session.info.n_samples)
        self._show_state()

    def _show_state(self) -> None:
        session = self._session
        self.hint = ""
        if session.info is None:
            self.hint = "Open a recording to see its bad spans here."
        elif session.mask_error is not None:
            self.hint = "The mask cannot be read."
        elif session.mask is None:
            self.hint = "The mask is still being read."
        elif not len(self.model.spans):
            self.hint = "No bad spans. Press A and drag over the traces to mark one."
        elif not self.model.rowCount():
            self.hint = "No span is like that."
        self._hint_label.setText(self.hint)
        self._stack.setCurrentWidget(self._hint_label if self.hint else self.view)
        self.filter_field.setVisible(bool(len(self.model.spans)))
        self._show_note()

    def _show_note(self) -> None:
        mask, info = self._session.mask, self._session.info
        note = ""
        if mask is not None and info is not None:
            n_spans = sum(len(runs) for runs in mask.tracks().values())
            shown, listed = f"{n_spans:,}", self.model.rowCount()
            if not self._is_outdated and listed != n_spans:
                shown = f"{listed:,} of {n_spans:,}"
            seconds = _length_text(mask.bad.total / info.sampling_rate)
            note = f"{shown}   {seconds}   {100 * mask.masked_fraction:.1f} %"
        if note != self.note:
            self.note = note
            self.note_changed.emit(note)


_BY_KEY = Qt.FocusReason.ShortcutFocusReason


def _length_text(seconds: float) -> str:
    return format_time(seconds) if seconds >= 120 else f"{seconds:.1f} s"
