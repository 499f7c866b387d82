"""Adapts edits of the mask to Qt's undo stack."""

from __future__ import annotations

from PyQt6.QtGui import QUndoCommand

from ecogview.model.mask import MaskEdit
from ecogview.model.session import Session


class MaskCommand(QUndoCommand):
    """One edit of the session's mask; pushing it applies it.

    Undoing it, and doing it again, brings the place that changes into view.
    """

    def __init__(self, session: Session, edit: MaskEdit, text: str) -> None:
        super().__init__(text)
        self._session = session
        self._edit = edit
        self._is_pushed = False

    def redo(self) -> None:
        if self._is_pushed:
            self._bring_into_view()
        self._is_pushed = True
        self._session.apply(self._edit)

    def undo(self) -> None:
        self._bring_into_view()
        self._session.revert(self._edit)

    def _bring_into_view(self) -> None:
        self._session.bring_into_view(self._edit.changed)
        self._session.channels.bring_into_view(self._edit.channels)
