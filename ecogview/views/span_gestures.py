"""The gestures that mark, un-mark, change and select stretches of time, with the mouse."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QElapsedTimer, QEvent, QObject, QPointF, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QWidget

from ecogview.dsp.runs import EMPTY, Runs
from ecogview.model.session import Session
from ecogview.model.span_choice import clicked
from ecogview.model.spans import Span, snap, snap_edges
from ecogview.views.follow import follow
from ecogview.views.overview_frame import Frame, FramePart
from ecogview.views.span_drag import (
    DragKind,
    EdgeHit,
    SpanDrag,
    StretchOfSamples,
    edge_near,
    scroll_speed,
    span_near,
)
from ecogview.views.trace_canvas import TraceCanvas

_SNAP_PX = 6.0
_REACH_PX = 5.0  # beside an edge in which it can be taken
_LEAST_DRAG_PX = 3.0  # less is a click
_SCROLL_MS = 16
_LONGEST_STEP_S = 0.1  # a stall must not throw the window far
_LEAST_TAB_PX = 2.0
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_CTRL = Qt.KeyboardModifier.ControlModifier
_ALT = Qt.KeyboardModifier.AltModifier
_FIXED_HINT = "What a detector found can be cut and un-marked, not moved: Ctrl+drag, or Delete"


class Preview(NamedTuple):
    """What a drag would do if it ended now."""

    kind: DragKind
    span: StretchOfSamples
    old: StretchOfSamples | None  # what is changed or moved


class _Press(NamedTuple):
    position: QPointF  # on the canvas
    modifiers: Qt.KeyboardModifier
    in_lane: bool
    tab: Span | None  # in the lane


class SpanGestures(QObject):
    """Turns presses on canvas and lane into edits that are asked for. GUI thread only.

    Signals
    -------
    mode_changed(bool)
        Whether a plain drag over the traces marks.
    changed()
        What is to be painted above the traces, or the preview, is another.
    mark_requested((start, stop)), unmark_requested((start, stop)), move_requested(old, new)
        A drag was released. Samples, half-open.
    stretch_selected()
        By a drag.
    blocked()
        The user wants to edit, and there is no mask.
    refused(str)
        Why something cannot be dragged.
    """

    mode_changed = pyqtSignal(bool)
    changed = pyqtSignal()
    mark_requested = pyqtSignal(object)
    unmark_requested = pyqtSignal(object)
    move_requested = pyqtSignal(object, object)
    stretch_selected = pyqtSignal()
    blocked = pyqtSignal()
    refused = pyqtSignal(str)

    def __init__(
        self, session: Session, canvas: TraceCanvas, lane: QWidget, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._canvas = canvas
        self._lane = lane
        self._is_on = False
        self._press: _Press | None = None
        self._drag: SpanDrag | None = None
        self._mouse = QPointF()
        self._modifiers = Qt.KeyboardModifier.NoModifier
        self.preview: Preview | None = None
        self.pending: int | None = None  # one end of a selection whose other end is not set yet
        self._scroll = QTimer(self)
        self._scroll.setInterval(_SCROLL_MS)
        self._scroll.timeout.connect(self._on_scroll)
        self._since = QElapsedTimer()
        self._owed = 0.0  # samples scrolled that do not make a whole one yet
        canvas.view_changed.connect(self._update_preview)
        follow(session.mask_changed, self._on_mask_changed)
        follow(session.recording_changed, self._on_recording_changed)
        follow(session.selection_changed, self._on_selection_changed)

    # -- mode

    @property
    def is_on(self) -> bool:
        """Whether a plain drag over the traces marks."""
        return self._is_on

    def set_on(self, *, on: bool) -> None:
        if on != self._is_on:
            self.cancel()
            self._is_on = on
            self._show_cursor(None)
            self.mode_changed.emit(on)

    def set_pending(self, sample: int | None) -> None:
        """Show one end of a selection to come."""
        if sample != self.pending:
            self.pending = sample
            self.changed.emit()

    def cancel(self) -> bool:
        """Discard the drag; False if there is none."""
        was_dragging = self._press is not None
        self._end()
        return was_dragging

    def snapped(self, x: float) -> int:
        """The sample edge at a logical x of the canvas, or that of a span near it."""
        sample = round(self._canvas.sample_at(x))
        return snap(
            min(max(sample, 0), self._session.window.n_samples), self._edges(None), self._tolerance
        )

    # -- following

    def _on_mask_changed(self) -> None:
        if self.preview is None or self.preview.kind is not DragKind.SELECT:
            self.cancel()  # what it was taken from may be gone

    def _on_recording_changed(self) -> None:
        self.cancel()
        self.set_pending(None)

    def _on_selection_changed(self) -> None:
        self.pending = None
        self.changed.emit()

    # -- mouse, on canvas or lane: their left edges are the same

    def mouse_event(self, event: QMouseEvent, *, in_lane: bool) -> bool:
        """Handle a mouse event of the canvas or of the lane; False leaves it to others."""
        position = event.position()
        kind, left = event.type(), event.button() == Qt.MouseButton.LeftButton
        if self._session.info is None or self._canvas.grid is None:
            return False
        if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick) and left:
            return self._begin(position, event.modifiers(), in_lane=in_lane)
        if kind == QEvent.Type.MouseMove and self._press is None:
            self._show_cursor(position, in_lane=in_lane)
        elif kind == QEvent.Type.MouseMove:
            if not event.buttons() & Qt.MouseButton.LeftButton:  # released where nobody saw it
                self.cancel()
                return True
            self._move(position, event.modifiers())
            return True
        elif kind == QEvent.Type.MouseButtonRelease and left and self._press is not None:
            self._release(position, event.modifiers())
            return True
        return False

    def _begin(self, at: QPointF, modifiers: Qt.KeyboardModifier, *, in_lane: bool) -> bool:
        tab = self._tab_at(at.x()) if in_lane else None
        takes = in_lane or self._is_on or modifiers & _SHIFT or self._selection_edge(at.x())
        if not takes:
            return False
        self._press = _Press(at, modifiers, in_lane, tab)
        self._mouse = at
        return True

    def _move(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        assert self._press is not None
        self._mouse, self._modifiers = at, modifiers
        if self._drag is None:
            if abs(at.x() - self._press.position.x()) < _LEAST_DRAG_PX:
                return
            self._drag = self._taken(self._press)
            if self._drag is None:
                self._press = None
                return
        self._update_preview()
        if not self._speed:
            self._scroll.stop()
        elif not self._scroll.isActive():
            self._since.start()
            self._owed = 0.0
            self._scroll.start()

    def _release(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        press, was_dragging = self._press, self._drag is not None
        assert press is not None
        self._mouse, self._modifiers = at, modifiers
        if was_dragging:
            self._update_preview()
        preview = self.preview
        self._end()
        self._canvas.mouse = None if press.in_lane else at
        if not was_dragging and press.in_lane:
            self._click_tab(press)
        elif preview is not None:
            self._ask_for(preview)

    def _end(self) -> None:
        had = self.preview is not None
        self._press = self._drag = self.preview = None
        self._scroll.stop()
        if had:
            self._show_cursor(None)
            self.changed.emit()

    def _ask_for(self, preview: Preview) -> None:
        if preview.kind is DragKind.MARK:
            self.mark_requested.emit(preview.span)
        elif preview.kind is DragKind.UNMARK:
            self.unmark_requested.emit(preview.span)
        elif preview.kind is DragKind.SELECT:
            self._session.select(preview.span)
            self.stretch_selected.emit()
        elif preview.span != preview.old:
            self.move_requested.emit(preview.old, preview.span)

    # -- what a drag takes

    def _taken(self, press: _Press) -> SpanDrag | None:
        """What a drag that began there does; None if nothing, and the user has been told."""
        x, session = press.position.x(), self._session
        sample, n_samples = self._canvas.sample_at(x), session.window.n_samples
        selection = None if press.in_lane else self._selection_edge(x)
        found = None if press.in_lane else self._manual_edge(x)
        plain = not press.modifiers & (_SHIFT | _CTRL)
        nearer = found is None or (selection is not None and selection.distance < found.distance)
        if plain and selection is not None and nearer:
            return SpanDrag.take_edge(
                DragKind.SELECT, selection.span, sample, at_start=selection.at_start,
                n_samples=n_samples, snaps_to=self._edges(None),
            )  # fmt: skip
        if press.in_lane:
            return self._taken_tab(press, sample)
        if press.modifiers & _SHIFT:
            kind = DragKind.SELECT
        elif session.mask is None:
            self.blocked.emit()
            return None
        elif plain and found is not None:
            return SpanDrag.take_edge(
                DragKind.EDGE, found.span, sample, at_start=found.at_start,
                n_samples=n_samples, snaps_to=self._edges(found.span),
            )  # fmt: skip
        else:
            kind = DragKind.UNMARK if press.modifiers & _CTRL else DragKind.MARK
        tolerance = 0.0 if press.modifiers & _ALT else self._tolerance
        return SpanDrag.begin(
            kind, sample, n_samples=n_samples, snaps_to=self._edges(None), tolerance=tolerance
        )

    def _taken_tab(self, press: _Press, sample: float) -> SpanDrag | None:
        tab = press.tab
        if tab is None:
            return None
        if tab.kind != "manual":
            self.refused.emit(_FIXED_HINT)
            return None
        old, n_samples = (tab.start, tab.stop), self._session.window.n_samples
        part = self._part_of(tab, press.position.x())
        if part is FramePart.INSIDE:
            return SpanDrag.take_whole(old, sample, n_samples=n_samples, snaps_to=self._edges(old))
        return SpanDrag.take_edge(
            DragKind.EDGE, old, sample, at_start=part is FramePart.START,
            n_samples=n_samples, snaps_to=self._edges(old),
        )  # fmt: skip

    def _edges(self, leaving_out: StretchOfSamples | None) -> NDArray[np.int64]:
        mask = self._session.mask
        if mask is None:
            return np.array([0, self._session.window.n_samples])
        return snap_edges(mask, leaving_out)

    @property
    def _tolerance(self) -> float:
        return _SNAP_PX * self._samples_per_pixel

    @property
    def _samples_per_pixel(self) -> float:
        return self._session.window.length / max(self._canvas.width(), 1)

    def _selection_edge(self, x: float) -> EdgeHit | None:
        selection = self._session.selection
        runs = EMPTY if selection is None else Runs.of([selection])
        return edge_near(runs, self._canvas.sample_at(x), _REACH_PX * self._samples_per_pixel)

    def _manual_edge(self, x: float) -> EdgeHit | None:
        mask = self._session.mask
        runs = EMPTY if mask is None else mask.manual
        return edge_near(runs, self._canvas.sample_at(x), _REACH_PX * self._samples_per_pixel)

    # -- tabs in the lane

    def _tab_at(self, x: float) -> Span | None:
        mask = self._session.mask
        if mask is None:
            return None
        reach = _REACH_PX * self._samples_per_pixel
        return span_near(mask, self._canvas.sample_at(x), reach)

    def _part_of(self, tab: Span, x: float) -> FramePart:
        left = self._canvas.x_of(tab.start)
        return Frame(left, max(self._canvas.x_of(tab.stop), left + _LEAST_TAB_PX)).part_at(x)

    def _click_tab(self, press: _Press) -> None:
        """Select as lists do: alone, Ctrl adds or takes away, Shift extends."""
        session = self._session
        if session.mask is not None:
            ctrl, shift = press.modifiers & _CTRL, press.modifiers & _SHIFT
            session.select_spans(
                clicked(session.mask, session.selected_spans, press.tab,
                        toggles=bool(ctrl), extends=bool(shift))
            )  # fmt: skip

    # -- while it lasts

    def _update_preview(self) -> None:
        if self._drag is None:
            return
        x = min(max(self._mouse.x(), 0.0), float(self._canvas.width()))
        tolerance = 0.0 if self._modifiers & _ALT else self._tolerance
        drag = self._drag
        span = drag.span_at(self._canvas.sample_at(x), tolerance)
        preview = Preview(drag.kind, span, drag.old)
        if preview != self.preview:
            self.preview = preview
            self.changed.emit()

    @property
    def _speed(self) -> float:
        assert self._press is not None
        width = float(self._canvas.width())
        return scroll_speed(self._mouse.x(), self._press.position.x(), width)

    def _on_scroll(self) -> None:
        if self._press is None or self._drag is None:
            self._scroll.stop()
            return
        window = self._session.window
        passed_s = min(self._since.restart() / 1000, _LONGEST_STEP_S)
        self._owed += self._speed * passed_s * window.length
        whole = int(self._owed)
        self._owed -= whole
        self._session.set_window(window.moved(whole))

    def _show_cursor(self, at: QPointF | None, *, in_lane: bool = False) -> None:
        shape = Qt.CursorShape
        if in_lane and at is not None:
            tab = self._tab_at(at.x())
            if tab is None:
                self._lane.unsetCursor()
            elif tab.kind != "manual":
                self._lane.setCursor(shape.PointingHandCursor)
            else:
                is_inside = self._part_of(tab, at.x()) is FramePart.INSIDE
                self._lane.setCursor(shape.OpenHandCursor if is_inside else shape.SizeHorCursor)
            return
        is_edge = at is not None and (
            self._selection_edge(at.x()) or (self._is_on and self._manual_edge(at.x()))
        )
        usual = shape.CrossCursor if self._is_on else shape.ArrowCursor
        self._canvas.setCursor(shape.SizeHorCursor if is_edge else usual)
