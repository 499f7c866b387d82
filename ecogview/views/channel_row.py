"""Paints the rows of the channel list, and says what lies where in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PyQt6.QtCore import QModelIndex, QObject, QPointF, QRect, QRectF, QSize, Qt
from PyQt6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PyQt6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ecogview.views import theme
from ecogview.views.channel_measure import ChannelValue, MeasureColumn
from ecogview.views.channel_model import (
    IS_BAD_ROLE,
    IS_HOVERED_ROLE,
    IS_SHOWN_ROLE,
    PLACE_ROLE,
    VALUE_ROLE,
    ChannelModel,
)
from ecogview.views.icons import paint_icon
from ecogview.views.toggle_switch import paint_switch

ROW_HEIGHT = 22
Zone = Literal["eye", "switch"]

_MOST_BAR, _LEAST_BAR, _BAR_GAP = 84, 16, 6
_BAR_HEIGHT, _LINE_HEIGHT = 4, 10


@dataclass(frozen=True, slots=True)
class RowParts:
    """Where the parts of a row lie; the eye and the switch are as high and wide as they click.

    The bar and the value are empty where there is no room for them.
    """

    eye: QRect
    label: QRect
    bar: QRect
    value: QRect
    switch: QRect

    def zone_at(self, point: QPointF) -> Zone | None:
        if self.eye.contains(point.toPoint()):
            return "eye"
        return "switch" if self.switch.contains(point.toPoint()) else None


def row_parts(row: QRect, font: QFont, column: MeasureColumn | None = None) -> RowParts:
    """Parts of a row; bar and value yield where the label has less than half of their room."""
    eye, switch, margin = theme.px(32), theme.px(40), theme.px(6)
    left, right = row.left() + eye, row.right() + 1 - switch - margin
    metrics = QFontMetrics(value_font(font))
    widest = "000, 000" if column is None else column.widest
    half = (right - left) // 2
    value = metrics.horizontalAdvance(widest) + theme.px(4)
    value = value if value <= half else 0
    bar = min(half - value - theme.px(_BAR_GAP), theme.px(_MOST_BAR))
    bar = bar if column is not None and value and bar >= theme.px(_LEAST_BAR) else 0
    taken = value + (bar + theme.px(_BAR_GAP) if bar else 0)
    top, height = row.top(), row.height()
    value_left = right - value - theme.px(4)
    return RowParts(
        eye=QRect(row.left(), top, eye, height),
        label=QRect(left + theme.px(2), top, right - taken - left - theme.px(6), height),
        bar=QRect(value_left - theme.px(_BAR_GAP) - bar, top, bar, height),
        value=QRect(value_left, top, value, height),
        switch=QRect(right, top, switch, height),
    )


def value_font(base: QFont, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    return theme.numeral_font(theme.sized_font(base, 11, weight))


class ChannelRowPainter(QStyledItemDelegate):
    """The view tells whether the keyboard is in use."""

    def __init__(self, model: ChannelModel, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self.shows_cursor = False

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(theme.px(120), theme.px(ROW_HEIGHT))

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        assert painter is not None
        is_bad, is_shown = bool(index.data(IS_BAD_ROLE)), bool(index.data(IS_SHOWN_ROLE))
        is_hovered = bool(index.data(IS_HOVERED_ROLE))
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        column = self._model.column
        parts = row_parts(option.rect, option.font, column)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option, is_hovered=is_hovered, is_selected=is_selected)
        eye = QRectF(0, 0, theme.px(14), theme.px(14))
        eye.moveCenter(QRectF(parts.eye).center() + QPointF(theme.px(2), 0))
        paint_icon(painter, "eye" if is_shown else "eye-off", eye, "disabled")
        font = theme.sized_font(option.font, 12, QFont.Weight.Medium)
        font.setStrikeOut(is_bad)
        painter.setFont(font)
        is_quiet = is_bad or not is_shown
        painter.setPen(theme.colour("accent" if is_hovered else "text2" if is_quiet else "text"))
        label = painter.fontMetrics().elidedText(
            str(index.data(Qt.ItemDataRole.DisplayRole)), _MIDDLE, parts.label.width()
        )
        painter.drawText(parts.label, _LEFT, label)
        if column is None:
            painter.setFont(value_font(option.font))
            painter.setPen(theme.colour("text2"))
            painter.drawText(parts.value, _RIGHT, str(index.data(PLACE_ROLE)))
        else:
            self._paint_value(painter, parts, column, index.data(VALUE_ROLE), option.font)
        paint_switch(
            painter,
            QRectF(parts.switch),
            thrown=is_bad,
            tokens=theme.current(),
            enabled=self._model.can_mark,
        )
        painter.restore()

    @staticmethod
    def _paint_value(
        painter: QPainter,
        parts: RowParts,
        column: MeasureColumn,
        value: ChannelValue | None,
        font: QFont,
    ) -> None:
        """Paint number and bar: what is normal quietly, what deviates loudly."""
        if value is None or not parts.value.width():
            return
        weight = QFont.Weight.Medium if value.is_loud else QFont.Weight.Normal
        painter.setFont(value_font(font, weight))
        painter.setPen(theme.colour("text" if value.is_loud else "text2"))
        painter.drawText(parts.value, _UNCLIPPED, value.text)
        if parts.bar.width():
            # Whole pixels, so that bars of one length look alike.
            room, middle = parts.bar.width() - 1, QRectF(parts.bar).center().y()
            origin = parts.bar.left() + round(column.origin * room)
            length = round((value.bar_end - column.origin) * room)
            high, thick = theme.px(_LINE_HEIGHT), theme.px(_BAR_HEIGHT)
            line = QRect(origin, round(middle - high / 2), 1, high)
            painter.fillRect(line, theme.colour("border"))
            bar = QRect(origin + (1 if length > 0 else length), 0, abs(length), thick)
            bar.moveTop(round(middle - thick / 2))
            painter.fillRect(bar, theme.colour("text" if value.is_loud else "disabled"))

    def _paint_ground(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        *,
        is_hovered: bool,
        is_selected: bool,
    ) -> None:
        box = QRectF(option.rect).adjusted(theme.px(4), 0, -theme.px(4), 0)
        radius = theme.px(4)
        if is_selected or is_hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("select" if is_selected else "hover"))
            painter.drawRoundedRect(box, radius, radius)
        if self.shows_cursor and option.state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), radius, radius)


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_UNCLIPPED = _RIGHT | Qt.TextFlag.TextDontClip.value  # ">999" reaches into the gap
_MIDDLE = Qt.TextElideMode.ElideMiddle
