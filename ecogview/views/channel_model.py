"""The channels of the open recording as a list: in display order, filtered."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PyQt6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, pyqtSignal

from ecogview.data.recording import Channel
from ecogview.errors import printable
from ecogview.model.channels import ChannelView
from ecogview.model.session import Session
from ecogview.views.channel_filter import ChannelFilter, ChannelState
from ecogview.views.channel_measure import ChannelValue, MeasureColumn
from ecogview.views.follow import follow
from ecogview.views.plain_text import tooltip

CHANNEL_ROLE = Qt.ItemDataRole.UserRole + 1  # int, place in the file
IS_BAD_ROLE = Qt.ItemDataRole.UserRole + 2
IS_SHOWN_ROLE = Qt.ItemDataRole.UserRole + 3  # whether its trace is among those shown
IS_HOVERED_ROLE = Qt.ItemDataRole.UserRole + 4
PLACE_ROLE = Qt.ItemDataRole.UserRole + 5  # "row, col" of the grid, empty where unknown
VALUE_ROLE = Qt.ItemDataRole.UserRole + 6  # ChannelValue; None where none is known


class ChannelModel(QAbstractListModel):
    """Follows a session; holds nothing of its own but the filter and the column. GUI thread only.

    Signals
    -------
    counted()
        How many are good, bad or hidden has changed, or whether a mask is there.
    selection_changed()
        The session's selection is another one, by whomever.
    """

    counted = pyqtSignal()
    selection_changed = pyqtSignal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._view: ChannelView = session.channels
        self._filter = ChannelFilter()
        self._rows: list[int] = []
        self._row_of: dict[int, int] = {}
        self._order = session.channels.order
        self._ordered: tuple[int, ...] = ()
        self._shown: frozenset[int] = frozenset()
        self._bad: frozenset[int] = frozenset()
        self._could_mark = (self.can_mark, session.mask_error)
        self._hovered: int | None = None
        self.column: MeasureColumn | None = None
        follow(session.recording_changed, self._on_recording_changed)
        follow(session.mask_changed, self._on_mask_changed)
        self._ends: tuple[Callable[[], None], ...] = ()
        self._follow_view()
        self._rebuild()

    # -- following the session

    def _follow_view(self) -> None:
        for end in self._ends:
            end()
        self._view = self._session.channels
        self._ends = (
            follow(self._view.rows_changed, self._on_rows_changed),
            follow(self._view.hovered_changed, self._on_hovered_changed),
            follow(self._view.selection_changed, self._on_selection_changed),
        )

    def _on_recording_changed(self) -> None:
        self._follow_view()
        self._hovered = None
        self._rebuild()

    def _on_mask_changed(self) -> None:
        before, self._bad = self._bad, self._session.bad_channels
        could_mark, self._could_mark = self._could_mark, (self.can_mark, self._session.mask_error)
        if before != self._bad or could_mark != self._could_mark:  # else only spans changed
            self._refresh(before ^ self._bad)

    def _on_rows_changed(self) -> None:
        shown = frozenset(self._view.rows)
        if (self._view.order, self._view.ordered) != (self._order, self._ordered):
            self._rebuild()
        elif shown != self._shown:  # mostly it is scrolling, which concerns no row here
            before, self._shown = self._shown, shown
            self._refresh(before ^ shown)

    def _on_hovered_changed(self) -> None:
        before, self._hovered = self._hovered, self._view.hovered
        self._announce(c for c in (before, self._hovered) if c is not None)

    def _on_selection_changed(self) -> None:
        self.selection_changed.emit()

    def _refresh(self, changed: frozenset[int]) -> None:
        """Rows look different; with a filter, there may be other rows."""
        if self._filter and self._accepted() != self._rows:
            self._rebuild()
            return
        self._announce(changed)
        self.counted.emit()

    def _rebuild(self) -> None:
        self.beginResetModel()
        self._order, self._ordered = self._view.order, self._view.ordered
        self._shown = frozenset(self._view.rows)
        self._bad = self._session.bad_channels
        self._hovered = self._view.hovered
        self._rows = self._accepted()
        self._row_of = {channel: row for row, channel in enumerate(self._rows)}
        self.endResetModel()
        self.selection_changed.emit()
        self.counted.emit()

    def _accepted(self) -> list[int]:
        accepts, channels = self._filter.accepts, self._view.channels
        return [
            c
            for c in self._ordered
            if accepts(ChannelState(channels[c], bad=c in self._bad, shown=c in self._shown))
        ]

    def _announce(self, channels: Iterable[int]) -> None:
        rows = [self._row_of[c] for c in channels if c in self._row_of]
        if rows:
            self.dataChanged.emit(self.index(min(rows)), self.index(max(rows)))

    # -- what is listed

    def set_filter(self, text: str) -> None:
        self._filter = ChannelFilter.parse(text)
        self._rebuild()

    def set_column(self, column: MeasureColumn | None) -> None:
        """Show a measure beside the channels; None: their places in the grid."""
        before, self.column = self.column, column
        if self._rows and (before is None or column is None or before.measure != column.measure):
            if before is not column:
                self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))
            return
        old, new = (() if each is None else each.values for each in (before, column))
        n = max(len(old), len(new))
        # One marked channel shifts the medians of all, and the looks of a few: 18 rows take 4 ms.
        others = [c for c in range(n) if old[c : c + 1] != new[c : c + 1]]
        for channels in [others] if len(others) > n // 2 else [[c] for c in others]:
            self._announce(channels)

    def row_of(self, channel: int) -> int | None:
        """Row of a channel; None where the filter leaves it out."""
        return self._row_of.get(channel)

    def channel_at(self, row: int) -> int:
        return self._rows[row]

    @property
    def n_bad(self) -> int:
        return len(self._bad)

    @property
    def n_hidden(self) -> int:
        """Channels without a trace."""
        return len(self._ordered) - len(self._shown)

    @property
    def can_mark(self) -> bool:
        """Whether there is a mask to mark in."""
        return self._session.mask is not None

    # -- Qt

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        number = self._rows[index.row()]
        channel = self._view.channels[number]
        if role == Qt.ItemDataRole.DisplayRole:
            return printable(channel.label)
        if role == CHANNEL_ROLE:
            return number
        if role == IS_BAD_ROLE:
            return number in self._bad
        if role == IS_SHOWN_ROLE:
            return number in self._shown
        if role == IS_HOVERED_ROLE:
            return number == self._hovered
        if role == PLACE_ROLE:
            return _place(channel)
        if role == VALUE_ROLE:
            return self._value(number)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(*_described(channel), *self._figures(number))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            words = [printable(channel.label), "bad" if number in self._bad else "good"]
            words += [] if number in self._shown else ["hidden"]
            return ", ".join((*words, *self._figures(number)))
        return None

    def _value(self, channel: int) -> ChannelValue | None:
        values = () if self.column is None else self.column.values
        return values[channel] if channel < len(values) else None

    def _figures(self, channel: int) -> list[str]:
        """The measure in words, if there is one."""
        value = self._value(channel)
        if self.column is None or value is None:
            return []
        return [f"{self.column.measure.title} {value.spoken}"]


def _place(channel: Channel) -> str:
    electrode = channel.electrode
    if electrode.row is None or electrode.col is None:
        return ""
    return f"{electrode.row}, {electrode.col}"


def _described(channel: Channel) -> list[str]:
    electrode = channel.electrode
    lines = [electrode.label or channel.label, f"channel {channel.index + 1} of the file"]
    if electrode.row is not None and electrode.col is not None:
        lines.append(f"row {electrode.row}, column {electrode.col}")
    if electrode.x is not None and electrode.y is not None:
        lines.append(f"x {electrode.x:g} mm, y {electrode.y:g} mm")
    return lines
