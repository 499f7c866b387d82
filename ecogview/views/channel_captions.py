"""Names of the columns of the channel list; that of the measure sorts by it."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QRect, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QWidget

from ecogview.model.session import Session
from ecogview.views import theme
from ecogview.views.channel_list import ChannelList
from ecogview.views.channel_model import ChannelModel
from ecogview.views.channel_row import RowParts, row_parts
from ecogview.views.file_row import caption_font
from ecogview.views.icons import paint_icon

_ELECTRODE = "Electrode"
_ARROW = 10  # in sizes of the design


class ChannelCaptions(QWidget):
    """Paints captions over a channel list.

    Signals
    -------
    sort_clicked()
        The user has clicked the caption of the measure.
    """

    sort_clicked = pyqtSignal()

    def __init__(self, session: Session, model: ChannelModel, channels: ChannelList) -> None:
        super().__init__(channels.parentWidget())
        self._session = session
        self._model = model
        self._list = channels
        self._is_pressed = self._is_hovered = False
        self.setFixedHeight(theme.px(20))
        self.setMouseTracking(True)
        channels.resized.connect(self.update)

    @property
    def is_sorted(self) -> bool:
        """Whether the channels stand in the order of the measure: it may not be known yet."""
        channels = self._session.channels
        return channels.order == "measure" and channels.rank is not None

    def sorting_box(self) -> QRect:
        """Where a click sorts; empty where there is nothing to sort by."""
        column, parts = self._model.column, self._parts()
        if column is None or not column.values or not parts.value.width():
            return QRect()
        return self._value_box(parts)

    def _parts(self) -> RowParts:
        row = QRect(0, 0, self._list.viewport().width(), self.height())
        return row_parts(row, self._list.font(), self._model.column)

    def _value_box(self, parts: RowParts) -> QRect:
        """All that lies between the other captions, as that of the measure is a long one."""
        taken = QFontMetrics(caption_font(self.font())).horizontalAdvance(_ELECTRODE)
        box = QRect(parts.value)
        box.setLeft(parts.label.left() + taken + theme.px(6))
        return box

    def _value_caption(self, width: int) -> str:
        column = self._model.column
        if column is None:
            return "Row, col" if self._session.channels.has_grid else ""
        metrics = QFontMetrics(caption_font(self.font()))
        title = column.measure.title
        if metrics.horizontalAdvance(title) > width:
            title = title.split(" / ")[0]  # without what it is compared to
        return metrics.elidedText(title, Qt.TextElideMode.ElideRight, width)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setFont(caption_font(self.font()))
        painter.setPen(theme.colour("text2"))
        parts = self._parts()
        painter.drawText(parts.label, Qt.AlignmentFlag.AlignVCenter, _ELECTRODE)
        painter.drawText(parts.switch, Qt.AlignmentFlag.AlignCenter, "Good")
        if not parts.value.width():
            return
        token = "text" if self._is_hovered else "text2"
        painter.setPen(theme.colour(token))
        box, size = self._value_box(parts), theme.px(_ARROW)
        if self.is_sorted:
            box.setLeft(box.left() + size + theme.px(2))
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        caption = self._value_caption(box.width())
        painter.drawText(box, right, caption)
        if self.is_sorted:
            left = box.right() + 1 - painter.fontMetrics().horizontalAdvance(caption)
            arrow = QRectF(left - theme.px(2) - size, 0, size, size)
            arrow.moveTop(round((self.height() - size) / 2) + 1)
            paint_icon(painter, "chevron-down", arrow, token)

    # -- mouse

    def _show_hovered(self, *, hovered: bool) -> None:
        if hovered != self._is_hovered:
            self._is_hovered = hovered
            if hovered:
                self.setCursor(Qt.CursorShape.PointingHandCursor)
            else:
                self.unsetCursor()
            self.update()
        column = self._model.column
        if hovered and column is not None:
            by = "number" if self.is_sorted else column.measure.title
            self.setToolTip(f"Sort by {by}")
        else:
            self.setToolTip("")

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is not None:
            inside = self.sorting_box().contains(event.position().toPoint())
            self._show_hovered(hovered=inside)

    def leaveEvent(self, event: QEvent | None) -> None:
        self._show_hovered(hovered=False)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is not None:
            is_left = event.button() == Qt.MouseButton.LeftButton
            inside = self.sorting_box().contains(event.position().toPoint())
            self._is_pressed = is_left and inside

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        pressed, self._is_pressed = self._is_pressed, False
        if (
            event is not None
            and pressed
            and self.sorting_box().contains(event.position().toPoint())
        ):
            self.sort_clicked.emit()
