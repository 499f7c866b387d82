"""An export dialog, and what a user does with it."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from ecogview.views.export_dialog import ExportDialog


class DialogDesk:
    """Chooses and types, and waits until what is asked for has been looked at."""

    def __init__(self, dialog: ExportDialog, qtbot: QtBot) -> None:
        self.dialog, self.qtbot = dialog, qtbot

    def settled(self) -> None:
        dialog = self.dialog

        def known() -> bool:
            facts = dialog._facts
            is_answered = dialog._question is None or (facts is not None and facts.is_final)
            return is_answered and not dialog._waiting.isActive()

        self.qtbot.waitUntil(known)

    def choose(self, box: QComboBox, start: str) -> None:
        """Choose what begins so, as the keyboard does."""
        place = next(i for i in range(box.count()) if box.itemText(i).startswith(start))
        box.setFocus()
        while box.currentIndex() != place:
            before = box.currentIndex()
            down = box.currentIndex() < place
            self.qtbot.keyClick(box, Qt.Key.Key_Down if down else Qt.Key.Key_Up)
            assert box.currentIndex() != before, f"{start} cannot be chosen"
        self.settled()

    def type(self, field: QLineEdit, text: str) -> None:
        field.setFocus()
        field.selectAll()
        self.qtbot.keyClicks(field, text)
        self.settled()
