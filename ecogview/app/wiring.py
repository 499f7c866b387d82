"""Builds the parts of one window and joins them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QSize
from PyQt6.QtGui import QAction, QUndoStack
from PyQt6.QtWidgets import QApplication

from ecogview.app.actions import action_specs, build_actions, key_groups, menu_layout
from ecogview.app.commands import Commands
from ecogview.app.events import EventFiles
from ecogview.app.exporting import Exporting
from ecogview.app.kept_menu import KeptMenu
from ecogview.app.marking import Marking
from ecogview.app.mask_places import MaskPlaces
from ecogview.app.measuring import MeasuringCursors
from ecogview.app.modes import Modes
from ecogview.app.overviews import Overviews
from ecogview.app.processing import SignalProcessing
from ecogview.app.recent_menu import RecentMenu
from ecogview.app.recordings import Recordings
from ecogview.app.safekeeping import Safekeeping
from ecogview.app.saving import MaskSaving
from ecogview.app.selected import Selected
from ecogview.app.selecting import Selecting
from ecogview.app.signal_menus import SignalMenus
from ecogview.app.trace_looks import TraceLooks
from ecogview.app.undo import UndoState
from ecogview.model.looked_at import LookedAt
from ecogview.model.session import Session
from ecogview.services.kernel_loading import KernelLoading
from ecogview.services.messages import Messages
from ecogview.services.opening import Opener
from ecogview.services.overview_pass import OverviewPass
from ecogview.services.settings import Settings, ThemeChoice
from ecogview.services.tasks import Tasks
from ecogview.services.window_loader import WindowLoader
from ecogview.views import theme
from ecogview.views.channel_panel import ChannelPanel
from ecogview.views.file_browser import FileBrowser
from ecogview.views.history_panel import HistoryPanel
from ecogview.views.main_window import MainWindow, WindowParts
from ecogview.views.message_bar import MessageBar, StatusMessage
from ecogview.views.overview_bar import OverviewBar
from ecogview.views.pass_status import PassStatus
from ecogview.views.quality_panel import QualityPanel
from ecogview.views.side_dock import FoldingPanel, SideDock
from ecogview.views.span_table import SpanTable
from ecogview.views.trace_panel import TracePanel
from ecogview.views.welcome import Welcome

if TYPE_CHECKING:
    from ecogview.app.marks_exchange import MarksExchange
    from ecogview.app.pictures import Pictures
    from ecogview.app.siblings import Siblings
    from ecogview.services.resize_planning import ResizePlanning
    from ecogview.views.keys_dialog import KeysDialog
    from ecogview.views.resize_dialog import ResizeDialog

_FRAME = QSize(4, 40)  # what a window manager adds around a window
_dying: list[Workbench] = []  # closed, and kept until Qt has deleted their widgets


class Workbench(QObject):
    """One window with everything behind it. Owned by the GUI thread."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.session = Session()
        self.messages = Messages()
        self.undo_stack = QUndoStack(self)
        self.loader = WindowLoader(self)
        self.opener = Opener(self)
        self.tasks = Tasks("tasks", self)
        self.kernels = KernelLoading()
        self.looked_at = LookedAt()
        self.overview_pass = OverviewPass(self.kernels.ready, self)
        self.saving = MaskSaving(self.session, self.tasks, self.messages)
        self.commands = Commands(self)
        self.marking = Marking(self)
        self.safekeeping = Safekeeping(self)
        self.selecting = Selecting(self)
        self.selected = Selected(self)
        self.exporting = Exporting(self)
        self.trace_looks = TraceLooks(self)
        self.processing = SignalProcessing(self)
        self._specs = action_specs(self.commands)
        self.actions: dict[str, QAction] = build_actions(self._specs, self)
        self.window = self._build_window()
        self.recordings = Recordings(
            self.session, self.opener, self.saving, self.messages, settings, self.window,
            self.browser,
        )  # fmt: skip
        self.overviews = Overviews(
            self.session, self.overview_pass, self.looked_at, self.messages,
            self.window.traces.canvas, self.window.overview, self.channel_panel, self.pass_status,
        )  # fmt: skip
        self.measuring = MeasuringCursors(self)
        self.events = EventFiles(self)
        self.places = MaskPlaces(self)
        self.modes = Modes(self)
        self._undo_state = UndoState(
            self.undo_stack, self.session, self.actions, self.window.set_unsaved_steps
        )
        self._may_leave = False
        self._is_closed = False
        self._join()

    def _build_window(self) -> MainWindow:
        self.browser = FileBrowser()
        self.channel_panel = ChannelPanel(self.session)
        self.welcome = Welcome()
        self.pass_status = PassStatus()
        overview = OverviewBar(self.session, self.looked_at)
        self.span_table = SpanTable(self.session)
        self.history = FoldingPanel("History", HistoryPanel(self.undo_stack))
        spans = FoldingPanel("Bad spans", self.span_table)
        self.span_table.note_changed.connect(spans.header.set_note)
        window = MainWindow(
            self.session,
            self.looked_at,
            self.actions,
            menu_layout(self._specs),
            WindowParts(
                traces=TracePanel(self.session, self.loader),
                selection=self.selected.bar,
                welcome=self.welcome,
                side=[("Recordings", self.browser), ("Channels", self.channel_panel)],
                overview=overview,
                quality_map=QualityPanel(self.session, self.looked_at, overview.shown),
                dock=SideDock([spans, self.safekeeping.panel, self.history]),
                messages=MessageBar(self.messages),
                processing=self.processing.strip,
                status=StatusMessage(self.messages),
                progress=self.pass_status,
            ),
        )
        window.addActions(list(self.actions.values()))
        return window

    def _join(self) -> None:
        window, commands = self.window, self.commands
        window.may_close = self._may_close
        window.closed.connect(self.close)
        window.tools.left.connect(window.traces.setFocus)
        window.tools.rejected.connect(self.messages.info)
        window.overview.expand_requested.connect(lambda: window.show_map(shown=True))
        window.quality_map.closed.connect(lambda: window.show_map(shown=False))
        window.quality_map.mark_requested.connect(self.marking.on_mark_requested)
        window.map_shown.connect(self.actions["toggle_map"].setChecked)
        window.dock_shown.connect(self.actions["toggle_dock"].setChecked)
        self.span_table.refused.connect(self.messages.info)
        self.span_table.unmark_requested.connect(self.marking.unmark_selected)
        self.span_table.move_requested.connect(self.marking.move_span)
        self.span_table.resize_requested.connect(lambda: self.resize_dialog.show_for_selected())
        self.history.set_folded(folded=not self.settings.show_history)
        self.history.folded.connect(self._on_history_folded)
        window.overview.measure_changed.connect(self._on_measure_changed)
        self.recordings.opened.connect(self.overviews.open)
        self.recordings.shown.connect(self._on_shown)
        self.selected.join()
        self.processing.join()
        self.exporting.join()
        self.browser.folder_requested.connect(commands.ask_for_folder)
        self.channel_panel.mark_requested.connect(self.marking.on_mark_requested)
        self.welcome.open_folder_requested.connect(commands.ask_for_folder)
        self.welcome.open_file_requested.connect(commands.ask_for_file)
        self.welcome.demo_requested.connect(commands.open_demo)
        self.session.recording_changed.connect(self._on_recording_changed)
        for menu in window.menus.values():
            menu.aboutToShow.connect(self._show_what_is_on)
        recent = RecentMenu(self.settings, self.welcome, self.recordings.open_path, window)
        window.menus["File"].insertMenu(self.actions["demo"], recent)
        window.set_dock(self.settings.dock)
        window.show_overview(shown=self.settings.show_overview)
        self._show_what_is_on()
        window.overview.set_measure(self.settings.overview_measure)
        self.signal_menus = SignalMenus(self)
        self.trace_looks.join()
        self.kept_menu = KeptMenu(self.tasks, self.messages, window)
        window.menus["File"].insertMenu(self.actions["quit"], self.kept_menu)
        self.safekeeping.join()
        self._on_recording_changed()

    # -- parts that few need: not imported at the start, 0.03 s

    @cached_property
    def pictures(self) -> Pictures:
        from ecogview.app.pictures import Pictures

        return Pictures(self)

    @cached_property
    def planning(self) -> ResizePlanning:
        from ecogview.services.resize_planning import ResizePlanning

        return ResizePlanning(self)

    @cached_property
    def resize_dialog(self) -> ResizeDialog:
        from ecogview.views.resize_dialog import ResizeDialog

        undo, redo = self.actions["undo"], self.actions["redo"]
        return ResizeDialog(
            self.session, self.planning, self.marking.apply, self.window, (undo, redo)
        )

    @cached_property
    def keys_dialog(self) -> KeysDialog:
        from ecogview.views.keys_dialog import KeysDialog

        return KeysDialog(self.window, key_groups(self._specs))

    @cached_property
    def siblings(self) -> Siblings:
        from ecogview.app.siblings import Siblings

        return Siblings(self)

    @cached_property
    def exchange(self) -> MarksExchange:
        from ecogview.app.marks_exchange import MarksExchange

        return MarksExchange(self)

    # -- following

    def _on_recording_changed(self) -> None:
        self.undo_stack.clear()
        self.modes.show_idle()
        for spec in self._specs:
            if spec.needs_recording:
                self.actions[spec.id].setEnabled(self.session.info is not None)
        self._undo_state.update()

    def _show_what_is_on(self) -> None:
        for spec in self._specs:
            if spec.is_on is not None:
                self.actions[spec.id].setChecked(spec.is_on())

    # -- the dock

    def toggle_dock(self) -> None:
        self.settings.dock = "hidden" if self.window.shows_dock else "shown"
        self.window.set_dock(self.settings.dock)

    def _on_history_folded(self, folded: bool) -> None:  # noqa: FBT001  a Qt slot
        self.settings.show_history = not folded

    def _on_shown(self) -> None:
        self.recordings.shown.disconnect(self._on_shown)
        # After a picture is on the screen: numba must not stand between the user and it. Not only
        # once it is final: without kernels 600 s of 512 channels take more than a minute.
        self.kernels.start()

    def toggle_overview(self) -> None:
        self.settings.show_overview = not self.settings.show_overview
        self.actions["toggle_overview"].setChecked(self.settings.show_overview)
        self.window.show_overview(shown=self.settings.show_overview)

    def _on_measure_changed(self, measure: str) -> None:
        self.settings.overview_measure = measure
        self.channel_panel.set_measure(measure)

    def show_keys(self) -> None:
        self.keys_dialog.show()
        self.keys_dialog.raise_()

    def set_theme(self, choice: ThemeChoice) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            self.settings.theme = choice
            theme.apply(app, choice)

    # -- closing

    def _may_close(self) -> bool:
        if not self._may_leave and self.exporting.may_be_left():
            self.saving.ask_before_leaving(self.window, self._leave)
        return self._may_leave

    def _leave(self) -> None:
        self._may_leave = True
        if self.window.isVisible():
            self.window.close()

    def close(self) -> None:
        """Join every thread, then close what they own. Idempotent."""
        if self._is_closed:
            return
        self._is_closed = True
        self._remember_looks()
        self.looked_at.changed.disconnect()
        self._undo_state.close()
        self.marking.close()
        self.messages.posted.disconnect()  # what threads still answer is only logged
        self.messages.withdrawn.disconnect()
        self.session.disconnect_all()  # a script may go on with it; the widgets are gone
        self.browser.close()
        self.loader.close()
        self.overview_pass.close()
        self.processing.close()
        self.measuring.close()
        self.opener.close()
        self.exporting.close()
        self.safekeeping.close()
        for rare in ("planning", "pictures", "siblings", "exchange"):
            if rare in self.__dict__:
                getattr(self, rare).close()
        self.tasks.close()
        self.kernels.close()
        # Qt deletes the widgets from its event loop; left to Python's garbage collector they die
        # in any order, in the middle of anything, and take the process with them.
        _dying.append(self)
        self.window.destroyed.connect(lambda: _dying.remove(self))
        self.window.deleteLater()

    def close_now(self) -> None:
        """Close the window without asking."""
        if self._is_closed:
            return
        self._may_leave = True
        self.window.close()
        self.close()

    def show(self) -> None:
        """Show the window as it was last time; the first time as large as the screen has room."""
        window, settings = self.window, self.settings
        if not window.restoreGeometry(settings.window_geometry):
            screen = window.screen()
            room = QSize(1600, 900) if screen is None else screen.availableSize()
            window.resize(QSize(1600, 900).boundedTo(room - _FRAME))
        window.show()
        window.restore_state(settings.columns)
        window.dock.restore_state(settings.dock_splitter)
        window.side.restore_state(settings.side_splitter)
        self.safekeeping.recovering.look_at_start()

    def _remember_looks(self) -> None:
        settings, session = self.settings, self.session
        settings.window_geometry = self.window.saveGeometry().data()
        settings.columns = self.window.save_state()
        settings.dock_splitter = self.window.dock.save_state()
        settings.side_splitter = self.window.side.save_state()
        if session.info is not None:
            settings.window_length_s = self.recordings.window_length_s
            settings.hide_bad = session.channels.hide_bad
        settings.flush()
