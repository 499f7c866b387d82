"""The toolbar: moving, time, length, gain, how many channels, undo, save."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

from PyQt6.QtCore import QEvent, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QAction, QFontMetrics, QKeyEvent, QResizeEvent
from PyQt6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QStyle,
    QStyleOptionFrame,
    QToolButton,
    QWidget,
)

from ecogview.model.clock import decimals_for, format_time, parse_time
from ecogview.model.gain_text import parse_gain
from ecogview.model.processing import Processing
from ecogview.model.session import Session
from ecogview.model.time_window import TimeWindow
from ecogview.views import theme
from ecogview.views.amounts import format_round
from ecogview.views.icons import icon
from ecogview.views.mode_switch import ModeSwitch
from ecogview.views.processing_buttons import FilterButton, ReferenceButton

_LENGTHS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600)


_GAIN_WIDTH = 96
_LONG_GAIN = 88_800.0  # a row; few are higher, where counts are of 16 bits
_CURSOR_ROOM = 2 * 2 + 1  # pixels that Qt leaves at both sides of a field's text, and the cursor


class ToolRow(QWidget):
    """Controls of what is shown; `rejected` carries why a typed value was not taken.

    Where there is no room for all of them, those go first that the menus and keys have, too.
    """

    rejected = pyqtSignal(str)
    left = pyqtSignal()  # the user is done typing: the traces get the keyboard back

    def __init__(
        self, session: Session, actions: Mapping[str, QAction], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self.setFixedHeight(theme.px(42))
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(4)

        self.time_field = QLineEdit(self)
        self.time_field.setAccessibleName("Start of the window, seconds or h:min:s")
        self.time_field.setToolTip("Start of the window: seconds, min:s or h:min:s (G)")
        self.time_field.setAcceptDrops(False)  # a file dropped here is for the window
        self.time_field.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.time_field.setFixedWidth(theme.px(92))
        self.time_field.returnPressed.connect(self._on_time_typed)
        self.time_field.installEventFilter(self)
        self.length_field = QComboBox(self)
        self.length_field.setAccessibleName("Length of the window")
        self.length_field.setToolTip("Length of the window: seconds, min:s or h:min:s")
        self.length_field.setEditable(True)
        self.length_field.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.length_field.setFixedWidth(theme.px(88))
        self.length_field.activated.connect(self._on_length_typed)
        line_edit = self.length_field.lineEdit()
        assert line_edit is not None
        line_edit.setAcceptDrops(False)
        line_edit.returnPressed.connect(self._on_length_typed)
        line_edit.installEventFilter(self)
        self.gain_field = QLineEdit(self)
        self.gain_field.setAccessibleName("Gain: height of a row")
        self.gain_field.setToolTip("Height of a row: 500 µV, 2 mV, or a number in its unit")
        self.gain_field.setAcceptDrops(False)
        self.gain_field.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.gain_field.setFixedWidth(theme.px(_GAIN_WIDTH))
        self.gain_field.setFont(theme.numeral_font(self.font()))
        self._gain_units = ""
        self.gain_field.returnPressed.connect(self._on_gain_typed)
        self.gain_field.installEventFilter(self)
        self.count_field = QSpinBox(self)
        self.count_field.setAccessibleName("Channels shown at once")
        self.count_field.setToolTip("Channels shown at once, from 1 to all")
        self.count_field.setKeyboardTracking(False)
        self.count_field.setAcceptDrops(False)
        self.count_field.setFixedWidth(theme.px(112))
        self.count_field.valueChanged.connect(self._on_count_changed)
        self.count_field.installEventFilter(self)

        row.addWidget(self._button(actions["toggle_side"]))
        row.addSpacing(4)
        self.mode_switch = ModeSwitch(actions["pan"], actions["mark_bad"], actions["measure"], self)
        row.addWidget(self.mode_switch)
        row.addSpacing(4)
        moves = [
            self._button(actions[name])
            for name in ("go_start", "page_back", "page_forward", "go_end")
        ]
        for button in moves:
            row.addWidget(button)
        row.addSpacing(4)
        row.addWidget(self.time_field)
        row.addWidget(self.length_field)
        row.addWidget(_separator(self))
        self._captions = [_caption("Gain", self), _caption("Show", self)]
        row.addWidget(self._captions[0])
        gain_buttons = [self._button(actions[name]) for name in ("gain_down", "gain_up")]
        row.addWidget(gain_buttons[0])
        row.addWidget(self.gain_field)
        row.addWidget(gain_buttons[1])
        before_count = _separator(self)
        self.filters, self.references = FilterButton(self), ReferenceButton(self)
        before_filters = _separator(self)
        row.addWidget(before_filters)
        row.addWidget(self.filters)
        row.addWidget(self.references)
        row.addWidget(before_count)
        row.addWidget(self._captions[1])
        row.addWidget(self.count_field)
        row.addStretch(1)
        self.save_button = QPushButton(icon("save", "on_accent"), actions["save_mask"].text(), self)
        self.save_button.setObjectName("primary")
        self.save_button.setToolTip(actions["save_mask"].toolTip())
        self.save_button.clicked.connect(actions["save_mask"].trigger)
        row.addWidget(self.save_button)
        row.addSpacing(4)
        for name in ("undo", "redo"):
            row.addWidget(self._button(actions[name]))
        panel_buttons: list[QWidget] = [
            _separator(self),
            *(self._button(actions[name]) for name in ("toggle_overview", "toggle_dock")),
        ]
        for widget in panel_buttons:
            row.addWidget(widget)
        self._wants_captions = True
        self._foldable: tuple[list[QWidget], ...] = (
            panel_buttons,
            [moves[0], moves[-1]],
            [*gain_buttons],
            [before_count, self.count_field],
            [before_filters, self.filters, self.references],
        )

        # Numbers follow at 25 Hz: fields repainted with every frame take as long as the traces.
        self._behind = QTimer(self)
        self._behind.setSingleShot(True)
        self._behind.setInterval(40)
        self._behind.timeout.connect(self._show_window)
        session.window_changed.connect(self._on_window_changed)
        session.display_changed.connect(self._show_gain)
        session.modified_changed.connect(self._show_modified)
        session.recording_changed.connect(self._on_recording_changed)
        self._on_recording_changed()

    def _button(self, action: QAction) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setAutoRaise(True)
        button.setIconSize(QSize(theme.px(16), theme.px(16)))
        button.setFixedHeight(theme.px(26))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def set_captions_visible(self, *, visible: bool) -> None:
        self._wants_captions = visible
        self._fold()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._fold()

    def show_processing(self, processing: Processing) -> None:
        """Show what filter and reference are chosen."""
        if processing != self.filters.processing:
            self.filters.show_processing(processing)
            self.references.show_processing(processing)
            self._fold()

    def _fold(self) -> None:
        """Show all that there is room for, and no more."""
        self._show_captions(visible=self._wants_captions)
        self.mode_switch.set_words_visible(visible=True)
        for widget in chain(*self._foldable):
            widget.setVisible(True)
        if not self._fits():
            self._show_captions(visible=False)
        if not self._fits():
            self.mode_switch.set_words_visible(visible=False)
        for widgets in self._foldable:
            if self._fits():
                break
            for widget in widgets:
                widget.setVisible(False)

    def _fits(self) -> bool:
        layout, inner = self.layout(), self.mode_switch.layout()
        assert layout is not None
        assert inner is not None
        inner.activate()
        layout.invalidate()
        layout.activate()  # asks every part anew how wide it is
        return layout.totalMinimumSize().width() <= self.width()

    def _show_captions(self, *, visible: bool) -> None:
        for caption in self._captions:
            caption.setVisible(visible)

    # -- following the session

    def _on_recording_changed(self) -> None:
        info = self._session.info
        self.setEnabled(info is not None)
        if info is not None:
            self.length_field.clear()
            lengths = [s for s in _LENGTHS_S if s < info.duration_s]
            self.length_field.addItems([_length_text(s) for s in lengths] + ["all"])
        self._session.channels.rows_changed.connect(self._show_count)
        self._show_window()
        self._show_gain()
        self._show_count()
        self._show_modified()

    def _on_window_changed(self) -> None:
        if not self._behind.isActive():
            self._behind.start()

    def _show_window(self) -> None:
        info, window = self._session.info, self._session.window
        if info is None:
            self.time_field.clear()
            return
        if not self.time_field.isModified():
            decimals = min(decimals_for(1 / info.sampling_rate), 3)
            self.time_field.setText(format_time(window.start / info.sampling_rate, decimals))
        length_s = window.length / info.sampling_rate
        text = "all" if window.length == window.n_samples else _length_text(length_s)
        self.length_field.setEditText(text)

    def _show_gain(self) -> None:
        info, display = self._session.info, self._session.display
        if info is not None and not self.gain_field.isModified():
            units = display.processing.units(info.units)
            text = f"{format_round(display.units_per_row, units)}/row"
            self._make_room_for_gain(text, units)
            self.gain_field.setText(text)

    def _make_room_for_gain(self, text: str, units: str) -> None:
        """Let the field hold its text; it grows only, so that no button moves while it is used."""
        widest = theme.px(_GAIN_WIDTH)
        if units == self._gain_units:
            widest = self.gain_field.width()
        else:
            self._gain_units = units
            text = max(text, f"{format_round(_LONG_GAIN, units)}/row", key=len)
        needed = QFontMetrics(self.gain_field.font()).horizontalAdvance(text)
        width = max(widest, needed + _beside_text(self.gain_field))
        if width != self.gain_field.width():
            self.gain_field.setFixedWidth(width)
            self._fold()

    def _show_count(self) -> None:
        channels = self._session.channels
        n_rows = len(channels.rows)
        blocked = self.count_field.blockSignals(True)
        self.count_field.setRange(min(1, n_rows), n_rows)
        self.count_field.setValue(min(channels.count, n_rows))
        self.count_field.setSuffix(f" of {n_rows}")
        self.count_field.blockSignals(blocked)

    def _show_modified(self) -> None:
        if self.save_button.isHidden() == self._session.is_modified:
            self.save_button.setVisible(self._session.is_modified)
            self._fold()

    # -- typed values

    def _on_time_typed(self) -> None:
        try:
            self._session.go_to(parse_time(self.time_field.text()))
        except ValueError as error:  # stays as it was typed, to be mended; Esc gives it up
            self.time_field.selectAll()
            self.rejected.emit(str(error))
            return
        self.time_field.setModified(False)
        self._show_window()
        self.left.emit()

    def _on_gain_typed(self) -> None:
        info, display = self._session.info, self._session.display
        if info is None:
            return
        try:
            gain = parse_gain(self.gain_field.text(), display.processing.units(info.units))
        except ValueError as error:  # as of the time
            self.gain_field.selectAll()
            self.rejected.emit(str(error))
            return
        self.gain_field.setModified(False)
        self._session.set_display(display.with_gain(gain))
        self._show_gain()
        self.left.emit()

    def _on_length_typed(self) -> None:
        info, window = self._session.info, self._session.window
        text = self.length_field.currentText().strip()
        if info is None:
            return
        try:
            seconds = info.duration_s if text == "all" else parse_time(text.removesuffix("s"))
            length = seconds * info.sampling_rate
            if length <= 0:
                raise ValueError(f"{text!r} is too short; a window shows 5 samples at least")
            self._session.set_window(TimeWindow.clamped(window.start, length, window.n_samples))
        except ValueError as error:
            self.rejected.emit(str(error))
        self._show_window()
        self.left.emit()

    def _on_count_changed(self, count: int) -> None:
        self._session.channels.set_count(count)

    def eventFilter(self, watched: object, event: QEvent | None) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()  # else it would be the window's, which unselects channels
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.time_field.setModified(False)
                self.gain_field.setModified(False)
                self._show_window()
                self._show_gain()
                self._show_count()
                self.left.emit()
                return True
            if watched is self.count_field and event.key() in (
                Qt.Key.Key_Return,
                Qt.Key.Key_Enter,
            ):
                self.count_field.interpretText()
                self.left.emit()
                return True
        return False


def _length_text(seconds: float) -> str:
    return format_time(seconds) if seconds >= 120 else f"{seconds:.4g} s"


def _beside_text(field: QLineEdit) -> int:
    """How much wider than its text a field has to be."""
    field.ensurePolished()  # else the style sheet's paddings are not known
    option, style = QStyleOptionFrame(), field.style()
    field.initStyleOption(option)
    assert style is not None
    inner = style.subElementRect(QStyle.SubElement.SE_LineEditContents, option, field)
    return field.width() - inner.width() + _CURSOR_ROOM


def _caption(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setObjectName("caption")
    return label


def _separator(parent: QWidget) -> QFrame:
    line = QFrame(parent)
    line.setObjectName("separator")
    line.setFixedSize(1, theme.px(20))
    line.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return line
