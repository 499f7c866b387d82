"""What is done with the selected stretch: its bar, the clipboard, and keeping it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtGui import QGuiApplication

from ecogview.data.recording import RecordingInfo
from ecogview.errors import in_words
from ecogview.model.clock import decimals_for, format_time
from ecogview.services.kept_selections import selection_of, with_selection
from ecogview.services.sample_copy import samples_as_text, too_many
from ecogview.services.sources import FileSource, Source
from ecogview.views.selection_bar import SelectionBar

if TYPE_CHECKING:
    from ecogview.app.wiring import Workbench

_TYPED = "typed selection"
_NOTHING = "Select a stretch first: Shift+drag, or I and O"


class Selected:
    """Joins the bar of the selection to the rest. GUI thread only.

    What is selected in a recording is kept in the settings: opened again, in this run of the
    program or the next, it has the same selection.
    """

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._session = bench.session
        self.bar = SelectionBar(bench.session)
        self._kept_of: RecordingInfo | None = None  # whose selection is kept from now on

    def join(self) -> None:
        """Connect everything; the window has been built."""
        bench, bar = self._bench, self.bar
        bar.rejected.connect(lambda why: bench.messages.info(why, key=_TYPED))
        bar.mended.connect(lambda: bench.messages.withdraw(_TYPED))
        bar.left.connect(bench.window.traces.setFocus)
        bar.copy_requested.connect(self.copy_stretch)
        bar.zoom_requested.connect(bench.selecting.show_selection)
        bar.clear_requested.connect(lambda: self._session.select(None))
        bar.window_requested.connect(bench.selecting.select_window)
        bar.recording_requested.connect(bench.selecting.select_recording)
        bar.between_requested.connect(bench.selecting.select_between_spans)
        bar.mark_requested.connect(bench.marking.mark_selection)
        bar.unmark_requested.connect(bench.marking.unmark_selection)
        bar.export_requested.connect(bench.exporting.show)
        bench.recordings.opened.connect(self._on_opened)
        self._session.selection_changed.connect(self._on_changed)

    # -- the clipboard

    def copy_stretch(self) -> None:
        """Copy start and stop in seconds, then as samples, separated by tabs."""
        info, selection = self._session.info, self._session.selection
        if info is None or selection is None:
            self._bench.messages.info(_NOTHING)
            return
        decimals = decimals_for(1 / info.sampling_rate)
        times = (f"{sample / info.sampling_rate:.{decimals}f}" for sample in selection)
        self._copy("\t".join((*times, *map(str, selection))))
        start, stop = (format_time(s / info.sampling_rate, decimals) for s in selection)
        self._bench.messages.info(f"Copied: {start} to {stop}, seconds and samples")

    def copy_samples(self) -> None:
        """Copy the samples of the shown channels in the stretch, where they are not too many."""
        session, bench = self._session, self._bench
        info, selection, source = session.info, session.selection, bench.recordings.shown_source
        if info is None or selection is None or source is None:
            bench.messages.info(_NOTHING)
            return
        channels, (start, stop) = session.channels.shown, selection
        why_not = too_many(stop - start, len(channels))
        if why_not or not channels:
            bench.messages.info(f"Not copied: {why_not or 'no channel is shown'}")
            return

        def work() -> str:
            with source.open() as recording:
                return samples_as_text(recording, channels, start, stop)

        def done(text: str) -> None:
            self._copy(text)
            what = f"{stop - start:,} samples of {len(channels):,} channels shown now"
            bench.messages.info(f"Copied: {what}, {info.units}, as they are in the file")

        def failed(error: Exception) -> None:
            bench.messages.error(
                "The samples were not copied.", in_words(error), key="copy samples"
            )

        bench.messages.withdraw("copy samples")
        bench.tasks.run(work, done, failed)

    @staticmethod
    def _copy(text: str) -> None:
        clipboard = QGuiApplication.clipboard()
        assert clipboard is not None
        clipboard.setText(text)

    # -- keeping it

    def _on_opened(self, source: Source) -> None:
        info = self._session.info
        self._kept_of = info if isinstance(source, FileSource) else None
        if self._kept_of is not None and info is not None:
            kept = self._bench.settings.selections
            self._session.select(selection_of(kept, info.path.absolute(), info.n_samples))

    def _on_changed(self) -> None:
        info = self._session.info
        if info is None or info is not self._kept_of:
            return  # another recording is being opened: its own is not yet known
        settings = self._bench.settings
        settings.selections = with_selection(
            settings.selections, info.path.absolute(), info.n_samples, self._session.selection
        )
