"""Which program marks are exported for, and what goes with them."""

from __future__ import annotations

from typing import Literal

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QFont
from PyQt6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from ecogview.views import theme
from ecogview.views.sibling_row import plain_label

ExportFormat = Literal["bids", "mne"]
_CHOICES: tuple[tuple[ExportFormat, str, str], ...] = (
    (
        "bids",
        "&BIDS: two tables, channels.tsv and events.tsv",
        "Bad channels by their status, bad spans as BAD_hf, BAD_sat and BAD_manual.",
    ),
    (
        "mne",
        "&MNE-Python: annotations as CSV",
        "Bad spans only: mne.read_annotations reads them. Bad channels go into raw.info['bads'].",
    ),
)
_WIDTH = 480


class MarksExportDialog(QDialog):
    """Asks, and stays out of the way of work. GUI thread only.

    Signals
    -------
    chosen(str)
        An `ExportFormat`; a name for the file is to be asked for.
    """

    chosen = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export marks")
        self.setModal(False)
        self.buttons: dict[ExportFormat, QRadioButton] = {}
        title = plain_label("Export marks", self)
        title.setFont(theme.sized_font(self.font(), 13, QFont.Weight.DemiBold))
        self.held_label = plain_label("", self, quiet=True)
        self.held_label.setFont(theme.numeral_font(self.font()))
        self.export_button = QPushButton("Export as …", self)
        self.export_button.setObjectName("primary")
        self.export_button.setDefault(True)
        self.export_button.clicked.connect(lambda: self.chosen.emit(self.format))
        close_button = QPushButton("Close", self)
        close_button.setAutoDefault(False)
        close_button.clicked.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(theme.px(16),) * 4)
        layout.setSpacing(theme.px(4))
        layout.addWidget(title)
        layout.addWidget(self.held_label)
        group = QButtonGroup(self)
        for choice, text, meaning in _CHOICES:
            button = QRadioButton(text, self)
            button.setAccessibleDescription(meaning)
            group.addButton(button)
            self.buttons[choice] = button
            explained = plain_label(meaning, self, quiet=True)
            explained.setContentsMargins(theme.px(22), 0, 0, 0)  # below the words, not the circle
            layout.addSpacing(theme.px(8))
            layout.addWidget(button)
            layout.addWidget(explained)
        self.buttons["bids"].setChecked(True)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(close_button)
        row.addWidget(self.export_button)
        layout.addSpacing(theme.px(12))
        layout.addLayout(row)
        self.setMinimumWidth(theme.px(_WIDTH))

    @property
    def format(self) -> ExportFormat:
        return next(choice for choice, button in self.buttons.items() if button.isChecked())

    def show_for(self, held: str) -> None:
        """Open it; `held` says what there is to export."""
        self.held_label.setText(held)
        self.show()
        self.raise_()
        self.activateWindow()
        self.buttons[self.format].setFocus()
