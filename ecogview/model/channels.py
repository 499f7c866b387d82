"""Which channels are shown, in what order, and which are selected."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from psygnal import Signal

from ecogview.data.recording import Channel
from ecogview.model.channel_gains import ChannelGains

Order = Literal["number", "grid", "measure"]


class ChannelView:
    """Order, visibility, selection and scroll position of the channels of one recording.

    Channels are named by their index in the file. `rows` is what the trace panel can show, in
    order; `shown` is the part of it on the screen. `gains` are those of single channels.
    """

    rows_changed = Signal()  # order, visibility, or the part on the screen
    selection_changed = Signal()
    hovered_changed = Signal()

    def __init__(self, channels: tuple[Channel, ...] = ()) -> None:
        self.channels = channels
        self.gains = ChannelGains(len(channels))
        self._order: Order = "number"
        self._rank: tuple[int, ...] | None = None
        self._ordered: tuple[int, ...] = ()
        self._hidden: frozenset[int] = frozenset()
        self._bad: frozenset[int] = frozenset()
        self._hide_bad = False
        self._holds_rows = False
        self._held: frozenset[int] = frozenset()
        self._selected: frozenset[int] = frozenset()
        self._anchor: int | None = None
        self._hovered: int | None = None
        self._first = 0
        self._count = len(channels)
        self._rows: tuple[int, ...] = ()
        self._sort()

    # -- what is shown

    @property
    def rows(self) -> tuple[int, ...]:
        """Channels that are not hidden, in display order."""
        return self._rows

    @property
    def shown(self) -> tuple[int, ...]:
        """The rows on the screen, top to bottom."""
        return self._rows[self._first : self._first + self._count]

    @property
    def first(self) -> int:
        return self._first

    @property
    def count(self) -> int:
        """How many rows the screen has room for, at most the number of rows."""
        return max(1, min(self._count, len(self._rows)))

    @property
    def order(self) -> Order:
        return self._order

    @property
    def ordered(self) -> tuple[int, ...]:
        """All channels, hidden ones too, in display order."""
        return self._ordered

    @property
    def rank(self) -> tuple[int, ...] | None:
        """All channels in the order "measure"; None until it is known: then it is by number."""
        return self._rank

    @property
    def hide_bad(self) -> bool:
        return self._hide_bad

    @property
    def has_grid(self) -> bool:
        """Whether any channel has a row and a column in the grid."""
        return any(c.electrode.row is not None for c in self.channels)

    def is_visible(self, channel: int) -> bool:
        return channel not in self._hidden

    def set_order(self, order: Order) -> None:
        if order != self._order:
            self._order = order
            self._sort()

    def set_rank(self, rank: tuple[int, ...] | None) -> None:
        """Say what the order "measure" is.

        Parameters
        ----------
        rank : tuple of int or None
            All channels, the first one on top; None where that is not known.

        Raises
        ------
        ValueError
            If it does not hold every channel once.
        """
        if rank is not None and sorted(rank) != list(range(len(self.channels))):
            raise ValueError(f"no order of {len(self.channels)} channels: {rank}")
        if rank != self._rank:
            self._rank = rank
            if self._order == "measure":
                self._sort()

    def set_visible(self, channels: Iterable[int], *, visible: bool) -> None:
        hidden = self._hidden - set(channels) if visible else self._hidden | set(channels)
        if hidden != self._hidden:
            self._hidden = frozenset(hidden)
            self._sort()

    def set_hide_bad(self, *, hide: bool) -> None:
        if hide != self._hide_bad:
            self._hide_bad = hide
            self._held = frozenset()
            self._sort()

    def set_bad(self, bad: Iterable[int]) -> None:
        """Told by the session when the mask changes; matters where bad ones are hidden."""
        before, self._bad = self._bad, frozenset(bad)
        if self._holds_rows:
            self._held |= self._bad - before
        if self._hide_bad and self._bad != before:
            self._sort()

    def hold_rows(self, *, held: bool) -> None:
        """Let channels that become bad keep their rows, also where bad ones are hidden.

        Else the next row would come under the mouse that has just marked one.
        """
        self._holds_rows = held
        if not held and self._held:
            self._held = frozenset()
            if self._hide_bad:
                self._sort()

    def scroll_to(self, first: int) -> None:
        self._set_span(first, self._count)

    def bring_into_view(self, channels: Iterable[int]) -> None:
        """Scroll to some channels, unless one of them is shown, or none listed."""
        rows = sorted(self._rows.index(c) for c in channels if c in self._rows)
        if rows and not any(self._first <= row < self._first + self.count for row in rows):
            self.scroll_to(rows[0] - self.count // 2)

    def set_count(self, count: int) -> None:
        """Show that many rows (1 to all), the middle one staying where it is."""
        count = min(max(count, 1), max(len(self._rows), 1))
        # All rows at once stays all rows at once when hidden ones come back.
        kept = len(self.channels) if count >= len(self._rows) else count
        self._set_span(self._first + (self.count - count) // 2, kept)

    # -- selection

    @property
    def selected(self) -> frozenset[int]:
        return self._selected

    @property
    def hovered(self) -> int | None:
        return self._hovered

    def select(self, channels: Iterable[int]) -> None:
        selected = frozenset(channels)
        self._anchor = next(iter(selected)) if len(selected) == 1 else None
        if selected != self._selected:
            self._selected = selected
            self.selection_changed.emit()

    def set_anchor(self, channel: int) -> None:
        """Say where `select_to` begins: at what was clicked last."""
        self._anchor = channel

    def toggle_selected(self, channel: int) -> None:
        """Add a channel to the selection, or take it away; `select_to` begins there."""
        self.select(self._selected ^ {channel})
        self._anchor = channel

    def select_to(self, channel: int, *, adds: bool = False) -> None:
        """Select the rows from what was clicked last to a channel, and no others unless it adds."""
        rows = self._rows
        if channel not in rows:
            return
        chosen = [c for c in rows if c in self._selected]
        anchor = self._anchor if self._anchor in rows else next(iter(chosen), channel)
        assert anchor is not None
        low, high = sorted((rows.index(anchor), rows.index(channel)))
        self.select({*rows[low : high + 1], *(self._selected if adds else ())})
        self._anchor = anchor

    def hover(self, channel: int | None) -> None:
        if channel != self._hovered:
            self._hovered = channel
            self.hovered_changed.emit()

    # -- inside

    def _in_order(self) -> tuple[int, ...]:
        if self._order == "measure" and self._rank is not None:
            return self._rank
        numbers = range(len(self.channels))
        return tuple(sorted(numbers, key=self._place) if self._order == "grid" else numbers)

    def _place(self, channel: int) -> tuple[float, float]:
        """Row and column in the grid; last where there are none."""
        electrode = self.channels[channel].electrode
        inf = float("inf")
        row = inf if electrode.row is None else electrode.row
        col = inf if electrode.col is None else electrode.col
        return (row, col)

    def _sort(self) -> None:
        left_out = self._hidden | (self._bad - self._held) if self._hide_bad else self._hidden
        self._ordered = self._in_order()
        self._rows = tuple(c for c in self._ordered if c not in left_out)
        self._first = min(self._first, max(len(self._rows) - self.count, 0))
        self.rows_changed.emit()

    def _set_span(self, first: int, count: int) -> None:
        before = (self._first, self._count)
        self._count = count
        self._first = min(max(first, 0), max(len(self._rows) - self.count, 0))
        if (self._first, self._count) != before:
            self.rows_changed.emit()
