"""Import and export of marks: read, shown, applied as one step; written for other programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QFileDialog

from ecogview.app.answering import while_alive
from ecogview.data.marks_files import (
    ANNOTATIONS_ENDING,
    EVENTS_ENDING,
    MarksFile,
    channels_path_beside,
    read_marks,
    with_marks,
    write_annotations,
    write_bids_pair,
)
from ecogview.data.mask_tracks import MaskTracks
from ecogview.data.recording import RecordingInfo
from ecogview.errors import in_words
from ecogview.model.mask import MaskEdit
from ecogview.model.mask_changes import changes_text
from ecogview.services.messages import Action
from ecogview.services.tasks import Tasks
from ecogview.views.follow import follow
from ecogview.views.marks_export_dialog import ExportFormat, MarksExportDialog
from ecogview.views.marks_import_dialog import MarksImportDialog
from ecogview.views.save_name import ask_for_name, may_replace

if TYPE_CHECKING:
    from ecogview.app.wiring import Workbench

_FILTER = "Tables of marks (*.tsv *.csv);;All files (*)"
_KEY = "marks files"


class MarksExchange(QObject):
    """Reads and writes tables of marks. GUI thread only; its thread starts with the first one.

    It has a thread of its own: a table of a million rows takes seconds, and saving must not wait.
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._bench = bench
        self._session = bench.session
        self._tasks: Tasks | None = None
        self._import_dialog: MarksImportDialog | None = None
        self._export_dialog: MarksExportDialog | None = None
        self._files: tuple[MarksFile, ...] = ()
        self._edit: MaskEdit | None = None
        self._n_asked = 0  # answers to earlier questions are dropped
        follow(bench.session.mask_changed, self._on_mask_changed)
        follow(bench.session.recording_changed, self._on_recording_changed)

    def close(self) -> None:
        """Finish what is being written, and end the thread. Idempotent."""
        self._n_asked += 1
        tasks, self._tasks = self._tasks, None
        if tasks is not None:
            tasks.close()

    # -- import

    @property
    def import_dialog(self) -> MarksImportDialog:
        if self._import_dialog is None:
            self._import_dialog = MarksImportDialog(self._bench.window)
            self._import_dialog.choice_changed.connect(self._plan)
            self._import_dialog.import_requested.connect(self._apply)
        return self._import_dialog

    def ask_for_files(self) -> None:
        """Ask for tables of marks, and show what they hold."""
        info = self._session.info
        if info is None or self._bench.marking.mask() is None:
            return
        chosen, _ = QFileDialog.getOpenFileNames(
            self._bench.window, "Import marks", str(info.path.parent), _FILTER
        )
        if chosen:
            self.open(list(map(Path, chosen)))

    def open(self, paths: Sequence[Path]) -> None:
        """Read tables, several as one, and show what importing them would change."""
        info = self._session.info
        if info is None:
            return
        self._n_asked += 1
        asked = self._n_asked
        self._bench.messages.info("Reading marks …", key=_KEY)

        def done(files: tuple[MarksFile, ...]) -> None:
            if asked == self._n_asked and self._session.info is info:
                self._bench.messages.withdraw(_KEY)
                self._files = files
                self.import_dialog.show_files(files, info)
                self._plan()

        def failed(error: Exception) -> None:
            if asked == self._n_asked:
                self._bench.messages.error("No marks were imported.", in_words(error), key=_KEY)

        self._run(lambda: tuple(read_marks(path, info) for path in paths), done, failed)

    def _plan(self) -> None:
        mask, info = self._session.mask, self._session.info
        if mask is None or info is None:
            return
        self._edit = None
        self._n_asked += 1
        asked, files, replaces = self._n_asked, self._files, self.import_dialog.replaces
        self.import_dialog.show_change("Counting …", can_import=False)

        def planned() -> MaskEdit:
            return MaskEdit.between(mask, with_marks(mask, files, info.labels, replaces=replaces))

        def done(edit: MaskEdit) -> None:
            if asked == self._n_asked:
                self._edit = edit
                text = changes_text(edit, info.sampling_rate) if edit else "Nothing would change"
                self.import_dialog.show_change(text, can_import=bool(edit))

        def failed(error: Exception) -> None:
            self.import_dialog.show_change(in_words(error), can_import=False)

        self._run(planned, done, failed)

    def _apply(self) -> None:
        edit, self._edit = self._edit, None
        if edit is None:
            return
        first = self._files[0].path.name
        more = f" and {len(self._files) - 1} more" if len(self._files) > 1 else ""
        self.import_dialog.close()
        self._bench.marking.apply(edit, f"Marks imported from {first}{more}")

    def _on_mask_changed(self) -> None:
        if self._import_dialog is not None and self._import_dialog.isVisible():
            self._plan()

    def _on_recording_changed(self) -> None:
        for dialog in (self._import_dialog, self._export_dialog):
            if dialog is not None:
                dialog.close()
        self._bench.messages.withdraw(_KEY)

    # -- export

    @property
    def export_dialog(self) -> MarksExportDialog:
        if self._export_dialog is None:
            self._export_dialog = MarksExportDialog(self._bench.window)
            self._export_dialog.chosen.connect(self._on_format_chosen)
        return self._export_dialog

    def ask_for_format(self) -> None:
        """Ask which program marks are for, then where to write them."""
        mask = self._bench.marking.mask()
        if mask is not None:
            n_spans, n_bad = sum(map(len, mask.tracks().values())), int(mask.bad_channels.sum())
            self.export_dialog.show_for(
                f"{n_spans:,} bad span{'s' * (n_spans != 1)} and {n_bad} bad "
                f"channel{'s' * (n_bad != 1)}, as they are now, saved or not."
            )

    def _on_format_chosen(self, choice: ExportFormat) -> None:
        info, mask, dialog = self._session.info, self._session.mask, self.export_dialog
        if info is None or mask is None:
            return
        ending = EVENTS_ENDING if choice == "bids" else ANNOTATIONS_ENDING
        what = "BIDS events" if choice == "bids" else "MNE annotations"
        suggestion = info.path.with_name(info.path.name.removesuffix(".dat") + ending)
        path = ask_for_name(dialog, "Export marks", suggestion, ending, what)
        if path is None:
            return
        if choice == "bids":
            channels = channels_path_beside(path)
            if channels.exists() and not may_replace(dialog, channels):
                return
        dialog.close()
        self.export(path, choice, info, mask)

    def export(
        self, path: Path, choice: ExportFormat, info: RecordingInfo, mask: MaskTracks
    ) -> None:
        """Write marks, in place of what has that name, and say where they are."""
        write = write_bids_pair if choice == "bids" else write_annotations
        n_bad = int(mask.bad_channels.sum()) if choice == "mne" else 0

        def done(written: tuple[Path, ...]) -> None:
            names = " and ".join(each.name for each in written)
            left_out = (
                f"without the {n_bad} bad channel{'s' * (n_bad != 1)}: annotations hold none"
                if n_bad
                else ""
            )
            show = Action("Show in folder", lambda: self._bench.commands.show_in_folder(written[0]))
            self._bench.messages.withdraw(_KEY)
            self._bench.messages.info(
                f"Marks exported to {names}", left_out, actions=(show,), key=_KEY
            )

        def failed(error: Exception) -> None:
            self._bench.messages.error("Marks were not exported.", in_words(error), key=_KEY)

        self._run(lambda: write(path, info, mask, overwrite=True), done, failed)

    def _run(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
    ) -> None:
        if self._tasks is None:
            self._tasks = Tasks("marks files", self)
        window = self._bench.window
        self._tasks.run(work, while_alive(window, done), while_alive(window, failed))
