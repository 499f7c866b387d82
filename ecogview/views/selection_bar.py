"""The selected stretch in numbers, below the traces: typed, copied, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QEvent, QSize, Qt, pyqtBoundSignal, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
    QWidget,
)

from ecogview.model.clock import format_time
from ecogview.model.session import Session
from ecogview.model.stretch import checked_stretch, sample_time, time_decimals, typed_sample
from ecogview.views import theme
from ecogview.views.follow import follow
from ecogview.views.icons import icon

HEIGHT = 32  # in pixels of the design; the overview gives it up
_STRIPE = 3
_MINUTE_S = 60


class SelectionBar(QWidget):
    """There while something is selected. GUI thread only.

    What was typed is taken by Enter, by leaving the field and by a button; Escape gives it up.
    What is no stretch is told: after Enter it stays to be mended, else what was there returns.

    Signals
    -------
    copy_requested(), zoom_requested(), clear_requested()
    window_requested(), recording_requested(), between_requested()
        Another stretch is wanted: the window, all, between the bad spans.
    mark_requested(), unmark_requested(), export_requested()
    rejected(str)
        Why what was typed was not taken.
    mended()
        What was said of it no longer holds.
    left()
        The user is done typing: the traces get the keyboard back.
    """

    copy_requested = pyqtSignal()
    zoom_requested = pyqtSignal()
    clear_requested = pyqtSignal()
    window_requested = pyqtSignal()
    recording_requested = pyqtSignal()
    between_requested = pyqtSignal()
    mark_requested = pyqtSignal()
    unmark_requested = pyqtSignal()
    export_requested = pyqtSignal()
    rejected = pyqtSignal(str)
    mended = pyqtSignal()
    left = pyqtSignal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setFixedHeight(theme.px(HEIGHT))
        self.setMinimumWidth(1)  # it folds instead of widening the window
        self.setAccessibleName("Selection")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(_STRIPE + 9), 0, theme.px(8), 0)
        row.setSpacing(theme.px(6))
        row.addWidget(_caption("Selection", self))
        self._captions: list[QLabel] = []
        self._takers: dict[QLineEdit, Callable[[str], None]] = {}
        self.start_field = self._field("Start", "Start of the selection", 100, self._take_start)
        self.length_field = self._field("Length", "Length of the selection", 92, self._take_length)
        self.stop_field = self._field("Stop", "Stop of the selection", 100, self._take_stop)
        self.sample_label = QLabel(self)
        self.sample_label.setObjectName("secondary")
        self.sample_label.setFont(theme.numeral_font(self.font()))
        self.sample_label.setToolTip("First sample, and the first one after it, counted from 0")
        row.addWidget(self.sample_label)
        copy = "Copy start, stop and samples as text"
        self.copy_button = self._button("Copy", copy, self.copy_requested)
        row.addStretch(1)
        self.other_button = self._button("Set to", "Select another stretch")
        self.other_menu = QMenu(self.other_button)
        self.other_menu.aboutToShow.connect(self._take_typed)
        for text, signal in (
            ("This window", self.window_requested),
            ("Whole recording", self.recording_requested),
            ("Between the bad spans", self.between_requested),
        ):
            self.other_menu.addAction(text, signal.emit)
        self.other_button.setMenu(self.other_menu)
        self._edits: list[QPushButton] = []
        for text, hint, signal in (
            ("Zoom to it", "Show the selected stretch (F)", self.zoom_requested),
            ("Mark", "Mark the selected stretch bad (M)", self.mark_requested),
            ("Un-mark", "Un-mark the selected stretch (U)", self.unmark_requested),
        ):
            self._edits.append(self._button(text, hint, signal))
        export = "Hand the selected stretch to other programs (Ctrl+E)"
        self.export_button = self._button("Export …", export, self.export_requested)
        self.close_button = QToolButton(self)
        self.close_button.setIcon(icon("close"))
        self.close_button.setToolTip("Select nothing (Esc)")
        self.close_button.setAccessibleName("Select nothing")
        self.close_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.close_button.setIconSize(QSize(theme.px(16), theme.px(16)))
        self.close_button.setFixedSize(theme.px(26), theme.px(26))
        self.close_button.clicked.connect(self.clear_requested)
        row.addWidget(self.close_button)
        follow(session.selection_changed, self._on_changed)
        follow(session.recording_changed, self._on_changed)
        self._on_changed()

    def _field(self, caption: str, name: str, width: int, take: Callable[[str], None]) -> QLineEdit:
        label = _caption(caption, self)
        self._captions.append(label)
        field = QLineEdit(self)
        field.setAccessibleName(f"{name}, seconds or h:min:s")
        field.setToolTip(f"{name}: seconds, min:s or h:min:s")
        field.setAlignment(Qt.AlignmentFlag.AlignCenter)
        field.setFont(theme.numeral_font(self.font()))
        field.setFixedWidth(theme.px(width))
        field.setAcceptDrops(False)
        field.returnPressed.connect(lambda: self._on_entered(field))
        field.installEventFilter(self)
        self._takers[field] = take
        row = self.layout()
        assert row is not None
        row.addWidget(label)
        row.addWidget(field)
        return field

    def _button(self, text: str, hint: str, signal: pyqtBoundSignal | None = None) -> QPushButton:
        button = QPushButton(text, self)
        button.setToolTip(hint)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if signal is not None:
            # Not with a stretch other than the one that was typed.
            button.clicked.connect(lambda: signal.emit() if self._take_typed() else None)
        row = self.layout()
        assert row is not None
        row.addWidget(button)
        return button

    # -- following the session

    def _on_changed(self) -> None:
        info, selection = self._session.info, self._session.selection
        for field in self._takers:
            field.setModified(False)
        self.setVisible(info is not None and selection is not None)
        if info is None or selection is None:
            return
        (start, stop), rate = selection, info.sampling_rate
        length_s, decimals = (stop - start) / rate, time_decimals(rate)
        self.start_field.setText(sample_time(start, rate))
        self.stop_field.setText(sample_time(stop, rate))
        is_short = length_s < _MINUTE_S
        short = f"{length_s:.{decimals}f} s"
        self.length_field.setText(short if is_short else format_time(length_s, decimals))
        self._fold()

    def _sample_texts(self) -> tuple[str, str]:
        """How many samples, with and without their numbers; no number is ever cut."""
        assert self._session.selection is not None
        start, stop = self._session.selection
        count = f"{stop - start:,} sample{'s' * (stop - start != 1)}"
        return f"{count}, {start:,} to {stop:,}", count

    # -- typed

    def _on_entered(self, field: QLineEdit) -> None:
        try:
            self._take(field)
        except ValueError as error:  # stays as it was typed, to be mended
            field.selectAll()
            self.rejected.emit(str(error))
        else:
            self.left.emit()

    def _take_typed(self) -> bool:
        """Take what was typed; False where it is no stretch, and what was there is shown again."""
        for field in self._takers:
            try:
                self._take(field)
            except ValueError as error:
                self._on_changed()
                self.rejected.emit(str(error))
                return False
        return True

    def _take(self, field: QLineEdit) -> None:
        if field.isModified() and self._session.selection is not None:
            self._takers[field](field.text())
            self._on_changed()
            self.mended.emit()

    def _take_start(self, text: str) -> None:
        assert self._session.selection is not None
        self._select(self._sample(text), self._session.selection[1])

    def _take_stop(self, text: str) -> None:
        assert self._session.selection is not None
        self._select(self._session.selection[0], self._sample(text))

    def _take_length(self, text: str) -> None:
        assert self._session.selection is not None
        start = self._session.selection[0]
        self._select(start, start + self._sample(text.strip().removesuffix("s")))

    def _sample(self, text: str) -> int:
        assert self._session.info is not None
        return typed_sample(text, self._session.info.sampling_rate)

    def _select(self, start: int, stop: int) -> None:
        info = self._session.info
        assert info is not None
        self._session.select(checked_stretch(start, stop, info.n_samples, info.sampling_rate))

    def eventFilter(self, watched: object, event: QEvent | None) -> bool:
        if isinstance(event, QFocusEvent) and event.lostFocus():
            if event.reason() != Qt.FocusReason.PopupFocusReason:  # the field's own menu
                self._take_typed()
        elif isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()  # else it would be the window's, which selects nothing
                return True
            if event.type() == QEvent.Type.KeyPress:
                self._on_changed()
                self.mended.emit()
                self.left.emit()
                return True
        return False

    # -- Qt

    def _fold(self) -> None:
        """Leave out what there is no room for; menus and keys do what the buttons do."""
        row = self.layout()
        assert row is not None
        numbers, count = self._sample_texts()
        for has_captions, text, has_edits in (
            (True, numbers, True),
            (False, numbers, True),
            (False, numbers, False),
            (False, count, False),
            (False, "", False),
        ):
            for caption in self._captions:
                caption.setVisible(has_captions)
            for button in self._edits:
                button.setVisible(has_edits)
            self.sample_label.setText(text)
            self.sample_label.setVisible(bool(text))
            row.invalidate()
            if row.sizeHint().width() <= self.width():
                break
        row.activate()  # at once: nothing is painted cut meanwhile

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if self._session.selection is not None:
            self._fold()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("panel"))
        painter.fillRect(0, 0, self.width(), 1, theme.colour("border"))
        painter.fillRect(0, 0, theme.px(_STRIPE), self.height(), theme.colour("accent"))


def _caption(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setObjectName("caption")
    return label
