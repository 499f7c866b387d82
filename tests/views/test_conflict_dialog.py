"""The question what to do with two versions of a mask."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from ecogview.views.conflict_dialog import ConflictDialog, ConflictFacts

FACTS = ConflictFacts(
    "changed",
    "<b>rec001</b>.mask.pkl",
    "2 spans added (1.5 s); first at 0:05.000, manual",
    "1 channel bad",
    difference="2 spans removed (1.5 s), 1 channel bad; first at 0:05.000, manual",
)


def shown(qtbot: QtBot, facts: ConflictFacts = FACTS) -> tuple[ConflictDialog, list[str]]:
    dialog = ConflictDialog(facts)
    answers: list[str] = []
    dialog.answered.connect(answers.append)
    with qtbot.waitExposed(dialog):
        dialog.open()
    return dialog, answers


def texts(dialog: ConflictDialog) -> list[str]:
    return [label.text() for label in dialog.findChildren(QLabel)]


@pytest.mark.parametrize("answer", ["mine", "theirs", "both", "show", "copy", "cancel"])
def test_each_button_is_one_answer(qtbot: QtBot, answer: str) -> None:
    dialog, answers = shown(qtbot)
    qtbot.mouseClick(dialog.buttons[answer], Qt.MouseButton.LeftButton)  # type: ignore[index]
    assert answers == [answer]


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
def test_a_hasty_key_does_nothing(qtbot: QtBot, key: Qt.Key) -> None:
    dialog, answers = shown(qtbot)
    qtbot.keyClick(dialog, key)
    assert answers == ["cancel"]


def test_it_says_what_differs_as_plain_text(qtbot: QtBot) -> None:
    dialog, _ = shown(qtbot)
    said = texts(dialog)
    for text in (FACTS.name, FACTS.mine, FACTS.theirs, FACTS.difference):
        assert text in said
    assert all(
        label.textFormat() == Qt.TextFormat.PlainText for label in dialog.findChildren(QLabel)
    )
    dialog.close()


def test_what_is_gone_or_unreadable_cannot_be_loaded(qtbot: QtBot) -> None:
    gone, _ = shown(qtbot, ConflictFacts("removed", "mask.pkl", "1 channel bad", None))
    assert set(gone.buttons) == {"mine", "copy", "cancel"}
    assert "the file is gone" in texts(gone)
    gone.close()
    away, _ = shown(
        qtbot, ConflictFacts("unreachable", "mask.pkl", "1 channel bad", None, "/d is missing")
    )
    assert set(away.buttons) == {"copy", "cancel"}  # mine cannot be written there
    assert "unplugged or moved: /d is missing" in texts(away)
    assert not any("nother program" in text for text in texts(away))
    away.close()
    unreadable, _ = shown(qtbot, ConflictFacts("changed", "m", "", None, "is empty (0 bytes)"))
    assert set(unreadable.buttons) == {"mine", "copy", "cancel"}
    assert "cannot be read: is empty (0 bytes)" in texts(unreadable)
    unreadable.close()
