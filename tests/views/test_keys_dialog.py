from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from ecogview.views.keys_dialog import KeyGroups, KeysDialog, in_columns

GROUPS: KeyGroups = [
    ("Mouse", [("Click a label, or drag", "Channels bad or good")]),
    ("File", [(("Ctrl+O",), "Open folder"), (("Ctrl+S",), "Save mask")]),
    ("Edit", [(("Ctrl+Shift+Z", "Ctrl+Y"), "Redo")]),
    ("View", [(("+", "="), "Taller <b>traces</b>"), ((",",), "Flatter traces")]),
]


def test_shows_every_key_and_what_it_does(qtbot: QtBot) -> None:
    dialog = KeysDialog(None, GROUPS)
    qtbot.addWidget(dialog)
    words = [label.text() for label in dialog.findChildren(QLabel)]
    caps = [label.text() for label in dialog.findChildren(QLabel, "keyCap")]
    assert caps == ["Ctrl+O", "Ctrl+S", "Ctrl+Shift+Z", "Ctrl+Y", "+", "=", ","]
    assert "Click a label, or drag" in words
    for title, keys in GROUPS:
        assert title in words
        assert all(meaning in words for _, meaning in keys)
    assert all(
        label.textFormat() == Qt.TextFormat.PlainText
        for label in dialog.findChildren(QLabel)
        if "<" in label.text()
    )


def test_does_not_block_and_escape_closes_it(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    dialog = KeysDialog(window, GROUPS)
    dialog.show()
    qtbot.waitExposed(dialog)
    assert not dialog.isModal()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not dialog.isVisible())


def test_never_larger_than_the_screen(qtbot: QtBot) -> None:
    dialog = KeysDialog(
        None, [(str(i), [(("Ctrl+Shift+F12",), "word " * 20)] * 60) for i in range(3)]
    )
    qtbot.addWidget(dialog)
    screen = dialog.screen()
    assert screen is not None
    assert dialog.width() < screen.availableSize().width()
    assert dialog.height() < screen.availableSize().height()


def test_where_three_columns_do_not_fit_it_scrolls_down_only(qtbot: QtBot) -> None:
    dialog = KeysDialog(None, [(str(i), [(("Ctrl+F12",), "word " * 8)] * 30) for i in range(9)])
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    area = dialog.findChild(QScrollArea)
    assert area.verticalScrollBar().maximum() > 0
    assert area.horizontalScrollBar().maximum() == 0


@given(st.lists(st.integers(0, 12), max_size=7), st.integers(1, 4))
def test_columns_keep_the_order_and_are_as_even_as_can_be(lengths: list[int], count: int) -> None:
    groups = [(str(i), [(("k",), "m")] * length) for i, length in enumerate(lengths)]
    columns = in_columns(groups, count)
    assert [group for column in columns for group in column] == groups
    assert len(columns) <= count
    assert all(columns)
    heights = [length + 2 for length in lengths]
    longest = max((sum(len(keys) + 2 for _, keys in column) for column in columns), default=0)
    assert longest == shortest_longest(heights, count)


def shortest_longest(heights: list[int], count: int) -> int:
    """By trying every way to cut `heights` into at most `count` pieces."""
    if not heights:
        return 0
    if count == 1:
        return sum(heights)
    return min(
        max(sum(heights[:cut]), shortest_longest(heights[cut:], count - 1))
        for cut in range(1, len(heights) + 1)
    )
