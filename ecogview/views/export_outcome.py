"""What the export dialog says of its plan: what stands against it, or what is worth knowing."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QWidget

from ecogview.errors import printable
from ecogview.services.export_planning import ExportFacts
from ecogview.views import theme
from ecogview.views.icons import paint_icon
from ecogview.views.message_bar import link_button

_SIDE = 16


class ExportOutcome(QWidget):
    """One of: a problem with its icon, notes, or nothing yet. `estimate` stands elsewhere."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = ""
        self._command = ""
        self.estimate = QLabel(parent)
        self.estimate.setObjectName("secondary")
        self.estimate.setFont(theme.numeral_font(self.font()))
        self.text = QLabel(self)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.copy_button = link_button("Copy the command", self)
        self.copy_button.setAutoDefault(False)
        self.copy_button.clicked.connect(self._on_copy)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(_SIDE + 8), 0, 0, 0)
        row.addWidget(self.text, 1)
        row.addWidget(self.copy_button, 0, Qt.AlignmentFlag.AlignTop)
        self.setMinimumHeight(theme.px(_SIDE))
        self._say("", "")

    @property
    def is_problem(self) -> bool:
        return self._icon == "error"

    def show_facts(self, facts: ExportFacts) -> None:
        """Say what was found out of a plan."""
        if facts.problem:
            self._say("error", facts.problem, facts.command)
            return
        notes = [note[:1].upper() + note[1:] for note in facts.notes]
        if facts.existing:
            names = ", ".join(printable(path.name, 80) for path in facts.existing)
            is_one = len(facts.existing) == 1
            there, them = ("exists", "it is") if is_one else ("exist", "they are")
            notes.insert(0, f"{names} {there} already: you are asked before {them} replaced")
        if not facts.is_final:
            notes.append("Looking for the quantisation step …")
        self._say("info" if notes else "", ". ".join(notes))

    def show_problem(self, text: str) -> None:
        """Say why there is no plan."""
        self._say("error", text)

    def _say(self, icon: str, text: str, command: str = "") -> None:
        self._icon, self._command = icon, command
        self.text.setText(text)
        self.copy_button.setVisible(bool(command))
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        self.update()

    def _on_copy(self) -> None:
        clipboard = QGuiApplication.clipboard()
        assert clipboard is not None
        clipboard.setText(self._command)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        if self._icon:
            side = theme.px(_SIDE)
            token = "error" if self._icon == "error" else "text2"
            paint_icon(QPainter(self), self._icon, QRectF(0, 0, side, side), token)
