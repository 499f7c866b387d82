"""Filters, reference and the like: what is asked for, handed to the traces, and made ahead."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject

from ecogview.dsp.reference import Reference, ReferenceKind
from ecogview.errors import EcogviewError, printable
from ecogview.model.processing import Detrend, Processing
from ecogview.services.filtered_overview import FilteredOverview
from ecogview.services.filtered_pass import FilteredPass, FilteredProgress
from ecogview.services.messages import Action
from ecogview.services.sources import Source
from ecogview.services.window_loader import WindowResponse
from ecogview.views.filter_dialog import FilterDialog
from ecogview.views.follow import follow
from ecogview.views.processing_strip import ProcessingStrip

if TYPE_CHECKING:
    from ecogview.app.wiring import Workbench

_KEY = "processing"


class SignalProcessing(QObject):
    """What the display does to samples. GUI thread only; `strip` says what is on."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._bench = bench
        self._session = bench.session
        self._pass = FilteredPass(bench.kernels.ready, self)
        self._source: Source | None = None
        self._is_asked_for = False  # whether the filtered pass runs for what is shown
        self._dialog: FilterDialog | None = None
        self.strip = ProcessingStrip()

    def join(self) -> None:
        """Follow the window, which has been built."""
        strip, canvas = self.strip, self._bench.window.traces.canvas
        strip.toggled.connect(self.toggle)
        strip.edit_requested.connect(self.show_dialog)
        strip.cancel_requested.connect(self._cancel)
        tools = self._bench.window.tools
        tools.filters.chosen.connect(self.set)
        tools.filters.edit_requested.connect(self.show_dialog)
        tools.references.chosen.connect(self.set)
        self._bench.recordings.opened.connect(self._on_opened)
        canvas.responded.connect(self._on_response)
        canvas.view_changed.connect(self._show_state)
        self._pass.began.connect(canvas.set_filtered)
        self._pass.progressed.connect(self._on_progressed)
        self._pass.finished.connect(self._on_finished)
        self._pass.not_kept.connect(self._on_not_kept)
        self._pass.failed.connect(self._on_failed)
        follow(self._session.display_changed, self._on_changed)
        follow(self._session.mask_changed, self._on_changed)

    def close(self) -> None:
        self._pass.close()

    # -- what the user asks for

    @property
    def processing(self) -> Processing:
        return self._session.display.processing

    def set(self, processing: Processing) -> str | None:
        """Show samples so; returns why that cannot be done, which the user is told, too."""
        info = self._session.info
        problem = None
        if info is not None:
            has_grid = self._session.channels.has_grid
            problem = processing.problem(info.sampling_rate, info.n_channels, has_grid=has_grid)
        if problem is not None:
            self._bench.messages.info(problem, key=_KEY)
            return problem
        self._bench.messages.withdraw(_KEY)
        self._session.set_display(self._session.display.processed(processing))
        return None

    def toggle(self) -> None:
        """Turn all of it off, or on again."""
        if self.processing.is_set:
            self.set(self.processing.toggled())
        else:
            self._bench.messages.info("No filter and no reference is chosen", key=_KEY)

    def toggle_zscore(self) -> None:
        self.set(replace(self.processing, zscore=not self.processing.zscore, is_on=True))

    def toggle_inverted(self) -> None:
        self.set(replace(self.processing, inverted=not self.processing.inverted, is_on=True))

    def toggle_trend(self) -> None:
        detrend: Detrend = "constant" if self.processing.detrend == "linear" else "linear"
        self.set(replace(self.processing, detrend=detrend, is_on=True))

    def refer_to(self, kind: ReferenceKind) -> None:
        """Take as reference the selected channels, or one of them."""
        chosen = tuple(sorted(self._session.channels.selected))
        if not chosen or (kind == "channel" and len(chosen) != 1):
            which = "one channel" if kind == "channel" else "channels"
            self._bench.messages.info(f"Select {which} first: Ctrl+click labels", key=_KEY)
            return
        self.set(replace(self.processing, reference=Reference(kind, chosen), is_on=True))

    def show_dialog(self) -> None:
        if self._dialog is None:
            self._dialog = FilterDialog(self._session, self.set, self._bench.window)
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    # -- following

    def _on_opened(self, source: Source) -> None:
        """Another recording: what was set goes on, unless it cannot be done there."""
        self._pass.cancel()
        self._source, self._is_asked_for = source, False
        info, processing = self._session.info, self.processing
        if info is not None and processing.is_in_force:
            has_grid = self._session.channels.has_grid
            problem = processing.problem(info.sampling_rate, info.n_channels, has_grid=has_grid)
            if problem is not None:
                self._session.set_display(self._session.display.processed(processing.toggled()))
                self._bench.messages.warning(
                    "Filter and reference are off for this recording.", problem, key=_KEY
                )
        self._on_changed()

    def _on_changed(self) -> None:
        session, canvas = self._session, self._bench.window.traces.canvas
        applied = session.processing
        if applied != canvas.applied:
            self._pass.cancel()
            self._is_asked_for = False
            canvas.set_processing(applied)
        self._show_state()

    def _on_response(self, response: WindowResponse) -> None:
        applied = self._bench.window.traces.canvas.applied
        if applied is None or response.processing is not applied or self._source is None:
            return
        if response.filtered_is_damaged:
            self._pass.start(self._source, applied, anew=True)
        elif response.is_unfiltered and response.final and not self._is_asked_for:
            self._is_asked_for = True  # only who looks at a wide view waits for it
            window = self._session.window
            self._pass.look_at(window.start + window.length / 2)
            self._pass.start(self._source, applied)
        elif self._is_asked_for:
            window = self._session.window
            self._pass.look_at(window.start + window.length / 2)
        self._show_state()

    def _on_progressed(self, progress: FilteredProgress) -> None:
        self._bench.window.traces.canvas.set_filtered(progress.filtered)
        self.strip.show_progress(progress.fraction)

    def _on_finished(self, filtered: FilteredOverview) -> None:
        self._bench.window.traces.canvas.set_filtered(filtered)
        self.strip.show_progress(None)

    def _cancel(self) -> None:
        self._pass.cancel()
        self.strip.show_progress(None)

    def _on_not_kept(self, error: EcogviewError) -> None:
        self._bench.messages.warning(
            "The filtered picture cannot be kept for next time.",
            printable(f"{error.reason}; {error.remedy}"),
            key=_KEY,
        )

    def _on_failed(self, error: EcogviewError) -> None:
        self.strip.show_progress(None)

        def again() -> None:
            self._is_asked_for = False
            self._bench.window.traces.canvas.set_filtered(None)

        self._bench.messages.warning(
            "The filtered picture of the whole stays incomplete.",
            printable(f"{error.path.name} {error.reason}; {error.remedy}"),
            actions=(Action("Try again", again),),
            key=_KEY,
        )

    def _show_state(self) -> None:
        info, canvas = self._session.info, self._bench.window.traces.canvas
        labels = () if info is None else info.labels
        words = printable(self.processing.describe(labels)) if info is not None else ""
        self.strip.show_state(
            words, is_on=self.processing.is_on, is_unfiltered=canvas.is_unfiltered
        )
        self._bench.window.tools.show_processing(self.processing)
