"""What marks channels and spans of time, whatever way it is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from ecogview.app.undo import MaskCommand
from ecogview.data.lab_name import UNMASKED_TYPES
from ecogview.data.mask_tracks import MaskTracks
from ecogview.data.recording import RecordingInfo
from ecogview.dsp.runs import Runs
from ecogview.model.edit_text import edit_text
from ecogview.model.mask import Kind, MaskEdit, channels_as_in, invert_channels, mark_channels
from ecogview.model.span_choice import manual_span_in, neighbour
from ecogview.model.span_edit import mark_spans, move_span, unmark_spans
from ecogview.model.spans import Span, SpanRows
from ecogview.services.messages import Action

if TYPE_CHECKING:
    from ecogview.app.wiring import Workbench


class Marking:
    """Makes every edit of the mask one step that can be undone, and says it. GUI thread only."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._session = bench.session
        self._told_of: RecordingInfo | None = None
        # What is offered to be undone must be the last step: the history goes elsewhere, too.
        bench.undo_stack.indexChanged.connect(self._on_step)

    def close(self) -> None:
        """Follow no longer: the stack says a last time that it is empty when Qt deletes it."""
        self._bench.undo_stack.indexChanged.disconnect(self._on_step)

    def _on_step(self) -> None:
        self._bench.messages.withdraw("marked")

    # -- edits

    def apply(self, edit: MaskEdit, text: str = "") -> None:
        """Make an edit one step; `text` says what it does, by default found out."""
        session = self._session
        if not edit or session.info is None:
            return
        text = text or edit_text(edit, session.info)
        self._bench.undo_stack.push(MaskCommand(session, edit, text))
        self.say(text)
        if session.info.rec_type in UNMASKED_TYPES and self._told_of is not session.info:
            self._told_of = session.info
            self._bench.messages.warning(
                f"The lab's scripts read no mask for {session.info.rec_type} files.",
                "Marks are saved all the same, and ecogview obeys them.",
                key="type",
            )

    def say(self, text: str) -> None:
        """Say what was done to the marks, and offer to undo it."""
        undo = Action("Undo", self._bench.commands.undo)
        self._bench.messages.info(text, actions=(undo,), key="marked")

    def mask(self) -> MaskTracks | None:
        """The mask if it can be edited; if not, the user is told why."""
        session = self._session
        if session.mask is None and session.info is not None:
            why = "cannot be read" if session.mask_error else "is still being read"
            self._bench.messages.info(
                f"The mask {why}: nothing can be marked",
                actions=self._bench.saving.new_mask_actions(),
                key="unreadable",
            )
        return session.mask

    # -- channels

    def toggle_bad(self) -> None:
        """Toggle the selected channels, or the one under the cursor, as one step."""
        channels = self._session.channels
        chosen = sorted(channels.selected)
        if not chosen and channels.hovered is not None:
            chosen = [channels.hovered]
        if not chosen:
            self._bench.messages.info("Point at a channel first, or select some with Ctrl+click")
            return
        bad = self._session.bad_channels
        self.mark_channels(chosen, bad=not all(c in bad for c in chosen))

    def mark_channels(self, channels: Iterable[int], *, bad: bool) -> None:
        """Set channels bad or good, as one step that can be undone."""
        if (mask := self.mask()) is not None:
            self.apply(mark_channels(mask, channels, bad=bad))

    def on_mark_requested(self, channels: Iterable[int], bad: bool) -> None:  # noqa: FBT001  a slot
        self.mark_channels(channels, bad=bad)

    def invert_channels(self) -> None:
        if (mask := self.mask()) is not None:
            self.apply(invert_channels(mask), "Bad and good channels exchanged")

    def all_good(self) -> None:
        mask = self.mask()
        if mask is not None and not self._session.bad_channels:
            self._bench.messages.info("All channels are good")
        elif mask is not None:
            self.apply(
                mark_channels(mask, self._session.bad_channels, bad=False), "All channels good"
            )

    def channels_as_saved(self) -> None:
        """Make the channels what the mask on the disk says of them."""
        mask, saved = self.mask(), self._session.saved_mask
        if mask is None or saved is None:
            return
        edit = channels_as_in(mask, saved)
        if edit:
            self.apply(edit, "Channels as they were saved")
        else:
            self._bench.messages.info("The channels are as they were saved")

    # -- spans

    def mark_span(self, span: tuple[int, int], *, bad: bool = True) -> None:
        """Mark samples ``[start, stop)`` by hand, or un-mark them, of whatever kind."""
        if (mask := self.mask()) is None:
            return
        edit = (mark_spans if bad else unmark_spans)(mask, Runs.of([span]))
        self.apply(edit)
        if not edit:
            self._bench.messages.info(
                "All of that is marked already" if bad else "Nothing is marked there"
            )

    def move_span(self, old: tuple[int, int], new: tuple[int, int]) -> None:
        """Give a span that was marked by hand a new start and stop; selected alone, it stays so."""
        session = self._session
        if (mask := self.mask()) is None:
            return
        chosen = session.selected_spans
        is_selected = len(chosen) == 1 and chosen[0] == ("manual", *old)
        edit = move_span(mask, old, new)
        self.apply(edit)
        if not edit:
            self._bench.messages.info("Detectors found all of that: nothing would change")
        elif is_selected and session.mask is not None:
            # It may have joined another, or lost what a detector had found.
            self._select(manual_span_in(session.mask, *new))

    def _select(self, span: Span | None) -> bool:
        """Select a span if it is there."""
        mask = self._session.mask
        if mask is None or span is None:
            return False
        rows = SpanRows.of(mask)
        row = rows.index(span)
        if row is not None:
            self._session.select_spans(rows.take([row]))
        return row is not None

    def mark_selection(self) -> None:
        self._edit_selection(bad=True)

    def unmark_selection(self) -> None:
        self._edit_selection(bad=False)

    def _edit_selection(self, *, bad: bool) -> None:
        if self._session.selection is None:
            self._bench.messages.info("Select a stretch first: Shift+drag, or I and O")
        else:
            self.mark_span(self._session.selection, bad=bad)

    def unmark_selected(self) -> None:
        """Un-mark the bad spans that are selected."""
        chosen = self._session.selected_spans
        if not len(chosen) and self._session.selection is not None:
            self._bench.messages.info("No bad span is selected; U un-marks the selected stretch")
        elif not len(chosen):
            self._bench.messages.info("Select bad spans first: click their tabs or table rows")
        elif (mask := self.mask()) is not None:
            self.apply(unmark_spans(mask, chosen.runs()))

    # -- going from span to span

    def next_span(self) -> None:
        self._go_to_neighbour(1, same_kind=False)

    def previous_span(self) -> None:
        self._go_to_neighbour(-1, same_kind=False)

    def next_of_kind(self) -> None:
        self._go_to_neighbour(1, same_kind=True)

    def previous_of_kind(self) -> None:
        self._go_to_neighbour(-1, same_kind=True)

    def go_to(self, span: Span) -> None:
        """Select a bad span and show it."""
        if self._select(span):
            self._session.set_window(self._session.window.showing(span.start, span.stop))

    def show_in_table(self, span: Span) -> None:
        """Select a bad span, and show its row in the dock."""
        self._bench.window.set_dock("shown")
        self.go_to(span)

    def _go_to_neighbour(self, direction: Literal[-1, 1], *, same_kind: bool) -> None:
        session = self._session
        if session.mask is None:
            return
        chosen, window = session.selected_spans, session.window
        last = chosen[len(chosen) - 1 if direction > 0 else 0] if len(chosen) else None
        # From a span that was scrolled away, what is in view counts.
        if last is not None and not (last.stop > window.start and last.start < window.stop):
            last = None
        kind: Kind | None = last.kind if same_kind and last is not None else None
        # Arriving at a span leaves a third of the window before it: seek from there.
        from_sample = window.start if direction > 0 else window.stop
        found = neighbour(
            session.mask, from_sample - (direction > 0), direction, kind=kind, after=last
        )
        if found is not None:
            self.go_to(found)
            return
        what = "bad span" if kind is None else f"{kind} span"
        self._bench.messages.info(f"No {what} {'after' if direction > 0 else 'before'} this")
