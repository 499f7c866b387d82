"""Filters, reference and the like: what is asked for, handed to the traces, and made ahead."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject

from ecogview.data.recording import RecordingInfo
from ecogview.dsp.reference import Reference, ReferenceKind
from ecogview.errors import EcogviewError, printable
from ecogview.model.processing import AppliedProcessing, Detrend, Processing
from ecogview.model.processing_choices import problem_in
from ecogview.model.wanted_processing import WantedProcessing
from ecogview.services.filtered_overview import FilteredOverview
from ecogview.services.filtered_pass import FilteredPass, FilteredProgress
from ecogview.services.messages import Action
from ecogview.services.sources import Source
from ecogview.services.window_loader import WindowResponse
from ecogview.views.follow import follow
from ecogview.views.processing_menus import FilterMenu, ReferenceMenu
from ecogview.views.processing_strip import ProcessingStrip, Stretches
from ecogview.views.unfiltered_columns import unfiltered_stretches

if TYPE_CHECKING:
    from ecogview.app.wiring import Workbench
    from ecogview.views.filter_dialog import FilterDialog

_KEY = "processing"


class SignalProcessing(QObject):
    """What the display does to samples. GUI thread only; `strip` says what is on.

    What cannot be done to a recording waits for one to which it can be, until the user asks for
    something else. The filtered picture that was made last stays at hand.
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._bench = bench
        self._session = bench.session
        self._pass = FilteredPass(bench.kernels.ready, self)
        self._source: Source | None = None
        self._info: RecordingInfo | None = None
        self._wanted = WantedProcessing()
        self._set: Processing = self.processing  # what of that is in the session
        self._whole: AppliedProcessing | None = None  # what the pass is for
        self._is_begun = False  # whether the pass has been asked for that
        self._is_stopped = False  # whether the user has ended it
        self._filtered: FilteredOverview | None = None  # made last, of this recording
        self._dialog: FilterDialog | None = None
        self.strip = ProcessingStrip()

    def join(self) -> None:
        """Follow the window, which has been built."""
        strip, canvas = self.strip, self._bench.window.traces.canvas
        strip.toggled.connect(self.toggle)
        strip.edit_requested.connect(self.show_dialog)
        strip.stop_requested.connect(self._stop)
        strip.whole_requested.connect(self._begin)
        self._fill_toolbar()
        self._bench.recordings.opened.connect(self._on_opened)
        canvas.responded.connect(self._on_response)
        canvas.view_changed.connect(self._show_state)
        self._pass.began.connect(self._on_began)
        self._pass.progressed.connect(self._on_progressed)
        self._pass.finished.connect(self._on_finished)
        self._pass.not_kept.connect(self._on_not_kept)
        self._pass.failed.connect(self._on_failed)
        follow(self._session.display_changed, self._on_changed)
        follow(self._session.mask_changed, self._on_changed)

    def _fill_toolbar(self) -> None:
        tools, actions = self._bench.window.tools, self._bench.actions
        of_selected = [actions[f"refer_{kind}"] for kind in ("average", "median", "channel")]
        filters = FilterMenu(self._session, [actions["edit_filter"]], tools)
        references = ReferenceMenu(self._session, of_selected, tools)
        for button, menu in ((tools.filters, filters), (tools.references, references)):
            menu.chosen.connect(self.choose)
            button.setMenu(menu)

    def close(self) -> None:
        self._pass.cancel()  # what it still tells must not reach a window that is gone
        self._pass.close()

    # -- what the user asks for

    @property
    def processing(self) -> Processing:
        return self._session.display.processing

    @property
    def now(self) -> Processing:
        """What is in force: nothing while it is switched off."""
        return self.processing.in_force

    def set(self, processing: Processing) -> str | None:
        """Show samples so; returns why that cannot be done, which the user is told, too."""
        problem = problem_in(self._session, processing)
        if problem is not None:
            self._bench.messages.info(problem, key=_KEY)
            return problem
        self._bench.messages.withdraw(_KEY)
        self._session.set_display(self._session.display.processed(processing))
        return None

    def choose(self, processing: Processing) -> None:
        """Show samples so, made from what is in force, unless that is how they are shown.

        What is switched off is left out then: a filter must not come on with the next z-score.
        """
        before = self.processing
        if processing == self.now or self.set(processing) is not None:
            return
        left_out = before.given_up_for(processing).describe(self._labels)
        if left_out and not before.is_on:
            put_back = Action("Put back", lambda: self._put_back(before))
            self._bench.messages.info(
                f"Left out, as it was off: {left_out}", actions=(put_back,), key=_KEY
            )

    def _put_back(self, processing: Processing) -> None:
        self.set(processing)

    def toggle(self) -> None:
        """Turn all of it off, or on again."""
        if self.processing.is_set:
            self.set(self.processing.toggled())
        else:
            self._bench.messages.info("No filter and no reference is chosen", key=_KEY)

    def toggle_zscore(self) -> None:
        self.choose(replace(self.now, zscore=not self.now.zscore))

    def toggle_inverted(self) -> None:
        self.choose(replace(self.now, inverted=not self.now.inverted))

    def toggle_trend(self) -> None:
        detrend: Detrend = "constant" if self.now.detrend == "linear" else "linear"
        self.choose(replace(self.now, detrend=detrend))

    def refer_to(self, kind: ReferenceKind, channels: Collection[int] | None = None) -> None:
        """Take as reference some channels, or one of them; by default those selected."""
        selected = self._session.channels.selected if channels is None else channels
        chosen = tuple(sorted(selected))
        if not chosen or (kind == "channel" and len(chosen) != 1):
            which = "one channel" if kind == "channel" else "channels"
            self._bench.messages.info(f"Select {which} first: Ctrl+click labels", key=_KEY)
            return
        self.choose(replace(self.now, reference=Reference(kind, chosen)))

    def show_dialog(self) -> None:
        if self._dialog is None:
            from ecogview.views.filter_dialog import FilterDialog

            self._dialog = FilterDialog(self._session, self.set, self._bench.window)
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    # -- following the session

    def _on_opened(self, source: Source) -> None:
        """Another recording: what is wanted goes on, as far as it can be done there."""
        session, messages = self._session, self._bench.messages
        self._give_up()
        self._source, self._info, self._filtered = source, session.info, None
        messages.withdraw(_KEY)
        if session.info is not None:
            made, problems = self._wanted.within(session.info, has_grid=session.channels.has_grid)
            self._set = made
            session.set_display(session.display.processed(made))
            if problems and made.is_on:
                messages.warning(
                    "Not all that is set can be done to this recording.",
                    " ".join(problems),
                    key=_KEY,
                )
            tools = self._bench.window.tools
            for button in (tools.filters, tools.references):
                button.set_labels(session.info.labels)
        self._on_changed()

    def _on_changed(self) -> None:
        session, canvas = self._session, self._bench.window.traces.canvas
        if session.info is not self._info:
            return  # about to be opened
        self._note_wanted()
        applied = session.processing
        if applied != canvas.applied:
            self._aim_at(applied)
            canvas.set_processing(applied, self._known(applied))
        self._show_state()

    def _note_wanted(self) -> None:
        """Note what the user wants of every recording, if it is another thing now."""
        processing = self.processing
        if processing == self._set:
            return
        if processing == self._set.toggled():  # what cannot be done here goes off and on with it
            wanted = replace(self._wanted.processing, is_on=processing.is_on)
            self._wanted = replace(self._wanted, processing=wanted)
        else:
            self._wanted = WantedProcessing(processing, self._labels)
        self._set = processing

    @property
    def _labels(self) -> tuple[str, ...]:
        return () if self._info is None else self._info.labels

    # -- the filtered picture of the whole

    def _aim_at(self, applied: AppliedProcessing | None) -> None:
        """Let the pass go on, wait or be given up for what is shown from now on."""
        whole = None if applied is None else applied.of_whole
        if whole is not None and whole == self._whole:
            self._pass.resume()
        elif whole is None and self.processing.is_set:
            self._pass.pause()  # until it is switched on again
        else:
            self._give_up()
            self._whole = whole

    def _give_up(self) -> None:
        self._pass.cancel()
        self._whole, self._is_begun, self._is_stopped = None, False, False
        self.strip.show_progress(None)

    def _stop(self) -> None:
        self._pass.cancel()
        self._is_stopped = True
        self.strip.show_progress(None, is_stopped=True)

    def _begin(self, *, anew: bool = False) -> None:
        applied = self._bench.window.traces.canvas.applied
        if applied is None or self._source is None:
            return
        self._is_begun, self._is_stopped = True, False
        self.strip.show_progress(None)
        self._look_at_window()
        self._pass.start(self._source, applied, anew=anew)

    def _look_at_window(self) -> None:
        window = self._session.window
        self._pass.look_at(window.start + window.length / 2)

    def _known(self, applied: AppliedProcessing | None) -> FilteredOverview | None:
        """What was made last, where that is it."""
        filtered, info = self._filtered, self._info
        if filtered is None or applied is None or info is None or not filtered.is_of(applied, info):
            return None
        return filtered

    def _on_response(self, response: WindowResponse) -> None:
        applied = self._bench.window.traces.canvas.applied
        if applied is None or response.processing is not applied:
            return
        if response.filtered_is_damaged:
            self._begin(anew=True)
        elif self._is_begun:
            self._look_at_window()
        elif response.is_unfiltered and response.final:
            self._begin()  # only who looks at a wide view waits for it
        self._show_state()

    def _on_began(self, filtered: FilteredOverview) -> None:
        self._filtered = filtered
        self._show_filtered()

    def _on_progressed(self, progress: FilteredProgress) -> None:
        self._show_filtered()
        self.strip.show_progress(progress.fraction)

    def _on_finished(self) -> None:
        self._show_filtered()
        self.strip.show_progress(None)

    def _show_filtered(self) -> None:
        canvas = self._bench.window.traces.canvas
        canvas.set_filtered(self._known(canvas.applied))

    def _on_not_kept(self, error: EcogviewError) -> None:
        self._bench.messages.warning(
            "The filtered picture cannot be kept for next time.",
            printable(f"{error.reason}; {error.remedy}"),
            key=_KEY,
        )

    def _on_failed(self, error: EcogviewError) -> None:
        self.strip.show_progress(None)
        self._bench.messages.warning(
            "The filtered picture of the whole stays incomplete.",
            printable(f"{error.path.name} {error.reason}; {error.remedy}"),
            actions=(Action("Try again", self._begin),),
            key=_KEY,
        )

    def _show_state(self) -> None:
        session, canvas = self._session, self._bench.window.traces.canvas
        words = ""
        missing: Stretches = ()
        if session.info is not None and self.processing.is_set:
            words = printable(self.processing.describe(session.info.labels, session.bad_channels))
            missing = unfiltered_stretches(canvas.picture, session.info)
        self.strip.show_state(words, is_on=self.processing.is_on, missing=missing)
        self._bench.window.tools.show_processing(self.processing)
