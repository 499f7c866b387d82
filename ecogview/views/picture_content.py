"""What a picture of the trace panel shows, frozen: it is drawn in a thread while work goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QRectF, QSizeF
from PyQt6.QtGui import QFont

from ecogview.data.mask_tracks import MaskTracks
from ecogview.data.recording import RecordingInfo
from ecogview.dsp.columns import ColumnGrid
from ecogview.dsp.estimate import SignalEstimate
from ecogview.errors import printable
from ecogview.model.display import Colouring
from ecogview.model.events import NO_EVENTS, EventList
from ecogview.model.processing import AppliedProcessing
from ecogview.model.session import Session
from ecogview.model.time_window import TimeWindow
from ecogview.views import theme
from ecogview.views.canvas_style import shown_offsets
from ecogview.views.colour_tokens import Tokens
from ecogview.views.row_layout import RowLayout, drawn_rows
from ecogview.views.shown_names import ShownNames, names_of
from ecogview.views.trace_colours import channel_colours

MOST_POINTS = 300_000  # of all traces: 3 MB as SVG, 1 MB as PDF
_COLUMNS_PER_PX = (0.5, 2.0)  # 2: 450 to the inch where a figure is 18 cm wide
_HEADER_PX = 22


def header_height(session: Session) -> float:
    """Of the line on top that says what is done to the signals; 0 where nothing is."""
    return 0.0 if session.processing is None else theme.px(_HEADER_PX)


@dataclass(frozen=True, eq=False, slots=True)
class PictureContent:
    """Everything but the samples. Sizes are logical pixels, `offsets` has shape (channels,)."""

    info: RecordingInfo
    window: TimeWindow
    rows: tuple[int, ...]  # channels, top to bottom
    bad: frozenset[int]
    selected: frozenset[int]
    units_per_row: float
    gains: NDArray[np.float64]  # (channels,), relative
    butterfly: bool
    clipped: bool
    colouring: Colouring
    colours: tuple[str, ...] | None  # of every channel; None: those of the theme
    offsets: NDArray[np.float32]
    mask: MaskTracks | None
    selection: tuple[int, int] | None
    size: QSizeF
    gutter: float  # wide are the labels
    lane: float  # high are the tabs of bad spans
    axis: float
    tokens: Tokens
    font: QFont
    events: EventList = NO_EVENTS
    most_points: int = MOST_POINTS
    applied: AppliedProcessing | None = None  # what its columns are to go through
    processing_words: str = ""  # what that is
    unfiltered: float = 0.0  # share of its columns from which a filter is still missing
    header: float = 0.0  # high is the line that says so, on top

    @classmethod
    def of(
        cls, session: Session, estimate: SignalEstimate | None, size: QSizeF, tokens: Tokens,
        font: QFont, events: EventList = NO_EVENTS, most_points: int = MOST_POINTS,
    ) -> Self:  # fmt: skip
        """Take what a session shows now, to be drawn at `size`; a recording must be open."""
        info, applied = session.info, session.processing
        assert info is not None
        processing = session.display.processing
        is_z = applied is not None and processing.zscore
        return cls(
            info=info,
            window=session.window,
            rows=drawn_rows(session),
            bad=session.bad_channels,
            selected=session.channels.selected,
            units_per_row=session.display.gain_in(in_z=is_z),
            gains=session.channels.gains.factors,
            butterfly=session.display.butterfly,
            clipped=session.display.clipped,
            colouring=session.display.colouring,
            colours=channel_colours(info.channels, session.display.colouring, tokens),
            offsets=shown_offsets(
                info.n_channels, estimate, applied, removes_dc=session.display.remove_dc
            ),
            mask=session.mask,
            selection=session.selection,
            size=size,
            gutter=theme.px(54),
            lane=theme.px(20),
            axis=theme.px(24),
            tokens=tokens,
            font=font,
            events=events,
            most_points=most_points,
            applied=applied,
            processing_words="" if applied is None else printable(applied.describe(info.labels)),
            header=header_height(session),
        )

    @property
    def units(self) -> str:
        """What amplitudes are in: the recording's unit, or z."""
        units = self.info.units
        return units if self.applied is None else self.applied.processing.units(units)

    @property
    def names(self) -> ShownNames:
        """What its rows show."""
        return names_of(self.info, self.applied)

    @property
    def canvas(self) -> QRectF:
        """Where the traces are."""
        top = self.header + self.lane
        width, height = self.size.width() - self.gutter, self.size.height() - top - self.axis
        return QRectF(self.gutter, top, max(width, 1.0), max(height, 1.0))

    @property
    def on_screen(self) -> ColumnGrid:
        """Columns of a panel of that size: one to a logical pixel."""
        return ColumnGrid(self.window.length, max(round(self.canvas.width()), 1))

    @property
    def grid(self) -> ColumnGrid:
        """Columns that the samples are to be reduced to: as many as print needs, and no more."""
        width = self.canvas.width()
        points = 2 * max(len(self.rows), 1) * width
        least, most = _COLUMNS_PER_PX
        per_px = min(max(self.most_points / points, least), most)
        return ColumnGrid(self.window.length, max(round(width * per_px), 1))

    @property
    def first_column(self) -> int:
        return self.grid.first_column(self.window.start, self.info.n_samples)

    def x_of(self, sample: float) -> float:
        """Where a sample lies on the picture."""
        canvas = self.canvas
        return canvas.left() + (sample - self.window.start) / self.window.length * canvas.width()

    @property
    def layout(self) -> RowLayout:
        """Where the traces lie, from the upper edge of the canvas."""
        return RowLayout(
            self.rows, self.canvas.height(), self.units_per_row, self.gains, self.butterfly,
            self.clipped,
        )  # fmt: skip

    @property
    def row_height(self) -> float:
        """Of the labels."""
        return self.canvas.height() / max(len(self.rows), 1)
