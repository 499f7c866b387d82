"""The overview of the open recording: started, followed, handed to the traces and the map."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QObject, QTimer

from ecogview.dsp.ring import ColumnState
from ecogview.dsp.runs import EMPTY, Runs
from ecogview.errors import EcogviewError, printable
from ecogview.model.looked_at import LookedAt
from ecogview.model.session import Session
from ecogview.services.messages import Action, Messages
from ecogview.services.overview import Overview
from ecogview.services.overview_pass import OverviewPass, PassProgress
from ecogview.services.sources import Source
from ecogview.services.window_loader import WindowResponse
from ecogview.views.channel_panel import ChannelPanel
from ecogview.views.overview_bar import OverviewBar
from ecogview.views.pass_status import PassStatus
from ecogview.views.trace_canvas import TraceCanvas
from ecogview.views.trace_picture import TracePicture

_LOOK_MS = 500  # so long a window must stand to count as looked at
# So long it takes until a change of the file is told of: a look every 2 s, of the loader every 1 s.
_VERDICT_MS = 3500


class Overviews(QObject):
    """Joins the pass to what shows its findings. GUI thread only.

    `complete` is the overview of the open recording once all of it has been read.
    """

    def __init__(
        self,
        session: Session,
        service: OverviewPass,
        looked_at: LookedAt,
        messages: Messages,
        canvas: TraceCanvas,
        bar: OverviewBar,
        channels: ChannelPanel,
        status: PassStatus,
    ) -> None:
        super().__init__(bar)
        self._session = session
        self._service = service
        self._looked_at = looked_at
        self._messages = messages
        self._canvas = canvas
        self._bar = bar
        self._channels = channels
        self._status = status
        self._source: Source | None = None
        self._is_started = False
        self._is_remade = False
        self._is_file_amiss = False  # which is told of by others
        self._failure: EcogviewError | None = None  # that the pass ended with
        self._found: Overview | None = None  # what the bar shows
        self._is_shown_whole = False  # what was found, to its last cell
        self.complete: Overview | None = None
        self._looking = QTimer(self)
        self._looking.setSingleShot(True)
        self._looking.setInterval(_LOOK_MS)
        self._looking.timeout.connect(self._on_looked)
        self._verdict = QTimer(self)
        self._verdict.setSingleShot(True)
        self._verdict.timeout.connect(self._tell_failure)
        session.window_changed.connect(self._on_window_changed)
        canvas.responded.connect(self._on_response)
        canvas.settled.connect(self._looking.start)
        service.began.connect(self._on_began)
        service.progressed.connect(self._on_progressed)
        service.finished.connect(self._on_finished)
        service.not_kept.connect(self._on_not_kept)
        service.failed.connect(self._on_failed)
        status.pause_requested.connect(self._pause)
        status.resume_requested.connect(self._resume)
        status.cancel_requested.connect(self._cancel)

    def open(self, source: Source) -> None:
        """Another recording is on the screen; its pass begins once its first picture stands."""
        info = self._session.info
        assert info is not None
        self._service.cancel()  # what it has yet to tell is of another recording
        self._source, self._is_started, self.complete = source, False, None
        self._found = None
        self._is_file_amiss = False
        self._forget_failure()
        self._looked_at.open(info.n_samples, info.sampling_rate)
        self._status.clear()
        for key in ("overview", "overview kept"):
            self._messages.withdraw(key)

    # -- the pass

    def start(self, *, anew: bool = False) -> None:
        """Begin; with `anew` without a look at what is kept."""
        if self._source is not None:
            self._is_started = True
            self.complete = None
            self._forget_failure()
            self._look_here()
            self._service.start(self._source, anew=anew)

    def _on_response(self, response: WindowResponse) -> None:
        self._is_file_amiss = response.change is not None or response.failure is not None
        if self._is_file_amiss and self._failure is not None:
            self._forget_failure()  # follows from that, and another try would end alike
            self._messages.withdraw("overview")
        if not self._is_started and response.covers:
            self._is_started = True
            QTimer.singleShot(0, self.start)  # after the picture is on the screen
        elif response.overview_is_damaged and not self._is_remade:
            self._is_remade = True  # answers that are under way say the same
            self._messages.info("The kept overview is damaged or gone: it is made anew")
            self._canvas.set_overview(None)
            self.start(anew=True)

    def _on_began(self, overview: Overview) -> None:
        self._is_remade = False
        info = self._session.info
        if info is None:  # told late, of a window that is being closed
            return
        if overview.info.source != info.source:
            self._service.cancel()
            path = overview.info.path
            self._on_failed(
                EcogviewError(path, "is another than when it was opened", "read it again")
            )
            return
        self._canvas.set_overview(overview)
        self._show(overview)
        if not overview.is_complete:
            self._status.show_waiting()

    def _on_progressed(self, progress: PassProgress) -> None:
        self._status.show_progress(progress)
        self._bar.refresh(*progress.cells)
        self._channels.refresh()

    def _on_finished(self, overview: Overview) -> None:
        was_made = not self._status.isHidden()
        self._status.clear()
        self.complete = overview
        self._canvas.set_overview(overview)
        if not self._is_shown_whole:
            self._show(overview)  # taken exactly now
        if was_made:
            kept = ", kept for next time" if overview.kept is not None else ""
            self._messages.info(f"Overview complete{kept}", key="overview")

    def _show(self, overview: Overview) -> None:
        self._found = overview
        self._is_shown_whole = bool(overview.quality.done.all())
        self._bar.set_quality(overview.quality)
        # In a turn of its own: both take 23 ms together (62 channels, two hours).
        QTimer.singleShot(0, self._show_in_list)

    def _show_in_list(self) -> None:
        if self._found is not None:
            self._channels.set_quality(self._found.quality)

    def _show_rest(self) -> None:
        """Show what was found since the last report, and what is normal exactly: no more comes."""
        if self._found is not None:
            self._bar.refresh(0, self._found.quality.grid.n_cells)
            self._channels.refresh()

    def _on_not_kept(self, error: EcogviewError) -> None:
        self._messages.warning(
            "The overview of this recording cannot be kept for next time.",
            printable(f"{error.reason}; {error.remedy}" if error.remedy else error.reason),
            key="overview kept",
        )

    def _on_failed(self, error: EcogviewError) -> None:
        self._status.clear()
        self._show_rest()
        if not self._is_file_amiss:
            self._failure = error
            self._verdict.start(_VERDICT_MS)

    def _tell_failure(self) -> None:
        """Say why the pass has ended, as nothing else has been found amiss with the file."""
        error = self._failure
        assert error is not None
        self._messages.warning(
            "The overview stays incomplete.",
            printable(f"{error.path.name} {error.reason}; {error.remedy}"),
            actions=(Action("Try again", self.start),),
            key="overview",
        )

    def _forget_failure(self) -> None:
        self._failure = None
        self._verdict.stop()

    def _pause(self) -> None:
        self._service.pause()
        self._status.show_paused(paused=True)

    def _resume(self) -> None:
        self._service.resume()
        self._status.show_paused(paused=False)

    def _cancel(self) -> None:
        self._service.cancel()
        self._status.clear()
        self._show_rest()
        self._messages.info(
            "Overview given up", actions=(Action("Make it after all", self.start),), key="overview"
        )

    # -- where the user looks

    def _on_window_changed(self) -> None:
        self._looking.stop()
        self._look_here()

    def _look_here(self) -> None:
        window = self._session.window
        self._service.look_at(window.start + window.length / 2)

    def _on_looked(self) -> None:
        if self._canvas.is_settled:
            self._looked_at.add(self._session.window, _missing(self._canvas.picture))


def _missing(picture: TracePicture | None) -> Runs:
    """Samples on the screen that the file does not reach any more."""
    if picture is None or not picture.envelope.has_missing:
        return EMPTY
    grid, first, stop = picture.grid, picture.first, picture.first + picture.grid.width
    # A column more at either side, as the outermost: a window ends within a pixel.
    states = np.pad(picture.envelope.states(first, stop), 1, mode="edge")
    columns = Runs.from_bool(states == ColumnState.MISSING)
    return Runs.of(grid.edges(first - 1, stop + 1)[columns.bounds])
