"""A mask with its journal, and what passes over a recording need."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ecogview.data.kept_files import FOLDER_VARIABLE
from ecogview.data.mask_tracks import MaskTracks, empty_tracks, save_tracks
from ecogview.dsp.runs import Runs
from ecogview.services.journal import Journal
from tests.services.journal_desk import N


@pytest.fixture
def mask(tmp_path: Path) -> Path:
    return tmp_path / "180325" / "rec001.LM1_ECOG_3.clfp.mask.pkl"


@pytest.fixture
def saved(mask: Path) -> MaskTracks:
    mask.parent.mkdir()
    tracks = replace(empty_tracks(N, 3), hf=Runs.of([(2, 6)]), sat=Runs.of([(30, 33)]))
    return save_tracks(mask, tracks)


@pytest.fixture
def journal(mask: Path) -> Iterator[Journal]:
    made = Journal(mask, mask.with_name("rec001.LM1_ECOG_3.clfp.dat"))
    yield made
    made.close()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where overviews are kept."""
    folder = tmp_path / "kept"
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    return folder


@pytest.fixture
def ready() -> threading.Event:
    ready = threading.Event()
    ready.set()
    return ready
