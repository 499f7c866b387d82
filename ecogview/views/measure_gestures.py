"""The gestures that set and move the measuring cursors, with the mouse."""

from __future__ import annotations

import math
from typing import NamedTuple

from PyQt6.QtCore import QEvent, QObject, QPointF, Qt, pyqtSignal
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QWidget

from ecogview.model.measure import MeasureCursors
from ecogview.model.session import Session
from ecogview.services.measuring import Measurement
from ecogview.views.extremes import Extreme, extreme_near
from ecogview.views.follow import follow
from ecogview.views.trace_canvas import TraceCanvas

_SNAP_PX = 6.0
_REACH_PX = 5.0  # beside a cursor in which it can be taken
_LEAST_DRAG_PX = 3.0
_OTHERS = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier


class ExtremeGuess(NamedTuple):
    """A cursor stands somewhere in the columns of an extreme; its sample is to be read."""

    sample: int  # where the cursor is now
    channel: int
    extreme: Extreme


class _Press(NamedTuple):
    position: QPointF
    before: tuple[int, ...]  # cursors, to go back to
    which: int


class MeasureGestures(QObject):
    """Turns presses on the canvas into cursors. GUI thread only.

    While it is on, a click sets a cursor and a press that is dragged sets both; on or off, a
    cursor can be dragged. `measurement` is what is known of the stretch between them.

    Signals
    -------
    mode_changed(bool)
        Whether a plain click measures.
    changed()
        Something is to be painted anew.
    extreme_guessed(ExtremeGuess)
        A cursor was left on an extreme of which only the column is known.
    """

    mode_changed = pyqtSignal(bool)
    changed = pyqtSignal()
    extreme_guessed = pyqtSignal(object)

    def __init__(self, session: Session, canvas: TraceCanvas, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._canvas = canvas
        self._is_on = False
        self._press: _Press | None = None
        self._guess: ExtremeGuess | None = None
        self.cursors = MeasureCursors()
        self.measurement: Measurement | None = None
        self.dragged: int | None = None  # which of `cursors.places`
        self.hovered: int | None = None
        follow(self.cursors.changed, self._on_cursors_changed)
        follow(session.recording_changed, self._on_recording_changed)

    @property
    def is_on(self) -> bool:
        """Whether a plain click measures."""
        return self._is_on

    def set_on(self, *, on: bool) -> None:
        if on != self._is_on:
            self.cancel()
            self._is_on = on
            shape = Qt.CursorShape
            self._canvas.setCursor(shape.CrossCursor if on else shape.ArrowCursor)
            self.changed.emit()
            self.mode_changed.emit(on)

    def set_measurement(self, measurement: Measurement | None) -> None:
        self.measurement = measurement
        self.changed.emit()

    def cancel(self) -> bool:
        """Put the cursors back to where they were before the press; False if there is none."""
        press = self._press
        self._end()
        if press is None:
            return False
        self.cursors.restore(press.before)
        return True

    def _on_cursors_changed(self) -> None:
        self.changed.emit()

    def _on_recording_changed(self) -> None:
        self._end()
        self.measurement = None
        self.cursors.channel = None
        self.cursors.clear()

    # -- mouse, on the canvas

    def mouse_event(self, event: QMouseEvent) -> bool:
        """Handle a mouse event of the canvas; False leaves it to others."""
        kind, left = event.type(), event.button() == Qt.MouseButton.LeftButton
        if self._session.info is None or self._canvas.grid is None:
            return False
        if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick) and left:
            return not event.modifiers() & _OTHERS and self._begin(event)
        if self._press is None:
            return False
        if kind == QEvent.Type.MouseMove and not event.buttons() & Qt.MouseButton.LeftButton:
            self._end()  # released where nobody saw it
        elif kind == QEvent.Type.MouseMove:
            self._move(event)
        elif kind == QEvent.Type.MouseButtonRelease and left:
            guess = self._guess
            self._end()
            if guess is not None:
                self.extreme_guessed.emit(guess)
        return True

    def hover(self, event: QMouseEvent) -> None:
        """Show what a press would do there; to be called after others have set the cursor."""
        if event.type() != QEvent.Type.MouseMove or event.buttons():
            return
        near = self._near(event.position().x())
        if near is not None:
            self._canvas.setCursor(Qt.CursorShape.SizeHorCursor)
        elif self._is_on:
            self._canvas.setCursor(Qt.CursorShape.CrossCursor)
        self.hovered = near
        channel = self._canvas.channel_at(event.position())
        if self._is_on and channel is not None:
            self.cursors.point_at(channel)

    def _begin(self, event: QMouseEvent) -> bool:
        near = self._near(event.position().x())
        if near is None and not self._is_on:
            return False
        before = self.cursors.places
        if near is None:
            sample = self._place_at(event)
            near = self.cursors.place(sample)
            if self._guess is not None:
                self.extreme_guessed.emit(self._guess)
        self._press = _Press(event.position(), before, near)
        self._guess = None
        return True

    def _move(self, event: QMouseEvent) -> None:
        press = self._press
        assert press is not None
        if self.dragged is None:
            if abs(event.position().x() - press.position.x()) < _LEAST_DRAG_PX:
                return
            is_first = len(self.cursors.places) == 1 and press.before != self.cursors.places
            self.dragged = 1 if is_first else press.which
        sample = self._place_at(event)
        if self.dragged == len(self.cursors.places):
            self.cursors.place(sample)
        else:
            self.cursors.move(self.dragged, sample)

    def _end(self) -> None:
        was_dragging = self.dragged is not None
        self._press = self.dragged = self._guess = None
        if was_dragging:
            self.changed.emit()

    def _near(self, x: float) -> int | None:
        """Which cursor is near a logical x."""
        found = [
            (abs(self._canvas.x_of(sample) - x), which)
            for which, sample in enumerate(self.cursors.places)
        ]
        distance, which = min(found, default=(math.inf, 0))
        return which if distance <= _REACH_PX else None

    def _place_at(self, event: QMouseEvent) -> int:
        """The sample under the mouse, or the extreme near it; notes what is only guessed."""
        canvas, channels = self._canvas, self._session.channels
        x = min(max(event.position().x(), 0.0), float(canvas.width()))
        y = event.position().y()
        channel = canvas.channel_at(QPointF(x, y))
        if channel is not None:
            channels.hover(channel)
            self.cursors.channel = channel
        self._guess = None
        picture = canvas.picture
        if channel is not None and picture is not None and not _is_free(event):
            scale = canvas.devicePixelRatioF()
            extreme = extreme_near(picture, x * scale, y * scale, channel, _SNAP_PX * scale)
            if extreme is not None:
                if extreme.first < extreme.last:
                    self._guess = ExtremeGuess(extreme.middle, channel, extreme)
                return extreme.middle
        last = self._session.window.n_samples - 1
        return min(max(math.floor(canvas.sample_at(x) + 0.5), 0), last)


def _is_free(event: QMouseEvent) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
