"""Which channel stands in which row of the large map, and which rows there is room for."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QObject, pyqtSignal

from ecogview.model.session import Session
from ecogview.views.follow import follow
from ecogview.views.shown_quality import ShownQuality


class QualityRows(QObject):
    """All channels in the order of their list, or by how much they deviate. GUI thread only.

    Rows must not jump under the mouse while channels are marked, though that changes what is
    normal: they are put in order when that is asked for, when the measure changes, when the pass
    ends and when the mask has been read.

    Signals
    -------
    changed()
        Other rows are on the screen, in another order, or it is another order that can be had.
    """

    changed = pyqtSignal()

    def __init__(self, session: Session, shown: ShownQuality, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._shown = session, shown
        self._wants_strongest = False
        self._ordered: tuple[int, ...] = ()
        self._knew: tuple[bool, bool] | None = None  # all cells, and the mask, when put in order
        self._first = 0
        self._room = 1
        self._ends: tuple[Callable[[], None], ...] = ()
        shown.replaced.connect(self._put_in_order)
        shown.cells_changed.connect(self._on_cells_changed)
        follow(session.recording_changed, self._on_recording_changed)
        self._on_recording_changed()

    # -- what is shown

    @property
    def shown(self) -> tuple[int, ...]:
        """The channels on the screen, top to bottom."""
        return self._ordered[self._first : self._first + self._room]

    @property
    def ordered(self) -> tuple[int, ...]:
        """All channels, top to bottom."""
        return self._ordered

    @property
    def first(self) -> int:
        """Number of the topmost row on the screen."""
        return self._first

    @property
    def n_hidden(self) -> int:
        """Rows that there is no room for."""
        return max(len(self._ordered) - self._room, 0)

    def set_room(self, room: int) -> None:
        """Show that many rows at once, 1 at least."""
        if room != self._room:
            self._room = max(room, 1)
            self.scroll_to(self._first)
            self.changed.emit()

    def scroll_to(self, first: int) -> None:
        first = min(max(first, 0), self.n_hidden)
        if first != self._first:
            self._first = first
            self.changed.emit()

    def reveal(self, channel: int) -> None:
        """Scroll as far as it takes to see a channel."""
        row = self._ordered.index(channel)
        self.scroll_to(min(max(self._first, row - self._room + 1), row))

    def beside(self, channel: int | None, step: int) -> int | None:
        """The channel `step` rows below another one; from none it is the first, or the last."""
        if not self._ordered:
            return None
        if channel is None:
            return self.shown[0 if step > 0 else -1]
        row = self._ordered.index(channel) + step
        return self._ordered[min(max(row, 0), len(self._ordered) - 1)]

    # -- their order

    @property
    def can_be_strongest_first(self) -> bool:
        """Against their own median, all channels are alike."""
        return self._shown.measured is not None and self._shown.measure.against != "own"

    @property
    def is_strongest_first(self) -> bool:
        return self._wants_strongest and self.can_be_strongest_first

    def set_strongest_first(self, *, strongest: bool) -> None:
        """Put rows in order by the measure as it is now, or as the channel list has them."""
        self._wants_strongest = strongest
        self._first = 0
        self._put_in_order()

    def _put_in_order(self) -> None:
        measured = self._shown.measured
        if measured is None or not self.is_strongest_first:
            self._ordered, self._knew = self._session.channels.ordered, None
        else:
            self._ordered = measured.strongest_first()
            self._knew = (measured.is_whole, self._session.mask is not None)
        self.scroll_to(self._first)
        self.changed.emit()

    # -- following

    def _on_recording_changed(self) -> None:
        for end in self._ends:
            end()
        self._ends = (follow(self._session.channels.rows_changed, self._on_rows_changed),)
        self._first = 0
        self._put_in_order()

    def _on_rows_changed(self) -> None:
        """The list may be in another order; mostly the traces have only scrolled."""
        if not self.is_strongest_first and self._ordered != self._session.channels.ordered:
            self._put_in_order()

    def _on_cells_changed(self) -> None:
        measured = self._shown.measured
        if measured is None or self._knew is None:
            return
        if self._knew != (measured.is_whole, self._session.mask is not None):
            self._put_in_order()
