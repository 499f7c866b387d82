"""Part of the export dialog: the name of the file and the folder that it goes to."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from ecogview.data.exporters.exporter import Exporter
from ecogview.data.exporters.registry import EXPORTERS
from ecogview.errors import printable
from ecogview.views import theme
from ecogview.views.elided_text import ElidedText


class TargetField(QWidget):
    """A name that follows what is exported until one is typed; a whole path may be typed, too.

    Signals
    -------
    changed()
        Another file may be meant.
    """

    changed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._exporter = EXPORTERS[0]
        self._folder = Path()
        self._default = ""
        self.name_field = QLineEdit(self)
        self.name_field.setAccessibleName("Name of the file")
        self.name_field.textEdited.connect(self.changed)
        self.name_field.editingFinished.connect(self._on_finished)
        self.choose_button = QPushButton("Choose …", self)
        self.choose_button.setAutoDefault(False)
        self.choose_button.clicked.connect(self._on_choose)
        self.folder_label = ElidedText(self, token="text2")
        row = QHBoxLayout()
        row.setSpacing(theme.px(6))
        row.addWidget(self.name_field, 1)
        row.addWidget(self.choose_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(6))
        column.addLayout(row)
        column.addWidget(self.folder_label)

    @property
    def target(self) -> Path:
        """The file that is meant: with the ending of the format where that was left out."""
        text = self.name_field.text().strip()
        path = Path(text)
        with contextlib.suppress(RuntimeError):  # no such user: a name that begins so
            path = path.expanduser()
        path = self._folder / path
        names_folder = text.endswith(("/", os.sep)) or path.name in ("", "..")
        if not text or names_folder:
            return path / self._default
        has_ending = any(path.name.lower().endswith(known.suffix) for known in EXPORTERS)
        return path if has_ending else path.with_name(path.name + self._exporter.suffix)

    def begin(self, folder: Path) -> None:
        """Suggest a name in `folder`, whatever was typed before."""
        self._folder = folder
        self.name_field.setText(self._default)

    def suggest(self, name: str) -> None:
        """The name of the file where none is typed."""
        self._default = name
        self.name_field.setPlaceholderText(name)
        is_emptied = self.name_field.hasFocus() and not self.name_field.text()
        if not self.name_field.isModified() and not is_emptied:
            self.name_field.setText(name)

    def set_exporter(self, exporter: Exporter) -> None:
        """Another format is chosen: a name that was typed takes its ending."""
        name, before = self.name_field.text(), self._exporter.suffix
        self._exporter = exporter
        if self.name_field.isModified() and name.lower().endswith(before):
            self._show_own(name[: len(name) - len(before)] + exporter.suffix)

    def show_folder(self) -> None:
        """Say where the file goes."""
        self.folder_label.set_text(f"in {printable(str(self.target.parent), 400)}")

    def _show_own(self, name: str) -> None:
        self.name_field.setText(name)
        self.name_field.setModified(True)  # which Qt takes for the user's typing alone

    def _on_finished(self) -> None:
        if not self.name_field.isModified():
            return
        if not self.name_field.text().strip():
            self.name_field.setText(self._default)
        else:
            self._move_to(self.target)
        self.show_folder()

    def _on_choose(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self,
            "Export to",
            str(self.target),
            f"{self._exporter.title} (*{self._exporter.suffix});;All files (*)",
            options=QFileDialog.Option.DontConfirmOverwrite,  # Export asks, of all the files
        )
        if chosen:
            path = Path(chosen)
            has_ending = path.name.lower().endswith(self._exporter.suffix)
            self._move_to(path if has_ending else path.with_name(path.name + self._exporter.suffix))
            self.changed.emit()

    def _move_to(self, path: Path) -> None:
        self._folder = path.parent
        self._show_own(path.name)
