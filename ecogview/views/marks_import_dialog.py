"""Marks from files of other programs: what they hold and what would change, before it does."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QFont
from PyQt6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from ecogview.data.marks_files import FORMAT_NAMES, MarksFile
from ecogview.data.marks_table import ImportedMarks
from ecogview.data.recording import RecordingInfo
from ecogview.errors import printable
from ecogview.model.mask import KINDS
from ecogview.views import theme
from ecogview.views.sibling_row import plain_label

_WIDTH = 520


class MarksImportDialog(QDialog):
    """Shows, and asks; applies nothing by itself. GUI thread only.

    Signals
    -------
    choice_changed()
        What would change has to be found out anew.
    import_requested()
    """

    choice_changed = pyqtSignal()
    import_requested = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Import marks")
        self.setModal(False)
        self.file_labels: list[QLabel] = []
        title = plain_label("Import marks", self)
        title.setFont(theme.sized_font(self.font(), 13, QFont.Weight.DemiBold))
        self.add_button = QRadioButton("&Add to the marks here: nothing becomes good", self)
        self.replace_button = QRadioButton("&Replace the marks here", self)
        group = QButtonGroup(self)
        for button in (self.add_button, self.replace_button):
            group.addButton(button)
        self.add_button.setChecked(True)
        self.replace_button.toggled.connect(self.choice_changed)
        self.change_label = plain_label("", self)
        self.change_label.setFont(theme.numeral_font(self.font()))
        self.import_button = QPushButton("Import", self)
        self.import_button.setObjectName("primary")
        self.import_button.setDefault(True)
        self.import_button.clicked.connect(self.import_requested)
        cancel_button = QPushButton("Cancel", self)
        cancel_button.setAutoDefault(False)
        cancel_button.clicked.connect(self.close)
        self._files = QVBoxLayout()
        self._files.setSpacing(theme.px(2))
        buttons = QHBoxLayout()
        buttons.addWidget(self.change_label, 1)
        buttons.addSpacing(theme.px(16))
        buttons.addWidget(cancel_button)
        buttons.addWidget(self.import_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(theme.px(16),) * 4)
        layout.setSpacing(theme.px(8))
        layout.addWidget(title)
        layout.addLayout(self._files)
        layout.addSpacing(theme.px(8))
        layout.addWidget(self.add_button)
        layout.addWidget(self.replace_button)
        layout.addSpacing(theme.px(8))
        layout.addLayout(buttons)
        self.setMinimumWidth(theme.px(_WIDTH))

    @property
    def replaces(self) -> bool:
        return self.replace_button.isChecked()

    def show_files(self, files: Sequence[MarksFile], info: RecordingInfo) -> None:
        """Open it for what files hold; `show_change` follows."""
        for label in self.file_labels:
            self._files.removeWidget(label)
            label.hide()
            label.deleteLater()
        self.file_labels = []
        for file in files:
            self._add_line(printable(file.path.name), quiet=False)
            self._add_line(f"{FORMAT_NAMES[file.format]}: {_held_text(file, info)}", quiet=True)
            for note in file.marks.notes:
                self._add_line(printable(note), quiet=True)
        self.add_button.setChecked(True)
        self.show_change("Counting …", can_import=False)
        self.show()
        self.raise_()
        self.activateWindow()

    def show_change(self, text: str, *, can_import: bool) -> None:
        self.change_label.setText(text)
        self.import_button.setEnabled(can_import)

    def _add_line(self, text: str, *, quiet: bool) -> None:
        label = plain_label(text, self, quiet=quiet)
        if quiet:
            label.setFont(theme.numeral_font(self.font()))
        self._files.addWidget(label)
        self.file_labels.append(label)


def _held_text(file: MarksFile, info: RecordingInfo) -> str:
    marks = file.marks
    if file.format == "channels":
        return f"{len(marks.bad_channels)} bad and {len(marks.good_channels)} good channels"
    runs = {kind: getattr(marks, kind) for kind in KINDS}
    n_spans = sum(map(len, runs.values()))
    kinds = ", ".join(f"{len(each):,} {kind}" for kind, each in runs.items() if len(each))
    of_kinds = f" ({kinds})" if kinds else ""
    seconds = _bad_samples(marks) / info.sampling_rate
    return f"{n_spans:,} bad span{'s' * (n_spans != 1)}{of_kinds}, {seconds:,.3f} s"


def _bad_samples(marks: ImportedMarks) -> int:
    return marks.hf.union(marks.sat, marks.manual).total
