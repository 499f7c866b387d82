"""One other file of a recording, in the dialog that carries marks to it."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QCheckBox, QLabel, QVBoxLayout, QWidget

from ecogview.data.mask_siblings import Sibling
from ecogview.data.mask_tracks import MaskTracks
from ecogview.errors import printable
from ecogview.model.mask_changes import changes_text
from ecogview.services.carrying import CarryPlan
from ecogview.views import theme

LOOKING = "Looking what would change there …"


class SiblingRow(QWidget):
    """Name with a box to tick, and beneath it what would change. GUI thread only.

    `plan` is None until it is known, and where marks cannot be carried there.

    Signals
    -------
    ticked()
        By the user or by what became known.
    """

    ticked = pyqtSignal()

    def __init__(self, sibling: Sibling, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sibling = sibling
        self.plan: CarryPlan | None = None
        self._is_new = True
        self.box = QCheckBox(_name_text(sibling), self)
        self.box.setToolTip(printable(str(sibling.mask_path)))
        self.box.toggled.connect(self.ticked)
        self.change_label = plain_label("", self)
        self.change_label.setFont(theme.numeral_font(self.font()))
        self.note_label = plain_label("", self, quiet=True)
        self.result_label = plain_label("", self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(2))
        layout.addWidget(self.box)
        for label in (self.change_label, self.note_label, self.result_label):
            label.setContentsMargins(theme.px(22), 0, 0, 0)  # below the name, not the box
            layout.addWidget(label)
        self.result_label.hide()
        if sibling.problem:
            self._show_problem(sibling.problem)
        else:
            self.forget_plan()

    @property
    def is_awaited(self) -> bool:
        """Whether it is ticked, and what would change is not known yet."""
        return self.box.isChecked() and self.plan is None

    def forget_plan(self) -> None:
        """Another choice, or other marks: what would change is being looked up."""
        if self.box.isEnabled() or self._is_new:
            self.plan = None
            self.change_label.setText(LOOKING)

    def show_plan(self, plan: CarryPlan, *, replaces: bool) -> None:
        """Say what would change; the first time, tick it where the lab's scripts obey it."""
        self.plan = plan
        self.change_label.setText(_change_text(plan))
        notes = [_fate_text(plan.onto, has_mask=plan.has_mask, replaces=replaces)]
        notes += [f"{note[:1].upper()}{note[1:]}." for note in plan.carried.notes]
        notes += [printable(f"Its mask: {note}.") for note in plan.onto.warnings]
        if plan.sibling.is_elsewhere:
            notes.append(printable(f"It is kept in {plan.sibling.mask_path.parent}."))
        self.note_label.setText(" ".join(notes))
        if self._is_new:
            self._is_new = False
            self.box.setChecked(bool(plan.edit) and plan.sibling.is_read_by_lab)
        self.ticked.emit()

    def show_failure(self, problem: str) -> None:
        """Say why its mask cannot be read: nothing can be carried there."""
        self.plan = None
        self._show_problem(problem)
        self.ticked.emit()

    def show_result(self, text: str) -> None:
        """Say how saving went; nothing where the text is empty."""
        self.result_label.setText(printable(text))
        self.result_label.setVisible(bool(text))

    def _show_problem(self, problem: str) -> None:
        self._is_new = False
        self.box.setChecked(False)
        self.box.setEnabled(False)
        self.change_label.setText(printable(f"Not possible: {problem}"))
        self.note_label.hide()


def plain_label(text: str, parent: QWidget, *, quiet: bool = False) -> QLabel:
    """A label that shows text from files as it is, on as many lines as it needs."""
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if quiet:
        label.setObjectName("secondary")
    return label


def _name_text(sibling: Sibling) -> str:
    first, *others = map(_short_name, sibling.recordings)
    also = f" and {', '.join(others)}, which have the same mask" if others else ""
    return printable(f"{first}{also}", 200).replace("&", "&&")


def _short_name(path: Path) -> str:
    """What tells it from the other files of the recording and drive."""
    return ".".join(path.name.split(".")[2:-1])


def _change_text(plan: CarryPlan) -> str:
    if not plan.edit:
        return "Nothing would change there"
    return changes_text(plan.edit, plan.sampling_rate)


def _fate_text(onto: MaskTracks, *, has_mask: bool, replaces: bool) -> str:
    """What becomes of the mask that is there."""
    if not has_mask:
        return "There is no mask yet: one is made."
    n_spans, n_bad = sum(map(len, onto.tracks().values())), int(onto.bad_channels.sum())
    held = (
        f"{n_spans:,} span{'s' * (n_spans != 1)} and {n_bad} bad channel{'s' * (n_bad != 1)} there"
    )
    if replaces:
        return f"Marks take the place of those there ({held})."
    return f"Marks join the {held}, which stay."
