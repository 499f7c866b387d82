"""Writes the journal in a thread of its own: the newest marks, within 5 s. No Qt.

Not in the thread of tasks: an export there can take minutes.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from ecogview.data.mask_tracks import MaskTracks
from ecogview.errors import EcogviewError
from ecogview.services.journal import Journal, Unsaved

DELAY_S = 2.0
RETRY_S = 4.0

_log = logging.getLogger(__name__)


class JournalKeeper:
    """Keeps the unsaved marks of one open mask. The GUI thread owns it, a worker writes.

    Parameters
    ----------
    journal : Journal
        Handed over: only the worker touches it from now on.
    on_error : callable
        Called in the worker with an `EcogviewError` each time the marks could not be written;
        they are tried again by themselves.
    on_kept : callable, optional
        Called in the worker when they could, after that had failed.
    delay_s, retry_s : float, optional
        How long after the first new mark the newest ones are written, and after how long again
        where that failed.
    """

    def __init__(
        self,
        journal: Journal,
        *,
        on_error: Callable[[EcogviewError], object],
        on_kept: Callable[[], object] = lambda: None,
        delay_s: float = DELAY_S,
        retry_s: float = RETRY_S,
    ) -> None:
        self._journal = journal
        self._on_error, self._on_kept = on_error, on_kept
        self._delay_s, self._retry_s = delay_s, retry_s
        self._wake = threading.Condition()
        self._marks: tuple[MaskTracks, MaskTracks] | None = None
        self._to_adopt: list[tuple[Unsaved, MaskTracks]] = []
        self._due_s = 0.0
        self._is_writing = False
        self._has_failed = False
        self._is_hurried = False
        self._is_given_up = False
        self._is_closing = False
        # A daemon: a disk that never answers must not keep the process from ending.
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def submit(self, tracks: MaskTracks, saved: MaskTracks) -> None:
        """Have marks written soon, or the file removed where they are those that are saved.

        Returns at once. Call it whenever either changes; see `Journal.keep`.
        """
        with self._wake:
            if self._marks is None:
                self._due_s = time.monotonic() + self._delay_s
            self._marks = (tracks, saved)
            self._wake.notify_all()

    def adopt(self, unsaved: Unsaved, saved: MaskTracks) -> None:
        """See `Journal.adopt`; to be called before the marks are submitted."""
        with self._wake:
            self._to_adopt.append((unsaved, saved))

    def flush(self, timeout_s: float = 5.0) -> bool:
        """Write what waits without delay; returns whether all is on the disk."""
        with self._wake:
            if self._is_closing:
                return self._marks is None and not self._is_writing
            self._is_hurried = True
            self._wake.notify_all()
            self._wake.wait_for(lambda: not (self._is_hurried or self._is_writing), timeout_s)
            return self._marks is None and not self._is_writing

    def close(self, timeout_s: float = 5.0, *, give_up: bool = False) -> bool:
        """Write what waits and end the thread. The file stays, if anything is unsaved.

        Parameters
        ----------
        timeout_s : float, optional
            How long to wait for the disk.
        give_up : bool, optional
            The user has given the marks up: the file goes.

        Returns
        -------
        bool
            Whether all is as it was to be.
        """
        is_kept = True
        if give_up:
            with self._wake:
                self._marks = None
        else:
            is_kept = self.flush(timeout_s)
        with self._wake:
            self._is_closing, self._is_given_up = True, give_up
            self._wake.notify_all()
        self._thread.join(timeout_s)
        return is_kept and not self._thread.is_alive()

    def _run(self) -> None:
        while (marks := self._next()) is not None:
            error = self._written(*marks)
            with self._wake:
                if error is not None:
                    if self._marks is None:
                        self._marks = marks
                    self._due_s = time.monotonic() + self._retry_s
                has_recovered = error is None and self._has_failed
                self._has_failed = error is not None
                self._is_writing = False
                self._is_hurried &= error is None and self._marks is not None
                self._wake.notify_all()
            if error is not None:
                self._on_error(error)
            elif has_recovered:
                self._on_kept()
        if self._is_given_up:
            while self._to_adopt:
                self._journal.adopt(*self._to_adopt.pop())
            self._journal.give_up()
        self._journal.close()

    def _next(self) -> tuple[MaskTracks, MaskTracks] | None:
        """Wait for marks whose time has come; None on closing."""
        with self._wake:
            while not self._is_closing:
                left_s = None if self._marks is None else self._due_s - time.monotonic()
                if left_s is not None and (left_s <= 0 or self._is_hurried):
                    break
                if left_s is None and self._is_hurried:
                    self._is_hurried = False
                    self._wake.notify_all()
                self._wake.wait(left_s)
            else:
                return None
            marks, self._marks, self._is_writing = self._marks, None, True
            while self._to_adopt:
                self._journal.adopt(*self._to_adopt.pop())
            return marks

    def _written(self, tracks: MaskTracks, saved: MaskTracks) -> EcogviewError | None:
        try:
            self._journal.keep(tracks, saved)
        except EcogviewError as error:
            return error
        except Exception as error:  # noqa: BLE001  the worker outlives a write that fails
            _log.exception("journal: writing failed")
            return EcogviewError(self._journal.path, f"unsaved marks are not kept ({error!r})")
        return None
