"""Kept overviews whose writing fails, ends early or is done twice: whole or absent."""

from __future__ import annotations

import errno
import gc
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from ecogview.data import positioned_write
from ecogview.data.envelope_file import (
    EnvelopeFile,
    EnvelopeWriteError,
    EnvelopeWriter,
)
from ecogview.data.envelope_spec import EnvelopeSpec
from ecogview.data.safe_write import remove_leftovers
from tests.data.envelope_desk import (
    Arrays,
    assert_same,
    content,
    damage,
    failing,
    names,
    read_all,
    spec_of,
    write,
)


@pytest.fixture
def spec() -> EnvelopeSpec:
    return spec_of()


@pytest.fixture
def arrays(spec: EnvelopeSpec) -> Arrays:
    return content(spec)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rec001.overview"


@pytest.fixture
def kept(path: Path, spec: EnvelopeSpec, arrays: Arrays) -> Path:
    write(path, spec, arrays)
    return path


@pytest.mark.parametrize("after", [0, 1, 3, 6])
def test_a_full_disk(
    path: Path, spec: EnvelopeSpec, arrays: Arrays, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    full = failing(errno.ENOSPC, after, positioned_write.write_at)
    monkeypatch.setattr(positioned_write, "write_at", full)
    with pytest.raises(EnvelopeWriteError, match=os.strerror(errno.ENOSPC)) as caught:
        write(path, spec, arrays)
    assert "make room on the disk" in caught.value.remedy
    assert names(path.parent) == []


@pytest.mark.parametrize(("owner", "call"), [(os, "fsync"), (Path, "replace")])
def test_a_failure_at_the_end_leaves_the_old_file(
    kept: Path, spec: EnvelopeSpec, arrays: Arrays, monkeypatch: pytest.MonkeyPatch,
    owner: Any, call: str,
) -> None:  # fmt: skip
    monkeypatch.setattr(owner, call, failing(errno.EIO))
    with pytest.raises(EnvelopeWriteError, match=os.strerror(errno.EIO)):
        write(kept, spec, {name: rows + 1 for name, rows in arrays.items()})
    assert names(kept.parent) == [kept.name]
    assert_same(read_all(kept, spec), arrays)


def test_no_folder(tmp_path: Path, spec: EnvelopeSpec) -> None:
    with pytest.raises(EnvelopeWriteError, match="cannot be written"):
        EnvelopeWriter(tmp_path / "none" / "file", spec)
    (tmp_path / "plain").touch()
    with pytest.raises(EnvelopeWriteError, match="cannot be written"):
        EnvelopeWriter(tmp_path / "plain" / "file", spec)


def test_a_folder_in_its_place(path: Path, spec: EnvelopeSpec, arrays: Arrays) -> None:
    path.mkdir()
    with pytest.raises(EnvelopeWriteError) as caught:
        write(path, spec, arrays)
    assert "remove the folder of that name" in caught.value.remedy
    assert names(path.parent) == [path.name]


@pytest.mark.parametrize(
    ("number", "advice"), [(errno.EACCES, "be written to"), (errno.EIO, "look at the disk")]
)
def test_the_advice_fits_the_reason(
    path: Path, spec: EnvelopeSpec, arrays: Arrays, monkeypatch: pytest.MonkeyPatch,
    number: int, advice: str,
) -> None:  # fmt: skip
    monkeypatch.setattr(positioned_write, "write_at", failing(number))
    with pytest.raises(EnvelopeWriteError) as caught:
        write(path, spec, arrays)
    assert advice in caught.value.remedy
    assert "make room" not in caught.value.remedy


@pytest.mark.parametrize("is_sound", [True, False])
def test_a_file_that_another_process_holds(
    kept: Path, spec: EnvelopeSpec, arrays: Arrays, monkeypatch: pytest.MonkeyPatch, is_sound: bool
) -> None:
    """As on Windows, or in a folder where only owners may replace."""
    if not is_sound:
        damage(kept, lambda held: held.__setitem__(-1, held[-1] ^ 1))
    monkeypatch.setattr(Path, "replace", failing(errno.EACCES))
    if is_sound:
        write(kept, spec, arrays)
    else:
        with pytest.raises(EnvelopeWriteError):
            write(kept, spec, arrays)
    assert names(kept.parent) == [kept.name]


def test_leaving_and_forgetting_remove_the_temporary(path: Path, spec: EnvelopeSpec) -> None:
    with EnvelopeWriter(path, spec):
        assert len(names(path.parent)) == 1
    assert names(path.parent) == []
    EnvelopeWriter(path, spec)
    gc.collect()
    assert names(path.parent) == []


def test_two_writers_at_once(path: Path, spec: EnvelopeSpec, arrays: Arrays) -> None:
    threads = [threading.Thread(target=write, args=(path, spec, arrays)) for _ in range(2)]
    with EnvelopeWriter(path, spec) as slow:
        slow.write_rows("flat", 0, arrays["flat"])
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert remove_leftovers(path.parent) == []
        assert_same(read_all(path, spec), arrays)
        for name in arrays.keys() - {"flat"}:
            slow.write_rows(name, 0, arrays[name])
        slow.finish()
    assert names(path.parent) == [path.name]
    assert_same(read_all(path, spec), arrays)


def test_killed_while_writing(path: Path, tmp_path: Path, spec: EnvelopeSpec) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from ecogview.data.envelope_file import EnvelopeWriter\n"
        "import tests.data.test_envelope_file as here\n"
        "spec = here.spec_of()\n"
        "with EnvelopeWriter(Path(sys.argv[1]), spec) as writer:\n"
        "    writer.write_rows('level_0', 0, here.content(spec)['level_0'])\n"
        "    print('half', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], cwd=root, stdin=-1, stdout=-1, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "half\n"
        (left,) = names(tmp_path)
        assert left != path.name
        assert remove_leftovers(tmp_path) == []
        child.kill()
        child.communicate()
    assert child.returncode in (-getattr(signal, "SIGKILL", 9), 1)
    assert EnvelopeFile.open(path, spec) is None
    assert remove_leftovers(tmp_path) == [tmp_path / left]
