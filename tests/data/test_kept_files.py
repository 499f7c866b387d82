"""The folder of kept overviews: where it is, what fits, and that nothing else is touched."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecogview.data import kept_files
from ecogview.data.envelope_file import EnvelopeFile, EnvelopeWriter
from ecogview.data.envelope_spec import EnvelopeSpec, KeptArray, SourceKey
from ecogview.data.kept_files import (
    KeptFiles,
)
from ecogview.errors import RecordingError

posix_only = pytest.mark.skipif(os.name == "nt", reason="needs POSIX")


def spec_of(
    path: str = "/data/rec001.LM1.clfp.dat", size: int = 8000, mtime_ns: int = 5
) -> EnvelopeSpec:
    return EnvelopeSpec(
        SourceKey(path, size, mtime_ns), 1000, 2, np.dtype("<f4"), "interleaved", 1000.0, 1, (64,)
    )


N_BYTES = spec_of().n_bytes


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeptFiles:
    monkeypatch.setattr(kept_files, "_SPARE_BYTES", 0)
    folder = tmp_path / "overviews"
    folder.mkdir()
    return KeptFiles(folder, cap_bytes=4 * N_BYTES)


def store(kept: KeptFiles, spec: EnvelopeSpec, used_s: int = 1) -> Path:
    path = kept.path_of(spec)
    with EnvelopeWriter(path, spec) as writer:
        for array in spec.arrays:
            writer.write_rows(array.name, 0, np.ones(array.shape, array.dtype))
        writer.finish()
    os.utime(path, (used_s, used_s))
    return path


def store_many(kept: KeptFiles, n: int = 4) -> list[Path]:
    """Files used one after the other, the third first."""
    used = [3, 4, 1, 2, 5][:n]
    return [store(kept, spec_of(f"/data/rec{i}.a.raw.dat"), s) for i, s in enumerate(used)]


def there(paths: list[Path]) -> list[bool]:
    return [path.exists() for path in paths]


# -- names


@pytest.mark.parametrize(
    ("path", "readable"),
    [
        ("/data/180325/001/rec001.LM1_ECOG_3.clfp_ds250.dat", "rec001.LM1_ECOG_3.clfp_ds250"),
        ("/data/a b:c?.dat", "a_b_c_"),
        ("/data/größe\n\udcff.dat", "gr_e_"),
        ("/data/con.LM1.raw.dat", "_con.LM1.raw"),
        ("/data/COM1", "_COM1"),
        ("/data/...", "_"),
        ("/data/..hidden.dat", "hidden"),
        ("/data/" + "x" * 250 + ".dat", "x" * 120),
    ],
)
def test_readable_names(kept: KeptFiles, path: str, readable: str) -> None:
    name = kept.path_of(spec_of(path)).name
    assert re.fullmatch(re.escape(readable) + r"\.[0-9a-f]{32}\.overview", name)


@given(st.text(min_size=1, max_size=300))
def test_names_are_legal_everywhere(name: str) -> None:
    legal = KeptFiles("/folder").path_of(spec_of("/data/" + name)).name
    assert re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*\.overview", legal)
    assert len(legal.encode()) <= 200


def test_each_way_to_read_a_version_has_its_own_name(kept: KeptFiles) -> None:
    spec = spec_of()
    changes: list[dict[str, Any]] = [
        {"source": replace(spec.source, path="/other/rec001.LM1.clfp.dat")},
        {"source": replace(spec.source, size=7)},
        {"source": replace(spec.source, mtime_ns=6)},
        {"n_channels": 3},
        {"dtype": np.dtype("<i2")},
        {"layout": "planar"},
        {"sampling_rate": 999.0},
        {"version": 2},
    ]
    paths = [kept.path_of(replace(spec, **change)) for change in [{}, *changes]]
    assert len(set(paths)) == len(paths)
    finer = replace(spec, figures=(KeptArray("flat", np.dtype("<f2"), (1, 2)),), cell_s=2)
    assert kept.path_of(finer) == paths[0]


def test_the_key_of_a_recording(tmp_path: Path) -> None:
    path = tmp_path / "rec.dat"
    path.write_bytes(b"12345")
    os.utime(path, ns=(1, 1_700_000_000_000_000_100))
    key = SourceKey.of(tmp_path / ".." / tmp_path.name / "rec.dat")
    assert key == SourceKey(os.path.realpath(path), 5, path.stat().st_mtime_ns)
    with pytest.raises(RecordingError, match="does not exist"):
        SourceKey.of(tmp_path / "absent")


# -- a folder that will not do


def test_the_folder_is_made(tmp_path: Path) -> None:
    kept = KeptFiles(tmp_path / "a" / "b")
    assert kept.open(spec_of()) is None
    assert (kept.total_bytes(), kept.clear()) == (0, (0, 0))
    assert kept.folder_problem() is None
    assert list(kept.folder.iterdir()) == []


def test_a_file_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "below", tmp_path / "a\0b"):
        kept = KeptFiles(folder)
        problem = kept.folder_problem() or ""
        assert "overviews cannot be kept here: " in problem
        assert problem.isprintable()
        assert (kept.total_bytes(), kept.clear()) == (0, (0, 0))
        assert kept.make_room(1) is False
        assert kept.open(spec_of()) is None


def test_a_folder_that_turns_into_a_file(kept: KeptFiles) -> None:
    path = store(kept, spec_of())
    assert kept.make_room(1) is True
    path.unlink()
    kept.folder.rmdir()
    kept.folder.touch()
    assert kept.make_room(1) is False


@posix_only
def test_a_read_only_folder(kept: KeptFiles) -> None:
    kept.folder.chmod(0o555)
    try:
        if os.access(kept.folder, os.W_OK):
            pytest.skip("this user may write anywhere")
        assert "Permission denied" in (kept.folder_problem() or "")
        assert kept.make_room(1) is False
    finally:
        kept.folder.chmod(0o755)


def test_a_folder_that_takes_nothing(kept: KeptFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "touch", failing(errno.EROFS))
    assert os.strerror(errno.EROFS) in (kept.folder_problem() or "")
    assert kept.make_room(1) is False


@posix_only
def test_a_folder_shared_by_many(kept: KeptFiles) -> None:
    kept.folder.chmod(0o1777)
    spec = spec_of()
    assert kept.make_room(spec.n_bytes, source=spec.source)
    store(kept, spec)
    file = kept.open(spec)
    assert file is not None
    file.close()


def failing(number: int, only: Callable[[Any], bool] = lambda _: True, call: Any = None) -> Any:
    def fail(path: Path, *args: Any, **options: Any) -> Any:
        if only(path):
            raise OSError(number, os.strerror(number))
        return call(path, *args, **options)

    return fail


# -- what fits


def test_the_longest_unused_goes_first(kept: KeptFiles) -> None:
    paths = store_many(kept)
    assert kept.total_bytes() == 4 * N_BYTES
    assert kept.make_room(0)
    assert there(paths) == [True] * 4
    assert kept.make_room(1)
    assert there(paths) == [True, True, False, True]
    assert kept.make_room(2 * N_BYTES + 1)
    assert there(paths) == [False, True, False, False]
    assert kept.make_room(4 * N_BYTES)
    assert there(paths) == [False] * 4


def test_opening_saves_from_removal(kept: KeptFiles) -> None:
    paths = store_many(kept)
    spec = spec_of("/data/rec2.a.raw.dat")
    file = kept.open(spec)
    assert isinstance(file, EnvelopeFile)
    assert file.path == paths[2]
    file.close()
    assert kept.make_room(1)
    assert there(paths) == [True, True, True, False]


def test_what_is_to_be_kept_stays(kept: KeptFiles) -> None:
    paths = store_many(kept)
    assert kept.make_room(1, {paths[2], paths[3]})
    assert there(paths) == [False, True, True, True]
    assert kept.make_room(2 * N_BYTES + 1, {paths[2], paths[3]}) is False
    assert there(paths) == [False, True, True, True]


def test_what_is_larger_than_the_cap_removes_nothing(kept: KeptFiles) -> None:
    paths = store_many(kept)
    assert kept.make_room(4 * N_BYTES + 1) is False
    assert there(paths) == [True] * 4
    assert KeptFiles(kept.folder, cap_bytes=0).make_room(1) is False


def test_what_may_not_be_removed_is_skipped(
    kept: KeptFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As others' files in a shared folder, or open ones on Windows."""
    paths = store_many(kept)
    others = failing(errno.EPERM, lambda path: path == paths[2], Path.unlink)
    monkeypatch.setattr(Path, "unlink", others)
    assert kept.make_room(1)
    assert there(paths) == [True, True, True, False]
    assert kept.make_room(4 * N_BYTES) is False
    assert there(paths) == [False, False, True, False]
    assert kept.clear() == (0, 0)


def test_the_disk_is_never_filled(kept: KeptFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = store_many(kept)
    usage = SimpleNamespace(free=3 * N_BYTES)
    monkeypatch.setattr("ecogview.data.kept_files.shutil.disk_usage", lambda _: usage)
    monkeypatch.setattr(kept_files, "_SPARE_BYTES", 3 * N_BYTES)
    roomy = KeptFiles(kept.folder, cap_bytes=100 * N_BYTES)
    assert roomy.make_room(4 * N_BYTES + 1) is False
    assert there(paths) == [True] * 4
    assert roomy.make_room(N_BYTES)
    assert there(paths) == [True, True, False, True]
    monkeypatch.setattr("ecogview.data.kept_files.shutil.disk_usage", failing(errno.EIO))
    assert roomy.make_room(1) is False
    assert there(paths) == [True, True, False, True]


def test_other_versions_of_a_recording_go_first(kept: KeptFiles) -> None:
    spec, same = spec_of(size=80, mtime_ns=7), spec_of("/else/rec001.LM1.clfp.dat")
    stale = [store(kept, spec_of(size=n), 9) for n in (80, 8, 800)]
    staying = [
        store(kept, same, 8),
        store(kept, replace(spec, layout="planar"), 8),
        store(kept, spec_of("/data/rec001.LM1.clfp.extra.dat"), 8),
    ]
    foreign = kept.folder / f"rec001.LM1.clfp.{'0' * 32}.overview"
    foreign.write_bytes(b"")
    assert kept.make_room(0, {stale[1]}, source=spec.source)
    assert there(stale) == [False, True, False]
    assert there([*staying, foreign]) == [True] * 4


def test_only_ours_are_counted_and_removed(kept: KeptFiles, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"x" * 5000)
    ours = store_many(kept, 2)
    link, folder = (kept.folder / f"rec.{digit * 32}.overview" for digit in "ab")
    others = [
        kept.folder / "recording.dat",
        kept.folder / "rec.0123.overview",
        kept.folder / f"rec.{'0' * 32}.overview.bak",
        kept.folder / f"{'0' * 32}.overview",
        kept.folder / ".mine.ecogview-tmp",
    ]
    for path in others:
        path.write_bytes(b"x" * 10_000_000)
    folder.mkdir()
    try:
        link.symlink_to(elsewhere)
    except OSError:
        link.touch()
    n_linked = 0 if link.is_symlink() else 1
    assert kept.total_bytes() == 2 * N_BYTES
    assert kept.make_room(4 * N_BYTES)
    assert there(ours) == [False, False]
    ours = store_many(kept, 2)
    assert kept.clear() == (2 + n_linked, 2 * N_BYTES)
    assert there([*ours, *others, folder, elsewhere]) == [False] * 2 + [True] * 7


# -- what the dead leave


@pytest.fixture
def left_over(kept: KeptFiles) -> Path:
    """Half a file of a process that has died."""
    with subprocess.Popen([sys.executable, "-c", ""]) as dead:
        dead.wait()
    spec = spec_of()
    with EnvelopeWriter(kept.path_of(spec), spec):
        (name,) = (path.name for path in kept.folder.iterdir())
    left = kept.folder / name.replace(f"-{os.getpid()}-", f"-{dead.pid}-")
    left.write_bytes(b"half")
    return left


@pytest.mark.parametrize(
    "action",
    [
        lambda kept: kept.clear() == (0, 0),
        lambda kept: kept.make_room(1),
        lambda kept: kept.open(spec_of()) is None,
    ],
)
def test_left_overs_are_removed(
    kept: KeptFiles, left_over: Path, action: Callable[[KeptFiles], bool]
) -> None:
    spec = spec_of("/data/other.dat")
    with EnvelopeWriter(kept.path_of(spec), spec) as writer:
        assert action(kept)
        assert not left_over.exists()
        writer.write_rows("level_0", 0, np.ones((16, 2, 2), np.float32))
        writer.finish()
    assert kept.total_bytes() == N_BYTES
