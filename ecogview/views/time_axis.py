"""The time axis under the traces."""

from __future__ import annotations

import math
from collections.abc import Callable

from PyQt6.QtCore import QEvent, QLineF, QPointF, QRectF, QSizeF, Qt
from PyQt6.QtGui import QPainter, QPaintEvent, QStaticText
from PyQt6.QtWidgets import QWidget

from ecogview.model.clock import axis_step, decimals_for, format_time
from ecogview.model.session import Session
from ecogview.views import theme
from ecogview.views.canvas_style import LEAST_LINE_PX
from ecogview.views.marking_layer import EdgeTag
from ecogview.views.trace_canvas import TraceCanvas

_LABELS_KEPT = 500


class TimeAxis(QWidget):
    """Numbers at the grid lines of the canvas, and the time at the cursor.

    Drawn by itself: an AxisItem of pyqtgraph takes 1.1 ms a repaint, more than a whole scrolled
    frame may; this one takes 0.07 ms.
    """

    def __init__(self, session: Session, canvas: TraceCanvas, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._canvas = canvas
        self.edge_tags: Callable[[], list[EdgeTag]] = list  # of a drag; hide the cursor's
        self.setFixedHeight(theme.px(24))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing beneath is painted
        self.setAccessibleName("Time axis")
        self._take_font()
        canvas.view_changed.connect(self.update)
        canvas.cursor_moved.connect(self.update)

    def changeEvent(self, event: QEvent | None) -> None:
        if event is not None and event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._take_font()
        super().changeEvent(event)

    def _take_font(self) -> None:
        self._numerals = theme.sized_font(theme.numeral_font(self.font()), 11)
        self._laid_out: dict[tuple[float, int], tuple[QStaticText, QSizeF]] = {}

    def _label(self, time_s: float, decimals: int) -> tuple[QStaticText, QSizeF]:
        """Text laid out once, and its size: shaping 12 labels anew takes 0.2 ms a frame."""
        known = self._laid_out.get((time_s, decimals))
        if known is None:
            if len(self._laid_out) > _LABELS_KEPT:
                self._laid_out.clear()
            label = QStaticText(format_time(time_s, decimals))
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.prepare(font=self._numerals)
            known = self._laid_out[time_s, decimals] = (label, label.size())
        return known

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("canvas"))
        info, canvas = self._session.info, self._canvas
        if info is None or canvas.grid is None:
            return
        left = canvas.x() - self.x()
        painter.setPen(theme.colour("border"))
        painter.drawLine(QPointF(left, 0.5), QPointF(self.width(), 0.5))
        painter.setFont(self._numerals)
        rate = info.sampling_rate
        start_s, stop_s = canvas.sample_at(0) / rate, canvas.sample_at(canvas.width()) / rate
        if canvas.width() <= 0 or stop_s <= start_s:
            return
        seconds_per_pixel = (stop_s - start_s) / canvas.width()
        step_s = axis_step(seconds_per_pixel, LEAST_LINE_PX)
        decimals = decimals_for(step_s)
        taken = self._paint_edge_tags(painter, left)
        if not canvas.is_dragged_over:
            taken += self._cursor_tag(painter, left, seconds_per_pixel, taken)
        first, last = math.ceil(start_s / step_s - 1e-9), math.floor(stop_s / step_s + 1e-9)
        times = [number * step_s for number in range(first, last + 1)]
        places = [left + canvas.x_of(time_s * rate) for time_s in times]
        painter.setPen(theme.colour("disabled"))
        if places:
            painter.drawLines(*(QLineF(x, 1, x, 5) for x in places))
        painter.setPen(theme.colour("text2"))
        right = self.width() - 2
        for time_s, x in zip(times, places, strict=True):
            label, size = self._label(time_s, decimals)
            width, height = size.width(), size.height()
            at = QPointF(min(x - width / 2, right - width), 5 + (self.height() - 6 - height) / 2)
            if taken:
                room = QRectF(at, size).adjusted(-6, 0, 6, 0)
                if any(tag.intersects(room) for tag in taken):
                    continue
            painter.drawStaticText(at, label)

    def _cursor_tag(
        self, painter: QPainter, left: float, seconds_per_pixel: float, taken: list[QRectF]
    ) -> list[QRectF]:
        mouse, info = self._canvas.mouse, self._session.info
        if mouse is None or info is None:
            return []
        # As many decimals as tell pixels apart, and no more than tell samples apart.
        decimals = decimals_for(max(seconds_per_pixel, 1 / info.sampling_rate))
        text = format_time(self._canvas.sample_at(mouse.x()) / info.sampling_rate, decimals)
        width = painter.fontMetrics().horizontalAdvance(text) + 14
        x = min(max(left + mouse.x() - width / 2, 0), self.width() - width)
        box = QRectF(x, 3, width, self.height() - 5)
        if any(tag.intersects(box) for tag in taken):
            return []
        _paint_tag(painter, box, text, ("raised", "border", "text"))
        return [box]

    def _paint_edge_tags(self, painter: QPainter, left: float) -> list[QRectF]:
        """Tags under the edges of a drag, beside each other where they would overlap."""
        tags = [tag for tag in self.edge_tags() if -1 <= tag.x <= self._canvas.width() + 1]
        boxes = []
        for tag in tags:
            width = painter.fontMetrics().horizontalAdvance(tag.text) + 14
            x = min(max(left + tag.x - width / 2, 0), self.width() - width)
            boxes.append(QRectF(x, 3, width, self.height() - 5))
        if len(boxes) == 2 and boxes[0].right() + 2 > boxes[1].left():
            middle = min(
                max((boxes[0].center().x() + boxes[1].center().x()) / 2, boxes[0].width() + 1),
                self.width() - boxes[1].width() - 1,
            )
            boxes[0].moveRight(middle - 1)
            boxes[1].moveLeft(middle + 1)
        for tag, box in zip(tags, boxes, strict=True):
            _paint_tag(painter, box, tag.text, (tag.token, tag.token, tag.text_token))
        return boxes


def _paint_tag(painter: QPainter, box: QRectF, text: str, tokens: tuple[str, str, str]) -> None:
    fill, border, words = tokens
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(theme.colour(border))
    painter.setBrush(theme.colour(fill))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(theme.colour(words))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
