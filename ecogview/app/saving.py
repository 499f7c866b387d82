"""Saving the mask, in the background; nothing counts as saved before it is on the disk."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication, QFileDialog, QWidget

from ecogview.data.mask_tracks import MaskTracks, save_tracks
from ecogview.data.safe_write import MaskConflictError
from ecogview.errors import EcogviewError, printable
from ecogview.model.session import Session
from ecogview.services.messages import Action, Messages
from ecogview.services.tasks import Tasks
from ecogview.views.leaving_question import ask_about_unsaved

_TELL_AFTER_MS = 300  # a save that takes longer says that it is at work
Then = Callable[[bool], object]


def in_words(error: Exception) -> str:
    """Name of the file, what is wrong, what to do: a whole path would push that off the bar."""
    if not isinstance(error, EcogviewError):
        return str(error)
    what = f"{error.path.name}: {error.reason}"
    return printable(f"{what}; {error.remedy}" if error.remedy else what)


class MaskSaving:
    """Writes the session's mask; lives in the GUI thread.

    `given_up` are the marks that the user last chose not to save. `saves_by_itself` says whether
    leaving saves without asking. `on_conflict` is called with what a save found on the disk in
    place of the mask that was read, and with what is to be called in the end. `offer_place` tells
    of a failure in its own way where another place may help, and returns whether it did.
    """

    def __init__(self, session: Session, tasks: Tasks, messages: Messages) -> None:
        self._session = session
        self._tasks = tasks
        self._messages = messages
        self.given_up: MaskTracks | None = None
        self.saves_by_itself: Callable[[], bool] = lambda: False
        self.on_conflict: Callable[[MaskConflictError, Then], None] = self._tell_conflict
        self.offer_place: Callable[[Exception], bool] = lambda _failure: False
        self._copied: tuple[MaskTracks, Path] | None = None
        self._is_busy = False
        self._waiting: list[Callable[[Exception | None], None]] = []
        self._slow = QTimer()
        self._slow.setSingleShot(True)
        self._slow.setInterval(_TELL_AFTER_MS)
        self._slow.timeout.connect(lambda: messages.info("Saving the mask …", key="saving"))

    @property
    def is_busy(self) -> bool:
        """Whether the mask is being written to its own file."""
        return self._is_busy

    def save(self, then: Then = bool, *, overwrite: bool = False) -> None:
        """Write the mask to its own file and say how it went; ``then(saved)`` is called after.

        With `overwrite` whatever is there is replaced, and another version of it kept beside.
        """
        session = self._session
        tracks = session.mask
        if tracks is None or session.mask_path is None:
            why = "there is no mask to write" if session.mask_error is None else "it cannot be read"
            self._messages.info(f"The mask was not saved: {why}")
            then(False)
            return
        name = session.mask_path.name
        lacked_flags = tracks.signature is not None and not tracks.has_channel_flags

        def told(failure: Exception | None) -> None:
            if isinstance(failure, MaskConflictError):
                self.on_conflict(failure, then)
                return
            if failure is None:
                added = "; it now lists bad channels, as the lab's scripts need" * lacked_flags
                kept = self._kept_note() if overwrite else ""
                self._messages.info(f"Mask saved to {name}{added}{kept}")
            else:
                self.tell_failure(failure)
            then(failure is None)

        self.write(None, told, overwrite=overwrite)

    def tell_failure(self, failure: Exception) -> None:
        """Say that the mask was not saved, and offer what can be done."""
        if self.offer_place(failure):
            return
        self._messages.error(
            "The mask was not saved; your marks are still here.",
            in_words(failure),
            actions=(Action("Try again", self.save), Action("Save a copy …", self.save_copy)),
            key="save",
        )

    def _tell_conflict(self, conflict: MaskConflictError, then: Then) -> None:
        self.tell_failure(conflict)
        then(False)

    def _kept_note(self) -> str:
        """Where the version of somebody else is now, if there was one."""
        saved = self._session.saved_mask
        notes = [] if saved is None else [note for note in saved.warnings if "kept as" in note]
        return "".join(f"; {note}" for note in notes)

    def save_copy(self) -> None:
        """Ask for a name, write the mask there, and say how it went; the marks stay unsaved."""
        session = self._session
        if session.mask is None:
            self._messages.info("There is no mask to save")
            return
        proposed = session.mask_path or Path("copy.mask.pkl")
        chosen, _ = QFileDialog.getSaveFileName(
            QApplication.activeWindow(),
            "Save a copy of the mask",
            str(proposed.with_name(f"copy-of-{proposed.name}")),
            "Masks (*.mask.pkl);;All files (*)",
        )
        if not chosen:
            return
        target = Path(chosen)
        if self._is_own(target):
            self.save()
            return

        def told(failure: Exception | None) -> None:
            if failure is None:
                self._messages.withdraw("copy")
                unsaved = session.is_modified and session.mask_path is not None
                own = "; the recording's own mask is still without your changes" * unsaved
                self._messages.info(f"A copy of the mask is saved as {target.name}{own}")
            else:
                self._messages.error(
                    "The copy was not saved; your marks are still here.",
                    in_words(failure),
                    actions=(Action("Save a copy …", self.save_copy),),
                    key="copy",
                )

        self.write(target, told)

    def write(
        self,
        path: Path | None,
        then: Callable[[Exception | None], None],
        *,
        overwrite: bool = False,
    ) -> None:
        """Write the mask in the background, by default to its own file; `then` gets the failure.

        A copy under another name, which replaces what has that name, leaves the session's own file,
        and what is unsaved, as they are. While the own file is being written another save of it
        waits, and takes the marks as they are then.
        """
        session = self._session
        tracks, target, recording = session.mask, path or session.mask_path, session.info
        assert tracks is not None
        assert target is not None
        if not self._is_own(target):

            def copied(written: MaskTracks) -> None:
                self._copied = (written, target)
                then(None)

            self._tasks.run(lambda: save_tracks(target, tracks, overwrite=True), copied, then)
            return
        if self._is_busy:
            self._waiting.append(then)
            return

        def done(written: MaskTracks) -> None:
            if session.info is recording and self._is_own(target):
                session.mark_saved(written)
                self._messages.withdraw("save")
            ended(None)

        def ended(failure: Exception | None) -> None:
            self._is_busy = False
            self._slow.stop()
            self._messages.withdraw("saving")
            waiting, self._waiting = self._waiting, []
            then(failure)
            if waiting:
                self._write_again(lambda failure: _call_all(waiting, failure), failure)

        self._is_busy = True
        self._slow.start()
        self._tasks.run(
            lambda: save_tracks(target, tracks, overwrite=overwrite, keep_theirs=overwrite),
            done,
            ended,
        )

    def _write_again(
        self, then: Callable[[Exception | None], None], failure: Exception | None
    ) -> None:
        """Save what has been changed since; after a failure, or where nothing was, that is it."""
        if failure is None and self._session.is_modified and self._session.mask_path is not None:
            self.write(None, then)
        else:
            then(failure)

    def _is_own(self, path: Path) -> bool:
        """Whether a path leads to the mask of what is open."""
        own = self._session.mask_path
        if own is None or path == own:
            return own is not None
        return os.path.realpath(path) == os.path.realpath(own)

    def close(self) -> None:
        """Say nothing more."""
        self._slow.stop()

    def ask_before_leaving(self, parent: QWidget, then: Callable[[], None]) -> None:
        """Call `then` once unsaved marks are saved or given up; never drops any unasked."""
        if not self._session.is_modified:
            then()
        elif self.saves_by_itself() and self._session.mask_path is not None:
            self.save(lambda saved: then() if saved else self._ask(parent, then))
        else:
            self._ask(parent, then)

    def _ask(self, parent: QWidget, then: Callable[[], None]) -> None:
        session, mask = self._session, self._session.mask
        assert mask is not None
        name = session.info.path.name if session.info is not None else ""
        copied, copy = self._copied or (None, None)
        has_copy = copied is not None and copied.marks_equal(mask)
        answer = ask_about_unsaved(parent, name, copy if has_copy else None)
        if answer == "discard":
            self.given_up = session.mask
            then()
        elif answer == "save":
            self.save(lambda saved: then() if saved else None)


def _call_all(
    callbacks: list[Callable[[Exception | None], None]], failure: Exception | None
) -> None:
    for callback in callbacks:
        callback(failure)
