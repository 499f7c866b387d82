"""Unsaved marks, kept in the user's state folder for after a crash. No Qt."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from platform import node

import numpy as np
import platformdirs

from ecogview.data.file_signature import FileSignature
from ecogview.data.journal_file import (
    MAX_FILE,
    DamagedJournalError,
    JournalRecord,
    decode,
    encode,
)
from ecogview.data.mask_tracks import MaskTracks
from ecogview.data.own_names import HOST, readable_part, unique_part
from ecogview.data.positioned_read import PositionedFile
from ecogview.data.safe_write import is_alive, remove_leftovers, replace_file
from ecogview.errors import EcogviewError, MaskFileError, RecordingError
from ecogview.model.mask import MaskEdit
from ecogview.model.mask_changes import with_changes
from ecogview.services.journal_lock import ProcessLock, is_held

_NAME = re.compile(
    r"(?P<key>[0-9a-f]{16})\..+\.(?P<host>[0-9a-f]{8})-(?P<process>[0-9]{1,10})-[0-9a-f]{8}\.journal"
)
_LOCK_SUFFIX = ".lock"
_own: set[str] = set()

_log = logging.getLogger(__name__)


def journal_folder() -> Path:
    """Where journals are by default."""
    return Path(platformdirs.user_state_dir("ecogview", appauthor=False)) / "journals"


class Journal:
    """The unsaved marks of one open mask, in a file of its own. One thread owns it.

    Two programs that edit the same mask have a journal each. The file stays when the process ends
    in any way but by `keep` with nothing unsaved, or by `remove` or `give_up`.

    Parameters
    ----------
    mask_path : str or path-like
        The mask that is edited; it need not exist.
    recording_path : str or path-like
        What it is the mask of.
    folder : Path, optional
        By default `journal_folder`.
    """

    def __init__(
        self,
        mask_path: str | os.PathLike[str],
        recording_path: str | os.PathLike[str],
        *,
        folder: Path | None = None,
    ) -> None:
        self._named_path = Path(mask_path).absolute()
        self._recording_path = Path(recording_path).absolute()
        self._folder = folder
        self._unique = unique_part()
        self._lock: ProcessLock | None = None
        self._adopted: list[tuple[Unsaved, FileSignature | None]] = []

    @cached_property
    def _mask_path(self) -> Path:
        # By who writes, not where the journal is made: following links on a slow share takes long.
        return Path(os.path.realpath(self._named_path))

    @cached_property
    def path(self) -> Path:
        """Where it is, or will be."""
        readable = readable_part(self._mask_path.name)
        name = f"{_key(self._mask_path)}.{readable}.{self._unique}.journal"
        return (journal_folder() if self._folder is None else self._folder) / name

    def keep(self, tracks: MaskTracks, saved: MaskTracks) -> None:
        """Write what is unsaved; where nothing is, remove the file.

        Parameters
        ----------
        tracks : MaskTracks
            The marks as they are now.
        saved : MaskTracks
            Those the mask's file holds, as `load_tracks` or `save_tracks` gave them.

        Raises
        ------
        EcogviewError
            If it cannot be written. What was written before is still there; try again.
        """
        if tracks.marks_equal(saved):
            for unsaved, signature in self._adopted:
                if signature != saved.signature:
                    unsaved.discard()
            self._adopted = [entry for entry in self._adopted if entry[1] == saved.signature]
            self.remove()
            return
        record = JournalRecord(
            self._mask_path,
            self._recording_path,
            tracks,
            saved,
            saved.signature,
            time.time(),
            os.getpid(),
            node(),
        )
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if self._lock is None:
                _own.add(self.path.name)
                self._lock = ProcessLock(_lock_of(self.path))
            replace_file(self.path, encode(record), backup=False, expected=None, overwrite=True)
        except (OSError, MaskFileError) as error:
            reason = error.reason if isinstance(error, MaskFileError) else error.strerror
            raise EcogviewError(
                self.path,
                f"unsaved marks are not kept for after a crash: {reason or error}",
                "check free space and permissions of its folder, or save the mask",
            ) from error
        while self._adopted:
            self._adopted.pop()[0].discard()

    def adopt(self, unsaved: Unsaved, saved: MaskTracks) -> None:
        """Take over marks of a crash that are now part of the edits.

        Their file goes once they are in this one, or in a newer mask than `saved`.
        """
        self._adopted.append((unsaved, saved.signature))

    def remove(self) -> None:
        """Remove the file: its marks are saved, or the user gave them up."""
        _remove(self.path)
        self.close()

    def give_up(self) -> None:
        """Remove the file, and those that were taken over: the user wants none of their marks."""
        while self._adopted:
            self._adopted.pop()[0].discard()
        self.remove()

    def close(self) -> None:
        """Let go of the file, and leave it where there is one: it is then found as pending."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None
        _own.discard(self.path.name)


@dataclass(frozen=True, slots=True, eq=False)
class Unsaved:
    """Marks that a program left unsaved when it ended.

    Parameters
    ----------
    path : Path
        Their journal.
    record : JournalRecord
        What it holds: `tracks` as they were last, `base` as the mask was, whose and when.
    is_same_mask : bool
        Whether the mask is still the version they were made on: then `onto` gives exactly
        `record.tracks`; else they are to be looked at before they are applied.
    is_other_host : bool
        Whether they are of another machine, where the program may still be at work.
    """

    path: Path
    record: JournalRecord
    is_same_mask: bool
    is_other_host: bool

    @property
    def changes(self) -> MaskEdit:
        """What was edited and not saved."""
        return MaskEdit.between(self.record.base, self.record.tracks)

    def onto(self, current: MaskTracks) -> MaskTracks:
        """The marks of `current` with these changes made to them, see `with_changes`."""
        return with_changes(current, self.changes)

    def discard(self) -> None:
        """Remove the journal: its marks are saved, or the user gave them up."""
        _remove(self.path)
        _remove(_lock_of(self.path))


@dataclass(frozen=True, slots=True)
class Pending:
    """What was found: unsaved marks, the newest first, and what is to be said of the rest."""

    unsaved: tuple[Unsaved, ...]
    problems: tuple[EcogviewError, ...]


def pending(
    mask_path: str | os.PathLike[str] | None = None, *, folder: Path | None = None
) -> Pending:
    """Look for marks that programs which have ended left unsaved. Not for the GUI thread.

    A journal that is damaged is kept as ``<name>.damaged``, and told of this once.

    Parameters
    ----------
    mask_path : str or path-like, optional
        The mask whose marks to look for; by default of every mask.
    folder : Path, optional
        By default `journal_folder`.
    """
    folder = journal_folder() if folder is None else folder
    key = None if mask_path is None else _key(mask_path)
    unsaved, problems = [], []
    remove_leftovers(folder)
    for path in _abandoned(folder, key):
        try:
            unsaved.append(_unsaved(path, _read(path)))
        except DamagedJournalError as error:
            problems.append(_set_aside(path, str(error)))
        except RecordingError as error:
            if os.path.lexists(path):
                problems.append(_unreadable(path, error.reason, "check it, and start again"))
    newest_first = sorted(unsaved, key=lambda found: -found.record.written_s)
    return Pending(tuple(newest_first), tuple(problems))


def _abandoned(folder: Path, key: str | None) -> Iterator[Path]:
    """Journals that no living process keeps; locks that have lost their journal are removed."""
    try:
        paths = sorted(folder.iterdir())
    except OSError:
        return
    names = {path.name for path in paths}
    for path in paths:
        if path.name.endswith(_LOCK_SUFFIX):
            journal = path.name.removesuffix(_LOCK_SUFFIX)
            if journal not in names | _own and is_held(path) is False:
                with contextlib.suppress(OSError):
                    path.unlink()
            continue
        match = _NAME.fullmatch(path.name)
        if match and key in (None, match["key"]) and path.name not in _own:
            held = is_held(_lock_of(path))
            if held is None:
                process = int(match["process"])
                held = match["host"] == HOST and process != os.getpid() and is_alive(process)
            if not held:
                yield path


def _read(path: Path) -> JournalRecord:
    with PositionedFile(path) as file:
        if file.size > MAX_FILE:
            raise DamagedJournalError(
                f"has {file.size:,} bytes, and a journal at most {MAX_FILE:,}"
            )
        buffer = np.empty(file.size, np.uint8)
        record = decode(buffer[: file.read_into(buffer, 0)].data)
    if not path.name.startswith(_key(record.mask_path)):
        raise DamagedJournalError("is of another mask than its name says")
    return record


def _unsaved(path: Path, record: JournalRecord) -> Unsaved:
    noted = record.mask_signature
    try:
        if noted is None:
            is_same = not os.path.lexists(record.mask_path)
        else:
            is_same = noted.is_still(record.mask_path)
    except OSError:
        is_same = False
    match = _NAME.fullmatch(path.name)
    return Unsaved(path, record, is_same, is_other_host=match is None or match["host"] != HOST)


def _set_aside(path: Path, reason: str) -> EcogviewError:
    aside = path.with_name(f"{path.name}.damaged")
    try:
        path.replace(aside)
    except OSError:
        aside = path
    return _unreadable(aside, reason, "the file is kept; what was marked then is not in the mask")


def _unreadable(path: Path, reason: str, remedy: str) -> EcogviewError:
    error = EcogviewError(path, f"unsaved marks of an earlier run: the journal {reason}", remedy)
    _log.warning("%s", error)
    return error


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        _log.warning("%s cannot be removed: %s", path, error)


def _lock_of(path: Path) -> Path:
    return path.with_name(path.name + _LOCK_SUFFIX)


def _key(mask_path: str | os.PathLike[str]) -> str:
    """The same for all ways to a mask."""
    path = os.path.normcase(os.path.realpath(mask_path))
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
