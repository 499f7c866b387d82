"""One line of text and its detail, cut with an ellipsis where they do not fit."""

from __future__ import annotations

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from ecogview.views import theme

_GAP = 10
_BETWEEN_PARTS = "   "


class ElidedText(QWidget):
    """Plain text on one line: `text` in front, `detail` quieter behind it.

    Where the detail does not fit, the first of `shorter` that does takes its place. Parts of it
    that three spaces set apart are left out whole, the last ones first.

    Parameters
    ----------
    size, detail_size : float
        Of the text and its detail, in pixels of the design; by default one for both.
    weight : QFont.Weight
        Of `text`; the detail is regular.
    token : str
        Colour of `text`.
    """

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        size: float = 12,
        detail_size: float | None = None,
        weight: QFont.Weight = QFont.Weight.Normal,
        token: str = "text",
    ) -> None:
        super().__init__(parent)
        self._size = size
        self._detail_size = size if detail_size is None else detail_size
        self._weight = weight
        self._token = token
        self._text = self._detail = ""
        self._shorter: tuple[str, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def set_text(self, text: str, detail: str = "", *shorter: str) -> None:
        """Show other words."""
        self._text, self._detail, self._shorter = text, detail, shorter
        self.setAccessibleName(f"{text} {detail}".strip())
        self.updateGeometry()
        self.update()

    @property
    def text(self) -> str:
        return self._text

    @property
    def detail(self) -> str:
        return self._detail

    def full_width(self) -> int:
        """Return the width at which nothing is cut."""
        return self._width_with(self._detail)

    def _width_with(self, detail: str) -> int:
        width = QFontMetrics(self._text_font()).horizontalAdvance(self._text)
        if detail:
            width += theme.px(_GAP) + QFontMetrics(self._detail_font()).horizontalAdvance(detail)
        return width + 1

    def sizeHint(self) -> QSize:
        return QSize(self.full_width(), QFontMetrics(self._text_font()).height())

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(40), QFontMetrics(self._text_font()).height())

    def _text_font(self) -> QFont:
        return theme.numeral_font(theme.sized_font(self.font(), self._size, self._weight))

    def _detail_font(self) -> QFont:
        return theme.numeral_font(theme.sized_font(self.font(), self._detail_size))

    def fitting_detail(self) -> str:
        """The detail, or the longest of its shorter forms for which there is room."""
        for detail in (self._detail, *self._shorter[:-1]):
            if not self._shorter or self._width_with(detail) <= self.width() + 1:
                return detail
        return self._shorter[-1]

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        left = 0
        for text, font, token in (
            (self._text, self._text_font(), self._token),
            (self.fitting_detail(), self._detail_font(), "text2"),
        ):
            room = self.rect().adjusted(left, 0, 0, 0)
            if text and room.width() > 0:
                metrics = QFontMetrics(font)
                while _BETWEEN_PARTS in text and metrics.horizontalAdvance(text) > room.width():
                    text = text.rpartition(_BETWEEN_PARTS)[0]
                shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
                painter.setFont(font)
                painter.setPen(theme.colour(token))
                painter.drawText(
                    room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown
                )
                left += metrics.horizontalAdvance(shown) + theme.px(_GAP)
