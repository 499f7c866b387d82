"""What the user can do, whatever way it is asked for: keys, menus, buttons, scripts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFileDialog, QMessageBox

from ecogview.app.undo import MaskCommand
from ecogview.data.demo import demo_folder, write_demo
from ecogview.data.lab_name import UNMASKED_TYPES
from ecogview.data.recording import RecordingInfo
from ecogview.model.mask import mark_channels
from ecogview.services.messages import Action

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
        self._bench = bench
        self._session = bench.session
        self._told_of: RecordingInfo | None = None

    @property
    def channels(self) -> ChannelView:
        return self._session.channels

    @property
    def display(self) -> Display:
        return self._session.display

    @property
    def theme(self) -> ThemeChoice:
        return self._bench.settings.theme

    # -- files

    def ask_for_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(
            self._bench.window, "Open a folder of recordings", self._start_folder()
        )
        if chosen:
            self._bench.recordings.open_path(Path(chosen))

    def ask_for_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self._bench.window,
            "Open a recording",
            self._start_folder(),
            "Recordings (*.dat);;All files (*)",
        )
        if chosen:
            self._bench.recordings.open_path(Path(chosen))

    def _start_folder(self) -> str:
        info = self._session.info
        return "" if info is None else str(info.path.parent)

    def open_demo(self) -> None:
        """Write the demo recordings if they are not there yet, and open the first."""
        bench = self._bench
        bench.messages.info("Writing the demo recordings …", key="demo")

        def done(folder: Path) -> None:
            bench.messages.withdraw("demo")
            bench.browser.set_folder(folder)
            bench.recordings.open_recording(min(folder.rglob("*.clfp.dat")))

        def failed(error: Exception) -> None:
            bench.messages.error("The demo cannot be written.", str(error), key="demo")
            bench.window.show_work()

        bench.tasks.run(lambda: write_demo(demo_folder()), done, failed)

    def read_again(self) -> None:
        self._bench.browser.rescan()
        self._bench.recordings.read_again()

    def save(self) -> None:
        self._bench.saving.save()

    def save_copy(self) -> None:
        self._bench.saving.save_copy()

    def quit(self) -> None:
        self._bench.window.close()

    def next_recording(self) -> None:
        self._bench.recordings.open_neighbour(1)

    def previous_recording(self) -> None:
        self._bench.recordings.open_neighbour(-1)

    # -- marking

    def undo(self) -> None:
        text = self._bench.undo_stack.undoText()
        self._bench.undo_stack.undo()
        if text:
            self._bench.messages.info(f"Undone: {text}", key="marked")

    def redo(self) -> None:
        text = self._bench.undo_stack.redoText()
        self._bench.undo_stack.redo()
        if text:
            self.say_marked(text)

    def toggle_bad(self) -> None:
        """Toggle the selected channels, or the one under the cursor, as one step."""
        channels = self._session.channels
        chosen = sorted(channels.selected)
        if not chosen and channels.hovered is not None:
            chosen = [channels.hovered]
        if not chosen:
            self._bench.messages.info("Select channels first: click a label, or point at a trace")
            return
        bad = self._session.bad_channels
        self.mark_channels(chosen, bad=not all(c in bad for c in chosen))

    def mark_channels(self, channels: Iterable[int], *, bad: bool) -> None:
        """Set channels bad or good, as one step that can be undone."""
        session = self._session
        if session.mask is None or session.info is None:
            why = "cannot be read" if session.mask_error else "is still being read"
            self._bench.messages.info(f"The mask {why}: nothing can be marked")
            return
        edit = mark_channels(session.mask, channels, bad=bad)
        if not edit:
            return
        names = [session.info.channels[c].label for c in edit.channels]
        shown = ", ".join(names) if len(names) <= 3 else f"{len(names)} channels"
        text = f"{shown} {'bad' if bad else 'good'}"
        self._bench.undo_stack.push(MaskCommand(session, edit, text))
        self.say_marked(text)
        if session.info.rec_type in UNMASKED_TYPES and self._told_of is not session.info:
            self._told_of = session.info
            self._bench.messages.warning(
                f"The lab's scripts read no mask for {session.info.rec_type} files.",
                "Marks are saved all the same, and ecogview obeys them.",
                key="type",
            )

    def say_marked(self, text: str) -> None:
        """Say what was done to the marks, and offer to undo it."""
        self._bench.messages.info(text, actions=(Action("Undo", self.undo),), key="marked")

    def resize_spans(self) -> None:
        self._bench.resize_dialog.show_for_selected()

    def mark_requested(self, channels: list[int], bad: bool) -> None:  # noqa: FBT001  a Qt slot
        self.mark_channels(channels, bad=bad)

    def click_channel(self, channel: int, modifiers: Qt.KeyboardModifier) -> None:
        """Select as lists do: alone, Ctrl adds or takes away, Shift extends."""
        channels = self._session.channels
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            channels.select(channels.selected ^ {channel})
        elif modifiers & Qt.KeyboardModifier.ShiftModifier and channels.selected:
            rows = channels.rows
            picked = [rows.index(c) for c in channels.selected if c in channels.rows]
            here = rows.index(channel)
            low, high = min([*picked, here]), max([*picked, here])
            channels.select(rows[low : high + 1])
        else:
            channels.select(() if channels.selected == {channel} else (channel,))

    def select_all(self) -> None:
        self._session.channels.select(self._session.channels.rows)

    def select_none(self) -> None:
        self._session.channels.select(())

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
        field = self._bench.window.tools.time_field
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
            self._bench.messages.info("This recording's JSON holds no grid positions")

    def order_by_measure(self) -> None:
        self._bench.channel_panel.sort_by_measure()

    def toggle_hide_bad(self) -> None:
        channels = self._session.channels
        channels.set_hide_bad(hide=not channels.hide_bad)
        self._bench.messages.info("Bad channels hidden" if channels.hide_bad else "All shown")

    # -- looks

    def gain_up(self) -> None:
        self._session.set_display(self._session.display.gain_stepped(1))

    def gain_down(self) -> None:
        self._session.set_display(self._session.display.gain_stepped(-1))

    def gain_fit(self) -> None:
        self._bench.recordings.fit_gain()

    def toggle_dc(self) -> None:
        display = self._session.display
        self._session.set_display(replace(display, remove_dc=not display.remove_dc))
        self._bench.messages.info(
            "As recorded, constant included" if display.remove_dc else "Constant taken off"
        )

    def theme_system(self) -> None:
        self._bench.set_theme("system")

    def theme_light(self) -> None:
        self._bench.set_theme("light")

    def theme_dark(self) -> None:
        self._bench.set_theme("dark")

    @property
    def shows_overview(self) -> bool:
        return self._bench.settings.show_overview

    def toggle_overview(self) -> None:
        self._bench.toggle_overview()

    def toggle_side(self) -> None:
        self._bench.window.toggle_side()

    @property
    def shows_dock(self) -> bool:
        return self._bench.window.shows_dock

    def toggle_dock(self) -> None:
        self._bench.toggle_dock()

    @property
    def shows_map(self) -> bool:
        return self._bench.window.shows_map

    def toggle_map(self) -> None:
        self._bench.window.show_map(shown=not self.shows_map)

    # -- help

    def show_keys(self) -> None:
        self._bench.show_keys()

    def about(self) -> None:
        from importlib.metadata import PackageNotFoundError, version

        try:
            release = version("ecogview")
        except PackageNotFoundError:
            release = "(not installed)"
        QMessageBox.about(
            self._bench.window,
            "About ecogview",
            f"ecogview {release}\n\nScroll through long, many-channel brain "
            "recordings, find what is bad, mark it.\n\nGPL-3.0-or-later",
        )
