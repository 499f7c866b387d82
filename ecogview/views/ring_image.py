"""The picture of the traces: a ring of pixel columns that `QPainter` blits in two pieces."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QImage, QPainter


class RingImage:
    """Pixels of the columns of an `EnvelopeRing`, at the same slots.

    RGB32, which blits 7 times faster than an indexed image; nothing is ever moved in it.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.pixels: NDArray[np.uint32] = np.zeros((height, width), np.uint32)
        # The image does not own the buffer: both live and die together here.
        self._image: QImage = QImage(  # type: ignore[call-overload]  # PyQt's stubs know bytes only
            self.pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32
        )

    def paint(self, painter: QPainter, first_column: int, scale: float) -> None:
        """Paint the ring with `first_column` at the left; `scale` is the device pixel ratio."""
        self._image.setDevicePixelRatio(scale)
        split = first_column % self.width
        left = self.width - split
        painter.drawImage(QPointF(0, 0), self._image, QRectF(split, 0, left, self.height))
        if split:
            painter.drawImage(
                QPointF(left / scale, 0), self._image, QRectF(0, 0, split, self.height)
            )

    def copy(self) -> QImage:
        """An image of its own, for tests and for keeping."""
        return self._image.copy()
