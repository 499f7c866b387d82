"""Notices that another program saved the mask that is open, and offers what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, Qt, QTimer
from PyQt6.QtGui import QGuiApplication

from ecogview.data.safe_write import Conflict
from ecogview.services.mask_watch import MaskState, MaskWatch
from ecogview.services.messages import Action

if TYPE_CHECKING:
    from ecogview.app.wiring import Workbench

_KEY = "mask on disk"
_EVERY_MS = 3000
_TEXTS: dict[Conflict, str] = {
    "changed": "The mask on the disk was changed by another program.",
    "appeared": "Another program has made a mask for this recording.",
    "removed": "The mask on the disk is gone: removed or renamed.",
    "unreachable": "The folder of the mask is gone: a drive unplugged, or the folder moved?",
}


class Watching(QObject):
    """Looks every few seconds, and when the window is gone back to. GUI thread only.

    `has_conflict` says whether the file is another version than the one that was read or saved.
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._bench = bench
        self._session = bench.session
        self._watch = MaskWatch(self)
        self._watch.looked.connect(self._on_looked)
        self._told: MaskState | None = None
        self._was_gone = False
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.look)
        bench.session.recording_changed.connect(self._on_recording_changed)
        bench.session.changes_changed.connect(self._on_changes_changed)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.applicationStateChanged.connect(self._on_application_state)
        self._timer.start()

    @property
    def has_conflict(self) -> bool:
        state, saved = self._told, self._session.saved_mask
        return state is not None and saved is not None and state.expected is saved.signature

    def close(self) -> None:
        """End the thread. Idempotent."""
        self._timer.stop()
        self._watch.close()

    def look(self) -> None:
        """Look now; the answer comes by itself."""
        session = self._session
        if session.saved_mask is None or session.mask_path is None or self._bench.saving.is_busy:
            return
        self._watch.look(session.mask_path, session.saved_mask.signature)

    def _on_application_state(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self.look()

    def _on_recording_changed(self) -> None:
        self._withdraw()

    def _on_changes_changed(self) -> None:
        # Loaded or replaced: answered, and nothing of it is to stand there until the next look.
        if self._told is not None and not self.has_conflict:
            self._withdraw()

    def _withdraw(self) -> None:
        self._told, self._was_gone = None, False
        self._bench.messages.withdraw(_KEY)

    def remind(self) -> None:
        """Say again what is on the disk, for whoever has looked at it and is to answer now."""
        if self._told is not None and self._told.change is not None and self.has_conflict:
            self._tell(self._told.change)
        else:
            self.look()

    def _on_looked(self, state: MaskState) -> None:
        session = self._session
        saved = session.saved_mask
        is_past = (
            saved is None
            or state.path != session.mask_path
            or state.expected is not saved.signature
            or self._bench.saving.is_busy
        )
        if is_past:
            return
        if state.change is None:
            if self._told is not None:
                self._withdraw()
            self._was_gone = False
            return
        # Programs that save by removing and writing anew leave no file for a moment.
        if state.change in ("removed", "unreachable") and not self._was_gone:
            self._was_gone = True
            return
        if state != self._told:
            self._told = state
            self._tell(state.change)

    def _tell(self, change: Conflict) -> None:
        bench = self._bench
        versions = bench.safekeeping.versions
        is_modified = self._session.is_modified
        kept = "Your unsaved changes are still here." * is_modified
        actions: tuple[Action, ...]
        if change == "unreachable":
            kept = kept or "What was read of the mask is still here."
            kept = f"{self._folder} is missing. {kept}"
            actions = (Action("Save a copy …", bench.saving.save_copy),)
        elif change == "removed":
            kept = kept or "What was read of it is still here."
            actions = (Action("Save mine", self._keep_mine),)
        else:
            actions = (
                Action("Load it", versions.load),
                Action("Show difference", lambda: versions.compare(self.remind)),
                Action("Keep mine", self._keep_mine),
            )
        bench.safekeeping.recovering.step_back(
            lambda: bench.messages.warning(_TEXTS[change], kept, actions=actions, key=_KEY)
        )

    @property
    def _folder(self) -> str:
        path = self._session.mask_path
        return "" if path is None else str(path.parent)

    def _keep_mine(self) -> None:
        self._bench.saving.save(overwrite=True)
