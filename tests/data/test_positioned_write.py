"""Writing at a position, by either way the platform may offer."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from ecogview.data import positioned_write
from ecogview.data.positioned_write import write_from

has_pwrite = pytest.mark.skipif(not hasattr(os, "pwrite"), reason="this platform lacks pwrite")
CONTENT = np.arange(300, dtype=np.int16).reshape(100, 3)


@pytest.fixture(
    params=[pytest.param("_positioned", marks=has_pwrite), "_seek_and_write"], autouse=True
)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(positioned_write, "write_at", getattr(positioned_write, request.param))


@pytest.mark.parametrize("most", [1 << 30, 7])
def test_parts_in_any_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(positioned_write, "_MAX_WRITE", most)
    path = tmp_path / "file"
    with path.open("xb", buffering=0) as file:
        for start in (60, 0, 20):
            stop = start + 40 if start else 20
            write_from(file.fileno(), CONTENT[start:stop], start * 6)
        write_from(file.fileno(), CONTENT[:0], 5)
    assert path.read_bytes() == CONTENT.tobytes()


def test_short_writes_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = positioned_write.write_at
    monkeypatch.setattr(positioned_write, "write_at", lambda fd, view, at: whole(fd, view[:7], at))
    path = tmp_path / "file"
    with path.open("xb", buffering=0) as file:
        write_from(file.fileno(), CONTENT, 4)
    assert path.read_bytes() == bytes(4) + CONTENT.tobytes()


def test_a_disk_that_takes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(positioned_write, "write_at", lambda *_: 0)
    with (tmp_path / "file").open("xb") as file, pytest.raises(OSError) as caught:  # noqa: PT011
        write_from(file.fileno(), CONTENT, 0)
    assert caught.value.errno == errno.EIO
