"""The channels of the open recording: how many are good, which are shown, in what order."""

from __future__ import annotations

from PyQt6.QtCore import QRect, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QActionGroup,
    QContextMenuEvent,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QPalette,
)
from PyQt6.QtWidgets import QMenu, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from ecogview.dsp.quality import QualityMap
from ecogview.errors import printable
from ecogview.model.channels import ChannelView, Order
from ecogview.model.session import Session
from ecogview.views import theme
from ecogview.views.channel_captions import ChannelCaptions
from ecogview.views.channel_list import ChannelList
from ecogview.views.channel_measure import ChannelMeasure
from ecogview.views.channel_model import ChannelModel
from ecogview.views.icons import paint_icon
from ecogview.views.recording_text import format_channels
from ecogview.views.side_header import FilterField, SideHeader, hint_label


class ChannelPanel(QWidget):
    """Shows and changes what the session says of its channels; never edits the mask itself.

    The quality map comes by `set_quality`, after the session has opened the recording it is of.

    Signals
    -------
    mark_requested(list of int, bool)
        Channels that the user wants to be bad (True) or good.
    """

    mark_requested = pyqtSignal(list, bool)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._model = ChannelModel(session, self)
        self._measure = ChannelMeasure(session, self)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self._orders = QActionGroup(self)
        self._sort_menu = self._build_sort_menu()
        self._more_menu = self._build_more_menu()
        self.header = SideHeader("Channels", self)
        self.header.add_button("sort", "Order of the channels", self._sort_menu)
        self.header.add_button("more", "More about channels", self._more_menu)
        self.filter_field = FilterField(
            "Filter: label, bad, hidden, row 9", "Filter channels", self
        )
        self.filter_field.textChanged.connect(self._on_filter_typed)
        self.filter_field.left.connect(
            lambda: self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)
        )
        self.notice = _Notice(self)
        self.list = ChannelList(session, self._model, self)
        self.list.mark_requested.connect(self.mark_requested)
        self.captions = ChannelCaptions(session, self._model, self.list)
        self.captions.sort_clicked.connect(self._on_sort_clicked)
        self._hint_label = hint_label(self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.list)
        self._stack.addWidget(self._hint_label)
        self._lay_out()
        self._model.counted.connect(self._show_state)
        self._measure.changed.connect(self._on_measure_changed)
        self._show_state()

    def _lay_out(self) -> None:
        framed = QVBoxLayout()
        framed.setContentsMargins(theme.px(8), 0, theme.px(8), theme.px(4))
        framed.addWidget(self.filter_field)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addLayout(framed)
        layout.addWidget(self.notice)
        layout.addWidget(self.captions)
        layout.addWidget(self._stack, 1)

    # -- the measure of the pass

    def set_quality(self, quality: QualityMap | None) -> None:
        """Show figures of the recording that is open; once more when its pass has ended."""
        self._measure.set_quality(quality)

    def refresh(self) -> None:
        """Show what the pass has found since, within half a second."""
        self._measure.refresh()

    def set_measure(self, measure_id: str) -> None:
        """Show a measure, a key of `MEASURES`; RMS where all channels would be at 1."""
        self._measure.set_measure(measure_id)

    def sort_by_measure(self) -> None:
        """Order channels by what the column shows now, strongest deviation first.

        Where nothing is known yet, they are by number until the pass has ended.
        """
        self._measure.take_rank()
        self._view().set_order("measure")
        self._view().scroll_to(0)
        self.list.scrollToTop()

    def _on_measure_changed(self) -> None:
        self._model.set_column(self._measure.column)
        self.captions.update()

    def _on_sort_clicked(self) -> None:
        if self.captions.is_sorted:
            self._view().set_order("number")
        else:
            self.sort_by_measure()

    # -- menus

    def _build_sort_menu(self) -> QMenu:
        menu = QMenu(self)
        orders: tuple[tuple[Order, str], ...] = (
            ("number", "By number"),
            ("grid", "By grid position"),
        )
        for order, text in orders:
            action = menu.addAction(text)
            action.triggered.connect(lambda _, order=order: self._view().set_order(order))
            action.setCheckable(True)
            action.setData(order)
            self._orders.addAction(action)
        self._by_measure = menu.addAction("", self.sort_by_measure)
        self._by_measure.setCheckable(True)
        self._by_measure.setData("measure")
        self._orders.addAction(self._by_measure)
        menu.aboutToShow.connect(self._prepare_menus)
        return menu

    def _build_more_menu(self) -> QMenu:
        menu = QMenu(self)
        self._hide_bad = menu.addAction(
            "Hide bad channels", lambda: self._view().set_hide_bad(hide=not self._view().hide_bad)
        )
        self._hide_bad.setCheckable(True)
        menu.addSeparator()
        self._hide_selected = menu.addAction(
            "Hide selected", lambda: self._view().set_visible(self._selected(), visible=False)
        )
        self._show_selected = menu.addAction("Show only selected", self._show_only_selected)
        menu.addAction("Show all", self._show_all)
        menu.addSeparator()
        self._toggle_selected = menu.addAction(
            "Selected bad or good", lambda: self.list.toggle_selected()
        )
        menu.addAction("Invert selection", self._invert_selection)
        menu.aboutToShow.connect(self._prepare_menus)
        return menu

    def _prepare_menus(self) -> None:
        channels = self._view()
        for action in self._orders.actions():
            action.setChecked(action.data() == channels.order)
            action.setEnabled(action.data() != "grid" or channels.has_grid)
        column = self._measure.column
        self._by_measure.setText(f"By {self._measure.title}")
        self._by_measure.setEnabled(column is not None and column.rank is not None)
        self._hide_bad.setChecked(channels.hide_bad)
        self._hide_selected.setEnabled(bool(channels.selected))
        self._show_selected.setEnabled(bool(channels.selected))
        self._toggle_selected.setEnabled(bool(self.list.selected()) and self._model.can_mark)

    # -- what the menus do

    def _view(self) -> ChannelView:
        return self._session.channels

    def _selected(self) -> frozenset[int]:
        return self._session.channels.selected

    def _show_only_selected(self) -> None:
        channels = self._view()
        channels.set_visible(set(channels.ordered) - channels.selected, visible=False)
        channels.set_visible(channels.selected, visible=True)

    def _show_all(self) -> None:
        self._view().set_hide_bad(hide=False)
        self._view().set_visible(self._view().ordered, visible=True)

    def _invert_selection(self) -> None:
        channels = self._view()
        channels.select(set(channels.ordered) - channels.selected)

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:
        if event is not None:
            self._more_menu.popup(event.globalPos())

    # -- following

    def _on_filter_typed(self, text: str) -> None:
        self._model.set_filter(text)

    def _show_state(self) -> None:
        session, n_channels = self._session, len(self._session.channels.channels)
        error = session.mask_error
        self.header.set_note(*self._count_texts(n_channels))
        self.notice.show_text("" if error is None else f"The mask file {error.reason}")
        self.captions.setVisible(n_channels > 0)
        self.captions.update()
        self.hint = ""
        if not n_channels:
            self.hint = "Open a recording to see its channels here."
        elif not self._model.rowCount():
            self.hint = "No channel is like that."
        self._hint_label.setText(self.hint)
        self._stack.setCurrentWidget(self._hint_label if self.hint else self.list)
        self.list.viewport().update()

    def _count_texts(self, n_channels: int) -> tuple[str, ...]:
        """How many there are of what kind; then in less room, as the good ones are the rest."""
        if not n_channels:
            return ("",)
        n_bad, n_hidden = self._model.n_bad, self._model.n_hidden
        good, bad = f"{n_channels - n_bad} good, ", f"{n_bad} bad"
        if not self._model.can_mark:
            good, bad = "", format_channels(n_channels)
        hidden = f"{n_hidden} hidden"
        if not n_hidden:
            return f"{good}{bad}", bad
        return f"{good}{bad}, {hidden}", f"{bad}, {hidden}", hidden


class _Notice(QWidget):
    """A warning sign and why, on as many lines as it takes; not there without a text."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.text = ""
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.hide()

    def show_text(self, text: str) -> None:
        self.text = printable(text)
        self.setAccessibleName(self.text)
        self.setVisible(bool(text))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(120), self.heightForWidth(self.width()))

    def heightForWidth(self, width: int) -> int:
        metrics = QFontMetrics(theme.sized_font(self.font(), 11))
        box = metrics.boundingRect(self._text_box(width, 10_000), _WRAP, self.text)
        return box.height() + theme.px(8)

    def _text_box(self, width: int, height: int) -> QRect:
        left, right = theme.px(30), theme.px(10)
        return QRect(left, theme.px(4), max(width - left - right, 1), height)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        size = theme.px(14)
        paint_icon(painter, "warning", QRectF(theme.px(11), theme.px(4), size, size), "warning")
        painter.setFont(theme.sized_font(self.font(), 11))
        painter.setPen(theme.colour("warning"))
        painter.drawText(self._text_box(self.width(), self.height()), _WRAP, self.text)


_WRAP = Qt.TextFlag.TextWordWrap.value
