"""``ecogview export``: a stretch of a recording as a file of another program, without Qt."""

from __future__ import annotations

import argparse
import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ecogview.data.byte_sizes import size_text
from ecogview.data.data_file import DataFile, warnings_advising
from ecogview.data.exporters.plan import ExportPlan
from ecogview.data.exporters.registry import EXPORTERS
from ecogview.data.mask_tracks import MaskTracks
from ecogview.data.recording import Layout
from ecogview.errors import MaskFileError, printable
from ecogview.model.clock import format_time
from ecogview.services.export_request import export_recording
from ecogview.services.layout_option import LAYOUT_ADVICE, add_layout_option
from ecogview.services.sources import FileSource
from ecogview.services.stop_signals import orderly_end, status_of
from ecogview.services.terminal import ProgressLine, say, tell

_TELL_EVERY_S = 0.1
_SILENT = logging.NullHandler()  # else the log of a library that nobody set up goes to stderr


def parser_of(
    parser_class: type[argparse.ArgumentParser], seconds: Callable[[str], float]
) -> argparse.ArgumentParser:
    """The command's arguments, named as `export` takes them; `seconds` reads a time."""
    keys = [exporter.key for exporter in EXPORTERS]
    parser = parser_class(
        prog="ecogview export",
        description="Write a stretch of a recording as a file of another program, whole or not "
        "at all. Times are in seconds and rounded to the nearest sample.",
        epilog="formats: " + ", ".join(f"{e.key} ({e.suffix}, {e.title})" for e in EXPORTERS),
    )
    parser.add_argument("path", metavar="PATH", type=Path, help="a data file (.dat)")
    parser.add_argument("--start", dest="start_s", metavar="S", type=seconds, help="first (0)")
    parser.add_argument("--stop", dest="stop_s", metavar="S", type=seconds, help="end (the end)")
    parser.add_argument(
        "--to",
        dest="target",
        metavar="FILE",
        type=Path,
        required=True,
        help="where to; with --format also a folder, for a name that says the stretch",
    )
    parser.add_argument("--format", choices=keys, help="by default what FILE ends in")
    parser.add_argument(
        "--channels",
        metavar="good|all|LABELS",
        type=_channels,
        default="all",
        help="good, all or labels like E01,E03 (all)",
    )
    parser.add_argument(
        "--bad-samples",
        metavar="keep|nan|VALUE",
        type=_bad_samples,
        default="keep",
        help="what stands where the mask says bad (keep)",
    )
    add_layout_option(parser)
    parser.add_argument("--force", action="store_true", help="replace files that exist")
    return parser


def _channels(text: str) -> str | list[str]:
    return text if text in ("all", "good") else [label.strip() for label in text.split(",")]


def _bad_samples(text: str) -> float | str:
    try:
        return text if text == "keep" else float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is none of keep, nan and a number") from None


def export(
    path: Path,
    target: Path,
    *,
    start_s: float | None,
    stop_s: float | None,
    format: str | None,  # noqa: A002
    channels: str | Sequence[str],
    bad_samples: float | str,
    layout: Layout | None,
    force: bool,
) -> int:
    """Export and say what was written; arguments as `export_request.plan_for` has them.

    `layout` is the order of the recording's samples, by default that of its type.

    Returns
    -------
    int
        Exit status: 130 and 143 if told to stop by SIGINT or SIGTERM.

    Raises
    ------
    EcogviewError
        If it cannot be done. Nothing is then left of it.
    """
    logging.getLogger("ecogview").addHandler(_SILENT)
    with orderly_end(), ProgressLine() as line:

        def told(plan: ExportPlan, note: str) -> None:
            line.clear()
            tell(f"{printable(plan.target.name)}: {note}")

        try:
            with DataFile(path, layout=layout) as data_file:
                tracks = _tracks(data_file)
                warnings = warnings_advising(data_file, LAYOUT_ADVICE)
                for warning in warnings:
                    tell(printable(warning))
            files = export_recording(
                FileSource(path, layout=layout),
                tracks,
                target,
                start_s=start_s,
                stop_s=stop_s,
                format=format,
                channels=channels,
                bad_samples=bad_samples,
                force=force,
                told=told,
                measuring=_Told(line, "measuring"),
                progress=_Told(line, "writing"),
            )
        except KeyboardInterrupt as stop:
            line.clear()
            tell("stopped: nothing is left of the export")
            return status_of(stop)
    for file in files:
        say(f"{printable(str(file))}: {size_text(file.stat().st_size)}\n")
    return 0


def _tracks(data_file: DataFile) -> MaskTracks | None:
    try:
        return data_file.tracks
    except MaskFileError:
        return None


class _Told:
    """Progress as a line on the terminal, ten times a second."""

    def __init__(self, line: ProgressLine, what: str) -> None:
        self._line = line
        self._what = what
        self._began_s = self._told_s = 0.0

    def __call__(self, done: int, total: int) -> None:
        now_s = time.monotonic()
        if not self._began_s:  # with the first block: measuring comes before writing
            self._began_s = now_s
        if now_s - self._told_s < _TELL_EVERY_S:
            return
        self._told_s = now_s
        per_s = done / max(now_s - self._began_s, 1e-3)
        left = format_time((total - done) / per_s) if per_s else "…"
        percent = f"{100 * done / total:3.0f} %"
        self._line.show(f"{self._what}  {percent}  {per_s / 1e6:,.0f} MB/s  {left} left")
