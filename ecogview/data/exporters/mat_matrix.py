"""A numeric matrix in a ``.mat`` of version 5, written a piece at a time.

SciPy makes bytes of a whole array and holds the interpreter's lock meanwhile: 1.3 GB stopped the
window for 2.9 s. Layout: "MAT-File Format", MathWorks, chapter 1, level 5.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecogview.data.exporters.sample_file import SampleFile

_INT8, _INT32, _UINT32, _MATRIX = 1, 5, 6, 14  # types of elements
_LOGICAL = 0x200
# Type of the element and class of the matrix, by the type of a value.
_TYPES = {"f4": (7, 7), "f8": (9, 6), "i2": (3, 10), "b1": (2, 9)}


def append_matrix(
    file: SampleFile,
    name: str,
    dtype: np.dtype[Any],
    shape: tuple[int, int],
    pieces: Iterable[NDArray[Any]],
) -> None:
    """Append a variable.

    Parameters
    ----------
    file : SampleFile
    name : str
        ASCII.
    dtype : dtype
        float32, float64, int16 or bool, which becomes logical.
    shape : tuple of int
        Rows and columns.
    pieces : iterable of ndarray
        The values in the file's order, column by column: of an array of shape (columns, rows).
    """
    kind, of_class = _TYPES[dtype.str[1:]]
    flags = of_class | (_LOGICAL if dtype.kind == "b" else 0)
    n_bytes = shape[0] * shape[1] * dtype.itemsize
    before = b"".join(
        (
            _element(_UINT32, struct.pack("<II", flags, 0)),
            _element(_INT32, struct.pack("<ii", *shape)),
            _element(_INT8, name.encode("ascii")),
            struct.pack("<II", kind, n_bytes),
        )
    )
    padding = -n_bytes % 8
    file.append_bytes(struct.pack("<II", _MATRIX, len(before) + n_bytes + padding) + before)
    for piece in pieces:
        file.append(np.ascontiguousarray(piece))
    if padding:
        file.append_bytes(bytes(padding))


def _element(kind: int, content: bytes) -> bytes:
    return struct.pack("<II", kind, len(content)) + content + bytes(-len(content) % 8)
