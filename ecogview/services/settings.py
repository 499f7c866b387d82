"""What the program remembers between runs. The only user of QSettings."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path
from typing import Generic, Literal, TypeVar, cast, overload

from psygnal import Signal
from PyQt6.QtCore import QSettings, QStandardPaths

from ecogview.model.display import Colouring
from ecogview.services.kept_selections import SELECTIONS
from ecogview.services.recent import PathKind, RecentEntry, RecentPath, describe
from ecogview.services.setting_kinds import (
    BYTES,
    PATH,
    POSITIVE,
    RECENT,
    SWITCH,
    WORD,
    Kind,
    choice,
)

ThemeChoice = Literal["system", "light", "dark"]
DockChoice = Literal["auto", "shown", "hidden"]
AutosaveChoice = Literal["off", "journal", "file"]
RECENT_KEPT = 12

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Setting(Generic[T]):
    """One setting: declared as an attribute of `Settings`, read and set like one.

    Parameters
    ----------
    key : str
        Its name in the file, ``group/name``.
    kind : Kind
        Its type: how it is written and what of the file is taken for it.
    default : T
        Its value where the file holds none, or something that is not of its kind.
    help : str
        What it does, in a sentence.
    """

    def __init__(self, key: str, kind: Kind[T], default: T, help: str) -> None:  # noqa: A002
        self.key = key
        self.kind = kind
        self.default = default
        self.help = help

    @overload
    def __get__(self, owner: None, owner_type: type[Settings]) -> Setting[T]: ...
    @overload
    def __get__(self, owner: Settings, owner_type: type[Settings]) -> T: ...
    def __get__(self, owner: Settings | None, owner_type: type[Settings]) -> Setting[T] | T:
        if owner is None:
            return self
        text = owner.text_of(self.key)
        if text is None:
            return self.default
        try:
            return self.kind.read(text)
        except (ValueError, RecursionError):
            _log.warning("setting %s is not %s; the default is used", self.key, self.kind.name)
            return self.default

    def __set__(self, owner: Settings, value: T) -> None:
        text = self.kind.write(value)
        self.kind.read(text)  # what could not be read back is refused here, where it is set
        owner.set_text(self.key, text)


class Settings:
    """The settings, by attribute: ``settings.window_length_s = 20.0``. GUI thread only.

    Parameters
    ----------
    path : path-like, optional
        The INI file; by default ``ecogview/ecogview.ini`` in the user's configuration folder.

    Attributes
    ----------
    changed : Signal(str)
        A setting has a new value; carries its key.

    Raises
    ------
    ValueError
        On setting a value that is not of the setting's kind.
    """

    changed = Signal(str)

    theme = Setting(
        "look/theme",
        cast("Kind[ThemeChoice]", choice("system", "light", "dark")),
        "system",
        "Colours of the window: as the desktop has them, light, or dark",
    )
    window_geometry = Setting("window/geometry", BYTES, b"", "Where the window was, from Qt")
    columns = Setting("window/columns", BYTES, b"", "Widths of left column and right dock, from Qt")
    side_splitter = Setting(
        "window/side_splitter", BYTES, b"", "Recordings above channels: their heights, from Qt"
    )
    dock = Setting(
        "dock/shown",
        cast("Kind[DockChoice]", choice("auto", "shown", "hidden")),
        "auto",
        "Show the right dock: always, never, or where the window is wide",
    )
    dock_splitter = Setting(
        "dock/splitter", BYTES, b"", "Panels of the right dock: their heights, from Qt"
    )
    show_history = Setting("dock/history", SWITCH, False, "Unfold the list of steps in the dock")
    show_changes = Setting("dock/changes", SWITCH, False, "Unfold the list of unsaved changes")
    autosave = Setting(
        "marks/autosave",
        cast("Kind[AutosaveChoice]", choice("off", "journal", "file")),
        "journal",
        "Where marks go by themselves: nowhere, to a journal for after a crash, to the mask's file",
    )
    window_length_s = Setting(
        "traces/window_length_s", POSITIVE, 10.0, "Seconds shown when a recording opens"
    )
    show_overview = Setting(
        "overview/shown", SWITCH, True, "Show the whole recording under the traces"
    )
    overview_measure = Setting(
        "overview/measure", WORD, "rms", "What the colours of the overview show"
    )
    clip_traces = Setting("traces/clip", SWITCH, False, "Let no trace leave its row")
    trace_colours = Setting(
        "traces/colours",
        cast("Kind[Colouring]", choice("off", "row", "column", "board")),
        "off",
        "Colour traces by their place in the array: not, by row, by column, by circuit board",
    )
    hide_bad = Setting("traces/hide_bad", SWITCH, False, "Leave bad channels out of the traces")
    last_path = Setting("files/last_path", PATH, None, "What was open last")
    export_folder = Setting("export/folder", PATH, None, "Where exports went last")
    export_format = Setting("export/format", WORD, "lab", "Format of the last export")
    selections = Setting(
        "files/selections", SELECTIONS, (), "What is selected in the recordings opened lately"
    )
    recent_paths = Setting(
        "files/recent", RECENT, (), f"Folders and recordings opened lately, {RECENT_KEPT} at most"
    )

    def __init__(self, path: Path | None = None) -> None:
        self.path = default_path() if path is None else path
        self._store = QSettings(str(self.path), QSettings.Format.IniFormat)

    @classmethod
    def declared(cls) -> tuple[Setting[object], ...]:
        """Return every setting, in the order of declaration."""
        return tuple(value for value in vars(cls).values() if isinstance(value, Setting))

    def text_of(self, key: str) -> str | None:
        """Return what the file holds under `key`; None if that is nothing, or not text."""
        value = self._store.value(key)
        return value if isinstance(value, str) else None

    def set_text(self, key: str, text: str) -> None:
        """Keep `text` under `key`; it reaches the file by itself, at the latest by `flush`."""
        if self.text_of(key) != text:
            self._store.setValue(key, text)
            self.changed.emit(key)

    def flush(self) -> bool:
        """Write what is not yet written. Returns False, and logs, where that is not possible."""
        self._store.sync()
        is_written = self._store.status() != QSettings.Status.AccessError
        if not is_written:
            _log.warning("%s cannot be written: the settings are not kept", self.path)
        return is_written

    # -- recent

    def remember_path(self, path: Path, now: datetime | None = None) -> None:
        """Put an opened folder or file first among the recent ones."""
        path = path.absolute()
        kind: PathKind = "folder" if path.is_dir() else "file"
        older = [recent for recent in self.recent_paths if recent.path != path]
        newest = RecentPath(path, kind, now or datetime.now())
        self.recent_paths = (newest, *older[: RECENT_KEPT - 1])
        self.last_path = path

    def recent_entries(self, now: datetime | None = None) -> tuple[RecentEntry, ...]:
        """Return the recent folders and files, newest first, as rows of a list."""
        now = now or datetime.now()
        return tuple(describe(recent, now) for recent in self.recent_paths)

    def clear_recent(self) -> None:
        """Forget the recent folders and files."""
        self.recent_paths = ()


def default_path() -> Path:
    """Return where the settings are kept: in the user's configuration folder."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation)
    return Path(folder) / "ecogview" / "ecogview.ini"
