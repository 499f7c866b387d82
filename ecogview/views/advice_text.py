"""Words beneath fields: quiet ones, or a problem with its sign."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from ecogview.views import theme
from ecogview.views.icons import icon

_ICON_PX = 14


class AdviceText(QWidget):
    """Takes as many lines as it needs; `lines` are kept free, so that little jumps.

    Parameters
    ----------
    width : int
        In pixels.
    lines : int
    """

    def __init__(self, width: int, lines: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._sign = QLabel(self)
        self._sign.setFixedSize(theme.px(_ICON_PX), theme.px(_ICON_PX) + 2)
        self._label = QLabel(self)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self._label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        policy = QSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self._label.setSizePolicy(policy)
        self._label.setMinimumHeight(lines * self.fontMetrics().lineSpacing())
        self._label.setFixedWidth(width)
        self._width = width
        self._sign.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(6))
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._label, 1)

    @property
    def text(self) -> str:
        return self._label.text()

    @property
    def is_problem(self) -> bool:
        return not self._sign.isHidden()

    def say(self, text: str, *, is_problem: bool = False) -> None:
        """Show words; a problem in the colour of all words, with a sign."""
        if (text, is_problem) == (self.text, self.is_problem):
            return
        self._label.setText(text)
        self._label.setObjectName("" if is_problem else "secondary")
        self._sign.setVisible(is_problem)
        self._paint_sign()
        taken = self._sign.width() + theme.px(6) if is_problem else 0
        self._label.setFixedWidth(self._width - taken)
        style = self._label.style()
        if style is not None:  # the name decides the colour
            style.unpolish(self._label)
            style.polish(self._label)

    def _paint_sign(self) -> None:
        size = theme.px(_ICON_PX)
        self._sign.setPixmap(icon("warning", "warning").pixmap(size, size))

    def changeEvent(self, event: QEvent | None) -> None:
        if event is not None and event.type() == QEvent.Type.PaletteChange:
            self._paint_sign()
        super().changeEvent(event)
