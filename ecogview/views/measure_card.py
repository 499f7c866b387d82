"""The figures between the measuring cursors: on a card over the traces, and to be copied."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from PyQt6.QtCore import QPointF, QRectF, QSizeF, Qt
from PyQt6.QtGui import QFont, QFontMetricsF, QPainter, QPixmap

from ecogview.data.marks_table import seconds_cell, text_cell
from ecogview.data.recording import RecordingInfo
from ecogview.errors import printable
from ecogview.model.clock import decimals_for, format_time
from ecogview.model.session import Session
from ecogview.services.measuring import Measurement
from ecogview.views import theme
from ecogview.views.trace_canvas import TraceCanvas
from ecogview.views.trace_overlays import format_amount

COLUMNS = (
    *("channel", "a_s", "b_s", "delta_t_s", "rate_hz", "value_a", "value_b", "delta"),
    *("rms", "peak_to_peak", "mean", "units"),
)
_HEADS = ("", "B − A", "RMS", "Peak to peak")
_MOST_ROWS = 8
_PAD_PX, _LINE_PX, _TITLE_PX = 12, 16, 22
_MARGIN_PX = 8.0


class CardText(NamedTuple):
    """What stands on the card; rows have a cell for each of four columns."""

    title: str
    aside: str
    rows: tuple[tuple[str, ...], ...]
    note: str


def measured_channels(session: Session, pointed_at: int | None) -> list[int]:
    """The selected channels, top to bottom; without any, the one that was pointed at."""
    channels = session.channels
    chosen = [c for c in channels.rows if c in channels.selected]
    if not chosen and pointed_at is not None and pointed_at < len(channels.channels):
        chosen = [pointed_at]
    return chosen


def card_text(
    info: RecordingInfo,
    span: tuple[int, int],
    channels: Sequence[int],
    measurement: Measurement | None,
) -> CardText:
    """What is known of the stretch between two samples, in words.

    A measurement of another stretch counts as none.
    """
    rate = info.sampling_rate
    decimals, n_steps = decimals_for(1 / rate), span[1] - span[0]
    title = f"{n_steps / rate:,.{decimals}f} s"
    aside = f"{rate / n_steps:.4g} Hz   {n_steps:,} samples" if n_steps else "one sample"
    if measurement is not None and not _is_of(measurement, span):
        measurement = None
    rows: list[tuple[str, ...]] = [_HEADS]
    for channel in channels[:_MOST_ROWS]:
        cells: tuple[str, ...] = ("…",) * 3
        if measurement is not None and channel < len(measurement.rms):
            figures = (measurement.delta, measurement.rms, measurement.peak_to_peak)
            cells = tuple(_amount(float(f[channel]), info.units) for f in figures)
        rows.append((printable(info.channels[channel].label, 24), *cells))
    return CardText(title, aside, tuple(rows), _note(span, channels, measurement))


def _amount(value: float, units: str) -> str:
    return "…" if math.isnan(value) else format_amount(value, units, digits=4)


def _is_of(measurement: Measurement, span: tuple[int, int]) -> bool:
    return (measurement.request.first, measurement.request.last) == span


def _note(span: tuple[int, int], channels: Sequence[int], measurement: Measurement | None) -> str:
    """What is to be known of the figures; empty where they are plain."""
    if not channels:
        return "Point at a channel, or select some"
    n_samples = span[1] - span[0] + 1
    if measurement is None:
        return ""
    if measurement.failure is not None:
        return f"Read {measurement.n_done:,} of {n_samples:,} samples: the rest cannot be read"
    if not measurement.is_complete:
        return f"{100 * measurement.n_done // n_samples} % read"
    invalid = sum(int(measurement.n_invalid[c]) for c in channels)
    if invalid:
        return f"Without {invalid:,} values that are no numbers"
    beyond = len(channels) - _MOST_ROWS
    return f"and {beyond} more channels" if beyond > 0 else ""


def copied_text(info: RecordingInfo, measurement: Measurement, channels: Sequence[int]) -> str:
    """A table for a spreadsheet: a line of names, then a line a channel, cells between tabs.

    Plain numbers, seconds and the recording's unit; what is not known is ``n/a``.
    """
    rate, request = info.sampling_rate, measurement.request
    n_steps = request.last - request.first
    lines: list[tuple[str, ...]] = [COLUMNS]
    for channel in channels:
        numbers = (
            rate / n_steps if n_steps else math.nan,
            *(
                float(figures[channel])
                for figures in (
                    measurement.start,
                    measurement.stop,
                    measurement.delta,
                    measurement.rms,
                    measurement.peak_to_peak,
                    measurement.mean,
                )
            ),
        )
        times = (seconds_cell(n / rate) for n in (request.first, request.last, n_steps))
        cells = (f"{n:.9g}" if math.isfinite(n) else "n/a" for n in numbers)
        lines.append((text_cell(info.channels[channel].label), *times, *cells, info.units))
    return "\n".join("\t".join(line) for line in lines)


class MeasureCard:
    """The card, kept as a picture: written anew only when its text or colours are others."""

    def __init__(self) -> None:
        self._key: object = None
        self._picture = QPixmap()

    def paint(self, painter: QPainter, canvas: TraceCanvas, text: CardText) -> QRectF:
        """Paint it at the bottom left, at the top left with the mouse there; return where."""
        key = (text, theme.current(), canvas.devicePixelRatioF(), canvas.font().key())
        if key != self._key:
            self._key, self._picture = key, _drawn(canvas, text)
        size = self._picture.deviceIndependentSize()
        place = QPointF(_MARGIN_PX, max(canvas.height() - size.height() - _MARGIN_PX, 0.0))
        mouse = canvas.mouse
        if mouse is not None and QRectF(place, size).contains(mouse):
            place.setY(_MARGIN_PX + theme.px(16))  # below labels of events
        painter.drawPixmap(place, self._picture)
        return QRectF(place, size)


def _drawn(canvas: TraceCanvas, text: CardText) -> QPixmap:
    base = theme.numeral_font(canvas.font())
    title = theme.sized_font(base, 13, QFont.Weight.DemiBold)
    plain, head = theme.sized_font(base, 11), theme.sized_font(base, 10)
    metrics, gap = QFontMetricsF(plain), theme.px(14)
    widths = [
        max(metrics.horizontalAdvance(row[column]) for row in text.rows)
        for column in range(len(_HEADS))
    ]
    table_width = sum(widths) + gap * (len(widths) - 1)
    title_width = QFontMetricsF(title).horizontalAdvance(text.title) + gap
    inner = max(
        table_width,
        title_width + metrics.horizontalAdvance(text.aside),
        metrics.horizontalAdvance(text.note),
    )
    pad, line, top = theme.px(_PAD_PX), theme.px(_LINE_PX), theme.px(_TITLE_PX)
    rows = text.rows if len(text.rows) > 1 else ()
    n_lines = len(rows) + bool(text.note)
    size = QSizeF(math.ceil(inner + 2 * pad), top + line * n_lines + pad)
    scale = canvas.devicePixelRatioF()
    picture = QPixmap((size * scale).toSize())
    picture.setDevicePixelRatio(scale)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(theme.colour("border"))
    painter.setBrush(theme.colour("raised"))
    painter.drawRoundedRect(QRectF(QPointF(), size).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
    left, middle = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignVCenter
    box = QRectF(pad, pad / 2, inner, top)
    painter.setFont(title)
    painter.setPen(theme.colour("text"))
    painter.drawText(box, left | middle, text.title)
    painter.setFont(plain)
    painter.setPen(theme.colour("text2"))
    painter.drawText(box.adjusted(title_width, 0, 0, 0), left | middle, text.aside)
    y = box.bottom()
    for number, row in enumerate(rows):
        painter.setFont(plain if number else head)
        painter.setPen(theme.colour("text" if number else "text2"))
        x = float(pad)
        for column, cell in enumerate(row):
            aligned = Qt.AlignmentFlag.AlignRight if column else left
            painter.drawText(QRectF(x, y, widths[column], line), aligned | middle, cell)
            x += widths[column] + gap
        y += line
    if text.note:
        painter.setFont(plain)
        painter.setPen(theme.colour("text2"))
        painter.drawText(QRectF(pad, y, inner, line), left | middle, text.note)
    painter.end()
    return picture


def place_text(letter: str, sample: int, rate: float) -> str:
    """A cursor's name and time, exact to the sample."""
    return f"{letter}  {format_time(sample / rate, decimals_for(1 / rate))}"
