"""Grow bad spans, fill gaps between them, drop short ones: with what would change, beforehand."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PyQt6.QtCore import QEvent, QObject, Qt, QTimer
from PyQt6.QtGui import (
    QAction,
    QCloseEvent,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QShowEvent,
    QStandardItemModel,
)
from PyQt6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from ecogview.model.clock import format_length
from ecogview.model.edit_counts import EditCounts
from ecogview.model.edit_text import resize_text
from ecogview.model.mask import KINDS, MaskEdit
from ecogview.model.session import Session
from ecogview.model.span_edit import whole_samples
from ecogview.services.resize_planning import Operation, ResizePlan, ResizePlanning, ResizeRequest
from ecogview.views import theme
from ecogview.views.follow import follow

_WAIT_MS = 150  # after a key, before it is counted anew
_CHOICES: tuple[tuple[Operation, str, float], ...] = (
    ("grow", "&Grow spans at both ends by", 0.1),
    ("fill", "&Fill gaps shorter than", 0.1),
    ("drop", "&Drop spans shorter than", 0.05),
)
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_LONGEST_S = 3600.0
_DECIMALS = 4  # 0.0001 s is 3 samples of raw


class ResizeDialog(QDialog):
    """Does not get in the way of work: the mask may change beneath it. GUI thread only.

    Parameters
    ----------
    session : Session
    planning : ResizePlanning
        Counts in its thread; closed by who made it.
    apply_edit : callable
        Called with an edit and its text: makes it one step that can be undone.
    undo_actions : iterable of QAction, optional
        The window's undo and redo, whose keys work here too, also while a number is typed.
    """

    def __init__(
        self,
        session: Session,
        planning: ResizePlanning,
        apply_edit: Callable[[MaskEdit, str], None],
        parent: QWidget | None = None,
        undo_actions: Iterable[QAction] = (),
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._planning = planning
        self._apply_edit = apply_edit
        self._plan: ResizePlan | None = None
        self._applies_when_counted = False
        self._undo_actions = tuple(undo_actions)
        self.addActions(list(self._undo_actions))
        self.setWindowTitle("Grow, fill, drop")
        self.setModal(False)
        self.seconds: dict[Operation, QDoubleSpinBox] = {}
        self.buttons: dict[Operation, QRadioButton] = {}
        self.which = QComboBox(self)
        self.which.setAccessibleName("Which spans grow")
        self.which.addItems(["all spans", "selected"])
        self.which.currentIndexChanged.connect(self._on_changed)
        self.count_label = QLabel(self)
        self.count_label.setTextFormat(Qt.TextFormat.PlainText)
        self.count_label.setFont(theme.numeral_font(self.font()))
        self.apply_button = QPushButton("Apply", self)
        self.apply_button.setObjectName("primary")
        self.apply_button.setDefault(True)
        self.apply_button.clicked.connect(self.apply)
        close_button = QPushButton("Close", self)
        close_button.setAutoDefault(False)
        close_button.clicked.connect(self.close)
        self._lay_out(close_button)
        self._waiting = QTimer(self)
        self._waiting.setSingleShot(True)
        self._waiting.setInterval(_WAIT_MS)
        self._waiting.timeout.connect(self._ask)
        planning.planned.connect(self._on_planned)
        for signal in (session.mask_changed, session.selected_spans_changed):
            follow(signal, self._on_session_changed)
        self.buttons["grow"].setChecked(True)
        self._on_session_changed()

    def _lay_out(self, close_button: QPushButton) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(12))
        grid.setVerticalSpacing(theme.px(8))
        group = QButtonGroup(self)
        for row, (operation, text, seconds) in enumerate(_CHOICES):
            button = QRadioButton(text, self)
            button.toggled.connect(self._on_changed)
            group.addButton(button)
            field = QDoubleSpinBox(self)
            field.setAccessibleName(f"{text.replace('&', '')}, seconds")
            field.setDecimals(_DECIMALS)
            field.setRange(0.0, _LONGEST_S)
            field.setSingleStep(0.05)
            field.setValue(seconds)
            field.setSuffix(" s")
            field.setFont(theme.numeral_font(self.font()))
            field.setAlignment(Qt.AlignmentFlag.AlignRight)
            field.setFixedWidth(theme.px(104))
            field.installEventFilter(self)
            # Whoever types a number means that operation.
            field.valueChanged.connect(lambda _, button=button: self._on_typed(button))
            self.buttons[operation], self.seconds[operation] = button, field
            grid.addWidget(button, row, 0)
            grid.addWidget(field, row, 1)
        grid.addWidget(self.which, 0, 2)
        grid.setColumnStretch(0, 1)
        self.which.setMinimumWidth(theme.px(124))
        row_of_buttons = QHBoxLayout()
        row_of_buttons.addWidget(self.count_label, 1)
        row_of_buttons.addSpacing(theme.px(16))
        row_of_buttons.addWidget(close_button)
        row_of_buttons.addWidget(self.apply_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(theme.px(16),) * 4)
        layout.setSpacing(theme.px(16))
        layout.addLayout(grid)
        layout.addLayout(row_of_buttons)
        self.count_label.setMinimumWidth(theme.px(300))

    @property
    def operation(self) -> Operation:
        return next(each for each, button in self.buttons.items() if button.isChecked())

    def show_for_selected(self) -> None:
        """Open it to grow what is selected."""
        self.buttons["grow"].setChecked(True)
        self.which.setCurrentIndex(1 if len(self._session.selected_spans) else 0)
        self.show()
        self.raise_()

    # -- what would change

    def _request(self) -> ResizeRequest | None:
        session, operation = self._session, self.operation
        if session.mask is None or session.info is None:
            return None
        samples = whole_samples(self.seconds[operation].value(), session.info.sampling_rate)
        only_selected = operation == "grow" and self.which.currentIndex() == 1
        spans = session.selected_spans.runs() if only_selected else None
        return ResizeRequest(session.mask, operation, samples, spans)

    def _on_typed(self, button: QRadioButton) -> None:
        button.setChecked(True)
        self._on_changed()

    def _on_changed(self) -> None:
        self.which.setEnabled(self.operation == "grow")
        if self._plan is not None and self._plan.request.is_same(self._request()):
            return  # Enter makes a field announce its number once more
        self._plan = None
        self._applies_when_counted = False
        self.apply_button.setEnabled(False)
        if self.isVisible():
            self._waiting.start()

    def _on_session_changed(self) -> None:
        n_selected = len(self._session.selected_spans)
        was_blocked = self.which.blockSignals(True)
        self.which.setItemText(1, f"{n_selected:,} selected")
        if not n_selected:
            self.which.setCurrentIndex(0)
        choices = self.which.model()
        assert isinstance(choices, QStandardItemModel)
        choices.item(1).setEnabled(n_selected > 0)
        self.which.blockSignals(was_blocked)
        self._on_changed()

    def _ask(self) -> None:
        request = self._request()
        if request is None:
            self.count_label.setText("There is no mask to change")
        else:
            self._planning.submit(request)

    def _on_planned(self, plan: ResizePlan) -> None:
        info = self._session.info
        if info is None or self._waiting.isActive() or not plan.request.is_same(self._request()):
            return  # of what was there before
        self._plan = plan
        self.count_label.setText(counts_text(plan.counts, info.sampling_rate))
        self.apply_button.setEnabled(bool(plan.edit))
        if self._applies_when_counted:
            self._applies_when_counted = False
            self.apply()

    def apply(self) -> None:
        """Make the counted change, as one step; the dialog stays for the next."""
        plan, info = self._plan, self._session.info
        if plan is None or not plan.edit or info is None:
            return
        request = plan.request
        text = resize_text(request.operation, request.samples, info.sampling_rate)
        self._apply_edit(plan.edit, text)

    # -- Qt

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Enter applies; before the count is known, as soon as it is."""
        if event is not None and event.key() in _ENTER and self._plan is None:
            self._applies_when_counted = not event.isAutoRepeat()
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        # A field would take Ctrl+Z for the digits typed into it.
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            pressed = QKeySequence(event.keyCombination())
            if any(pressed in action.shortcuts() for action in self._undo_actions):
                event.ignore()
                return True
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self.seconds[self.operation].setFocus()
        self.seconds[self.operation].selectAll()
        self.count_label.setText("Counting …")
        self._waiting.start()

    def hideEvent(self, event: QHideEvent | None) -> None:
        super().hideEvent(event)
        self._waiting.stop()

    def closeEvent(self, event: QCloseEvent | None) -> None:
        super().closeEvent(event)
        if self.parentWidget() is not None:
            self.parentWidget().activateWindow()


def counts_text(counts: EditCounts, sampling_rate: float) -> str:
    """Say what would change, in two lines: spans as the table counts them, then their time.

    ``12 → 9 spans (hf 8 → 5)``, ``+3.2 s, masked 1.5 % → 2.0 %``.
    """
    if not counts.added and not counts.removed:
        return "Nothing would change"
    changes = [
        f"{sign}{format_length(samples / sampling_rate)}"
        for sign, samples in (("+", counts.added), ("−", counts.removed))
        if samples
    ]
    before, after = (_percent(share) for share in (counts.masked_before, counts.masked_after))
    return f"{_span_counts(counts)}\n{', '.join(changes)}, masked {before} → {after}"


def _span_counts(counts: EditCounts) -> str:
    before, after = counts.spans_before, counts.spans_after
    text = f"{sum(before):,} → {sum(after):,} spans"
    by_kind = [each for each in zip(KINDS, before, after, strict=True) if each[1] or each[2]]
    if len(by_kind) < 2:
        return text
    # What is added beside a detector's span is a span of its own, marked as by hand.
    changed = [f"{kind} {was:,} → {now:,}" for kind, was, now in by_kind if was != now]
    return f"{text} ({', '.join(changed) or 'as many of each kind'})"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
