"""Exports from the window: the dialog before, progress meanwhile, and what has come of it."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QMessageBox

from ecogview.errors import ExportCancelledError, in_words
from ecogview.services.tasks import Tasks
from ecogview.views.desktop import open_file
from ecogview.views.export_status import ExportStatus
from ecogview.views.save_name import may_replace

if TYPE_CHECKING:
    from ecogview.app.wiring import Workbench
    from ecogview.services.export_blocks import SampleTransform
    from ecogview.services.export_planning import ExportFacts, ExportPlanning
    from ecogview.views.export_dialog import ExportDialog

_TELL_EVERY_S = 0.1


class Exporting(QObject):
    """One export at a time, in a thread of its own: saving a mask does not wait for it.

    Lives in the GUI thread. Formats are imported with the first dialog: they take 30 ms, which
    would stand between the user and the first picture.
    """

    _progressed = pyqtSignal(float, float, float)  # fraction, bytes a second, seconds left

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._bench = bench
        self._tasks = Tasks("export", self)
        self._cancel: threading.Event | None = None  # of the export that is under way
        self._dialog: ExportDialog | None = None
        self._is_closed = False  # the widgets that would tell of an export may be gone
        self._planning: ExportPlanning | None = None
        self.status = ExportStatus()
        self.status.cancel_requested.connect(self.cancel)
        self.status.show_requested.connect(lambda path: bench.commands.show_in_folder(path))
        self.status.open_requested.connect(self._open)
        self._progressed.connect(self.status.show_progress)

    def join(self) -> None:
        """Put the progress into the status bar; the window has been built."""
        self._bench.window.statusBar().insertPermanentWidget(1, self.status)
        session = self._bench.session
        for changed in (session.display_changed, session.mask_changed):
            changed.connect(self._on_processing_changed)  # a reference leaves out bad channels

    @property
    def dialog(self) -> ExportDialog:
        if self._dialog is None:
            from ecogview.services.export_planning import ExportPlanning
            from ecogview.views.export_dialog import ExportDialog

            self._planning = ExportPlanning(self)
            self._dialog = ExportDialog(self._bench.session, self._planning, self._bench.window)
            self._dialog.choose_format(self._bench.settings.export_format)
            self._dialog.export_requested.connect(self._on_requested)
        return self._dialog

    @property
    def is_at_work(self) -> bool:
        return self._cancel is not None

    def show(self) -> None:
        """Open the dialog for what is selected, else for the window."""
        source = self._bench.recordings.shown_source
        if source is not None and self._bench.session.info is not None:
            self.dialog.set_at_work(at_work=self.is_at_work)
            self.dialog.show_for(source, self._folder(), self.processing)

    @property
    def processing(self) -> SampleTransform | None:
        """What the display does to samples; None where it does nothing."""
        from ecogview.services.export_transform import transform_of

        session = self._bench.session
        assert session.info is not None
        return transform_of(session.processing, session.info.labels)

    def _on_processing_changed(self) -> None:
        if self._dialog is not None and self._dialog.isVisible():
            self._dialog.set_processing(self.processing)

    def may_be_left(self) -> bool:
        """Whether the window may be closed: an export that is under way is asked about."""
        if self._cancel is None:
            return True
        box = QMessageBox(self._bench.window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("Export under way")
        box.setText("An export is under way.")
        box.setInformativeText("Closing the window gives it up; nothing is left of it.")
        give_up = box.addButton("Close and give it up", QMessageBox.ButtonRole.AcceptRole)
        stay = box.addButton("Stay", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        box.exec()
        return box.clickedButton() is give_up or self._cancel is None

    def cancel(self) -> None:
        """Give up the export that is under way; nothing is left of it."""
        if self._cancel is not None:
            self._cancel.set()

    def close(self) -> None:
        """Cancel, and end the threads."""
        self._is_closed = True
        self.cancel()
        if self._planning is not None:
            self._planning.close()
        self._tasks.close()

    # -- one export

    def _on_requested(self, facts: ExportFacts) -> None:
        from ecogview.data.exporters.registry import exporter_of

        exporter = exporter_of(facts.plan.format, facts.plan.target)
        # Looked at anew: the dialog may have stood for an hour.
        there = [path for path in exporter.files(facts.plan.target) if os.path.lexists(path)]
        if there and not may_replace(self.dialog, *there):
            return
        settings = self._bench.settings
        settings.export_folder, settings.export_format = facts.plan.target.parent, exporter.key
        self.dialog.close()
        self.run(facts, force=bool(there))

    def run(self, facts: ExportFacts, *, force: bool) -> None:
        """Carry out a plan; says so when it is done."""
        from ecogview.data.byte_sizes import size_text
        from ecogview.services.exporting import export

        if self._cancel is not None:
            return
        question, cancel, began_s = facts.question, threading.Event(), time.monotonic()
        self._cancel = cancel
        told_s = began_s

        def progress(done: int, total: int) -> None:
            nonlocal told_s
            now_s = time.monotonic()
            if now_s - told_s >= _TELL_EVERY_S and total:
                told_s = now_s
                speed = done / (now_s - began_s)
                self._progressed.emit(done / total, speed, (total - done) / max(speed, 1.0))

        def work() -> tuple[tuple[Path, ...], int]:
            files = export(
                facts.plan, question.source, question.processing,
                force=force, progress=progress, cancel=cancel,
            )  # fmt: skip
            return files, sum(path.stat().st_size for path in files)

        def done(written: tuple[tuple[Path, ...], int]) -> None:
            if self._is_closed:
                return
            self._end()
            files, n_bytes = written
            took_s = time.monotonic() - began_s
            self.status.show_done(files[-1], f"{size_text(n_bytes)} in {took_s:.1f} s")

        def failed(error: Exception) -> None:
            if self._is_closed:
                return
            self._end()
            self.status.clear()
            if isinstance(error, ExportCancelledError):
                self._bench.messages.info("Export cancelled; nothing is left of it", key="export")
            else:
                self._bench.messages.error("The export failed.", in_words(error), key="export")

        self._bench.messages.withdraw("export")
        self.status.show_progress(0.0, 0.0, 0.0)
        self._tasks.run(work, done, failed)

    def _end(self) -> None:
        self._cancel = None
        if self._dialog is not None:
            self._dialog.set_at_work(at_work=False)

    # -- files

    def _folder(self) -> Path:
        """Where exports went last, else where the recording is."""
        last, info = self._bench.settings.export_folder, self._bench.session.info
        if last is not None and last.is_dir():
            return last
        return Path.home() if info is None or not info.path.is_file() else info.path.parent

    def _open(self, path: Path) -> None:
        if path.name.lower().endswith(".dat"):
            self._bench.recordings.open_path(path)
        elif not open_file(path):
            self._bench.messages.info(f"No program opens {path.name} on this desktop")
