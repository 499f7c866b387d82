from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from ecogview.services.recent import PathKind, RecentPath, describe, when_text

NOW = datetime(2026, 11, 24, 9, 5)


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 11, 24, 0, 7), "today 00:07"),
        (datetime(2026, 11, 23, 23, 59), "yesterday"),
        (datetime(2026, 11, 22, 23, 59), "22 Nov"),
        (datetime(2026, 1, 3), "3 Jan"),
        (datetime(2025, 12, 31), "31 Dec 2025"),
    ],
)
def test_when(moment: datetime, text: str) -> None:
    assert when_text(moment, NOW) == text


def test_yesterday_may_be_last_year() -> None:
    assert when_text(datetime(2025, 12, 31, 8), datetime(2026, 1, 1, 7)) == "yesterday"


@pytest.mark.parametrize(
    ("path", "kind", "title", "detail"),
    [
        ("/data/180325/009/rec009.LM1.clfp.dat", "file", "180325 / 009", "rec009.LM1.clfp"),
        ("/rec009.LM1.clfp.dat", "file", "rec009.LM1.clfp.dat", "rec009.LM1.clfp"),
        ("/data/180325", "folder", "180325", "/data"),
        ("/", "folder", "/", "/"),
        ("/data/a\nb/x\x1b.dat", "file", "data / a\\nb", "x\\x1b"),
    ],
)
def test_names(path: str, kind: PathKind, title: str, detail: str) -> None:
    entry = describe(RecentPath(Path(path), kind, NOW), NOW)
    assert (entry.path, entry.title, entry.detail) == (Path(path), title, detail)
