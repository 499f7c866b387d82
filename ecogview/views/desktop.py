"""Hands a file over to the desktop: where it lies, or the program it is opened with."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import QUrl
from PyQt6.QtGui import QDesktopServices


def show_in_folder(path: Path) -> bool:
    """Open the folder of a file; False where the desktop knows no way."""
    return open_file(path.parent)


def open_file(path: Path) -> bool:
    """Open a file or folder with the desktop's program; False where there is none."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
