"""The time axis under the traces."""

from __future__ import annotations

import math

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QWidget

from ecogview.model.clock import axis_step, decimals_for, format_time
from ecogview.model.session import Session
from ecogview.views import theme
from ecogview.views.trace_canvas import LEAST_LINE_PX, TraceCanvas


class TimeAxis(QWidget):
    """Numbers at the grid lines of the canvas, and the time at the cursor.

    Drawn by itself: an AxisItem of pyqtgraph takes 1.1 ms a repaint, more than a whole scrolled
    frame may; this one takes 0.07 ms.
    """

    def __init__(self, session: Session, canvas: TraceCanvas, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._canvas = canvas
        self.setFixedHeight(theme.px(24))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing beneath is painted
        self.setAccessibleName("Time axis")
        canvas.view_changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("canvas"))
        info, canvas = self._session.info, self._canvas
        if info is None or canvas.grid is None:
            return
        left = canvas.x() - self.x()
        painter.setPen(theme.colour("border"))
        painter.drawLine(QPointF(left, 0.5), QPointF(self.width(), 0.5))
        painter.setFont(theme.sized_font(theme.numeral_font(self.font()), 11))
        rate = info.sampling_rate
        start_s, stop_s = canvas.sample_at(0) / rate, canvas.sample_at(canvas.width()) / rate
        if canvas.width() <= 0 or stop_s <= start_s:
            return
        seconds_per_pixel = (stop_s - start_s) / canvas.width()
        step_s = axis_step(seconds_per_pixel, LEAST_LINE_PX)
        decimals = decimals_for(step_s)
        tag = self._cursor_tag(painter, left, seconds_per_pixel)
        number = math.ceil(start_s / step_s - 1e-9)
        while number * step_s <= stop_s:
            x = left + canvas.x_of(number * step_s * rate)
            painter.setPen(theme.colour("disabled"))
            painter.drawLine(QPointF(x, 1), QPointF(x, 5))
            text = format_time(number * step_s, decimals)
            width = painter.fontMetrics().horizontalAdvance(text)
            box = QRectF(min(x - width / 2, self.width() - width - 2), 5, width, self.height() - 6)
            if tag is None or not tag.intersects(box.adjusted(-6, 0, 6, 0)):
                painter.setPen(theme.colour("text2"))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
            number += 1

    def _cursor_tag(
        self, painter: QPainter, left: float, seconds_per_pixel: float
    ) -> QRectF | None:
        mouse, info = self._canvas.mouse, self._session.info
        if mouse is None or info is None:
            return None
        # As many decimals as tell pixels apart, and no more than tell samples apart.
        decimals = decimals_for(max(seconds_per_pixel, 1 / info.sampling_rate))
        text = format_time(self._canvas.sample_at(mouse.x()) / info.sampling_rate, decimals)
        width = painter.fontMetrics().horizontalAdvance(text) + 14
        x = min(max(left + mouse.x() - width / 2, 0), self.width() - width)
        box = QRectF(x, 3, width, self.height() - 5)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.colour("border"))
        painter.setBrush(theme.colour("raised"))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(theme.colour("text"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        return box
