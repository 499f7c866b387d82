"""Colours, sizes and fonts of the widgets, after the desktop or as the user chose.

Everything here belongs to the GUI thread. Widgets that paint by themselves ask `colour` while
they paint: on a change of theme Qt repaints every widget (``QEvent.PaletteChange``), so nothing
has to be told apart.
"""

from __future__ import annotations

from functools import cache
from typing import ClassVar

from PyQt6.QtCore import QLocale, Qt
from PyQt6.QtGui import QColor, QFont, QFontInfo, QGuiApplication, QPalette
from PyQt6.QtWidgets import QApplication

from ecogview.services.settings import ThemeChoice
from ecogview.views.colour_tokens import DARK, LIGHT, Tokens
from ecogview.views.style_sheet import style_sheet

_DESIGN_TEXT = 12  # pixels high: the text size at which the sizes of the design hold
_SCHEMES: dict[ThemeChoice, Qt.ColorScheme] = {
    "system": Qt.ColorScheme.Unknown,
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
}
_TABULAR = QFont.Tag("tnum")


class _Theme:
    """What `apply` was last told, and what became of it."""

    tokens: Tokens = LIGHT
    choice: ThemeChoice = "system"
    scale: float | None = None
    sizes: ClassVar[dict[float, int]] = {}  # a row of a list asks for 30
    is_following: bool = False


def current() -> Tokens:
    """Return the colours in use."""
    return _Theme.tokens


def colour(token: str) -> QColor:
    """Return a colour in use by its name in `Tokens`, as in ``colour("text2")``."""
    return QColor(_parsed(getattr(_Theme.tokens, token)))


@cache
def _parsed(value: str) -> QColor:
    """Reading ``#RRGGBB`` takes 6 µs, and a frame asks for a dozen colours."""
    return QColor(value)


def apply(app: QApplication, choice: ThemeChoice) -> None:
    """Dress the program, now and, with "system", whenever the desktop changes.

    Parameters
    ----------
    app : QApplication
    choice : {"system", "light", "dark"}
        "system" is light where the desktop does not say what it likes.

    Notes
    -----
    Where the platform takes a colour scheme, window frames and file dialogs follow too; offscreen,
    on bare X11 and on a desktop without D-Bus it does not, and the palette alone does the work.
    """
    QLocale.setDefault(QLocale.c())
    _Theme.choice = choice
    _Theme.scale = None
    _Theme.sizes.clear()
    hints = app.styleHints()
    assert hints is not None
    if not _Theme.is_following:
        _Theme.is_following = True
        app.setStyle("Fusion")
        hints.colorSchemeChanged.connect(_on_scheme_changed)
    hints.setColorScheme(_SCHEMES[choice])
    is_dark = (hints.colorScheme() if choice == "system" else _SCHEMES[choice]) == _SCHEMES["dark"]
    _dress(app, DARK if is_dark else LIGHT)


def _on_scheme_changed(scheme: Qt.ColorScheme) -> None:
    app = QApplication.instance()
    if _Theme.choice == "system" and isinstance(app, QApplication):
        _dress(app, DARK if scheme == Qt.ColorScheme.Dark else LIGHT)


def _dress(app: QApplication, tokens: Tokens) -> None:
    _Theme.tokens = tokens
    app.setPalette(palette(tokens))
    sheet = style_sheet(tokens, px)
    if sheet != app.styleSheet():
        app.setStyleSheet(sheet)


def palette(tokens: Tokens) -> QPalette:
    """Return the Qt palette of a theme."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    made = QPalette()
    for each, value in (
        (role.Window, tokens.window),
        (role.WindowText, tokens.text),
        (role.Base, tokens.field),
        (role.AlternateBase, tokens.panel),
        (role.Text, tokens.text),
        (role.PlaceholderText, tokens.text2),
        (role.Button, tokens.raised),
        (role.ButtonText, tokens.text),
        (role.BrightText, tokens.error),
        (role.ToolTipBase, tokens.raised),
        (role.ToolTipText, tokens.text),
        (role.Highlight, tokens.accent),
        (role.Accent, tokens.accent),
        (role.HighlightedText, tokens.on_accent),
        (role.Link, tokens.accent),
        (role.LinkVisited, tokens.accent),
        (role.Light, tokens.raised),
        (role.Midlight, tokens.hover),
        (role.Mid, tokens.border),
        (role.Dark, tokens.disabled),
        (role.Shadow, tokens.canvas if tokens.is_dark else tokens.border),
    ):
        made.setColor(each, QColor(value))
    for each in (role.WindowText, role.Text, role.ButtonText, role.PlaceholderText):
        made.setColor(group.Disabled, each, QColor(tokens.disabled))
    made.setColor(group.Disabled, role.Highlight, QColor(tokens.border))
    made.setColor(group.Disabled, role.HighlightedText, QColor(tokens.disabled))
    return made


def px(size: float) -> int:
    """Return a size of the design, in logical pixels, scaled to the user's font; 1 at least."""
    known = _Theme.sizes.get(size)
    if known is not None:
        return known
    if _Theme.scale is None:
        if QGuiApplication.instance() is None:
            return round(size)
        _Theme.scale = QFontInfo(QGuiApplication.font()).pixelSize() / _DESIGN_TEXT
    made = _Theme.sizes[size] = max(round(size * _Theme.scale), 1 if size > 0 else 0)
    return made


def sized_font(base: QFont, size: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return `base` at `size` pixels of the design, scaled as by `px`."""
    font = QFont(base)
    font.setPixelSize(px(size))
    font.setWeight(weight)
    return font


def numeral_font(base: QFont) -> QFont:
    """Return `base` with figures of one width: for numbers that change or stand in a column."""
    font = QFont(base)
    font.setFeature(_TABULAR, 1)
    return font
