"""The state of the work: one recording, its mask, and how it is looked at. No Qt."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from psygnal import Signal

from ecogview.data.mask_tracks import MaskTracks
from ecogview.data.recording import RecordingInfo
from ecogview.dsp.runs import Runs
from ecogview.errors import MaskFileError
from ecogview.model.channels import ChannelView
from ecogview.model.display import Display
from ecogview.model.mask import MaskEdit
from ecogview.model.processing import AppliedProcessing, applied_processing
from ecogview.model.span_edit import span_between
from ecogview.model.spans import NO_SPANS, SpanRows
from ecogview.model.time_window import TimeWindow


class Session:
    """What is open and how it is shown. Owned by the GUI thread; announces, never calls views.

    `mask` is None while the mask is still being read, or cannot be read (`mask_error` says why);
    `saved_mask` is what its file holds. `selection` is a stretch of samples, half-open, that was
    selected to be marked or un-marked; `selected_spans` are spans of the mask. `shows_changes` says
    whether `changes` are to be seen; `changes_changed` is emitted whenever either may be another.
    """

    recording_changed = Signal()
    window_changed = Signal()
    display_changed = Signal()
    mask_changed = Signal()
    modified_changed = Signal()
    selection_changed = Signal()
    selected_spans_changed = Signal()
    changes_changed = Signal()

    def __init__(self) -> None:
        self.info: RecordingInfo | None = None
        self.mask: MaskTracks | None = None
        self.mask_path: Path | None = None
        self.mask_error: MaskFileError | None = None
        self.channels = ChannelView()
        self.display = Display()
        self.window = TimeWindow(0, 0, 0)
        self.selection: tuple[int, int] | None = None
        self.selected_spans = NO_SPANS
        self.saved_mask: MaskTracks | None = None
        self.compared_mask: MaskTracks | None = None
        self.shows_changes = False
        self._changes: tuple[MaskTracks, MaskTracks, MaskEdit] | None = None
        self._was_modified = False

    def disconnect_all(self) -> None:
        """Tell nobody any more."""
        for signal in (
            self.recording_changed,
            self.window_changed,
            self.display_changed,
            self.mask_changed,
            self.modified_changed,
            self.selection_changed,
            self.selected_spans_changed,
            self.changes_changed,
            self.channels.rows_changed,
            self.channels.selection_changed,
            self.channels.hovered_changed,
            self.channels.gains.changed,
        ):
            signal.disconnect()

    # -- recording

    def open(
        self,
        info: RecordingInfo,
        *,
        window: TimeWindow,
        channels: ChannelView,
        display: Display,
        mask_path: Path | None = None,
    ) -> None:
        """Show another recording; its mask follows with `set_mask_result`."""
        self.info, self.window, self.channels, self.display = info, window, channels, display
        self.mask, self.mask_path, self.mask_error = None, mask_path, None
        self.saved_mask = self.compared_mask = None
        selection, self.selection = self.selection, None
        spans, self.selected_spans = self.selected_spans, NO_SPANS
        self.recording_changed.emit()
        if selection is not None:
            self.selection_changed.emit()
        if len(spans):
            self.selected_spans_changed.emit()
        self._announce_modified()
        self.changes_changed.emit()

    # -- window and display

    def set_window(self, window: TimeWindow) -> None:
        if window != self.window:
            self.window = window
            self.window_changed.emit()

    def set_display(self, display: Display) -> None:
        if display != self.display:
            self.display = display
            self.display_changed.emit()

    def move(self, windows: float) -> None:
        """Scroll by that many window lengths."""
        self.set_window(self.window.moved(windows * self.window.length))

    def zoom(self, factor: float, anchor: float | None = None) -> None:
        """Change the window's length by `factor` about a sample, by default its middle."""
        window = self.window
        middle = window.start + window.length / 2
        self.set_window(window.zoomed(factor, middle if anchor is None else anchor))

    def go_to(self, t_s: float) -> None:
        """Let the window start at a time in seconds, as far as the recording goes."""
        if self.info is not None:
            self.set_window(
                TimeWindow.clamped(
                    t_s * self.info.sampling_rate, self.window.length, self.info.n_samples
                )
            )

    def bring_into_view(self, places: Runs) -> None:
        """Move to the nearest of some stretches, unless a part of one is in the window."""
        window = self.window
        if not len(places) or len(places.clip(window.start, window.stop)):
            return
        either = (places.preceding(window.start), places.following(window.stop - 1))
        start, stop = min(
            (run for run in either if run is not None),
            key=lambda run: max(window.start - run[1], run[0] - window.stop),
        )
        fits = stop - start <= window.length
        self.set_window(window.centred((start + stop) / 2 if fits else start))

    # -- selection

    def select(self, span: tuple[int, int] | None) -> None:
        """Select a stretch of samples, its ends in either order; what lies outside is cut off."""
        if span is not None:
            span = None if self.info is None else span_between(*span, self.info.n_samples)
        if span != self.selection:
            self.selection = span
            self.selection_changed.emit()

    def select_spans(self, spans: SpanRows) -> None:
        """Select bad spans; those that are not in the mask are left out."""
        spans = NO_SPANS if self.mask is None else spans.still_in(self.mask)
        if spans != self.selected_spans:
            self.selected_spans = spans
            self.selected_spans_changed.emit()

    @property
    def processing(self) -> AppliedProcessing | None:
        """What is done to the samples shown; None where nothing is, or nothing can be done."""
        info, processing = self.info, self.display.processing
        if info is None or not processing.is_in_force:
            return None
        has_grid = self.channels.has_grid
        if processing.problem(info.sampling_rate, info.n_channels, has_grid=has_grid) is not None:
            return None
        return applied_processing(processing, self.bad_channels, self.mask)

    # -- mask

    def set_mask_result(self, result: MaskTracks | MaskFileError) -> None:
        """Take over what was read from the file, or why it could not be: nothing is unsaved."""
        if isinstance(result, MaskFileError):
            self.mask, self.saved_mask, self.mask_error = None, None, result
        else:
            self.mask, self.saved_mask, self.mask_error = result, result, None
        self._mask_replaced()

    def apply(self, edit: MaskEdit) -> None:
        if self.mask is not None:
            self.mask = edit.apply(self.mask)
            self._mask_replaced()

    def revert(self, edit: MaskEdit) -> None:
        if self.mask is not None:
            self.mask = edit.revert(self.mask)
            self._mask_replaced()

    def mark_saved(self, written: MaskTracks, path: Path | None = None) -> None:
        """The file holds `written` now; edits made since it was handed over stay unsaved.

        `path` is where that file is from now on, by default where it was.
        """
        self.saved_mask = written
        if path is not None:
            self.mask_path = path
            self._was_modified = not self.is_modified  # announced in any case
        if self.mask is not None:
            now = self.mask
            self.mask = replace(
                written, bad_channels=now.bad_channels, hf=now.hf, sat=now.sat, manual=now.manual
            )
        self._announce_modified()
        self.changes_changed.emit()

    @property
    def is_modified(self) -> bool:
        """Whether the mask holds edits that its file does not."""
        if self.mask is None or self.saved_mask is None or self.mask is self.saved_mask:
            return False
        return not self.mask.marks_equal(self.saved_mask)

    @property
    def changes(self) -> MaskEdit:
        """What has been changed since the mask was saved, or what `compared_mask` would change."""
        before, after = self.saved_mask, self.mask
        if self.compared_mask is not None:
            before, after = after, self.compared_mask
        if before is None or after is None:
            return MaskEdit()
        known = self._changes
        if known is None or known[0] is not before or known[1] is not after:
            known = self._changes = (before, after, MaskEdit.between(before, after))
        return known[2]

    def compare_with(self, other: MaskTracks | None) -> None:
        """Let `changes` be what another version would change; None: what is not saved, again."""
        if other is not self.compared_mask:
            self.compared_mask = other
            self.changes_changed.emit()

    def show_changes(self, *, shown: bool) -> None:
        if shown != self.shows_changes:
            self.shows_changes = shown
            self.changes_changed.emit()

    @property
    def bad_channels(self) -> frozenset[int]:
        if self.mask is None:
            return frozenset()
        return frozenset(int(c) for c in np.flatnonzero(self.mask.bad_channels))

    def _mask_replaced(self) -> None:
        self.channels.set_bad(self.bad_channels)
        before = self.selected_spans
        self.selected_spans = NO_SPANS if self.mask is None else before.still_in(self.mask)
        self.mask_changed.emit()
        if len(self.selected_spans) < len(before):
            self.selected_spans_changed.emit()
        self._announce_modified()
        self.changes_changed.emit()

    def _announce_modified(self) -> None:
        is_modified = self.is_modified  # compares all runs, where they are many
        if is_modified != self._was_modified:
            self._was_modified = is_modified
            self.modified_changed.emit()
