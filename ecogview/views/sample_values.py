"""Values of single samples, to be read: of the one at the cursor, and beside dots far apart."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QRectF, QSizeF, Qt
from PyQt6.QtGui import QFontMetricsF, QPainter, QPen

from ecogview.data.recording import RecordingInfo
from ecogview.model.clock import decimals_for, format_time
from ecogview.model.session import Session
from ecogview.views import theme
from ecogview.views.sample_dots import dot_column, nearest_sample
from ecogview.views.trace_picture import TracePicture

if TYPE_CHECKING:
    from ecogview.views.trace_canvas import TraceCanvas

_LEAST_APART_PX = 56  # between samples whose values stand beside their dots
_MOST_LABELS = 100  # painting so many takes 4 ms
_RING_PX = 5.5
_GAP_PX = 5  # between the middle of a dot and its label


class SampleAt(NamedTuple):
    """A sample on the screen, and its value in the picture: as in the file, or processed."""

    sample: int
    channel: int
    value: float


def sample_near(
    picture: TracePicture, column: int, channel: int, info: RecordingInfo
) -> SampleAt | None:
    """The sample nearest to a column's middle; None where it is not known."""
    if picture.samples is None:
        return None
    sample = min(nearest_sample(picture.grid, column), info.n_samples - 1)
    value = picture.samples.value(sample, channel, picture.first)
    return None if value is None else SampleAt(sample, channel, value)


def format_value(value: float, info: RecordingInfo, *, with_units: bool = False) -> str:
    """A value as it is in the file, `−317 counts`, `−26.4152 µV`, with a true minus."""
    if math.isnan(value):
        return "not a number"
    text = f"{value:.0f}" if info.dtype.kind in "iu" else f"{value:.6g}"
    return text.replace("-", "−") + (f" {info.units}" if with_units else "")


def displayed_value(picture: TracePicture, at: SampleAt) -> float | None:
    """What the trace shows for a sample; None where that is the sample, to half a pixel."""
    offset = float(picture.style.offsets[at.channel])
    if not abs(offset) * picture.layout.scales[at.channel] >= 0.5:
        return None
    return at.value - offset


def format_place(sample: int, info: RecordingInfo) -> str:
    """When a sample was taken and which one it is, counted from 0: `0:12.345   sample 12,345`."""
    rate = info.sampling_rate
    return f"{format_time(sample / rate, decimals_for(1 / rate))}   sample {sample:,}"


def dot_middles(
    picture: TracePicture, samples: NDArray[np.int64], values: NDArray[np.float32], channel: int
) -> tuple[NDArray[np.floating[Any]], NDArray[np.floating[Any]]]:
    """X and y of the middles of dots of a channel that is shown, in pixels of the device."""
    style = picture.style
    left = dot_column(picture.grid, samples, style.dot_size) - picture.first
    finite = np.where(np.isfinite(values), values, np.nan)
    y = picture.layout.y_of(channel, finite, float(style.offsets[channel]))
    return left + style.dot_size / 2, y


def paint_ring(painter: QPainter, canvas: TraceCanvas, at: SampleAt) -> QRectF:
    """Ring a sample's dot; returns where, a null one where none is on the screen."""
    picture = canvas.picture
    if picture is None or not picture.style.dot_size or at.channel not in picture.style.rows:
        return QRectF()
    value = np.array([at.value], np.float32)
    x, y = dot_middles(picture, np.array([at.sample], np.int64), value, at.channel)
    middle = QPointF(x[0], y[0]) / canvas.devicePixelRatioF()
    if not -_RING_PX < middle.y() < canvas.height() + _RING_PX:  # NaN is not
        return QRectF()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour("accent"), 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(middle, _RING_PX, _RING_PX)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    reach = QPointF(_RING_PX + 1.5, _RING_PX + 1.5)
    return QRectF(middle - reach, middle + reach)


def paint_labels(
    painter: QPainter, canvas: TraceCanvas, session: Session, taken: list[QRectF]
) -> None:
    """Values beside the dots of the hovered and the selected channels, where there is room.

    `taken` are places that must stay free; those of the labels are added.
    """
    picture, info = canvas.picture, session.info
    if picture is None or picture.samples is None or info is None or not picture.style.dot_size:
        return
    grid, scale = picture.grid, canvas.devicePixelRatioF()
    if grid.width / grid.length < _LEAST_APART_PX * scale:
        return
    first, last = (nearest_sample(grid, column) for column in (picture.first, picture.stop - 1))
    samples = np.arange(first, min(last, info.n_samples - 1) + 1, dtype=np.int64)
    painter.setFont(theme.sized_font(theme.numeral_font(canvas.font()), 10))
    metrics = QFontMetricsF(painter.font())
    ground = theme.colour("canvas")
    ground.setAlphaF(0.8)
    painter.setPen(theme.colour("accent"))  # as their trace: in dense rows they lie on others
    room, height, ascent = QRectF(canvas.rect()), metrics.height(), metrics.ascent()
    apart = grid.width / grid.length
    is_dense = canvas.height() < 2 * height * len(session.channels.shown)
    n_labelled = 1 if is_dense else max(_MOST_LABELS // max(len(samples), 1), 1)
    for channel in _labelled(session, picture.style.rows)[:n_labelled]:
        values = picture.samples.values(samples, channel, picture.first)
        x, y = dot_middles(picture, samples, values, channel)
        falls = np.nan_to_num(np.diff(y, prepend=y[:1], append=y[-1:]) / apart)
        for place in np.flatnonzero(np.isfinite(values)).tolist():
            text = _label(picture, float(values[place]), channel, info)
            size = QSizeF(metrics.horizontalAdvance(text) + 4, height)
            middle = QPointF(x[place], y[place]) / scale
            for box in _places(middle, size, -falls[place], falls[place + 1]):
                if room.contains(box) and not any(map(box.intersects, taken)):
                    taken.append(box)
                    painter.fillRect(box, ground)
                    painter.drawText(box.topLeft() + QPointF(2, ascent), text)
                    break


def _label(picture: TracePicture, value: float, channel: int, info: RecordingInfo) -> str:
    """The value as it is in the file; as displayed where that is processed."""
    if picture.applied is None:
        return format_value(value, info)
    shown = value - float(picture.style.offsets[channel])
    return f"{shown:.4g}".replace("-", "−")


def _labelled(session: Session, rows: tuple[int, ...]) -> list[int]:
    """Channels of `rows` whose values are wanted, the hovered one first."""
    channels = session.channels
    marked = [c for c in rows if c == channels.hovered or c in channels.selected]
    return sorted(marked, key=lambda c: c != channels.hovered)


def _places(middle: QPointF, size: QSizeF, left: float, right: float) -> Iterator[QRectF]:
    """Where a label can stand without the line through it; above where it can be.

    `left` and `right` say how many pixels the line falls for each one away from the dot.
    """
    width = size.width()
    aside = width + _GAP_PX / 2
    for x, falls in (
        (-width / 2, (left * width / 2, right * width / 2)),
        (_GAP_PX / 2, (right * aside,)),
        (-aside, (left * aside,)),
    ):
        if min(falls) > -_GAP_PX:
            yield QRectF(middle + QPointF(x, -_GAP_PX - size.height()), size)
        if max(falls) < _GAP_PX:
            yield QRectF(middle + QPointF(x, _GAP_PX), size)
