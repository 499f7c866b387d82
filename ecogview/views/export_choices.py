"""Parts of the export dialog: which stretch, which channels, what becomes of bad samples."""

from __future__ import annotations

import contextlib
import math
from typing import Literal

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QStandardItemModel
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QWidget

from ecogview.model.session import Session
from ecogview.model.stretch import checked_stretch, sample_time, typed_sample
from ecogview.views import theme

Stretch = Literal["selection", "window", "recording", "typed"]
_STRETCHES: tuple[tuple[Stretch, str], ...] = (
    ("selection", "Selection"),
    ("window", "This window"),
    ("recording", "Whole recording"),
    ("typed", "As typed"),
)
_CHANNELS = {
    "all": "all {}",
    "good": "{} good",
    "shown": "{} shown now",  # those that the scroll bar leaves, which Ctrl+C copies
    "not hidden": "{} not hidden",
    "selected": "{} selected",
}


class StretchChoice(QWidget):
    """A stretch of samples, by name or typed; follows the session. `changed` at every change."""

    changed = pyqtSignal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.which = combo("Stretch", self)
        for key, text in _STRETCHES:
            self.which.addItem(text, key)
        self.which.currentIndexChanged.connect(self._on_chosen)
        self.start_field, self.stop_field = (self._field(name) for name in ("Start", "Stop"))
        row = row_of(self)
        row.addWidget(self.which, 1)
        row.addWidget(self.start_field)
        row.addWidget(QLabel("to", self))
        row.addWidget(self.stop_field)

    def _field(self, name: str) -> QLineEdit:
        field = QLineEdit(self)
        field.setAccessibleName(f"{name} of the stretch, seconds or h:min:s")
        field.setToolTip(f"{name}: seconds, min:s or h:min:s")
        field.setFont(theme.numeral_font(self.font()))
        field.setAlignment(Qt.AlignmentFlag.AlignCenter)
        field.setFixedWidth(theme.px(100))
        field.textEdited.connect(self._on_typed)
        field.editingFinished.connect(self._on_finished)
        return field

    @property
    def stretch(self) -> Stretch:
        return _STRETCHES[self.which.currentIndex()][0]

    def choose(self, stretch: Stretch) -> None:
        self.which.setCurrentIndex([key for key, _ in _STRETCHES].index(stretch))

    def refresh(self) -> None:
        """Show what the session holds now; a selection that is gone becomes the window."""
        enable(self.which, 0, enabled=self._session.selection is not None)
        if self.stretch == "selection" and self._session.selection is None:
            self.choose("window")
        self._show_times()

    def samples(self) -> tuple[int, int]:
        """The samples ``[start, stop)``.

        Raises
        ------
        ValueError
            If what was typed is no stretch of the recording.
        """
        session, info = self._session, self._session.info
        assert info is not None
        if self.stretch == "selection" and session.selection is not None:
            return session.selection
        if self.stretch == "window":
            return session.window.start, session.window.stop
        if self.stretch == "recording":
            return 0, info.n_samples
        start, stop = (
            typed_sample(field.text(), info.sampling_rate)
            for field in (self.start_field, self.stop_field)
        )
        return checked_stretch(start, stop, info.n_samples, info.sampling_rate)

    def _show_times(self) -> None:
        if self._session.info is not None and self.stretch != "typed":
            self._show(*self.samples())

    def _show(self, start: int, stop: int) -> None:
        info = self._session.info
        assert info is not None
        self.start_field.setText(sample_time(start, info.sampling_rate))
        self.stop_field.setText(sample_time(stop, info.sampling_rate))

    def _on_finished(self) -> None:
        """Show what was typed as it is understood; what is no stretch stays to be mended."""
        if self._session.info is not None and self.stretch == "typed":
            with contextlib.suppress(ValueError):
                self._show(*self.samples())

    def _on_chosen(self) -> None:
        self._show_times()
        self.changed.emit()

    def _on_typed(self) -> None:
        self.choose("typed")
        self.changed.emit()


class ChannelChoice(QComboBox):
    """Channels by what they are, each with how many that is; in the order of the file."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setAccessibleName("Channels")
        for key in _CHANNELS:
            self.addItem("", key)

    def refresh(self) -> None:
        """Count anew; a choice that holds no channel any more becomes all."""
        was_blocked = self.blockSignals(True)
        for place, key in enumerate(_CHANNELS):
            n = len(self._channels(key))
            count = f"{n:,} channel{'s' * (n != 1)}"
            self.setItemText(place, _CHANNELS[key].format(count).capitalize())
            enable(self, place, enabled=n > 0)
        if not self.channels():
            self.setCurrentIndex(0)
        self.blockSignals(was_blocked)

    def channels(self) -> tuple[int, ...]:
        return self._channels(str(self.currentData()))

    def _channels(self, key: str) -> tuple[int, ...]:
        session = self._session
        everyone = range(0 if session.info is None else session.info.n_channels)
        if key == "good":
            return tuple(c for c in everyone if c not in session.bad_channels)
        if key == "shown":
            return tuple(sorted(session.channels.shown))
        if key == "not hidden":
            return tuple(sorted(session.channels.rows))
        if key == "selected":
            return tuple(sorted(session.channels.selected))
        return tuple(everyone)


class BadSamplesChoice(QWidget):
    """Whether bad samples are kept, become NaN, or a value. `changed` at every change."""

    changed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.which = combo("Bad samples", self)
        self.which.addItems(["As recorded", "NaN", "Set to"])
        self.field = QLineEdit("0", self)
        self.field.setAccessibleName("Value of bad samples")
        self.field.setFont(theme.numeral_font(self.font()))
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.field.setFixedWidth(theme.px(100))
        self.units = QLabel(self)
        self.which.currentIndexChanged.connect(self._on_chosen)
        self.field.textEdited.connect(self.changed)
        row = row_of(self)
        row.addWidget(self.which, 1)
        row.addWidget(self.field)
        row.addWidget(self.units)
        self._on_chosen()

    def reset(self) -> None:
        """Keep what was recorded."""
        self.which.setCurrentIndex(0)
        self.field.setText("0")

    def value(self) -> Literal["keep"] | float:
        """What bad samples become.

        Raises
        ------
        ValueError
            If what was typed is no number.
        """
        if self.which.currentIndex() == 0:
            return "keep"
        if self.which.currentIndex() == 1:
            return math.nan
        text = self.field.text().strip().replace(",", ".").replace("−", "-")
        try:
            number = float(text)
        except ValueError:
            number = math.inf
        if math.isinf(number):
            raise ValueError(f"{self.field.text()!r} is no number that bad samples can be set to")
        return number

    def _on_chosen(self) -> None:
        for widget in (self.field, self.units):
            widget.setVisible(self.which.currentIndex() == 2)
        self.changed.emit()


def combo(name: str, parent: QWidget) -> QComboBox:
    """A box of choices that takes what room there is."""
    box = QComboBox(parent)
    box.setAccessibleName(name)
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    # A long choice does not widen the dialog.
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(24)
    return box


def enable(box: QComboBox, place: int, *, enabled: bool) -> None:
    """Let one choice of a box be chosen, or not."""
    choices = box.model()
    assert isinstance(choices, QStandardItemModel)
    choices.item(place).setEnabled(enabled)


def row_of(widget: QWidget) -> QHBoxLayout:
    """A row without margins."""
    row = QHBoxLayout(widget)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme.px(6))
    return row
