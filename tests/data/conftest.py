"""What several tests of `ecogview.data` share."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecogview import DataFile
from tests.builders import marked_samples, write_recording
from tests.data.marked_file import N_CHANNELS, N_SAMPLES, mask


@pytest.fixture
def df(tmp_path: Path) -> DataFile:
    samples = marked_samples(N_CHANNELS, N_SAMPLES)
    return DataFile(write_recording(tmp_path, samples=samples, mask=mask()))
