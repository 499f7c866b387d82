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
from ecogview.model.display import Colouring
from ecogview.model.events import NO_EVENTS, EventList
from ecogview.model.session import Session
from ecogview.model.time_window import TimeWindow
from ecogview.views import theme
from ecogview.views.colour_tokens import Tokens
from ecogview.views.row_layout import RowLayout
from ecogview.views.trace_colours import channel_colours

MOST_POINTS = 300_000  # of all traces: 3 MB as SVG, 1 MB as PDF
_COLUMNS_PER_PX = (0.5, 2.0)  # 2: 450 to the inch where a figure is 18 cm wide


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

    @classmethod
    def of(
        cls, session: Session, estimate: SignalEstimate | None, size: QSizeF, tokens: Tokens,
        font: QFont, events: EventList = NO_EVENTS, most_points: int = MOST_POINTS,
    ) -> Self:  # fmt: skip
        """Take what a session shows now, to be drawn at `size`; a recording must be open."""
        info = session.info
        assert info is not None
        offsets = np.zeros(info.n_channels, np.float32)
        if session.display.remove_dc and estimate is not None:
            offsets = estimate.offset
        return cls(
            info=info,
            window=session.window,
            rows=session.channels.shown,
            bad=session.bad_channels,
            selected=session.channels.selected,
            units_per_row=session.display.units_per_row,
            gains=session.channels.gains.factors,
            butterfly=session.display.butterfly,
            clipped=session.display.clipped,
            colouring=session.display.colouring,
            colours=channel_colours(info.channels, session.display.colouring, tokens),
            offsets=offsets,
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
        )

    @property
    def canvas(self) -> QRectF:
        """Where the traces are."""
        width, height = self.size.width() - self.gutter, self.size.height() - self.lane - self.axis
        return QRectF(self.gutter, self.lane, max(width, 1.0), max(height, 1.0))

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
