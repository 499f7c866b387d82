"""Measuring between two cursors, and values for the clipboard."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QTimer
from PyQt6.QtGui import QGuiApplication

from ecogview.data.marks_table import seconds_cell, text_cell
from ecogview.errors import in_words
from ecogview.services.measuring import (
    Measurement,
    MeasureRequest,
    Measuring,
    extreme_between,
    value_at,
)
from ecogview.services.tasks import Tasks
from ecogview.views.follow import follow
from ecogview.views.measure_card import copied_text, measured_channels
from ecogview.views.measure_gestures import ExtremeGuess
from ecogview.views.message_bar import Idle
from ecogview.views.sample_values import format_place, format_value

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
        if wanted is not None and (wanted.first, wanted.last) == span and wanted.source is source:
            return
        self._wanted = MeasureRequest(source, *span)
        info = self._session.info
        row_bytes = 0 if info is None else info.n_channels * info.dtype.itemsize
        if (span[1] - span[0]) * row_bytes > _LONG_BYTES:
            self._still.start()
        else:
            self._submit()

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
        last = min(extreme.last, n_samples - 1)

        def found(sample: int) -> None:
            if self._is_closed or source is not self._bench.recordings.shown_source:
                return
            for which, place in enumerate(cursors.places):
                if place == guess.sample and which != self._gestures.dragged:
                    cursors.move(which, sample)

        self.reads.run(
            lambda: extreme_between(
                source, guess.channel, extreme.first, last, highest=extreme.highest
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
        """Copy the sample nearest to a place, as label, seconds, value and unit with tabs."""
        info, source = self._session.info, self._bench.recordings.shown_source
        if info is None or source is None:
            return
        sample = min(max(math.floor(place + 0.5), 0), info.n_samples - 1)

        def read(value: float) -> None:
            if self._is_closed:
                return
            label, messages = info.channels[channel].label, self._bench.messages
            number = f"{value:.9g}" if math.isfinite(value) else "n/a"
            time_s = seconds_cell(sample / info.sampling_rate)
            _copy("\t".join((text_cell(label), time_s, number, info.units)))
            shown = format_value(value, info, with_units=True)
            messages.info(f"Copied: {label}   {shown}", format_place(sample, info), key="copied")

        self.reads.run(lambda: value_at(source, sample, channel), read, self._say_unread)

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


def _copy(text: str) -> None:
    clipboard = QGuiApplication.clipboard()
    if clipboard is not None:
        clipboard.setText(text)
