from __future__ import annotations

import gc
import re
from collections.abc import Iterator

import pytest
from PyQt6.QtCore import QRect, QSize
from PyQt6.QtGui import QColor, QIcon, QImage, QPainter
from PyQt6.QtSvg import QSvgRenderer
from PyQt6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from ecogview.resource_files import resource_path
from ecogview.views import theme
from ecogview.views.colour_tokens import DARK, LIGHT
from ecogview.views.icons import app_icon, icon

NAMES = sorted(
    path.stem for path in resource_path("icons").glob("*.svg") if path.stem != "ecogview"
)


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> Iterator[None]:
    theme.apply(qapp, "light")
    yield
    theme.apply(qapp, "light")


def hues(image: QImage) -> set[str]:
    """Colours of the pixels that are fully covered."""
    found = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {colour.name().upper() for colour in found if colour.alpha() == 255}


def drawn(name: str, mode: QIcon.Mode, state: QIcon.State = QIcon.State.Off) -> QImage:
    return icon(name, "text").pixmap(QSize(64, 64), 1.0, mode, state).toImage()


@pytest.mark.parametrize("name", NAMES)
def test_drawings_are_of_one_hand(name: str, qapp: QApplication) -> None:
    text = resource_path("icons", f"{name}.svg").read_text()
    assert QSvgRenderer(text.encode()).isValid()
    for part in ('viewBox="0 0 16 16"', 'fill="none"', 'stroke="currentColor"',
                 'stroke-width="1.4"', 'stroke-linecap="round"'):  # fmt: skip
        assert part in text
    assert re.findall(r"#[0-9a-f]{6}", text) == ["#7b838e"]  # shown where no theme colours it
    assert hues(drawn(name, QIcon.Mode.Normal)) == {LIGHT.text.upper()}


def test_an_icon_made_once_follows_the_theme(qapp: QApplication) -> None:
    kept = icon("bad", "sat")
    for choice, tokens in (("light", LIGHT), ("dark", DARK), ("light", LIGHT)):
        theme.apply(qapp, choice)
        assert hues(kept.pixmap(64, 64).toImage()) == {tokens.sat.upper()}


def test_a_button_on_the_screen_follows_the_theme(qtbot: QtBot, qapp: QApplication) -> None:
    button = QToolButton()
    qtbot.addWidget(button)
    button.setIcon(icon("bad", "error"))
    button.setIconSize(QSize(64, 64))
    button.resize(80, 80)
    for choice, tokens in (("light", LIGHT), ("dark", DARK)):
        theme.apply(qapp, choice)
        assert tokens.error.upper() in hues(button.grab().toImage())


def test_disabled_is_quiet_and_checked_is_blue() -> None:
    assert hues(drawn("bad", QIcon.Mode.Disabled)) == {LIGHT.disabled.upper()}
    on = drawn("bad", QIcon.Mode.Normal, QIcon.State.On)
    assert hues(on) == {LIGHT.accent.upper()}


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0, 3.0])
def test_is_drawn_for_the_pixels_of_the_screen(ratio: float) -> None:
    picture = icon("plus").pixmap(QSize(16, 16), ratio)
    assert picture.devicePixelRatio() == ratio
    assert picture.size() == QSize(round(16 * ratio), round(16 * ratio))
    # The plus is as sharp as one drawn at that size: not one enlarged from 16 pixels.
    large = icon("plus").pixmap(picture.size(), 1.0).toImage()
    assert picture.toImage() == large


def test_stays_square_in_the_middle_of_a_wide_place() -> None:
    image = QImage(60, 20, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    icon("bad", "text").paint(painter, QRect(0, 0, 60, 20))
    painter.end()
    columns = [x for x in range(60) if any(image.pixelColor(x, y).alpha() for y in range(20))]
    assert min(columns) > 20
    assert max(columns) < 40
    assert min(columns) == 59 - max(columns)


def test_outlives_what_made_it() -> None:
    copies = [QIcon(icon(name)) for name in NAMES]
    gc.collect()
    assert all(not copy.pixmap(16, 16).isNull() for copy in copies)


def test_unknown_names_are_said_at_once() -> None:
    with pytest.raises(FileNotFoundError, match="no-such-icon"):
        icon("no-such-icon")


def test_the_program_has_an_icon_with_colours_of_its_own(qapp: QApplication) -> None:
    before = app_icon().pixmap(64, 64).toImage()
    theme.apply(qapp, "dark")
    assert app_icon().pixmap(64, 64).toImage() == before
    assert before.pixelColor(32, 6) == QColor("#17191d")
