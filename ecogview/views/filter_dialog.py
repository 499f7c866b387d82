"""Filter, reference, trend and size of the display, of one's own. Applied as they are typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PyQt6.QtCore import QTimer
from PyQt6.QtGui import QResizeEvent, QShowEvent
from PyQt6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ecogview.model.processing import MOST_NOTCHES, Processing
from ecogview.model.processing_choices import (
    band_choices,
    problem_in,
    reference_choices,
    selected_choices,
)
from ecogview.model.session import Session
from ecogview.views import theme
from ecogview.views.advice_text import AdviceText
from ecogview.views.choice_box import ChoiceBox
from ecogview.views.follow import follow
from ecogview.views.frequency_field import FrequencyField

_PAUSE_MS = 400  # in typing, after which it is applied
_WIDTH, _LINES = 392, 3  # of the words beneath
_NOTE = "Zero-phase Butterworth filters; the file stays as it is. An empty field leaves a part out."
_OFF = "Switched off: the traces are as recorded. Whatever is changed here switches it on again."
_HALF = "The band-stop has one corner only; type the other one, too, or clear it."


class FilterDialog(QDialog):
    """Does not get in the way of work: the traces follow while it is open. GUI thread only.

    What cannot be done is said in it, and stays as it was typed, to be mended.

    Parameters
    ----------
    session : Session
    apply : callable
        Called with a `Processing` that can be done; returns why not nevertheless, or None.
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
        self._typing: set[str] = set()  # parts of which the fields have not been left since
        self._end_of_selection: Callable[[], None] = lambda: None
        self.setWindowTitle("Filter and reference")
        self.setModal(False)
        self.band = ChoiceBox("Band", self)
        self.highpass = self._field("High-pass", "highpass_hz")
        self.lowpass = self._field("Low-pass", "lowpass_hz")
        self.stop_low = self._field("Lower corner of the band-stop", "band_stop_hz")
        self.stop_high = self._field("Upper corner of the band-stop", "band_stop_hz")
        self.notch = self._field("Notch", "notch_hz")
        self.harmonics = QSpinBox(self)
        self.harmonics.setAccessibleName("Harmonics of the notch")
        self.harmonics.setRange(0, MOST_NOTCHES - 1)
        self.harmonics.setSpecialValueText("none")
        self.harmonics.setFixedWidth(theme.px(104))
        self.reference = ChoiceBox("Reference", self)
        self.trend = QCheckBox("Take off the linear &trend", self)
        self.zscore = QCheckBox("In standard deviations (&z) of each channel", self)
        self.inverted = QCheckBox("Negative is &up", self)
        self.advice = AdviceText(theme.px(_WIDTH), _LINES, self)
        self.reset = QPushButton("&As recorded", self)
        self.toggle = QPushButton(self)
        self.close_button = QPushButton("&Close", self)
        for button in (self.reset, self.toggle, self.close_button):
            button.setAutoDefault(False)  # Enter belongs to the fields
        self._lay_out()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(lambda: self._take(*self._typing))
        self.band.chosen.connect(lambda made: self._choose(made, "highpass_hz", "lowpass_hz"))
        self.reference.chosen.connect(lambda made: self._choose(made, "reference"))
        self.harmonics.valueChanged.connect(lambda _: self._take("n_harmonics"))
        for box, part in (
            (self.trend, "detrend"), (self.zscore, "zscore"), (self.inverted, "inverted")
        ):  # fmt: skip
            box.clicked.connect(lambda _, part=part: self._take(part))
        self.reset.clicked.connect(self._reset)
        self.toggle.clicked.connect(lambda: self._apply(self._now.toggled()))
        self.close_button.clicked.connect(self.close)
        follow(session.display_changed, self._follow)
        follow(session.mask_changed, self._follow)
        follow(session.recording_changed, self._on_recording_changed)
        self._on_recording_changed()

    def _field(self, name: str, part: str) -> FrequencyField:
        field = FrequencyField(name, self)
        field.textEdited.connect(lambda: self._on_typed(part))
        field.editingFinished.connect(lambda: self._on_left(part))
        return field

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(10))
        grid.setVerticalSpacing(theme.px(8))
        rows: tuple[tuple[tuple[str, QWidget], ...], ...] = (
            (("&Band", self.band),),
            (("&High-pass", self.highpass), ("&Low-pass", self.lowpass)),
            (("Band-&stop", self.stop_low), ("to", self.stop_high)),
            (("&Notch", self.notch), ("Har&monics", self.harmonics)),
            (("&Reference", self.reference),),
        )
        for row, cells in enumerate(rows):
            for column, (text, widget) in enumerate(cells):
                label = QLabel(text, self)
                label.setBuddy(widget)
                grid.addWidget(label, row, 2 * column)
                span = 1 if len(cells) > 1 else 3
                grid.addWidget(widget, row, 2 * column + 1, 1, span)
        grid.setColumnMinimumWidth(2, theme.px(72))
        grid.setColumnStretch(3, 1)
        boxes = QVBoxLayout()
        boxes.setSpacing(theme.px(6))
        for box in (self.trend, self.zscore, self.inverted):
            boxes.addWidget(box)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.px(8))
        buttons.addWidget(self.reset)
        buttons.addWidget(self.toggle)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        line = QFrame(self)
        line.setObjectName("separator")
        line.setFixedHeight(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(theme.px(16),) * 4)
        layout.setSpacing(theme.px(14))
        layout.addLayout(grid)
        layout.addLayout(boxes)
        layout.addWidget(line)
        layout.addWidget(self.advice)
        layout.addLayout(buttons)
        layout.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)  # grows with a long problem

    # -- following

    @property
    def _now(self) -> Processing:
        """What is set, switched on or not."""
        return self._session.display.processing

    def _on_recording_changed(self) -> None:
        self._end_of_selection()
        channels = self._session.channels
        self._end_of_selection = follow(channels.selection_changed, self._follow)
        self._start_anew()

    def _start_anew(self) -> None:
        """Show what is set, whatever has been typed."""
        now = self._now
        self._pause.stop()
        self._typing.clear()
        for field, hz in self._numbers(now):
            field.show_hz(hz)
        self._follow()

    def _numbers(self, now: Processing) -> list[tuple[FrequencyField, float | None]]:
        stop = now.band_stop_hz or (None, None)
        return [
            (self.highpass, now.highpass_hz), (self.lowpass, now.lowpass_hz),
            (self.stop_low, stop[0]), (self.stop_high, stop[1]), (self.notch, now.notch_hz),
        ]  # fmt: skip

    def _follow(self) -> None:
        if not self.isVisible():
            return  # what is set is shown anew when it opens
        session, now = self._session, self._now
        for field, hz in self._numbers(now):
            field.follow(hz)
        was_blocked = self.harmonics.blockSignals(True)
        self.harmonics.setValue(now.n_harmonics)
        self.harmonics.blockSignals(was_blocked)
        self.harmonics.setEnabled(now.notch_hz is not None)
        self.band.show_choices(band_choices(session, now))
        self.reference.show_choices(reference_choices(session, now), selected_choices(session, now))
        self.trend.setChecked(now.detrend == "linear")
        self.zscore.setChecked(now.zscore)
        self.inverted.setChecked(now.inverted)
        self.toggle.setText("Switch &off" if now.is_on or not now.is_set else "Switch &on")
        self.toggle.setEnabled(now.is_set)
        self.reset.setEnabled(now.is_set)
        self._advise()

    def _advise(self, refused: str | None = None) -> None:
        """Say what is wrong, or what there is to know."""
        parts, unread, is_half = self._read()
        problem = refused or unread or problem_in(self._session, replace(self._now, **parts))
        if problem is not None and not self._typing:
            self.advice.say(problem, is_problem=True)
        elif is_half:
            self.advice.say(_HALF)
        else:
            self.advice.say(_OFF if self._now.is_set and not self._now.is_on else _NOTE)

    # -- what the user does

    def _on_typed(self, part: str) -> None:
        self._typing.add(part)
        self._pause.start()

    def _on_left(self, part: str) -> None:
        self._pause.stop()
        self._typing.discard(part)
        self._take(part)
        for field, hz in self._numbers(self._now):
            if _says(field, hz):  # in full: "0,5" becomes "0.5 Hz"
                field.show_hz(hz)

    def _read(self) -> tuple[dict[str, Any], str | None, bool]:
        """What the fields say: parts of a processing, a problem, whether a corner is missing.

        Parts that cannot be read are not among them.
        """
        parts: dict[str, Any] = {
            "n_harmonics": self.harmonics.value(),
            "detrend": "linear" if self.trend.isChecked() else "constant",
            "zscore": self.zscore.isChecked(),
            "inverted": self.inverted.isChecked(),
        }
        unread, is_half = None, False
        for part, field in (
            ("highpass_hz", self.highpass), ("lowpass_hz", self.lowpass), ("notch_hz", self.notch)
        ):  # fmt: skip
            try:
                parts[part] = field.hz()
            except ValueError as error:
                unread = str(error)
        try:
            corners = (self.stop_low.hz(), self.stop_high.hz())
        except ValueError as error:
            return parts, str(error), is_half
        is_half = (corners[0] is None) is not (corners[1] is None)
        if not is_half:
            parts["band_stop_hz"] = None if corners[0] is None else corners
        return parts, unread, is_half

    def _take(self, *changed: str) -> None:
        """Apply all that can be done of what the fields say, or else only what was changed."""
        now, (parts, _, _) = self._now, self._read()
        made = replace(now, **parts)
        if problem_in(self._session, made) is not None:
            made = replace(now, **{part: parts[part] for part in changed if part in parts})
        refused = None
        if made != now and problem_in(self._session, made) is None:
            refused = self._apply(replace(made, is_on=True))
        self._follow()
        if refused is not None:
            self._advise(refused)

    def _choose(self, made: Processing, *parts: str) -> None:
        """Take parts of a choice; what was typed in their place is given up."""
        chosen = {part: getattr(made, part) for part in parts}
        refused = self._apply(replace(self._now, **chosen, is_on=True))
        if "highpass_hz" in parts:
            for field, hz in self._numbers(self._now)[:2]:
                field.show_hz(hz)
        self._advise(refused)

    def _reset(self) -> None:
        refused = self._apply(Processing())
        self._start_anew()
        if refused is not None:
            self._advise(refused)

    # -- Qt

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self._start_anew()
        self.highpass.setFocus()
        self.highpass.selectAll()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Stay on the screen where a long problem makes it higher."""
        super().resizeEvent(event)
        screen, frame = self.screen(), self.frameGeometry()
        if screen is not None and self.isVisible():
            below = frame.bottom() - screen.availableGeometry().bottom()
            if below > 0:
                self.move(self.x(), max(self.y() - below, screen.availableGeometry().top()))


def _says(field: FrequencyField, hz: float | None) -> bool:
    try:
        return field.hz() == hz
    except ValueError:
        return False
