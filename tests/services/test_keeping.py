"""What is said where an overview finds no room."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from ecogview.data import kept_files
from ecogview.data.kept_files import KeptFiles
from ecogview.errors import EcogviewError
from ecogview.services.keeping import writer_for
from ecogview.services.overview import Overview
from ecogview.services.sources import FileSource
from tests.builders import marked_samples, write_recording


@pytest.mark.parametrize(
    ("cap_bytes", "free", "said"),
    [
        (1000, 5_000_000_000, "may take 1.0 kB together, and 5.0 GB are free"),
        (60_000_000_000, 12_345, "may take 60 GB together, and 12 kB are free"),
    ],
)
def test_sizes_are_told_in_units_that_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cap_bytes: int, free: int, said: str
) -> None:
    monkeypatch.setattr(kept_files, "_SPARE_BYTES", 0)
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=free))
    path = write_recording(tmp_path / "data", samples=marked_samples(3, 30_000))
    with FileSource(path).open() as recording:
        overview = Overview.blank(recording.info)
    assert overview.spec is not None
    assert 30_000 < overview.spec.n_bytes < 100_000
    with pytest.raises(EcogviewError) as caught:
        writer_for(overview, KeptFiles(tmp_path / "kept", cap_bytes=cap_bytes))
    assert f"takes {overview.spec.n_bytes / 1000:.0f} kB, and there is no room" in str(caught.value)
    assert said in str(caught.value)
