"""Leaving a recording, or the program, with unsaved marks: asked, waited for, resumed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PyQt6.QtWidgets import QWidget

from ecogview.data.mask_tracks import MaskTracks
from ecogview.errors import printable
from ecogview.model.session import Session
from ecogview.services.messages import Messages
from ecogview.views.leaving_question import ask_about_unsaved

if TYPE_CHECKING:
    from ecogview.app.saving import MaskSaving


class Leaving:
    """Lets the user go once nothing is unsaved, or given up. GUI thread only."""

    def __init__(self, session: Session, saving: MaskSaving, messages: Messages) -> None:
        self._session = session
        self._saving = saving
        self._messages = messages
        self._waiting: tuple[QWidget, Callable[[], None]] | None = None
        self._stopped: tuple[MaskTracks, Callable[[], None]] | None = None

    def ask(self, parent: QWidget, then: Callable[[], None]) -> None:
        """Call `then` once unsaved marks are saved or given up; never drops any unasked.

        A save that is under way is waited for; whoever asks again meanwhile is asked at once.
        """
        self._stopped = None
        was_waiting, self._waiting = self._waiting is not None, None
        session, saving = self._session, self._saving
        if saving.is_at_work and not was_waiting:
            self._waiting = parent, then
            self._messages.info("Waiting until the mask is saved …", key="leaving")
        elif self._is_safe:
            then()
        elif saving.saves_by_itself() and session.mask_path is not None and not was_waiting:
            saving.save(lambda _saved: then() if self._is_safe else self._ask(parent, then))
        else:
            self._ask(parent, then)

    def go_on(self) -> None:
        """The save that is waited for may be over: ask now."""
        if self._waiting is None or self._saving.is_at_work:
            return
        (parent, then), self._waiting = self._waiting, None
        self._messages.withdraw("leaving")
        self.ask(parent, then)

    def resumption(self) -> Callable[[bool], None]:
        """What is to be told whether another attempt at the save that failed has succeeded.

        Leaving goes on then, if that alone was in the way.
        """
        stopped = self._stopped

        def resume(saved: bool) -> None:  # noqa: FBT001  an answer
            mask = self._session.mask
            if stopped is None or mask is None or not mask.marks_equal(stopped[0]):
                return  # who has marked more meanwhile wants to stay
            if saved and self._is_safe:
                stopped[1]()
            else:
                self._stopped = stopped

        return resume

    def stay(self) -> None:
        """The user goes on working: no later save ends that."""
        self._stopped = None

    def close(self) -> None:
        """Wait for nothing more."""
        self._waiting = self._stopped = None

    @property
    def _is_safe(self) -> bool:
        session = self._session
        if not session.is_modified or session.mask is None:
            return True
        # An array has no mask of its own to be saved to.
        return session.mask_path is None and self._saving.copy_of(session.mask) is not None

    def _ask(self, parent: QWidget, then: Callable[[], None]) -> None:
        session, mask = self._session, self._session.mask
        assert mask is not None
        name = session.info.path.name if session.info is not None else ""
        answer = ask_about_unsaved(parent, name, self._saving.copy_of(mask))
        if answer == "discard":
            self._saving.given_up = session.mask
            then()
        elif answer == "save":
            self._saving.save(lambda _saved: self._after_save(then))

    def _after_save(self, then: Callable[[], None]) -> None:
        session = self._session
        if self._is_safe:
            then()
        elif session.mask is not None and session.info is not None:
            self._stopped = session.mask, then
            self._messages.info(
                f"{printable(session.info.path.name)} stays open: it has marks that are not saved"
            )
