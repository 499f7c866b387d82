from __future__ import annotations

from collections.abc import Iterator

import pytest
from PyQt6.QtCore import QLocale, Qt
from PyQt6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPalette
from PyQt6.QtWidgets import QApplication, QDoubleSpinBox, QWidget
from pytestqt.qtbot import QtBot

from ecogview.views import theme
from ecogview.views.colour_tokens import DARK, LIGHT, Tokens


@pytest.fixture(autouse=True)
def _light_afterwards(qapp: QApplication) -> Iterator[None]:
    font = qapp.font()
    yield
    qapp.setFont(font)
    theme.apply(qapp, "light")


class Painted(QWidget):
    """Fills itself in the accent of the theme in use, as our own widgets do."""

    def paintEvent(self, event: QPaintEvent | None) -> None:
        QPainter(self).fillRect(self.rect(), theme.colour("accent"))


@pytest.mark.parametrize(("choice", "tokens"), [("dark", DARK), ("light", LIGHT)])
def test_dresses_the_program(qapp: QApplication, choice: str, tokens: Tokens) -> None:
    theme.apply(qapp, choice)
    assert theme.current() is tokens
    role = QPalette.ColorRole
    palette = qapp.palette()
    assert palette.color(role.Window) == QColor(tokens.window)
    assert palette.color(role.Base) == QColor(tokens.field)
    assert palette.color(role.Highlight) == QColor(tokens.accent)
    disabled = palette.color(QPalette.ColorGroup.Disabled, role.ButtonText)
    assert disabled == QColor(tokens.disabled)
    assert theme.colour("sat_text") == QColor(tokens.sat_text)


def test_a_widget_on_the_screen_repaints(qtbot: QtBot, qapp: QApplication) -> None:
    theme.apply(qapp, "light")
    painted = Painted()
    qtbot.addWidget(painted)
    painted.resize(20, 20)
    painted.show()
    qtbot.waitExposed(painted)
    assert painted.grab().toImage().pixelColor(9, 9) == QColor(LIGHT.accent)
    drawn: list[QColor] = []
    painted.paintEvent = lambda event: drawn.append(theme.colour("accent"))  # type: ignore[method-assign]
    theme.apply(qapp, "dark")
    qtbot.waitUntil(lambda: QColor(DARK.accent) in drawn)


def test_follows_the_desktop_only_while_told_to(qapp: QApplication) -> None:
    hints = qapp.styleHints()
    assert hints is not None
    theme.apply(qapp, "system")
    assert theme.current() is LIGHT  # offscreen says nothing of what it likes
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.current() is DARK
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(DARK.window)
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert theme.current() is LIGHT
    theme.apply(qapp, "dark")
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert theme.current() is DARK


@pytest.mark.parametrize(
    ("pixels", "size", "scaled"), [(12, 24, 24), (18, 24, 36), (24, 5, 10), (12, 0.2, 1), (9, 0, 0)]
)
def test_sizes_follow_the_users_font(
    qapp: QApplication, pixels: int, size: float, scaled: int
) -> None:
    font = QFont(qapp.font())
    font.setPixelSize(pixels)
    qapp.setFont(font)
    theme.apply(qapp, "light")
    assert theme.px(size) == scaled
    if size >= 1:
        assert theme.sized_font(font, size, QFont.Weight.DemiBold).pixelSize() == scaled


def test_numerals_are_tabular_and_the_font_given_is_left_alone(qapp: QApplication) -> None:
    base = QFont(qapp.font())
    assert theme.numeral_font(base).featureValue(QFont.Tag("tnum")) == 1
    assert not base.featureTags()


def test_numbers_are_written_with_a_point(qtbot: QtBot, qapp: QApplication) -> None:
    QLocale.setDefault(QLocale("de_DE"))
    theme.apply(qapp, "light")
    field = QDoubleSpinBox()
    qtbot.addWidget(field)
    field.setRange(0, 9999)
    field.setValue(1234.5)
    assert field.text() == "1234.50"
