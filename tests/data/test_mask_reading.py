"""Reading masks: every form a real one takes, nothing run of a hostile one."""

from __future__ import annotations

import ast
import json
import os
import pickle
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ecogview
from ecogview.data import mask_stream
from ecogview.data.mask_pickle import read_mask
from ecogview.data.mask_tracks import load_tracks
from ecogview.data.mask_values import Uncarried
from ecogview.dsp.runs import Runs
from ecogview.errors import MaskFileError
from tests.data.genuine_masks import EXPECTED, GENUINE
from tests.data.hostile_masks import (
    HEAVY,
    INERT,
    REFUSED,
    array,
    data,
    dtype,
    flags,
    mask,
    name,
    text,
    with_hf,
    with_value,
)

HF = np.array([0, 1, 1, 0, 0, 0, 1], bool)
SAT = np.array([1, 0, 0, 0, 0, 1, 0], bool)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rec001.LM1_ECOG_3.clfp.mask.pkl"


def read(file: Path, content: bytes) -> dict[Any, Any]:
    file.write_bytes(content)
    return read_mask(file)


def assert_same(found: Any, expected: Any) -> None:
    assert type(found) is type(expected)
    if isinstance(expected, np.ndarray):
        assert found.dtype == expected.dtype
        assert found.shape == expected.shape
        assert np.array_equal(found, expected)
    else:
        assert found == expected


# -- what real masks look like


@pytest.mark.parametrize("origin", GENUINE)
def test_masks_of_real_pythons(file: Path, origin: str) -> None:
    found = read(file, GENUINE[origin])
    expected = EXPECTED | ({"raw": None} if origin.startswith("Python 2") else {})
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        assert_same(found[key], value)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize(
    "hf",
    [
        HF,
        np.repeat(HF, 3)[::3],
        HF[::-1],
        HF.reshape(-1, 1),
        HF.reshape(1, -1),
        np.asfortranarray(HF.reshape(-1, 1)),
        HF.astype(">i4"),
        HF.astype("f2"),
        HF.astype(np.float64),
        HF.astype("u1"),
        HF.tolist(),
        tuple(HF.tolist()),
        HF.astype(int).tolist(),
        HF.astype(float).tolist(),
        list(HF),
        [np.int8(1) if flag else 0.0 for flag in HF],
        HF[:0],
        [],
    ],
    ids=lambda hf: f"{type(hf).__name__} {getattr(hf, 'dtype', '')} {np.shape(hf)}",
)
def test_every_form_of_flags(file: Path, hf: Any, protocol: int) -> None:
    found = read(file, pickle.dumps({"hf": hf, "sat": SAT}, protocol))
    expected = np.asarray(hf, bool).reshape(-1)
    assert_same(found["hf"], expected if len(hf) != len(HF) else expected.copy())
    assert_same(found["sat"], SAT)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_large_arrays_stay_in_the_file_until_needed(file: Path, protocol: int) -> None:
    rng = np.random.default_rng(7)
    hf = np.repeat(rng.random(3000) < 0.3, rng.integers(1, 1500, 3000))
    mask = {
        "hf": hf,
        "sat": ~hf,
        "list": hf[:300_000].tolist() if protocol > 1 else [],
        "x": rng.integers(-9, 9, 100_000).astype("i2"),
        "text": "µ€😀" * 30_000,
        "raw": bytes(range(256)) * 500,
    }
    found = read(file, pickle.dumps(mask, protocol))
    assert_same(found["hf"], hf)
    assert_same(found["sat"], ~hf)
    for key in ("x", "text", "raw"):
        assert_same(found[key], mask[key])
    if protocol > 1:
        assert isinstance(found["list"], Uncarried)
    tracks = load_tracks(file, len(hf), 3, 1000.0)
    assert tracks.hf == Runs.from_bool(hf)


def test_long_lists_of_flags(file: Path) -> None:
    hf = (np.arange(400_000) % 7 < 2).tolist()
    assert_same(read(file, pickle.dumps({"hf": hf, "sat": hf}, 2))["hf"], np.array(hf))


def test_a_string_of_python_2_across_pieces(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = bytes(range(256)) * 300 + b"\\" * 999
    literal = repr(raw)[1:].encode()
    content = with_value(array(raw, payload=b"S" + literal + b"\n", of=dtype("u1")))
    for size in (5, 17, 4096):
        monkeypatch.setattr(mask_stream, "CHUNK", size)
        assert read(file, content)["x"].tobytes() == raw


def test_one_array_under_two_keys_becomes_two(file: Path) -> None:
    found = read(file, pickle.dumps({"hf": HF, "sat": HF}, 3))
    found["hf"][0] = True
    assert not found["sat"][0]


def test_arrays_of_the_result_can_be_written_to(file: Path) -> None:
    found = read(file, pickle.dumps({"hf": HF, "sat": SAT, "ch": [True], "x": np.arange(3)}, 4))
    for value in found.values():
        value[0] = 1


# -- what is hostile


@pytest.mark.parametrize("case", INERT)
def test_what_no_mask_needs_is_left_alone(file: Path, case: str) -> None:
    canary = file.with_name("canary")
    before = set(sys.modules)
    found = read(file, with_value(INERT[case](str(canary))))
    assert found.keys() == {"hf", "sat", "x"}
    assert_same(found["hf"], np.array([False, True, True]))
    if case != "READONLY_BUFFER":
        assert isinstance(found["x"], Uncarried)
    assert not canary.exists()
    assert set(sys.modules) == before
    assert len(str(found["x"].what)) < 200


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_mask_is_refused(file: Path, case: str) -> None:
    with pytest.raises(MaskFileError) as caught:
        read(file, REFUSED[case])
    assert caught.value.path == file
    assert caught.value.reason
    assert caught.value.remedy
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("case", INERT)
def test_nor_does_it_become_flags(file: Path, case: str) -> None:
    with pytest.raises(MaskFileError):
        read(file, with_hf(INERT[case](str(file.with_name("canary")))))


def test_a_mask_cut_anywhere_is_refused(file: Path) -> None:
    whole = mask(text("ch"), b"](\x88\x89\x88e")
    assert read(file, whole)["ch"].tolist() == [True, False, True]
    for length in range(len(whole)):
        with pytest.raises(MaskFileError):
            read(file, whole[:length])


def test_keys_that_cannot_be_kept_say_what_they_are(file: Path) -> None:
    found = read(file, mask(b")", b"N", b"K\x05", b"N", text("x"), name("a", "B") + b")\x81"))
    assert [key for key in found if isinstance(key, Uncarried)]
    assert found[5] is None
    assert found["x"].what == "a.B"


_LIMITED = """
import json, resource, sys, time
from pathlib import Path
from ecogview.data.mask_pickle import read_mask
from ecogview.errors import MaskFileError
from tests.data.hostile_masks import HEAVY
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
answers, path = {}, Path(sys.argv[1])
for case, make in HEAVY.items():
    path.write_bytes(make())
    now = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + 500_000_000, resource.RLIM_INFINITY))
    start = time.process_time()
    try:
        outcome = sorted(k for k in read_mask(path) if k in ("hf", "sat"))
    except MaskFileError as error:
        outcome = str(error)
    answers[case] = (outcome, time.process_time() - start)
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
sys.stdout.write(json.dumps(answers))
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux's process figures")
def test_nothing_takes_2_s_or_500_mb(file: Path) -> None:
    root = Path(__file__).parents[2]
    run = subprocess.run(
        [sys.executable, "-c", _LIMITED, str(file)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr.decode()[-2000:]
    answers = json.loads(run.stdout)
    assert answers.keys() == HEAVY.keys()
    assert {case for case, (_, seconds) in answers.items() if seconds > 2} == set()
    assert all(outcome for outcome, _ in answers.values())


# -- what is no file


def test_missing(file: Path) -> None:
    with pytest.raises(MaskFileError, match="does not exist"):
        read_mask(file)


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(MaskFileError, match="is a folder"):
        read_mask(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="has no FIFOs")
@pytest.mark.parametrize("portable", [False, True])
def test_a_pipe_does_not_block(file: Path, monkeypatch: pytest.MonkeyPatch, portable: bool) -> None:
    if portable:
        monkeypatch.delattr(os, "O_NONBLOCK")
        monkeypatch.delattr(os, "O_CLOEXEC")
    os.mkfifo(file)
    with pytest.raises(MaskFileError, match="device, pipe or socket"):
        read_mask(file)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="has no devices as files")
def test_a_device() -> None:
    with pytest.raises(MaskFileError, match="device, pipe or socket"):
        read_mask("/dev/zero")


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="has no sockets as files")
def test_a_socket(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("mask.pkl")
        with pytest.raises(MaskFileError, match="device, pipe or socket"):
            read_mask("mask.pkl")


def test_a_path_that_can_be_none() -> None:
    with pytest.raises(MaskFileError, match="cannot be opened"):
        read_mask("a\0b")


def test_a_file_too_large_for_a_mask(file: Path) -> None:
    with file.open("wb") as out:
        out.truncate(1 << 40)
    with pytest.raises(MaskFileError, match=r"1,099,511,627,776 bytes"):
        read_mask(file)


def test_flags_too_large_for_memory(file: Path) -> None:
    n = 500_000_000
    head = array(b"", b"J" + n.to_bytes(4, "little") + b"\x85", payload=data(b"")[:1])
    start, end = b"\x80\x04}(" + text("sat") + flags(1) + text("hf") + head[:-2], b"tbu."
    with file.open("wb") as out:
        out.write(start + n.to_bytes(4, "little"))
        out.seek(n, os.SEEK_CUR)
        out.write(end)
    with pytest.raises(MaskFileError, match=r"500,000,001 bytes as booleans"):
        read_mask(file)


def test_a_file_that_changes_while_it_is_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_bytes(mask())
    inner = mask_stream.Source.read_at

    def read_and_append(self: mask_stream.Source, offset: int, length: int) -> bytes:
        piece = inner(self, offset, length)
        with file.open("ab") as out:
            out.write(b".")
        return piece

    monkeypatch.setattr(mask_stream.Source, "read_at", read_and_append)
    with pytest.raises(MaskFileError, match="was changed while it was read"):
        read_mask(file)


def test_a_file_that_shrinks_while_it_is_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_bytes(pickle.dumps({"hf": np.zeros(2_000_000, bool), "sat": SAT}, 3))
    inner = mask_stream.Source.read_at

    def read_and_cut(self: mask_stream.Source, offset: int, length: int) -> bytes:
        piece = inner(self, offset, length)
        if length == mask_stream.CHUNK:
            os.truncate(file, 1000)
        return piece

    monkeypatch.setattr(mask_stream.Source, "read_at", read_and_cut)
    with pytest.raises(MaskFileError, match="shorter while it was read"):
        read_mask(file)


# -- the promise


def test_the_source_has_nothing_that_runs_or_maps_a_file() -> None:
    """`pickle` may be named in texts, but nowhere called, and nothing maps a file."""
    package = Path(next(iter(ecogview.__path__)))
    sources = list(package.rglob("*.py"))
    assert len(sources) > 10
    for source in sources:
        tree = ast.parse(source.read_bytes())
        for node in ast.walk(tree):
            named = {
                getattr(node, "id", ""),
                getattr(node, "attr", ""),
                getattr(node, "arg", ""),
                *(alias.name for alias in getattr(node, "names", ()) if hasattr(alias, "name")),
                getattr(node, "module", ""),
            }
            forbidden = {"pickle", "Unpickler", "allow_pickle", "memmap", "mmap", "open_memmap"}
            assert not named & forbidden, f"{source}:{getattr(node, 'lineno', 0)}"
