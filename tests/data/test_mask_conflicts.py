"""Two programs and one mask: who saves second is told, and nothing is lost either way."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecogview.data.file_signature import FileSignature
from ecogview.data.mask_pickle import read_mask, write_mask
from ecogview.data.mask_tracks import MaskTracks, empty_tracks, load_tracks, save_tracks
from ecogview.data.safe_write import MaskConflictError
from ecogview.dsp.runs import Runs
from ecogview.errors import MaskFileError

N, RATE = 40, 10.0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rec001.LM1_ECOG_3.clfp.mask.pkl"
    write_mask(path, {"hf": flags((2, 5)), "sat": flags(), "ch": np.zeros(3, bool), "x": 7})
    return path


def flags(*spans: tuple[int, int]) -> np.ndarray:
    return Runs.of(spans).to_bool(0, N)


def load(file: Path) -> MaskTracks:
    return load_tracks(file, N, 3, RATE)


def marked(tracks: MaskTracks, start: int, stop: int) -> MaskTracks:
    return replace(tracks, manual=tracks.manual.union(Runs.of([(start, stop)])))


def test_what_is_loaded_and_saved_knows_its_digest(file: Path) -> None:
    tracks = load(file)
    assert tracks.signature == FileSignature.read(file)
    assert tracks.signature is not None
    assert tracks.signature.sha256 == FileSignature.read(file).sha256  # type: ignore[union-attr]
    saved = save_tracks(file, marked(tracks, 7, 9))
    assert saved.signature is not None
    assert saved.signature.sha256 == FileSignature.read(file).sha256  # type: ignore[union-attr]
    assert save_tracks(file, marked(saved, 20, 22)).manual == Runs.of([(7, 9), (20, 22)])


def test_the_second_to_save_is_told_and_loses_nothing(file: Path) -> None:
    first, second = load(file), load(file)
    save_tracks(file, marked(first, 10, 12))
    with pytest.raises(MaskConflictError) as caught:
        save_tracks(file, marked(second, 20, 22))
    assert caught.value.kind == "changed"
    assert load(file).manual == Runs.of([(10, 12)])


@pytest.mark.parametrize("times", [1, 3])
def test_keeping_mine_keeps_theirs_as_well(file: Path, times: int) -> None:
    original = file.read_bytes()
    for turn in range(times):
        mine = load(file)
        save_tracks(file, marked(load(file), 10 + turn, 12 + turn))
        theirs = file.read_bytes()
        saved = save_tracks(file, marked(mine, 30, 31 + turn), overwrite=True, keep_theirs=True)
        kept = file.with_name(f"{file.name}.{turn + 2}.bak")
        assert kept.read_bytes() == theirs
        assert kept.name in saved.warnings[0]
        assert load(file).marks_equal(saved)
    assert file.with_name(f"{file.name}.bak").read_bytes() == original


def test_what_is_mine_already_is_not_kept_twice(file: Path) -> None:
    saved = save_tracks(file, marked(load(file), 7, 9), overwrite=True, keep_theirs=True)
    assert saved.warnings == ()
    assert {path.name for path in file.parent.iterdir()} == {file.name, f"{file.name}.bak"}


def test_a_mask_that_somebody_made_first_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "new.mask.pkl"
    theirs = save_tracks(file, marked(empty_tracks(N, 3), 1, 2))
    mine = marked(empty_tracks(N, 3), 5, 6)
    with pytest.raises(MaskConflictError) as caught:
        save_tracks(file, mine)
    assert caught.value.kind == "appeared"
    save_tracks(file, mine, overwrite=True, keep_theirs=True)
    assert load(file).marks_equal(mine)
    assert load(file.with_name(f"{file.name}.2.bak")).marks_equal(theirs)


def test_one_that_has_gone_is_written_anew(file: Path) -> None:
    tracks = load(file)
    file.unlink()
    with pytest.raises(MaskConflictError) as caught:
        save_tracks(file, tracks)
    assert caught.value.kind == "removed"
    save_tracks(file, tracks, overwrite=True, keep_theirs=True)
    assert read_mask(file)["x"] == 7
    assert list(file.parent.iterdir()) == [file]


def test_a_copy_of_what_was_loaded_is_no_conflict(file: Path) -> None:
    tracks = load(file)
    content = file.read_bytes()
    file.unlink()
    file.write_bytes(content)
    assert save_tracks(file, marked(tracks, 7, 9)).manual == Runs.of([(7, 9)])


# -- while it is read


def test_a_mask_that_is_replaced_while_it_is_read(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = FileSignature.read

    def replaced_before(path: Any) -> FileSignature | None:
        other = file.with_name("other")
        other.write_bytes(file.read_bytes())
        other.replace(file)
        return read(path)

    monkeypatch.setattr(FileSignature, "read", replaced_before)
    with pytest.raises(MaskFileError, match="was changed while it was read"):
        load(file)


@pytest.mark.parametrize("number", [errno.EIO, errno.EACCES])
def test_a_disk_that_fails_while_the_digest_is_made(
    file: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def fail(_: Any) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(FileSignature, "read", fail)
    with pytest.raises(MaskFileError, match=os.strerror(number)):
        load(file)


# -- links


@pytest.fixture
def link(tmp_path: Path) -> Path:
    folder = tmp_path / "links"
    folder.mkdir()
    path = folder / "link.mask.pkl"
    try:
        path.symlink_to(tmp_path / "target" / "rec001.mask.pkl")
    except OSError:
        pytest.skip("cannot make links here")
    return path


def test_a_link_to_nothing_is_an_error_and_not_no_mask(link: Path) -> None:
    with pytest.raises(MaskFileError, match=r"is a link to .*target.*, which is missing"):
        load(link)


def test_a_mask_is_saved_where_a_link_to_nothing_leads(link: Path, tmp_path: Path) -> None:
    tracks = marked(empty_tracks(N, 3), 7, 9)
    for overwrite in (False, True):
        with pytest.raises(MaskFileError, match=r"a link to .*, which is missing, and so is its"):
            save_tracks(link, tracks, overwrite=overwrite)
    (tmp_path / "target").mkdir()
    save_tracks(link, tracks)
    assert link.is_symlink()
    assert load(tmp_path / "target" / "rec001.mask.pkl").marks_equal(tracks)
    assert [path.name for path in link.parent.iterdir()] == ["link.mask.pkl"]


def test_a_folder_that_is_gone_is_no_doing_of_another_program(file: Path, tmp_path: Path) -> None:
    tracks, folder = load(file), file.parent
    moved = folder.rename(tmp_path.with_name(f"{tmp_path.name}-unplugged"))
    with pytest.raises(MaskConflictError, match=r"its folder .* is missing") as caught:
        save_tracks(file, marked(tracks, 7, 9))
    assert caught.value.kind == "unreachable"
    with pytest.raises(MaskFileError, match="is missing") as refused:
        save_tracks(file, marked(tracks, 7, 9), overwrite=True)
    assert not isinstance(refused.value, MaskConflictError)
    assert not folder.exists()
    moved.rename(folder)
    assert save_tracks(file, marked(tracks, 7, 9)).manual == Runs.of([(7, 9)])


def test_the_version_that_is_replaced_can_be_kept_too(file: Path) -> None:
    first = load(file)
    original = file.read_bytes()
    saved = save_tracks(file, marked(first, 7, 9), keep_theirs=True)
    assert file.with_name(f"{file.name}.2.bak").read_bytes() == original
    assert f"{file.name}.2.bak" in saved.warnings[0]


def test_a_link_that_leads_elsewhere_by_now_is_a_conflict(
    file: Path, link: Path, tmp_path: Path
) -> None:
    link.unlink()
    link.symlink_to(file)
    tracks = load(link)
    other = tmp_path / "other.mask.pkl"
    save_tracks(other, marked(empty_tracks(N, 3), 1, 2))
    before = other.read_bytes()
    link.unlink()
    link.symlink_to(other)
    with pytest.raises(MaskConflictError):
        save_tracks(link, marked(tracks, 7, 9))
    assert other.read_bytes() == before
