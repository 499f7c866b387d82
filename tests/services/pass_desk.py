"""A pass under test: what it tells, a file that is watched, gates to hold it still."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from numpy.typing import NDArray
from pytestqt.qtbot import QtBot

from ecogview.data.closing import Closing
from ecogview.data.recording import Recording
from ecogview.services import background_pass
from ecogview.services.overview import Overview
from ecogview.services.overview_pass import OverviewPass, PassProgress
from ecogview.services.sources import FileSource
from tests.services.overview_desk import compiled

N_CHANNELS, N, UNIT, N_UNITS = 3, 150_007, 32_768, 5
WAIT_S = 10.0


@contextmanager
def impatient() -> Iterator[None]:
    """With a report after every unit, and a paused pass that often looks whether it may go on."""
    with (
        compiled(screen=64),
        patch.object(background_pass, "_TELL_EVERY_S", -1.0),
        patch.object(background_pass, "_POLL_S", 0.002),
    ):
        yield


class Heard:
    """What a pass has told, in its order, and in which threads."""

    def __init__(self, service: OverviewPass) -> None:
        self.events: list[tuple[str, Any]] = []
        self.threads: set[threading.Thread] = set()
        for name in ("began", "progressed", "finished", "not_kept", "failed"):
            getattr(service, name).connect(lambda argument, name=name: self._note(name, argument))

    def _note(self, name: str, argument: object) -> None:
        self.events.append((name, argument))
        self.threads.add(threading.current_thread())

    @property
    def names(self) -> list[str]:
        """Reports of progress left out."""
        return [name for name, _ in self.events if name != "progressed"]

    def last(self, name: str) -> Any:
        return [argument for told, argument in self.events if told == name][-1]

    def paths(self) -> set[Path]:
        told = [argument for _, argument in self.events]
        overviews = [t.overview if isinstance(t, PassProgress) else t for t in told]
        return {overview.info.path for overview in overviews}


@dataclass(frozen=True, eq=False)
class Watched(FileSource):
    """A file of which reads are noted, and which does what it is told before each of the pass."""

    units: list[int] = field(default_factory=list)
    closed: threading.Event = field(default_factory=threading.Event)
    before_unit: Callable[[int], object] = lambda unit: None

    def open(self) -> Recording:
        self.closed.clear()
        return _WatchedRecording(FileSource.open(self), self)


class _WatchedRecording(Closing):
    def __init__(self, inner: Recording, source: Watched) -> None:
        self._inner, self._source = inner, source
        self.info = inner.info

    def read_rows(self, start: int, stop: int) -> NDArray[Any]:
        if start % UNIT == 0 and stop - start > 500:  # not one of the stretches of the estimate
            self._source.units.append(start // UNIT)
            self._source.before_unit(start // UNIT)
        return self._inner.read_rows(start, stop)

    def close(self) -> None:
        self._inner.close()
        self._source.closed.set()


class Gate:
    """Holds the pass still before it reads its `n`-th unit, until it is opened."""

    def __init__(self, n: int = 1) -> None:
        self._left = n
        self.reached, self.open = threading.Event(), threading.Event()

    def __call__(self, unit: int) -> None:
        self._left -= 1
        if self._left == 0:
            self.reached.set()
            assert self.open.wait(WAIT_S)


class Polled(threading.Event):
    """Tells how often somebody has waited for it in vain."""

    def __init__(self) -> None:
        super().__init__()
        self.in_vain = threading.Semaphore(0)

    def wait(self, timeout: float | None = None) -> bool:
        came = super().wait(timeout)
        if not came:
            self.in_vain.release()
        return came

    def expect_in_vain(self, times: int = 3) -> None:
        for _ in range(times):
            assert self.in_vain.acquire(timeout=WAIT_S)


def finished(qtbot: QtBot, heard: Heard, times: int = 1) -> Overview:
    qtbot.waitUntil(lambda: heard.names.count("finished") == times)
    overview = heard.last("finished")
    assert overview.is_complete
    return overview
