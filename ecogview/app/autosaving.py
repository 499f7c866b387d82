"""Saves the mask by itself, where the user wants that; and the menu to choose it."""

from __future__ import annotations

from PyQt6.QtCore import QObject, QTimer
from PyQt6.QtGui import QActionGroup
from PyQt6.QtWidgets import QMenu, QWidget

from ecogview.app.journaling import Journaling
from ecogview.app.saving import MaskSaving
from ecogview.app.watching import Watching
from ecogview.data.safe_write import MaskConflictError
from ecogview.model.session import Session
from ecogview.services.settings import AutosaveChoice, Settings

_AFTER_MS = 3000  # of the last edit
_CHOICES: tuple[tuple[AutosaveChoice, str], ...] = (
    ("off", "Off: unsaved marks are lost in a crash"),
    ("journal", "To the journal: they come back after a crash"),
    ("file", "To the mask itself, some seconds after each edit"),
)


class Autosaving(QObject):
    """Writes the mask a few seconds after the last edit; never over another version of it.

    GUI thread only.
    """

    def __init__(
        self,
        session: Session,
        saving: MaskSaving,
        journaling: Journaling,
        watching: Watching,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._saving = saving
        self._journaling = journaling
        self._watching = watching
        self._settings = settings
        self._has_told = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_AFTER_MS)
        self._timer.timeout.connect(self._save)
        saving.saves_by_itself = lambda: settings.autosave == "file"
        session.changes_changed.connect(self._on_changed)
        session.recording_changed.connect(self._on_recording_changed)

    def choose(self, choice: AutosaveChoice) -> None:
        self._settings.autosave = choice
        self._journaling.set_on(on=choice != "off")
        self._on_changed()

    def menu(self, parent: QWidget) -> QMenu:
        """A menu of the choices, the one in force checked."""
        menu = QMenu("Autosave", parent)
        group = QActionGroup(menu)
        for choice, text in _CHOICES:
            action = menu.addAction(text, lambda choice=choice: self.choose(choice))
            action.setObjectName(f"autosave_{choice}")
            action.setCheckable(True)
            action.setChecked(choice == self._settings.autosave)
            group.addAction(action)
        return menu

    def close(self) -> None:
        self._timer.stop()

    def _on_recording_changed(self) -> None:
        self._timer.stop()
        self._has_told = False

    def _on_changed(self) -> None:
        if self._settings.autosave != "file" or not self._session.is_modified:
            self._timer.stop()
        elif self._session.mask_path is not None:
            self._timer.start()

    def _save(self) -> None:
        if self._saving.is_busy:
            self._timer.start()
        elif not self._watching.has_conflict:  # which has been told
            self._saving.write(None, self._on_saved)

    def _on_saved(self, failure: Exception | None) -> None:
        if isinstance(failure, MaskConflictError):
            self._watching.look()
        elif failure is None:
            self._has_told = False
        elif not self._has_told:
            self._has_told = True
            self._saving.tell_failure(failure)
