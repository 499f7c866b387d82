"""The selected stretch in numbers, above the traces: typed, copied, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QEvent, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
    QWidget,
)

from ecogview.model.clock import decimals_for, format_time, parse_time
from ecogview.model.session import Session
from ecogview.views import theme
from ecogview.views.follow import follow
from ecogview.views.icons import icon

_HEIGHT, _STRIPE = 36, 3
_ROOM_FOR_CAPTIONS = 1150  # pixels of the design
_ROOM_FOR_SAMPLES = 1000
_ROOM_FOR_EDITS = 860  # the menus and keys have them, too
_MINUTE_S = 60


class SelectionBar(QWidget):
    """There while something is selected. GUI thread only.

    Signals
    -------
    copy_requested(), zoom_requested(), clear_requested()
    window_requested(), recording_requested(), between_requested()
        Another stretch is wanted: the window, all, between the bad spans.
    mark_requested(), unmark_requested(), export_requested()
    rejected(str)
        Why what was typed was not taken.
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
    left = pyqtSignal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setFixedHeight(theme.px(_HEIGHT))
        self.setMinimumWidth(1)  # it folds instead of widening the window
        self.setAccessibleName("Selection")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(_STRIPE + 9), 0, theme.px(8), 0)
        row.setSpacing(theme.px(6))
        row.addWidget(_caption("Selection", self))
        self._captions: list[QLabel] = []
        self.start_field = self._field("Start", "Start of the selection", 100, self._take_start)
        self.length_field = self._field("Length", "Length of the selection", 92, self._take_length)
        self.stop_field = self._field("Stop", "Stop of the selection", 100, self._take_stop)
        self.sample_label = QLabel(self)
        self.sample_label.setObjectName("secondary")
        self.sample_label.setFont(theme.numeral_font(self.font()))
        self.sample_label.setToolTip("First sample, and the first one after it, counted from 0")
        row.addWidget(self.sample_label)
        self.copy_button = self._button("Copy", "Copy start, stop and samples as text")
        self.copy_button.clicked.connect(self.copy_requested)
        row.addStretch(1)
        self.other_button = self._button("Set to", "Select another stretch")
        self.other_menu = QMenu(self.other_button)
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
            self._edits.append(self._button(text, hint))
            self._edits[-1].clicked.connect(signal)
        export = self._button("Export …", "Hand the selected stretch to other programs (Ctrl+E)")
        export.clicked.connect(self.export_requested)
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
        field.returnPressed.connect(lambda: self._on_typed(field, take))
        field.installEventFilter(self)
        row = self.layout()
        assert row is not None
        row.addWidget(label)
        row.addWidget(field)
        return field

    def _button(self, text: str, hint: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setToolTip(hint)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row = self.layout()
        assert row is not None
        row.addWidget(button)
        return button

    # -- following the session

    @property
    def _decimals(self) -> int:
        """As many as tell samples apart: what is shown is typed back without a loss."""
        info = self._session.info
        return 0 if info is None else decimals_for(1 / info.sampling_rate)

    def _on_changed(self) -> None:
        info, selection = self._session.info, self._session.selection
        self.setVisible(info is not None and selection is not None)
        if info is None or selection is None:
            return
        (start, stop), rate = selection, info.sampling_rate
        length_s = (stop - start) / rate
        self.start_field.setText(format_time(start / rate, self._decimals))
        self.stop_field.setText(format_time(stop / rate, self._decimals))
        is_short = length_s < _MINUTE_S
        short = f"{length_s:.{self._decimals}f} s"
        self.length_field.setText(short if is_short else format_time(length_s, self._decimals))
        n_samples = stop - start
        what = "sample" if n_samples == 1 else "samples"
        self.sample_label.setText(f"{n_samples:,} {what}, {start:,} to {stop:,}")

    # -- typed

    def _on_typed(self, field: QLineEdit, take: Callable[[str], None]) -> None:
        if field.isModified():
            try:
                take(field.text())
            except ValueError as error:  # stays as it was typed, to be mended
                field.selectAll()
                self.rejected.emit(str(error))
                return
            field.setModified(False)
            self._on_changed()
        self.left.emit()

    def _take_start(self, text: str) -> None:
        assert self._session.selection is not None
        self._select(self._samples(text), self._session.selection[1])

    def _take_stop(self, text: str) -> None:
        assert self._session.selection is not None
        self._select(self._session.selection[0], self._samples(text))

    def _take_length(self, text: str) -> None:
        assert self._session.selection is not None
        start = self._session.selection[0]
        self._select(start, start + self._samples(text.strip().removesuffix("s")))

    def _samples(self, text: str) -> int:
        info = self._session.info
        assert info is not None
        return round(parse_time(text) * info.sampling_rate)

    def _select(self, start: int, stop: int) -> None:
        info = self._session.info
        assert info is not None
        if start >= stop:
            raise ValueError("A selection must start before it stops")
        if stop > info.n_samples:
            end = format_time(info.duration_s, self._decimals)
            raise ValueError(f"The recording ends at {end}")
        self._session.select((start, stop))

    def eventFilter(self, watched: object, event: QEvent | None) -> bool:
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()  # else it would be the window's, which selects nothing
                return True
            if event.type() == QEvent.Type.KeyPress:
                self._on_changed()
                self.left.emit()
                return True
        return False

    # -- Qt

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        for caption in self._captions:
            caption.setVisible(self.width() >= theme.px(_ROOM_FOR_CAPTIONS))
        self.sample_label.setVisible(self.width() >= theme.px(_ROOM_FOR_SAMPLES))
        for button in self._edits:
            button.setVisible(self.width() >= theme.px(_ROOM_FOR_EDITS))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("panel"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.colour("border"))
        painter.fillRect(0, 0, theme.px(_STRIPE), self.height(), theme.colour("accent"))


def _caption(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setObjectName("caption")
    return label
