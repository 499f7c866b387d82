"""The overviews of many recordings, several at a time. No Qt: the command line uses it."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue

from ecogview.data.closing import Closing
from ecogview.data.kept_files import KeptFiles
from ecogview.data.recording import Layout
from ecogview.data.registry import open_recording
from ecogview.errors import EcogviewError, RecordingError
from ecogview.services.column_reading import estimate_of
from ecogview.services.keeping import is_sound, writer_for
from ecogview.services.overview import Overview
from ecogview.services.overview_build import OverviewBuild, Stopped

_log = logging.getLogger(__name__)
_TELL_EVERY_S = 0.1
_JOIN_S = 0.7  # for all threads together: a read on a dead share can hang for minutes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a recording: kept already, made in so many seconds, or what went wrong."""

    path: Path
    was_kept: bool = False
    took_s: float = 0.0
    n_bytes: int = 0
    error: EcogviewError | None = None


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """How far the batch is; `left_s` is NaN until something has been read."""

    fraction: float
    bytes_per_s: float
    left_s: float
    paths: tuple[Path, ...]


@dataclass(eq=False, slots=True)
class _Item:
    """A recording. Whichever thread works on it writes it, others may read it meanwhile."""

    path: Path
    n_bytes: int = 0
    n_read: int = 0
    is_missing: bool = False
    is_at_work: bool = False


class OverviewBatch(Closing):
    """Makes the overviews of recordings, in threads that each take the next one.

    `look` must have come to its end before `build` begins: what is kept already is then safe from
    making room for others. A thread takes 60 MB for two hours of 62 channels at 30 kHz.

    Parameters
    ----------
    paths : iterable of Path
        Files, each once.
    kept_files : KeptFiles
        Where overviews are kept.
    n_jobs : int
        Number of threads.
    layout : {"interleaved", "planar"}, optional
        Order of the samples, by default that of each recording's type.
    """

    def __init__(
        self,
        paths: Iterable[Path],
        kept_files: KeptFiles,
        n_jobs: int,
        *,
        layout: Layout | None = None,
    ) -> None:
        self._kept_files = kept_files
        self._n_jobs = n_jobs
        self._layout = layout
        self._items = [_Item(path) for path in paths]
        self._to_build: list[_Item] = []
        self._keep: set[Path] = set()  # overviews of this batch do not make room for each other
        self._room = threading.Lock()
        self._writing_bytes = 0  # guarded by _room
        self._threads: list[threading.Thread] = []
        self._is_closing = False
        self._began_s = 0.0

    @property
    def n_to_build(self) -> int:
        """How many recordings `look` has found without a sound overview."""
        return len(self._to_build)

    @property
    def progress(self) -> BatchProgress:
        """How far `build` is."""
        total = sum(item.n_bytes for item in self._to_build)
        read = sum(item.n_read for item in self._to_build)
        bytes_per_s = read / max(time.monotonic() - self._began_s, 1e-3)
        return BatchProgress(
            fraction=read / total if total else 1.0,
            bytes_per_s=bytes_per_s,
            left_s=(total - read) / bytes_per_s if read else math.nan,
            paths=tuple(item.path for item in self._to_build if item.is_at_work),
        )

    def look(self) -> Iterator[Outcome | None]:
        """Find out what is kept already, every block of it as it was written.

        Yields
        ------
        Outcome or None
            Each recording that needs no building, or cannot be opened; None ten times a second,
            and for each one to build.
        """
        yield from self._each(self._look, self._items)
        self._to_build = [item for item in self._items if item.is_missing]

    def build(self) -> Iterator[Outcome | None]:
        """Build the rest.

        Yields
        ------
        Outcome or None
            Each recording as it ends; None ten times a second.
        """
        self._began_s = time.monotonic()
        yield from self._each(self._build, self._to_build)

    def close(self) -> None:
        """Stop between two blocks, within a second; nothing unfinished is left on the disk."""
        self._is_closing = True
        until_s = time.monotonic() + _JOIN_S
        for thread in self._threads:
            thread.join(max(until_s - time.monotonic(), 0))

    def _each(
        self, handle: Callable[[_Item], Outcome | None], items: list[_Item]
    ) -> Iterator[Outcome | None]:
        waiting, results = deque(items), SimpleQueue[Outcome | None]()

        def work() -> None:
            while waiting and not self._is_closing:
                try:
                    item = waiting.popleft()
                except IndexError:  # another thread has taken the last one
                    return
                try:
                    outcome = self._tried(handle, item)
                except Stopped:
                    return
                results.put(outcome)

        # Daemons: a read that never returns must not keep the process from ending.
        self._threads = [
            threading.Thread(target=work, name=f"overview {number}", daemon=True)
            for number in range(min(self._n_jobs, len(items)))
        ]
        for thread in self._threads:
            thread.start()
        n_left = len(items)
        while n_left:
            try:
                outcome = results.get(timeout=_TELL_EVERY_S)
            except Empty:
                yield None
                continue
            n_left -= 1
            yield outcome
        for thread in self._threads:
            thread.join(_JOIN_S)

    def _tried(self, handle: Callable[[_Item], Outcome | None], item: _Item) -> Outcome | None:
        item.is_at_work = True
        try:
            return handle(item)
        except Stopped:
            raise
        except EcogviewError as error:
            failure = error
        except Exception as error:  # noqa: BLE001  one recording's trouble is not the others'
            _log.exception("overview of %s", item.path)
            what = f"its overview cannot be made ({error!r})"
            failure = RecordingError(item.path, what, "please report this line")
        finally:
            item.is_at_work = False
        item.n_bytes = item.n_read  # nothing more comes of it
        return Outcome(item.path, error=failure)

    # -- in the threads

    def _look(self, item: _Item) -> Outcome | None:
        with open_recording(item.path, layout=self._layout) as recording:
            info = recording.info
        item.n_bytes = info.n_samples * info.n_channels * info.dtype.itemsize
        spec = Overview.blank(info).spec
        if spec is not None and is_sound(spec, self._kept_files):
            self._keep.add(self._kept_files.path_of(spec))
            return Outcome(item.path, was_kept=True, n_bytes=spec.n_bytes)
        item.is_missing = True
        return None

    def _build(self, item: _Item) -> Outcome:
        began_s = time.monotonic()
        with open_recording(item.path, layout=self._layout) as recording:
            overview = Overview.blank(recording.info)
            spec = overview.spec
            assert spec is not None  # it is of a file
            try:
                with self._room:
                    writer = writer_for(
                        overview,
                        self._kept_files,
                        keep=frozenset(self._keep),
                        others_bytes=self._writing_bytes,
                    )
                    self._writing_bytes += spec.n_bytes
            except EcogviewError as error:
                raise _not_kept(item, error) from error
            assert writer is not None
            try:
                with writer:
                    build = OverviewBuild(
                        recording, overview, estimate_of(recording), writer, self._wait
                    )
                    self._read_all(item, build, len(overview.levels.done))
            finally:
                with self._room:
                    self._writing_bytes -= spec.n_bytes
        self._keep.add(writer.path)
        return Outcome(item.path, took_s=time.monotonic() - began_s, n_bytes=spec.n_bytes)

    def _read_all(self, item: _Item, build: OverviewBuild, n_units: int) -> None:
        for unit in range(n_units):
            build.read_unit(unit)
            item.n_read = item.n_bytes * (unit + 1) // n_units
            if build.problem is not None:  # without a place to keep it, it is of no use here
                raise _not_kept(item, build.problem)
        build.finish()
        if build.problem is not None:
            raise _not_kept(item, build.problem)

    def _wait(self) -> None:
        if self._is_closing:
            raise Stopped


def _not_kept(item: _Item, error: EcogviewError) -> EcogviewError:
    if isinstance(error, RecordingError):
        return error
    what = f"its overview cannot be kept: {error.path}: {error.reason}"
    return EcogviewError(item.path, what, error.remedy)
