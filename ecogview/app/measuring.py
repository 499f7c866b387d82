"""Measuring between two cursors, and values for the clipboard."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QTimer
from PyQt6.QtGui import QGuiApplication

from ecogview.app.recorded_values import RecordedValues
from ecogview.data.marks_table import seconds_cell, text_cell
from ecogview.errors import in_words
from ecogview.services.measuring import (
    Measurement,
    MeasureRequest,
    Measuring,
    extreme_between,
    value_at,
)
from ecogview.services.shown_samples import ShownAs
from ecogview.services.tasks import Tasks
from ecogview.views.amounts import format_shown
from ecogview.views.follow import follow
from ecogview.views.measure_card import copied_text, measured_channels, number_cell
from ecogview.views.measure_gestures import ExtremeGuess
from ecogview.views.message_bar import Idle
from ecogview.views.sample_values import format_place, format_value
from ecogview.views.shown_names import NO_NEIGHBOUR, names_of

if TYPE_CHECKING:
    from ecogview.app.wiring import Workbench

_LONG_BYTES = 8 << 20  # 6 ms to read: longer stretches wait until a cursor stands still
_STILL_MS = 120
_JOIN_S = 5.0
IDLE = Idle(
    "Click to set A, then B",
    "Snaps to extremes, with Alt not   Shift+X copies   X or Esc: back to pan",
    "measure",
    "accent",
)


class MeasuringCursors(QObject):
    """Joins the cursors of the traces to what measures between them. GUI thread only.

    `reads` runs what reads files that the user asked to see, beside saving.
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._bench = bench
        self._session = bench.session
        self._gestures = bench.window.traces.measuring
        self._service = Measuring(self)
        self.reads = Tasks("reads", self, join_s=_JOIN_S)  # no save waits for a slow share
        self._recorded = RecordedValues(bench, self)
        self._wanted: MeasureRequest | None = None
        self._is_closed = False
        self._still = QTimer(self)
        self._still.setSingleShot(True)
        self._still.setInterval(_STILL_MS)
        self._still.timeout.connect(self._submit)
        self._service.measured.connect(self._on_measured)
        self._gestures.mode_changed.connect(self._on_mode_changed)
        self._gestures.extreme_guessed.connect(self._find_extreme)
        bench.window.traces.marking.mode_changed.connect(self._on_marking)
        follow(self._gestures.cursors.changed, self._on_cursors_changed)
        follow(self._session.display_changed, self._on_shown_changed)
        follow(self._session.mask_changed, self._on_shown_changed)

    @property
    def is_on(self) -> bool:
        """Whether a plain click measures."""
        return self._gestures.is_on

    def set_on(self, *, on: bool) -> None:
        self._gestures.set_on(on=on)

    def toggle(self) -> None:
        """Turn measuring on; X once more turns it off, the cursors stay."""
        self._gestures.set_on(on=not self.is_on)

    def give_up(self) -> bool:
        """Take the cursors away, then leave the mode; False if there is neither."""
        if self._gestures.cursors.places:
            self._gestures.cursors.clear()
        elif self.is_on:
            self.set_on(on=False)
        else:
            return False
        return True

    def close(self) -> None:
        """End the threads. Idempotent."""
        self._is_closed = True  # what was asked for may still be answered
        self._still.stop()
        self._service.close()
        self._recorded.close()
        self.reads.close()

    # -- mode

    def _on_mode_changed(self, is_on: bool) -> None:  # noqa: FBT001  a Qt slot
        marking, actions = self._bench.window.traces.marking, self._bench.actions
        if is_on:
            marking.set_on(on=False)
        name = "measure" if is_on else "mark_bad" if marking.is_on else "pan"
        actions[name].setChecked(True)

    def _on_marking(self, is_on: bool) -> None:  # noqa: FBT001  a Qt slot
        if is_on:
            self.set_on(on=False)

    # -- measuring

    def _on_cursors_changed(self) -> None:
        span, source = self._gestures.cursors.span, self._bench.recordings.shown_source
        wanted = self._wanted
        if span is None or source is None:
            self._wanted = None
            self._still.stop()
            self._gestures.set_measurement(None)
            return
        asked = MeasureRequest(source, *span, self._shown_as())
        if wanted is not None and _are_alike(asked, wanted):
            return
        self._wanted = asked
        info = self._session.info
        row_bytes = 0 if info is None else info.n_channels * info.dtype.itemsize
        if (span[1] - span[0]) * row_bytes > _LONG_BYTES:
            self._still.start()
        else:
            self._submit()

    def _on_shown_changed(self) -> None:
        if self._wanted is not None:
            self._on_cursors_changed()

    def _shown_as(self) -> ShownAs | None:
        """What the display makes of samples; None where they are as recorded."""
        applied, display = self._session.processing, self._session.display
        estimate = self._bench.window.traces.canvas.estimate
        if applied is None or estimate is None:
            return None
        adds_constant = applied.processing.keeps_constant and not display.remove_dc
        return ShownAs(applied, estimate, adds_constant)

    def _submit(self) -> None:
        self._still.stop()
        if self._wanted is not None:
            self._service.submit(self._wanted)

    def _on_measured(self, measurement: Measurement) -> None:
        if measurement.request is not self._wanted or self._is_closed:
            return
        self._gestures.set_measurement(measurement)
        if measurement.failure is not None:
            self._bench.messages.error(
                "This stretch cannot be measured.", in_words(measurement.failure), key="measured"
            )
        elif measurement.is_complete:
            self._bench.messages.withdraw("measured")

    def _find_extreme(self, guess: ExtremeGuess) -> None:
        """Move a cursor to the very sample of an extreme of which only the column is known."""
        source, n_samples = self._bench.recordings.shown_source, self._session.window.n_samples
        if source is None:
            return
        extreme, cursors = guess.extreme, self._gestures.cursors
        last, shown = min(extreme.last, n_samples - 1), self._shown_as()

        def found(sample: int) -> None:
            if self._is_closed or source is not self._bench.recordings.shown_source:
                return
            for which, place in enumerate(cursors.places):
                if place == guess.sample and which != self._gestures.dragged:
                    cursors.move(which, sample)

        self.reads.run(
            lambda: extreme_between(
                source, guess.channel, extreme.first, last, highest=extreme.highest, shown=shown
            ),
            found,
            self._say_unread,
        )

    def _say_unread(self, error: Exception) -> None:
        if not self._is_closed:
            text = "The value cannot be read."
            self._bench.messages.error(text, in_words(error), key="measured")

    # -- the clipboard

    def copy_value(self) -> None:
        """Copy the value of the sample under the mouse."""
        canvas, channel = self._bench.window.traces.canvas, self._session.channels.hovered
        if canvas.mouse is None or channel is None:
            self._bench.messages.info("Point at a trace first")
        else:
            self.copy_value_of(canvas.sample_at(canvas.mouse.x()), channel)

    def copy_value_of(self, place: float, channel: int) -> None:
        """Copy the sample nearest to a place, as label, seconds, value and unit with tabs.

        The value is that in the file. Where it is processed what is shown, its unit and of which
        electrodes that is follow.
        """
        info, source = self._session.info, self._bench.recordings.shown_source
        if info is None or source is None:
            return
        sample = min(max(math.floor(place + 0.5), 0), info.n_samples - 1)

        shown = self._shown_as()

        def read() -> tuple[float, ...]:
            kinds = (None,) if shown is None else (None, shown)
            return tuple(value_at(source, sample, channel, kind) for kind in kinds)

        def done(values: tuple[float, ...]) -> None:
            if self._is_closed:
                return
            label, messages = info.channels[channel].label, self._bench.messages
            time_s = seconds_cell(sample / info.sampling_rate)
            cells = [text_cell(label), time_s, number_cell(values[0]), info.units]
            told = f"{label}   {format_value(values[0], info, with_units=True)}"
            if shown is not None:
                units, names = shown.units(info.units), names_of(info, shown.applied)
                cells += [number_cell(values[1]), units, text_cell(names.told(channel))]
                of_two = f" of {names.name(channel)}" if names.is_of_two(channel) else ""
                amount = format_shown(values[1], units)
                as_shown = NO_NEIGHBOUR if names.lacks_neighbour(channel) else f"shown {amount}"
                told += f" in the file, {as_shown}{of_two}"
            _copy("\t".join(cells))
            messages.info(f"Copied: {told}", format_place(sample, info), key="copied")

        self.reads.run(read, done, self._say_unread)

    def copy_figures(self) -> None:
        """Copy what is measured between the cursors, of the selected channels, as a table."""
        gestures, messages, info = self._gestures, self._bench.messages, self._session.info
        measurement = gestures.measurement
        channels = measured_channels(self._session, gestures.cursors.channel)
        if info is None or gestures.cursors.span is None:
            messages.info("Set two cursors first: X, then click twice")
        elif measurement is None or measurement.request is not self._wanted:
            messages.info("Still measuring: copy again in a moment")
        elif not measurement.is_complete:
            messages.info("Not all of it has been read: nothing was copied")
        elif not channels:
            messages.info("Point at a channel first, or select some with Ctrl+click")
        else:
            _copy(copied_text(info, measurement, channels))
            what = "one channel" if len(channels) == 1 else f"{len(channels)} channels"
            messages.info(f"Copied: what is measured of {what}", key="copied")


def _are_alike(one: MeasureRequest, other: MeasureRequest) -> bool:
    """Whether two requests ask for the same."""
    spans = [(request.source, request.first, request.last) for request in (one, other)]
    return spans[0] == spans[1] and one.shown == other.shown


def _copy(text: str) -> None:
    clipboard = QGuiApplication.clipboard()
    if clipboard is not None:
        clipboard.setText(text)
