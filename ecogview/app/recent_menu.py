"""What was open lately: in the File menu and on the welcome page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtWidgets import QMenu, QWidget

from ecogview.services.settings import Settings
from ecogview.views.welcome import Welcome


class RecentMenu(QMenu):
    """Recordings and folders to open again. GUI thread only."""

    def __init__(
        self,
        settings: Settings,
        welcome: Welcome,
        open_path: Callable[[Path], None],
        parent: QWidget,
    ) -> None:
        super().__init__("Open recent", parent)
        self._settings, self._welcome, self._open_path = settings, welcome, open_path
        welcome.recent_requested.connect(open_path)
        welcome.clear_recent_requested.connect(self._forget)
        self.aboutToShow.connect(self._fill)
        welcome.set_recent(settings.recent_entries())

    def _fill(self) -> None:
        self.clear()
        for entry in self._settings.recent_entries():
            name = f"{entry.title}   {entry.detail}".replace("&", "&&")
            self.addAction(name, lambda path=entry.path: self._open_path(path))
        if self.isEmpty():
            self.addAction("Nothing yet").setEnabled(False)
            return
        self.addSeparator()
        self.addAction("Clear", self._forget)

    def _forget(self) -> None:
        self._settings.clear_recent()
        self._welcome.set_recent(self._settings.recent_entries())
