"""Header of a quality map: title, choice of the measure, key, and a button at the right."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QSize, Qt
from PyQt6.QtGui import QActionGroup, QFont
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from ecogview.dsp.channel_quality import MEASURES
from ecogview.views import theme
from ecogview.views.icons import icon
from ecogview.views.quality_legend import LegendScale, QualityLegend
from ecogview.views.shown_quality import ShownQuality


class MapHeader(QWidget):
    """Shows and changes which measure is on; what the `button` does is for others to say."""

    def __init__(
        self, title: str, icon_name: str, button_name: str, shown: ShownQuality, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._shown = shown
        self.setFixedHeight(theme.px(28))
        self._title = QLabel(title, self)
        self._title.setFont(theme.sized_font(self.font(), 13, QFont.Weight.DemiBold))
        self.menu = QMenu(self)
        self.menu.setToolTipsVisible(True)
        self._group = QActionGroup(self)
        for measure in MEASURES.values():
            action = self.menu.addAction(measure.title)
            action.setCheckable(True)
            action.setData(measure.id)
            action.triggered.connect(lambda _, id_=measure.id: shown.set_measure(id_))
            self._group.addAction(action)
        self.measure_button = menu_button(self.menu, self)
        self.measure_button.setToolTip("What the colours of the map show")
        self.legend = QualityLegend(self)
        self.button = QToolButton(self)
        self.button.setIcon(icon(icon_name))
        self.button.setIconSize(QSize(theme.px(16), theme.px(16)))
        self.button.setFixedSize(theme.px(24), theme.px(24))
        self.button.setAutoRaise(True)
        self.button.setToolTip(button_name)
        self.button.setAccessibleName(button_name)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(theme.px(12), 0, theme.px(8), 0)
        self._row.setSpacing(theme.px(4))
        self._row.addWidget(self._title)
        self._row.addSpacing(theme.px(4))
        self._row.addWidget(self.measure_button)
        self._row.addWidget(self.legend, 1)
        self._row.addSpacing(theme.px(4))
        self._row.addWidget(self.button)
        shown.replaced.connect(self._show_measure)
        self._show_measure()

    def add_menu_button(self, menu: QMenu) -> QToolButton:
        """Add another choice behind that of the measure."""
        button = menu_button(menu, self)
        self._row.insertWidget(self._row.indexOf(self.legend), button)
        return button

    def _show_measure(self) -> None:
        """Show which measure is on, and offer those that the recording can have."""
        shown, available = self._shown.measure, self._shown.available
        for action in self._group.actions():
            title, has_it = MEASURES[action.data()].title, action.data() in available
            action.setText(title if has_it else f"{title} (n/a)")
            action.setToolTip("" if has_it else "This recording cannot have it")
            action.setEnabled(has_it)
            action.setChecked(action.data() == shown.id)
        self.measure_button.setText(shown.title)
        self.measure_button.setAccessibleName(f"Measure of the map: {shown.title}")
        self._show_scale()

    def _show_scale(self) -> None:
        is_dark = theme.current().is_dark
        self.legend.set_scale(LegendScale.of(self._shown.measure, is_dark=is_dark))

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.PaletteChange:
            self._show_scale()


def menu_button(menu: QMenu, parent: QWidget) -> QToolButton:
    """A word with an arrow behind it, that opens a menu."""
    button = QToolButton(parent)
    button.setAutoRaise(True)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow behind the word
    button.setIcon(icon("chevron-down"))
    button.setIconSize(QSize(theme.px(12), theme.px(12)))
    button.setFixedHeight(theme.px(24))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    # Opened by hand: a menu of its own makes Qt draw a second arrow.
    button.clicked.connect(lambda: menu.popup(button.mapToGlobal(button.rect().bottomLeft())))
    return button
