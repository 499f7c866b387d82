"""Saving the mask, in the background; nothing counts as saved before it is on the disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QFileDialog, QMessageBox, QWidget

from ecogview.data.mask_tracks import MaskTracks, save_tracks
from ecogview.errors import EcogviewError, printable
from ecogview.model.session import Session
from ecogview.services.messages import Action, Messages
from ecogview.services.tasks import Tasks


def in_words(error: Exception) -> str:
    """Name of the file, what is wrong, what to do: a whole path would push that off the bar."""
    if not isinstance(error, EcogviewError):
        return str(error)
    what = f"{error.path.name}: {error.reason}"
    return printable(f"{what}; {error.remedy}" if error.remedy else what)


class MaskSaving:
    """Writes the session's mask; lives in the GUI thread."""

    def __init__(self, session: Session, tasks: Tasks, messages: Messages) -> None:
        self._session = session
        self._tasks = tasks
        self._messages = messages

    def save(self, then: Callable[[bool], object] = bool) -> None:
        """Write the mask to its own file and say how it went; ``then(saved)`` is called after."""
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
            if failure is None:
                self._messages.withdraw("save")
                added = "; it now lists bad channels, as the lab's scripts need" * lacked_flags
                self._messages.info(f"Mask saved to {name}{added}")
            else:
                self._messages.error(
                    "The mask was not saved; your marks are still here.",
                    in_words(failure),
                    actions=(
                        Action("Try again", self.save),
                        Action("Save a copy …", self.save_copy),
                    ),
                    key="save",
                )
            then(failure is None)

        self.write(None, told)

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

        def told(failure: Exception | None) -> None:
            if failure is None:
                self._messages.info(f"A copy of the mask is saved as {target.name}")
            else:
                self._messages.error(
                    "The copy was not saved; your marks are still here.",
                    in_words(failure),
                    actions=(Action("Save a copy …", self.save_copy),),
                    key="copy",
                )

        self.write(target, told)

    def write(self, path: Path | None, then: Callable[[Exception | None], None]) -> None:
        """Write the mask in the background, by default to its own file; `then` gets the failure.

        A copy under another name, which replaces what has that name, leaves the session's own file,
        and what is unsaved, as they are.
        """
        session = self._session
        tracks, target, recording = session.mask, path or session.mask_path, session.info
        assert tracks is not None
        assert target is not None

        def done(written: MaskTracks) -> None:
            if session.info is recording and not is_copy:
                session.mark_saved(written)
            then(None)

        is_copy = target != session.mask_path
        self._tasks.run(lambda: save_tracks(target, tracks, overwrite=is_copy), done, then)

    def ask_before_leaving(self, parent: QWidget, then: Callable[[], None]) -> None:
        """Call `then` once unsaved marks are saved or given up; never drops any unasked."""
        if not self._session.is_modified:
            then()
            return
        name = self._session.info.path.name if self._session.info is not None else ""
        box = QMessageBox(parent)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("Unsaved marks")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText("Save the marks?")
        box.setInformativeText(f"The mask of {name} has changes that are not saved.")
        box.setStandardButtons(
            QMessageBox.StandardButton.Save
            | QMessageBox.StandardButton.Discard
            | QMessageBox.StandardButton.Cancel
        )
        box.setDefaultButton(QMessageBox.StandardButton.Save)
        answer = box.exec()
        if answer == QMessageBox.StandardButton.Discard:
            then()
        elif answer == QMessageBox.StandardButton.Save:
            self.save(lambda saved: then() if saved else None)
