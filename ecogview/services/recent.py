"""What was opened lately, in words for a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from ecogview.errors import printable

PathKind = Literal["folder", "file"]

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass(frozen=True, slots=True)
class RecentPath:
    """A folder or file and when it was last opened, as the settings keep it."""

    path: Path
    kind: PathKind
    opened: datetime


@dataclass(frozen=True, slots=True)
class RecentEntry:
    """One row of the recent list; every text is printable, plain, and may be long."""

    path: Path
    kind: PathKind
    title: str
    detail: str
    when: str


def describe(recent: RecentPath, now: datetime) -> RecentEntry:
    """Put one path into words, without a look at the disk: it may be a share that is gone."""
    path = recent.path
    if recent.kind == "folder":
        title, detail = path.name or str(path), str(path.parent)
    else:
        folders = [part for part in path.parent.parts if part != path.anchor]
        title = " / ".join(folders[-2:]) or path.name
        detail = path.name.removesuffix(".dat")
    return RecentEntry(
        path, recent.kind, printable(title), printable(detail), when_text(recent.opened, now)
    )


def when_text(moment: datetime, now: datetime) -> str:
    """Return "today 14:10", "yesterday", "20 Nov", or with the year where it is another."""
    if moment.date() == now.date():
        return f"today {moment:%H:%M}"
    if moment.date() == (now - timedelta(days=1)).date():
        return "yesterday"
    day = f"{moment.day} {_MONTHS[moment.month - 1]}"
    return day if moment.year == now.year else f"{day} {moment.year}"
