from __future__ import annotations

import pytest
from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QColor, QImage, QPainter, QPen
from PyQt6.QtWidgets import QApplication

from ecogview.views.colour_tokens import DARK, LIGHT, Tokens
from ecogview.views.toggle_switch import paint_switch, switch_rect

CELL = QRectF(0, 0, 40, 22)


def drawn(tokens: Tokens, *, thrown: bool, enabled: bool = True) -> QImage:
    image = QImage(40, 22, QImage.Format.Format_RGB32)
    image.fill(QColor(tokens.panel))
    painter = QPainter(image)
    paint_switch(painter, CELL, thrown=thrown, tokens=tokens, enabled=enabled)
    painter.end()
    return image


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])
def test_good_is_quiet_and_bad_is_filled(qapp: QApplication, tokens: Tokens) -> None:
    good, bad = drawn(tokens, thrown=False), drawn(tokens, thrown=True)
    left, middle, right = (
        int(switch_rect(CELL).left()) + 6, 20, int(switch_rect(CELL).right()) - 6
    )  # fmt: skip
    assert good.pixelColor(right, 11) == QColor(tokens.disabled)  # the knob
    assert good.pixelColor(left, 11) == QColor(tokens.panel)
    assert bad.pixelColor(left, 11) == QColor(tokens.canvas)
    assert bad.pixelColor(middle, 11) == QColor(tokens.text)


def test_a_cross_marks_bad(qapp: QApplication) -> None:
    bad = drawn(LIGHT, thrown=True)
    box = switch_rect(CELL)
    centre = int(box.right()) - 7
    light = [
        (x, y)
        for x in range(centre - 4, centre + 5)
        for y in range(6, 17)
        if bad.pixelColor(x, y).lightness() > 128
    ]
    assert (max(x for x, _ in light) - min(x for x, _ in light)) >= 3
    assert (max(y for _, y in light) - min(y for _, y in light)) >= 3


@pytest.mark.parametrize("thrown", [False, True])
def test_disabled_is_fainter(qapp: QApplication, thrown: bool) -> None:
    assert drawn(LIGHT, thrown=thrown) != drawn(LIGHT, thrown=thrown, enabled=False)


def test_stays_in_its_cell_and_leaves_the_painter_alone(qapp: QApplication) -> None:
    image = QImage(40, 22, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    pen = QPen(QColor("#123456"), 3)
    painter.setPen(pen)
    paint_switch(painter, CELL, thrown=True, tokens=LIGHT, enabled=False)
    assert painter.pen() == pen
    assert painter.brush().style() == Qt.BrushStyle.NoBrush
    assert painter.opacity() == 1
    painter.end()
    assert CELL.contains(switch_rect(CELL))
