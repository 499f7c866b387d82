"""Masks that are not beside their recording: where its folder is read-only, the user names a place.

Each mask has an entry of its own in the user's data folder, so that programs that run at the same
time never lose each other's. Files that share a mask share its place.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path

import numpy as np
import platformdirs

from ecogview.data.lab_name import LabName
from ecogview.data.mask_tracks import MaskTracks, save_tracks
from ecogview.data.own_names import readable_part
from ecogview.data.positioned_read import PositionedFile
from ecogview.data.safe_write import MaskConflictError, replace_file
from ecogview.errors import MaskFileError, RecordingError

_FOLDER = "masks-elsewhere"
_MOST_BYTES = 1 << 16
_REMEDY = "name the place of the mask again, or remove this entry"


def mask_elsewhere(recording: str | os.PathLike[str]) -> Path | None:
    """Where the mask of a recording was put, None where that was not chosen.

    Whether it is still there has not been looked at: that it is not is an error, for an unreadable
    mask is never "no mask". It goes before a mask beside the recording, which is then older.

    Raises
    ------
    MaskFileError
        If there is an entry for the recording that cannot be read.
    """
    if not (_user_folder() / _FOLDER).is_dir():
        return None  # found out in 20 µs; asking for the recording takes five times as long
    entry = entry_of(recording)
    try:
        with PositionedFile(entry) as file:
            buffer = np.empty(min(file.size, _MOST_BYTES), np.uint8)
            held = json.loads(buffer[: file.read_into(buffer, 0)].tobytes())
    except RecordingError as error:
        if isinstance(error.__cause__, FileNotFoundError | NotADirectoryError):
            return None
        raise MaskFileError(entry, error.reason, _REMEDY) from error
    except (ValueError, RecursionError) as error:
        raise MaskFileError(entry, "is not JSON", _REMEDY) from error
    match held:
        case {"mask": str(text)} if Path(text).is_absolute() and "\0" not in text:
            return Path(text)
    raise MaskFileError(entry, "holds no absolute path under 'mask'", _REMEDY)


def remember_elsewhere(
    recording: str | os.PathLike[str], mask_path: str | os.PathLike[str]
) -> None:
    """Note where the mask of a recording is from now on; `MaskFileError` if that cannot be."""
    entry = entry_of(recording)
    held = {"recording": os.path.realpath(recording), "mask": str(Path(mask_path).absolute())}
    _make(entry.parent)
    text = json.dumps(held, indent=2) + "\n"
    replace_file(entry, [text.encode("ascii")], backup=False, expected=None, overwrite=True)


def save_elsewhere(
    recording: str | os.PathLike[str], mask_path: str | os.PathLike[str], tracks: MaskTracks
) -> MaskTracks:
    """Write a mask to another place, note that it is there, and return it as it is on the disk.

    A file that has that name already stays beside it as ``<name>.2.bak``, or the next number.

    Raises
    ------
    MaskFileError
        If it cannot be written, or where it is cannot be noted.
    """
    written = save_tracks(mask_path, tracks, overwrite=True, keep_theirs=True)
    remember_elsewhere(recording, mask_path)
    return written


def save_beside(
    recording: str | os.PathLike[str], beside: str | os.PathLike[str], tracks: MaskTracks
) -> MaskTracks:
    """Write a mask beside its recording, then look for it there; return it as it is on the disk.

    A mask that is there already stays as ``<name>.2.bak``, or the next number, and the file that
    `tracks` were read from stays where it is.

    Raises
    ------
    MaskConflictError
        If another program has changed the one that `tracks` were read from.
    MaskFileError
        If it cannot be written, or the entry not dropped, which then holds as before.
    """
    if tracks.source is not None and tracks.signature is not None:
        try:
            is_still = tracks.signature.is_still(tracks.source)
        except OSError:
            is_still = True  # out of reach, and what was read of it is all there is
        if not is_still and tracks.source.exists():
            raise MaskConflictError(
                tracks.source, "has been changed since it was read", "load that first", "changed"
            )
    written = save_tracks(beside, tracks, overwrite=True, keep_theirs=True)
    forget_elsewhere(recording)
    return written


def forget_elsewhere(recording: str | os.PathLike[str]) -> None:
    """Look for the mask beside the recording again; the mask itself stays where it is."""
    entry = entry_of(recording)
    try:
        entry.unlink(missing_ok=True)
    except OSError as error:
        raise MaskFileError(
            entry, f"cannot be removed ({error.strerror})", "check permissions of its folder"
        ) from error


def place_for_mask(recording: str | os.PathLike[str], mask_name: str) -> Path:
    """A place to offer, in the user's data folder, which is made; `MaskFileError` if it cannot be.

    `mask_name` is what the mask would be called beside the recording.
    """
    folder = _user_folder() / "masks" / _key(_resolved(recording))
    _make(folder)
    return folder / mask_name


def entry_of(recording: str | os.PathLike[str]) -> Path:
    """The file that says where the mask is, if there is one."""
    resolved = _resolved(recording)
    readable = readable_part(Path(resolved).name)
    return _user_folder() / _FOLDER / f"{_key(resolved)}.{readable}.json"


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MaskFileError(
            folder, f"cannot be made ({error.strerror})", "check free space and permissions"
        ) from error


def _user_folder() -> Path:
    return Path(platformdirs.user_data_dir("ecogview", appauthor=False))


def _key(resolved: str) -> str:
    return hashlib.sha256(os.fsencode(resolved)).hexdigest()[:16]


def _resolved(path: str | os.PathLike[str]) -> str:
    """One spelling for all ways to a file, and for all files that share a mask."""
    real = Path(os.path.realpath(path))
    with suppress(RecordingError):  # of another format: it shares no mask
        real = LabName.parse(real).mask_path
    return os.path.normcase(real)
