"""What a plain drag over the traces does, and where the window says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QPoint
from PyQt6.QtWidgets import QMenu

from ecogview.app.measuring import IDLE as MEASURING
from ecogview.app.traces_menu import fill_traces_menu
from ecogview.views.message_bar import Idle

if TYPE_CHECKING:
    from ecogview.app.wiring import Workbench

PANNING = Idle(
    "Drag to move",
    "A: mark bad spans   Click a label: bad channel   ?: all keys   Shift+drag to select",
)
MARKING = Idle(
    "Drag to mark",
    "Ctrl+drag to un-mark   Alt: no snapping   A or Esc: back to pan",
    "mark",
    "manual",
)


class Modes:
    """Joins the gestures over the traces to what they do. GUI thread only."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self.menu = QMenu(bench.window)
        traces, marking = bench.window.traces, bench.marking
        traces.channel_clicked.connect(bench.commands.click_channel)
        traces.channels_marked.connect(marking.on_mark_requested)
        traces.menu_requested.connect(self._show_menu)
        gestures = traces.marking
        gestures.mode_changed.connect(self._on_mode_changed)
        traces.measuring.mode_changed.connect(self.show_idle)
        gestures.mark_requested.connect(marking.mark_span)
        gestures.unmark_requested.connect(lambda span: marking.mark_span(span, bad=False))
        gestures.move_requested.connect(marking.move_span)
        gestures.blocked.connect(marking.mask)
        gestures.refused.connect(bench.messages.info)

    def show_idle(self) -> None:
        """Say in the status bar what the mouse does, while there is nothing else to say."""
        bench = self._bench
        idle = Idle() if bench.session.info is None else PANNING
        if bench.measuring.is_on:
            idle = MEASURING
        elif bench.window.traces.marking.is_on:
            idle = MARKING
        bench.window.status.set_idle(idle)

    def _on_mode_changed(self, is_on: bool) -> None:  # noqa: FBT001  a Qt slot
        self._bench.actions["mark_bad"].setChecked(is_on)
        self._bench.actions["pan"].setChecked(not is_on)
        self.show_idle()

    def _show_menu(self, place: QPoint, sample: float | None, channel: int | None) -> None:
        fill_traces_menu(self.menu, self._bench, sample, channel)
        self.menu.popup(place)
