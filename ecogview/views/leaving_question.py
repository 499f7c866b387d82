"""The question whether to save marks before they are out of sight."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QMessageBox, QWidget

from ecogview.errors import printable

LeavingAnswer = Literal["save", "discard", "cancel"]


def ask_about_unsaved(parent: QWidget, recording: str, copy: Path | None) -> LeavingAnswer:
    """Ask, and wait for the answer; `copy` is where the very same marks have been saved, if so."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Unsaved marks")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText("Save the marks?")
    told = f"The mask of {printable(recording)} has changes that are not saved."
    if copy is not None:
        told += f" They are in the copy {printable(copy.name)}, which no recording looks for."
    box.setInformativeText(told)
    box.setStandardButtons(
        QMessageBox.StandardButton.Save
        | QMessageBox.StandardButton.Discard
        | QMessageBox.StandardButton.Cancel
    )
    if copy is not None:
        box.button(QMessageBox.StandardButton.Discard).setText("Leave them in the copy")
    box.setDefaultButton(QMessageBox.StandardButton.Save)
    answer = box.exec()
    if answer == QMessageBox.StandardButton.Save:
        return "save"
    return "discard" if answer == QMessageBox.StandardButton.Discard else "cancel"
