"""The command ``ecogview``: what it takes, and one line on stderr for what goes wrong.

Only the window and `snapshot` import Qt.
"""

from __future__ import annotations

import argparse
import contextlib
import math
import os
import re
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import TracebackType
from typing import NoReturn

from ecogview.errors import EcogviewError, printable
from ecogview.lean_import import uncollected
from ecogview.qt_libraries import check_screen, explain_import_error
from ecogview.services.layout_option import add_layout_option
from ecogview.services.terminal import say, tell

_COMMANDS_HELP = """\
commands:
  demo-data DIR          write the demo recordings into a folder
  export PATH --to FILE  a stretch for another program: npy, npz, mat, csv, EDF+, …
  info PATH              what is known of a recording, as text or JSON
  overview PATH …        build the overviews of recordings ahead
  snapshot PATH -o FILE  a picture of the traces or the overview, no screen needed
  check PATH             what the lab's own class reads of a recording, and what differs here

`ecogview COMMAND --help` tells more. A file named like a command: ./info
"""
_WIDEST_PX = 16_384
_MOST_JOBS = 64


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 0, 1 for an error, 2 for wrong usage.

    `check` returns 1 also where it finds a difference.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments without the program's name; ``sys.argv[1:]`` unless told.
    """
    if argv is None:
        argv = sys.argv[1:]
        sys.excepthook = _tell_unexpected
    if sys.stdout is not None and hasattr(sys.stdout, "reconfigure"):
        # A terminal or pipe that knows no µ gets \xb5.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        try:
            return _run(argv)
        finally:
            # Here and not at the interpreter's end, where a closed pipe shows a traceback.
            if sys.stdout is not None:
                sys.stdout.flush()
    except BrokenPipeError:
        _silence_stdout()
        return 1
    except KeyboardInterrupt:
        return 130
    except EcogviewError as error:
        tell(str(error))
    except OSError as error:
        name = f"{error.filename}: " if error.filename is not None else ""
        tell(f"{name}{error.strerror or error}")
        if error.filename is None:
            _silence_stdout()
    except MemoryError:
        tell("there is not enough memory; ask for a shorter window")
    return 1


def _run(argv: Sequence[str]) -> int:
    command = _COMMANDS.get(argv[0]) if argv else None
    return _window(argv) if command is None else command(argv[1:])


# --- the window ---------------------------------------------------------------------------------


def _window(argv: Sequence[str]) -> int:
    parser = _Parser(
        prog="ecogview",
        description="Scroll through long, many-channel brain recordings, find what is bad, mark it",
        epilog=_COMMANDS_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="*",
        type=Path,
        help="recordings and folders: the first recording is opened; none: the last",
    )
    parser.add_argument("--demo", action="store_true", help="open a generated recording")
    add_layout_option(parser)
    parser.add_argument("--version", action="version", version=f"ecogview {_version()}")
    args = parser.parse_args(argv)
    if args.demo and args.paths:
        parser.error("--demo takes no PATH")
    if args.layout and not args.paths:
        parser.error("--layout is of a recording: name its PATH")
    for path in args.paths:
        if not path.exists():
            raise EcogviewError(path, "there is no such file or folder", "see ecogview --help")
    check_screen()
    try:
        with uncollected():
            from ecogview.app.running import run_window
    except ImportError as error:
        raise _clear(error) from error
    status: int = run_window(args.paths, demo=args.demo, layout=args.layout)
    return status


def _clear(error: ImportError) -> Exception:
    return explain_import_error(error) or error


def _version() -> str:
    try:
        return version("ecogview")
    except PackageNotFoundError:
        return "(not installed)"


# --- demo-data ----------------------------------------------------------------------------------


def _demo_data(argv: Sequence[str]) -> int:
    parser = _Parser(
        prog="ecogview demo-data",
        description="Write the demo recordings: three recordings of a day, 330 MB, with known bad "
        "channels and spans, which demo-truth.json lists.",
    )
    parser.add_argument("folder", metavar="DIR", type=Path, help="made if missing")
    args = parser.parse_args(argv)
    from ecogview.data.demo import write_demo

    say(f"{printable(str(write_demo(args.folder)))}\n")
    return 0


# --- info ---------------------------------------------------------------------------------------


def _info(argv: Sequence[str]) -> int:
    parser = _Parser(
        prog="ecogview info",
        description="Tell what is known of a recording: names, sizes, channels and its mask.",
    )
    parser.add_argument("path", metavar="PATH", type=Path, help="a data file (.dat)")
    parser.add_argument("--json", action="store_true", help="as JSON, times in seconds")
    add_layout_option(parser)
    args = parser.parse_args(argv)
    from ecogview.info_command import as_json, as_text, facts_of

    facts = facts_of(args.path, layout=args.layout)
    say(as_json(facts) if args.json else as_text(facts))
    return 0


# --- check --------------------------------------------------------------------------------------


def _check(argv: Sequence[str]) -> int:
    parser = _Parser(
        prog="ecogview check",
        description="Tell what the author's class (Python 3.7, NumPy 1.19) reads of a recording "
        "and its mask, and where that differs from what ecogview shows. The exit status is 0 if "
        "nothing differs, 1 if something does.",
    )
    parser.add_argument("path", metavar="PATH", type=Path, help="a data file (.dat)")
    add_layout_option(parser)
    args = parser.parse_args(argv)
    from ecogview.check_command import check

    checked = check(args.path, layout=args.layout)
    say(checked.as_text())
    return 1 if checked.differs else 0


# --- overview -----------------------------------------------------------------------------------


def _overview(argv: Sequence[str]) -> int:
    parser = _Parser(
        prog="ecogview overview",
        description="Build the overviews of recordings ahead, so that each opens whole at once: "
        "what the window else makes in the background. What is kept already is left as it is.",
    )
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="+",
        type=Path,
        help="a recording, or a folder for all beneath it",
    )
    n_jobs = min(os.cpu_count() or 1, 4)
    parser.add_argument(
        "--jobs",
        metavar="N",
        type=_jobs,
        default=n_jobs,
        help=f"how many are read at a time ({n_jobs} here: processors, at most 4)",
    )
    parser.add_argument(
        "--cache-dir",
        metavar="DIR",
        type=Path,
        help="where they are kept; by default where the window looks for them",
    )
    add_layout_option(parser)
    args = parser.parse_args(argv)
    from ecogview.overview_command import build_overviews

    return build_overviews(args.paths, n_jobs=args.jobs, folder=args.cache_dir, layout=args.layout)


def _jobs(text: str) -> int:
    if not (re.fullmatch(r"[0-9]{1,3}", text) and 1 <= int(text) <= _MOST_JOBS):
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 to {_MOST_JOBS}")
    return int(text)


# --- export -------------------------------------------------------------------------------------


def _export(argv: Sequence[str]) -> int:
    from ecogview.export_command import export, parser_of

    args = parser_of(_Parser, _seconds).parse_args(argv)
    return export(**vars(args))


# --- snapshot -----------------------------------------------------------------------------------


def _snapshot(argv: Sequence[str]) -> int:
    parser = _Parser(
        prog="ecogview snapshot",
        description="Draw a picture of the traces, with labels and time axis, or of the whole "
        "recording's quality map; no screen needed.",
    )
    parser.add_argument("path", metavar="PATH", type=Path, help="a data file (.dat)")
    parser.add_argument(
        "-o", "--output", metavar="FILE", type=_picture, required=True,
        help="where to write it: .png, or .svg and .pdf, which are vectors for print",
    )  # fmt: skip
    parser.add_argument("--start", metavar="S", type=_seconds, help="first second shown (0)")
    parser.add_argument("--length", metavar="S", type=_length, help="seconds shown (10)")
    parser.add_argument(
        "--size", metavar="WxH", type=_size, default=(1600, 900), help="in pixels (1600x900)"
    )
    parser.add_argument(
        "--scale", metavar="N", type=int, choices=range(1, 9), default=1,
        help="pixels of a .png to each of --size, drawn finer, 1 to 8 (1)",
    )  # fmt: skip
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    parser.add_argument(
        "--overview", action="store_true", help="the whole recording's quality map, as a page"
    )
    add_layout_option(parser)
    args = parser.parse_args(argv)
    if args.overview and (args.start is not None or args.length is not None):
        parser.error("--overview shows the whole recording: it takes no --start and no --length")
    if args.overview and (args.scale != 1 or args.output.suffix.lower() != ".png"):
        parser.error("--overview is drawn in pixels: name a .png, and no --scale")
    # Without a screen every other platform of Qt aborts the process.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        from ecogview.app.snapshot import overview_snapshot, snapshot
    except ImportError as error:
        raise _clear(error) from error
    width, height = args.size
    look = {"width": width, "height": height, "theme": args.theme, "layout": args.layout}
    if args.overview:
        overview_snapshot(args.path, args.output, **look)
    else:
        stretch = {"start_s": args.start, "length_s": args.length}
        snapshot(args.path, args.output, scale=args.scale, **stretch, **look)
    return 0


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value >= 0):
        raise argparse.ArgumentTypeError(f"{text} is not a time in the recording, in seconds")
    return value


def _length(text: str) -> float:
    value = _seconds(text)
    if value == 0:
        raise argparse.ArgumentTypeError("0 seconds show nothing")
    return value


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"([0-9]{1,5})[xX×]([0-9]{1,5})", text)
    size = (int(found[1]), int(found[2])) if found else (0, 0)
    if not all(100 <= side <= _WIDEST_PX for side in size):
        raise argparse.ArgumentTypeError(
            f"{text} is not a size like 1600x900, from 100 to {_WIDEST_PX} pixels a side"
        )
    return size


def _picture(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() not in (".png", ".svg", ".pdf"):
        raise argparse.ArgumentTypeError(f"{text} does not end in .png, .svg or .pdf")
    return path


_COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "check": _check,
    "demo-data": _demo_data,
    "export": _export,
    "info": _info,
    "overview": _overview,
    "snapshot": _snapshot,
}


# --- to the user --------------------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    """Tells wrong usage in one line."""

    def error(self, message: str) -> NoReturn:
        tell(f"{message}; see {self.prog} --help")
        raise SystemExit(2)


def _silence_stdout() -> None:
    """Let the interpreter flush at its end into nothing: what stdout leads to has gone."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell_unexpected(
    _type: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Tell a mistake of our own in one line that says where it is."""
    frames = traceback.extract_tb(trace)
    where = f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    tell(f"unexpected {type(error).__name__}{where}: {error}; please report this line")
