"""Adapts edits of the mask to Qt's undo stack."""

from __future__ import annotations

from PyQt6.QtGui import QUndoCommand

from ecogview.model.mask import ChannelEdit
from ecogview.model.session import Session


class MaskCommand(QUndoCommand):
    """One edit of the session's mask; pushing it applies it."""

    def __init__(self, session: Session, edit: ChannelEdit, text: str) -> None:
        super().__init__(text)
        self._session = session
        self._edit = edit

    def redo(self) -> None:
        self._session.apply(self._edit)

    def undo(self) -> None:
        self._session.revert(self._edit)
