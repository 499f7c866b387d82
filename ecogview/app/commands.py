"""What the user can do, whatever way it is asked for: keys, menus, buttons, scripts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFileDialog, QMessageBox

from ecogview.views.desktop import show_in_folder

if TYPE_CHECKING:
    from ecogview.app.wiring import Workbench
    from ecogview.model.channels import ChannelView
    from ecogview.model.display import Display
    from ecogview.services.settings import ThemeChoice

_STEP = 0.25  # windows, for the arrow keys
_ZOOM = 2.0


class Commands:
    """Handlers of the actions. GUI thread only."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self._session = bench.session

    @property
    def channels(self) -> ChannelView:
        return self._session.channels

    @property
    def display(self) -> Display:
        return self._session.display

    @property
    def marks_by_drag(self) -> bool:
        return self.bench.window.traces.marking.is_on

    def pan_by_drag(self) -> None:
        self.bench.window.traces.marking.set_on(on=False)
        self.bench.measuring.set_on(on=False)

    def mark_by_drag(self) -> None:
        """Turn marking on; A once more turns it off."""
        gestures = self.bench.window.traces.marking
        gestures.set_on(on=not gestures.is_on)

    @property
    def theme(self) -> ThemeChoice:
        return self.bench.settings.theme

    # -- files

    def ask_for_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(
            self.bench.window, "Open a folder of recordings", self._start_folder()
        )
        if chosen:
            self.bench.recordings.open_path(Path(chosen))

    def ask_for_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self.bench.window,
            "Open a recording",
            self._start_folder(),
            "Recordings (*.dat);;All files (*)",
        )
        if chosen:
            self.bench.recordings.open_path(Path(chosen))

    def _start_folder(self) -> str:
        info = self._session.info
        return "" if info is None else str(info.path.parent)

    def open_demo(self) -> None:
        """Write the demo recordings if they are not there yet, and open the first."""
        bench = self.bench
        bench.messages.info("Writing the demo recordings …", key="demo")

        def done(folder: Path) -> None:
            bench.messages.withdraw("demo")
            bench.browser.set_folder(folder)
            bench.recordings.open_recording(min(folder.rglob("*.clfp.dat")))

        def failed(error: Exception) -> None:
            bench.messages.error("The demo cannot be written.", str(error), key="demo")

        def write() -> Path:
            from ecogview.data.demo import demo_folder, write_demo

            return write_demo(demo_folder())

        bench.tasks.run(write, done, failed)

    def read_again(self) -> None:
        self.bench.browser.rescan()
        self.bench.recordings.read_again()

    def save(self) -> None:
        self.bench.saving.save()

    def save_copy(self) -> None:
        self.bench.saving.save_copy()

    def show_in_folder(self, path: Path) -> None:
        """Open the folder of a file that was written, or say which one it is."""
        if not show_in_folder(path):
            self.bench.messages.info(f"It is in {path.parent}")

    def quit(self) -> None:
        self.bench.window.close()

    def next_recording(self) -> None:
        self.bench.recordings.open_neighbour(1)

    def previous_recording(self) -> None:
        self.bench.recordings.open_neighbour(-1)

    # -- marking

    def undo(self) -> None:
        text = self.bench.undo_stack.undoText()
        self.bench.undo_stack.undo()
        if text:
            self.bench.messages.info(f"Undone: {text}", key="marked")

    def redo(self) -> None:
        text = self.bench.undo_stack.redoText()
        self.bench.undo_stack.redo()
        if text:
            self.bench.marking.say(text)

    def resize_spans(self) -> None:
        self.bench.resize_dialog.show_for_selected()

    def click_channel(self, channel: int, modifiers: Qt.KeyboardModifier) -> None:
        """Select as lists do: Ctrl adds or takes away, Shift goes from the last click to here."""
        adds = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            self._session.channels.select_to(channel, adds=adds)
        else:
            self._session.channels.toggle_selected(channel)

    def select_all(self) -> None:
        self._session.channels.select(self._session.channels.rows)

    # -- moving

    def step_back(self) -> None:
        self._session.move(-_STEP)

    def step_forward(self) -> None:
        self._session.move(_STEP)

    def page_back(self) -> None:
        self._session.move(-1)

    def page_forward(self) -> None:
        self._session.move(1)

    def go_start(self) -> None:
        self._session.go_to(0)

    def go_end(self) -> None:
        if self._session.info is not None:
            self._session.go_to(self._session.info.duration_s)

    def ask_for_time(self) -> None:
        field = self.bench.window.tools.time_field
        field.setFocus()
        field.selectAll()

    def zoom_in(self) -> None:
        self._session.zoom(1 / _ZOOM)

    def zoom_out(self) -> None:
        self._session.zoom(_ZOOM)

    # -- channels

    def rows_up(self) -> None:
        self._session.channels.scroll_to(self._session.channels.first - 1)

    def rows_down(self) -> None:
        self._session.channels.scroll_to(self._session.channels.first + 1)

    def rows_more(self) -> None:
        self._session.channels.set_count(-(-self._session.channels.count * 3 // 2))

    def rows_fewer(self) -> None:
        self._session.channels.set_count(self._session.channels.count * 2 // 3)

    def order_by_number(self) -> None:
        self._session.channels.set_order("number")

    def order_by_grid(self) -> None:
        if self._session.channels.has_grid:
            self._session.channels.set_order("grid")
        else:
            self.bench.messages.info("This recording's JSON holds no grid positions")

    def order_by_measure(self) -> None:
        self.bench.channel_panel.sort_by_measure()

    def toggle_hide_bad(self) -> None:
        channels = self._session.channels
        channels.set_hide_bad(hide=not channels.hide_bad)
        self.bench.messages.info("Bad channels hidden" if channels.hide_bad else "All shown")

    # -- looks

    def gain_up(self) -> None:
        self._session.set_display(self._session.display.gain_stepped(1))

    def gain_down(self) -> None:
        self._session.set_display(self._session.display.gain_stepped(-1))

    def gain_fit(self) -> None:
        self.bench.trace_looks.fit_gain()

    def toggle_dc(self) -> None:
        display = self._session.display
        self._session.set_display(replace(display, remove_dc=not display.remove_dc))
        applied = self._session.processing
        said = "As recorded, constant included" if display.remove_dc else "Constant taken off"
        if applied is not None and not applied.processing.keeps_constant:
            said = "What is set above the traces takes the constant off anyway; P switches that off"
        self.bench.messages.info(said)

    def theme_system(self) -> None:
        self.bench.set_theme("system")

    def theme_light(self) -> None:
        self.bench.set_theme("light")

    def theme_dark(self) -> None:
        self.bench.set_theme("dark")

    @property
    def shows_overview(self) -> bool:
        return self.bench.settings.show_overview

    def toggle_overview(self) -> None:
        self.bench.toggle_overview()

    def toggle_side(self) -> None:
        self.bench.window.toggle_side()

    @property
    def shows_dock(self) -> bool:
        return self.bench.window.shows_dock

    def toggle_dock(self) -> None:
        self.bench.toggle_dock()

    @property
    def shows_map(self) -> bool:
        return self.bench.window.shows_map

    def toggle_map(self) -> None:
        self.bench.window.show_map(shown=not self.shows_map)

    # -- help

    def show_keys(self) -> None:
        self.bench.show_keys()

    def about(self) -> None:
        from importlib.metadata import PackageNotFoundError, version

        try:
            release = version("ecogview")
        except PackageNotFoundError:
            release = "(not installed)"
        QMessageBox.about(
            self.bench.window,
            "About ecogview",
            f"ecogview {release}\n\nScroll through long, many-channel brain "
            "recordings, find what is bad, mark it.\n\nGPL-3.0-or-later",
        )
