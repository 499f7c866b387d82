"""The menu of a right click on the traces, their labels or the tabs of bad spans."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from PyQt6.QtWidgets import QMenu

from ecogview.dsp.reference import Reference
from ecogview.dsp.runs import Runs
from ecogview.errors import printable
from ecogview.model.clock import decimals_for, format_time
from ecogview.model.span_edit import unmark_spans
from ecogview.views.span_drag import spans_at

if TYPE_CHECKING:
    from ecogview.app.wiring import Workbench


def fill_traces_menu(
    menu: QMenu, bench: Workbench, sample: float | None, channel: int | None
) -> None:
    """Fill it with what can be done with the bad spans, the channel and the stretch there."""
    menu.clear()
    if sample is not None:
        _add_spans(menu, bench, math.floor(sample))
    if channel is not None:
        _add_channel(menu, bench, channel)
    actions = bench.actions
    _add_values(menu, bench, sample, channel)
    if bench.session.selection is not None:
        menu.addSeparator()
        for name in ("mark_selection", "unmark_selection", "show_selection"):
            menu.addAction(actions[name])
    menu.addSeparator()
    names = ("select_window", "select_between") if channel is None or sample is not None else (
        "invert_channels", "all_good", "channels_as_saved"
    )  # fmt: skip
    for name in (*names, "undo"):
        menu.addAction(actions[name])


def _add_values(menu: QMenu, bench: Workbench, sample: float | None, channel: int | None) -> None:
    if sample is not None and channel is not None:
        menu.addSeparator()
        menu.addAction("Copy value", lambda: bench.measuring.copy_value_of(sample, channel))
    if bench.window.traces.measuring.cursors.span is not None:
        menu.addAction(bench.actions["copy_figures"])


def _add_spans(menu: QMenu, bench: Workbench, sample: int) -> None:
    session, marking = bench.session, bench.marking
    if session.mask is None or session.info is None:
        return
    rate, mask = session.info.sampling_rate, session.mask
    decimals = decimals_for(1 / rate)
    for span in spans_at(mask, sample):
        where = f"{span.kind} at {format_time(span.start / rate, decimals)}"
        menu.addSection(f"{where}, {(span.stop - span.start) / rate:,.{decimals}f} s")
        only = Runs.of([(span.start, span.stop)])
        menu.addAction("Un-mark it", lambda only=only: marking.apply(unmark_spans(mask, only)))
        menu.addAction("Show it in the table", lambda span=span: marking.show_in_table(span))
        menu.addAction(
            "Select its stretch", lambda span=span: session.select((span.start, span.stop))
        )


def _add_channel(menu: QMenu, bench: Workbench, channel: int) -> None:
    session, marking = bench.session, bench.marking
    if session.info is None:
        return
    label = printable(session.info.channels[channel].label).replace("&", "&&")
    is_bad = channel in session.bad_channels
    menu.addSection(label)
    menu.addAction(
        f"Mark {label} {'good' if is_bad else 'bad'}",
        lambda: marking.mark_channels([channel], bad=not is_bad),
    )
    selected = session.channels.selected
    if selected and selected != {channel}:
        menu.addAction(bench.actions["toggle_bad"])
    _add_references(menu, bench, channel, label)
    gains = session.channels.gains
    if channel in gains.own:
        menu.addAction(f"Gain of {label} as of all", lambda: gains.reset([channel]))
    menu.addAction(f"Hide {label}", lambda: session.channels.set_visible([channel], visible=False))


def _add_references(menu: QMenu, bench: Workbench, channel: int, label: str) -> None:
    processing, selected = bench.processing, bench.session.channels.selected
    if processing.now.reference == Reference("channel", (channel,)):
        as_recorded = replace(processing.now, reference=Reference())
        menu.addAction("Reference as recorded", lambda: processing.choose(as_recorded))
    else:
        menu.addAction(
            f"Reference against {label}", lambda: processing.refer_to("channel", (channel,))
        )
    if len(selected) > 1:
        for name in ("refer_average", "refer_median"):
            menu.addAction(bench.actions[name])
