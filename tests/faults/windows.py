"""A window with unsaved marks is ended from outside: which marks come back.

In processes of their own: a window has threads.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ecogview.services.journal import pending
from tests.builders import write_recording
from tests.faults.journals import REPORT, Recovered

N_SAMPLES = 400_000
_ROOT = Path(__file__).parents[2]


@dataclass
class Window:
    """A window that marks, its recording, and the marks it has told of: number -> when."""

    process: subprocess.Popen[bytes]
    recording: Path
    journals: Path
    made: dict[int, float] = field(default_factory=dict)

    def read_marks(self, until: int | None = None) -> None:
        """Read what it tells, up to a number of marks or to its end."""
        assert self.process.stdout is not None
        while until is None or len(self.made) < until:
            report = self.process.stdout.read(REPORT.size)
            if len(report) < REPORT.size:
                break
            number, made_s = REPORT.unpack(report)
            self.made[number] = made_s

    def marks_back(self) -> int:
        """How many marks the journal gives back; they are the first ones, whole, and no others."""
        mask = self.recording.with_name(self.recording.name.replace(".dat", ".mask.pkl"))
        assert not mask.exists(), "a mask was saved unasked"
        found = pending(mask, folder=self.journals)
        assert not found.problems, found.problems
        if not found.unsaved:
            return 0
        (unsaved,) = found.unsaved
        spans = list(unsaved.record.tracks.manual)
        assert spans == [(10 * n, 10 * n + 5) for n in range(1, len(spans) + 1)], spans
        assert unsaved.is_same_mask
        return len(spans)


@contextmanager
def window(end: str) -> Iterator[Window]:
    """A window in a home of its own; killed at the end if it is still there."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        recording = write_recording(
            home / "data", samples=np.zeros((2, N_SAMPLES), np.float32), rec_id="rec001"
        )
        names = ("CONFIG", "CACHE", "STATE", "DATA")
        homes = {f"XDG_{name}_HOME": str(home / f"xdg-{name.lower()}") for name in names}
        journals = home / "xdg-state" / "ecogview" / "journals"
        logs = journals.with_name("log")
        for made in (journals, logs):
            made.mkdir(parents=True)
        if end == "refused":  # root may write everywhere, so it becomes somebody else
            home.chmod(0o755)
            journals.chmod(0o777)
            logs.chmod(0o777)
            recording.parent.chmod(0o555)
        environment = {**os.environ, **homes, "QT_QPA_PLATFORM": "offscreen"}
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "tests.faults.window", str(recording), end],
            cwd=_ROOT,
            env=environment,
            stdout=subprocess.PIPE,
        )
        try:
            yield Window(process, recording, journals)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()  # type: ignore[union-attr]
            recording.parent.chmod(0o755)


def killed() -> Recovered:
    """kill -9 while marks are made: all but those of the last 5 s come back."""
    with window("go on") as victim:
        victim.read_marks(until=1)
        while time.monotonic() < victim.made[1] + 3:
            victim.read_marks(until=len(victim.made) + 1)
        return _recovered(victim, signal.SIGKILL, youngest_lost_s=5)


def terminated(number: signal.Signals = signal.SIGTERM) -> Recovered:
    """SIGTERM while marks are made: all come back."""
    with window("go on") as victim:
        victim.read_marks(until=50)
        return _recovered(victim, number, youngest_lost_s=0)


def session_ended() -> Recovered:
    """The desktop session ends, and kills the program soon after: all marks come back."""
    with window("session") as victim:
        victim.read_marks()  # it has let go of its output once the session may end
        return _recovered(victim, signal.SIGKILL, youngest_lost_s=0)


def save_refused() -> Recovered:
    """Saving into a read-only folder fails, and the window is closed: all marks come back."""
    with window("refused") as victim:
        victim.read_marks()
        assert victim.process.wait(30) == 0
        return _recovered(victim, None, youngest_lost_s=0)


def _recovered(
    victim: Window, number: signal.Signals | None, *, youngest_lost_s: float
) -> Recovered:
    died_s = time.monotonic()
    if number is not None:
        victim.process.send_signal(number)
        victim.read_marks()
        victim.process.wait(30)
    back, made = victim.marks_back(), max(victim.made)
    oldest_lost_s = died_s - victim.made[back + 1] if back + 1 in victim.made else 0.0
    is_back = back >= made if not youngest_lost_s else oldest_lost_s < youngest_lost_s
    assert is_back, f"{made} marks, {back} came back, the oldest lost is {oldest_lost_s:.1f} s old"
    return Recovered(1, made, back, oldest_lost_s)
