"""What the tests of exporters share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.data.exporters.export_desk import Desk, make_desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path)


@pytest.fixture
def raw_desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path / "raw", "raw")
