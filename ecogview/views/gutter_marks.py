"""What stands beside a channel's label: its colour, its own gain, and more on request."""

from __future__ import annotations

from itertools import product

from PyQt6.QtCore import QLineF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from ecogview.data.recording import Channel
from ecogview.model.channel_gains import format_factor
from ecogview.views import theme
from ecogview.views.butterfly import amplitude_marks
from ecogview.views.colour_tokens import Tokens
from ecogview.views.shown_names import ShownNames
from ecogview.views.trace_colours import place_text

_SWATCH_PX = 3.0
_GAP_FROM_PX = 6.0  # high are rows whose swatches keep apart
_GROUP_GAP_PX = 3.0  # least between a group and the label
_TICK_PX = 4.0
_LEFT_PX, _LEFT_OF_BAD_PX = 2.0, 13.0  # a bad channel's cross stands left of it
_SMALL_PX = 9  # high are signs beside a label, and labels of two electrodes without room


def paint_swatches(
    painter: QPainter, right: float, top: float, row_height: float, colours: list[str]
) -> None:
    """A tick of colour a row, with its right edge at `right`."""
    gap = 1.0 if row_height >= _GAP_FROM_PX else 0.0
    for row, colour in enumerate(colours):
        box = QRectF(
            right - _SWATCH_PX, top + row * row_height + gap, _SWATCH_PX, row_height - 2 * gap
        )
        painter.fillRect(box, QColor(colour))


def paint_gain(
    painter: QPainter, box: QRectF, factor: float, *, is_bad: bool, font: QFont, colour: QColor
) -> QRectF:
    """A channel's own gain left in its label's box; returns what room is left for the label."""
    text = format_factor(factor)
    painter.setFont(theme.sized_font(font, _SMALL_PX))
    painter.setPen(colour)
    width = QFontMetricsF(painter.font()).horizontalAdvance(text)
    left = _LEFT_OF_BAD_PX if is_bad else _LEFT_PX
    room = QRectF(left, box.top(), width + 1, box.height())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
    return QRectF(room.right() + 2, box.top(), box.right() - room.right() - 2, box.height())


def name_box(box: QRectF, names: ShownNames, channel: int, font: QFont, *, is_bad: bool) -> QRectF:
    """A label's box, as far to the left as the gutter goes where the name is wider."""
    if QFontMetricsF(font).horizontalAdvance(names.forms(channel)[0]) <= box.width():
        return box
    return box.adjusted((_LEFT_OF_BAD_PX if is_bad else _LEFT_PX) - box.left(), 0, 0, 0)


def paint_name(
    painter: QPainter, box: QRectF, names: ShownNames, channel: int, font: QFont, *, is_bad: bool
) -> float:
    """What a row shows, at the right of its box, in the pen's colour; returns how wide it is.

    A name may be in a smaller font, and one of two electrodes has shorter forms: the first that
    fits.
    """
    is_of_two, forms = names.is_of_two(channel), names.forms(channel)
    fits = QFontMetricsF(font).horizontalAdvance(forms[0]) <= box.width()
    fonts = (font,) if fits else (font, theme.sized_font(font, _SMALL_PX))
    text, here = next(
        (
            (form, sized)
            for form, sized in product(forms, fonts)
            if QFontMetricsF(sized).horizontalAdvance(form) <= box.width()
        ),
        (forms[-1], fonts[-1]),
    )
    # Without its end a name of two is seen to be unfinished; that of one is told by its number.
    end = Qt.TextElideMode.ElideRight if is_of_two else Qt.TextElideMode.ElideLeft
    text = QFontMetricsF(here).elidedText(text, end, box.width())
    struck = QFont(here)
    struck.setStrikeOut(is_bad)
    painter.setFont(struck)
    painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
    return QFontMetricsF(here).horizontalAdvance(text)


def paint_group(
    painter: QPainter,
    box: QRectF,
    mark: str,
    label_width: float,
    *,
    is_bad: bool,
    font: QFont,
    colour: QColor,
) -> None:
    """Row or column of the array left of its label, where there is room: no matter of colour."""
    painter.setFont(theme.sized_font(font, _SMALL_PX))
    painter.setPen(colour)
    width = QFontMetricsF(painter.font()).horizontalAdvance(mark) + 1
    most = box.right() - label_width - _GROUP_GAP_PX - width
    # Right of the crosses, so that those of rows without a label do not meet it, where that goes.
    lefts = (_LEFT_OF_BAD_PX,) if is_bad else (_LEFT_OF_BAD_PX, _LEFT_PX)
    left = next((place for place in lefts if place <= most), None)
    if left is not None:
        room = QRectF(left, box.top(), width, box.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, mark)


def paint_amplitudes(
    painter: QPainter,
    gutter: QRectF,
    units_per_row: float,
    units: str,
    font: QFont,
    tokens: Tokens,
) -> None:
    """Amplitudes instead of labels, where all traces lie on one line."""
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    right, room = gutter.right() - _TICK_PX, gutter.width() - _TICK_PX - 4
    middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
    for below, text in amplitude_marks(
        gutter.height(), units_per_row, units, lambda text: metrics.horizontalAdvance(text) < room
    ):
        y = gutter.top() + below
        painter.setPen(QColor(tokens.disabled))
        painter.drawLine(QLineF(right, y, gutter.right(), y))
        painter.setPen(QColor(tokens.text2))
        painter.drawText(QRectF(gutter.left(), y - 8, right - 3 - gutter.left(), 16), middle, text)


def label_tip(channel: Channel, names: ShownNames, factor: float, *, is_bad: bool) -> str:
    """All that the gutter shows of a channel in signs, in words."""
    words = [place_text(channel), "bad" if is_bad else ""]
    if factor != 1:
        words.append(f"drawn {format_factor(factor)}; press the wheel for the gain of all")
    else:
        words.append("the wheel changes its gain")
    clicks = f"Click marks it {'good' if is_bad else 'bad'}; Ctrl+click selects"
    return f"{names.told(channel.index)}: {', '.join(filter(None, words))}\n{clicks}"
