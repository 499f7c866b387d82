"""The column at the right: panels one above the other, each of which can be folded."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QMouseEvent, QPalette
from PyQt6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from ecogview.views import theme
from ecogview.views.icons import icon
from ecogview.views.side_header import SideHeader

MIN_WIDTH = 220
_UNLIMITED = 16_777_215  # Qt's own
_FIRST_PARTS = 3  # of the height, where each of the others has one


class FoldingPanel(QWidget):
    """A header with a title and a note over a body, which a click on the header folds away.

    Signals
    -------
    folded(bool)
        It has been folded, or unfolded.
    """

    folded = pyqtSignal(bool)

    def __init__(self, title: str, body: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self.body = body
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.header = _Header(title, self)
        self._button = self.header.add_button("chevron-down", "")
        self._button.clicked.connect(self.toggle)
        self.header.clicked.connect(self.toggle)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(body, 1)
        self._is_folded = False
        self.set_folded(folded=False)

    @property
    def is_folded(self) -> bool:
        return self._is_folded

    def set_folded(self, *, folded: bool) -> None:
        has_changed = folded != self._is_folded
        self._is_folded = folded
        self.body.setVisible(not folded)
        height = self.header.height()
        self.setMinimumHeight(height if folded else 3 * height)
        self.setMaximumHeight(height if folded else _UNLIMITED)
        self._button.setIcon(icon("chevron-right" if folded else "chevron-down"))
        name = f"{'Unfold' if folded else 'Fold'} {self.title.lower()}"
        self._button.setToolTip(name)
        self._button.setAccessibleName(name)
        if has_changed:
            self.folded.emit(folded)

    def toggle(self) -> None:
        self.set_folded(folded=not self._is_folded)


class SideDock(QWidget):
    """Folding panels in a column; the first that is open gets most of the height."""

    def __init__(self, panels: list[FoldingPanel], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.setMinimumWidth(theme.px(MIN_WIDTH))
        self.setAccessibleName("Panels at the right")
        self.panels = panels
        self._splitter = QSplitter(Qt.Orientation.Vertical, self)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)  # Qt widens the grip of so thin a line by itself
        for place, panel in enumerate(panels):
            self._splitter.addWidget(panel)
            self._splitter.setStretchFactor(place, 1 if place else _FIRST_PARTS)
            panel.folded.connect(self._on_folded)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._splitter, 1)
        layout.addStretch(0)  # takes the room where all are folded
        self._on_folded(False)

    def save_state(self) -> bytes:
        """Heights of the panels, for `restore_state`."""
        return self._splitter.saveState().data()

    def restore_state(self, state: bytes) -> None:
        self._splitter.restoreState(state)

    def _on_folded(self, folded: bool) -> None:  # noqa: FBT001  a Qt slot
        are_folded = all(panel.is_folded for panel in self.panels)
        height = sum(panel.header.height() for panel in self.panels) + len(self.panels) - 1
        self._splitter.setMaximumHeight(height if are_folded else _UNLIMITED)
        if not folded:
            self._share_out()

    def _share_out(self) -> None:
        # Qt would go by what the lists ask for: one of 10,000 rows asks for no more than others.
        is_open = [not panel.is_folded for panel in self.panels]
        room = max(self._splitter.height(), 1000)
        parts = [
            (_FIRST_PARTS if place == is_open.index(True) else 1) if each else 0
            for place, each in enumerate(is_open)
        ]
        self._splitter.setSizes([room * part // max(sum(parts), 1) for part in parts])


class _Header(SideHeader):
    clicked = pyqtSignal()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()
