from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from ecogview.services.recent import RecentEntry
from ecogview.views import theme
from ecogview.views.colour_tokens import DARK, LIGHT, Tokens
from ecogview.views.welcome import Welcome
from ecogview.views.welcome_parts import Card, RecentRow


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> Iterator[None]:
    theme.apply(qapp, "light")
    yield
    theme.apply(qapp, "light")


@pytest.fixture
def welcome(qtbot: QtBot) -> Welcome:
    welcome = Welcome()
    qtbot.addWidget(welcome)
    welcome.resize(1366, 710)
    welcome.show()
    qtbot.waitExposed(welcome)
    return welcome


def entries(count: int, words: str = "rec001") -> list[RecentEntry]:
    return [
        RecentEntry(Path(f"/data/180325/{i}"), "folder", f"{i} {words}", f"{words}.clfp", "20 Nov")
        for i in range(count)
    ]


def card(welcome: Welcome, name: str) -> Card:
    return next(c for c in welcome.findChildren(Card) if c.accessibleName() == name)


def rows(welcome: Welcome) -> list[RecentRow]:
    return [row for row in welcome.findChildren(RecentRow) if row.isVisible()]


@pytest.mark.parametrize(
    ("name", "signal"),
    [
        ("Open folder", "open_folder_requested"),
        ("Open file", "open_file_requested"),
        ("Try the demo", "demo_requested"),
    ],
)
def test_a_card_works_by_mouse_and_keys(
    welcome: Welcome, qtbot: QtBot, name: str, signal: str
) -> None:
    for use in (
        lambda c: qtbot.mouseClick(c, Qt.MouseButton.LeftButton),
        lambda c: qtbot.keyClick(c, Qt.Key.Key_Return),
        lambda c: qtbot.keyClick(c, Qt.Key.Key_Space),
    ):
        with qtbot.waitSignal(getattr(welcome, signal), timeout=1000):
            use(card(welcome, name))


def test_the_first_card_has_the_focus_and_tab_goes_on(welcome: Welcome, qtbot: QtBot) -> None:
    welcome.activateWindow()
    qtbot.waitUntil(card(welcome, "Open folder").hasFocus)
    assert card(welcome, "Open folder").has_ring
    qtbot.keyClick(card(welcome, "Open folder"), Qt.Key.Key_Tab)
    assert card(welcome, "Open file").has_ring
    assert not card(welcome, "Open folder").has_ring
    demo = card(welcome, "Try the demo")
    demo.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not demo.has_ring


def test_recent_rows_ask_for_their_path(welcome: Welcome, qtbot: QtBot) -> None:
    welcome.set_recent(entries(3))
    assert [row.accessibleName() for row in rows(welcome)] == [f"Open {i} rec001" for i in range(3)]
    with qtbot.waitSignal(welcome.recent_requested, timeout=1000) as asked:
        rows(welcome)[1].click()
    assert asked.args == [Path("/data/180325/1")]


def test_without_recent_ones_there_is_no_list(welcome: Welcome, qtbot: QtBot) -> None:
    clear = next(b for b in welcome.findChildren(QPushButton) if b.text() == "Clear")
    assert not clear.isVisible()
    welcome.set_recent(entries(2))
    qtbot.waitUntil(clear.isVisible)
    with qtbot.waitSignal(welcome.clear_recent_requested, timeout=1000):
        clear.click()
    welcome.set_recent([])
    qtbot.waitUntil(lambda: not clear.isVisible())
    assert not rows(welcome)


def test_fits_a_small_laptop_with_a_full_list(welcome: Welcome, qtbot: QtBot) -> None:
    welcome.set_recent(entries(12))
    bar = welcome.verticalScrollBar()
    assert bar is not None
    qtbot.waitUntil(lambda: len(rows(welcome)) == 8)
    assert bar.maximum() == 0


def test_a_small_window_scrolls_down_but_never_sideways(welcome: Welcome, qtbot: QtBot) -> None:
    welcome.set_recent(entries(4, "a_very_long_name_" * 30))
    welcome.resize(620, 300)
    down, across = welcome.verticalScrollBar(), welcome.horizontalScrollBar()
    assert down is not None
    assert across is not None
    qtbot.waitUntil(lambda: down.maximum() > 0)
    assert across.maximum() == 0
    welcome.activateWindow()
    rows(welcome)[2].setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(rows(welcome)[2], Qt.Key.Key_Tab)
    assert rows(welcome)[3].has_ring
    assert down.value() > 0  # what has the focus is in view


def test_shows_only_keys_that_there_are(welcome: Welcome) -> None:
    caps = [label.text() for label in welcome.findChildren(QLabel, "keyCap")]
    assert caps == ["← →", "Ctrl + wheel", "A", "B", "?"]


def test_keys_are_never_cut(welcome: Welcome, qtbot: QtBot) -> None:
    labels = [
        label
        for name in ("keyCap", "secondary")
        for label in welcome.findChildren(QLabel, name)
        if not label.wordWrap()
    ]
    assert len(labels) == 10
    qtbot.waitUntil(lambda: all(label.width() >= label.sizeHint().width() for label in labels))
    last_card = card(welcome, "Try the demo")
    edge = last_card.mapTo(welcome, last_card.rect().topRight()).x()
    assert max(label.mapTo(welcome, label.rect().topRight()).x() for label in labels) <= edge


@pytest.mark.parametrize(("choice", "tokens"), [("dark", DARK), ("light", LIGHT)])
def test_is_painted_in_the_theme(
    welcome: Welcome, qapp: QApplication, choice: str, tokens: Tokens
) -> None:
    theme.apply(qapp, choice)
    welcome.set_recent(entries(1))
    demo = card(welcome, "Try the demo")
    image = welcome.grab().toImage()
    assert image.pixelColor(5, 5) == QColor(tokens.canvas)
    corner = demo.mapTo(welcome, demo.rect().bottomRight())
    assert image.pixelColor(corner.x() - 20, corner.y() - 10) == QColor(tokens.panel)


def test_markup_in_a_path_is_shown_as_it_is(welcome: Welcome) -> None:
    entry = RecentEntry(Path("/data/<b>x</b>"), "folder", "<b>x</b>", "/data", "yesterday")
    welcome.set_recent([entry])
    assert "&lt;b&gt;" in rows(welcome)[0].toolTip()
