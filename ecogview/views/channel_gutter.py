"""Labels beside the traces: thinned when there are many, bad ones struck and crossed.

Where all traces lie on one line there are amplitudes instead.
"""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PyQt6.QtWidgets import QToolTip, QWidget

from ecogview.model.session import Session
from ecogview.views import theme
from ecogview.views.gutter_marks import (
    label_tip,
    name_box,
    paint_amplitudes,
    paint_gain,
    paint_group,
    paint_name,
    paint_swatches,
)
from ecogview.views.shown_names import session_names
from ecogview.views.trace_colours import channel_colours, group_mark, group_of

_LEAST_PX = 11.5  # between labels
_REACH_PX = 20  # that a label and its cross lie around the middle of their row
_WHEEL_NOTCH = 120.0  # Qt's angle of one notch
_SELECTING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


class ChannelGutter(QWidget):
    """One row a channel, in step with the trace canvas; no row where all lie on one line.

    A click on a label, or a drag over several, marks the channels; with Ctrl or Shift it selects.
    The wheel changes the gain of a channel, or of all selected ones on one of these; pressed, it
    takes that back.

    Signals
    -------
    marked(list of int, bool)
        Channels, and whether they shall be bad: all become what the first one was not.
    clicked(int, Qt.KeyboardModifier)
        A channel to be selected.
    menu_requested(QPoint, int)
        A place on the screen, and the channel there.
    """

    marked = pyqtSignal(object, bool)
    clicked = pyqtSignal(int, object)
    menu_requested = pyqtSignal(object, int)

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._bad: frozenset[int] = frozenset()
        self._pressed: int | None = None  # the channel at which a drag began
        self._dragged: tuple[int, ...] = ()
        self._turned = 0.0  # of a wheel, less than a notch
        self.setFixedWidth(theme.px(54))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing beneath is painted
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Channel labels")
        session.mask_changed.connect(self._on_mask_changed)
        session.display_changed.connect(self._on_display_changed)
        session.recording_changed.connect(self._on_recording_changed)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(54), 100)

    def channel_at(self, y: float) -> int | None:
        if self._session.display.butterfly:
            return None
        shown = self._session.channels.shown
        row = int(y * len(shown) // max(self.height(), 1))
        return shown[row] if 0 <= row < len(shown) else None

    def _on_recording_changed(self) -> None:
        channels = self._session.channels
        channels.rows_changed.connect(self._on_looks_changed)
        channels.hovered_changed.connect(self._on_looks_changed)
        channels.selection_changed.connect(self._on_looks_changed)
        channels.gains.changed.connect(self._on_looks_changed)
        self.cancel()
        self.update()

    def _on_mask_changed(self) -> None:
        before, self._bad = self._bad, self._session.bad_channels
        if before == self._bad:
            return
        if session_names(self._session).are_bipolar:  # a neighbour may have another name now
            self.update()
            return
        shown = self._session.channels.shown
        height = self.height() / max(len(shown), 1)
        for row, channel in enumerate(shown):
            if (channel in before) != (channel in self._bad):
                middle = (row + 0.5) * height
                self.update(0, int(middle - _REACH_PX), self.width(), 2 * _REACH_PX)

    def _on_looks_changed(self) -> None:
        self.update()

    def _on_display_changed(self) -> None:
        is_one_line = self._session.display.butterfly
        if is_one_line:
            self.cancel()
        shape = Qt.CursorShape
        self.setCursor(shape.ArrowCursor if is_one_line else shape.PointingHandCursor)
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        area = self.rect() if event is None else event.rect()
        painter.fillRect(area, theme.colour("canvas"))
        info, channels = self._session.info, self._session.channels
        shown = channels.shown
        if info is None or not shown:
            return
        display = self._session.display
        font = theme.sized_font(theme.numeral_font(self.font()), 10)
        if display.butterfly:
            units = display.processing.units(info.units)
            paint_amplitudes(
                painter, QRectF(self.rect()), display.units_per_row, units, font, theme.current()
            )
            return
        row_height = self.height() / len(shown)
        colours = channel_colours(info.channels, display.colouring, theme.current())
        if colours is not None:
            swatches = [colours[channel] for channel in shown]
            paint_swatches(painter, self.width(), 0, row_height, swatches)
        step = next((s for s in _STEPS if s * row_height >= _LEAST_PX), _STEPS[-1])
        bad, names = self._bad_then(), session_names(self._session)
        hovered = {channels.hovered} - {None}
        marked = channels.selected | hovered | set(self._dragged)
        factors, own = channels.gains.factors, channels.gains.own
        text_height = float(painter.fontMetrics().height())
        taken: list[float] = []
        # The marked ones first: they are always named, others only where there is room.
        ranks = [0 if c in marked else 1 if c in own else 2 for c in shown]
        for row in sorted(range(len(shown)), key=lambda r: (ranks[r], r)):
            channel = shown[row]
            middle = (row + 0.5) * row_height
            is_marked = channel in marked
            if channel in bad:
                self._paint_cross(painter, middle)
            if ranks[row] == 2 and row % step:
                continue
            if any(abs(middle - other) < _LEAST_PX - 0.5 for other in taken):
                continue
            if marked or own:  # without such rows the step alone keeps labels apart
                taken.append(middle)
            if not area.top() - _REACH_PX < middle < area.bottom() + _REACH_PX:
                continue  # all 62 take 4 ms, one that was marked 0.1
            height = max(text_height, 14.0)
            top = min(max(middle - height / 2, 0.0), self.height() - height)
            box = QRectF(14, top, self.width() - 20, height)
            box = name_box(box, names, channel, font, is_bad=channel in bad)
            if is_marked:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("select"))
                painter.drawRoundedRect(box.adjusted(-1, 0, 4, 0), 4, 4)
            if channel in own:
                box = paint_gain(
                    painter, box, float(factors[channel]), is_bad=channel in bad, font=font,
                    colour=theme.colour("text"),
                )  # fmt: skip
            is_quiet = channel in bad or names.lacks_neighbour(channel)
            painter.setPen(
                theme.colour("accent" if is_marked else "disabled" if is_quiet else "text2")
            )
            width = paint_name(painter, box, names, channel, font, is_bad=channel in bad)
            group = group_of(info.channels[channel], display.colouring)
            if group is not None and channel not in own:
                mark = group_mark(group, display.colouring)
                paint_group(
                    painter, box, mark, width, is_bad=channel in bad, font=font,
                    colour=theme.colour("text2"),
                )  # fmt: skip

    @staticmethod
    def _paint_cross(painter: QPainter, middle: float) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.colour("text"))
        for sign in (1, -1):
            painter.drawLine(
                QRectF(6, middle - 2.5 * sign, 5, 5 * sign).topLeft(),
                QRectF(6, middle - 2.5 * sign, 5, 5 * sign).bottomRight(),
            )

    # -- mouse

    def cancel(self) -> bool:
        """Discard the drag; False if there is none."""
        was_dragging = self._pressed is not None
        self._pressed, self._dragged = None, ()
        self.update()
        return was_dragging

    def _bad_then(self) -> frozenset[int]:
        """Bad channels as they would be if the drag ended now."""
        bad = self._session.bad_channels
        if not self._dragged:
            return bad
        return bad - set(self._dragged) if self._dragged[0] in bad else bad | set(self._dragged)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        channel = None if event is None else self.channel_at(event.position().y())
        if event is None or channel is None:
            return
        if event.button() == Qt.MouseButton.MiddleButton:
            self._session.channels.gains.reset(self._together(channel))
        elif event.button() == Qt.MouseButton.RightButton:
            if not self.cancel():
                self.menu_requested.emit(event.globalPosition().toPoint(), channel)
        elif event.button() == Qt.MouseButton.LeftButton:
            if event.modifiers() & _SELECTING:
                self.clicked.emit(channel, event.modifiers())
            else:
                self._pressed, self._dragged = channel, (channel,)
                self.update()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is None:
            return
        # While it drags, beyond the last row is the last row.
        y = event.position().y()
        inside = min(max(y, 0.0), self.height() - 1.0) if self._pressed is not None else y
        here = self.channel_at(inside)
        self._session.channels.hover(here)
        self._session.channels.hold_rows(held=True)
        shown = self._session.channels.shown
        if self._pressed is not None and here is not None and self._pressed in shown:
            first, last = shown.index(self._pressed), shown.index(here)
            step = 1 if last >= first else -1
            self._dragged = tuple(shown[row] for row in range(first, last + step, step))
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        if event is None or event.button() != Qt.MouseButton.LeftButton or not self._dragged:
            return
        channels = list(self._dragged)
        bad = channels[0] not in self._session.bad_channels
        self.cancel()
        self._session.channels.set_anchor(channels[-1])
        self._session.channels.hold_rows(held=True)
        self.marked.emit(channels, bad)

    # -- gain of single channels

    def turn_gain(self, event: QWheelEvent) -> bool:
        """Change the gain of the channel under the mouse; False leaves the wheel to others."""
        channel = self.channel_at(event.position().y())
        pressed = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if channel is None or pressed or not event.angleDelta().y():
            return False
        self._turned += event.angleDelta().y() / _WHEEL_NOTCH
        steps = int(self._turned)
        self._turned -= steps
        self._session.channels.gains.step(self._together(channel), steps)
        event.accept()
        return True

    def _together(self, channel: int) -> frozenset[int]:
        """A channel, or all selected ones if it is one of them."""
        selected = self._session.channels.selected
        return selected if channel in selected else frozenset([channel])

    def event(self, event: QEvent | None) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            channel, info = self.channel_at(event.pos().y()), self._session.info
            if channel is not None and info is not None:
                factor = self._session.channels.gains.of(channel)
                is_bad = channel in self._session.bad_channels
                named, names = info.channels[channel], session_names(self._session)
                tip = label_tip(named, names, factor, is_bad=is_bad)
                QToolTip.showText(event.globalPos(), tip, self)
            return True
        return super().event(event)

    def leaveEvent(self, event: QEvent | None) -> None:
        self._session.channels.hover(None)
        self._session.channels.hold_rows(held=False)
