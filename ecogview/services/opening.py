"""Opening recordings off the GUI thread: facts first, then the mask, then a look at the samples."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event

from PyQt6.QtCore import QObject, pyqtSignal

from ecogview.data.exporters.placing import sweep
from ecogview.data.lab_binary import LabBinary
from ecogview.data.mask_tracks import MaskTracks, empty_tracks, load_tracks
from ecogview.data.recording import Recording, RecordingInfo
from ecogview.data.safe_write import remove_leftovers
from ecogview.data.sample_checks import sample_warnings
from ecogview.errors import MaskFileError, RecordingError
from ecogview.services.latest import Latest
from ecogview.services.sources import Source

_PICTURE_S = 5.0  # so long the look at the samples waits for a picture that does not come


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """Compared by identity of the source: the same file can be opened anew.

    `is_shown` is set by who shows it once its first picture is on the screen.
    """

    id: int
    source: Source
    is_shown: Event = field(default_factory=Event, compare=False)


class Opener(QObject):
    """Opens the newest source asked for. Lives in the GUI thread, works in one of its own.

    Signals
    -------
    opened(OpenRequest, RecordingInfo)
        The recording can be read: its first window may be asked for.
    mask_read(OpenRequest, MaskTracks or MaskFileError)
    checked(OpenRequest, tuple of SampleWarning)
        What is odd about the samples; emitted where anything is.
    failed(OpenRequest, RecordingError)
        It cannot be opened; nothing else was or will be emitted for it.
    """

    opened = pyqtSignal(object, object)
    mask_read = pyqtSignal(object, object)
    checked = pyqtSignal(object, object)
    failed = pyqtSignal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids = 0
        self._newest: OpenRequest | None = None
        self._latest = Latest(self._handle, "opener", on_error=self._on_error)

    def submit(self, source: Source) -> OpenRequest:
        """Open a source; one asked for before and not yet open is given up."""
        self._let_go()
        self._ids += 1
        self._newest = request = OpenRequest(self._ids, source)
        self._latest.submit(request)
        return request

    def close(self) -> None:
        self._let_go()
        self._latest.close()

    def _let_go(self) -> None:
        if self._newest is not None:
            self._newest.is_shown.set()  # the thread may wait for it

    def _on_error(self, request: OpenRequest, error: Exception) -> None:
        path = getattr(request.source, "path", "array")
        self.failed.emit(
            request, RecordingError(path, f"cannot be opened ({error!r})", "the log tells more")
        )

    def _handle(self, request: OpenRequest, is_stale: Callable[[], bool]) -> None:
        try:
            recording = _opened(request.source)
        except RecordingError as error:
            self.failed.emit(request, error)
            return
        with recording:
            self.opened.emit(request, recording.info)
            if is_stale():
                return
            self.mask_read.emit(request, read_mask(request.source, recording.info))
            if request.source.mask_path is not None:
                remove_leftovers(request.source.mask_path.parent)
            if is_stale() or not isinstance(recording, LabBinary):
                return
            # The look takes both cores 0.1 s, which the first picture is made with.
            request.is_shown.wait(_PICTURE_S)
            if is_stale():
                return
            # Samples that cannot be read are told of by who shows them.
            with suppress(RecordingError):
                found = sample_warnings(recording)
                if found:
                    self.checked.emit(request, found)


def _opened(source: Source) -> Recording:
    """Open it; where an export that died amid replacing it hides it, it is put back first."""
    try:
        return source.open()
    except RecordingError:
        path = getattr(source, "path", None)
        if path is None or os.path.lexists(path) or not sweep(path.parent):
            raise
    return source.open()


def read_mask(source: Source, info: RecordingInfo) -> MaskTracks | MaskFileError:
    """Mask of a recording, an empty one where it has none; the error where it is unreadable."""
    if source.mask_problem is not None:
        return source.mask_problem
    path = source.mask_path
    # A link to nothing is no missing mask: what it led to may come back.
    if path is None or (source.may_lack_mask and not os.path.lexists(path)):
        return empty_tracks(info.n_samples, info.n_channels)
    try:
        return load_tracks(path, info.n_samples, info.n_channels, info.sampling_rate)
    except MaskFileError as error:
        return error
    except OSError as error:
        return MaskFileError(path, error.strerror or str(error), "check the folder")
