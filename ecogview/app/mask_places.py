"""Where the mask is kept: beside the recording, or, where that is read-only, at another place."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QFileDialog

from ecogview.app.answering import while_alive
from ecogview.data.mask_elsewhere import (
    forget_elsewhere,
    place_for_mask,
    save_beside,
    save_elsewhere,
)
from ecogview.data.mask_tracks import MaskTracks
from ecogview.errors import MaskFileError, in_words
from ecogview.services.messages import Action
from ecogview.services.opening import OpenRequest
from ecogview.services.sources import FileSource

if TYPE_CHECKING:
    from ecogview.app.wiring import Workbench

_REFUSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_IN_USE = 32  # Windows: another program has it open, which passes
_FOUND = "and is found there when this recording is opened again"


class MaskPlaces(QObject):
    """Offers another place after a save into a read-only folder. GUI thread only.

    Built after `Recordings`: it follows what that has opened.
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._bench = bench
        self._session = bench.session
        self._is_busy = False
        bench.saving.offer_place = self.offer
        bench.opener.mask_read.connect(self._on_mask_read)

    def offer(self, failure: Exception) -> bool:
        """Say that the mask was not saved and offer another place, where one would help."""
        info, path, source = self._session.info, self._session.mask_path, self._source
        if info is None or path is None or source is None or not is_refusal(failure):
            return False
        actions = [Action("Choose a place …", self.ask_for_place)]
        detail = "Choose a place for it: it is found there again."
        try:
            place = place_for_mask(info.path, path.name)
        except MaskFileError:  # that folder is read-only too
            place = path
        if place != path:
            actions.insert(0, Action("Keep it elsewhere", lambda: self.keep_in(place)))
            detail = f"It can be kept in {place.parent}, {_FOUND}."
        self._bench.messages.error(
            "The mask cannot be written here: it is read-only. Your marks are safe.",
            f"{detail} The lab's scripts look for it beside the recording only.",
            actions=tuple(actions),
            key="save",
        )
        return True

    def ask_for_place(self) -> None:
        """Ask for a place, and keep the mask there from now on."""
        info, path = self._session.info, self._session.mask_path
        if info is None or path is None:
            return
        chosen, _ = QFileDialog.getSaveFileName(
            self._bench.window,
            "Keep the mask in",
            str(Path.home() / path.name),
            "Masks (*.mask.pkl);;All files (*)",
        )
        if chosen and self._session.info is info:
            self.keep_in(Path(chosen))

    def keep_in(self, place: Path) -> None:
        """Save the mask at another place, and find it there from now on."""
        session, bench = self._session, self._bench
        info, tracks = session.info, session.mask
        if info is None or tracks is None or self._is_busy:
            return
        self._is_busy = True
        resume = bench.saving.leaving.resumption()

        def done(written: MaskTracks) -> None:
            self._is_busy = False
            if session.info is info:
                session.mark_saved(written, place)
                bench.messages.withdraw("save")
            bench.browser.rescan()
            self._say_kept("Mask saved", place)
            resume(True)

        def failed(error: Exception) -> None:
            self._is_busy = False
            resume(False)
            again = Action("Choose a place …", self.ask_for_place)
            bench.messages.error(
                "The mask was not saved; your marks are still here.",
                in_words(error),
                actions=(again,),
                key="save",
            )

        window = bench.window
        bench.tasks.run(
            lambda: save_elsewhere(info.path, place, tracks),
            while_alive(window, done),
            while_alive(window, failed),
        )

    def move_beside(self) -> None:
        """Save the mask beside the recording, and look for it there from now on."""
        session, bench, source = self._session, self._bench, self._source
        info, tracks = session.info, session.mask
        usual = None if source is None else source.usual_mask_path
        if info is None or tracks is None or usual is None or self._is_busy:
            return
        before = session.mask_path
        self._is_busy = True

        def done(written: MaskTracks) -> None:
            self._is_busy = False
            if session.info is info:
                session.mark_saved(written, usual)
                bench.messages.withdraw("mask place")
            bench.browser.rescan()
            kept = "".join(f"; {note}" for note in written.warnings if "kept as" in note)
            self._say_kept(f"Mask saved beside the recording; {before} stays{kept}", usual)

        def failed(error: Exception) -> None:
            self._is_busy = False
            bench.messages.error(
                "The mask was not moved; it is kept where it was.",
                in_words(error),
                actions=(Action("Try again", self.move_beside),),
                key="mask place",
            )

        window = bench.window
        bench.tasks.run(
            lambda: save_beside(info.path, usual, tracks),
            while_alive(window, done),
            while_alive(window, failed),
        )

    def look_beside(self) -> None:
        """Take the mask beside the recording, or none, from now on; the other one stays."""
        info = self._session.info
        if info is None:
            return
        try:
            forget_elsewhere(info.path)
        except MaskFileError as error:
            self._bench.messages.error("That could not be done.", in_words(error), key="mask")
        else:
            self._bench.recordings.read_again()

    # -- what is opened

    @property
    def _source(self) -> FileSource | None:
        """What is open, if the place of its mask was left to us."""
        source = self._bench.recordings.shown_source
        is_ours = isinstance(source, FileSource) and source.own_mask_path is None
        return source if is_ours else None  # type: ignore[return-value]

    def _on_mask_read(self, request: OpenRequest, result: MaskTracks | MaskFileError) -> None:
        source, path = self._source, self._session.mask_path
        if source is None or request.source is not source or path is None:
            return
        usual = source.usual_mask_path
        is_elsewhere = usual is not None and path != usual
        if isinstance(result, MaskFileError):
            if is_elsewhere or source.mask_problem is not None:
                self._bench.messages.error(
                    "The mask cannot be read where it is kept.",
                    f"{result}. Marks beside the recording, if there are any, are older.",
                    actions=(
                        Action("Look beside the recording", self.look_beside),
                        *self._bench.saving.new_mask_actions(),
                    ),
                    key="mask",
                )
        elif is_elsewhere and usual is not None:

            def found(answer: tuple[bool, bool]) -> None:
                self._tell_where(source, path, has_other=answer[0], can_move=answer[1])

            self._bench.tasks.run(
                lambda: (os.path.lexists(usual), os.access(usual.parent, os.W_OK)),
                while_alive(self._bench.window, found),
                lambda _error: None,
            )

    def _tell_where(
        self, source: FileSource, path: Path, *, has_other: bool, can_move: bool
    ) -> None:
        if source is not self._source or path != self._session.mask_path:
            return
        move = (Action("Move it beside the recording", self.move_beside),) * can_move
        look = (Action("Look beside the recording", self.look_beside),) * has_other
        if has_other:
            text = "This recording has two masks; the one kept elsewhere is shown."
            detail = f"It is {path}. The one beside the recording is what the lab's scripts read."
            if can_move:
                detail += " It stays as a .bak file where the other one is moved there."
        elif can_move:
            text = "The mask is kept elsewhere, and the recording's folder can be written to again."
            detail = f"It is {path}. The lab's scripts look for it beside the recording only."
        else:
            self._say_kept("The mask of this recording is kept elsewhere", path)
            return
        self._bench.messages.warning(text, detail, actions=(*move, *look), key="mask place")

    def _say_kept(self, what: str, path: Path) -> None:
        show = Action("Show in folder", lambda: self._bench.commands.show_in_folder(path))
        self._bench.messages.info(f"{what}: {path}", actions=(show,), key="mask place")


def is_refusal(failure: Exception) -> bool:
    """Whether a save failed because nothing may be written there, which another place would help.

    A full disk, or a file that another program has open just now, is none.
    """
    cause = failure.__cause__
    if isinstance(cause, OSError):
        return cause.errno in _REFUSED and getattr(cause, "winerror", None) != _IN_USE
    return isinstance(failure, MaskFileError) and failure.reason == "is read-only"
