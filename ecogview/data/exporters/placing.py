"""Files that appear under their names whole and all together, or not at all.

They are made in a folder of their own beside their place, flushed to the disk, and moved. Of
several files the main one goes last, and first when old ones are replaced: without it the others
are not taken for a recording.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import time
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from platform import node

from ecogview.data.safe_write import is_alive, sync_folder
from ecogview.errors import ExportError

_HOUR_S, _DAY_S = 3_600, 86_400
_WINDOWS = os.name == "nt"
_HOST = f"{zlib.crc32(node().encode()):08x}"
_SUFFIX = ".ecogview-export"
# Host, process, when that began (left out by older versions), a number.
_LEFTOVER = re.compile(
    r"\..+\.([0-9a-f]{8})-(\d{1,10})-(?:(\d{1,20})-)?[0-9a-f]{8}\.ecogview-export"
)
# In the workshop, beside the new files: a folder for what stood in their places, and their names.
_OLD, _NAMES = ".replaced", ".names"
_at_work: set[str] = set()


@contextlib.contextmanager
def workshop_beside(target: Path) -> Iterator[Path]:
    """Make a new, empty, hidden folder beside `target`; at the end it goes with all that is in it.

    Should the process die, `sweep` knows it.
    """
    # A name may be 255 bytes long: the rest of the target's is left out.
    stem = os.fsdecode(os.fsencode(target.name)[:160])
    process = os.getpid()
    unique = f"{_HOST}-{process}-{_began(process)}-{secrets.token_hex(4)}"
    folder = target.with_name(f".{stem}.{unique}{_SUFFIX}")
    _at_work.add(folder.name)
    try:
        folder.mkdir()
        yield folder
    finally:
        # What cannot be removed now is a left-over, which the next export here sweeps away.
        shutil.rmtree(folder, ignore_errors=True)
        _at_work.discard(folder.name)


def place(workshop: Path, files: Sequence[Path], *, force: bool) -> None:
    """Flush files that were made in `workshop`, then move them to their places.

    On any failure the places are as they were before.

    Parameters
    ----------
    workshop : Path
        Holds a file of each name.
    files : sequence of Path
        Their places, all in one folder, the main one last.
    force : bool
        Replace what stands there.

    Raises
    ------
    ExportError
        If a file stands in one of the places, without `force`.
    OSError
        If they cannot be flushed or moved.
    """
    made = [workshop / path.name for path in files]
    for path in made:
        _flush(path)
    if len(files) == 1:
        _move(made[0], files[0], force=force)
    else:
        _place_set(workshop, files, force=force)
    sync_folder(files[-1].parent)


def sweep(folder: Path) -> list[Path]:
    """Remove what crashed exports left in a folder; return what was removed.

    Where one died amid replacing several files, the old ones are put back first. A folder whose
    writer may still be at work stays: its process is alive, and began when the folder's name says;
    where that is not known, something in it has changed within a day.
    """
    removed = []
    with contextlib.suppress(OSError):
        for path in list(folder.iterdir()):
            match = _LEFTOVER.fullmatch(path.name)
            if match and not _may_be_in_use(path, match[1], int(match[2]), match[3] or ""):
                with contextlib.suppress(OSError, ValueError, ExportError):
                    _put_back(path)
                    shutil.rmtree(path)
                    removed.append(path)
    return removed


def is_leftover(name: str) -> bool:
    """Whether a folder's name is that of an export's, at work or crashed."""
    return name.endswith(_SUFFIX) and _LEFTOVER.fullmatch(name) is not None


def hidden_text(text: str, target: Path) -> str:
    """A message of another library with the target's folder in place of the hidden one."""
    before, after = re.escape(str(target.parent)), r"[/\\]+\.[^/\\]+\.ecogview-export"
    return re.sub(before + after, lambda _: str(target.parent), text)


def _place_set(workshop: Path, files: Sequence[Path], *, force: bool) -> None:
    _note_down(workshop, [path.name for path in files])
    with contextlib.ExitStack() as undone:  # undone in reverse: the main file comes back last
        if force:
            for final in reversed(files):
                if os.path.lexists(final):
                    aside = workshop / _OLD / final.name
                    final.rename(aside)
                    undone.callback(aside.replace, final)
        for final in files:
            _move(workshop / final.name, final, force=False)
            undone.callback(final.unlink, missing_ok=True)
        undone.pop_all()


def _note_down(workshop: Path, names: list[str]) -> None:
    """Note which files are to be moved, for `sweep` to know them again."""
    (workshop / _OLD).mkdir()
    made = {name: _identity(workshop / name) for name in names}
    with (workshop / _NAMES).open("x", encoding="utf-8") as file:
        json.dump(made, file)
        file.flush()
        os.fsync(file.fileno())


def _put_back(workshop: Path) -> None:
    """Undo a placing of several files that was begun and not ended: the main file is missing."""
    folder, names, old = workshop.parent, workshop / _NAMES, workshop / _OLD
    if not names.exists():
        return
    made: dict[str, list[int]] = json.loads(names.read_bytes())
    main = [*made][-1]
    if os.path.lexists(folder / main):
        return
    for name, identity in made.items():
        with contextlib.suppress(FileNotFoundError):
            if _identity(folder / name) == identity:
                (folder / name).unlink()
    for path in sorted(old.iterdir(), key=lambda path: path.name == main):
        _move(path, folder / path.name, force=False)
    sync_folder(folder)


def _identity(path: Path) -> list[int]:
    status = path.stat()
    return [status.st_ino, status.st_size, status.st_mtime_ns]


def _move(path: Path, final: Path, *, force: bool) -> None:
    if force:
        path.replace(final)
        return
    try:
        # Fails where a file stands, whoever made it meanwhile.
        final.hardlink_to(path)
    except FileExistsError:
        raise already_there(final) from None
    except (OSError, NotImplementedError):  # a disk without hard links
        if os.path.lexists(final):
            raise already_there(final) from None
        path.rename(final)
    else:
        path.unlink()


def already_there(path: Path) -> ExportError:
    """The error for a file that would have to be replaced."""
    return ExportError(path, "exists already", "choose another name, or replace it (--force)")


def _flush(path: Path) -> None:
    with path.open("r+b") as file:  # Windows flushes only what is open for writing
        os.fsync(file.fileno())


def _may_be_in_use(path: Path, host: str, process: int, began: str) -> bool:
    if host == _HOST and process == os.getpid():
        return path.name in _at_work
    if host == _HOST and not _WINDOWS and not is_alive(process):
        return False
    if host == _HOST and began.strip("0"):
        now = _began(process)
        if now:
            return str(now) == began  # else another process has got its number since
    times = [p.lstat().st_mtime for p in (path, *path.iterdir())]
    # Windows tells of no process, but one at work here writes on.
    return time.time() - max(times) < (_HOUR_S if host == _HOST and _WINDOWS else _DAY_S)


def _began(process: int) -> int:
    """When a process began, in ticks since the machine did; 0 where the system does not tell."""
    try:
        status = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
        # Field 22; the second is the program's name in brackets, which may hold anything.
        return int(status.rpartition(")")[2].split()[19])
    except (OSError, ValueError, IndexError):
        return 0
