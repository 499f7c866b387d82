"""See, mark and read long, many-channel brain recordings.

The names below are loaded when they are first used: importing `ecogview` costs nothing, and
reading data needs no Qt.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ecogview import errors
from ecogview.lean_import import uncollected

if TYPE_CHECKING:
    from ecogview.app.viewer import view
    from ecogview.data.data_file import DataFile, grow_bool_array
    from ecogview.data.mask_pickle import read_mask, write_mask
    from ecogview.data.registry import open_recording

__all__ = [
    "DataFile",
    "errors",
    "grow_bool_array",
    "open_recording",
    "read_mask",
    "view",
    "write_mask",
]

_HOMES = {
    "DataFile": "ecogview.data.data_file",
    "grow_bool_array": "ecogview.data.data_file",
    "open_recording": "ecogview.data.registry",
    "read_mask": "ecogview.data.mask_pickle",
    "view": "ecogview.app.viewer",
    "write_mask": "ecogview.data.mask_pickle",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with uncollected():
        value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
