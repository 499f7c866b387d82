"""Labels beside the traces: thinned when there are many, bad ones struck and crossed."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QFont, QMouseEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QWidget

from ecogview.model.session import Session
from ecogview.views import theme

_LEAST_PX = 11.5  # between labels
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


class ChannelGutter(QWidget):
    """One row a channel, in step with the trace canvas; a click selects the channel.

    `clicked` carries the channel and the keyboard modifiers.
    """

    clicked = pyqtSignal(int, object)

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._font_cache: QFont | None = None
        self.setFixedWidth(theme.px(54))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing beneath is painted
        self.setMouseTracking(True)
        self.setAccessibleName("Channel labels")
        session.mask_changed.connect(self._on_looks_changed)
        session.recording_changed.connect(self._on_recording_changed)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(54), 100)

    def channel_at(self, y: float) -> int | None:
        shown = self._session.channels.shown
        row = int(y * len(shown) // max(self.height(), 1))
        return shown[row] if 0 <= row < len(shown) else None

    def _on_recording_changed(self) -> None:
        channels = self._session.channels
        channels.rows_changed.connect(self._on_looks_changed)
        channels.hovered_changed.connect(self._on_looks_changed)
        channels.selection_changed.connect(self._on_looks_changed)
        self.update()

    def _on_looks_changed(self) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("canvas"))
        info, channels = self._session.info, self._session.channels
        shown = channels.shown
        if info is None or not shown:
            return
        row_height = self.height() / len(shown)
        step = next((s for s in _STEPS if s * row_height >= _LEAST_PX), _STEPS[-1])
        font = theme.sized_font(theme.numeral_font(self.font()), 10)
        struck = QFont(font)
        struck.setStrikeOut(True)
        bad = self._session.bad_channels
        marked = channels.selected | (set() if channels.hovered is None else {channels.hovered})
        text_height = float(painter.fontMetrics().height())
        taken: list[float] = []
        # The marked ones first: they are always named, others only where there is room.
        for row in sorted(range(len(shown)), key=lambda r: (shown[r] not in marked, r)):
            channel = shown[row]
            middle = (row + 0.5) * row_height
            is_marked = channel in marked
            if channel in bad:
                self._paint_cross(painter, middle)
            if not is_marked and row % step:
                continue
            if any(abs(middle - other) < _LEAST_PX - 0.5 for other in taken):
                continue
            if marked:  # without marked rows the step alone keeps labels apart
                taken.append(middle)
            height = max(text_height, 14.0)
            box = QRectF(14, middle - height / 2, self.width() - 20, height)
            if is_marked:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("select"))
                painter.drawRoundedRect(box.adjusted(-1, 0, 4, 0), 4, 4)
            painter.setFont(struck if channel in bad else font)
            painter.setPen(
                theme.colour("accent" if is_marked else "disabled" if channel in bad else "text2")
            )
            label = painter.fontMetrics().elidedText(
                info.channels[channel].label, Qt.TextElideMode.ElideLeft, int(box.width())
            )
            painter.drawText(
                box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, label
            )

    @staticmethod
    def _paint_cross(painter: QPainter, middle: float) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.colour("text"))
        for sign in (1, -1):
            painter.drawLine(
                QRectF(6, middle - 2.5 * sign, 5, 5 * sign).topLeft(),
                QRectF(6, middle - 2.5 * sign, 5, 5 * sign).bottomRight(),
            )

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            channel = self.channel_at(event.position().y())
            if channel is not None:
                self.clicked.emit(channel, event.modifiers())

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is not None:
            self._session.channels.hover(self.channel_at(event.position().y()))

    def leaveEvent(self, event: QEvent | None) -> None:
        self._session.channels.hover(None)
