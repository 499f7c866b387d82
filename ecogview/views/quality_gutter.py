"""Labels and figures beside the large map: thinned when there are many, bad ones struck."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QFont, QFontMetricsF, QPainter

from ecogview.errors import printable
from ecogview.model.session import Session
from ecogview.views import theme
from ecogview.views.channel_measure import ChannelValue
from ecogview.views.quality_picture import PictureLayout
from ecogview.views.row_labels import named_rows
from ecogview.views.shown_quality import ShownQuality

WIDTH = 124  # of the design
_CROSS_X, _LABEL_X, _LABEL_PAD, _FIGURE_WIDTH, _MARGIN = 6, 20, 5, 46, 10
_CROSS = 2.5  # half of its width
_SMALL_PX = 9  # high are long labels


@dataclass(frozen=True, slots=True)
class RowBands:
    """Where rows lie, in logical pixels."""

    top: float
    height: float  # of one
    n_rows: int

    @classmethod
    def of(cls, layout: PictureLayout, n_rows: int) -> RowBands:
        area = layout.logical(layout.columns, layout.map_rows)
        return cls(area.top(), area.height() / max(n_rows, 1), n_rows)

    def middle(self, row: int) -> float:
        return self.top + (row + 0.5) * self.height

    def row_at(self, y: float) -> int | None:
        row = int((y - self.top) // self.height)
        return row if 0 <= row < self.n_rows else None

    def nearest_row(self, y: float) -> int:
        return min(max(int((y - self.top) // self.height), 0), self.n_rows - 1)


class QualityGutter:
    """Paints the labels; where a click does what is for the canvas to say."""

    def __init__(self, session: Session, shown: ShownQuality) -> None:
        self._session, self._shown = session, shown

    def value_of(self, channel: int) -> ChannelValue | None:
        """A channel's number; None where all are alike, or nothing is known."""
        measured = self._shown.measured
        if measured is None or measured.measure.against == "own":
            return None
        return ChannelValue.of(float(measured.values[channel]), measured.measure)

    def paint(
        self,
        painter: QPainter,
        layout: PictureLayout,
        rows: Sequence[int],
        *,
        first: int,
        bad: Collection[int],
        picked: Collection[int],
        font: QFont,
    ) -> None:
        """Paint what stands left of the map.

        Parameters
        ----------
        painter : QPainter
        layout : PictureLayout
        rows : sequence of int
            Channels, top to bottom.
        first : int
            Number of the topmost row among all.
        bad : collection of int
            Channels, with those that are about to be marked.
        picked : collection of int
            Channels that the mouse is about to mark.
        font : QFont
            Base font.
        """
        info, channels = self._session.info, self._session.channels
        if info is None or not rows:
            return
        bands, width = RowBands.of(layout, len(rows)), layout.left / layout.scale
        values = {channel: self.value_of(channel) for channel in rows}
        self._paint_grounds(painter, bands, rows, channels.selected | set(picked), width)
        painter.setPen(theme.colour("text"))
        for row, channel in enumerate(rows):
            if channel in bad:
                _paint_cross(painter, bands, row)

        def weight(row: int) -> int:
            channel, value = rows[row], values[rows[row]]
            if channel == channels.hovered:
                return 0
            if channel in picked or channel in channels.selected:
                return 1
            return 2 if channel in bad else 3 if value is not None and value.is_loud else 4

        urgent = sorted((row for row in range(len(rows)) if weight(row) < 4), key=weight)
        named = named_rows(len(rows), bands.height, urgent=urgent, first=first)
        named.sort(key=lambda row: rows[row] == channels.hovered)  # the hovered one on top
        for row in named:
            channel, is_hovered = rows[row], rows[row] == channels.hovered
            left = theme.px(_LABEL_X - _LABEL_PAD)
            box = QRectF(left, 0, width - theme.px(_MARGIN - _LABEL_PAD) - left, theme.px(15))
            box.moveTop(bands.middle(row) - box.height() / 2)
            if is_hovered:
                _paint_ground(painter, box, "select")
            self._paint_words(
                painter, box, printable(info.channels[channel].label), values[channel],
                is_hovered=is_hovered, is_bad=channel in bad, font=font,
            )  # fmt: skip

    def _paint_grounds(
        self,
        painter: QPainter,
        bands: RowBands,
        rows: Sequence[int],
        marked: Collection[int],
        width: float,
    ) -> None:
        for row, channel in enumerate(rows):
            if channel in marked:
                top = bands.top + row * bands.height
                box = QRectF(0, top, width - theme.px(_MARGIN - _LABEL_PAD), bands.height)
                painter.fillRect(box, theme.colour("select"))

    def _paint_words(
        self,
        painter: QPainter,
        box: QRectF,
        label: str,
        value: ChannelValue | None,
        *,
        is_hovered: bool,
        is_bad: bool,
        font: QFont,
    ) -> None:
        words = theme.sized_font(theme.numeral_font(font), 10)
        is_loud = value is not None and value.is_loud
        painter.setPen(
            theme.colour("accent" if is_hovered else "text" if is_loud and not is_bad else "text2")
        )
        if value is not None:
            painter.setFont(words)
            figure = box.adjusted(0, 0, -theme.px(_LABEL_PAD), 0)
            painter.drawText(figure, _RIGHT, value.spoken)
        room = box.adjusted(theme.px(_LABEL_PAD), 0, -theme.px(_FIGURE_WIDTH + _MARGIN), 0)
        if QFontMetricsF(words).horizontalAdvance(label) > room.width():
            words = theme.sized_font(words, _SMALL_PX)
        words.setStrikeOut(is_bad)
        painter.setFont(words)
        metrics = painter.fontMetrics()
        text = metrics.elidedText(label, Qt.TextElideMode.ElideLeft, int(room.width()) + 1)
        painter.drawText(room, _LEFT, text)


def _paint_ground(painter: QPainter, box: QRectF, token: str) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(token))
    painter.drawRoundedRect(box, theme.px(4), theme.px(4))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _paint_cross(painter: QPainter, bands: RowBands, row: int) -> None:
    """A cross, low where rows are low, so that each is one."""
    half = min(_CROSS, max(bands.height / 2 - 0.5, 1.0))
    centre = QPointF(theme.px(_CROSS_X) + _CROSS, bands.middle(row))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for sign in (1, -1):
        painter.drawLine(
            centre + QPointF(-_CROSS, -half * sign), centre + QPointF(_CROSS, half * sign)
        )
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
