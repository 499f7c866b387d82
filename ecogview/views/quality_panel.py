"""The quality map large: every channel with its label and number, to be sorted and marked."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, Qt, pyqtSignal
from PyQt6.QtGui import QActionGroup, QKeyEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QGridLayout, QMenu, QScrollBar, QWidget

from ecogview.model.looked_at import LookedAt
from ecogview.model.session import Session
from ecogview.views import theme
from ecogview.views.map_header import MapHeader
from ecogview.views.quality_canvas import QualityCanvas
from ecogview.views.quality_rows import QualityRows
from ecogview.views.shown_quality import ShownQuality
from ecogview.views.side_header import takes_key

_OWN_KEYS = frozenset((Qt.Key.Key_Escape,))


class QualityPanel(QWidget):
    """Stands in place of the traces while it is open. GUI thread only.

    It shows what `shown` does, which the overview bar shows, too; it never edits the mask itself.

    Signals
    -------
    mark_requested(list of int, bool)
        Channels that the user wants to be bad (True) or good.
    closed()
        The user wants the traces back: by the button, Escape, or a double click on a place, to
        which the window has been brought then.
    """

    mark_requested = pyqtSignal(list, bool)
    closed = pyqtSignal()

    def __init__(
        self,
        session: Session,
        looked_at: LookedAt,
        shown: ShownQuality,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._shown = shown
        self.rows = QualityRows(session, shown, self)
        self.header = MapHeader("Quality map", "collapse", "Back to the traces (Esc)", shown, self)
        self.header.button.clicked.connect(self.closed)
        self._build_sort_menu()
        self.canvas = QualityCanvas(session, looked_at, shown, self.rows, self)
        self.canvas.mark_requested.connect(self.mark_requested)
        self.canvas.place_chosen.connect(self.closed)
        self.row_bar = QScrollBar(Qt.Orientation.Vertical, self)
        self.row_bar.setAccessibleName("Channels shown")
        self.row_bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.row_bar.valueChanged.connect(self.rows.scroll_to)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header, 0, 0, 1, 2)
        layout.addWidget(self.canvas, 1, 0)
        layout.addWidget(self.row_bar, 1, 1)
        layout.setColumnStretch(0, 1)
        layout.setRowStretch(1, 1)
        self.setFocusProxy(self.canvas)
        self.setAccessibleName("Quality map")
        self.rows.changed.connect(self._on_rows_changed)
        self._on_rows_changed()

    def _build_sort_menu(self) -> None:
        self.sort_menu = QMenu(self)
        group = QActionGroup(self)
        self._as_listed, self._strongest_first = (
            self.sort_menu.addAction("In the order of the channel list"),
            self.sort_menu.addAction(""),
        )
        for action, strongest in ((self._as_listed, False), (self._strongest_first, True)):
            action.setCheckable(True)
            action.triggered.connect(
                lambda _, strongest=strongest: self.rows.set_strongest_first(strongest=strongest)
            )
            group.addAction(action)
        self.sort_button = self.header.add_menu_button(self.sort_menu)
        self.sort_button.setToolTip("Order of the rows")

    def _on_rows_changed(self) -> None:
        rows, title = self.rows, self._shown.measure.title
        alike = "" if rows.can_be_strongest_first else " (all are alike)"
        self._strongest_first.setText(f"By {title}, strongest first{alike}")
        self._strongest_first.setEnabled(rows.can_be_strongest_first)
        (self._strongest_first if rows.is_strongest_first else self._as_listed).setChecked(True)
        text = "Strongest first" if rows.is_strongest_first else "Rows as listed"
        self.sort_button.setText(text)
        self.sort_button.setAccessibleName(f"Order of the rows: {text.lower()}")
        was_blocked = self.row_bar.blockSignals(True)
        self.row_bar.setRange(0, rows.n_hidden)
        self.row_bar.setPageStep(len(rows.shown))
        self.row_bar.setValue(rows.first)
        self.row_bar.blockSignals(was_blocked)
        self.row_bar.setVisible(rows.n_hidden > 0)

    # -- Qt

    def event(self, event: QEvent | None) -> bool:
        if event is not None and takes_key(event, _OWN_KEYS):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None or event.key() not in _OWN_KEYS:
            super().keyPressEvent(event)
        elif self.canvas.is_marking:
            self.canvas.cancel_marking()
        else:
            self.closed.emit()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        QPainter(self).fillRect(self.rect(), theme.colour("panel"))
