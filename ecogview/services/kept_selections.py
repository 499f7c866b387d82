"""Which stretch was selected in which recording, from one run of the program to the next."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from ecogview.services.setting_kinds import Kind

MOST_KEPT = 50  # recordings


@dataclass(frozen=True, slots=True)
class KeptSelection:
    """Samples ``[start, stop)`` of a recording that had `n_samples` then."""

    path: Path
    n_samples: int
    start: int
    stop: int


Kept = tuple[KeptSelection, ...]


def with_selection(
    kept: Kept, path: Path, n_samples: int, selection: tuple[int, int] | None
) -> Kept:
    """Remember a recording's selection, the newest first; None is forgotten."""
    others = tuple(each for each in kept if each.path != path)
    if selection is None:
        return others
    return (KeptSelection(path, n_samples, *selection), *others)[:MOST_KEPT]


def selection_of(kept: Kept, path: Path, n_samples: int) -> tuple[int, int] | None:
    """What was selected in a recording; None also where it is not as long as it was."""
    for each in kept:
        if each.path == path and each.n_samples == n_samples and each.stop <= n_samples:
            return each.start, each.stop
    return None


def _write(kept: Kept) -> str:
    return json.dumps([(str(each.path), each.n_samples, each.start, each.stop) for each in kept])


def _read(text: str) -> Kept:
    found = json.loads(text)
    if not isinstance(found, list):
        raise ValueError("not a list")
    kept = []
    for row in found:
        match row:
            case [str(path), int(n_samples), int(start), int(stop)] if (
                "\0" not in path and 0 <= start < stop <= n_samples
            ):
                kept.append(KeptSelection(Path(path), n_samples, start, stop))
            case _:
                raise ValueError("not a path with its samples")
    return tuple(kept)


SELECTIONS: Kind[Kept] = Kind("paths with samples", _write, _read)
