"""What recordings a folder tree holds: names at once, facts and masks as they are read."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal

from ecogview.data.lab_name import LabName
from ecogview.data.mask_elsewhere import mask_elsewhere
from ecogview.data.mask_tracks import load_tracks
from ecogview.data.registry import open_recording
from ecogview.errors import MaskFileError, RecordingError
from ecogview.services.latest import Latest
from ecogview.services.recording_walk import recordings_below

MAX_RECORDINGS = 20_000
_BATCH = 100  # rows that enter the tree between two frames
_DELIVER_EVERY_S = 0.1

_Stamp = tuple[int, int] | None  # size, mtime in ns; None: there is no such file
_Stamps = tuple[_Stamp | Path, ...]


@dataclass(frozen=True, slots=True)
class RecordingEntry:
    """A recording's file and what is known of it by now.

    Parameters
    ----------
    path : Path
        The file; of a folder that cannot be read, the folder.
    folder : Path
        What it is listed under.
    name, rec_type, rec_id : str
        Parts of its name; `name` is the whole of it where it is not that of a recording.
    n_bytes : int or None
        None where the file could not even be looked at.
    n_samples, sampling_rate, n_channels : optional
        None until the file has been opened.
    masked_fraction : float, optional
        Share of bad samples, 0 to 1; None where that is not known.
    has_mask : bool, optional
        None until it has been looked for.
    mask_elsewhere : Path, optional
        Where the mask is, if it was put somewhere else than beside the recording.
    mask_problem, problem, remedy : str
        Why the mask, or the recording, cannot be read and what to do; empty where it can.
    """

    path: Path
    folder: Path
    name: str
    rec_type: str = ""
    rec_id: str = ""
    n_bytes: int | None = None
    n_samples: int | None = None
    sampling_rate: float | None = None
    n_channels: int | None = None
    has_mask: bool | None = None
    masked_fraction: float | None = None
    mask_elsewhere: Path | None = None
    mask_problem: str = ""
    problem: str = ""
    remedy: str = ""

    @property
    def duration_s(self) -> float | None:
        if self.n_samples is None or self.sampling_rate is None:
            return None
        return self.n_samples / self.sampling_rate

    @property
    def can_open(self) -> bool:
        """Whether nothing is known that speaks against opening it."""
        return not self.problem


@dataclass(frozen=True, slots=True)
class _Request:
    id: int
    folder: Path | None
    beside: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class _Report:
    """`listed` holds every path there is, once all names are known."""

    id: int
    entries: tuple[RecordingEntry, ...] = ()
    listed: frozenset[Path] | None = None
    finished: bool = False


class FolderScan(QObject):
    """Scans the newest folder asked for. Lives in the GUI thread, works in one of its own.

    Three passes: names and sizes, then what each file says of itself, then its mask. What has not
    changed since the last scan is not opened again. Nothing is written.

    Signals
    -------
    found(tuple of RecordingEntry)
        New entries, and old ones of which more is known.
    listed(frozenset of Path)
        All there are; what else was found before is gone. Emitted once a scan.
    finished()
    """

    found = pyqtSignal(object)
    listed = pyqtSignal(object)
    finished = pyqtSignal()
    _reported = pyqtSignal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._id = 0
        self._is_closed = False
        self._latest: Latest[_Request] | None = None
        self._reported.connect(self._on_reported)

    def request(self, folder: Path | None, beside: tuple[Path, ...] = ()) -> None:
        """Scan a folder and, beside it, files and other folders; a scan under way is given up."""
        if self._is_closed:
            return
        if self._latest is None:
            self._latest = Latest(_Scanner(self._reported.emit).scan, "folder scan")
        self._id += 1
        self._latest.submit(_Request(self._id, folder, beside))

    def close(self) -> None:
        """Give up what is under way and join the thread. Idempotent."""
        self._is_closed = True
        if self._latest is not None:
            self._latest.close()
            self._latest = None

    def _on_reported(self, report: _Report) -> None:
        if report.id != self._id or self._is_closed:
            return
        if report.entries:
            self.found.emit(report.entries)
        if report.listed is not None:
            self.listed.emit(report.listed)
        if report.finished:
            self.finished.emit()


class _Scanner:
    """The part that runs in the scan's thread; the cache is that thread's."""

    def __init__(self, report: Callable[[_Report], None]) -> None:
        self._report = report
        self._known: dict[Path, tuple[_Stamps, RecordingEntry]] = {}

    def scan(self, request: _Request, is_stale: Callable[[], bool]) -> None:
        entries = list(self._delivered(request, self._list(request, is_stale), is_stale))
        if is_stale():
            return
        self._report(_Report(request.id, listed=frozenset(entry.path for entry in entries)))
        new = [entry for entry in entries if entry.can_open and entry.n_samples is None]
        # Taken before anything is read: what changes meanwhile is read again by the next scan.
        stamps = {entry.path: _stamps(entry.path) for entry in new if not is_stale()}
        opened = list(self._delivered(request, map(_opened, new), is_stale))
        masked = (_with_mask(entry) for entry in opened if entry.can_open)
        for entry in self._delivered(request, masked, is_stale):
            self._known[entry.path] = (stamps[entry.path], entry)
        if not is_stale():
            self._report(_Report(request.id, finished=True))

    def _delivered(
        self,
        request: _Request,
        entries: Iterator[RecordingEntry],
        is_stale: Callable[[], bool],
    ) -> Iterator[RecordingEntry]:
        """Report entries in batches as they come, and hand them on."""
        batch: list[RecordingEntry] = []
        began_s = time.monotonic()
        for entry in entries:
            if is_stale():
                return
            batch.append(entry)
            if len(batch) >= _BATCH or time.monotonic() - began_s > _DELIVER_EVERY_S:
                self._report(_Report(request.id, tuple(batch)))
                batch, began_s = [], time.monotonic()
            yield entry
        if batch:
            self._report(_Report(request.id, tuple(batch)))

    # -- first pass: names and sizes

    def _list(self, request: _Request, is_stale: Callable[[], bool]) -> Iterator[RecordingEntry]:
        listed: set[Path] = set()
        roots = [path for path in request.beside if path.is_dir()]
        for root in filter(None, (request.folder, *roots)):
            for count, item in enumerate(recordings_below(root, is_stale)):
                if not isinstance(item, Path):
                    yield _folder_entry(item.path, item.reason, item.remedy)
                elif item not in listed:  # one of these folders may lie in another
                    listed.add(item)
                    yield self._remembered(item)
                if count + 1 == MAX_RECORDINGS:
                    text = f"holds more than {MAX_RECORDINGS:,} recordings; the rest is not listed"
                    yield _folder_entry(root, text, "open a folder further down")
                    break
        for path in request.beside:
            if path not in listed and path not in roots:
                yield self._remembered(path)

    def _remembered(self, path: Path) -> RecordingEntry:
        """What is known of a file from the last scan, if it has not changed since."""
        stamps, entry = self._known.get(path, ((), None))
        return entry if entry is not None and stamps == _stamps(path) else _named(path)


def _named(path: Path) -> RecordingEntry:
    """What the name and the folder tell of a file."""
    stamp = _stamp(path)
    n_bytes = None if stamp is None else stamp[0]
    try:
        name = LabName.parse(path)
    except RecordingError:  # opening it tells why, or it is of another format
        return RecordingEntry(path, path.parent, path.name, n_bytes=n_bytes)
    # With the part of four-part names that is ignored: it tells files apart.
    middle = ".".join(path.name.split(".")[1:-2])
    return RecordingEntry(path, path.parent, middle, name.rec_type, name.rec_id, n_bytes)


def _folder_entry(folder: Path, problem: str, remedy: str) -> RecordingEntry:
    return RecordingEntry(folder, folder, "This folder", problem=problem, remedy=remedy)


def _opened(entry: RecordingEntry) -> RecordingEntry:
    """The entry with what the recording says of itself, or why it cannot be opened."""
    try:
        with open_recording(entry.path) as recording:
            info = recording.info
    except RecordingError as error:
        return replace(entry, problem=error.reason, remedy=error.remedy)
    return replace(
        entry,
        n_samples=info.n_samples,
        sampling_rate=info.sampling_rate,
        n_channels=info.n_channels,
    )


def _with_mask(entry: RecordingEntry) -> RecordingEntry:
    """The entry with its percent masked, where it has a mask."""
    if entry.n_samples is None or entry.n_channels is None or entry.sampling_rate is None:
        return entry
    if not entry.rec_type:  # of a format that has no masks
        return entry
    elsewhere = None
    try:
        elsewhere = mask_elsewhere(entry.path)
        path = elsewhere or LabName.parse(entry.path).mask_path
        if elsewhere is None and not os.path.lexists(path):
            return replace(entry, has_mask=False)
        tracks = load_tracks(path, entry.n_samples, entry.n_channels, entry.sampling_rate)
    except MaskFileError as error:
        problem = replace(entry, has_mask=True, mask_problem=error.reason)
        return replace(problem, mask_elsewhere=elsewhere)
    fraction = tracks.masked_fraction
    return replace(entry, has_mask=True, masked_fraction=fraction, mask_elsewhere=elsewhere)


def _stamps(path: Path) -> _Stamps:
    """Changes when the recording, its description or its mask does."""
    try:
        name = LabName.parse(path)
    except RecordingError:
        return (_stamp(path),)
    try:
        mask = mask_elsewhere(path) or name.mask_path
    except MaskFileError as error:
        mask = error.path
    return (_stamp(path), _stamp(name.experiment_path), mask, _stamp(mask))


def _stamp(path: Path) -> _Stamp:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns
