"""Labels of a drive that names electrodes twice: all of `E01 #62` is to be read beside its row."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QFontMetricsF, QImage, QPainter
from PyQt6.QtWidgets import QApplication

from ecogview.views import theme
from ecogview.views.gutter_marks import name_box, paint_name
from ecogview.views.quality_picture import PictureLayout, QualityPicture
from ecogview.views.shown_names import ShownNames

BOX = QRectF(14, 0, 34, 14)  # of a label, in a gutter of 54


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> None:
    theme.apply(qapp, "light")


@pytest.mark.parametrize(
    ("label", "is_bad"), [("E01", False), ("E01 #1", False), ("E01 #62", False), ("E03 #5", True)]
)
def test_the_gutter_holds_them(qapp: QApplication, label: str, is_bad: bool) -> None:
    names, font = ShownNames((label,)), theme.sized_font(theme.numeral_font(qapp.font()), 10)
    image = QImage(54, 20, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    box = name_box(BOX, names, 0, font, is_bad=is_bad)
    assert box.right() == BOX.right()
    assert box.left() >= (13 if is_bad else 2)  # right of the cross
    width = paint_name(painter, box, names, 0, font, is_bad=is_bad)
    used = painter.font()
    painter.end()
    assert width == QFontMetricsF(used).horizontalAdvance(label)
    assert width <= box.width()
    if label == "E01":  # short ones stay as they are
        assert box == BOX
        assert used.pixelSize() == font.pixelSize()


@pytest.mark.parametrize("label", ["E01", "E01 #1", "E01 #62"])
def test_the_overview_holds_them(qapp: QApplication, label: str) -> None:
    picture = QualityPicture(PictureLayout.of(562, 131, 1.0), 5000, 100.0, qapp.font())
    box = picture.label_box(0, 2)
    image = QImage(54, 20, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    picture.paint_label(painter, label, box)
    used = painter.font()
    painter.end()
    assert QFontMetricsF(used).horizontalAdvance(label) <= box.width() - theme.px(4)
    assert (used.pixelSize() == picture.label_font.pixelSize()) == (label != "E01 #62")
