"""The program's own icons, in the colours of the theme.

An icon is shown in the colour that its token has then. A change of theme repaints every widget, and
with it every icon: nobody has to set one again.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from PyQt6.QtCore import QRect, QRectF, QSize, Qt
from PyQt6.QtGui import QIcon, QIconEngine, QPainter, QPixmap

from ecogview.resource_files import resource_path
from ecogview.views import theme
from ecogview.views.stamps import stamp

if TYPE_CHECKING:
    from PyQt6.QtSvg import QSvgRenderer

_CURRENT_COLOUR = b"currentColor"


@lru_cache(maxsize=256)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    from PyQt6.QtSvg import QSvgRenderer  # costs 3 ms, which a start without icons need not pay

    drawing = resource_path("icons", f"{name}.svg").read_bytes()
    return QSvgRenderer(drawing.replace(_CURRENT_COLOUR, colour.encode()))


def paint_icon(painter: QPainter, name: str, rect: QRectF, token: str = "text2") -> None:
    """Draw an icon into the largest square in the middle of `rect`, in the colour of `token`."""
    side = min(rect.width(), rect.height())
    square = QRectF(0, 0, side, side)
    square.moveCenter(rect.center())
    colour = getattr(theme.current(), token)
    stamp(painter, square, (name, colour), _renderer(name, colour).render)


class _ThemedEngine(QIconEngine):
    def __init__(self, name: str, token: str, checked: str) -> None:
        super().__init__()
        self._name = name
        self._token = token
        self._checked = checked

    def _shown_token(self, mode: QIcon.Mode, state: QIcon.State) -> str:
        if mode == QIcon.Mode.Disabled:
            return "disabled"
        return self._checked if state == QIcon.State.On else self._token

    def paint(
        self, painter: QPainter | None, rect: QRect, mode: QIcon.Mode, state: QIcon.State
    ) -> None:
        assert painter is not None
        paint_icon(painter, self._name, QRectF(rect), self._shown_token(mode, state))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        # Qt asks in device pixels, so that the lines are as sharp as the screen.
        picture = QPixmap(size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        self.paint(painter, picture.rect(), mode, state)
        painter.end()
        return picture

    def clone(self) -> QIconEngine:
        return _ThemedEngine(self._name, self._token, self._checked)


def icon(name: str, token: str = "text2", *, checked: str = "accent") -> QIcon:
    """Return an icon that follows the theme.

    Parameters
    ----------
    name : str
        A file in ``resources/icons``, without ``.svg``.
    token, checked : str
        Its colour, and that while it is checked: names in `Tokens`. Disabled it is ``disabled``.

    Raises
    ------
    FileNotFoundError
        There is no such icon.
    """
    resource_path("icons", f"{name}.svg")
    return QIcon(_ThemedEngine(name, token, checked))


def app_icon() -> QIcon:
    """Return the icon of the program itself, which has its own colours."""
    return icon("ecogview")
