"""Replacing a file: the whole old or the whole new version, whatever happens."""

from __future__ import annotations

import errno
import hashlib
import os
import pickle
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ecogview.data import safe_write
from ecogview.data.file_signature import FileSignature
from ecogview.data.safe_write import MaskConflictError, remove_leftovers, replace_file
from ecogview.errors import MaskFileError

OLD, NEW = b"old" * 1000, b"new" * 1001
posix_only = pytest.mark.skipif(os.name == "nt", reason="needs POSIX modes")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rec001.LM1_ECOG_3.clfp.mask.pkl"
    path.write_bytes(OLD)
    return path


@pytest.fixture(params=["as here", "portable"])
def anywhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same without hard links, folders to flush and processes to ask for."""
    if request.param == "portable":
        monkeypatch.setattr(safe_write, "_sync_folder", safe_write._sync_folder_windows)
        monkeypatch.setattr(safe_write, "_keep_group", safe_write._keep_group_windows)
        monkeypatch.setattr(safe_write, "_is_alive", safe_write._is_alive_windows)
        monkeypatch.setattr(Path, "hardlink_to", no_links)


def no_links(*_: Any) -> None:
    raise OSError(errno.EPERM, "Operation not permitted")


def replaced(path: Path, content: bytes = NEW, **options: Any) -> FileSignature:
    options = {"backup": True, "expected": FileSignature.of(path), **options}
    return replace_file(path, iter([content[:100], memoryview(content)[100:]]), **options)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.usefixtures("anywhere")
def test_the_new_file_and_the_original(file: Path) -> None:
    signature = replaced(file)
    assert file.read_bytes() == NEW
    assert signature == FileSignature.of(file)
    assert signature.size == len(NEW)
    assert signature.sha256 == hashlib.sha256(NEW).digest()
    replaced(file, b"newer")
    assert file.read_bytes() == b"newer"
    backup = file.with_name(file.name + ".bak")
    assert backup.read_bytes() == OLD
    assert names(file.parent) == {file.name, backup.name}


@pytest.mark.usefixtures("anywhere")
def test_a_first_file(tmp_path: Path) -> None:
    path = tmp_path / "new.pkl"
    assert FileSignature.of(path) is None
    replaced(path)
    assert path.read_bytes() == NEW
    assert names(tmp_path) == {"new.pkl"}


def test_without_backup(file: Path) -> None:
    replaced(file, backup=False)
    assert names(file.parent) == {file.name}


def test_a_backup_is_never_overwritten_not_even_a_broken_link(file: Path) -> None:
    backup = file.with_name(file.name + ".bak")
    try:
        backup.symlink_to("nowhere")
    except OSError:
        pytest.skip("cannot make links here")
    replaced(file)
    assert backup.readlink() == Path("nowhere")


@posix_only
@pytest.mark.parametrize("mode", [0o640, 0o664, 0o600])
def test_the_mode_is_kept(file: Path, mode: int) -> None:
    file.chmod(mode)
    replaced(file)
    assert stat.S_IMODE(file.stat().st_mode) == mode


@posix_only
def test_the_group_is_kept_where_allowed(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    group, asked = file.stat().st_gid, []
    monkeypatch.setattr(os, "chown", lambda *args: asked.append(args[1:]))
    replaced(file)
    assert asked == [(-1, group)]
    monkeypatch.setattr(os, "chown", failing(errno.EPERM))
    replaced(file, OLD)
    assert file.read_bytes() == OLD


def test_links_are_followed(file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "links"
    folder.mkdir()
    link = folder / "mask.pkl"
    try:
        link.symlink_to(file)
    except OSError:
        pytest.skip("cannot make links here")
    replaced(link)
    assert link.is_symlink()
    assert file.read_bytes() == NEW
    assert names(folder) == {"mask.pkl"}
    assert file.with_name(file.name + ".bak").exists()


def test_a_name_as_long_as_can_be(tmp_path: Path) -> None:
    path = tmp_path / ("µ" * 120)
    replaced(path)
    assert path.read_bytes() == NEW


# -- conflicts


def test_a_changed_file(file: Path) -> None:
    noted = FileSignature.of(file)
    file.write_bytes(b"theirs")
    with pytest.raises(MaskFileError, match=r"changed since it was read \(3000 bytes then, 6 now"):
        replaced(file, expected=noted)
    assert file.read_bytes() == b"theirs"
    assert names(file.parent) == {file.name}


def test_a_file_changed_while_the_new_one_is_written(file: Path) -> None:
    def chunks() -> Iterator[bytes]:
        yield NEW
        file.write_bytes(b"theirs")

    with pytest.raises(MaskFileError, match="has been changed"):
        replace_file(file, chunks(), backup=True, expected=FileSignature.of(file))
    assert file.read_bytes() == b"theirs"
    assert names(file.parent) == {file.name}


def test_the_same_size_but_another_file(file: Path) -> None:
    noted = FileSignature.of(file)
    other = file.with_name("other")
    other.write_bytes(OLD)
    other.replace(file)
    with pytest.raises(MaskFileError, match="has been changed"):
        replaced(file, expected=noted)


def test_the_same_content_in_another_file_is_replaced(file: Path) -> None:
    noted = FileSignature.read(file)
    other = file.with_name("other")
    other.write_bytes(OLD)
    other.replace(file)
    replaced(file, expected=noted)
    assert file.read_bytes() == NEW


def test_another_content_with_the_same_size_and_times_is_not(file: Path) -> None:
    noted = FileSignature.read(file)
    assert noted is not None
    file.write_bytes(OLD[::-1])
    os.utime(file, ns=(noted.mtime_ns, noted.mtime_ns))
    assert noted == FileSignature.of(file)
    with pytest.raises(MaskConflictError, match="changed since") as caught:
        replaced(file, expected=noted)
    assert caught.value.kind == "changed"
    assert file.read_bytes() == OLD[::-1]
    assert names(file.parent) == {file.name}


def test_a_conflict_says_what_it_is(file: Path) -> None:
    with pytest.raises(MaskConflictError) as caught:
        replaced(file, expected=None)
    assert caught.value.kind == "appeared"
    noted = FileSignature.read(file)
    file.unlink()
    with pytest.raises(MaskConflictError) as caught:
        replaced(file, expected=noted)
    assert caught.value.kind == "removed"
    copy = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own bytes
    assert (copy.kind, str(copy)) == ("removed", str(caught.value))


@pytest.mark.usefixtures("anywhere")
def test_what_is_replaced_can_be_kept_under_another_name(file: Path) -> None:
    replaced(file)
    file.write_bytes(b"theirs")
    kept = file.with_name("theirs.bak")
    replaced(file, b"mine", expected=None, overwrite=True, keep_as=kept)
    assert file.read_bytes() == b"mine"
    assert kept.read_bytes() == b"theirs"
    assert file.with_name(file.name + ".bak").read_bytes() == OLD


def test_it_is_not_kept_if_it_is_not_replaced(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = file.with_name("theirs.bak")
    monkeypatch.setattr(Path, "replace", failing(errno.EIO))
    with pytest.raises(MaskFileError):
        replaced(file, overwrite=True, keep_as=kept)
    assert names(file.parent) == {file.name}


def test_a_file_that_has_gone(file: Path) -> None:
    noted = FileSignature.of(file)
    file.unlink()
    with pytest.raises(MaskFileError, match="has been removed"):
        replaced(file, expected=noted)
    assert names(file.parent) == set()


def test_a_file_that_has_come(file: Path) -> None:
    with pytest.raises(MaskFileError, match=r"exists \(3000 bytes\)"):
        replaced(file, expected=None)
    replaced(file, expected=None, overwrite=True)
    assert file.read_bytes() == NEW


# -- failures


def failing(number: int) -> Any:
    def fail(*_: Any, **__: Any) -> Any:
        raise OSError(number, os.strerror(number))

    return fail


@pytest.mark.usefixtures("anywhere")
@pytest.mark.parametrize(
    ("owner", "call", "number"),
    [
        (os, "fsync", errno.EIO),
        (os, "fsync", errno.ENOSPC),
        (Path, "replace", errno.EACCES),
        (Path, "chmod", errno.EPERM),
    ],
)
def test_a_failure_leaves_the_old_file(
    file: Path, monkeypatch: pytest.MonkeyPatch, owner: Any, call: str, number: int
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(owner, call, failing(number))
        with pytest.raises(MaskFileError, match=os.strerror(number)) as caught:
            replaced(file)
    assert caught.value.remedy
    assert file.read_bytes() == OLD
    assert names(file.parent) == {file.name}


def test_an_error_of_the_content_leaves_the_old_file(file: Path) -> None:
    def chunks() -> Iterator[bytes]:
        yield NEW
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replace_file(file, chunks(), backup=True, expected=FileSignature.of(file))
    assert file.read_bytes() == OLD
    assert names(file.parent) == {file.name}


def test_a_disk_that_gives_back_something_else(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sync = os.fsync

    def spoil(descriptor: int) -> None:
        os.lseek(descriptor, 5, os.SEEK_SET)
        os.write(descriptor, b"X")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", spoil)
    with pytest.raises(MaskFileError, match="does not read back the same"):
        replaced(file)
    assert file.read_bytes() == OLD
    assert names(file.parent) == {file.name}


def test_a_read_only_file(file: Path) -> None:
    file.chmod(0o444)
    if os.access(file, os.W_OK):
        pytest.skip("this user may write to any file")
    with pytest.raises(MaskFileError, match="is read-only"):
        replaced(file)


def test_what_may_not_be_written_to_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(MaskFileError, match="is read-only"):
        replaced(file)
    assert names(file.parent) == {file.name}


def test_a_folder_in_its_place(tmp_path: Path) -> None:
    with pytest.raises(MaskFileError, match="not a regular file"):
        replaced(tmp_path)


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(MaskFileError, match=r"its folder .* is missing"):
        replaced(tmp_path / "none" / "mask.pkl")


# -- what a crash leaves


def crash(file: Path) -> str:
    """Die in the middle of a save; return the name of what is left."""
    code = (
        "import os, sys\n"
        "from ecogview.data.safe_write import replace_file\n"
        "def chunks():\n"
        "    yield b'half'\n"
        "    os._exit(3)\n"
        "replace_file(sys.argv[1], chunks(), backup=True, expected=None, overwrite=True)\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code, str(file)], cwd=root, check=False)
    assert done.returncode == 3
    (left,) = names(file.parent) - {file.name}
    return left


def test_left_overs_of_a_crash_are_removed(file: Path) -> None:
    left = crash(file)
    assert file.read_bytes() == OLD
    (file.parent / ".notes.ecogview-tmp").write_bytes(b"not ours")
    assert remove_leftovers(file.parent) == [file.parent / left]
    assert names(file.parent) == {file.name, ".notes.ecogview-tmp"}


@posix_only
def test_those_of_a_living_process_stay(file: Path) -> None:
    left = file.parent / crash(file)
    parts = left.name.split(".")
    host, _, unique = parts[-2].split("-")
    parts[-2] = f"{host}-{os.getppid()}-{unique}"
    left.rename(left.with_name(".".join(parts)))
    assert remove_leftovers(file.parent) == []


def test_those_of_another_host_stay_a_day(file: Path) -> None:
    left = file.parent / crash(file)
    parts = left.name.split(".")
    parts[-2] = "00000000" + parts[-2][8:]
    other = left.rename(left.with_name(".".join(parts)))
    assert remove_leftovers(file.parent) == []
    os.utime(other, (1, 1))
    assert remove_leftovers(file.parent) == [other]


@pytest.mark.usefixtures("anywhere")
def test_a_save_at_work_is_not_disturbed(file: Path) -> None:
    def chunks() -> Iterator[bytes]:
        yield NEW
        assert remove_leftovers(file.parent) == []

    replace_file(file, chunks(), backup=True, expected=FileSignature.of(file))
    assert file.read_bytes() == NEW


def test_no_folder_to_look_at(tmp_path: Path) -> None:
    assert remove_leftovers(tmp_path / "none") == []
