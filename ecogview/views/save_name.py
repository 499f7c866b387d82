"""Asks for the name of a file to be written; nothing is replaced unasked."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFileDialog, QMessageBox, QWidget

from ecogview.errors import printable


def ask_for_name(
    parent: QWidget, title: str, suggestion: Path, ending: str, what: str
) -> Path | None:
    """Let the user choose a name.

    Parameters
    ----------
    parent : QWidget
    title : str
    suggestion : Path
        What is filled in.
    ending : str
        What the name must end in, ``.png``; it is added where it was left out.
    what : str
        The kind of file, for the list of kinds.

    Returns
    -------
    Path or None
        None where nothing was chosen, or a file of that name is to stay.
    """
    chosen, _ = QFileDialog.getSaveFileName(
        parent, title, str(suggestion), f"{what} (*{ending});;All files (*)"
    )
    if not chosen:
        return None
    path = Path(chosen)
    if path.name.lower().endswith(ending):
        return path  # the file dialog has asked
    path = path.with_name(path.name + ending)
    return path if not path.exists() or may_replace(parent, path) else None


def may_replace(parent: QWidget, *paths: Path) -> bool:
    """Ask whether files may be replaced."""
    names = ", ".join(printable(path.name, 200) for path in paths)
    is_one = len(paths) == 1
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Replace the file?" if is_one else "Replace the files?")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(f"{names} exist{'s' * is_one} already.")
    box.setInformativeText(f"Replacing gives up what {'it holds' if is_one else 'they hold'}.")
    replace = box.addButton("Replace", QMessageBox.ButtonRole.AcceptRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(QMessageBox.StandardButton.Cancel)
    box.exec()
    return box.clickedButton() is replace
