"""The command ``ecogview``: what it takes, and one line on stderr for what goes wrong.

Only the window and `snapshot` import Qt.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import os
import re
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn

from ecogview.errors import EcogviewError, MaskFileError, printable
from ecogview.qt_libraries import check_screen, explain_import_error

_COMMANDS_HELP = """\
commands:
  demo-data DIR          write the demo recordings into a folder
  info PATH              what is known of a recording, as text or JSON
  snapshot PATH -o FILE  a picture of the traces, no screen needed

`ecogview COMMAND --help` tells more. A file named like a command: ./info
"""
_WIDEST_PX = 16_384
_FACTS = (
    *("data_file_path", "exp_file_path", "mask_file_path", "rec_id", "microdrive_name"),
    *("rec_type", "srate", "data_type", "n_ch", "n_sample", "t_total", "units", "layout"),
    "ch_labels",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 0, 1 for an error, 2 for wrong usage.

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
        _tell(str(error))
    except OSError as error:
        name = f"{error.filename}: " if error.filename is not None else ""
        _tell(f"{name}{error.strerror or error}")
        if error.filename is None:
            _silence_stdout()
    except MemoryError:
        _tell("there is not enough memory; ask for a shorter window")
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
        help="a recording or a folder; none: the last",
    )
    parser.add_argument("--demo", action="store_true", help="open a generated recording")
    parser.add_argument("--version", action="version", version=f"ecogview {_version()}")
    args = parser.parse_args(argv)
    if args.demo and args.paths:
        parser.error("--demo takes no PATH")
    for path in args.paths:
        if not path.exists():
            raise EcogviewError(path, "there is no such file or folder", "see ecogview --help")
    check_screen()
    try:
        from ecogview.app.viewer import run_window
    except ImportError as error:
        raise _clear(error) from error
    status: int = run_window(args.paths, demo=args.demo)
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

    _say(f"{printable(str(write_demo(args.folder)))}\n")
    return 0


# --- info ---------------------------------------------------------------------------------------


def _info(argv: Sequence[str]) -> int:
    parser = _Parser(
        prog="ecogview info",
        description="Tell what is known of a recording: names, sizes, channels and its mask.",
    )
    parser.add_argument("path", metavar="PATH", type=Path, help="a data file (.dat)")
    parser.add_argument("--json", action="store_true", help="as JSON, times in seconds")
    args = parser.parse_args(argv)
    facts = _facts(args.path)
    _say(_as_json(facts) if args.json else _as_text(facts))
    return 0


def _facts(path: Path) -> dict[str, Any]:
    """What `DataFile` knows, by its attribute names; what an unreadable mask hides is None."""
    from ecogview.data.data_file import DataFile

    with DataFile(path) as data_file:
        facts: dict[str, Any] = {name: _plain(getattr(data_file, name)) for name in _FACTS}
        for name in ("bad_channels", "bad_spans", "masked_fraction"):
            try:
                facts[name] = getattr(data_file, name)
            except MaskFileError:
                facts[name] = None
        facts["electrodes"] = [
            {name: _plain(getattr(e, name)) for name in ("label", "x", "y", "row", "col")}
            for e in data_file.electrodes
        ]
        facts["warnings"] = _plain(data_file.warnings)
    return facts


def _plain(value: Any) -> Any:
    """`value` as JSON has it: no NaN, no infinity, no NumPy."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return str(value)


def _as_json(facts: dict[str, Any]) -> str:
    # Not `indent`: with it, millions of bad spans take half a minute and gigabytes.
    lines = (f' "{name}": {json.dumps(fact, allow_nan=False)}' for name, fact in facts.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _as_text(facts: dict[str, Any]) -> str:
    if facts["masked_fraction"] is None:
        bad, masked = "the mask cannot be read", "the mask cannot be read"
    else:
        labels = facts["bad_channels"]
        bad = f"{len(labels)} bad: {', '.join(labels)}" if labels else "none bad"
        masked = f"{facts['masked_fraction']:.2%} in {len(facts['bad_spans'])} spans"
    rows = [
        ("file", facts["data_file_path"]),
        ("recording", f"{facts['rec_id']} · {facts['microdrive_name']} · {facts['rec_type']}"),
        (
            "samples",
            f"{facts['n_sample']:,} at {facts['srate']:.10g} Hz = {facts['t_total']:,.3f} s",
        ),
        ("stored as", f"{facts['data_type']}, {facts['units']}, {facts['layout']}"),
        ("channels", f"{facts['n_ch']}, {bad}"),
        ("masked", masked),
        *(("warning", warning) for warning in facts["warnings"]),
    ]
    return "".join(f"{name:<10} {printable(str(value))}\n" for name, value in rows)


# --- snapshot -----------------------------------------------------------------------------------


def _snapshot(argv: Sequence[str]) -> int:
    parser = _Parser(
        prog="ecogview snapshot",
        description="Draw a picture of the traces, with labels and time axis; no screen needed.",
    )
    parser.add_argument("path", metavar="PATH", type=Path, help="a data file (.dat)")
    parser.add_argument(
        "-o", "--output", metavar="FILE.png", type=_png, required=True, help="where to write it"
    )
    parser.add_argument("--start", metavar="S", type=_seconds, help="first second shown (0)")
    parser.add_argument("--length", metavar="S", type=_length, help="seconds shown (10)")
    parser.add_argument(
        "--size", metavar="WxH", type=_size, default=(1600, 900), help="in pixels (1600x900)"
    )
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    args = parser.parse_args(argv)
    # Without a screen every other platform of Qt aborts the process.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        from ecogview.app.snapshot import snapshot
    except ImportError as error:
        raise _clear(error) from error
    width, height = args.size
    snapshot(
        args.path,
        args.output,
        start_s=args.start,
        length_s=args.length,
        width=width,
        height=height,
        theme=args.theme,
    )
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


def _png(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() != ".png":
        raise argparse.ArgumentTypeError(f"{text} does not end in .png")
    return path


_COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "demo-data": _demo_data,
    "info": _info,
    "snapshot": _snapshot,
}


# --- to the user --------------------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    """Tells wrong usage in one line."""

    def error(self, message: str) -> NoReturn:
        _tell(f"{message}; see {self.prog} --help")
        raise SystemExit(2)


def _say(text: str) -> None:
    # Under pythonw and as a gui-script there is neither stdout nor stderr.
    if sys.stdout is not None:
        sys.stdout.write(text)


def _tell(text: str) -> None:
    if sys.stderr is not None:
        sys.stderr.write(f"ecogview: {printable(text)}\n")


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
    _tell(f"unexpected {type(error).__name__}{where}: {error}; please report this line")
