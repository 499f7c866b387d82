"""``ecogview overview``: builds the overviews of many recordings ahead, without Qt."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from ecogview.data.byte_sizes import size_text
from ecogview.data.kept_files import KeptFiles
from ecogview.data.recording import Layout
from ecogview.data.registry import FORMATS
from ecogview.errors import EcogviewError, RecordingError, printable
from ecogview.model.clock import format_time
from ecogview.services.kernel_loading import load_kernels
from ecogview.services.overview_batch import BatchProgress, Outcome, OverviewBatch
from ecogview.services.recording_walk import recordings_below
from ecogview.services.stop_signals import orderly_end, status_of
from ecogview.services.terminal import ProgressLine, say, tell

_SILENT = logging.NullHandler()  # else the log of a library that nobody set up goes to stderr


def build_overviews(
    paths: Sequence[Path],
    *,
    n_jobs: int,
    folder: Path | None = None,
    layout: Layout | None = None,
) -> int:
    """Build the overviews of recordings, and of all in folders, that are not kept already.

    Parameters
    ----------
    paths : sequence of Path
        Files and folders.
    n_jobs : int
        How many recordings are read at a time.
    folder : Path, optional
        Where overviews are kept, by default where the window looks for them.
    layout : {"interleaved", "planar"}, optional
        Order of the samples, by default that of each recording's type.

    Returns
    -------
    int
        Exit status: 1 where the overview of any recording is not kept now, 130 and 143 if told to
        stop by SIGINT or SIGTERM.

    Raises
    ------
    EcogviewError
        If nothing can be kept in the folder.
    """
    logging.getLogger("ecogview").addHandler(_SILENT)
    run = _Run(KeptFiles(folder), n_jobs, layout)
    with orderly_end():
        try:
            run.all_of(paths)
        except KeyboardInterrupt as stop:
            tell("stopped: what is complete is kept; the same command goes on from there")
            return status_of(stop)
    run.sum_up()
    return 1 if run.n_failed else 0


class _Run:
    """Counts what became of recordings, and says so."""

    def __init__(self, kept_files: KeptFiles, n_jobs: int, layout: Layout | None) -> None:
        self._kept_files = kept_files
        self._n_jobs = n_jobs
        self._layout = layout
        self.n_built = self.n_kept = self.n_failed = 0

    def all_of(self, paths: Sequence[Path]) -> None:
        """Build what is not kept; one at a time says where it is."""
        problem = self._kept_files.folder_problem()
        if problem is not None:
            folder = self._kept_files.folder
            raise EcogviewError(folder, problem.removeprefix(f"{folder}: "))
        if self._kept_files.settings_problem is not None:
            tell(self._kept_files.settings_problem)
        with ProgressLine() as line:
            line.show("looking for recordings")
            recordings = list(self._recordings(paths, line))
            with OverviewBatch(
                recordings, self._kept_files, self._n_jobs, layout=self._layout
            ) as batch:
                for outcome in batch.look():
                    self._note(outcome, line)
                    line.show("looking for what is kept already")
                if batch.n_to_build:
                    _load(line)
                for outcome in batch.build():
                    self._note(outcome, line)
                    line.show(_as_text(batch.progress))

    def sum_up(self) -> None:
        kept_files = self._kept_files
        total, cap = size_text(kept_files.total_bytes()), size_text(kept_files.cap_bytes)
        counts = f"{self.n_built} built, {self.n_kept} kept already"
        if self.n_failed:
            counts += f", {self.n_failed} not"
        folder = printable(str(kept_files.folder))
        say(f"{counts}; overviews take {total} of at most {cap} in {folder}\n")

    def _recordings(self, paths: Sequence[Path], line: ProgressLine) -> Iterator[Path]:
        """Files to open, each once, whichever names lead to it."""
        seen: set[str] = set()
        for path in paths:
            for found in _found(path):
                if isinstance(found, EcogviewError):
                    self._fail(found, line)
                elif (real := os.path.realpath(found)) not in seen:
                    seen.add(real)
                    yield found

    def _note(self, outcome: Outcome | None, line: ProgressLine) -> None:
        if outcome is None:
            return
        if outcome.error is not None:
            self._fail(outcome.error, line)
            return
        if outcome.was_kept:
            self.n_kept += 1
            what = "kept already"
        else:
            self.n_built += 1
            what = f"built in {outcome.took_s:.1f} s, {size_text(outcome.n_bytes)}"
        line.clear()
        say(f"{printable(str(outcome.path))}: {what}\n")

    def _fail(self, error: EcogviewError, line: ProgressLine) -> None:
        self.n_failed += 1
        line.clear()
        tell(str(error))


def _found(path: Path) -> Iterator[Path | EcogviewError]:
    """What a path stands for: itself, or all recordings below a folder."""
    if not _is_folder(path):
        yield path
        return
    is_empty = True
    for found in recordings_below(path):
        is_empty = False
        yield found
    if is_empty:
        endings = ", ".join(f"*{known.suffix}" for known in FORMATS)
        yield RecordingError(path, "holds no recordings", f"the names of recordings are {endings}")


def _is_folder(path: Path) -> bool:
    with suppress(OSError):  # opening it tells why
        return path.is_dir()
    return False


def _load(line: ProgressLine) -> None:
    line.show("loading the compiled kernels; the very first time they are compiled, 15 s")
    problem = load_kernels()
    if problem is not None:
        line.clear()
        tell(problem)


def _as_text(progress: BatchProgress) -> str:
    percent, rate = f"{100 * progress.fraction:3.0f} %", f"{progress.bytes_per_s / 1e6:,.0f} MB/s"
    left_s = progress.left_s
    left = f"{format_time(left_s)} left" if left_s == left_s else "…"
    return "  ".join((percent, rate, left, ", ".join(path.stem for path in progress.paths)))
