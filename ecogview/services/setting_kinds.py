"""How a setting's value is written as text and read back, strictly."""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Generic, TypeVar

from ecogview.services.recent import RecentPath

T = TypeVar("T")
_WORD = re.compile(r"[a-z0-9_]{1,40}")


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """The type of a setting: `read` raises ValueError for what `write` would not have written."""

    name: str
    write: Callable[[T], str]
    read: Callable[[str], T]


def choice(*options: str) -> Kind[str]:
    """Return the kind of one word out of `options`."""

    def read(text: str) -> str:
        if text not in options:
            raise ValueError(f"{text!r} is none of {', '.join(options)}")
        return text

    return Kind("one of " + ", ".join(options), str, read)


def _read_switch(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(f"{text!r} is neither true nor false")
    return text == "true"


def _read_positive(text: str) -> float:
    value = float(text)
    if not (math.isfinite(value) and value > 0):
        raise ValueError(f"{text!r} is not above 0")
    return value


def _read_word(text: str) -> str:
    if not _WORD.fullmatch(text):
        raise ValueError(f"{text!r} is not a word")
    return text


def _read_bytes(text: str) -> bytes:
    return base64.b64decode(text.encode("ascii"), validate=True)


def _read_path(text: str) -> Path | None:
    if not text:
        return None
    found = json.loads(text)
    if not isinstance(found, str) or "\0" in found:
        raise ValueError("not a path")
    return Path(found)


def _read_recent(text: str) -> tuple[RecentPath, ...]:
    found = json.loads(text)
    if not isinstance(found, list):
        raise ValueError("not a list")
    entries = []
    for row in found:
        match row:
            case [str(path), ("folder" | "file") as kind, str(opened)] if "\0" not in path:
                moment = datetime.fromisoformat(opened).replace(tzinfo=None)
                entries.append(RecentPath(Path(path), kind, moment))
            case _:
                raise ValueError("not a path with its kind and time")
    return tuple(entries)


def _write_recent(entries: tuple[RecentPath, ...]) -> str:
    rows = [(str(e.path), e.kind, e.opened.isoformat(timespec="minutes")) for e in entries]
    return json.dumps(rows)


SWITCH: Kind[bool] = Kind("true or false", lambda on: "true" if on else "false", _read_switch)
POSITIVE: Kind[float] = Kind("a number above 0", repr, _read_positive)
WORD: Kind[str] = Kind("a word", str, _read_word)
BYTES: Kind[bytes] = Kind("bytes", lambda value: base64.b64encode(value).decode(), _read_bytes)
PATH: Kind[Path | None] = Kind(
    "a path", lambda path: "" if path is None else json.dumps(str(path)), _read_path
)
RECENT: Kind[tuple[RecentPath, ...]] = Kind("paths with times", _write_recent, _read_recent)
