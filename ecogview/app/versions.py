"""A mask that another program saved meanwhile: told, compared, taken over. Nothing is lost."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject

from ecogview.app.answering import while_alive
from ecogview.app.saving import Then
from ecogview.app.undo import MaskCommand
from ecogview.data.mask_tracks import MaskTracks, load_tracks
from ecogview.data.recording import RecordingInfo
from ecogview.data.safe_write import Conflict, MaskConflictError
from ecogview.errors import in_words
from ecogview.model.mask import MaskEdit
from ecogview.model.mask_changes import changes_place, changes_text, with_changes
from ecogview.views.conflict_dialog import ConflictAnswer, ConflictDialog, ConflictFacts

if TYPE_CHECKING:
    from ecogview.app.wiring import Workbench


class Versions(QObject):
    """Joins the version on the disk with the one that is open. GUI thread only.

    `dialog` is the question while it is asked.
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._bench = bench
        self._session = bench.session
        self.dialog: ConflictDialog | None = None
        self._is_asking = False
        bench.saving.on_conflict = self.ask

    # -- a save that found another version

    def ask(self, conflict: MaskConflictError, then: Then) -> None:
        """Ask what to do; ``then(saved)`` is called once that is done."""
        if self._is_asking:
            then(False)
            return
        self._is_asking = True

        def ask_about(theirs: MaskTracks | None, problem: str = "") -> None:
            self._show(conflict.kind, theirs, problem, then)

        if conflict.kind in ("removed", "unreachable"):
            ask_about(None)
        else:
            self._load(
                ask_about,
                lambda error: ask_about(None, in_words(error)),
                lambda: self._end(then),
            )

    def _end(self, then: Then) -> None:
        self._is_asking = False
        then(False)

    def _show(self, kind: Conflict, theirs: MaskTracks | None, problem: str, then: Then) -> None:
        session = self._session
        info, mask, saved, path = session.info, session.mask, session.saved_mask, session.mask_path
        if info is None or mask is None or saved is None or path is None:
            self._end(then)
            return
        if theirs is not None and theirs.has_channel_flags and theirs.marks_equal(mask):
            self._is_asking = False
            self.take_over(theirs, keep_mine=False)
            then(True)
            return

        def told(before: MaskTracks, after: MaskTracks) -> str:
            edit = MaskEdit.between(before, after)
            return "; ".join(filter(None, (changes_text(edit, rate), changes_place(edit, rate))))

        rate = info.sampling_rate
        found = difference = None
        if theirs is not None:
            found, difference = told(saved, theirs), told(mask, theirs)
        if kind == "unreachable":
            problem = f"{path.parent} is missing"
        facts = ConflictFacts(kind, path.name, told(saved, mask), found, problem, difference)

        def answered(answer: ConflictAnswer) -> None:
            self.dialog, self._is_asking = None, False
            if session.info is info:
                self._do(answer, theirs, then)
            else:
                then(False)

        self.dialog = ConflictDialog(facts, self._bench.window)
        self.dialog.answered.connect(answered)
        self.dialog.open()

    def _do(self, answer: ConflictAnswer, theirs: MaskTracks | None, then: Then) -> None:
        if answer == "mine":
            self._bench.saving.save(then, overwrite=True)
            return
        if answer == "copy":
            self._bench.saving.save_copy(lambda _saved: then(False))
            return
        if answer == "show" and theirs is not None:
            self._bench.safekeeping.show_comparison(theirs)
            self._bench.safekeeping.watching.remind()
        elif answer in ("theirs", "both") and theirs is not None:
            self.take_over(theirs, keep_mine=answer == "both")
        then(False)

    # -- taking over

    def take_over(self, theirs: MaskTracks, *, keep_mine: bool) -> None:
        """Let `theirs` be what is saved, and what is seen; undoing that gives mine, unsaved.

        With `keep_mine` the changes that are not saved are made to theirs, and stay unsaved.
        """
        session = self._session
        mine, saved = session.mask, session.saved_mask
        if mine is None or saved is None:
            return
        result = with_changes(theirs, MaskEdit.between(saved, mine)) if keep_mine else theirs
        edit = MaskEdit.between(mine, result)
        stack = self._bench.undo_stack
        stack.resetClean()  # no step leads to what the file holds now
        session.compare_with(None)
        session.mark_saved(theirs)
        self._bench.saving.keep_version(theirs)
        text = "Mask on the disk loaded"
        if keep_mine and not result.marks_equal(theirs):
            text += ", with my changes"
        if edit:
            stack.push(MaskCommand(session, edit, text))
            self._bench.marking.say(text)
        else:
            self._bench.messages.info("The mask on the disk has the same marks")

    def load(self) -> None:
        """Load what is on the disk; changes that are not saved are made to it."""
        self._load(lambda theirs: self.take_over(theirs, keep_mine=True), self._tell)

    def compare(self, then: Callable[[], object]) -> None:
        """Show what loading it would change, then call `then`."""

        def compare(theirs: MaskTracks) -> None:
            self._bench.safekeeping.show_comparison(theirs)
            then()

        def failed(error: Exception) -> None:
            self._tell(error)
            then()

        self._load(compare, failed)

    def _tell(self, error: Exception) -> None:
        self._bench.messages.error(
            "The mask on the disk cannot be loaded; your marks are still here.",
            in_words(error),
            key="theirs",
        )

    def _load(
        self,
        done: Callable[[MaskTracks], object],
        failed: Callable[[Exception], object],
        dropped: Callable[[], object] = lambda: None,
    ) -> None:
        """Read the version on the disk in the background; `dropped` if another recording is open.

        One of the three is called, once.
        """
        session = self._session
        info, path = session.info, session.mask_path
        if info is None or path is None:
            dropped()
            return

        def read(theirs: MaskTracks) -> None:
            self._bench.messages.withdraw("theirs")
            done(theirs) if session.info is info else dropped()

        def not_read(error: Exception) -> None:
            failed(error) if session.info is info else dropped()

        window = self._bench.window
        self._bench.tasks.run(
            lambda: _loaded(path, info), while_alive(window, read), while_alive(window, not_read)
        )


def _loaded(path: Path, info: RecordingInfo) -> MaskTracks:
    return load_tracks(os.fspath(path), info.n_samples, info.n_channels, info.sampling_rate)
