"""What a plain drag over the traces does: a switch, always in view."""

from __future__ import annotations

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QAction, QActionGroup
from PyQt6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from ecogview.views import theme
from ecogview.views.icons import icon


class ModeSwitch(QWidget):
    """Buttons as one, of which one is down; without words where there is no room."""

    def __init__(self, pan: QAction, mark: QAction, measure: QAction, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("modeSwitch")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(theme.px(28))
        group = QActionGroup(self)
        for action in (pan, mark, measure):
            group.addAction(action)
        pan.setChecked(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        self.buttons = [
            self._button(pan, "pan", "accent"),
            self._button(mark, "mark", "manual"),
            self._button(measure, "measure", "accent"),
        ]
        for button in self.buttons:
            row.addWidget(button)

    def _button(self, action: QAction, name: str, token: str) -> QToolButton:
        button = QToolButton(self)
        action.setIcon(icon(name, checked=token))
        button.setDefaultAction(action)
        button.setObjectName(f"{name}Mode")
        button.setIconSize(QSize(theme.px(16), theme.px(16)))
        button.setFixedHeight(theme.px(26))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return button

    def set_words_visible(self, *, visible: bool) -> None:
        style = Qt.ToolButtonStyle
        for button in self.buttons:
            button.setToolButtonStyle(
                style.ToolButtonTextBesideIcon if visible else style.ToolButtonIconOnly
            )
