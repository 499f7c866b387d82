"""Every action of the program: id, text, keys, icon, and what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, Qt
from PyQt6.QtGui import QAction, QKeySequence

from ecogview.views.icons import icon
from ecogview.views.keys_dialog import KeyGroups

if TYPE_CHECKING:
    from ecogview.app.commands import Commands


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """`keys` are portable key sequences, the first one is shown; `menu` is where it stands.

    `is_on` says whether the menu shows it checked, `starts_group` that a line stands above it;
    with `submenu` it stands in that one of the menu's, which is filled elsewhere.
    """

    id: str
    menu: str
    text: str
    keys: tuple[str, ...]
    run: Callable[[], object]
    icon: str = ""
    needs_recording: bool = True
    is_on: Callable[[], bool] | None = None
    role: QAction.MenuRole = QAction.MenuRole.NoRole
    starts_group: bool = False
    submenu: str = ""


MENUS = ("File", "Edit", "View", "Signal", "Select", "Mark", "Go", "Help")


def action_specs(do: Commands) -> tuple[ActionSpec, ...]:
    """All actions, in menu order."""
    marking, selecting = do.bench.marking, do.bench.selecting
    return (
        ActionSpec("open_folder", "File", "Open folder …", ("Ctrl+O",), do.ask_for_folder,
                   "folder", needs_recording=False),
        ActionSpec("open_file", "File", "Open file …", ("Ctrl+Shift+O",), do.ask_for_file,
                   "file", needs_recording=False),
        ActionSpec("demo", "File", "Open the demo", (), do.open_demo, "demo",
                   needs_recording=False),
        ActionSpec("read_again", "File", "Read again", ("F5",), do.read_again),
        ActionSpec("read_interleaved", "File", "Read as interleaved", (),
                   lambda: do.bench.recordings.read_as("interleaved"),
                   is_on=lambda: do.bench.recordings.layout == "interleaved"),
        ActionSpec("read_planar", "File", "Read as planar", (),
                   lambda: do.bench.recordings.read_as("planar"),
                   is_on=lambda: do.bench.recordings.layout == "planar"),
        ActionSpec("save_mask", "File", "Save mask", ("Ctrl+S",), do.save, "save",
                   starts_group=True),
        ActionSpec("save_copy", "File", "Save a copy of the mask …", ("Ctrl+Shift+S",),
                   do.save_copy),
        ActionSpec("revert", "File", "Revert to the saved mask", (),
                   lambda: do.bench.safekeeping.revert()),
        ActionSpec("export", "File", "Export …", ("Ctrl+E",), lambda: do.bench.exporting.show(),
                   starts_group=True),
        ActionSpec("save_picture", "File", "Save picture …", (),
                   lambda: do.bench.pictures.save_as()),
        ActionSpec("show_events", "File", "Show events …", (),
                   lambda: do.bench.events.ask_for_file(), starts_group=True),
        ActionSpec("hide_events", "File", "Hide events", (), lambda: do.bench.events.hide()),
        ActionSpec("import_marks", "File", "Import marks …", (),
                   lambda: do.bench.exchange.ask_for_files(), starts_group=True),
        ActionSpec("export_marks", "File", "Export marks …", (),
                   lambda: do.bench.exchange.ask_for_format()),
        ActionSpec("quit", "File", "Quit", ("Ctrl+Q",), do.quit, needs_recording=False,
                   role=QAction.MenuRole.QuitRole, starts_group=True),
        ActionSpec("undo", "Edit", "Undo", ("Ctrl+Z",), do.undo, "undo"),
        ActionSpec("redo", "Edit", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), do.redo, "redo"),
        ActionSpec("copy_samples", "Edit", "Copy the selected samples", ("Ctrl+C",),
                   lambda: do.bench.selected.copy_samples(), starts_group=True),
        ActionSpec("copy_picture", "Edit", "Copy picture", ("Ctrl+Shift+C",),
                   lambda: do.bench.pictures.copy()),
        ActionSpec("copy_value", "Edit", "Copy value", ("Ctrl+Shift+V",),
                   lambda: do.bench.measuring.copy_value()),
        ActionSpec("copy_figures", "Edit", "Copy what is measured", ("Shift+X",),
                   lambda: do.bench.measuring.copy_figures()),
        ActionSpec("gain_up", "View", "Taller traces", ("+", "="), do.gain_up, "plus"),
        ActionSpec("gain_down", "View", "Flatter traces", ("-",), do.gain_down, "minus"),
        ActionSpec("gain_fit", "View", "Gain that fits", ("0",), do.gain_fit),
        ActionSpec("same_gain", "View", "Same gain for all channels", ("Ctrl+0",),
                   lambda: do.bench.trace_looks.same_gain()),
        ActionSpec("clip_traces", "View", "Clip traces to their rows", (),
                   lambda: do.bench.trace_looks.toggle_clip(),
                   is_on=lambda: do.display.clipped),
        ActionSpec("butterfly", "View", "All traces on one line", ("L",),
                   lambda: do.bench.trace_looks.toggle_butterfly(),
                   is_on=lambda: do.display.butterfly),
        ActionSpec("dc", "View", "Take off the constant", ("D",), do.toggle_dc,
                   is_on=lambda: do.display.remove_dc, starts_group=True),
        ActionSpec("toggle_processing", "Signal", "Filter and reference on or off", ("P",),
                   lambda: do.bench.processing.toggle(),
                   is_on=lambda: do.display.processing.is_in_force),
        ActionSpec("edit_filter", "Signal", "Your own filter and reference …", ("Ctrl+F",),
                   lambda: do.bench.processing.show_dialog(), submenu="Filter"),
        ActionSpec("trend_off", "Signal", "Take off the linear trend", (),
                   lambda: do.bench.processing.toggle_trend(),
                   is_on=lambda: do.display.processing.in_force.detrend == "linear",
                   starts_group=True),
        ActionSpec("zscore", "Signal", "In standard deviations (z)", (),
                   lambda: do.bench.processing.toggle_zscore(),
                   is_on=lambda: do.display.processing.in_force.zscore),
        ActionSpec("inverted", "Signal", "Negative is up", (),
                   lambda: do.bench.processing.toggle_inverted(),
                   is_on=lambda: do.display.processing.in_force.inverted),
        ActionSpec("refer_average", "Signal", "Average of the selected channels", (),
                   lambda: do.bench.processing.refer_to("average"), submenu="Reference"),
        ActionSpec("refer_median", "Signal", "Median of the selected channels", (),
                   lambda: do.bench.processing.refer_to("median"), submenu="Reference"),
        ActionSpec("refer_channel", "Signal", "Against the selected channel", (),
                   lambda: do.bench.processing.refer_to("channel"), submenu="Reference"),
        ActionSpec("zoom_in", "View", "Zoom in", ("Ctrl++", "Ctrl+="), do.zoom_in),
        ActionSpec("zoom_out", "View", "Zoom out", ("Ctrl+-",), do.zoom_out),
        ActionSpec("rows_more", "View", "More channels at once", ("Ctrl+Up",), do.rows_more,
                   starts_group=True),
        ActionSpec("rows_fewer", "View", "Fewer channels at once", ("Ctrl+Down",), do.rows_fewer),
        ActionSpec("order_number", "View", "Order by number", (), do.order_by_number,
                   is_on=lambda: do.channels.order == "number", starts_group=True),
        ActionSpec("order_grid", "View", "Order by grid position", (), do.order_by_grid,
                   is_on=lambda: do.channels.order == "grid"),
        ActionSpec("order_measure", "View", "Order by the overview's measure", (),
                   do.order_by_measure, is_on=lambda: do.channels.order == "measure"),
        ActionSpec("colour_off", "View", "One colour for all traces", (),
                   lambda: do.bench.trace_looks.colour_by("off"),
                   is_on=lambda: do.display.colouring == "off", starts_group=True),
        ActionSpec("colour_row", "View", "Colour by row of the array", (),
                   lambda: do.bench.trace_looks.colour_by("row"),
                   is_on=lambda: do.display.colouring == "row"),
        ActionSpec("colour_column", "View", "Colour by column of the array", (),
                   lambda: do.bench.trace_looks.colour_by("column"),
                   is_on=lambda: do.display.colouring == "column"),
        ActionSpec("colour_board", "View", "Colour by circuit board of the array", (),
                   lambda: do.bench.trace_looks.colour_by("board"),
                   is_on=lambda: do.display.colouring == "board"),
        ActionSpec("hide_bad", "View", "Hide bad channels", ("H",), do.toggle_hide_bad,
                   is_on=lambda: do.channels.hide_bad, starts_group=True),
        ActionSpec("toggle_side", "View", "Recordings and channels", ("Ctrl+B",), do.toggle_side,
                   "sidebar", starts_group=True),
        ActionSpec("toggle_overview", "View", "Overview", ("V",), do.toggle_overview,
                   "overview", is_on=lambda: do.shows_overview),
        ActionSpec("toggle_dock", "View", "Bad spans and history", ("Ctrl+Shift+B",),
                   do.toggle_dock, "dock", is_on=lambda: do.shows_dock),
        ActionSpec("show_changes", "View", "Unsaved changes", ("Ctrl+D",),
                   lambda: do.bench.safekeeping.toggle_changes(),
                   is_on=lambda: do.bench.session.shows_changes),
        ActionSpec("toggle_map", "View", "Quality map, large", ("Shift+V",), do.toggle_map,
                   is_on=lambda: do.shows_map),
        ActionSpec("theme_system", "View", "Colours of the desktop", (), do.theme_system,
                   needs_recording=False, is_on=lambda: do.theme == "system", starts_group=True),
        ActionSpec("theme_light", "View", "Light colours", (), do.theme_light, "sun",
                   needs_recording=False, is_on=lambda: do.theme == "light"),
        ActionSpec("theme_dark", "View", "Dark colours", (), do.theme_dark, "moon",
                   needs_recording=False, is_on=lambda: do.theme == "dark"),
        ActionSpec("pan", "Mark", "Pan", (), do.pan_by_drag, "pan",
                   is_on=lambda: not do.marks_by_drag and not do.bench.measuring.is_on),
        ActionSpec("mark_bad", "Mark", "Mark bad", ("A",), do.mark_by_drag, "mark",
                   is_on=lambda: do.marks_by_drag),
        ActionSpec("measure", "Mark", "Measure", ("X",), lambda: do.bench.measuring.toggle(),
                   "measure", is_on=lambda: do.bench.measuring.is_on),
        ActionSpec("mark_selection", "Mark", "Mark the selected stretch", ("M",),
                   marking.mark_selection, starts_group=True),
        ActionSpec("unmark_selection", "Mark", "Un-mark the selected stretch", ("U",),
                   marking.unmark_selection),
        ActionSpec("unmark_spans", "Mark", "Un-mark selected spans", ("Delete",),
                   marking.unmark_selected),
        ActionSpec("resize_spans", "Mark", "Grow, fill, drop …", (), do.resize_spans),
        ActionSpec("toggle_bad", "Mark", "Selected channels bad or good", ("B",),
                   marking.toggle_bad, "bad", starts_group=True),
        ActionSpec("invert_channels", "Mark", "Exchange bad and good channels", (),
                   marking.invert_channels),
        ActionSpec("all_good", "Mark", "All channels good", (), marking.all_good),
        ActionSpec("channels_as_saved", "Mark", "Channels as saved", (),
                   marking.channels_as_saved),
        ActionSpec("carry_marks", "Mark", "Carry marks to other files …", (),
                   lambda: do.bench.siblings.ask(), starts_group=True),
        ActionSpec("selection_start", "Select", "Start the selection at the mouse", ("I",),
                   selecting.set_start),
        ActionSpec("selection_stop", "Select", "Stop the selection at the mouse", ("O",),
                   selecting.set_stop),
        ActionSpec("select_window", "Select", "Select this window", (), selecting.select_window,
                   starts_group=True),
        ActionSpec("select_recording", "Select", "Select the whole recording", (),
                   selecting.select_recording),
        ActionSpec("select_between", "Select", "Select between the bad spans here", (),
                   selecting.select_between_spans),
        ActionSpec("show_selection", "Select", "Zoom to the selection", ("F",),
                   selecting.show_selection, starts_group=True),
        ActionSpec("select_all", "Select", "Select all channels", ("Ctrl+A",), do.select_all,
                   starts_group=True),
        ActionSpec("escape", "Select", "Give up drag, mode or selection", ("Escape",),
                   selecting.escape),
        ActionSpec("step_back", "Go", "A quarter back", ("Left",), do.step_back),
        ActionSpec("step_forward", "Go", "A quarter on", ("Right",), do.step_forward),
        ActionSpec("page_back", "Go", "A window back", ("PgUp", "Shift+Left"), do.page_back,
                   "previous"),
        ActionSpec("page_forward", "Go", "A window on", ("PgDown", "Shift+Right"),
                   do.page_forward, "next"),
        ActionSpec("go_start", "Go", "Start of the recording", ("Home",), do.go_start, "first"),
        ActionSpec("go_end", "Go", "End of the recording", ("End",), do.go_end, "last"),
        ActionSpec("go_to", "Go", "Go to a time …", ("G",), do.ask_for_time),
        ActionSpec("next_span", "Go", "Next bad span", ("Ctrl+Right", "."), marking.next_span,
                   starts_group=True),
        ActionSpec("previous_span", "Go", "Previous bad span", ("Ctrl+Left", ","),
                   marking.previous_span),
        ActionSpec("next_of_kind", "Go", "Next of its kind", ("Ctrl+Shift+Right",),
                   marking.next_of_kind),
        ActionSpec("previous_of_kind", "Go", "Previous of its kind", ("Ctrl+Shift+Left",),
                   marking.previous_of_kind),
        ActionSpec("next_event", "Go", "Next event", ("N",), lambda: do.bench.events.next(),
                   starts_group=True),
        ActionSpec("previous_event", "Go", "Previous event", ("Shift+N",),
                   lambda: do.bench.events.previous()),
        ActionSpec("rows_up", "Go", "Channels up", ("Up",), do.rows_up, starts_group=True),
        ActionSpec("rows_down", "Go", "Channels down", ("Down",), do.rows_down),
        ActionSpec("next_recording", "Go", "Next recording", ("Ctrl+PgDown",), do.next_recording,
                   needs_recording=False, starts_group=True),
        ActionSpec("previous_recording", "Go", "Previous recording", ("Ctrl+PgUp",),
                   do.previous_recording, needs_recording=False),
        ActionSpec("keys", "Help", "Keys", ("?", "F1"), do.show_keys, "keyboard",
                   needs_recording=False),
        ActionSpec("about", "Help", "About ecogview", (), do.about, needs_recording=False,
                   role=QAction.MenuRole.AboutRole),
    )  # fmt: skip


def build_actions(specs: tuple[ActionSpec, ...], parent: QObject) -> dict[str, QAction]:
    """QActions of the specs, by id; their tooltips name their keys."""
    built = {}
    for spec in specs:
        action = QAction(spec.text, parent)
        action.setObjectName(spec.id)
        action.setMenuRole(spec.role)
        sequences = [QKeySequence(key) for key in spec.keys]
        action.setShortcuts(sequences)
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(spec.text.removesuffix(" …") + (f" ({key})" if key else ""))
        action.setCheckable(spec.is_on is not None)
        if spec.icon:
            action.setIcon(icon(spec.icon))
        action.triggered.connect(lambda _checked, run=spec.run: run())
        built[spec.id] = action
    return built


def menu_layout(specs: tuple[ActionSpec, ...]) -> list[tuple[str, list[str | None]]]:
    """Menus with the ids of their actions; None is a separator."""
    menus: list[tuple[str, list[str | None]]] = []
    for menu in MENUS:
        entries: list[str | None] = []
        for spec in specs:
            if spec.menu == menu and not spec.submenu:
                if spec.starts_group and entries:
                    entries.append(None)
                entries.append(spec.id)
        menus.append((f"&{menu}", entries))
    return menus


def key_groups(specs: tuple[ActionSpec, ...]) -> KeyGroups:
    """Keys by menu, for the sheet that `?` shows, after what the mouse does."""
    groups: KeyGroups = [
        (
            "Mouse",
            [
                ("Wheel or drag", "Move in time"),
                ("Shift+wheel", "Move through channels"),
                ("Ctrl+wheel", "Zoom time at the cursor"),
                ("Click a label", "Channel bad or good; drag: several"),
                ("Ctrl+click a label", "Select channels; Shift: all up to it"),
                ("Wheel on a label", "Its gain; pressed: as all again"),
                ("Shift+drag", "Select a stretch"),
                ("A, then drag", "Mark bad; Ctrl un-marks, Alt: no snap"),
                ("Click or drag a tab", "Select or change a bad span"),
                ("X, then click or drag", "Measure; cursors can be dragged"),
            ],
        )
    ]
    for menu in MENUS:
        keys: list[tuple[tuple[str, ...] | str, str]] = [
            (
                tuple(
                    QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
                    for key in spec.keys
                ),
                spec.text.removesuffix(" …"),
            )
            for spec in specs
            if spec.menu == menu and spec.keys
        ]
        if keys:
            groups.append((menu, keys))
    return groups
