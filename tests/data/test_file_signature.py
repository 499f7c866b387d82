"""Which version of a file: by its content, where that is known."""

from __future__ import annotations

import hashlib
import io
import os
from dataclasses import replace
from pathlib import Path

import pytest

from ecogview.data import file_signature
from ecogview.data.file_signature import FileSignature
from ecogview.data.in_turns import sha256_of


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rec001.LM1_ECOG_3.clfp.mask.pkl"
    path.write_bytes(b"mine" * 100)
    return path


def noted(file: Path) -> FileSignature:
    signature = FileSignature.read(file)
    assert signature is not None
    return signature


def rewritten(file: Path, content: bytes) -> None:
    """Write another content of the same size and times into the file."""
    status = file.stat()
    file.write_bytes(content)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_the_digest_is_that_of_the_content(file: Path) -> None:
    signature = noted(file)
    assert signature.sha256 == hashlib.sha256(b"mine" * 100).digest()
    assert signature == FileSignature.of(file)
    assert signature.size == 400


def test_other_content_with_the_same_size_and_times_is_another_version(file: Path) -> None:
    before = noted(file)
    rewritten(file, b"your" * 100)
    assert before == FileSignature.of(file)
    assert not before.is_still(file)
    assert not before.is_version(noted(file))


def test_the_same_content_in_another_file_is_the_same_version(file: Path) -> None:
    before = noted(file)
    other = file.with_name("other")
    other.write_bytes(file.read_bytes())
    os.utime(other, ns=(1, 1))
    other.replace(file)
    assert before != FileSignature.of(file)
    assert before.is_still(file)


def test_without_a_digest_the_system_decides(file: Path) -> None:
    before = FileSignature.of(file)
    assert before is not None
    assert before.sha256 is None
    assert before.is_still(file)
    assert before.is_version(noted(file))
    os.utime(file, ns=(1, 1))
    assert not before.is_still(file)


def test_another_size_is_told_without_reading(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = noted(file)
    file.write_bytes(b"more" * 101)
    monkeypatch.setattr(file_signature, "sha256_of", None)
    assert not before.is_still(file)


def test_what_is_not_there(file: Path) -> None:
    before = noted(file)
    file.unlink()
    assert FileSignature.read(file) is None
    assert FileSignature.of(file) is None
    assert FileSignature.read(file / "below") is None
    assert not before.is_still(file)


def test_a_folder_has_no_digest(tmp_path: Path) -> None:
    assert noted(tmp_path).sha256 is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs FIFOs")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert noted(tmp_path / "pipe").sha256 is None


def test_a_file_that_is_written_to_meanwhile_has_none(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def disturbed(opened: io.FileIO) -> bytes:
        found = sha256_of(opened)
        file.write_bytes(b"other")
        return found

    monkeypatch.setattr(file_signature, "sha256_of", disturbed)
    assert noted(file).sha256 is None


def test_the_four_numbers_are_compared_one_by_one(file: Path) -> None:
    signature = replace(noted(file), sha256=None)
    for name in ("device", "inode", "size", "mtime_ns"):
        assert signature != replace(signature, **{name: 7})
