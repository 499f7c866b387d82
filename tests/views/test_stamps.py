"""Pictures kept for the rows of lists: the same pixels as drawn in place."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import QBuffer, QPointF, QRectF, Qt
from PyQt6.QtGui import QImage, QPainter
from PyQt6.QtSvg import QSvgGenerator
from PyQt6.QtWidgets import QApplication

from ecogview.views import theme, toggle_switch
from ecogview.views.stamps import stamp
from ecogview.views.toggle_switch import paint_switch


def picture(scale: float) -> QImage:
    image = QImage(round(60 * scale), round(40 * scale), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(scale)
    image.fill(Qt.GlobalColor.white)
    return image


def pixels(image: QImage) -> np.ndarray:
    bits = image.constBits()
    assert bits is not None
    return np.frombuffer(bits.asarray(image.sizeInBytes()), np.uint8).copy()


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("place", [(4, 5), (4.25, 5.5), (30.8, 20.1)])
@pytest.mark.parametrize("thrown", [False, True])
def test_a_kept_one_looks_as_drawn_in_place(
    qapp: QApplication, scale: float, place: tuple[float, float], thrown: bool
) -> None:
    tokens, box = theme.current(), QRectF(*place, 24, 12)
    plain = picture(scale)
    with_painter = QPainter(plain)
    toggle_switch._draw(
        with_painter, toggle_switch.switch_rect(box), thrown=thrown, tokens=tokens, enabled=True
    )
    with_painter.end()
    for _ in range(2):  # drawn, then from memory
        kept = picture(scale)
        painter = QPainter(kept)
        paint_switch(painter, box, thrown=thrown, tokens=tokens)
        painter.end()
        difference = np.abs(pixels(kept).astype(int) - pixels(plain))
        assert difference.max() <= 3  # rounding of blending twice


def test_each_is_drawn_once_and_another_size_anew(qapp: QApplication) -> None:
    drawn: list[QRectF] = []
    image = picture(1)
    painter = QPainter(image)
    for left in (1.0, 10.0, 30.0):
        stamp(painter, QRectF(left, 2, 8, 8), "test", lambda _, box: drawn.append(box))
    stamp(painter, QRectF(1.5, 2, 8, 8), "test", lambda _, box: drawn.append(box))
    stamp(painter, QRectF(1, 2, 9, 8), "test", lambda _, box: drawn.append(box))
    painter.end()
    assert drawn == [QRectF(0, 0, 8, 8), QRectF(0.5, 0, 8, 8), QRectF(0, 0, 9, 8)]


def test_vectors_stay_vectors(qapp: QApplication) -> None:
    buffer = QBuffer()
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    painter = QPainter(generator)
    for _ in range(2):
        stamp(
            painter, QRectF(1, 1, 8, 8), "line",
            lambda used, box: used.drawLine(box.topLeft(), box.bottomRight() + QPointF(0, 1)),
        )  # fmt: skip
    painter.end()
    text = buffer.data().data().decode()
    assert text.count("<polyline") == 2
    assert "<image" not in text
