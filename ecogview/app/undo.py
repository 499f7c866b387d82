"""Adapts edits of the mask to Qt's undo stack."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PyQt6.QtGui import QAction, QUndoCommand, QUndoStack

from ecogview.data.mask_tracks import MaskTracks
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


class UndoState:
    """Follows the stack: what undo and redo would do, and how many steps are not saved."""

    def __init__(
        self,
        stack: QUndoStack,
        session: Session,
        actions: Mapping[str, QAction],
        show_unsaved: Callable[[int | None], None],
    ) -> None:
        self._stack = stack
        self._session = session
        self._actions = actions
        self._show_unsaved = show_unsaved
        self._clean_mask: MaskTracks | None = None  # what the stack's clean step led to
        stack.indexChanged.connect(self.update)
        stack.cleanChanged.connect(self._count_unsaved)
        session.modified_changed.connect(self._on_modified_changed)

    def close(self) -> None:
        """Follow no longer: the stack says a last time that it is empty when Qt deletes it."""
        self._stack.indexChanged.disconnect(self.update)
        self._stack.cleanChanged.disconnect(self._count_unsaved)

    def update(self) -> None:
        """Say in the menus what would be undone and made again."""
        stack = self._stack
        for name, can, text in (
            ("undo", stack.canUndo(), stack.undoText()),
            ("redo", stack.canRedo(), stack.redoText()),
        ):
            action = self._actions[name]
            action.setEnabled(can)
            action.setText(f"{name.capitalize()} {text}".strip().replace("&", "&&"))
        self._note_clean()
        self._count_unsaved()

    def _on_modified_changed(self) -> None:
        # While several steps are undone at once, the marks pass by the saved ones: only a new save
        # counts here, and the stack's index is not what it will be.
        if self._session.saved_mask is not self._clean_mask:
            self._note_clean()

    def _note_clean(self) -> None:
        if not self._session.is_modified:
            self._clean_mask = self._session.saved_mask
            self._stack.setClean()  # the file holds what this step led to

    def _count_unsaved(self) -> None:
        stack = self._stack
        # −1: the saved step was undone, and another one put in its place.
        way = None if stack.cleanIndex() < 0 else abs(stack.index() - stack.cleanIndex())
        self._show_unsaved(way)
