"""Masks of recordings that are opened: none, unreadable, or kept elsewhere."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ecogview
from ecogview.data.mask_elsewhere import entry_of, remember_elsewhere
from ecogview.data.mask_tracks import MaskTracks
from ecogview.errors import MaskFileError
from ecogview.services.opening import read_mask
from ecogview.services.sources import FileSource, Source
from tests.builders import marked_samples, write_recording

SAMPLES = marked_samples(4, 300)


def a_mask(**changes: Any) -> dict[str, Any]:
    sat = np.zeros(300, bool)
    sat[10:25] = True
    ch = np.array([False, True, False, False])
    return {"hf": np.zeros(300, bool), "sat": sat, "ch": ch, **changes}


def read(source: Source) -> MaskTracks | MaskFileError:
    with source.open() as recording:
        return read_mask(source, recording.info)


def test_no_mask_is_an_empty_one(tmp_path: Path) -> None:
    tracks = read(FileSource(write_recording(tmp_path, samples=SAMPLES)))
    assert isinstance(tracks, MaskTracks)
    assert (len(tracks.bad), tracks.bad_channels.tolist()) == (0, [False] * 4)
    assert (tracks.n_samples, tracks.source) == (300, None)


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        (a_mask(ch=np.zeros(7, bool)), "7 channels, the recording 4"),
        (a_mask(hf=np.zeros(9000, bool)), "hf"),
        ({"sat": np.zeros(300, bool)}, "hf"),
    ],
)
def test_a_mask_of_something_else_is_an_error(
    tmp_path: Path, mask: dict[str, Any], words: str
) -> None:
    error = read(FileSource(write_recording(tmp_path, samples=SAMPLES, mask=mask)))
    assert isinstance(error, MaskFileError)
    assert words in str(error)
    assert "rec001.LM1_ECOG_3.clfp.mask.pkl" in str(error)


def test_a_link_to_nothing_is_no_missing_mask(tmp_path: Path) -> None:
    source = FileSource(write_recording(tmp_path, samples=SAMPLES))
    assert source.mask_path is not None
    try:
        source.mask_path.symlink_to(tmp_path / "unplugged" / "mask.pkl")
    except OSError:
        pytest.skip("this user may not make links here")
    error = read(source)
    assert isinstance(error, MaskFileError)
    assert source.mask_path.name in str(error)


def test_a_mask_that_was_named_must_exist(tmp_path: Path) -> None:
    path = write_recording(tmp_path, samples=SAMPLES, mask=a_mask())
    own = tmp_path / "own.mask.pkl"
    error = read(FileSource(path, own_mask_path=own))
    assert isinstance(error, MaskFileError)
    assert error.path == own
    os.replace(tmp_path / "rec001.LM1_ECOG_3.clfp.mask.pkl", own)  # noqa: PTH105
    tracks = read(FileSource(path, own_mask_path=own))
    assert isinstance(tracks, MaskTracks)
    assert list(tracks.sat) == [(10, 25)]


def test_a_folder_in_place_of_the_mask_is_an_error(tmp_path: Path) -> None:
    source = FileSource(write_recording(tmp_path, samples=SAMPLES))
    assert source.mask_path is not None
    source.mask_path.mkdir()
    assert isinstance(read(source), MaskFileError)


# -- masks that are not beside their recording


def test_a_mask_kept_elsewhere_is_read_there(tmp_path: Path) -> None:
    path = write_recording(tmp_path / "day", samples=SAMPLES, mask=a_mask())
    elsewhere = tmp_path / "elsewhere.pkl"
    remember_elsewhere(path, elsewhere)
    source = FileSource(path)
    with source.open() as recording:
        info = recording.info
    gone = read_mask(source, info)
    assert isinstance(gone, MaskFileError)
    assert gone.path == elsewhere
    ecogview.write_mask(elsewhere, a_mask(sat=np.zeros(300, bool)))
    found = read_mask(source, info)
    assert isinstance(found, MaskTracks)
    assert not len(found.sat)
    entry_of(path).write_bytes(b"{")
    unknown = read_mask(source, info)
    assert isinstance(unknown, MaskFileError)
    assert unknown.path == entry_of(path)
