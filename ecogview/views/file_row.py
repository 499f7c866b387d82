"""Paints the rows of the file browser, and says which columns fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PyQt6.QtCore import QLineF, QModelIndex, QObject, QPointF, QRect, QRectF, QSize, Qt
from PyQt6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PyQt6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ecogview.errors import printable
from ecogview.services.folder_scan import RecordingEntry
from ecogview.views import recording_text, theme
from ecogview.views.file_model import ENTRY_ROLE, IS_CURRENT_ROLE, N_FILES_ROLE
from ecogview.views.icons import paint_icon
from ecogview.views.recording_text import in_words

ROW_HEIGHT, TWO_LINES_HEIGHT = 24, 38
_INDENT, _MARGIN, _GAP = 25, 10, 8
_LEAST_NAME = 96  # pixels of drive and type that no column may take away
_BETWEEN_FACTS = "   "
_FOLDER_LOWER = 5  # so much nearer to its files, where rows are of two lines
_LEAST_TITLE, _TYPE_GAP = 24, 7  # pixels of the drive's name that no type takes away
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Column:
    """A fact at the right of a row; `sample` is as wide as it gets."""

    title: str
    sample: str
    text: Callable[[RecordingEntry], str]


LENGTH = Column("Length", "0:00:00", recording_text.length_of)
CHANNELS = Column("Channels", "0000", recording_text.channels_of)
SIZE = Column("Size", "00.0 GB", recording_text.size_of)
MASKED = Column("Masked", "00.0 %", recording_text.masked_of)
COLUMNS = (LENGTH, CHANNELS, SIZE, MASKED)
_BY_WEIGHT = (LENGTH, MASKED, CHANNELS, SIZE)
_NEEDED = (LENGTH, MASKED)  # without these rows have two lines


class FileColumns:
    """The columns the user wants, and those of them that fit a width."""

    def __init__(self) -> None:
        self._wanted = set(COLUMNS)

    def is_wanted(self, column: Column) -> bool:
        return column in self._wanted

    def set_wanted(self, column: Column, *, wanted: bool) -> None:
        (self._wanted.add if wanted else self._wanted.discard)(column)

    def needs_two_lines(self, width: int, font: QFont) -> bool:
        """Whether length and percent masked do not fit beside a name, as far as they are wanted."""
        placed = [column for column, _ in self.placed(width, font)]
        return any(column not in placed for column in filter(self.is_wanted, _NEEDED))

    def second_line(self, entry: RecordingEntry, width: int, metrics: QFontMetrics) -> str:
        """What fits of the wanted facts, the weightiest ones first, in the columns' order."""
        shown: list[Column] = []
        text = ""
        for column in filter(self.is_wanted, _BY_WEIGHT):
            tried = [known for known in COLUMNS if known in (*shown, column)]
            words = (in_words(c.text(entry), c.title.casefold()) for c in tried)
            line = _BETWEEN_FACTS.join(filter(None, words))
            if metrics.horizontalAdvance(line) <= width:
                shown, text = tried, line
        return text

    def placed(self, width: int, font: QFont) -> list[tuple[Column, QRect]]:
        """Columns that fit, left to right, with their rectangles; their height is not set."""
        body, head = QFontMetrics(_figure_font(font)), QFontMetrics(caption_font(font))
        left_over = width - theme.px(_INDENT + _MARGIN + _LEAST_NAME)
        widths: dict[Column, int] = {}
        for column in filter(self.is_wanted, _BY_WEIGHT):
            text = max(body.horizontalAdvance(column.sample), head.horizontalAdvance(column.title))
            needed = text + theme.px(_GAP)
            if needed > left_over:
                break
            widths[column] = needed
            left_over -= needed
        placed: list[tuple[Column, QRect]] = []
        right = width - theme.px(_MARGIN)
        for column in reversed(COLUMNS):
            if column in widths:
                right -= widths[column]
                placed.insert(0, (column, QRect(right, 0, widths[column], 0)))
        return placed


def row_font(base: QFont, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    return theme.numeral_font(theme.sized_font(base, 12, weight))


def _figure_font(base: QFont, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    return theme.numeral_font(theme.sized_font(base, 11, weight))


def caption_font(base: QFont) -> QFont:
    return theme.sized_font(base, 11)


def name_and_type(
    width: int, name: str, rec_type: str, name_font: QFont, type_font: QFont
) -> tuple[str, str]:
    """Return what is shown of a drive's name and of a type in `width` pixels.

    Rows of one drive differ by their type alone: the name gives way first, in its middle.
    """
    gap, middle = theme.px(_TYPE_GAP), Qt.TextElideMode.ElideMiddle
    of_name, of_type = QFontMetrics(name_font), QFontMetrics(type_font)
    for_name = width - gap - of_type.horizontalAdvance(rec_type)
    if of_name.horizontalAdvance(name) <= for_name:
        return name, rec_type
    for_name = max(for_name - 2, theme.px(_LEAST_TITLE))  # widths are rounded
    shown = of_name.elidedText(name, middle, min(for_name, max(width, 0)))
    left_over = max(width - gap - of_name.horizontalAdvance(shown), 0)
    return shown, of_type.elidedText(rec_type, middle, left_over)


class FileRowPainter(QStyledItemDelegate):
    """One delegate for both kinds of rows; the view tells whether the keyboard is in use.

    With `has_two_lines` a file's figures stand below its name.
    """

    def __init__(self, columns: FileColumns, parent: QObject) -> None:
        super().__init__(parent)
        self._columns = columns
        self.shows_cursor = self.has_two_lines = False

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        height = TWO_LINES_HEIGHT if self.has_two_lines else ROW_HEIGHT
        return QSize(theme.px(120), theme.px(height))

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        assert painter is not None
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_current = bool(index.data(IS_CURRENT_ROLE))
        self._paint_ground(painter, option, is_current=is_current)
        entry = index.data(ENTRY_ROLE)
        if isinstance(entry, RecordingEntry):
            title = str(index.data(Qt.ItemDataRole.DisplayRole))
            self._paint_file(painter, option, title, entry, is_current=is_current)
        else:
            if self.has_two_lines:
                painter.translate(0, theme.px(_FOLDER_LOWER))
            _paint_folder(painter, option, index)
        painter.restore()

    def _paint_ground(
        self, painter: QPainter, option: QStyleOptionViewItem, *, is_current: bool
    ) -> None:
        box = QRectF(option.rect).adjusted(theme.px(4), 0, -theme.px(4), 0)
        radius = theme.px(4)
        painter.setPen(Qt.PenStyle.NoPen)
        if is_current:
            painter.setBrush(theme.colour("select"))
            painter.drawRoundedRect(box, radius, radius)
            painter.setBrush(theme.colour("accent"))
            bar = QRectF(box.left(), box.top() + 4, theme.px(2), box.height() - 8)
            painter.drawRoundedRect(bar, 1, 1)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(theme.colour("hover"))
            painter.drawRoundedRect(box, radius, radius)
        if self.shows_cursor and option.state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), radius, radius)

    def _paint_file(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        title: str,
        entry: RecordingEntry,
        *,
        is_current: bool,
    ) -> None:
        box = option.rect.adjusted(theme.px(_INDENT), 0, -theme.px(_MARGIN), 0)
        if self.has_two_lines:
            box = self._paint_second_line(painter, option, box, entry)
        elif entry.problem:
            box = _paint_problem(painter, option, box, entry.problem)
        else:
            weight = QFont.Weight.Medium if is_current else QFont.Weight.Normal
            painter.setFont(_figure_font(option.font, weight))
            painter.setPen(theme.colour("text" if is_current else "text2"))
            name_right = box.right()
            for column, place in self._columns.placed(option.rect.width(), option.font):
                place = QRect(place.x(), box.y(), place.width(), box.height())
                text = column.text(entry)
                painter.drawText(place, _RIGHT, text)
                if column is MASKED and not text and entry.mask_problem:
                    _paint_warning(painter, place.right() + 1, place)
                # The type may reach into a column whose figure is short.
                free = place.right() - painter.fontMetrics().horizontalAdvance(text)
                name_right = min(name_right, free - theme.px(_GAP))
            box.setRight(name_right)
        _paint_name(painter, option, box, title, entry)

    def _paint_second_line(
        self, painter: QPainter, option: QStyleOptionViewItem, box: QRect, entry: RecordingEntry
    ) -> QRect:
        """Figures, or what is wrong; returns where the name goes."""
        middle = box.center().y() + 1
        below = QRect(box.left(), middle, box.width(), box.bottom() - theme.px(3) - middle)
        if entry.problem:
            left = _paint_warning(painter, box.left() + theme.px(14), below) + theme.px(4)
            below.setLeft(left)
        painter.setFont(_figure_font(option.font))
        metrics = painter.fontMetrics()
        text = metrics.elidedText(
            printable(entry.problem), Qt.TextElideMode.ElideRight, below.width()
        ) or self._columns.second_line(entry, below.width(), metrics)
        painter.setPen(theme.colour("warning" if entry.problem else "text2"))
        painter.drawText(below, _LEFT, text)
        if entry.mask_problem and not entry.problem and self._columns.is_wanted(MASKED):
            left = below.left() + metrics.horizontalAdvance(text) + theme.px(8)
            _paint_warning(painter, left + theme.px(14), below)
        return QRect(box.left(), box.top() + theme.px(3), box.width(), middle - box.top())


def _paint_name(
    painter: QPainter,
    option: QStyleOptionViewItem,
    box: QRect,
    title: str,
    entry: RecordingEntry,
) -> None:
    name_font = theme.sized_font(option.font, 12, QFont.Weight.Medium)
    type_font = theme.sized_font(option.font, 11)
    name, rec_type = name_and_type(box.width(), title, entry.rec_type, name_font, type_font)
    painter.setFont(name_font)
    painter.setPen(theme.colour("disabled" if entry.problem else "text"))
    painter.drawText(box, _LEFT, name)
    used = painter.fontMetrics().horizontalAdvance(name)
    painter.setFont(type_font)
    if not entry.problem:
        painter.setPen(theme.colour("text2"))
    painter.drawText(box.adjusted(used + theme.px(_TYPE_GAP), 0, 0, 0), _LEFT, rec_type)


def _paint_problem(
    painter: QPainter, option: QStyleOptionViewItem, box: QRect, problem: str
) -> QRect:
    """Sign and reason at the right; returns what is left for the name."""
    painter.setFont(theme.sized_font(option.font, 12))
    painter.setPen(theme.colour("warning"))
    metrics = painter.fontMetrics()
    sign = theme.px(18)
    room = box.width() - sign - theme.px(136 if box.width() > theme.px(200) else 80)
    text = metrics.elidedText(printable(problem), Qt.TextElideMode.ElideRight, room)
    painter.drawText(box, _RIGHT, text)
    taken = metrics.horizontalAdvance(text) + theme.px(4)
    _paint_warning(painter, box.right() + 1 - taken, box)
    return box.adjusted(0, 0, -taken - sign, 0)


def _paint_warning(painter: QPainter, right: int, box: QRect) -> int:
    """A sign that ends at `right`, which is returned."""
    size = theme.px(14)
    top = box.top() + (box.height() - size) // 2
    paint_icon(painter, "warning", QRectF(right - size, top, size, size), "warning")
    return right


def _paint_folder(painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
    is_open = bool(option.state & QStyle.StateFlag.State_Open)
    box = option.rect.adjusted(theme.px(_INDENT), 0, -theme.px(_MARGIN), 0)
    _paint_chevron(painter, QPointF(theme.px(14), box.center().y() + 1), is_open=is_open)
    painter.setFont(row_font(option.font))
    painter.setPen(theme.colour("text2"))
    if not is_open:
        n_files = index.data(N_FILES_ROLE)
        count = f"{n_files} file{'s' if n_files != 1 else ''}"
        painter.drawText(box, _RIGHT, count)
        box.setRight(box.right() - painter.fontMetrics().horizontalAdvance(count) - theme.px(8))
    painter.setFont(theme.sized_font(option.font, 12, QFont.Weight.DemiBold))
    painter.setPen(theme.colour("text" if is_open else "text2"))
    title = str(index.data(Qt.ItemDataRole.DisplayRole))
    # The end tells recordings apart, the beginning is what they share.
    text = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideLeft, box.width())
    painter.drawText(box, _LEFT, text)


def _paint_chevron(painter: QPainter, middle: QPointF, *, is_open: bool) -> None:
    painter.setPen(QPen(theme.colour("text2"), 1.3, cap=Qt.PenCapStyle.RoundCap, join=_ROUND))
    wide, high = theme.px(3.5), theme.px(2)
    tip = middle + (QPointF(0, high) if is_open else QPointF(high, 0))
    for side in (-wide, wide):
        end = QPointF(side, -high) if is_open else QPointF(-high, side)
        painter.drawLine(QLineF(middle + end, tip))


_ROUND = Qt.PenJoinStyle.RoundJoin
