"""The left column: recordings above channels, or as tabs where the window is low."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QSplitter, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from ecogview.views import theme

_STACKED_BELOW = 700  # logical pixels high: less does not hold two lists
_FIRST_SHARE = (318, 500)


class SideColumn(QWidget):
    """Two panels one above the other, or one at a time behind tabs."""

    def __init__(self, panels: list[tuple[str, QWidget]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panels = [panel for _, panel in panels]
        self._tabs = QTabBar(self)
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(True)
        self._tabs.setAccessibleName("Panels")
        for title, _ in panels:
            self._tabs.addTab(title)
        self._splitter = QSplitter(Qt.Orientation.Vertical, self)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        self._stack = QStackedWidget(self)
        self._tabs.currentChanged.connect(self._stack.setCurrentIndex)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._tabs)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self._splitter, 1)
        self.setMinimumWidth(theme.px(180))
        self._tabbed: bool | None = None
        self._arrange(tabbed=False)

    def save_state(self) -> bytes:
        """Heights of the panels, for `restore_state`."""
        return self._splitter.saveState().data()

    def restore_state(self, state: bytes) -> None:
        self._splitter.restoreState(state)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        self._arrange(tabbed=self.height() < theme.px(_STACKED_BELOW))
        super().resizeEvent(event)

    def _arrange(self, *, tabbed: bool) -> None:
        if tabbed == self._tabbed:
            return
        self._tabbed = tabbed
        for panel in self._panels:
            if tabbed:
                self._stack.addWidget(panel)
            else:
                self._splitter.addWidget(panel)
                panel.show()
        self._tabs.setVisible(tabbed)
        self._stack.setVisible(tabbed)
        self._splitter.setVisible(not tabbed)
        if tabbed:
            self._stack.setCurrentIndex(self._tabs.currentIndex())
        else:
            self._splitter.setSizes([theme.px(size) for size in _FIRST_SHARE])
