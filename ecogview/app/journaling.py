"""Keeps the unsaved marks of the open recording for after a crash."""

from __future__ import annotations

import atexit
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal

from ecogview.app.saving import MaskSaving
from ecogview.data.mask_tracks import MaskTracks
from ecogview.errors import EcogviewError, printable
from ecogview.model.session import Session
from ecogview.services.journal import Journal, Unsaved
from ecogview.services.journal_keeper import JournalKeeper
from ecogview.services.messages import Messages


class Journaling(QObject):
    """One keeper for the recording that is open, from its first unsaved mark on. GUI thread only.

    The journal goes with a verified save, or where the user chose not to save; whatever else ends
    the window or the process leaves it, to be offered next time.
    """

    _failed = pyqtSignal(object)  # from the keeper's thread
    _kept_again = pyqtSignal()

    def __init__(
        self,
        session: Session,
        saving: MaskSaving,
        messages: Messages,
        parent: QObject | None = None,
        *,
        is_on: bool = True,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._saving = saving
        self._messages = messages
        self._is_on = is_on
        self._keeper: JournalKeeper | None = None
        self._mask_path: Path | None = None  # whose journal it is
        self._submitted: tuple[MaskTracks, MaskTracks] | None = None
        self._name = ""
        self._has_told = False
        self._failed.connect(self._on_failed)
        self._kept_again.connect(self._on_kept_again)
        session.recording_changed.connect(self._on_recording_changed)
        session.changes_changed.connect(self._submit)
        # A script that ends takes the keeper's thread with it, and may end without closing.
        atexit.register(self.flush)

    def set_on(self, *, on: bool) -> None:
        """Keep a journal, or none; turned off, what is in it goes."""
        self._is_on = on
        if on:
            self._submit()
        else:
            self._end(give_up=True)

    def adopt(self, unsaved: Unsaved) -> None:
        """Take over marks of a crash that are about to be made part of the edits.

        Their file goes once they are in this journal, or in the mask.
        """
        keeper, saved = self._ready_keeper(), self._session.saved_mask
        if keeper is not None and saved is not None:
            keeper.adopt(unsaved, saved)

    def flush(self) -> bool:
        """Write what waits now, 5 s at most; returns whether all is on the disk."""
        return self._keeper is None or self._keeper.flush()

    def close(self) -> None:
        """Write what waits and end the thread. Idempotent."""
        atexit.unregister(self.flush)
        self._end(give_up=self._were_given_up)

    # -- following the session

    def _submit(self) -> None:
        session = self._session
        mask, saved = session.mask, session.saved_mask
        if not self._is_on or mask is None or saved is None or session.mask_path is None:
            return
        if self._keeper is None and not session.is_modified:
            return
        before = self._submitted
        has_moved = session.mask_path != self._mask_path
        if before is not None and before[0] is mask and before[1] is saved and not has_moved:
            return
        keeper = self._ready_keeper()
        if keeper is not None:
            self._submitted = (mask, saved)
            keeper.submit(mask, saved)

    def _ready_keeper(self) -> JournalKeeper | None:
        session, path = self._session, self._session.mask_path
        if not self._is_on or path is None or session.info is None:
            return None
        if self._keeper is not None and path != self._mask_path:
            self._end(give_up=not session.is_modified)  # the mask is at another place from now on
        if self._keeper is None:
            self._mask_path, self._name = path, session.info.path.name
            self._keeper = JournalKeeper(
                Journal(path, session.info.path),
                on_error=self._failed.emit,
                on_kept=self._kept_again.emit,
            )
        return self._keeper

    def _on_recording_changed(self) -> None:
        submitted, name = self._submitted, self._name
        gave_up = self._were_given_up
        is_kept = self._end(give_up=gave_up)
        if submitted is None or gave_up or submitted[0].marks_equal(submitted[1]):
            return
        # Marked after the question was answered, while this recording was still being opened.
        self._messages.warning(
            f"{printable(name)} was left with marks that are not saved.",
            "They are kept, and offered when it is opened again."
            if is_kept
            else "They could not be written to the journal either.",
            key="left unsaved",
        )

    @property
    def _were_given_up(self) -> bool:
        """Whether the user chose not to save what was written last."""
        given_up = self._saving.given_up
        return (
            given_up is not None
            and self._submitted is not None
            and (self._submitted[0] is given_up)
        )

    def _end(self, *, give_up: bool) -> bool:
        keeper, self._keeper = self._keeper, None
        self._submitted = self._mask_path = None
        self._on_kept_again()
        return keeper is None or keeper.close(give_up=give_up)

    # -- what the keeper tells

    def _on_failed(self, error: EcogviewError) -> None:
        if self._has_told or self._keeper is None:
            return
        self._has_told = True
        self._messages.warning(
            "Unsaved marks are not kept for after a crash.",
            printable(f"{error.path.parent}: {error.reason}; {error.remedy}"),
            key="journal",
        )

    def _on_kept_again(self) -> None:
        if self._has_told:
            self._has_told = False
            self._messages.withdraw("journal")
