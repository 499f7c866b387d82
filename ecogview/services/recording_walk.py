"""The recordings of a folder tree, by their names. No Qt: the command line walks, too."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from ecogview.data.exporters.placing import is_leftover, sweep
from ecogview.data.registry import format_of
from ecogview.errors import EcogviewError

_DIGITS = re.compile(r"([0-9]+)")


def recordings_below(
    root: Path, is_stale: Callable[[], bool] = lambda: False
) -> Iterator[Path | EcogviewError]:
    """Files named like recordings in a folder and below, in natural order, files first.

    Hidden ones are left out, and a folder that links lead to twice is walked once. What a crashed
    export has left is swept away, and a recording that it was replacing put back.

    Parameters
    ----------
    root : Path
        A folder.
    is_stale : callable, optional
        Asked before each folder whether to give up.

    Yields
    ------
    Path or EcogviewError
        A file, not yet looked at; or why a folder cannot be read.
    """
    folders = [root]
    seen: set[tuple[int, int]] = set()
    while folders and not is_stale():
        folder = folders.pop()
        try:
            stat = folder.stat()
            if (stat.st_dev, stat.st_ino) in seen:  # a link to a folder further up
                continue
            seen.add((stat.st_dev, stat.st_ino))
            items = _listed(folder)
            # An export that died amid replacing a recording hides the old one.
            if any(is_leftover(item.name) for item in items) and sweep(folder):
                items = _listed(folder)
        except OSError as error:
            why = error.strerror or str(error)
            remedy = "check that it is still there and may be read"
            yield EcogviewError(folder, f"cannot be read: {why}", remedy)
            continue
        below = []
        for item in items:
            if item.name.startswith("."):
                continue
            if _is_folder(item):
                below.append(folder / item.name)
            elif format_of(item.name) is not None:
                yield folder / item.name
        folders.extend(reversed(below))


def _listed(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as found:
        return sorted(found, key=lambda item: natural_key(item.name))


def natural_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key under which "rec9" comes before "rec10"."""
    parts = _DIGITS.split(text.casefold())
    return tuple((0, int(p), p) if p.isdecimal() else (1, 0, p) for p in parts if p)


def _is_folder(item: os.DirEntry[str]) -> bool:
    try:
        return item.is_dir()
    except OSError:  # a link to what cannot be reached; opening it tells why
        return False
