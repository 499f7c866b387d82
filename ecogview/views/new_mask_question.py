"""The question whether a new mask shall take the place of one that cannot be read."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QMessageBox, QWidget

from ecogview.errors import printable


def ask_for_new_mask(parent: QWidget, mask: str, reason: str) -> bool:
    """Ask, and wait for the answer; `mask` is the name of the file, `reason` what is wrong."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle("Unreadable mask")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText("Start a new mask?")
    box.setInformativeText(
        f"{printable(mask)} {printable(reason)}. The new mask begins with nothing marked. Nothing "
        "is written until you save; the old file then stays beside the new one, as a .bak file."
    )
    start = box.addButton("Start a new mask", QMessageBox.ButtonRole.AcceptRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    # What a hasty Enter does must change nothing.
    box.setDefaultButton(QMessageBox.StandardButton.Cancel)
    box.exec()
    return box.clickedButton() is start
