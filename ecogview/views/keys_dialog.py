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
    QVBoxLayout,
    QWidget,
)

from ecogview.views import theme

KeyGroups = list[tuple[str, list[tuple[str, str]]]]

_COLUMNS = 3
_HEAD_ROWS = 2  # what a group's title takes, in rows


class KeysDialog(QDialog):
    """Keys by group, in columns; does not get in the way of work. Escape closes it.

    Parameters
    ----------
    parent : QWidget or None
    groups : list of (title, list of (keys, meaning))
        Several keys of one meaning are joined by ``", "``.
    """

    def __init__(self, parent: QWidget | None, groups: KeyGroups) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self.setModal(False)
        sheet = QWidget()
        sheet.setObjectName("welcomePage")
        across = QHBoxLayout(sheet)
        across.setContentsMargins(*(theme.px(24),) * 4)
        across.setSpacing(theme.px(36))
        for column in in_columns(groups, _COLUMNS):
            across.addLayout(_column(column))
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
        wanted = self._sheet.sizeHint() + QSize(2, 2)
        screen = self.screen()
        return wanted if screen is None else wanted.boundedTo(screen.availableSize() * 0.9)


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


def _column(groups: KeyGroups) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(theme.px(16))
    grid.setVerticalSpacing(theme.px(6))
    grid.setColumnStretch(1, 1)
    for title, keys in groups:
        head = QLabel(title)
        head.setFont(theme.sized_font(head.font(), 13, QFont.Weight.DemiBold))
        above = theme.px(14) if grid.count() else 0
        head.setContentsMargins(0, above, 0, 0)
        grid.addWidget(head, grid.rowCount(), 0, 1, 2)
        for names, meaning in keys:
            row = grid.rowCount()
            grid.addLayout(_caps(names), row, 0)
            words = QLabel(meaning)
            words.setObjectName("secondary")
            words.setTextFormat(Qt.TextFormat.PlainText)
            grid.addWidget(words, row, 1)
    grid.setRowStretch(grid.rowCount(), 1)
    return grid


def _caps(names: str) -> QHBoxLayout:
    caps = QHBoxLayout()
    caps.setSpacing(theme.px(4))
    for name in names.split(", "):
        cap = QLabel(name)
        cap.setObjectName("keyCap")
        cap.setTextFormat(Qt.TextFormat.PlainText)
        caps.addWidget(cap)
    caps.addStretch(1)
    return caps
