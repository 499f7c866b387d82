"""Masks that are not beside their recording: where its folder is read-only, the user names a place.

Each recording has an entry of its own in the user's data folder, so that programs that run at the
same time never lose each other's.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path

import numpy as np
import platformdirs

from ecogview.data.positioned_read import PositionedFile
from ecogview.data.safe_write import replace_file
from ecogview.errors import MaskFileError, RecordingError

_FOLDER = "masks-elsewhere"
_MOST_BYTES = 1 << 16
_UNFIT = re.compile(r"[^A-Za-z0-9_.-]+")
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
    entry = _entry(recording)
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
    entry = _entry(recording)
    held = {"recording": _resolved(recording), "mask": str(Path(mask_path).absolute())}
    _make(entry.parent)
    text = json.dumps(held, indent=2) + "\n"
    replace_file(entry, [text.encode("ascii")], backup=False, expected=None, overwrite=True)


def forget_elsewhere(recording: str | os.PathLike[str]) -> None:
    """Look for the mask beside the recording again; the mask itself stays where it is."""
    entry = _entry(recording)
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
    folder = _user_folder() / "masks" / _key(recording)
    _make(folder)
    return folder / mask_name


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MaskFileError(
            folder, f"cannot be made ({error.strerror})", "check free space and permissions"
        ) from error


def _entry(recording: str | os.PathLike[str]) -> Path:
    readable = _UNFIT.sub("_", Path(_resolved(recording)).name)[:120]
    return _user_folder() / _FOLDER / f"{_key(recording)}.{readable}.json"


def _user_folder() -> Path:
    return Path(platformdirs.user_data_dir("ecogview", appauthor=False))


def _key(recording: str | os.PathLike[str]) -> str:
    return hashlib.sha256(os.fsencode(_resolved(recording))).hexdigest()[:16]


def _resolved(path: str | os.PathLike[str]) -> str:
    """One spelling for all ways to a file."""
    return os.path.normcase(os.path.realpath(path))
