"""Events from a file: showing them, hiding them, going from one to the next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QFileDialog

from ecogview.data.events_file import SUFFIXES, EventTable, events_beside, read_events
from ecogview.data.recording import RecordingInfo
from ecogview.errors import in_words
from ecogview.model.clock import decimals_for, format_time
from ecogview.model.events import NO_EVENTS, EventList
from ecogview.services.messages import Action
from ecogview.views.follow import follow

if TYPE_CHECKING:
    from ecogview.app.wiring import Workbench

_FILTER = f"Events ({' '.join(f'*{suffix}' for suffix in SUFFIXES)});;All files (*)"


class EventFiles(QObject):
    """Shows the events of a file over the traces. GUI thread only.

    A file beside the recording that is named like it is offered, and never read unasked.
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._bench = bench
        self._session = bench.session
        self._events = bench.window.traces.event_layer.events
        self._table: EventTable | None = None
        self._recording: Path | None = None
        self._beside: Path | None = None
        self._wanted: Path | None = None
        follow(self._session.recording_changed, self._on_recording_changed)

    @property
    def are_shown(self) -> bool:
        return bool(len(self._events.shown))

    # -- files

    def ask_for_file(self) -> None:
        """Ask for a file of events and show it."""
        info, shown = self._session.info, self._events.shown.path
        if info is None:
            return
        start = shown or self._beside or info.path.parent
        chosen, _ = QFileDialog.getOpenFileName(
            self._bench.window, "Show events", str(start), _FILTER
        )
        if chosen:
            self.open(Path(chosen))

    def open(self, path: Path) -> None:
        """Read events beside the GUI thread, and show them in place of others."""
        info = self._session.info
        self._wanted = path

        def done(table: EventTable) -> None:
            if self._wanted is path and self._session.info is info and info is not None:
                self._show(table, info)

        def failed(error: Exception) -> None:
            if self._wanted is path:
                self._bench.messages.error(
                    f"No events can be read from {path.name}.", in_words(error), key="events"
                )

        self._bench.measuring.reads.run(lambda: read_events(path), done, failed)

    def _show(self, table: EventTable, info: RecordingInfo) -> None:
        self._table = table
        events = EventList.of(table, info)
        self._events.show(events)
        messages, notes = self._bench.messages, list(table.notes)
        if events.n_outside:
            notes.append(f"left out, outside the recording: {events.n_outside:,}")
        messages.withdraw("events")
        said = f"Events shown: {len(events):,}"
        if notes:
            messages.warning(said, "; ".join(notes), key="events")
        else:
            messages.info(said, "N goes to the next, Shift+N back", key="events")

    def hide(self) -> None:
        """Show no events any more."""
        if not self.are_shown:
            self._bench.messages.info("No events are shown")
        self._table = self._wanted = None
        self._events.show(NO_EVENTS)

    # -- following

    def _on_recording_changed(self) -> None:
        info = self._session.info
        path = None if info is None else info.path
        if path == self._recording and info is not None and self._table is not None:
            self._events.show(EventList.of(self._table, info))  # read again: it may be longer
            return
        self._recording, self._beside, self._table, self._wanted = path, None, None, None
        self._events.show(NO_EVENTS)
        self._bench.messages.withdraw("events")
        if path is not None:
            self._bench.measuring.reads.run(
                lambda: events_beside(path), lambda found: self._offer(path, found), lambda _: None
            )

    def _offer(self, recording: Path, found: Path | None) -> None:
        if found is None or recording != self._recording or self._wanted is not None:
            return
        self._beside = found
        self._bench.messages.info(
            f"There are events beside this recording: {found.name}",
            actions=(Action("Show events", lambda: self.open(found)),),
            key="events",
        )

    # -- going from one to the next

    def next(self) -> None:
        self._go(1)

    def previous(self) -> None:
        self._go(-1)

    def _go(self, step: Literal[-1, 1]) -> None:
        events, session, info = self._events, self._session, self._session.info
        if info is None:
            return
        if not self.are_shown:
            self._bench.messages.info("No events are shown: open some with File, Show events")
            return
        found = events.neighbour(session.window.start, session.window.stop, step)
        if found is None:
            self._bench.messages.info(f"No event {'after' if step > 0 else 'before'} this")
            return
        sample = int(events.shown.samples[found])
        events.go_to(found)
        session.set_window(session.window.showing(sample, sample + 1))
        label, rate = events.shown.label(found), info.sampling_rate
        name = f"{label}   " if label else ""
        time = format_time(sample / rate, decimals_for(1 / rate))
        self._bench.messages.info(
            f"{name}{time}", f"event {found + 1:,} of {len(events.shown):,}", key="event"
        )
