"""The window: menu row, toolbar, left column, traces or welcome, status bar."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QResizeEvent,
    QShowEvent,
)
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QMenu,
    QMenuBar,
    QSplitter,
    QStackedWidget,
    QStatusBar,
    QVBoxLayout,
    QWidget,
)

from ecogview.model.clock import format_time
from ecogview.model.looked_at import LookedAt
from ecogview.model.session import Session
from ecogview.services.settings import DockChoice
from ecogview.views import theme
from ecogview.views.document_title import DocumentTitle
from ecogview.views.message_bar import MessageBar, StatusMessage
from ecogview.views.overview_bar import OverviewBar
from ecogview.views.pass_status import PassStatus
from ecogview.views.plain_text import tooltip
from ecogview.views.processing_strip import ProcessingStrip
from ecogview.views.quality_panel import QualityPanel
from ecogview.views.recording_text import format_channels
from ecogview.views.side_column import SideColumn
from ecogview.views.side_dock import SideDock
from ecogview.views.tool_row import ToolRow
from ecogview.views.trace_panel import TracePanel
from ecogview.views.welcome import Welcome

_SIDE_WIDTH, _NARROW_SIDE_WIDTH, _DOCK_WIDTH = 276, 216, 284
_TRACES_SHARE = 0.6  # of the width, which the traces have at least
_FACT_SLACK = 10  # pixels that a fact in the status bar may be wider than its text
_NARROW, _VERY_NARROW = 1400, 1100  # window widths below which the column shrinks, closes
_LOW = 850  # window height below which the overview is flatter


@dataclass(frozen=True)
class WindowParts:
    """The widgets the window arranges; built by `ecogview.app.wiring`."""

    traces: TracePanel
    selection: QWidget
    welcome: Welcome
    side: list[tuple[str, QWidget]]
    overview: OverviewBar
    quality_map: QualityPanel
    dock: SideDock
    messages: MessageBar
    processing: ProcessingStrip
    status: StatusMessage
    progress: PassStatus


class MainWindow(QMainWindow):
    """Arranges the parts and shows the session's title; decides nothing.

    `dropped` carries a list of files and folders dropped on it. `may_close` is asked before
    closing.
    """

    dropped = pyqtSignal(object)
    closed = pyqtSignal()
    dock_shown = pyqtSignal(bool)
    map_shown = pyqtSignal(bool)

    def __init__(
        self,
        session: Session,
        looked_at: LookedAt,
        actions: Mapping[str, QAction],
        menus: list[tuple[str, list[str | None]]],
        parts: WindowParts,
    ) -> None:
        super().__init__()
        self._session = session
        self._looked_at = looked_at
        self.traces = parts.traces
        self.overview = parts.overview
        self.quality_map = parts.quality_map
        self.dock = parts.dock
        self.status = parts.status
        self.may_close: Callable[[], bool] = lambda: True
        self.setAcceptDrops(True)
        self.setMinimumSize(theme.px(720), theme.px(420))
        self._title = DocumentTitle(self)
        self._build_menu_row(actions, menus)

        self.tools = ToolRow(session, actions, self)
        self.side = SideColumn(parts.side, self)
        self._viewer, start, work = QWidget(self), QWidget(self), QWidget(self)
        column, first_page = _column(self._viewer), _column(start)
        self._messages, self._messages_places = parts.messages, (first_page, column)
        first_page.addWidget(parts.messages)
        first_page.addWidget(parts.welcome, 1)
        column.addWidget(parts.processing)
        self._middle = QStackedWidget(self)
        self._middle.addWidget(self.traces)
        self._middle.addWidget(self.quality_map)
        column.addWidget(self._middle, 1)
        column.addWidget(parts.selection)
        column.addWidget(self.overview)
        self._selection_bar = parts.selection
        session.selection_changed.connect(self._make_room_for_selection)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.setObjectName("main")
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)  # Qt widens the grip of so thin a line by itself
        self._splitter.addWidget(self.side)
        self._splitter.addWidget(self._viewer)
        self._splitter.addWidget(self.dock)
        for place, stretch in enumerate((0, 1, 0)):
            self._splitter.setStretchFactor(place, stretch)
        rows = _column(work)
        rows.addWidget(self.tools)
        rows.addWidget(self._splitter, 1)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(start)
        self._stack.addWidget(work)
        self.setCentralWidget(self._stack)
        self._build_status_bar(parts.status, parts.progress)

        self._length_shown = 0
        session.recording_changed.connect(self._show_facts)
        session.modified_changed.connect(self._show_facts)
        session.mask_changed.connect(self._show_facts)
        session.window_changed.connect(self._on_window_changed)
        looked_at.changed.connect(self._show_length)
        self._unsaved_steps: int | None = None
        self._side_wanted = True
        self._dock_choice: DockChoice = "auto"
        self._overview_wanted = True
        self._shape = (-1, False)
        self._show_facts()

    # -- building

    def _build_menu_row(
        self, actions: Mapping[str, QAction], menus: list[tuple[str, list[str | None]]]
    ) -> None:
        bar = QMenuBar()
        self.menus: dict[str, QMenu] = {}
        for title, names in menus:
            menu = bar.addMenu(title)
            assert menu is not None
            menu.setToolTipsVisible(True)
            self.menus[title.replace("&", "")] = menu
            for name in names:
                if name is None:
                    menu.addSeparator()
                else:
                    menu.addAction(actions[name])
        if bar.isNativeMenuBar():
            self.setMenuBar(bar)
            return
        row = QWidget(self)
        row.setObjectName("menuRow")
        row.setFixedHeight(theme.px(34))
        layout = QHBoxLayout(row)
        layout.setContentsMargins(4, 0, 12, 0)
        layout.addWidget(bar, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self._title, 1, Qt.AlignmentFlag.AlignVCenter)
        self.setMenuWidget(row)

    def _build_status_bar(self, message: QWidget, progress: QWidget) -> None:
        bar = QStatusBar(self)
        bar.setSizeGripEnabled(False)
        bar.setFixedHeight(theme.px(24))
        bar.setContentsMargins(0, 0, theme.px(8), 0)
        bar.addWidget(message, 1)
        bar.addPermanentWidget(progress)
        self._facts = [QLabel(self) for _ in range(5)]
        for label in self._facts:
            label.setFont(theme.numeral_font(self.font()))
            label.setObjectName("fact")
            bar.addPermanentWidget(label)
        self.setStatusBar(bar)
        self.setAnimated(False)  # of docks, of which there are none: it runs at each new layout

    # -- following the session

    def _show_facts(self) -> None:
        session, info = self._session, self._session.info
        self.setWindowModified(session.is_modified)
        if info is None:
            self._title.clear()
            self.setWindowTitle("ecogview[*]")
            self._set_facts(["No recording open"])
            return
        dot = "● " if session.is_modified else ""
        channels, rate = format_channels(info.n_channels), f"{info.sampling_rate:g} Hz"
        facts = f"{channels}, {rate}, {format_time(info.duration_s)}"
        path = session.mask_path
        if path is not None and path.parent != info.path.parent:
            facts += ", mask kept elsewhere"
        self._title.setToolTip("" if path is None else tooltip(f"Mask: {path}"))
        name = info.path.name.removesuffix(".dat")
        self._title.setText(f"{dot}{name} — {facts}")
        self.setWindowTitle(f"{name}[*] — ecogview")
        self._show_length()

    def _on_window_changed(self) -> None:
        if self._session.window.length != self._length_shown:
            self._show_length()

    def _show_length(self) -> None:
        self._length_shown = self._session.window.length
        session, info = self._session, self._session.info
        if info is None:
            return
        facts = [f"{_span_text(session.window.length / info.sampling_rate)} in view"]
        if session.mask is not None:
            n_bad = len(session.bad_channels)
            n_spans = sum(map(len, session.mask.tracks().values()))
            share = f", {n_bad / info.n_channels:.1%}".replace("%", " %") if n_bad else ""
            facts.append(f"{n_bad} of {format_channels(info.n_channels)} bad{share}")
            masked = f"{session.mask.masked_fraction:.1%} of time masked".replace("%", " %")
            facts.append(f"{n_spans:,} span{'s' * (n_spans != 1)}, {masked}")
        elif session.mask_error is not None:
            facts.append("mask cannot be read")
        else:
            facts.append("reading the mask …")
        if self._looked_at.percent:
            facts.append(f"{self._looked_at.percent:.0f} % looked at")
        if session.is_modified:
            steps = self._unsaved_steps
            facts.append(f"{steps:,} unsaved" if steps else "unsaved changes")
        self._set_facts(facts)

    def _set_facts(self, facts: list[str]) -> None:
        for label, text in zip(self._facts, facts + [""] * 5, strict=False):
            label.setText(text)
            label.setVisible(bool(text))
            # Of a fixed size, it has not all of the window laid out for another text: 1 ms a zoom.
            size = label.sizeHint()
            if not size.width() <= label.width() <= size.width() + theme.px(_FACT_SLACK):
                label.setFixedSize(size)

    # -- shape

    def set_unsaved_steps(self, steps: int | None) -> None:
        """How many steps lie between the saved marks and these; None where no step leads there."""
        if steps != self._unsaved_steps:
            self._unsaved_steps = steps
            self._show_length()

    def save_state(self) -> bytes:
        """Widths of the columns, for `restore_state`."""
        return self._splitter.saveState().data()

    def restore_state(self, state: bytes) -> None:
        self._splitter.restoreState(state)

    def show_work(self) -> None:
        """Leave the welcome page for the recordings and traces."""
        self._show_page(1)
        self.traces.setFocus()

    def show_welcome(self) -> None:
        """Come back to the welcome page: nothing is open, and nothing listed to choose from."""
        self._show_page(0)

    def _show_page(self, page: int) -> None:
        if page != self._stack.currentIndex():
            self._stack.setCurrentIndex(page)
            self._messages_places[page].insertWidget(0, self._messages)

    def toggle_side(self) -> None:
        self._side_wanted = self.side.isHidden()
        if self._side_wanted and not self._has_room_for_both():
            self._show_dock(shown=False)
        self.side.setVisible(self._side_wanted)

    @property
    def shows_dock(self) -> bool:
        return not self.dock.isHidden()

    def set_dock(self, choice: DockChoice) -> None:
        """Show the right dock, hide it, or have it where the window is wide enough."""
        self._dock_choice = choice
        self._show_dock(shown=self._wants_dock())
        if self.shows_dock and not self.side.isHidden() and not self._has_room_for_both():
            self.side.hide()
        elif not self.shows_dock and self.side.isHidden() and self._shape[0] > 0:
            self.side.setVisible(self._side_wanted)

    def _wants_dock(self) -> bool:
        is_wide = self.width() >= theme.px(_NARROW)
        return is_wide if self._dock_choice == "auto" else self._dock_choice == "shown"

    def _has_room_for_both(self) -> bool:
        least = self.side.minimumWidth() + self.dock.minimumWidth()
        return least <= self.width() * (1 - _TRACES_SHARE)

    def _show_dock(self, *, shown: bool) -> None:
        if shown != self.shows_dock:
            if self.dock.isAncestorOf(self.focusWidget()):
                self._middle.currentWidget().setFocus()  # else Qt puts it into the toolbar
            self.dock.setVisible(shown)
            self.dock_shown.emit(shown)

    @property
    def shows_map(self) -> bool:
        return self._middle.currentWidget() is self.quality_map

    def show_map(self, *, shown: bool) -> None:
        """Show the quality map large in place of the traces and the small one, or these again."""
        self._middle.setCurrentWidget(self.quality_map if shown else self.traces)
        self._show_overview()
        self._middle.currentWidget().setFocus()
        self.map_shown.emit(shown)

    def show_overview(self, *, shown: bool) -> None:
        """Show the overview, or the slim scroll bar in its place."""
        self._overview_wanted = shown
        self._show_overview()

    def _make_room_for_selection(self) -> None:
        is_there = self._session.selection is not None
        self.overview.give_up(self._selection_bar.height() if is_there else 0)

    def _show_overview(self) -> None:
        self.overview.setVisible(self._overview_wanted and not self.shows_map)
        self.traces.time_bar.setVisible(not self._overview_wanted)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        width = self.width()
        self._viewer.setMinimumWidth(int(width * _TRACES_SHARE) - 2)  # two lines between columns
        self.overview.set_compact(compact=self.height() < theme.px(_LOW))
        breadth = sum(width >= theme.px(limit) for limit in (_VERY_NARROW, _NARROW))
        fits = self._has_room_for_both()
        if (breadth, fits) != self._shape:  # else the user's own width stays
            self._shape = breadth, fits
            # Where nothing is open, the recordings to choose from are all there is.
            has_room = breadth > 0 or self._session.info is None
            self.side.setVisible(self._side_wanted and has_room)
            self._show_dock(shown=self._wants_dock() and (fits or self.side.isHidden()))
            self.tools.set_captions_visible(visible=breadth == 2)
            side = theme.px(_SIDE_WIDTH if breadth == 2 else _NARROW_SIDE_WIDTH)
            dock = theme.px(_DOCK_WIDTH)
            self._splitter.setSizes([side, width - side - dock, dock])

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        if self._stack.currentIndex():  # else the welcome page has given it to its first card
            self.traces.setFocus()

    def closeEvent(self, event: QCloseEvent | None) -> None:
        if event is None:
            return
        if self.may_close():
            self.closed.emit()
        else:
            event.ignore()

    # -- drag and drop

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        if event is not None and event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:
        if event is None:
            return
        urls = event.mimeData().urls()
        paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths)


def _column(parent: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(parent)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    return column


def _span_text(seconds: float) -> str:
    return format_time(seconds) if seconds >= 120 else f"{seconds:.4g} s"
