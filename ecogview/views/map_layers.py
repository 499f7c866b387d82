"""What a map shows of a session, kept as a picture; each part drawn when it has changed."""

from __future__ import annotations

from enum import Flag, auto

from PyQt6.QtCore import QPointF
from PyQt6.QtGui import QFont

from ecogview.dsp.map_picture import MapPicture
from ecogview.model.clock import format_time
from ecogview.model.looked_at import LookedAt
from ecogview.model.session import Session
from ecogview.views.quality_picture import PictureLayout, QualityPicture
from ecogview.views.shown_quality import ShownQuality


class Part(Flag):
    """Parts of the picture that may have to be drawn anew."""

    NONE = 0
    LABELS = auto()
    SPANS = auto()
    MAP = auto()
    LOOKED_AT = auto()
    ALL = LABELS | SPANS | MAP | LOOKED_AT


class MapLayers:
    """All of the map but the window's frame and the tag at the mouse.

    `rows` are the channels that are shown, top to bottom.
    """

    def __init__(self, session: Session, looked_at: LookedAt, shown: ShownQuality) -> None:
        self._session, self._looked_at, self._shown = session, looked_at, shown
        self.rows: tuple[int, ...] = ()
        self.begin()

    def begin(self) -> None:
        """Another recording is open."""
        self.picture: QualityPicture | None = None
        self._stale = Part.ALL
        self.take_map()

    def take_map(self) -> None:
        """Another map is shown, or none."""
        measured = self._shown.measured
        self._map = None if measured is None else MapPicture(measured.figures)
        self._cells: tuple[int, int] | None = None  # of the map, that have other figures
        self.mark(Part.MAP)

    def set_rows(self, rows: tuple[int, ...]) -> bool:
        """Show channels from top to bottom; return whether they were others before."""
        if rows == self.rows:
            return False
        self.rows = rows
        self.mark(Part.LABELS | Part.MAP)
        return True

    def mark(self, parts: Part) -> None:
        """Draw parts anew when they are painted next."""
        self._stale |= parts

    def mark_cells(self, first: int, stop: int) -> None:
        """Draw cells ``[first, stop)`` of the map anew."""
        before = self._cells or (first, stop)
        self._cells = (min(before[0], first), max(before[1], stop))

    def forget(self) -> None:
        """Draw everything anew: colours or fonts have changed."""
        self.picture = None

    # -- drawing

    def drawn(self, layout: PictureLayout, font: QFont) -> QualityPicture | None:
        """The picture, brought up to date; None where no recording is open."""
        info = self._session.info
        if info is None or not info.n_samples or not info.n_channels:
            return None
        if self.picture is None or self.picture.layout != layout:
            self.picture = QualityPicture(layout, info.n_samples, info.sampling_rate, font)
            self._stale = Part.ALL
        picture, stale = self.picture, self._stale
        if Part.LABELS in stale:
            self.draw_labels(picture)
        if Part.SPANS in stale:
            picture.draw_spans(self._session.mask)
            if self._session.shows_changes:
                changes = self._session.changes
                picture.draw_changes(changes.added, changes.removed)
        if Part.LOOKED_AT in stale:
            picture.draw_looked_at(self._looked_at.runs)
        if Part.MAP in stale or self._cells is not None:
            self._draw_map(picture, all_columns=Part.MAP in stale)
        self._stale, self._cells = Part.NONE, None
        return picture

    def draw_labels(self, picture: QualityPicture) -> None:
        """Write names of the rows into the gutter; here nothing, where they are painted above."""

    def _draw_map(self, picture: QualityPicture, *, all_columns: bool) -> None:
        measured, cells, layout = self._shown.measured, self._map, picture.layout
        if measured is None or cells is None or self._shown.note:
            picture.clear_map(self._shown.note)
            return
        columns = (0, 0) if self._cells is None else cells.take(*self._cells)
        cells.fit(layout.n_columns, layout.n_rows, self.rows)
        picture.draw_map(measured, cells, *((0, layout.n_columns) if all_columns else columns))

    # -- what is under the mouse

    def channel_at(self, position: QPointF) -> int | None:
        """The channel whose figure is painted at a place in logical pixels."""
        found = self._found_at(position)
        return None if found is None else found[1]

    def tag_at(self, position: QPointF) -> str:
        """Channel, time, figure, and what is to be known of it; empty beside the map."""
        found, info = self._found_at(position), self._session.info
        if found is None or info is None:
            return ""
        cell, channel = found
        sample, words = self._sample_at(position), ["not read yet"]
        measured = self._shown.measured
        if measured is not None:
            sample, words = measured.quality.grid.edge(cell), measured.words(cell, channel)
        if channel in self._session.bad_channels:
            words = [*words, "bad channel"]
        time = format_time(sample / info.sampling_rate)
        return "   ".join([info.channels[channel].label, time, *words])

    def _sample_at(self, position: QPointF) -> float:
        assert self.picture is not None
        layout, info = self.picture.layout, self._session.info
        assert info is not None
        column = position.x() * layout.scale - layout.left
        return column * info.n_samples / layout.n_columns

    def _found_at(self, position: QPointF) -> tuple[int, int] | None:
        """Cell and channel of the pixel there, cell 0 where there is no map."""
        if self.picture is None or not self.rows:
            return None
        layout = self.picture.layout
        column = int(position.x() * layout.scale) - layout.left
        row = int(position.y() * layout.scale) - layout.map_rows.start
        if not (0 <= column < layout.n_columns and 0 <= row < layout.n_rows):
            return None
        if self._map is None:
            return 0, self.rows[row * len(self.rows) // layout.n_rows]
        self._map.fit(layout.n_columns, layout.n_rows, self.rows)
        return self._map.cell_at(column, row)
