"""The question whether a new mask shall take the place of an unreadable one."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from ecogview.views.new_mask_question import ask_for_new_mask


@pytest.mark.parametrize(
    ("word", "key", "is_yes"),
    [
        ("Start a new mask", None, True),
        ("Cancel", None, False),
        ("", Qt.Key.Key_Return, False),  # a hasty Enter
        ("", Qt.Key.Key_Escape, False),
    ],
)
def test_only_the_button_that_says_so_starts_one(
    qtbot: QtBot, word: str, key: Qt.Key | None, is_yes: bool
) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    said: list[tuple[str, Qt.TextFormat]] = []

    def answer() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        said.append((box.informativeText(), box.textFormat()))
        if key is not None:
            qtbot.keyClick(box, key)
        else:
            next(b for b in box.buttons() if b.text().replace("&", "") == word).click()

    QTimer.singleShot(0, answer)
    assert ask_for_new_mask(parent, "<b>rec001</b>.mask.pkl", "is empty (0 bytes)") == is_yes
    assert said[0][0].startswith("<b>rec001</b>.mask.pkl is empty (0 bytes). ")
    assert ".bak" in said[0][0]
    assert said[0][1] == Qt.TextFormat.PlainText
