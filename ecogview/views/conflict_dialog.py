"""Two versions of one mask: what each has changed, and which way to go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QFont
from PyQt6.QtWidgets import QDialog, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ecogview.data.safe_write import Conflict
from ecogview.errors import printable
from ecogview.views import theme

ConflictAnswer = Literal["mine", "theirs", "both", "show", "copy", "cancel"]
_TITLES: dict[Conflict, str] = {
    "changed": "Another program has changed the mask",
    "removed": "The mask was removed or renamed",
    "appeared": "Another program has made a mask",
    "unreachable": "The folder of the mask is gone",
}
_WIDTH = 520


@dataclass(frozen=True, slots=True)
class ConflictFacts:
    """What the dialog says; texts as `changes_text` makes them.

    Parameters
    ----------
    kind : str
        What has become of the file.
    name : str
        Of the file.
    mine : str
        What was changed here and is not saved.
    theirs : str or None
        What the other program has changed, None where its version cannot be read or is gone.
    problem : str, optional
        Why it cannot be read.
    difference : str, optional
        What loading theirs would change here.
    """

    kind: Conflict
    name: str
    mine: str
    theirs: str | None
    problem: str = ""
    difference: str | None = None


class ConflictDialog(QDialog):
    """Asks once; closing it, or Escape, is "cancel". GUI thread only.

    Signals
    -------
    answered(str)
        A `ConflictAnswer`, exactly once.
    """

    answered = pyqtSignal(str)

    def __init__(self, facts: ConflictFacts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Two versions of a mask")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.buttons: dict[ConflictAnswer, QPushButton] = {}
        self._answer: ConflictAnswer = "cancel"
        title = _label(_TITLES[facts.kind], self)
        title.setFont(theme.sized_font(self.font(), 13, QFont.Weight.DemiBold))
        name = _label(printable(facts.name), self)
        name.setObjectName("secondary")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(theme.px(16),) * 4)
        layout.setSpacing(theme.px(4))
        layout.addWidget(title)
        layout.addWidget(name)
        layout.addSpacing(theme.px(8))
        layout.addLayout(self._facts_grid(facts))
        layout.addSpacing(theme.px(12))
        layout.addLayout(self._choices_grid(facts))
        self.setMinimumWidth(theme.px(_WIDTH))
        self.finished.connect(lambda _result: self.answered.emit(self._answer))

    def _facts_grid(self, facts: ConflictFacts) -> QGridLayout:
        theirs = facts.theirs
        if theirs is None:
            gone = _GONE.get(facts.kind, "cannot be read")
            theirs = f"{gone}: {facts.problem}" if facts.problem else gone
        rows = [("Here", facts.mine), ("On the disk", theirs)]
        if facts.difference is not None:
            rows.append(("From here to there", facts.difference))
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(12))
        grid.setVerticalSpacing(theme.px(4))
        grid.setColumnStretch(1, 1)
        for row, (who, what) in enumerate(rows):
            caption = _label(who, self)
            caption.setObjectName("secondary")
            text = _label(printable(what), self)
            text.setFont(theme.numeral_font(self.font()))
            grid.addWidget(caption, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(text, row, 1)
        return grid

    def _choices_grid(self, facts: ConflictFacts) -> QGridLayout:
        choices: list[tuple[ConflictAnswer, str, str]] = [
            ("copy", "Save a copy …", _COPY.get(facts.kind, _COPY_BESIDE)),
            ("cancel", "Cancel", _CANCEL.get(facts.kind, _NOTHING)),
        ]
        if facts.theirs is not None:
            choices[0:0] = [
                ("theirs", "Load theirs", "Undo brings mine back."),
                ("both", "Take both", "My changes are made to theirs, to be looked at and saved."),
                ("show", "Show difference", "In the list of changes and among the traces."),
            ]
        if facts.kind in _MINE:
            choices.insert(0, ("mine", "Keep mine", _MINE[facts.kind]))
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(12))
        grid.setVerticalSpacing(theme.px(6))
        grid.setColumnStretch(1, 1)
        for row, (answer, word, meaning) in enumerate(choices):
            button = QPushButton(word, self)
            button.setAutoDefault(False)
            button.setAccessibleDescription(meaning)
            button.clicked.connect(lambda _checked, answer=answer: self._choose(answer))
            self.buttons[answer] = button
            explained = _label(meaning, self)
            explained.setObjectName("secondary")
            grid.addWidget(button, row, 0)
            grid.addWidget(explained, row, 1)
        # What a hasty Enter does must lose nothing and write nothing.
        self.buttons["cancel"].setDefault(True)
        self.buttons["cancel"].setFocus()
        return grid

    def _choose(self, answer: ConflictAnswer) -> None:
        self._answer = answer
        self.close()


_MINE: dict[Conflict, str] = {
    "changed": "Mine are written; theirs stay beside them as a .bak file.",
    "removed": "Mine are written anew.",
    "appeared": "Mine are written; theirs stay beside them as a .bak file.",
}
_GONE: dict[Conflict, str] = {
    "removed": "the file is gone",
    "unreachable": "unplugged or moved",
}
_COPY_BESIDE = "Mine go to another file; this one stays as it is."
_COPY: dict[Conflict, str] = {
    "removed": "Mine go to another file.",
    "unreachable": "Mine go to another place. The mask on the missing drive stays as it is.",
}
_NOTHING = "Nothing is written. Mine stay here, unsaved."
_CANCEL: dict[Conflict, str] = {
    "unreachable": f"{_NOTHING} Save again once the folder is back.",
}


def _label(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
