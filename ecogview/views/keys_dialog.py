"""The sheet of keys that `?` shows."""

from __future__ import annotations

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QFont
from PyQt6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from ecogview.views import theme

Keys = tuple[str, ...] | str
KeyGroups = list[tuple[str, list[tuple[Keys, str]]]]

_COLUMNS = 3
_HEAD_ROWS = 2  # what a group's title takes, in rows
_OF_SCREEN = 0.94


class KeysDialog(QDialog):
    """Keys by group, in as many columns as the screen has room for, three at most.

    It does not get in the way of work; Escape closes it.

    Parameters
    ----------
    parent : QWidget or None
    groups : list of (title, list of (keys, meaning))
        Keys that do the same, each shown as a cap; or what the mouse does, in words.
    """

    def __init__(self, parent: QWidget | None, groups: KeyGroups) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self.setModal(False)
        room = self._room()
        sheets = (_sheet(groups, count) for count in range(_COLUMNS, 0, -1))
        width = room.width() - self._bar_width()
        sheet = next((each for each in sheets if each.sizeHint().width() <= width), None)
        sheet = sheet or _sheet(groups, 1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(sheet)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(area)
        self._sheet = sheet
        self.resize(self.sizeHint())  # of itself Qt would take two thirds of the screen at most

    def sizeHint(self) -> QSize:
        wanted, room = self._sheet.sizeHint() + QSize(2, 2), self._room()
        if wanted.height() > room.height():  # a bar beside it, which shall not need one below
            wanted += QSize(self._bar_width(), 0)
        return wanted.boundedTo(room)

    def _bar_width(self) -> int:
        metric, style = QStyle.PixelMetric, self.style()
        assert style is not None
        beside = style.pixelMetric(metric.PM_ScrollView_ScrollBarSpacing)
        return style.pixelMetric(metric.PM_ScrollBarExtent) + beside + 2

    def _room(self) -> QSize:
        screen = self.screen()
        return QSize(1000, 700) if screen is None else screen.availableSize() * _OF_SCREEN


def in_columns(groups: KeyGroups, count: int) -> list[KeyGroups]:
    """Deal groups out, in order, to at most `count` columns, the longest as short as it can be."""
    heights = [len(keys) + _HEAD_ROWS for _, keys in groups]
    limit = max(heights, default=0)
    while True:
        columns: list[KeyGroups] = []
        filled = limit
        for group, height in zip(groups, heights, strict=True):
            if filled + height > limit:
                columns.append([])
                filled = 0
            columns[-1].append(group)
            filled += height
        if len(columns) <= count:
            return columns
        limit += 1


def _sheet(groups: KeyGroups, count: int) -> QWidget:
    sheet = QWidget()
    sheet.setObjectName("welcomePage")
    across = QHBoxLayout(sheet)
    across.setContentsMargins(*(theme.px(20),) * 4)
    across.setSpacing(theme.px(28))
    for column in in_columns(groups, count):
        across.addLayout(_column(column))
    return sheet


def _column(groups: KeyGroups) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(theme.px(16))
    grid.setVerticalSpacing(theme.px(3))
    grid.setColumnStretch(1, 1)
    for title, keys in groups:
        head = QLabel(title)
        head.setFont(theme.sized_font(head.font(), 13, QFont.Weight.DemiBold))
        above = theme.px(12) if grid.count() else 0
        head.setContentsMargins(0, above, 0, 0)
        grid.addWidget(head, grid.rowCount(), 0, 1, 2)
        for names, meaning in keys:
            row = grid.rowCount()
            if isinstance(names, str):
                gesture = QLabel(names)
                gesture.setTextFormat(Qt.TextFormat.PlainText)
                gesture.setMinimumHeight(theme.px(18))  # as high as a cap
                grid.addWidget(gesture, row, 0)
            else:
                grid.addLayout(_caps(names), row, 0)
            words = QLabel(meaning)
            words.setObjectName("secondary")
            words.setTextFormat(Qt.TextFormat.PlainText)
            grid.addWidget(words, row, 1)
    grid.setRowStretch(grid.rowCount(), 1)
    return grid


def _caps(names: tuple[str, ...]) -> QHBoxLayout:
    caps = QHBoxLayout()
    caps.setSpacing(theme.px(4))
    for name in names:
        cap = QLabel(name)
        cap.setObjectName("keyCap")
        cap.setTextFormat(Qt.TextFormat.PlainText)
        caps.addWidget(cap)
    caps.addStretch(1)
    return caps
