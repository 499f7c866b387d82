"""The folder of kept overviews: where it is, what it may hold, and what has to go."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import stat
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import platformdirs

from ecogview.data.envelope_file import EnvelopeFile
from ecogview.data.envelope_spec import EnvelopeSpec, SourceKey
from ecogview.data.own_names import readable_part
from ecogview.data.positioned_read import PositionedFile
from ecogview.data.safe_write import remove_leftovers, replace_file, temporary_beside
from ecogview.errors import EcogviewError, MaskFileError, RecordingError

FOLDER_VARIABLE = "ECOGVIEW_OVERVIEWS"
SETTINGS_FILE = "overviews.json"
DEFAULT_CAP_GB = 60.0

_SUFFIX = ".overview"
_OURS = re.compile(rf".+\.[0-9a-f]{{32}}{re.escape(_SUFFIX)}")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)  # on Windows
_SPARE_BYTES = 1 << 29  # left free on the disk: others need some too
_MOST_SETTINGS_BYTES = 1 << 16
_GB = 10**9
_MOST_GB = 10**6


@dataclass(frozen=True, slots=True)
class OverviewSettings:
    """What the user has set: a folder, None for the default one, and how much it may hold in GB.

    `problem` says why what the file holds was not taken, None if all of it was.
    """

    folder: Path | None = None
    cap_gb: float = DEFAULT_CAP_GB
    problem: str | None = None


def settings_path() -> Path:
    """The file that the window writes and the command line reads."""
    return Path(platformdirs.user_config_dir("ecogview", appauthor=False)) / SETTINGS_FILE


def read_overview_settings() -> OverviewSettings:
    """Read the settings; where they are absent, damaged or odd, the defaults. Raises nothing."""
    path = settings_path()
    try:
        with PositionedFile(path) as file:
            buffer = np.empty(min(file.size, _MOST_SETTINGS_BYTES), np.uint8)
            held = json.loads(buffer[: file.read_into(buffer, 0)].tobytes())
    except RecordingError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return OverviewSettings()
        return OverviewSettings(problem=str(error))
    except (ValueError, RecursionError) as error:
        return OverviewSettings(problem=f"{path}: is not JSON ({error})")
    if not isinstance(held, dict):
        return OverviewSettings(problem=f"{path}: holds no object")
    folder, cap_gb, problems = None, DEFAULT_CAP_GB, []
    match held.get("folder"):
        case None:
            pass
        case str(text) if _is_absolute(text):
            folder = Path(text)
        case _:
            problems.append("'folder' is no absolute path")
    match held.get("cap_gb", DEFAULT_CAP_GB):
        case int() | float() as number if not isinstance(number, bool) and 0 <= number <= _MOST_GB:
            cap_gb = float(number)
        case _:
            problems.append(f"'cap_gb' is no number from 0 to {_MOST_GB:,}")
    problem = f"{path}: {' and '.join(problems)}" if problems else None
    return OverviewSettings(folder, cap_gb, problem)


def write_overview_settings(settings: OverviewSettings) -> None:
    """Write folder and cap, the whole file at once; `EcogviewError` if that cannot be done."""
    path = settings_path()
    folder = None if settings.folder is None else str(settings.folder)
    text = json.dumps({"folder": folder, "cap_gb": settings.cap_gb}, indent=2) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, [text.encode("ascii")], backup=False, expected=None, overwrite=True)
    except (OSError, MaskFileError) as error:
        reason = error.reason if isinstance(error, MaskFileError) else error.strerror or str(error)
        raise EcogviewError(
            path,
            f"the settings of overviews were not written: {reason}",
            "check free space and permissions of its folder",
        ) from error


class KeptFiles:
    """The folder that overviews are kept in. Nothing is held: any thread may ask.

    Files that are not named like an overview, links and folders are neither counted nor touched.
    What may not be removed, or is open on Windows, stays and is counted.

    Parameters
    ----------
    folder : str or path-like, optional
        By default what the variable ``ECOGVIEW_OVERVIEWS`` names, else what the settings name,
        else ``overviews`` in the user's cache.
    cap_bytes : int, optional
        How much it may hold; by default what the settings say, else 60 GB.

    Attributes
    ----------
    settings_problem : str or None
        What is wrong with the settings, for the user.
    """

    def __init__(
        self, folder: str | os.PathLike[str] | None = None, *, cap_bytes: int | None = None
    ) -> None:
        settings = read_overview_settings()
        named = folder or os.environ.get(FOLDER_VARIABLE) or settings.folder or _default_folder()
        self.folder = Path(named).absolute()
        self.cap_bytes = round(settings.cap_gb * _GB) if cap_bytes is None else cap_bytes
        self.settings_problem = settings.problem

    def path_of(self, spec: EnvelopeSpec) -> Path:
        """Where the overview that `spec` describes is kept, at most 162 bytes of ASCII as a name.

        The same for all specs of a version of a recording read in one way.
        """
        return self.folder / f"{_readable(spec.source)}.{spec.key}{_SUFFIX}"

    def open(self, spec: EnvelopeSpec) -> EnvelopeFile | None:
        """Open the overview of a recording; None if none is kept, or not a sound one."""
        kept = EnvelopeFile.open(self.path_of(spec), spec)
        if kept is None:
            remove_leftovers(self.folder)
        return kept

    def folder_problem(self) -> str | None:
        """Make the folder if it is missing and try to write to it.

        Returns
        -------
        str or None
            Why nothing can be kept there, in one line for the user; None if it can.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with temporary_beside(self.folder / f"trial{_SUFFIX}") as trial:
                trial.touch(exist_ok=False)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            return str(
                EcogviewError(
                    self.folder,
                    f"overviews cannot be kept here: {reason}",
                    "they are made anew each time; name another folder for them",
                )
            )
        return None

    def make_room(
        self, n_bytes: int, keep: Set[Path] = frozenset(), *, source: SourceKey | None = None
    ) -> bool:
        """Remove what has not been used for longest, until a new file fits below the cap.

        Left-overs of processes that have died go first, then what was kept for another version of
        the same recording.

        Parameters
        ----------
        n_bytes : int
            Size of the new file.
        keep : set of Path, optional
            Files that stay, such as those open in this program.
        source : SourceKey, optional
            The recording that the new file is made of.

        Returns
        -------
        bool
            Whether it may be written: not if the folder cannot be written, if it does not fit
            whatever is removed (then nothing is, but the above), or if the disk would have less
            than 0.5 GB left.
        """
        if self.folder_problem() is not None:
            return False
        remove_leftovers(self.folder)
        kept_names = {path.name for path in keep}
        entries = self._entries()
        if source is not None:
            stale = {
                entry
                for entry in entries
                if entry.path.name not in kept_names
                and _is_stale(entry.path, source)
                and entry.remove()
            }
            entries = [entry for entry in entries if entry not in stale]
        total = sum(entry.n_bytes for entry in entries)
        try:
            free = shutil.disk_usage(self.folder).free
        except OSError:
            return False
        excess = max(total + n_bytes - self.cap_bytes, n_bytes + _SPARE_BYTES - free)
        removable = [entry for entry in entries if entry.path.name not in kept_names]
        if excess > sum(entry.n_bytes for entry in removable):
            return False
        for entry in sorted(removable, key=lambda entry: entry.used_ns):
            if excess <= 0:
                break
            if entry.remove():
                excess -= entry.n_bytes
        return excess <= 0

    def total_bytes(self) -> int:
        """Size of all overviews together."""
        return sum(entry.n_bytes for entry in self._entries())

    def clear(self) -> tuple[int, int]:
        """Remove all overviews, and what processes that have died left unfinished.

        Returns
        -------
        tuple of (int, int)
            How many overviews were removed, and their bytes. One that a window has open stays
            readable there.
        """
        remove_leftovers(self.folder)
        removed = [entry.n_bytes for entry in self._entries() if entry.remove()]
        return len(removed), sum(removed)

    def _entries(self) -> list[_Entry]:
        entries = []
        with contextlib.suppress(OSError, ValueError):
            for path in self.folder.iterdir():
                if _OURS.fullmatch(path.name):
                    with contextlib.suppress(OSError):  # gone meanwhile
                        status = path.lstat()
                        if stat.S_ISREG(status.st_mode):
                            entries.append(_Entry(path, status.st_size, status.st_mtime_ns))
        return entries


@dataclass(frozen=True, slots=True)
class _Entry:
    """An overview in the folder; its mtime is when it was last opened."""

    path: Path
    n_bytes: int
    used_ns: int

    def remove(self) -> bool:
        """Whether it could be removed, or somebody else has done so."""
        try:
            self.path.unlink(missing_ok=True)
        except OSError:
            return False
        return True


def _default_folder() -> Path:
    return Path(platformdirs.user_cache_dir("ecogview", appauthor=False)) / "overviews"


def _is_absolute(text: str) -> bool:
    return Path(text).is_absolute() and "\0" not in text


def _readable(source: SourceKey) -> str:
    """What a recording is called, as a name that is legal on all systems."""
    name = readable_part(Path(source.path).stem).strip(".")
    return f"_{name}" if not name or _RESERVED.match(name) else name


def _is_stale(path: Path, source: SourceKey) -> bool:
    if not path.name.startswith(f"{_readable(source)}."):
        return False
    head = np.empty(source.head_bytes, np.uint8)
    try:
        with PositionedFile(path) as file:
            return source.has_changed_since(head[: file.read_into(head, 0)].tobytes())
    except RecordingError:
        return False
