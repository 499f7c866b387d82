"""JSON as MATLAB and LabVIEW write it, read without trusting it."""

from __future__ import annotations

import json
import os
from typing import Any

import numpy as np

from ecogview.data.positioned_read import PositionedFile
from ecogview.errors import RecordingError, printable

MAX_BYTES = 8 << 20  # a hundred times a real one, and at most 300 MB as Python objects


def read_json_object(path: str | os.PathLike[str]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Read a file that holds one JSON object.

    A byte order mark, Latin-1 text, NaN and Infinity, control characters in texts and integers of
    any length are taken; what that had to guess is returned as warnings.

    Returns
    -------
    tuple of (dict, tuple of str)
        The object and the warnings.

    Raises
    ------
    RecordingError
        If there is no such file, it cannot be read, is too large, or holds anything else.
    """
    with PositionedFile(path) as file:
        if file.size > MAX_BYTES:
            raise RecordingError(
                path,
                f"has {file.size:,} bytes; experiment files are read up to {MAX_BYTES:,}",
                "check that it is the experiment's JSON",
            )
        buffer = np.empty(file.size, np.uint8)
        content = buffer[: file.read_into(buffer, 0)].tobytes()
    if not content.strip():
        raise RecordingError(path, "is empty", "copy it again from the experiment")
    text, warnings = _decoded(content)
    try:
        value = json.loads(text, strict=False, parse_int=_integer)
    except json.JSONDecodeError as error:
        reason = f"is not JSON: {error.msg} in line {error.lineno}, column {error.colno}"
        raise RecordingError(path, reason, "copy it again from the experiment") from error
    except RecursionError:
        reason = "is nested too deeply to be an experiment's JSON"
        raise RecordingError(path, reason, "copy it again from the experiment") from None
    if not isinstance(value, dict):
        raise RecordingError(
            path,
            f"holds {describe(value)}, not an object with the key 'hardware'",
            "check that it is the experiment's JSON",
        )
    return value, warnings


def describe(value: object) -> str:
    """Say what a JSON value is, for an error message."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case int() | float():
            return f"the number {value:g}"
        case str():
            return f"the text {printable(value, 40)!r}"
        case list():
            return f"a list of {len(value):,}"
        case _:
            return "an object"


def _integer(digits: str) -> int | float:
    # Python refuses to convert thousands of digits; as a float they are merely infinite.
    return int(digits) if len(digits) <= 18 else float(digits)


def _decoded(content: bytes) -> tuple[str, tuple[str, ...]]:
    try:
        return content.decode(json.detect_encoding(content)), ()
    except UnicodeDecodeError:
        guess = "the experiment's JSON is not UTF-8: its texts were read as Latin-1"
        return content.removeprefix(b"\xef\xbb\xbf").decode("latin-1"), (guess,)
