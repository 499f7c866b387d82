"""The selected stretch of time, set by keys, and what Escape gives up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecogview.model.spans import NO_SPANS
from ecogview.model.time_window import TimeWindow

if TYPE_CHECKING:
    from ecogview.app.wiring import Workbench


class Selecting:
    """Sets the stretch that is to be marked, un-marked, shown or exported. GUI thread only."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._session = bench.session

    def set_start(self) -> None:
        """Let the stretch start under the mouse; without it, where the window does."""
        self._set_end_at(self._sample_under_mouse(self._session.window.start), is_start=True)

    def set_stop(self) -> None:
        """Let the stretch stop under the mouse; without it, where the window does."""
        self._set_end_at(self._sample_under_mouse(self._session.window.stop), is_start=False)

    def _sample_under_mouse(self, otherwise: int) -> int:
        traces = self._bench.window.traces
        mouse = traces.canvas.mouse
        return otherwise if mouse is None else traces.marking.snapped(mouse.x())

    def _set_end_at(self, sample: int, *, is_start: bool) -> None:
        session, gestures = self._session, self._bench.window.traces.marking
        other = gestures.pending
        if session.selection is not None:
            other = session.selection[1 if is_start else 0]
        if other is None or (sample >= other if is_start else sample <= other):
            session.select(None)
            gestures.set_pending(sample)
            key = "O sets its end" if is_start else "I sets its start"
            self._bench.messages.info(f"One end of the selection is set: {key}", key="selected")
        else:
            session.select((sample, other))
            self._bench.messages.withdraw("selected")

    def select_window(self) -> None:
        self._session.select((self._session.window.start, self._session.window.stop))

    def select_recording(self) -> None:
        self._session.select((0, self._session.window.n_samples))

    def select_between_spans(self) -> None:
        """Select what lies between the first and the last bad span that are selected.

        With fewer than two: between the bad spans around the middle of the window.
        """
        chosen = self._session.selected_spans
        if len(chosen) < 2:
            self._select_between_neighbours()
            return
        start, stop = int(chosen.bounds[:, 1].min()), int(chosen.bounds[:, 0].max())
        if start < stop:
            self._session.select((start, stop))
        else:
            self._bench.messages.info("Nothing lies between the selected spans")

    def _select_between_neighbours(self) -> None:
        session = self._session
        if session.mask is None:
            return
        bad, middle = session.mask.bad, session.window.start + session.window.length // 2
        if bad.at(middle) is not None:
            self._bench.messages.info("The middle of the window is bad: scroll to a good place")
            return
        before, after = bad.preceding(middle), bad.following(middle)
        stop = session.window.n_samples if after is None else after[0]
        session.select((0 if before is None else before[1], stop))

    def show_selection(self) -> None:
        """Zoom to the stretch."""
        session = self._session
        if session.selection is None:
            self._bench.messages.info("Select a stretch first: Shift+drag, or I and O")
            return
        start, stop = session.selection
        session.set_window(TimeWindow.clamped(start, stop - start, session.window.n_samples))

    def escape(self) -> None:
        """Give up one thing.

        A drag, marking, measuring cursors, measuring, the stretch, selected spans or channels.
        """
        session, traces = self._session, self._bench.window.traces
        if traces.cancel_gesture():
            return
        if traces.marking.pending is not None:
            traces.marking.set_pending(None)
            self._bench.messages.withdraw("selected")
        elif traces.marking.is_on:
            traces.marking.set_on(on=False)
        elif self._bench.measuring.give_up():
            return
        elif session.selection is not None:
            session.select(None)
        elif len(session.selected_spans):
            session.select_spans(NO_SPANS)
        else:
            session.channels.select(())
