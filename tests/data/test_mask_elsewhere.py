"""Masks in a place the user has chosen: found again, and never taken for none."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import platformdirs
import pytest

from ecogview.data.mask_elsewhere import (
    entry_of,
    forget_elsewhere,
    mask_elsewhere,
    place_for_mask,
    remember_elsewhere,
    save_elsewhere,
)
from ecogview.data.mask_tracks import empty_tracks, load_tracks
from ecogview.errors import MaskFileError


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "180325" / "rec001.LM1_ECOG_3.clfp.dat"
    path.parent.mkdir()
    path.touch()
    return path


def user_folder() -> Path:
    return Path(platformdirs.user_data_dir("ecogview", appauthor=False))


def test_nothing_is_remembered_at_first(recording: Path) -> None:
    assert mask_elsewhere(recording) is None
    assert not user_folder().exists()
    forget_elsewhere(recording)


def test_it_is_found_again_until_it_is_forgotten(recording: Path, tmp_path: Path) -> None:
    mask = tmp_path / "mine" / "µ \udcff.mask.pkl"
    remember_elsewhere(recording, mask)
    assert mask_elsewhere(recording) == mask
    assert mask_elsewhere(str(recording)) == mask
    assert mask_elsewhere(recording.with_name("rec002.LM1_ECOG_3.clfp.dat")) is None
    remember_elsewhere(recording, tmp_path / "other.pkl")
    assert mask_elsewhere(recording) == tmp_path / "other.pkl"
    forget_elsewhere(recording)
    assert mask_elsewhere(recording) is None


def test_by_way_of_a_link_it_is_the_same_recording(recording: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.dat"
    try:
        link.symlink_to(recording)
    except OSError:
        pytest.skip("cannot make links here")
    remember_elsewhere(link, tmp_path / "mask.pkl")
    assert mask_elsewhere(recording) == tmp_path / "mask.pkl"


def test_a_relative_path_becomes_absolute(
    recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    remember_elsewhere("180325/rec001.LM1_ECOG_3.clfp.dat", "mask.pkl")
    assert mask_elsewhere(recording) == tmp_path / "mask.pkl"


def test_the_place_that_is_offered_is_ready_and_each_recordings_own(recording: Path) -> None:
    place = place_for_mask(recording, "rec001.LM1_ECOG_3.clfp.mask.pkl")
    assert place.parent.is_dir()
    assert place.name == "rec001.LM1_ECOG_3.clfp.mask.pkl"
    other = recording.parent.parent / "180326" / recording.name
    assert place_for_mask(other, place.name) != place
    assert user_folder() in place.parents


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{", b"[]", b'{"mask": 5}', b'{"mask": "relative.pkl"}', b'{"mask": "/a\\u0000b"}'),
        *(b"[" * 60_000, b'{"mask": "/' + b"a" * 70_000 + b'"}', b"\xff\xff"),
    ],
)
def test_an_entry_that_cannot_be_read_is_an_error_and_not_no_mask(
    recording: Path, tmp_path: Path, content: bytes
) -> None:
    remember_elsewhere(recording, tmp_path / "mask.pkl")
    entry = entry_of(recording)
    entry.write_bytes(content)
    with pytest.raises(MaskFileError) as caught:
        mask_elsewhere(recording)
    assert caught.value.path == entry
    remember_elsewhere(recording, tmp_path / "mask.pkl")
    assert mask_elsewhere(recording) == tmp_path / "mask.pkl"


def failing(*_: Any, **__: Any) -> Any:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize(("owner", "call"), [(Path, "mkdir"), (os, "fsync")])
def test_a_full_disk_is_said(
    recording: Path, monkeypatch: pytest.MonkeyPatch, owner: Any, call: str
) -> None:
    monkeypatch.setattr(owner, call, failing)
    with pytest.raises(MaskFileError, match="No space left"):
        remember_elsewhere(recording, "/mask.pkl")


def test_an_entry_that_cannot_be_removed_is_said(
    recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember_elsewhere(recording, recording.with_suffix(".pkl"))
    monkeypatch.setattr(Path, "unlink", failing)
    with pytest.raises(MaskFileError, match="cannot be removed"):
        forget_elsewhere(recording)


def test_a_long_name(tmp_path: Path) -> None:
    recording = tmp_path / f"{'µ' * 110}.D.clfp.dat"
    remember_elsewhere(recording, tmp_path / "mask.pkl")
    assert mask_elsewhere(recording) == tmp_path / "mask.pkl"


# -- files that share a mask, and saving it


def test_files_that_share_a_mask_share_its_place(recording: Path, tmp_path: Path) -> None:
    folder = recording.parent
    remember_elsewhere(folder / "rec001.D.clfp_ds250_fl0u10.dat", tmp_path / "mask.pkl")
    assert mask_elsewhere(folder / "rec001.D.clfp_ds250.dat") == tmp_path / "mask.pkl"
    assert mask_elsewhere(folder / "rec001.D.clfp_ds250_fl10u30.dat") == tmp_path / "mask.pkl"
    assert mask_elsewhere(folder / "rec001.D.clfp_ds500.dat") is None
    assert mask_elsewhere(folder / "rec001.D.part.clfp_ds250.dat") is None


def test_a_recording_of_another_format_has_a_place_too(tmp_path: Path) -> None:
    remember_elsewhere(tmp_path / "a.edf", tmp_path / "mask.pkl")
    assert mask_elsewhere(tmp_path / "a.edf") == tmp_path / "mask.pkl"
    assert mask_elsewhere(tmp_path / "b.edf") is None


def test_a_mask_that_is_saved_elsewhere_is_found(recording: Path, tmp_path: Path) -> None:
    place = place_for_mask(recording, "mask.pkl")
    written = save_elsewhere(recording, place, empty_tracks(50, 3))
    assert mask_elsewhere(recording) == place
    assert load_tracks(place, 50, 3, 10.0).marks_equal(written)
    assert list(recording.parent.iterdir()) == [recording]


def test_what_has_that_name_already_is_kept(recording: Path, tmp_path: Path) -> None:
    place = tmp_path / "mask.pkl"
    place.write_bytes(b"of somebody else")
    save_elsewhere(recording, place, empty_tracks(50, 3))
    assert (tmp_path / "mask.pkl.2.bak").read_bytes() == b"of somebody else"


def test_what_was_not_saved_is_not_noted(recording: Path, tmp_path: Path) -> None:
    with pytest.raises(MaskFileError):
        save_elsewhere(recording, tmp_path / "none" / "mask.pkl", empty_tracks(50, 3))
    assert mask_elsewhere(recording) is None
