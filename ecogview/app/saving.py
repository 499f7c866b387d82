"""Saving the mask, in the background; nothing counts as saved before it is on the disk."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication, QFileDialog, QWidget

from ecogview.app.kept_version import KeptVersion
from ecogview.app.leaving import Leaving
from ecogview.data.mask_tracks import MaskTracks, save_tracks
from ecogview.data.recording import RecordingInfo
from ecogview.data.safe_write import MaskConflictError
from ecogview.errors import in_words
from ecogview.model.session import Session
from ecogview.services.messages import Action, Messages
from ecogview.services.tasks import Tasks

_TELL_AFTER_MS = 300  # a save that takes longer says that it is at work
Then = Callable[[bool], object]


class MaskSaving:
    """Writes the session's mask; lives in the GUI thread.

    `given_up` are the marks that the user last chose not to save. `saves_by_itself` says whether
    leaving saves without asking. `on_conflict` is called with what a save found on the disk in
    place of the mask that was read, and with what is to be called in the end. `offer_place` tells
    of a failure in its own way where another place may help, and returns whether it did.
    `new_mask_actions` are what can be done about a mask that cannot be read.
    """

    def __init__(self, session: Session, tasks: Tasks, messages: Messages) -> None:
        self._session = session
        self._tasks = tasks
        self._messages = messages
        self.given_up: MaskTracks | None = None
        self.saves_by_itself: Callable[[], bool] = lambda: False
        self.on_conflict: Callable[[MaskConflictError, Then], None] = self._tell_conflict
        self.offer_place: Callable[[Exception], bool] = lambda _failure: False
        self.new_mask_actions: Callable[[], tuple[Action, ...]] = tuple
        self.leaving = Leaving(session, self, messages)
        self._copied: tuple[RecordingInfo | None, MaskTracks, Path] | None = None
        self._kept = KeptVersion(session)
        self._is_busy = False
        self._asked_for = 0  # saves that have not come to their end, conflicts answered and all
        self._waiting: list[Callable[[Exception | None], None]] = []
        self._slow = QTimer()
        self._slow.setSingleShot(True)
        self._slow.setInterval(_TELL_AFTER_MS)
        self._slow.timeout.connect(lambda: messages.info("Saving the mask …", key="saving"))

    @property
    def is_busy(self) -> bool:
        """Whether the mask is being written to its own file."""
        return self._is_busy

    @property
    def is_at_work(self) -> bool:
        """Whether a save that was asked for has not come to its end: it may wait for an answer."""
        return self._is_busy or self._asked_for > 0

    def copy_of(self, tracks: MaskTracks) -> Path | None:
        """Where the very same marks have been saved as a copy, if so."""
        if self._copied is None:
            return None
        recording, copied, place = self._copied
        is_same = recording is self._session.info and copied.marks_equal(tracks)
        return place if is_same else None

    def keep_version(self, theirs: MaskTracks | None) -> None:
        """Let the first save that lacks marks of `theirs` keep the file that it replaces.

        That is what the file holds now, without that anybody wrote it here. None: what it holds
        cannot be read, and the next save keeps it.
        """
        self._kept.note(theirs)

    def save(self, then: Then = bool, *, overwrite: bool = False) -> None:
        """Write the mask to its own file and say how it went; ``then(saved)`` is called after.

        With `overwrite` whatever is there is replaced, and another version of it kept beside. What
        has no file of its own goes to a copy.
        """
        self.leaving.stay()
        session = self._session
        tracks = session.mask
        if tracks is None:
            why = "there is no mask to write" if session.mask_error is None else "it cannot be read"
            self._messages.info(
                f"The mask was not saved: {why}", actions=self.new_mask_actions(), key="unreadable"
            )
            then(False)
            return
        if session.mask_path is None:
            self.save_copy(then)
            return
        name = session.mask_path.name
        lacked_flags = tracks.signature is not None and not tracks.has_channel_flags

        ended = self._ended(then)

        def told(failure: Exception | None) -> None:
            if isinstance(failure, MaskConflictError):
                self.on_conflict(failure, ended)
                return
            if failure is None:
                added = "; it now lists bad channels, as the lab's scripts need" * lacked_flags
                self._messages.info(f"Mask saved to {name}{added}{self._kept_note()}")
            else:
                self.tell_failure(failure)
            ended(failure is None)

        self.write(None, told, overwrite=overwrite)

    def _ended(self, then: Then) -> Then:
        """What is to be called when a save comes to its end, which has now been asked for."""
        self._asked_for += 1

        def ended(saved: bool) -> None:  # noqa: FBT001  an answer
            self._asked_for -= 1
            then(saved)
            self.leaving.go_on()

        return ended

    def tell_failure(self, failure: Exception) -> None:
        """Say that the mask was not saved, and offer what can be done."""
        if self.offer_place(failure):
            return
        self._messages.error(
            "The mask was not saved; your marks are still here.",
            in_words(failure),
            actions=(
                Action("Try again", lambda: self.save(self.leaving.resumption())),
                Action("Save a copy …", self.save_copy),
            ),
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

    def save_copy(self, then: Then = bool) -> None:
        """Ask for a name, write the mask there, and say how it went; the marks stay unsaved.

        ``then(saved)`` is called once it is written, or not.
        """
        session = self._session
        if session.mask is None:
            self._messages.info("There is no mask to save")
            then(False)
            return
        own = session.mask_path
        title, proposed = "Save the mask", "array.mask.pkl"
        if own is not None:
            title, proposed = "Save a copy of the mask", str(own.with_name(f"copy-of-{own.name}"))
        chosen, _ = QFileDialog.getSaveFileName(
            QApplication.activeWindow(), title, proposed, "Masks (*.mask.pkl);;All files (*)"
        )
        if not chosen:
            then(False)
            return
        target = Path(chosen)
        if self._is_own(target):
            self.save(then)
            return
        ended = self._ended(then)

        def told(failure: Exception | None) -> None:
            if failure is None:
                self._messages.withdraw("copy")
                unsaved = session.is_modified and session.mask_path is not None
                still = "; the recording's own mask is still without your changes" * unsaved
                what = "A copy of the mask is saved" if own is not None else "Mask saved"
                self._messages.info(f"{what} as {target.name}{still}")
            else:
                self._messages.error(
                    "The copy was not saved; your marks are still here.",
                    in_words(failure),
                    actions=(Action("Save a copy …", self.save_copy),),
                    key="copy",
                )
            ended(failure is None)

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
                self._copied = (recording, written, target)
                then(None)

            self._tasks.run(lambda: save_tracks(target, tracks, overwrite=True), copied, then)
            return
        if self._is_busy:
            self._waiting.append(then)
            return

        keeps = self._kept.is_lost_by(tracks)
        # Overwriting what is not known to be one's own keeps whatever is there.
        handed_over = replace(tracks, signature=None) if keeps and overwrite else tracks

        def done(written: MaskTracks) -> None:
            self._kept.forget(has_been_kept=keeps)
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
            self.leaving.go_on()

        self._is_busy = True
        self._slow.start()
        self._tasks.run(
            lambda: save_tracks(
                target, handed_over, overwrite=overwrite, keep_theirs=overwrite or keeps
            ),
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
        """Say nothing more, and let nobody wait."""
        self._slow.stop()
        self.leaving.close()

    def ask_before_leaving(self, parent: QWidget, then: Callable[[], None]) -> None:
        """Call `then` once unsaved marks are saved or given up; never drops any unasked."""
        self.leaving.ask(parent, then)


def _call_all(
    callbacks: list[Callable[[Exception | None], None]], failure: Exception | None
) -> None:
    for callback in callbacks:
        callback(failure)
