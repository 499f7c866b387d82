"""Small pictures that every row of a list shows, drawn once and kept."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QImage, QPainter, QPixmap
from PyQt6.QtWidgets import QWidget

_MOST = 512
_kept: dict[Hashable, QImage] = {}  # used by the GUI thread only


def stamp(
    painter: QPainter, rect: QRectF, key: Hashable, draw: Callable[[QPainter, QRectF], object]
) -> None:
    """Show in `rect` what `draw` draws there, from memory where it has been drawn before.

    Parameters
    ----------
    painter : QPainter
        One that makes vectors, as for a PDF, is drawn to anew.
    rect : QRectF
        In logical pixels; what is drawn lies within.
    key : hashable
        All that the looks depend on, but size and resolution.
    draw : callable
    """
    device = painter.device()
    if not isinstance(device, QWidget | QPixmap | QImage):
        draw(painter, rect)
        return
    scale = device.devicePixelRatioF()
    left, top = math.floor(rect.left() * scale) / scale, math.floor(rect.top() * scale) / scale
    within = rect.translated(-left, -top)  # sharp as in place: it begins between the same pixels
    shape = (round(n, 2) for n in (within.left(), within.top(), within.width(), within.height()))
    whole = (key, scale, *shape)
    image = _kept.get(whole)
    if image is None:
        if len(_kept) >= _MOST:
            _kept.clear()
        image = _kept[whole] = _drawn(within, scale, draw)
    painter.drawImage(QPointF(left, top), image)


def _drawn(within: QRectF, scale: float, draw: Callable[[QPainter, QRectF], object]) -> QImage:
    width, height = math.ceil(within.right() * scale), math.ceil(within.bottom() * scale)
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(scale)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    draw(painter, within)
    painter.end()
    return image
