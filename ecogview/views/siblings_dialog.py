"""Carries marks to the other files of a recording: with what would change there, beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QFont
from PyQt6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ecogview.data.mask_siblings import Sibling
from ecogview.errors import printable
from ecogview.services.carrying import CarryChoice, CarryPlan
from ecogview.views import theme
from ecogview.views.sibling_row import SiblingRow, plain_label

_WIDTH, _HEIGHT = 620, 400
_SAFETY = "Saved at once. Undo does not reach other files; a mask's first version stays as .bak."


class SiblingsDialog(QDialog):
    """Does not get in the way of work: the marks may change beneath it. GUI thread only.

    Signals
    -------
    choice_changed()
        What would change has to be looked up anew.
    carry_requested(bool)
        To the files that are ticked; True: into the user's data folder.
    """

    choice_changed = pyqtSignal()
    carry_requested = pyqtSignal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Carry marks to other files")
        self.setModal(False)
        self.rows: dict[Path, SiblingRow] = {}
        self._is_busy = False
        title = plain_label("Carry marks to other files of this recording", self)
        title.setFont(theme.sized_font(self.font(), 13, QFont.Weight.DemiBold))
        self.from_label = plain_label("", self, quiet=True)
        self.join_button = QRadioButton("&Add to the marks there", self)
        self.replace_button = QRadioButton("&Replace the marks there", self)
        self.detected_box = QCheckBox("Also what &detectors found (hf, sat)", self)
        group = QButtonGroup(self)
        group.addButton(self.join_button)
        group.addButton(self.replace_button)
        self.join_button.setChecked(True)
        self.replace_button.toggled.connect(self._on_choice)
        self.detected_box.toggled.connect(self._on_choice)
        self.state_label = plain_label("", self, quiet=True)
        self.elsewhere_button = QPushButton("Keep masks elsewhere", self)
        self.elsewhere_button.setAutoDefault(False)
        self.elsewhere_button.setAccessibleDescription(
            "In your own data folder, where they are found when these files are opened"
        )
        self.elsewhere_button.clicked.connect(lambda: self.carry_requested.emit(True))
        self.carry_button = QPushButton("Carry", self)
        self.carry_button.setObjectName("primary")
        self.carry_button.setDefault(True)
        self.carry_button.clicked.connect(lambda: self.carry_requested.emit(False))
        close_button = QPushButton("Close", self)
        close_button.setAutoDefault(False)
        close_button.clicked.connect(self.close)
        choices = QHBoxLayout()
        choices.setSpacing(theme.px(16))
        for widget in (self.join_button, self.replace_button, self.detected_box):
            choices.addWidget(widget)
        choices.addStretch(1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.state_label, 1)
        buttons.addSpacing(theme.px(16))
        for button in (self.elsewhere_button, close_button, self.carry_button):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(theme.px(16),) * 4)
        layout.setSpacing(theme.px(4))
        layout.addWidget(title)
        layout.addWidget(self.from_label)
        layout.addSpacing(theme.px(8))
        layout.addLayout(choices)
        layout.addSpacing(theme.px(8))
        layout.addWidget(self._build_list(), 1)
        layout.addSpacing(theme.px(8))
        layout.addLayout(buttons)
        self.resize(theme.px(_WIDTH), theme.px(_HEIGHT))

    def _build_list(self) -> QScrollArea:
        area = QScrollArea(self)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget(area)
        self._list = QVBoxLayout(inner)
        self._list.setContentsMargins(0, 0, theme.px(8), 0)
        self._list.setSpacing(theme.px(12))
        self._list.addStretch(1)
        area.setWidget(inner)
        return area

    @property
    def choice(self) -> CarryChoice:
        return CarryChoice(
            detected=self.detected_box.isChecked(), replaces=self.replace_button.isChecked()
        )

    @property
    def plans(self) -> list[CarryPlan]:
        """What is ticked and would change something."""
        rows = self.rows.values()
        plans = (row.plan for row in rows if row.box.isChecked())
        return [plan for plan in plans if plan is not None and plan.edit]

    # -- what the files are

    def show_looking(self, name: str) -> None:
        """Open it for a recording of that name, whose other files are being looked for."""
        self._clear()
        self.from_label.setText(printable(f"From {name}, as they are now, saved or not."))
        self.state_label.setText("Looking for other files …")
        self._update()
        self.show()
        self.raise_()
        self.activateWindow()

    def show_siblings(self, siblings: Sequence[Sibling]) -> None:
        for place, sibling in enumerate(siblings):
            row = SiblingRow(sibling, self)
            row.ticked.connect(self._update)
            self.rows[sibling.recording] = row
            self._list.insertWidget(place, row)
        self._update()
        if not siblings:
            self.show_nothing("There are no other files of this recording and drive beside it.")

    def show_nothing(self, why: str) -> None:
        """Say why nothing can be carried."""
        self.state_label.setText(printable(why))

    def forget_plans(self) -> None:
        for row in self.rows.values():
            row.forget_plan()
        self._update()

    # -- saving

    def set_busy(self, *, busy: bool) -> None:
        """While masks are being written nothing else can be asked for."""
        self._is_busy = busy
        for widget in (self.join_button, self.replace_button, self.detected_box):
            widget.setEnabled(not busy)
        self._update()

    def offer_elsewhere(self, *, offered: bool) -> None:
        self.elsewhere_button.setVisible(offered)

    def _clear(self) -> None:
        for row in self.rows.values():
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows.clear()
        self.offer_elsewhere(offered=False)
        self.set_busy(busy=False)

    def _on_choice(self) -> None:
        for row in self.rows.values():
            row.show_result("")
        self.offer_elsewhere(offered=False)
        self.forget_plans()
        self.choice_changed.emit()

    def _update(self) -> None:
        n_files = len(self.plans)
        is_awaited = any(row.is_awaited for row in self.rows.values())
        can_carry = n_files > 0 and not is_awaited and not self._is_busy
        self.carry_button.setEnabled(can_carry)
        self.elsewhere_button.setEnabled(can_carry)
        to = f" to {n_files} file{'s' * (n_files != 1)}" if n_files else ""
        self.carry_button.setText(f"Carry{to}")
        if self.rows:
            self.state_label.setText("Saving …" if self._is_busy else _SAFETY)
