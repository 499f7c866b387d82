"""Joins what keeps marks from being lost: journal, recovery, other versions, autosave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject

from ecogview.app.autosaving import Autosaving
from ecogview.app.journaling import Journaling
from ecogview.app.new_mask import NewMask
from ecogview.app.recovering import Recovering
from ecogview.app.versions import Versions
from ecogview.app.watching import Watching
from ecogview.data.mask_tracks import MaskTracks
from ecogview.model.mask import MaskEdit
from ecogview.views.changes_panel import ChangesPanel
from ecogview.views.side_dock import FoldingPanel

if TYPE_CHECKING:
    from ecogview.app.wiring import Workbench


class Safekeeping(QObject):
    """The parts of one window that keep its marks safe. GUI thread only.

    `panel` is the list of changes, for the dock.
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._bench = bench
        settings = bench.settings
        self.journaling = Journaling(
            bench.session, bench.saving, bench.messages, self, is_on=settings.autosave != "off"
        )
        self.versions = Versions(bench)
        self.watching = Watching(bench)
        self.autosaving = Autosaving(
            bench.session, bench.saving, self.journaling, self.watching, settings, self
        )
        self.changes = ChangesPanel(bench.session)
        self.panel = FoldingPanel("Changes", self.changes)
        self.changes.note_changed.connect(self.panel.header.set_note)
        self.panel.set_folded(folded=not settings.show_changes)
        self.panel.folded.connect(self._on_folded)

    def join(self) -> None:
        """Follow what the window opens; called once it is built."""
        self.recovering = Recovering(self._bench)
        self.new_mask = NewMask(self._bench)
        self._bench.opener.failed.connect(self._on_open_failed)
        menus = self._bench.window.menus
        menus["File"].insertMenu(
            self._bench.actions["quit"], self.autosaving.menu(self._bench.window)
        )

    def close(self) -> None:
        """End the threads; unsaved marks stay in the journal, unless they were given up."""
        self.autosaving.close()
        self.watching.close()
        self.recovering.close()
        self._bench.saving.close()
        self.journaling.close()

    # -- what the user asks for

    def revert(self) -> None:
        """Make the marks those of the file, as one step that can be undone."""
        mask, saved = self._bench.marking.mask(), self._bench.session.saved_mask
        if mask is None or saved is None:
            return
        edit = MaskEdit.between(mask, saved)
        if edit:
            self._bench.marking.apply(edit, "Reverted to the saved mask")
        else:
            self._bench.messages.info("The marks are as they were saved")

    def toggle_changes(self) -> None:
        """Show what is not saved, in the dock and among the traces, or stop."""
        session = self._bench.session
        session.show_changes(shown=not session.shows_changes)
        if session.shows_changes:
            self._unfold()
        else:
            session.compare_with(None)

    def show_comparison(self, other: MaskTracks) -> None:
        """Show what another version of the mask would change."""
        session = self._bench.session
        session.compare_with(other)
        session.show_changes(shown=True)
        self._unfold()

    def _unfold(self) -> None:
        self._bench.window.set_dock("shown")
        self.panel.set_folded(folded=False)

    def _on_open_failed(self) -> None:
        # The recording whose marks were given up for another one is still there, and so are they.
        self._bench.saving.given_up = None

    def _on_folded(self, folded: bool) -> None:  # noqa: FBT001  a Qt slot
        self._bench.settings.show_changes = not folded
