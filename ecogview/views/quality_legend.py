"""Key of the quality map: patterns of bad spans, and the colour scale with its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QFont, QFontMetricsF, QImage, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from ecogview.dsp.channel_quality import Measure
from ecogview.dsp.raster import EDGE_PATTERNS
from ecogview.views import theme
from ecogview.views.colour_maps import colour_table
from ecogview.views.trace_picture import lane_pixels

_BAR = (128, 8)  # of the colour scale, in sizes of the design
_SWATCH = (14, 8)
_TICK = 3
_WORD_GAP, _KIND_GAP, _SCALE_GAP = 5, 14, 22


@dataclass(frozen=True, eq=False, slots=True)
class LegendScale:
    """Colours of the scale as RGB32 pixels, (256,), and what its ends are called."""

    table: NDArray[np.uint32]
    low: str
    high: str

    @classmethod
    def of(cls, measure: Measure, *, is_dark: bool) -> Self:
        ends = (measure.scale.low, measure.scale.high)
        low, high = (_end(value, is_share=measure.share) for value in ends)
        return cls(colour_table(is_deviating=measure.deviating, is_dark=is_dark), low, high)


def _end(value: float, *, is_share: bool) -> str:
    """An end of a scale in as few signs as it takes: "½×", "4×", "0", "60 %"."""
    if is_share:
        return f"{100 * value:g} %" if value else "0"
    return "½×" if value == 0.5 else f"{value:g}×"


def paint_legend(
    painter: QPainter, box: QRectF, font: QFont, scale: LegendScale | None, *, pixel_ratio: float
) -> None:
    """Paint the key right-aligned into `box`; what does not fit is left out, spans first.

    Parameters
    ----------
    painter : QPainter
    box : QRectF
        Logical pixels.
    font : QFont
        Base font; the key is written smaller.
    scale : LegendScale or None
        None where there is no map to have one.
    pixel_ratio : float
        Pixels of the screen to a logical one, so that patterns are those of the strip.
    """
    words = theme.sized_font(theme.numeral_font(font), 11)
    metrics = QFontMetricsF(words)
    painter.setFont(words)
    right = box.right()
    if scale is not None and _scale_width(metrics, scale) <= box.width():
        right = _paint_scale(painter, box, metrics, scale, pixel_ratio) - theme.px(_SCALE_GAP)
    if right - _kinds_width(metrics) >= box.left():
        for kind in reversed(EDGE_PATTERNS):
            right = _paint_kind(painter, box, metrics, kind, right, pixel_ratio)


def legend_width(font: QFont, scale: LegendScale | None) -> int:
    """Width at which nothing is left out."""
    metrics = QFontMetricsF(theme.sized_font(theme.numeral_font(font), 11))
    width = _kinds_width(metrics)
    if scale is not None:
        width += theme.px(_SCALE_GAP) + _scale_width(metrics, scale)
    return int(width) + 1


def legend_words(scale: LegendScale | None) -> str:
    """The key in words, for those who hear it."""
    spans = "hf: upright ticks, sat: solid, manual: slanted"
    return spans if scale is None else f"Colours from {scale.low} to {scale.high}; {spans}"


def _scale_width(metrics: QFontMetricsF, scale: LegendScale) -> float:
    words = metrics.horizontalAdvance(scale.low) + metrics.horizontalAdvance(scale.high)
    return words + theme.px(_BAR[0]) + 2 * theme.px(_WORD_GAP)


def _kinds_width(metrics: QFontMetricsF) -> float:
    words = sum(metrics.horizontalAdvance(kind) for kind in EDGE_PATTERNS)
    each = theme.px(_SWATCH[0]) + theme.px(_WORD_GAP)
    return words + len(EDGE_PATTERNS) * each + (len(EDGE_PATTERNS) - 1) * theme.px(_KIND_GAP)


def _paint_scale(
    painter: QPainter,
    box: QRectF,
    metrics: QFontMetricsF,
    scale: LegendScale,
    pixel_ratio: float,
) -> float:
    """Numbers, colours and the tick at their middle; return where they begin."""
    width, height = theme.px(_BAR[0]), theme.px(_BAR[1])
    right = box.right()
    painter.setPen(theme.colour("text2"))
    left = _write(painter, box, metrics, scale.high, right) - theme.px(_WORD_GAP) - width
    bar = QRectF(round(left), round(box.center().y() - height / 2), width, height)
    steps = np.linspace(0, len(scale.table) - 1, max(round(width * pixel_ratio), 2))
    painter.drawImage(bar, _image(scale.table[np.rint(steps).astype(np.int64)][None, :]))
    painter.setPen(theme.colour("border"))
    painter.drawRect(bar.adjusted(-0.5, -0.5, 0.5, 0.5))
    painter.setPen(theme.colour("text2"))
    middle = QPointF(round(bar.center().x()) + 0.5, bar.bottom() + 1)
    painter.drawLine(middle, middle + QPointF(0, theme.px(_TICK)))
    return _write(painter, box, metrics, scale.low, bar.left() - theme.px(_WORD_GAP))


def _paint_kind(
    painter: QPainter,
    box: QRectF,
    metrics: QFontMetricsF,
    kind: str,
    right: float,
    pixel_ratio: float,
) -> float:
    """Pattern and name of a kind of span; return where the one before it ends."""
    painter.setPen(theme.colour("text2"))
    left = _write(painter, box, metrics, kind, right) - theme.px(_WORD_GAP)
    width, height = (round(theme.px(size) * pixel_ratio) for size in _SWATCH)
    covered = np.ones(width, np.uint8)
    swatch = _image(lane_pixels((kind,), covered, 0, height, theme.current()))
    swatch.setDevicePixelRatio(pixel_ratio)
    left -= theme.px(_SWATCH[0])
    painter.drawImage(QPointF(round(left), round(box.center().y() - _SWATCH[1] / 2)), swatch)
    return left - theme.px(_KIND_GAP)


def _write(
    painter: QPainter, box: QRectF, metrics: QFontMetricsF, text: str, right: float
) -> float:
    """Write a word that ends at `right`; return where it begins."""
    width = metrics.horizontalAdvance(text)
    room = QRectF(right - width - 1, box.top(), width + 2, box.height())
    painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)
    return right - width


def _image(pixels: NDArray[np.uint32]) -> QImage:
    height, width = pixels.shape
    whole = np.ascontiguousarray(pixels).tobytes()
    # A copy, for the image does not own the bytes.
    return QImage(whole, width, height, 4 * width, QImage.Format.Format_RGB32).copy()


class QualityLegend(QWidget):
    """The key in the header of the overview."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._scale: LegendScale | None = None
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.set_scale(None)

    def set_scale(self, scale: LegendScale | None) -> None:
        self._scale = scale
        self.setAccessibleName(legend_words(scale))
        self.setToolTip(legend_words(scale))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(legend_width(self.font(), self._scale), theme.px(20))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        paint_legend(
            painter, QRectF(self.rect()), self.font(), self._scale,
            pixel_ratio=self.devicePixelRatioF(),
        )  # fmt: skip
