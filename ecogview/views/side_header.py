"""Top of the panels at the left: title, a note, buttons; below it a filter."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QAction, QFont, QKeyEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QMenu, QSizePolicy, QToolButton, QWidget

from ecogview.views import theme
from ecogview.views.elided_text import ElidedText
from ecogview.views.icons import icon


class SideHeader(QWidget):
    """Title and note at the left, buttons at the right; where both do not fit, the note is cut."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._title = title
        self._note = ""
        self._shorter: tuple[str, ...] = ()
        self.buttons: list[QToolButton] = []
        self._text = ElidedText(self, size=13, detail_size=11, weight=QFont.Weight.DemiBold)
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(theme.px(12), 0, theme.px(8), 0)
        self._row.setSpacing(theme.px(2))
        self._row.addWidget(self._text, 1)
        self.setFixedHeight(theme.px(32))
        self._show_texts()

    @property
    def note(self) -> str:
        return self._note

    def set_note(self, note: str, *shorter: str) -> None:
        """Show a note, or where it does not fit the first of the shorter ones that does."""
        self._note, self._shorter = note, shorter
        self._show_texts()

    def _show_texts(self) -> None:
        self._text.set_text(self._title, self._note, *self._shorter)
        self._text.setAccessibleName(f"{self._title}, {self._note}" if self._note else self._title)

    def add_button(self, icon_name: str, name: str, menu: QMenu | None = None) -> QToolButton:
        """Add a button at the right; with a menu it opens that."""
        button = QToolButton(self)
        button.setIcon(icon(icon_name))
        button.setIconSize(QSize(theme.px(16), theme.px(16)))
        button.setFixedSize(theme.px(26), theme.px(26))
        button.setAutoRaise(True)
        button.setToolTip(name)
        button.setAccessibleName(name)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if menu is not None:
            # Opened by hand: a menu of its own makes Qt draw an arrow beside the icon.
            button.clicked.connect(
                lambda: menu.popup(button.mapToGlobal(button.rect().bottomLeft()))
            )
        self._row.addWidget(button)
        self.buttons.append(button)
        return button


class FilterField(QLineEdit):
    """A filter that works while one types; Escape empties it, then leaves it.

    `left` is emitted when the user is done: Escape in the empty field, Down or Enter.
    """

    left = pyqtSignal()

    def __init__(self, placeholder: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(name)
        self.setClearButtonEnabled(True)
        self.setMaxLength(200)
        self.setAcceptDrops(False)  # a file dropped here is for the window
        glass = QAction(icon("search"), "", self)
        self.addAction(glass, QLineEdit.ActionPosition.LeadingPosition)

    def event(self, event: QEvent | None) -> bool:
        if event is not None and takes_key(event, _FIELD_KEYS):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None or event.key() not in _FIELD_KEYS:
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            self.left.emit()


_FIELD_KEYS = frozenset((Qt.Key.Key_Escape, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter))


def takes_key(event: QEvent | None, keys: frozenset[Qt.Key]) -> bool:
    """Whether the event asks if the focused widget wants a key before the window's shortcuts do.

    Shift and the keypad count as part of the key; with Ctrl or Alt it is a shortcut's.
    """
    if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.ShortcutOverride:
        return False
    own = Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
    return event.key() in keys and not event.modifiers() & ~own


def hint_label(parent: QWidget) -> QLabel:
    """What a panel says in place of a list that holds nothing."""
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
    label.setWordWrap(True)
    label.setObjectName("secondary")
    label.setMargin(theme.px(16))
    return label
