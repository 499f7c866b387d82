"""Asks what is to be exported and how; shows beforehand what would be written, and why not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QFontDatabase, QHideEvent, QKeyEvent, QShowEvent
from PyQt6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ecogview.data.byte_sizes import size_text
from ecogview.data.exporters.exporter import Exporter
from ecogview.data.exporters.plan import ExportPlan
from ecogview.data.exporters.registry import EXPORTERS
from ecogview.errors import printable
from ecogview.model.session import Session
from ecogview.services.export_blocks import SampleTransform
from ecogview.services.export_planning import ExportFacts, ExportPlanning, ExportQuestion
from ecogview.services.sources import ArraySource, Source
from ecogview.views import theme
from ecogview.views.export_choices import (
    BadSamplesChoice,
    ChannelChoice,
    StretchChoice,
    combo,
    enable,
)
from ecogview.views.export_outcome import ExportOutcome
from ecogview.views.export_target import TargetField
from ecogview.views.follow import follow

_WAIT_MS = 150  # after a key, before it is looked at anew
_NOT_OF_ARRAYS = "lab"


class ExportDialog(QDialog):
    """Does not get in the way of work: it follows the selection and the window meanwhile.

    Opened, it starts with all channels and samples as recorded. Enter in a field takes what was
    typed; elsewhere, and with Ctrl, it exports.

    Parameters
    ----------
    session : Session
    planning : ExportPlanning
        Looks beforehand in its thread; closed by who made it.

    Signals
    -------
    export_requested(ExportFacts)
        What is to be done, looked at and found possible.
    """

    export_requested = pyqtSignal(object)

    def __init__(
        self, session: Session, planning: ExportPlanning, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._planning = planning
        self._source: Source | None = None
        self._processing: SampleTransform | None = None
        self._question: ExportQuestion | None = None
        self._facts: ExportFacts | None = None
        self._ends: tuple[Callable[[], None], ...] = ()
        self._is_at_work = False
        self.setWindowTitle("Export")
        self.setModal(False)
        self.stretch = StretchChoice(session, self)
        self.channels = ChannelChoice(session, self)
        self.bad_samples = BadSamplesChoice(self)
        self.format_field = combo("Format", self)
        self.format_field.addItems([_format_text(exporter) for exporter in EXPORTERS])
        self.processing_box = QCheckBox(self)
        self.file = TargetField(self)
        self.outcome = ExportOutcome(self)
        self.preview = QPlainTextEdit(self)
        self.preview.setReadOnly(True)
        self.preview.setFrameShape(QFrame.Shape.NoFrame)
        self.preview.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.preview.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.preview.setAccessibleName("First lines of what will be written")
        self.preview.setTabChangesFocus(True)
        self.export_button = QPushButton("Export", self)
        self.export_button.setObjectName("primary")
        self.export_button.setDefault(True)
        self.export_button.clicked.connect(self._on_export)
        self.close_button = QPushButton("Close", self)
        self.close_button.setAutoDefault(False)
        self.close_button.clicked.connect(self.close)
        self._lay_out()
        self._waiting = QTimer(self)
        self._waiting.setSingleShot(True)
        self._waiting.setInterval(_WAIT_MS)
        self._waiting.timeout.connect(self._ask)
        for changed in (
            self.stretch.changed,
            self.channels.currentIndexChanged,
            self.bad_samples.changed,
            self.processing_box.toggled,
            self.file.changed,
        ):
            changed.connect(self._on_changed)
        self.format_field.currentIndexChanged.connect(self._on_format_chosen)
        follow(session.selection_changed, self._on_session_changed)
        follow(session.mask_changed, self._on_session_changed)
        follow(session.window_changed, self._on_window_changed)
        follow(session.recording_changed, self._on_recording_changed)
        planning.found.connect(self._on_found)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(theme.px(12))
        form.setVerticalSpacing(theme.px(8))
        for caption, field in (
            ("Stretch", self.stretch),
            ("Channels", self.channels),
            ("Bad samples", self.bad_samples),
            ("Format", self.format_field),
            ("", self.processing_box),
            ("File", self.file),
        ):
            form.addRow(caption, field)
        buttons = QHBoxLayout()
        buttons.addWidget(self.outcome.estimate, 1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.export_button)
        first_lines = QLabel("First lines", self)
        first_lines.setObjectName("secondary")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(theme.px(16),) * 4)
        layout.setSpacing(theme.px(12))
        layout.addLayout(form)
        layout.addWidget(self.outcome)
        layout.addWidget(first_lines)
        layout.addWidget(self.preview, 1)
        layout.addLayout(buttons)
        self.resize(theme.px(620), theme.px(540))

    # -- opening

    @property
    def exporter(self) -> Exporter:
        return EXPORTERS[self.format_field.currentIndex()]

    def show_for(self, source: Source, folder: Path, processing: SampleTransform | None) -> None:
        """Open it for the recording on the screen.

        Parameters
        ----------
        source : Source
        folder : Path
            Where to, until the user chooses another place.
        processing : SampleTransform or None
            What the display does to samples, to be ticked; None where it does nothing.
        """
        self._source = source
        self._offer_formats(is_array=isinstance(source, ArraySource))
        if not self.isVisible():  # what was set for an export before is easily overlooked
            self.channels.setCurrentIndex(0)
            self.bad_samples.reset()
            self.processing_box.setChecked(False)
            self.file.begin(folder)
            self._follow_channels()
        self.set_processing(processing)
        self.stretch.choose("window" if self._session.selection is None else "selection")
        self.show()
        self.raise_()
        self.activateWindow()
        self.stretch.which.setFocus()

    def set_processing(self, processing: SampleTransform | None) -> None:
        """What the display does to samples is another, or None: nothing."""
        notes = [each and each.note for each in (self._processing, processing)]
        self._processing = processing
        self.processing_box.setVisible(processing is not None)
        if processing is None:
            self.processing_box.setChecked(False)
        else:
            self.processing_box.setText(f"As displayed: {printable(processing.note, 200)}")
        if notes[0] != notes[1]:
            self._on_changed()

    def _offer_formats(self, *, is_array: bool) -> None:
        place = [exporter.key for exporter in EXPORTERS].index(_NOT_OF_ARRAYS)
        text = _format_text(EXPORTERS[place])
        why = ", not of an array: it has no experiment's JSON"
        self.format_field.setItemText(place, text + why * is_array)
        enable(self.format_field, place, enabled=not is_array)
        if is_array and self.format_field.currentIndex() == place:
            self.choose_format("npz")

    def _follow_channels(self) -> None:
        """Count anew whenever other channels are shown or selected."""
        for end in self._ends:
            end()
        channels = self._session.channels
        self._ends = (
            follow(channels.rows_changed, self._on_session_changed),
            follow(channels.selection_changed, self._on_session_changed),
        )

    def set_at_work(self, *, at_work: bool) -> None:
        """Whether an export is under way: one at a time."""
        self._is_at_work = at_work
        self._show_state()

    def choose_format(self, key: str) -> None:
        """Choose a format by its key; one that is not there is not chosen."""
        keys = [exporter.key for exporter in EXPORTERS]
        if key in keys:
            self.format_field.setCurrentIndex(keys.index(key))

    # -- what is asked for

    def _plan(self) -> ExportPlan:
        """What is asked for; ValueError where what was typed says nothing."""
        session, info = self._session, self._session.info
        assert info is not None
        start, stop = self.stretch.samples()
        self.file.suggest(self.exporter.default_name(info, start, stop))
        self.file.show_folder()
        return ExportPlan(
            info=info,
            start=start,
            stop=stop,
            channels=self.channels.channels(),
            target=self.file.target,
            format=self.exporter.key,
            bad_samples=self.bad_samples.value(),
            tracks=session.mask,
            mask_path=session.mask_path,
        )

    def _on_session_changed(self) -> None:
        if self.isVisible():
            self._on_changed()

    def _on_recording_changed(self) -> None:
        self.close()  # what is asked for is of the one before

    def _on_window_changed(self) -> None:
        if self.isVisible() and self.stretch.stretch == "window":
            self._on_changed()

    def _on_changed(self) -> None:
        self._facts = None
        self._question = None
        if self.isVisible() and self._session.info is not None:
            self.stretch.refresh()
            self.channels.refresh()
            self.bad_samples.units.setText(self._session.info.units)
            self._waiting.start()
        self._show_state()

    def _on_format_chosen(self) -> None:
        self.file.set_exporter(self.exporter)
        self._on_changed()

    def _ask(self) -> None:
        self._waiting.stop()
        if self._source is None:
            return
        try:
            plan = self._plan()
        except ValueError as error:
            self.outcome.show_problem(printable(str(error)))
            self.preview.clear()
            return
        processing = self._processing if self.processing_box.isChecked() else None
        self._question = ExportQuestion(plan, self._source, processing)
        self._planning.submit(self._question)

    # -- what is answered

    def _on_found(self, facts: ExportFacts) -> None:
        if facts.question is not self._question:
            return  # of what was there before
        self._facts = facts
        self.outcome.show_facts(facts)
        self.preview.setPlainText(facts.preview)
        self._show_state()

    def _show_state(self) -> None:
        facts = self._facts
        is_possible = facts is not None and not facts.problem
        self.export_button.setEnabled(is_possible and not self._is_at_work)
        self.export_button.setToolTip("Another export is under way" if self._is_at_work else "")
        self.file.show_folder()
        size = ""
        if facts is not None and facts.n_bytes is not None and facts.seconds is not None:
            size = f"{size_text(facts.n_bytes)}, {duration_text(facts.seconds)}"
        if self._is_at_work:
            size = "Another export is under way: its progress is in the status bar"
        self.outcome.estimate.setText(size)

    def _on_export(self) -> None:
        if self._facts is not None and not self._facts.problem:
            self.export_requested.emit(self._facts)

    # -- Qt

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.export_button.click()
                return
            if isinstance(self.focusWidget(), QLineEdit):
                self._ask()
                return
        super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self._on_changed()

    def hideEvent(self, event: QHideEvent | None) -> None:
        super().hideEvent(event)
        self._waiting.stop()


def _format_text(exporter: Exporter) -> str:
    missing = ", not installed" if exporter.missing else ""
    return f"{exporter.title} ({exporter.suffix}){missing}"


def duration_text(seconds: float) -> str:
    """About how long it takes, in words."""
    if seconds < 1:
        return "less than a second"
    if seconds < 90:
        return f"about {seconds:.0f} s"
    return f"about {seconds / 60:.0f} min"
