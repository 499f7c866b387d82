"""Filter, trend and size of the display in numbers of one's own. Applied as they are typed."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ecogview.model.processing import MOST_NOTCHES, Processing
from ecogview.model.session import Session
from ecogview.views import theme
from ecogview.views.follow import follow


class FilterDialog(QDialog):
    """Does not get in the way of work: the traces follow while it is open. GUI thread only.

    Parameters
    ----------
    session : Session
    apply : callable
        Called with a `Processing`; returns why that cannot be done, or None.
    """

    def __init__(
        self,
        session: Session,
        apply: Callable[[Processing], str | None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._apply = apply
        self.setWindowTitle("Filter")
        self.setModal(False)
        self.highpass = self._number("High-pass in Hz")
        self.lowpass = self._number("Low-pass in Hz")
        self.notch = self._number("Notch in Hz")
        self.harmonics = QSpinBox(self)
        self.harmonics.setRange(0, MOST_NOTCHES - 1)
        self.harmonics.setSpecialValueText("none")
        self.trend = QCheckBox("Take off the linear trend", self)
        self.zscore = QCheckBox("In standard deviations (z) of each channel", self)
        self.inverted = QCheckBox("Negative is up", self)
        self.problem = QLabel(self)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setWordWrap(True)
        self.problem.setMinimumWidth(theme.px(320))
        self.note = QLabel(
            "Zero-phase Butterworth filters; the file stays as it is. An empty field leaves a "
            "part out.",
            self,
        )
        self.note.setObjectName("secondary")
        self.note.setWordWrap(True)
        self.reset = QPushButton("As recorded", self)
        self.reset.setAutoDefault(False)
        self.reset.clicked.connect(lambda: self._try(Processing()))
        form = QFormLayout()
        for name, field in (
            ("High-pass", self.highpass),
            ("Low-pass", self.lowpass),
            ("Notch", self.notch),
            ("Harmonics of it", self.harmonics),
        ):
            form.addRow(name, field)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        for widget in (self.trend, self.zscore, self.inverted, self.note, self.problem, self.reset):
            layout.addWidget(widget)
        self.harmonics.valueChanged.connect(self._on_edited)
        for box in (self.trend, self.zscore, self.inverted):
            box.clicked.connect(self._on_edited)
        follow(session.display_changed, self._show)
        self._show()

    def _number(self, name: str) -> QLineEdit:
        field = QLineEdit(self)
        field.setAccessibleName(name)
        field.setPlaceholderText("off")
        field.editingFinished.connect(self._on_edited)
        return field

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self._show()

    def _show(self) -> None:
        processing = self._session.display.processing
        for field, hz in (
            (self.highpass, processing.highpass_hz),
            (self.lowpass, processing.lowpass_hz),
            (self.notch, processing.notch_hz),
        ):
            field.setText("" if hz is None else f"{hz:g} Hz")
        was_blocked = self.harmonics.blockSignals(True)
        self.harmonics.setValue(processing.n_harmonics)
        self.harmonics.blockSignals(was_blocked)
        self.harmonics.setEnabled(processing.notch_hz is not None)
        self.trend.setChecked(processing.detrend == "linear")
        self.zscore.setChecked(processing.zscore)
        self.inverted.setChecked(processing.inverted)
        self._say("")

    def _on_edited(self) -> None:
        try:
            processing = Processing(
                highpass_hz=_hz(self.highpass.text()),
                lowpass_hz=_hz(self.lowpass.text()),
                notch_hz=_hz(self.notch.text()),
                n_harmonics=self.harmonics.value(),
                reference=self._session.display.processing.reference,
                detrend="linear" if self.trend.isChecked() else "constant",
                zscore=self.zscore.isChecked(),
                inverted=self.inverted.isChecked(),
            )
        except ValueError as error:
            self._say(str(error))
            return
        if processing != self._session.display.processing:
            self._try(processing)

    def _try(self, processing: Processing) -> None:
        self._say(self._apply(processing) or "")

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))


def _hz(text: str) -> float | None:
    """Frequency typed as `0.5`, `0,5` or `0.5 Hz`; None where the field is empty."""
    words = text.strip().removesuffix("Hz").removesuffix("hz").strip().replace(",", ".")
    if not words or words == "off":
        return None
    try:
        return float(words)
    except ValueError:
        raise ValueError(f"{text!r} is no frequency; type a number in Hz, or nothing") from None
