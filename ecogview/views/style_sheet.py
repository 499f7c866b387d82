"""The one style sheet: what a palette cannot say."""

from __future__ import annotations

from collections.abc import Callable

from ecogview.resource_files import resource_path
from ecogview.views.colour_tokens import Tokens, blend

_SHEET = """
QToolTip {{ color: {text}; background: {raised}; border: 1px solid {border}; padding: {p2}px; }}

QMenuBar {{ background: transparent; }}
QMenuBar::item {{ background: transparent; padding: {p4}px {p9}px; border-radius: {p4}px; }}
QMenuBar::item:selected {{ background: {hover}; }}
QMenuBar::item:pressed {{ background: {select}; }}
QMenu {{ background: {menu}; border: 1px solid {border}; padding: {p4}px; }}
QMenu::item {{ padding: {p4}px {p20}px {p4}px {p8}px; border-radius: {p4}px; }}
QMenu::item:selected {{ background: {select}; }}
QMenu::item:disabled {{ color: {disabled}; }}
QMenu::icon {{ padding-left: {p6}px; }}
QMenu::separator {{ height: 1px; background: {border}; margin: {p4}px {p8}px; }}

QToolButton {{ border: 2px solid transparent; border-radius: {p5}px; padding: 0 {p3}px; }}
QToolButton:hover {{ background: {hover}; }}
QToolButton:pressed, QToolButton:checked {{ background: {select}; }}
QToolButton:focus {{ border-color: {accent}; }}
#choice {{ border: 1px solid {border}; border-radius: {p5}px; background: {field};
  padding: 0 {p18}px 0 {p8}px; }}
#choice:hover {{ background: {hover}; }}
#choice::menu-indicator {{ image: url("{down}"); width: {p12}px; height: {p12}px;
  subcontrol-origin: padding; subcontrol-position: right center; right: {p4}px; }}
#modeSwitch {{ border: 1px solid {border}; border-radius: {p5}px; background: {field}; }}
#modeSwitch QToolButton {{ padding: 0 {p6}px; color: {text2}; }}
#modeSwitch QToolButton:checked {{ color: {text}; }}
#markMode:checked {{ background: {marking}; }}
QPushButton {{ background: {raised}; border: 1px solid {border}; border-radius: {p5}px;
  padding: 0 {p10}px; min-height: {p24}px; }}
QPushButton:hover {{ background: {hover}; }}
QPushButton:pressed {{ background: {select}; }}
QPushButton:disabled {{ color: {disabled}; }}
QPushButton:focus {{ border: 2px solid {accent}; padding: 0 {p9}px; min-height: {p22}px; }}
#primary {{ background: {accent}; color: {on_accent}; font-weight: 600; padding: 0 {p8}px; }}
#primary:hover, #primary:pressed {{ background: {accent_hover}; }}
#primary:focus {{ border-color: {text}; }}
#primary:disabled {{ background: {border}; color: {disabled}; }}
#link {{ background: transparent; border: 2px solid transparent; color: {accent};
  padding: 0 {p3}px; min-height: 0; }}
#link:hover {{ text-decoration: underline; }}
#link:focus {{ border-color: {accent}; }}

QLineEdit, QComboBox, QAbstractSpinBox {{ background: {field}; border: 1px solid {border};
  border-radius: {p5}px; padding: 0 {p6}px; min-height: {p24}px;
  selection-background-color: {accent}; selection-color: {on_accent}; }}
QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus {{ border: 1px solid {accent}; }}
QLineEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled {{ color: {disabled}; }}
QComboBox QLineEdit, QAbstractSpinBox QLineEdit {{ border: none; padding: 0; min-height: 0; }}
QComboBox, QAbstractSpinBox {{ max-height: {p24}px; }}
QComboBox::drop-down {{ border: none; width: {p18}px; }}
QComboBox::down-arrow, QAbstractSpinBox::down-arrow {{ image: url("{down}");
  width: {p12}px; height: {p12}px; }}
QAbstractSpinBox::up-arrow {{ image: url("{up}"); width: {p12}px; height: {p12}px; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ border: none; width: {p18}px; }}

QCheckBox::indicator, QRadioButton::indicator {{ width: {p12}px; height: {p12}px;
  border: 1px solid {text2}; background: {field}; }}
QCheckBox::indicator {{ border-radius: {p3}px; }}
QRadioButton::indicator {{ border-radius: {p6}px; }}
QCheckBox::indicator:checked {{ border-color: {accent}; image: url("{check}"); }}
QRadioButton::indicator:checked {{ border-color: {accent}; background: qradialgradient(cx: 0.5,
  cy: 0.5, fx: 0.5, fy: 0.5, radius: 0.5, stop: 0 {accent}, stop: 0.5 {accent},
  stop: 0.6 {field}); }}
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {{ border-color: {border}; }}
QCheckBox::indicator:focus, QRadioButton::indicator:focus {{ border: 2px solid {accent};
  width: {p10}px; height: {p10}px; }}

QTabBar::tab {{ border: 1px solid transparent; border-radius: {p5}px; padding: {p4}px {p10}px;
  margin: {p6}px {p2}px; color: {text2}; }}
QTabBar::tab:hover {{ background: {hover}; }}
QTabBar::tab:selected {{ background: {raised}; border-color: {border}; color: {text}; }}
QTabBar:focus::tab:selected {{ border-color: {accent}; }}
QAbstractItemView {{ selection-background-color: {select}; selection-color: {text}; }}
QHeaderView::section {{ background: {panel}; color: {text2}; border: none;
  padding: {p2}px {p4}px; }}

QScrollBar:vertical {{ background: transparent; width: {p10}px; }}
QScrollBar:horizontal {{ background: transparent; height: {p10}px; }}
QScrollBar::handle {{ background: {handle}; border-radius: {p3}px; margin: {p2}px; }}
QScrollBar::handle:vertical {{ min-height: {p24}px; }}
QScrollBar::handle:horizontal {{ min-width: {p24}px; }}
QScrollBar::handle:hover, QScrollBar::handle:pressed {{ background: {disabled}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QSplitter::handle {{ background: {border}; }}

QStatusBar {{ background: {window}; border-top: 1px solid {border}; }}
QStatusBar::item {{ border: none; }}
#menuRow {{ background: {window}; border-bottom: 1px solid {border}; }}
#separator {{ background: {border}; }}
#documentTitle, #caption, #fact, #secondary {{ color: {text2}; }}
#fact {{ padding: 0 {p8}px; }}
#welcome, #welcomePage {{ background: {canvas}; border: none; }}
#keyCap {{ color: {text}; background: {panel}; border: 1px solid {border};
  border-radius: {p4}px; padding: {p2}px {p5}px; font-size: {p10}px; font-weight: 600; }}
"""
_SIZES = (2, 3, 4, 5, 6, 8, 9, 10, 12, 18, 20, 22, 24)


def style_sheet(tokens: Tokens, px: Callable[[float], int]) -> str:
    """Return the style sheet of a theme, in pixels scaled by `px`."""
    sizes = {f"p{size}": px(size) for size in _SIZES}
    return _SHEET.format(
        **{name: getattr(tokens, name) for name in tokens.__slots__},
        **sizes,
        accent_hover=blend(tokens.text, tokens.accent, 0.15),
        marking=blend(tokens.manual, tokens.field, 0.22),
        handle=blend(tokens.text, tokens.panel, 0.25),
        menu=tokens.panel if tokens.is_dark else tokens.raised,
        check=resource_path("icons", "check.svg").as_posix(),
        down=resource_path("icons", "chevron-down.svg").as_posix(),
        up=resource_path("icons", "chevron-up.svg").as_posix(),
    )
