"""The empty window: what a newcomer can do, and what was open before."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QFont, QFontMetrics, QShowEvent
from PyQt6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ecogview.services.recent import RecentEntry
from ecogview.views import theme
from ecogview.views.plain_text import tooltip
from ecogview.views.welcome_parts import Card, DrawnTrace, RecentRow

_OVERHANG = 8  # the tint of a recent row is wider than its words
_WIDTH = 560 + 2 * _OVERHANG
_MOST_RECENT = 8  # more would push the keys off a screen of 768 lines
_KEYS = (
    ("← →", "scroll"),
    ("Ctrl + wheel", "zoom time"),
    ("A", "mark a bad span"),
    ("B", "mark a channel"),
    ("?", "all keys"),
)


class Welcome(QScrollArea):
    """Three ways to begin, recent folders and files, and the keys that matter most.

    `recent_requested` carries the `pathlib.Path` of a recent folder or file.
    """

    open_folder_requested = pyqtSignal()
    open_file_requested = pyqtSignal()
    demo_requested = pyqtSignal()
    recent_requested = pyqtSignal(object)
    clear_recent_requested = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("welcome")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        px = theme.px
        column = QWidget()
        column.setMaximumWidth(px(_WIDTH))
        rows = QVBoxLayout(column)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(_indented(DrawnTrace()))
        rows.addSpacing(px(24))
        rows.addWidget(_heading("Open a recording to begin"))
        rows.addSpacing(px(10))
        rows.addWidget(
            _subtitle("Choose a folder of .dat files, or drop one anywhere in this window.")
        )
        rows.addSpacing(px(34))
        rows.addLayout(self._build_cards())
        self._recent = QWidget()
        self._recent_rows = QVBoxLayout()
        rows.addWidget(self._recent)
        self._build_recent()
        rows.addSpacing(px(32))
        line = QFrame()
        line.setObjectName("separator")
        line.setFixedHeight(1)
        rows.addLayout(_indented(line))
        rows.addSpacing(px(16))
        self._keys = QVBoxLayout()
        rows.addLayout(self._keys)

        page = QWidget()
        page.setObjectName("welcomePage")
        around = QHBoxLayout(page)
        around.setContentsMargins(px(16), px(16), px(16), px(16))
        around.addStretch(1)
        around.addWidget(column, 100, Qt.AlignmentFlag.AlignVCenter)
        around.addStretch(1)
        self.setWidget(page)
        self.set_recent(())

    def set_recent(self, entries: Sequence[RecentEntry]) -> None:
        """List what was open before, newest first; without any the list is not there."""
        while (item := self._recent_rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        shown = entries[:_MOST_RECENT]
        metrics = QFontMetrics(RecentRow.title_font(self.font()))
        widths = [metrics.horizontalAdvance(entry.title) + 1 for entry in shown]
        title_width = min(max([theme.px(80), *widths]), theme.px(180))
        for entry in shown:
            row = RecentRow(entry, title_width)
            row.setToolTip(tooltip(str(entry.path)))
            row.clicked.connect(lambda _checked, path=entry.path: self.recent_requested.emit(path))
            self._recent_rows.addWidget(row)
        self._recent.setVisible(bool(shown))

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        if not self._keys.count():  # at a start with a recording nobody sees them: 1 ms
            self._keys.addLayout(_key_hints(self))
        self._folder_card.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build_cards(self) -> QHBoxLayout:
        self._folder_card = Card("folder", "Open folder", "All recordings below it", "Ctrl+O")
        file_card = Card("file", "Open file", "One .dat recording", "Ctrl+Shift+O")
        demo_card = Card("demo", "Try the demo", "Ten minutes, known faults")
        cards = QHBoxLayout()
        cards.setContentsMargins(theme.px(_OVERHANG), 0, theme.px(_OVERHANG), 0)
        cards.setSpacing(theme.px(16))
        for card, signal in (
            (self._folder_card, self.open_folder_requested),
            (file_card, self.open_file_requested),
            (demo_card, self.demo_requested),
        ):
            card.clicked.connect(lambda _checked, signal=signal: signal.emit())
            cards.addWidget(card, 1)
        return cards

    def _build_recent(self) -> None:
        title = QLabel("Recent")
        title.setFont(theme.sized_font(self.font(), 12, QFont.Weight.DemiBold))
        clear = QPushButton("Clear")
        clear.setObjectName("link")
        clear.setAccessibleName("Clear the list of recent folders and files")
        clear.setCursor(Qt.CursorShape.PointingHandCursor)
        clear.clicked.connect(lambda: self.clear_recent_requested.emit())
        head = QHBoxLayout()
        # The link has a margin of its own, for its ring.
        head.setContentsMargins(theme.px(_OVERHANG), 0, theme.px(_OVERHANG) - theme.px(3) - 2, 0)
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(clear)
        self._recent_rows.setSpacing(theme.px(2))
        block = QVBoxLayout(self._recent)
        block.setContentsMargins(0, theme.px(30), 0, 0)
        block.setSpacing(theme.px(8))
        block.addLayout(head)
        block.addLayout(self._recent_rows)


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setFont(theme.sized_font(label.font(), 22, QFont.Weight.DemiBold))
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setWordWrap(True)
    return label


def _subtitle(text: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName("secondary")
    label.setFont(theme.sized_font(label.font(), 13))
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setWordWrap(True)
    return label


def _indented(widget: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(theme.px(_OVERHANG), 0, theme.px(_OVERHANG), 0)
    row.addWidget(widget)
    return row


def _key_hints(parent: QWidget) -> QVBoxLayout:
    """The keys on one line, or on two where the font is a wide one."""
    gap, between = theme.px(7), theme.px(18)
    lines = QVBoxLayout()
    lines.setContentsMargins(theme.px(_OVERHANG), 0, theme.px(_OVERHANG), 0)
    lines.setSpacing(gap)
    left_over = 0
    for key, meaning in _KEYS:
        cap, words = QLabel(key, parent), QLabel(meaning, parent)
        cap.setObjectName("keyCap")
        words.setObjectName("secondary")
        words.setFont(theme.sized_font(words.font(), 11))
        needed = cap.sizeHint().width() + gap + words.sizeHint().width()
        if not lines.count() or needed > left_over:
            left_over = theme.px(_WIDTH - 2 * _OVERHANG)
            row = QHBoxLayout()
            row.setSpacing(gap)
            row.addStretch(1)
            lines.addLayout(row)
        left_over -= needed + between
        row.insertWidget(row.count() - 1, cap)
        row.insertWidget(row.count() - 1, words)
        row.insertSpacing(row.count() - 1, between - gap)
    return lines
