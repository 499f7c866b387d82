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
from ecogview.views import theme
from ecogview.views.message_bar import MessageBar, StatusMessage
from ecogview.views.overview_bar import OverviewBar
from ecogview.views.pass_status import PassStatus
from ecogview.views.side_column import SideColumn
from ecogview.views.tool_row import ToolRow
from ecogview.views.trace_panel import TracePanel
from ecogview.views.welcome import Welcome

_SIDE_WIDTH, _NARROW_SIDE_WIDTH = 276, 216
_NARROW, _VERY_NARROW = 1400, 1100  # window widths below which the column shrinks, closes
_LOW = 850  # window height below which the overview is flatter


@dataclass(frozen=True)
class WindowParts:
    """The widgets the window arranges; built by `ecogview.app.wiring`."""

    traces: TracePanel
    welcome: Welcome
    side: list[tuple[str, QWidget]]
    overview: OverviewBar
    messages: MessageBar
    status: StatusMessage
    progress: PassStatus


class MainWindow(QMainWindow):
    """Arranges the parts and shows the session's title; decides nothing.

    `dropped` carries a file or folder dropped on it. `may_close` is asked before closing.
    """

    dropped = pyqtSignal(object)
    closed = pyqtSignal()

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
        self.may_close: Callable[[], bool] = lambda: True
        self.setAcceptDrops(True)
        self.setMinimumSize(theme.px(720), theme.px(420))
        self._title = QLabel(self)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title.setObjectName("documentTitle")
        self._build_menu_row(actions, menus)

        self.tools = ToolRow(session, actions, self)
        self.side = SideColumn(parts.side, self)
        viewer = QWidget(self)
        column = QVBoxLayout(viewer)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(parts.messages)
        column.addWidget(self.traces, 1)
        column.addWidget(self.overview)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.setObjectName("main")
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)  # Qt widens the grip of so thin a line by itself
        self._splitter.addWidget(self.side)
        self._splitter.addWidget(viewer)
        self._splitter.setStretchFactor(0, 0)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes([theme.px(_SIDE_WIDTH), 4 * theme.px(_SIDE_WIDTH)])
        work = QWidget(self)
        rows = QVBoxLayout(work)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.tools)
        rows.addWidget(self._splitter, 1)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(parts.welcome)
        self._stack.addWidget(work)
        self.setCentralWidget(self._stack)
        self._build_status_bar(parts.status, parts.progress)

        self._length_shown = 0
        session.recording_changed.connect(self._show_facts)
        session.modified_changed.connect(self._show_facts)
        session.mask_changed.connect(self._show_facts)
        session.window_changed.connect(self._on_window_changed)
        looked_at.changed.connect(self._show_length)
        self._side_wanted = True
        self._breadth: int | None = None
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
        layout.addWidget(self._title, 1)
        # As wide as the menus, so that the name stands in the middle of the window.
        balance = QWidget(row)
        balance.setFixedWidth(bar.sizeHint().width())
        layout.addWidget(balance)
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
        facts = (
            f"{info.n_channels} channels, {info.sampling_rate:g} Hz, {format_time(info.duration_s)}"
        )
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
            facts.append(f"{len(session.bad_channels)} of {info.n_channels} channels bad")
            facts.append(f"{session.mask.masked_fraction:.1%} of time masked".replace("%", " %"))
        elif session.mask_error is not None:
            facts.append("mask cannot be read")
        else:
            facts.append("reading the mask …")
        if self._looked_at.percent:
            facts.append(f"{self._looked_at.percent:.0f} % looked at")
        if session.is_modified:
            facts.append("unsaved changes")
        self._set_facts(facts)

    def _set_facts(self, facts: list[str]) -> None:
        for label, text in zip(self._facts, facts + [""] * 5, strict=False):
            label.setText(text)
            label.setVisible(bool(text))

    # -- shape

    def save_state(self) -> bytes:
        """Width of the left column, for `restore_state`."""
        return self._splitter.saveState().data()

    def restore_state(self, state: bytes) -> None:
        self._splitter.restoreState(state)

    def show_work(self) -> None:
        """Leave the welcome page for the recordings and traces."""
        self._stack.setCurrentIndex(1)
        self.traces.setFocus()

    def toggle_side(self) -> None:
        self._side_wanted = not self.side.isVisible()
        self.side.setVisible(self._side_wanted)

    def show_overview(self, *, shown: bool) -> None:
        """Show the overview, or the slim scroll bar in its place."""
        self.overview.setVisible(shown)
        self.traces.time_bar.setVisible(not shown)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        width = self.width()
        # Traces never get less than 60 % of the width.
        self.side.setMaximumWidth(int(width * 0.4))
        self.overview.set_compact(compact=self.height() < theme.px(_LOW))
        breadth = sum(width >= theme.px(limit) for limit in (_VERY_NARROW, _NARROW))
        if breadth != self._breadth:  # else the user's own width stays
            self._breadth = breadth
            # Where nothing is open, the recordings to choose from are all there is.
            has_room = breadth > 0 or self._session.info is None
            self.side.setVisible(self._side_wanted and has_room)
            self.tools.set_captions_visible(visible=breadth == 2)
            wanted = theme.px(_SIDE_WIDTH if breadth == 2 else _NARROW_SIDE_WIDTH)
            self._splitter.setSizes([wanted, width - wanted])

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
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
        for url in event.mimeData().urls():
            if url.isLocalFile():
                self.dropped.emit(Path(url.toLocalFile()))
                event.acceptProposedAction()
                return


def _span_text(seconds: float) -> str:
    return format_time(seconds) if seconds >= 120 else f"{seconds:.4g} s"
