"""A mask that cannot be read is never "no mask"; a new one can be started in its place."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject

from ecogview.app.answering import while_alive
from ecogview.data.file_signature import FileSignature
from ecogview.data.mask_tracks import empty_tracks
from ecogview.services.messages import Action
from ecogview.views.new_mask_question import ask_for_new_mask

if TYPE_CHECKING:
    from ecogview.app.wiring import Workbench


class NewMask(QObject):
    """Starts a mask anew where there is an unreadable one, which is kept. GUI thread only."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._bench = bench
        self._session = bench.session
        bench.saving.new_mask_actions = self.actions

    def actions(self) -> tuple[Action, ...]:
        """What is to be offered with the message that the mask cannot be read."""
        session = self._session
        source = self._bench.recordings.shown_source
        if session.mask_error is None or session.mask_path is None or source is None:
            return ()
        if source.mask_problem is not None:
            return ()  # it is not known where the mask is: a new one would not be found again
        return (Action("Start a new mask …", self.ask),)

    def ask(self) -> None:
        """Ask, then let nothing be marked; the file is as it was until that is saved."""
        session = self._session
        info, error, path = session.info, session.mask_error, session.mask_path
        if info is None or error is None or path is None:
            return
        if not ask_for_new_mask(self._bench.window, path.name, error.reason):
            return

        def found(signature: FileSignature | None) -> None:
            if session.info is not info or session.mask_error is not error:
                return
            source = Path(os.path.realpath(path))
            empty = empty_tracks(info.n_samples, info.n_channels)
            if signature is not None:
                self._bench.saving.keep_version(None)
            session.set_mask_result(replace(empty, source=source, signature=signature))
            for key in ("mask", "unreadable"):
                self._bench.messages.withdraw(key)
            self._bench.messages.info(
                "A new mask is started; nothing is marked and nothing is written yet"
            )
            self._bench.safekeeping.recovering.look_again()

        window = self._bench.window
        self._bench.tasks.run(
            lambda: _version(path), while_alive(window, found), lambda _error: None
        )


def _version(path: Path) -> FileSignature | None:
    """Which file will be replaced: whoever repairs it meanwhile is not overwritten."""
    try:
        return FileSignature.read(path)
    except OSError:  # it may not be read
        return FileSignature.of(path)
