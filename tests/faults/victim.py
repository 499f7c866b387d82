"""A mask in a folder of its own, children that save it, and what must hold when they die."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ecogview.data.mask_tracks import MaskTracks, empty_tracks, load_tracks, save_tracks
from ecogview.data.safe_write import remove_leftovers
from ecogview.dsp.runs import Runs

N_SAMPLES, N_CHANNELS, RATE = 50_000, 7, 1000.0


@dataclass
class Tally:
    """What was tried and what came of it."""

    tried: int = 0
    old: int = 0
    new: int = 0
    refused: int = 0

    def count(self, *, is_new: bool, refused: bool = False) -> None:
        """One more try, after which the old or the new version was whole in its place."""
        self.tried += 1
        self.new += is_new
        self.old += not is_new
        self.refused += refused


class Victim:
    """A folder with a mask of version 0; version k has a mark of k samples."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mask = folder / "rec001.LM1_ECOG_3.clfp.mask.pkl"
        self.tracks = save_tracks(self.mask, version(empty_tracks(N_SAMPLES, N_CHANNELS), 0))
        self.original, self._tracks = self.mask.read_bytes(), self.tracks
        self._known = {self.original: 0}

    def reset(self, *, has_backup: bool = False) -> None:
        """Back to version 0."""
        for path in self.folder.iterdir():
            path.unlink()
        self.mask.write_bytes(self.original)
        if has_backup:
            self.mask.with_name(f"{self.mask.name}.bak").write_bytes(self.original)
        self.tracks = self._tracks

    def save(self, number: int) -> MaskTracks:
        self.tracks = save_tracks(self.mask, version(self.tracks, number))
        return self.tracks

    def load(self) -> MaskTracks:
        return load_tracks(self.mask, N_SAMPLES, N_CHANNELS, RATE)

    def found(self) -> int:
        """Version of the mask, which must be a whole one; clean but for it and its backup."""
        remove_leftovers(self.folder)
        backup = self.mask.with_name(f"{self.mask.name}.bak")
        left = set(self.folder.iterdir()) - {self.mask, backup}
        assert not left, f"left behind: {left}"
        if backup.exists():
            assert backup.read_bytes() == self.original, "the backup is not the original"
        content = self.mask.read_bytes()
        if content not in self._known:
            self._known[content] = self.load().manual.total
        return self._known[content]


def version(tracks: MaskTracks, number: int) -> MaskTracks:
    return replace(tracks, manual=Runs.of([(100, 100 + number)]))


@contextmanager
def victim() -> Iterator[Victim]:
    with tempfile.TemporaryDirectory() as folder:
        yield Victim(Path(folder))


def in_child(work: Callable[[], object]) -> int:
    """Start a child that does `work` and ends; returns its process number."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        work()
        status = 0
    except BaseException as error:  # noqa: BLE001  nothing may return into the parent's code
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        sys.stderr.flush()
    finally:
        os._exit(status)


def kill(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
