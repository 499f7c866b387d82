"""Shows messages: what went wrong above the traces, what was done in the status bar."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import QRectF, QSize, Qt, QTimer
from PyQt6.QtGui import QFont, QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ecogview.services.messages import Action, Message, Messages
from ecogview.views import theme
from ecogview.views.elided_text import ElidedText
from ecogview.views.icons import icon, paint_icon

_HEIGHT = 36
_STRIPE = 3
_MOST_ACTIONS = 3
_STAY_MS = 8_000


@dataclass(frozen=True, slots=True)
class Idle:
    """What the status bar shows while nothing was just done: what the mouse does."""

    text: str = "Ready"
    detail: str = ""
    icon: str = ""
    token: str = "text2"


class MessageBar(QWidget):
    """Errors and warnings, one at a time, errors first; hidden while there are none."""

    def __init__(self, messages: Messages, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._waiting: list[Message] = []
        self._shown = 0
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._line = ElidedText(self, weight=QFont.Weight.DemiBold)
        self._counter = link_button("", self)
        self._counter.setToolTip("Show the next message")
        self._counter.clicked.connect(self._on_next)
        self._actions = [_button("", self) for _ in range(_MOST_ACTIONS)]
        for place, button in enumerate(self._actions):
            button.clicked.connect(lambda _checked, place=place: self._on_action(place))
        self._more = _button("Details", self)
        self._more.setCheckable(True)
        self._more.toggled.connect(self._update_detail)
        self._close = QToolButton(self)
        self._close.setIcon(icon("close"))
        self._close.setToolTip("Close this message")
        self._close.setAccessibleName("Close this message")
        self._close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._close.setIconSize(QSize(theme.px(16), theme.px(16)))
        self._close.setFixedSize(theme.px(26), theme.px(26))
        self._close.clicked.connect(self._on_close)
        self._detail = QLabel(self)
        self._detail.setTextFormat(Qt.TextFormat.PlainText)
        self._detail.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._detail.setWordWrap(True)
        self._detail.setObjectName("secondary")
        self._detail.setContentsMargins(0, 0, 0, theme.px(10))
        self._detail.hide()  # else the bar comes too high, and the traces are laid out twice

        row = QHBoxLayout()
        row.setContentsMargins(0, 0, theme.px(8), 0)
        row.setSpacing(theme.px(8))
        row.addWidget(self._line, 1)
        for widget in (self._counter, *self._actions, self._more, self._close):
            row.addWidget(widget)
        head = QWidget(self)
        head.setFixedHeight(theme.px(_HEIGHT))
        head.setLayout(row)
        self._row = row
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(_STRIPE + 34), 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self._detail)
        messages.posted.connect(self._on_posted)
        messages.withdrawn.connect(self._on_withdrawn)
        self._show_current()

    @property
    def message(self) -> Message | None:
        """The message in view."""
        return self._waiting[self._shown] if self._waiting else None

    # -- what comes and goes

    def _on_posted(self, message: Message) -> None:
        before = self.message
        self._on_withdrawn(message.key)
        if message.level == "info" or message in self._waiting:
            return
        self._waiting.append(message)
        self._waiting.sort(key=lambda m: m.level != "error")
        comes_forward = (
            before not in self._waiting  # there was none, or this one takes its place
            or (message.level == "error" and before.level != "error")
        )
        self._go_to(message if comes_forward else before)

    def _on_withdrawn(self, key: str) -> None:
        before = self.message
        left = [m for m in self._waiting if m.key != key]
        if key and len(left) < len(self._waiting):
            self._waiting = left
            self._go_to(before)

    def _go_to(self, message: Message | None) -> None:
        self._shown = self._waiting.index(message) if message in self._waiting else 0
        self._show_current()

    def _on_next(self) -> None:
        self._shown = (self._shown + 1) % len(self._waiting)
        self._show_current()

    def _on_close(self) -> None:
        del self._waiting[self._shown]
        self._shown = min(self._shown, max(len(self._waiting) - 1, 0))
        self._show_current()

    def _on_action(self, place: int) -> None:
        message = self.message
        if message is not None:
            self._on_close()  # first: what the action says of itself must not be closed with it
            message.actions[place].run()

    # -- showing

    def _show_current(self) -> None:
        message = self.message
        self.setVisible(message is not None)
        if message is None:
            return
        self._counter.setText(f"{self._shown + 1} of {len(self._waiting)}")
        self._counter.setVisible(len(self._waiting) > 1)
        for place, button in enumerate(self._actions):
            button.setVisible(place < len(message.actions))
            if place < len(message.actions):
                button.setText(message.actions[place].text)
        self._more.setChecked(False)
        self.setAccessibleName(f"{message.level.capitalize()}: {message.text}")
        self.setAccessibleDescription(message.detail)
        self._update_detail()
        self.update()

    def _update_detail(self) -> None:
        message = self.message
        if message is None:
            return
        is_open = self._more.isChecked()
        self._line.set_text(message.text, "" if is_open else message.detail)
        self._row.activate()
        room = self._line.width()
        if not self._more.isHidden():
            room += self._more.width() + self._row.spacing()
        is_cut = room < self._line.full_width()
        self._more.setVisible(is_open or is_cut)
        self._detail.setText(f"{message.text}\n{message.detail}" if is_cut else message.detail)
        self._detail.setVisible(is_open)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._update_detail()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        message = self.message
        if message is None:
            return
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("panel"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.colour("border"))
        painter.fillRect(0, 0, theme.px(_STRIPE), self.height(), theme.colour(message.level))
        side = theme.px(16)
        left, top = theme.px(_STRIPE + 10), (theme.px(_HEIGHT) - side) // 2
        paint_icon(painter, message.level, QRectF(left, top, side, side), message.level)


class StatusMessage(QWidget):
    """What was just done, with a way back: "E57 bad · Undo". Passes after eight seconds.

    It stays while the pointer is on it or one of its buttons has the keyboard.
    """

    def __init__(self, messages: Messages, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._message: Message | None = None
        self._idle = Idle()
        self._mode = QLabel(self)
        self._line = ElidedText(self, token="text2")
        self._line.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._buttons: list[QPushButton] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(theme.px(8), 0, 0, 0)
        self._row.setSpacing(theme.px(4))
        self._row.addWidget(self._mode)
        self._row.addWidget(self._line)
        self._row.addStretch(1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_STAY_MS)
        self._timer.timeout.connect(self._on_timeout)
        messages.posted.connect(self._on_posted)
        messages.withdrawn.connect(self._on_withdrawn)
        self._show(None)

    @property
    def message(self) -> Message | None:
        """The message in view."""
        return self._message

    def _on_posted(self, message: Message) -> None:
        if message.level == "info":
            self._show(message)
        elif message.key:
            self._on_withdrawn(message.key)

    def _on_withdrawn(self, key: str) -> None:
        if key and self._message is not None and self._message.key == key:
            self._show(None)

    def _on_timeout(self) -> None:
        focus = QApplication.focusWidget()
        if self.underMouse() or (focus is not None and self.isAncestorOf(focus)):
            self._timer.start()
        else:
            self._show(None)

    def set_idle(self, idle: Idle) -> None:
        """Show something else while there is no message."""
        self._idle = idle
        self._show(self._message)

    def _show(self, message: Message | None) -> None:
        self._message = message
        shows_mode = message is None and bool(self._idle.icon)
        self._mode.setVisible(shows_mode)
        if shows_mode:
            side = theme.px(14)
            self._mode.setPixmap(icon(self._idle.icon, self._idle.token).pixmap(side, side))
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        actions = message.actions if message is not None else ()
        self._buttons = [self._action_button(action) for action in actions]
        for place, button in enumerate(self._buttons, start=2):
            self._row.insertWidget(place, button)
            button.show()
        if message is None:
            self._line.set_text(self._idle.text, self._idle.detail)
            self._timer.stop()
        else:
            joint = " ·" if actions else ""
            self._line.set_text(f"{message.text}{joint}", message.detail)
            self._timer.start()

    def _action_button(self, action: Action) -> QPushButton:
        button = link_button(action.text, self)
        button.clicked.connect(lambda: self._on_action(action))
        return button

    def _on_action(self, action: Action) -> None:
        self._show(None)
        action.run()


def link_button(text: str, parent: QWidget) -> QPushButton:
    """A button that looks like a word of the line it stands in."""
    button = _button(text, parent)
    button.setObjectName("link")
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    return button


def _button(text: str, parent: QWidget) -> QPushButton:
    button = QPushButton(text, parent)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAutoDefault(False)
    return button
