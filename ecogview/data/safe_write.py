"""Replace a file so that at any moment it is the whole old or the whole new version."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import stat
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, NoReturn

from ecogview.data.file_signature import FileSignature
from ecogview.data.in_turns import PIECE, in_pieces, sha256_of
from ecogview.data.own_names import HOST, unique_part
from ecogview.errors import MaskFileError

_DAY_S = 86_400
# The host and process say whether the writer of a left-over file can still be at work.
_LEFTOVER = re.compile(r"\..+\.([0-9a-f]{8})-(\d{1,10})-[0-9a-f]{8}\.ecogview-tmp")
_at_work: set[str] = set()


Conflict = Literal["changed", "removed", "appeared", "unreachable"]


class MaskConflictError(MaskFileError):
    """A file that is not as it was when it was read; `kind` says what has become of it.

    "unreachable" is one whose whole folder is gone, which no other program has done to it: a drive
    was unplugged, or the folder moved.
    """

    def __init__(
        self, path: str | os.PathLike[str], reason: str, remedy: str, kind: Conflict
    ) -> None:
        super().__init__(path, reason, remedy)
        self.kind = kind

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.path, self.reason, self.remedy, self.kind)


def replace_file(
    path: str | os.PathLike[str],
    chunks: Iterable[bytes | memoryview],
    *,
    backup: bool,
    expected: FileSignature | None,
    overwrite: bool = False,
    keep_as: Path | None = None,
) -> FileSignature:
    """Write `chunks` to a temporary file beside `path`, then let it take the place of `path`.

    The temporary file is flushed to the disk, read back and compared before it replaces anything;
    on any failure it is removed and the old file is as it was. Symbolic links are followed, the
    old file's mode is kept.

    Parameters
    ----------
    path : str or path-like
        The file to replace, or to create.
    chunks : iterable of bytes
        The new content, in order; never held as a whole.
    backup : bool
        Keep the old file as ``<name>.bak``, unless there is such a file already.
    expected : FileSignature or None
        What the file must still be, None that it must still be absent. Where it has a digest the
        file is read just before it is replaced: the content decides.
    overwrite : bool, optional
        Replace it whatever it is now; `expected` is not looked at.
    keep_as : Path, optional
        Another name, in the same folder, that the old file is kept under.

    Returns
    -------
    FileSignature
        Of the new file, with its digest.

    Raises
    ------
    MaskConflictError
        If the file is not what was `expected`.
    MaskFileError
        If it is read-only or no file at all, or cannot be written.
    """
    try:
        return _replace(
            path, chunks, backup=backup, expected=expected, overwrite=overwrite, keep_as=keep_as
        )
    except OSError as error:
        raise MaskFileError(
            path,
            f"cannot be written ({error.strerror or error}), the old version is untouched",
            "check free space and permissions of the folder, or save under another name",
        ) from error


def remove_leftovers(folder: str | os.PathLike[str]) -> list[Path]:
    """Remove temporary files that a crashed save left in `folder`; return those removed.

    A file whose writer may still be at work stays: its process is alive, or it ran on another
    host less than a day ago.
    """
    removed = []
    with contextlib.suppress(OSError, ValueError):
        for path in Path(folder).iterdir():
            match = _LEFTOVER.fullmatch(path.name)
            if match and not _may_be_in_use(path, match[1], int(match[2])):
                with contextlib.suppress(OSError):
                    path.unlink()
                    removed.append(path)
    return removed


@contextlib.contextmanager
def temporary_beside(target: Path) -> Iterator[Path]:
    """Give a new name in the folder of `target`; whatever still has it at the end is removed.

    Nobody else uses it, and should the process die, `remove_leftovers` knows it.
    """
    # A name may be 255 bytes long: the rest of the target's is left out.
    stem = os.fsdecode(os.fsencode(target.name)[:180])
    unique = unique_part()
    temporary = target.with_name(f".{stem}.{unique}.ecogview-tmp")
    _at_work.add(temporary.name)
    try:
        yield temporary
    finally:
        # What cannot be removed now is a left-over; what was written is in its place all the same.
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        _at_work.discard(temporary.name)


def is_alive(process: int) -> bool:
    """Whether a process of this machine is running; on Windows, where nothing tells, False."""
    return _is_alive(process)


def sync_folder(folder: Path) -> None:
    """Flush the names in a folder to the disk, where the system can."""
    _sync_folder(folder)


def how_gone(path: str | os.PathLike[str]) -> Literal["removed", "unreachable"]:
    """What has become of a file that is not there: it alone is gone, or its folder with it."""
    folder = Path(os.path.realpath(path)).parent
    return "removed" if folder.is_dir() else "unreachable"


def lost_link(path: str | os.PathLike[str]) -> str:
    """Where a symbolic link leads to nothing, a text that says so; else an empty one."""
    with contextlib.suppress(OSError):
        if Path(path).is_symlink() and not Path(path).exists():
            return f"is a link to {os.path.realpath(path)}, which is missing"
    return ""


def _replace(
    path: str | os.PathLike[str],
    chunks: Iterable[bytes | memoryview],
    *,
    backup: bool,
    expected: FileSignature | None,
    overwrite: bool,
    keep_as: Path | None,
) -> FileSignature:
    target = Path(os.path.realpath(path))
    if how_gone(target) == "unreachable":
        _refuse_unreachable(path, target, overwrite=overwrite)
    status = _status(target)
    if status is not None:
        if not stat.S_ISREG(status.st_mode):
            raise MaskFileError(path, "is not a regular file", "save under another name")
        if not os.access(target, os.W_OK):
            raise MaskFileError(
                path, "is read-only", "make it writable, or save under another name"
            )
    if not overwrite and FileSignature.of(target) != expected:
        _compare(path, target, expected)
    with temporary_beside(target) as temporary:
        digest = _write_verified(path, temporary, chunks)
        if status is not None:
            _keep_group(temporary, status)
            temporary.chmod(stat.S_IMODE(status.st_mode))
        if not overwrite:
            _compare(path, target, expected)
        with contextlib.ExitStack() as kept:
            if backup and status is not None:
                kept.enter_context(_kept(target, target.with_name(target.name + ".bak")))
            if keep_as is not None and status is not None:
                kept.enter_context(_kept(target, keep_as))
            # Before it has its name: nothing may fail once it has.
            signature = FileSignature.of_status(temporary.stat())
            temporary.replace(target)
    sync_folder(target.parent)
    return replace(signature, sha256=digest)


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _refuse_unreachable(path: str | os.PathLike[str], target: Path, *, overwrite: bool) -> NoReturn:
    link = lost_link(path)
    reason = f"{link}, and so is its folder" if link else f"its folder {target.parent} is missing"
    remedy = "plug in the drive or move the folder back, or save a copy at another place"
    if overwrite:
        raise MaskFileError(path, reason, remedy)
    raise MaskConflictError(path, reason, remedy, "unreachable")


def _compare(path: str | os.PathLike[str], target: Path, expected: FileSignature | None) -> None:
    found = FileSignature.of(target)
    if expected is None and found is None:
        return
    if found is None:
        raise MaskConflictError(
            path, "has been removed since it was read", "save anew, or reload", "removed"
        )
    if expected is None:
        raise MaskConflictError(
            path,
            f"exists ({found.size} bytes) and was not read before",
            "load it first, or save under another name",
            "appeared",
        )
    if not expected.is_still(target):
        raise MaskConflictError(
            path,
            f"has been changed since it was read ({expected.size} bytes then, {found.size} now)",
            "nothing was written; reload it, or save under another name",
            "changed",
        )


def _write_verified(
    path: str | os.PathLike[str], temporary: Path, chunks: Iterable[bytes | memoryview]
) -> bytes:
    """Write, flush, read back; return the SHA-256 of what the file holds."""
    written = hashlib.sha256()
    with temporary.open("xb") as file:
        for piece in in_pieces(chunks):
            written.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    with temporary.open("rb", buffering=0) as file:
        found = sha256_of(file)
    if found != written.digest():
        raise MaskFileError(
            path,
            "what was written does not read back the same, the old version is untouched",
            "save on another disk and have this one checked",
        )
    return found


@contextlib.contextmanager
def _kept(target: Path, copy: Path) -> Iterator[None]:
    """Keep the file as `copy`, unless that is taken; not if what follows fails."""
    made = _link_or_copy(target, copy)
    try:
        yield
    except BaseException:
        # While both names lead to one file, whoever rewrites it in place rewrites the copy too.
        if made:
            copy.unlink(missing_ok=True)
        raise


def _link_or_copy(target: Path, copy: Path) -> bool:
    if os.path.lexists(copy):
        return False
    try:
        # Whole at once, and it costs no space.
        copy.hardlink_to(target)
    except FileExistsError:
        return False
    except (OSError, NotImplementedError):
        with temporary_beside(copy) as temporary:
            with target.open("rb") as old, temporary.open("xb") as new:
                for piece in in_pieces(iter(lambda: old.read(PIECE), b"")):
                    new.write(piece)
                new.flush()
                os.fsync(new.fileno())
            shutil.copystat(target, temporary)
            temporary.rename(copy)
    return True


def _may_be_in_use(path: Path, host: str, process: int) -> bool:
    if host != HOST:
        return time.time() - path.lstat().st_mtime < _DAY_S
    if process == os.getpid():
        return path.name in _at_work
    return _is_alive(process)


def _is_alive_posix(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _is_alive_windows(_process: int) -> bool:
    # Windows refuses to remove a file that somebody has open, so none needs to be asked for.
    return False


def _sync_folder_posix(folder: Path) -> None:
    # Some shares cannot flush a folder; the file is in its place all the same.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _sync_folder_windows(_folder: Path) -> None:
    """Windows writes a folder's entries with the file: there is nothing to flush."""


def _keep_group_posix(path: Path, status: os.stat_result) -> None:
    # Whoever may write to the old file as one of its group still may; if not allowed, so be it.
    with contextlib.suppress(OSError):
        os.chown(path, -1, status.st_gid)


def _keep_group_windows(_path: Path, _status: os.stat_result) -> None:
    """Windows gives a new file the permissions of its folder."""


_WINDOWS = os.name == "nt"
_is_alive = _is_alive_windows if _WINDOWS else _is_alive_posix
_sync_folder = _sync_folder_windows if _WINDOWS else _sync_folder_posix
_keep_group = _keep_group_windows if _WINDOWS else _keep_group_posix
