"""The menu of what passes have kept: how much it is, where, and how much it may be."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from PyQt6.QtWidgets import QFileDialog, QInputDialog, QMenu, QWidget

from ecogview.data.byte_sizes import size_text
from ecogview.data.kept_files import (
    FOLDER_VARIABLE,
    KeptFiles,
    OverviewSettings,
    read_overview_settings,
    write_overview_settings,
)
from ecogview.errors import EcogviewError
from ecogview.services.messages import Messages
from ecogview.services.tasks import Tasks

_LEAST_GB, _MOST_GB = 0.1, 100_000.0


class KeptMenu(QMenu):
    """Clears the kept overviews, names another folder or size for them. GUI thread only."""

    def __init__(self, tasks: Tasks, messages: Messages, parent: QWidget) -> None:
        super().__init__("Kept overviews", parent)
        self._tasks = tasks
        self._messages = messages
        self.setToolTipsVisible(True)
        self.clear_action = self.addAction("Clear", self._clear)
        self.addSeparator()
        self.folder_action = self.addAction("Another folder …", self._ask_for_folder)
        self.usual_action = self.addAction("The usual folder", lambda: self._set_folder(None))
        self.size_action = self.addAction("Largest size …", self._ask_for_size)
        self.aboutToShow.connect(self._prepare)

    def _prepare(self) -> None:
        kept = KeptFiles()
        is_named_outside = bool(os.environ.get(FOLDER_VARIABLE))
        self.usual_action.setVisible(read_overview_settings().folder is not None)
        for action in (self.folder_action, self.usual_action):
            action.setEnabled(not is_named_outside)
        where = f", named by {FOLDER_VARIABLE}" if is_named_outside else ""
        self.folder_action.setToolTip(f"Now {kept.folder}{where}")
        self.size_action.setText(f"Largest size: {kept.cap_bytes / 1e9:g} GB …")
        self.clear_action.setText("Clear")
        # Looking at a folder on a slow share may take long: the number comes when it is known.
        self._tasks.run(kept.total_bytes, self._show_total, lambda _error: None)

    def _show_total(self, n_bytes: int) -> None:
        self.clear_action.setText(f"Clear ({size_text(n_bytes)})")
        self.clear_action.setEnabled(n_bytes > 0)

    def _clear(self) -> None:
        def done(removed: tuple[int, int]) -> None:
            count, n_bytes = removed
            what = f"{count} overview{'s' * (count != 1)}, {size_text(n_bytes)}"
            self._messages.info(f"Cleared {what}; they are made anew when needed")

        self._tasks.run(lambda: KeptFiles().clear(), done, lambda error: self._fail(error))

    def _ask_for_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(
            self.parentWidget(), "Keep overviews in", str(KeptFiles().folder)
        )
        if chosen:
            self._set_folder(Path(chosen))

    def _set_folder(self, folder: Path | None) -> None:
        if self._write(replace(read_overview_settings(), folder=folder)):
            kept = KeptFiles()
            problem = kept.folder_problem()
            if problem is not None:
                self._messages.warning("Nothing can be kept in that folder.", problem, key="kept")
            else:
                self._messages.withdraw("kept")
                self._messages.info(f"Overviews are kept in {kept.folder} from now on")

    def _ask_for_size(self) -> None:
        gigabytes, is_chosen = QInputDialog.getDouble(
            self.parentWidget(),
            "Kept overviews",
            "Gigabytes that they may take together; those not used for longest go first:",
            KeptFiles().cap_bytes / 1e9,
            _LEAST_GB,
            _MOST_GB,
            1,
        )
        if is_chosen:
            self._write(replace(read_overview_settings(), cap_gb=gigabytes))

    def _write(self, settings: OverviewSettings) -> bool:
        try:
            write_overview_settings(settings)
        except EcogviewError as error:
            self._fail(error)
            return False
        return True

    def _fail(self, error: Exception) -> None:
        self._messages.error("That could not be done.", str(error), key="kept")
