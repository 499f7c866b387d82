"""The traces: asks for columns, keeps them, paints them, and turns mouse moves into time."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QEvent, QPointF, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from ecogview.dsp.columns import ColumnGrid
from ecogview.dsp.estimate import SignalEstimate
from ecogview.model.processing import AppliedProcessing
from ecogview.model.session import Session
from ecogview.services.column_reading import Columns
from ecogview.services.filtered_overview import FilteredOverview
from ecogview.services.overview import Overview
from ecogview.services.sources import Source
from ecogview.services.window_loader import WindowLoader, WindowRequest, WindowResponse
from ecogview.views import theme
from ecogview.views.canvas_style import style_of
from ecogview.views.colour_legend import ColourLegend
from ecogview.views.nearest_trace import nearest_trace
from ecogview.views.trace_overlays import paint_overlays, paint_states, scale_bar
from ecogview.views.trace_picture import TracePicture, TraceStyle
from ecogview.views.unfiltered_columns import unfiltered_columns

TAB_HEIGHT = 15  # of bad spans, in the lane above
_PATIENCE_MS = 150  # so long the old picture stays without a sign that data is on its way
_WATCH_MS = 2000  # so often the file is looked at while nothing else is asked for


class TraceCanvas(QWidget):
    """Shows `session.window`. Lives in the GUI thread; the loader answers from another.

    Signals
    -------
    view_changed
        Another stretch or scale is on the screen: `grid` and `first_column` say which.
    estimated
        A `SignalEstimate` of a recording just opened, before its first picture is painted.
    responded
        Every `WindowResponse` for the recording on the screen.
    settled
        The newest request is painted, in its final resolution.
    cursor_moved
        `mouse` has another place, or is None: it has left.
    """

    view_changed = pyqtSignal()
    estimated = pyqtSignal(object)
    responded = pyqtSignal(object)
    settled = pyqtSignal()
    cursor_moved = pyqtSignal()

    def __init__(self, session: Session, loader: WindowLoader, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._loader = loader
        self._source: Source | None = None
        self._overview: Overview | None = None
        self._applied: AppliedProcessing | None = None  # what is asked for
        self.filtered: FilteredOverview | None = None  # of what is asked for
        self._estimate: SignalEstimate | None = None
        self._picture: TracePicture | None = None  # what is painted
        self._spare: TracePicture | None = None  # the picture before
        self._wanted: TracePicture | None = None  # what the newest request is for
        self._wanted_first = 0
        self._request_id = 0
        self._answered_id = 0
        self._painted_id = -1
        self._style_stale = False
        self._scale_bar: QPixmap | None = None
        self._awaited = ""  # name of what is being opened
        self.hint = "Open a folder or a recording"  # what to do while nothing is open
        self.legend = ColourLegend()
        self.is_late = False
        self.mouse: QPointF | None = None
        self.paint_over: Callable[[QPainter], None] | None = None  # above traces, below the rest
        self.is_dragged_over = False  # then cursor and values are left out
        self.recorded: Callable[[], Columns | None] = lambda: None  # as in the file
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE_MS)
        self._patience.timeout.connect(self._on_late)
        self._watch = QTimer(self)
        self._watch.setInterval(_WATCH_MS)
        self._watch.timeout.connect(self._ask_for_changes)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing beneath is painted
        self.setMouseTracking(True)
        self.setAccessibleName("Traces")
        loader.responded.connect(self._on_response)
        session.window_changed.connect(self._on_window_changed)
        session.display_changed.connect(self.restyle)
        session.mask_changed.connect(self._on_mask_changed)

    # -- what is on the screen

    @property
    def grid(self) -> ColumnGrid | None:
        return None if self._picture is None else self._picture.grid

    @property
    def picture(self) -> TracePicture | None:
        return self._picture

    @property
    def first_column(self) -> int:
        return 0 if self._picture is None else self._picture.first

    @property
    def estimate(self) -> SignalEstimate | None:
        return self._estimate

    @property
    def is_settled(self) -> bool:
        """Whether the newest request has been painted, in its final resolution."""
        return (
            self._picture is not None
            and self._picture is self._wanted
            and self._picture.first == self._wanted_first
            and self._painted_id == self._request_id
        )

    def x_of(self, sample: float) -> float:
        """Logical x of a sample on the screen."""
        if self._picture is None:
            return 0.0
        return self._picture.grid.x_of(sample, self._picture.first) / self.devicePixelRatioF()

    def sample_at(self, x: float) -> float:
        """Sample (not whole) at a logical x."""
        if self._picture is None:
            return 0.0
        return self._picture.grid.sample_at(x * self.devicePixelRatioF(), self._picture.first)

    def channel_at(self, place: QPointF) -> int | None:
        """Channel in whose row a place lies; where all are one row, that of the nearest trace."""
        shown, picture = self._session.channels.shown, self._picture
        if self._session.display.butterfly and picture is not None:
            scale = self.devicePixelRatioF()
            nearest = nearest_trace(picture, place.x() * scale, place.y() * scale)
            return nearest if nearest in shown else None
        row = int(place.y() * len(shown) // max(self.height(), 1))
        return shown[row] if 0 <= row < len(shown) else None

    # -- another recording, another window

    def _on_window_changed(self) -> None:
        self._request()

    def await_source(self, name: str) -> None:
        """Say, while nothing is open and it takes long, what is being opened; "" for nothing."""
        self._awaited = name
        if name and self._session.info is None:
            self._patience.start()
        self.update()

    def set_source(self, source: Source | None) -> None:
        """Show another recording, that of the session; None shows none."""
        self._source, self._estimate, self._overview = source, None, None
        self._applied = self.filtered = None
        self._picture = self._wanted = self._scale_bar = None
        self._session.channels.rows_changed.connect(self._on_rows_changed)
        self._session.channels.hovered_changed.connect(self.restyle)
        self._session.channels.selection_changed.connect(self.restyle)
        self._session.channels.gains.changed.connect(self.restyle)
        self._watch.start()
        self._request()
        self.update()
        self.view_changed.emit()

    def set_overview(self, overview: Overview | None) -> None:
        """Let wide windows be made of what the pass over the recording knows.

        To be called again once it is complete: what is on the screen is then read anew, so that
        it is what a fresh picture would be.
        """
        self._overview = overview
        if overview is None or overview.is_complete:
            self._request(anew=True)

    @property
    def applied(self) -> AppliedProcessing | None:
        """The processing that is asked for; what is on the screen may still be another's."""
        return self._applied

    def set_processing(
        self, applied: AppliedProcessing | None, filtered: FilteredOverview | None = None
    ) -> None:
        """Show samples processed; the picture that is there stays until the first answer.

        `filtered` is what the filtered pass knows of them by now.
        """
        if applied == self._applied:
            return
        self._applied, self.filtered = applied, filtered
        if self._wanted is not None and self._wanted is not self._picture:
            self._spare = self._wanted.as_spare_of(self._picture)
        self._wanted = None
        self.restyle()
        self._request()

    def set_filtered(self, filtered: FilteredOverview | None) -> None:
        """Let wide windows be made of what the filtered pass has come to by now."""
        self.filtered = filtered
        if self.is_unfiltered:
            self._request()

    @property
    def is_unfiltered(self) -> bool:
        """Whether a filter or reference is still missing from columns on the screen."""
        picture = self._picture
        if picture is None or self._applied is None:
            return False
        return picture.applied is not self._applied or bool(unfiltered_columns(picture).any())

    def _request(self, *, anew: bool = False) -> None:
        info, window = self._session.info, self._session.window
        if self._source is None or info is None or not window.length:
            return
        scale = self.devicePixelRatioF()
        width, height = max(round(self.width() * scale), 1), max(round(self.height() * scale), 1)
        grid = ColumnGrid(window.length, width)
        self._wanted_first = grid.first_column(window.start, info.n_samples)
        wanted = self._wanted
        if wanted is None or wanted.grid != grid or wanted.height != height:
            if wanted is not None and wanted is not self._picture:
                self._spare = wanted.as_spare_of(self._picture)  # never shown
            tabs = max(round(theme.px(TAB_HEIGHT) * scale), 1)
            known = None if wanted is None or wanted.grid != grid else wanted
            wanted = TracePicture(
                grid, height, tabs, info.n_channels, self._style(grid, self._applied),
                self._spare, self._loader.drawing, known,
            )  # fmt: skip
            wanted.applied = self._applied
            self._wanted, self._spare = wanted, None
        self._request_id += 1
        stop = self._wanted_first + width
        columns = wanted.envelope.wanted(self._wanted_first, stop)
        if anew:
            columns = (self._wanted_first, stop)
        if columns is None:
            self._answered_id = self._request_id
            self._show_wanted()
            return
        if not self._patience.isActive():
            self._patience.start()
        request = WindowRequest(
            self._request_id, self._source, grid, *columns, info.n_channels,
            self._overview, self._applied, self.filtered,
        )  # fmt: skip
        self._loader.submit(request)

    def _on_response(self, response: WindowResponse) -> None:
        wanted = self._wanted
        if response.source is not self._source or wanted is None or response.grid != wanted.grid:
            return
        if response.estimate is not None and response.estimate is not self._estimate:
            self._estimate = response.estimate
            self.estimated.emit(response.estimate)
            self.restyle()
        if not len(response.low):  # nothing but the answer to `_ask_for_changes`
            self.responded.emit(response)
            return
        if response.processing is not self._applied:
            return  # of a processing that was given up meanwhile
        wanted.first = self._wanted_first
        wanted.store(response.first, response.low, response.high, response.states, response.samples)
        if response.final and (
            response.id == self._request_id
            # an older one had all of it: another height is asked for at every start
            or wanted.envelope.wanted(self._wanted_first, self._wanted_first + wanted.grid.width)
            is None
        ):
            self._answered_id = self._request_id
        if response.covers or self.is_late or self._picture in (None, wanted):
            self._show_wanted()
        else:  # the old picture stays meanwhile; drawn here while the worker reads on
            wanted.update(response.first, response.first + len(response.low))
        self.responded.emit(response)

    def _ask_for_changes(self) -> None:
        """Let the loader look whether the file is still what it was; no column is asked for."""
        if self._source is not None and self._wanted is not None and self.is_settled:
            first, grid = self._wanted_first, self._wanted.grid
            n_channels = self._wanted.envelope.low.shape[1]
            self._loader.submit(
                WindowRequest(self._request_id, self._source, grid, first, first, n_channels)
            )

    def _show_wanted(self) -> None:
        if self._picture is not None and self._picture is not self._wanted:
            self._spare = self._picture.as_spare_of(self._wanted)
        self._picture = self._wanted
        if self._picture is not None:
            self._picture.first = self._wanted_first
        if self._answered_id == self._request_id:
            self._patience.stop()
            self.is_late = False
        self.view_changed.emit()
        self.update()

    def _on_late(self) -> None:
        self.is_late = True
        # Move on, with what is to come hatched; but not to a picture of which nothing is known.
        if self._wanted is not None and self._wanted.has_columns:
            self._show_wanted()
        self.update()

    # -- looks

    def scale_bar(self) -> QPixmap | None:
        """The scale bar, drawn once for each style: 0.15 ms a frame saved."""
        if self._scale_bar is None:
            self._scale_bar = scale_bar(self, self._session)
        return self._scale_bar

    def restyle(self) -> None:
        """Draw anew from memory: gain, order or colours have changed."""
        self._scale_bar = None
        self._on_mask_changed()

    def _on_mask_changed(self) -> None:
        self._style_stale = True
        self.update()

    def _on_rows_changed(self) -> None:
        self.restyle()
        if self.mouse is not None:  # another channel has come under it
            self._session.channels.hover(self.channel_at(self.mouse))

    def _style(self, grid: ColumnGrid, applied: AppliedProcessing | None) -> TraceStyle:
        scale = self.devicePixelRatioF()
        return style_of(
            self._session, self._estimate, grid, applied, height=self.height() * scale, scale=scale
        )

    def prepared(self) -> TracePicture | None:
        """What is on the screen, drawn to the last column; None where nothing is."""
        picture = self._picture
        if picture is None or self._session.info is None:
            return None
        if self._style_stale:
            for stale in {id(p): p for p in (picture, self._wanted) if p is not None}.values():
                stale.set_style(self._style(stale.grid, stale.applied))
            self._style_stale = False
        picture.update()
        return picture

    # -- Qt

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        self._scale_bar = None
        self._request()

    def changeEvent(self, event: QEvent | None) -> None:
        if event is not None and event.type() == QEvent.Type.PaletteChange:
            self.restyle()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        picture = self.prepared()
        if picture is None:
            painter.fillRect(self.rect(), theme.colour("canvas"))
            if self._session.info is None and (self.is_late or not self._awaited):
                hint = f"Opening {self._awaited} …" if self._awaited else self.hint
                painter.setPen(theme.colour("text2"))
                painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, hint)
            return
        picture.image.paint(painter, picture.first, self.devicePixelRatioF())
        paint_states(painter, self, self._session)
        if self.paint_over is not None:
            self.paint_over(painter)
        paint_overlays(painter, self, self._session)
        painter.end()
        was = self._painted_id
        self._painted_id = self._answered_id
        if self.is_settled and was != self._painted_id:
            self.settled.emit()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is not None:
            self.mouse = event.position()
            self._session.channels.hover(self.channel_at(self.mouse))
            self.cursor_moved.emit()
            self.update()
            super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent | None) -> None:
        self.mouse = None
        self._session.channels.hover(None)
        self.cursor_moved.emit()
        self.update()
