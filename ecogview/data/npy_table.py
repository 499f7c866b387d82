"""Arrays of ``.npy`` files as columns of a table.

The header is taken apart by patterns, not evaluated, and values come from `numpy.frombuffer` after
type, shape and size are checked: nothing of such a file is run.

NumPy Enhancement Proposal 1 (format), versions 1.0 to 3.0.
"""

from __future__ import annotations

import math
import os
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecogview.data.positioned_read import PositionedFile
from ecogview.errors import EcogviewError, RecordingError

_MAGIC = b"\x93NUMPY"
_MAX_BYTES = 1 << 27
_MAX_HEADER = 10_000
_MOST_FIELDS = 32
_DESCR = re.compile(r"""["']descr["']\s*:\s*("[^"]*"|'[^']*'|\[.*?\])\s*,\s*["']""", re.DOTALL)
_ORDER = re.compile(r"""["']fortran_order["']\s*:\s*(True|False)""")
_SHAPE = re.compile(
    r"""["']shape["']\s*:\s*\(\s*((?:[0-9]{1,12}L?\s*,\s*){0,32}(?:[0-9]{1,12}L?)?)\s*\)"""
)
_FIELD = re.compile(r"""\(\s*("[^"]*"|'[^']*')\s*,\s*("[^"]*"|'[^']*')\s*\)\s*,?\s*""")
_TYPE = re.compile(r"[<>|=]?(f[248]|[iu][1248]|[US][0-9]{1,4})")
_REMEDY = "save one column of times in seconds, or times and labels, with numpy.save"


def read_npy(path: str | os.PathLike[str]) -> NDArray[Any]:
    """Read an array of numbers or text, or a structured one with such fields.

    Parameters
    ----------
    path : str or path-like
        At most 128 MiB.

    Returns
    -------
    ndarray
        Read-only, in the shape and type of the file.

    Raises
    ------
    EcogviewError
        If it is no such array: what was found is named.
    """
    try:
        with PositionedFile(path) as file:
            if file.size > _MAX_BYTES:
                raise EcogviewError(
                    path,
                    f"has {file.size:,} bytes, and at most {_MAX_BYTES:,} are read",
                    "split it",
                )
            buffer = np.empty(file.size, np.uint8)
            content = buffer[: file.read_into(buffer, 0)].tobytes()
    except RecordingError as error:
        raise EcogviewError(path, error.reason, error.remedy) from error
    text, data = _split(path, content)
    descr, order, shape = (pattern.search(text) for pattern in (_DESCR, _ORDER, _SHAPE))
    if descr is None or order is None or shape is None:
        raise EcogviewError(path, "its header names no type, order and shape", _REMEDY)
    dtype = _dtype(path, descr[1])
    sizes = [int(size) for size in re.findall("[0-9]+", shape[1])]
    if len(sizes) > 2:
        raise EcogviewError(path, f"has {len(sizes)} dimensions, not 1 or 2", _REMEDY)
    count = math.prod(sizes)
    if count * dtype.itemsize != len(data):
        raise EcogviewError(
            path,
            f"holds {len(data):,} bytes of values, and its shape {tuple(sizes)} needs "
            f"{count * dtype.itemsize:,}",
            "save it anew",
        )
    values = np.frombuffer(data, dtype)
    return values.reshape(sizes, order="F" if order[1] == "True" else "C")


def _split(path: str | os.PathLike[str], content: bytes) -> tuple[str, bytes]:
    """Header and values."""
    if content[:6] != _MAGIC or len(content) < 12:
        raise EcogviewError(path, "is no .npy file: it begins otherwise", _REMEDY)
    version = content[6]
    if version not in (1, 2, 3):
        raise EcogviewError(path, f"has version {version} of the format, not 1 to 3", _REMEDY)
    begin = 10 if version == 1 else 12
    length = int.from_bytes(content[8:begin], "little")
    if length > min(_MAX_HEADER, len(content) - begin):
        raise EcogviewError(
            path,
            f"its header claims {length:,} bytes, and at most {_MAX_HEADER:,} are read",
            "save it anew",
        )
    text = content[begin : begin + length].decode("utf-8" if version == 3 else "latin-1", "replace")
    return text, content[begin + length :]


def _dtype(path: str | os.PathLike[str], descr: str) -> np.dtype[Any]:
    if not descr.startswith("["):
        return _plain(path, descr[1:-1])
    fields: list[tuple[str, np.dtype[Any]]] = []
    at = 1
    while (field := _FIELD.match(descr, at)) is not None and len(fields) < _MOST_FIELDS:
        fields.append((field[1][1:-1], _plain(path, field[2][1:-1])))
        at = field.end()
    names = {name for name, _ in fields}
    if descr[at:].strip() != "]" or not fields or len(names) < len(fields) or "" in names:
        raise EcogviewError(path, "has fields that are no plain columns with own names", _REMEDY)
    return np.dtype(fields)


def _plain(path: str | os.PathLike[str], code: str) -> np.dtype[Any]:
    if _TYPE.fullmatch(code) is None or code.endswith(("U0", "S0")):
        raise EcogviewError(path, f"holds values of type {code[:40]!r}", _REMEDY)
    return np.dtype(code)
