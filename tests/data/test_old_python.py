"""Masks under Python 3.7 with NumPy 1.19: ours load, and what does not is told beforehand."""

from __future__ import annotations

import json
import os
import pickle
import pickletools
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecogview.data.mask_pickle import write_mask
from ecogview.data.mask_tracks import empty_tracks, load_tracks, save_tracks
from ecogview.data.old_python import old_python_problem
from ecogview.dsp.runs import Runs
from ecogview.errors import MaskFileError
from tests.data.genuine_masks import EXPECTED, GENUINE, PLAIN_37
from tests.data.hostile_masks import mask, name, text, with_value
from tests.data.old_interpreter import REASON, old_interpreter

needs_old_python = pytest.mark.skipif(old_interpreter() is None, reason=REASON)
# What the author's class does with a mask: hf | sat, and ~ch for the channels it returns.
_READ = """
import json, pickle, sys
import numpy
for line in sys.stdin:
    try:
        with open(line.rstrip("\\n"), "rb") as file:
            mask = pickle.load(file)
    except Exception as error:
        print(json.dumps("%s: %s" % (type(error).__name__, error)))
        continue
    bad = mask["hf"] | mask["sat"]
    found = {"bad": numpy.flatnonzero(bad).tolist(), "n": len(bad), "type": str(bad.dtype)}
    found["good"] = numpy.flatnonzero(~numpy.array(mask["ch"])).tolist()
    found["keys"] = [str(key) for key in mask]
    print(json.dumps(found))
"""


def read_there(*paths: Path) -> list[Any]:
    """What the old interpreter makes of masks: an object each, or the error as text."""
    done = subprocess.run(
        [old_interpreter(), "-c", _READ],
        input="".join(f"{path}\n" for path in paths),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rec001.LM1_ECOG_3.clfp.mask.pkl"


@needs_old_python
def test_the_old_python_reads_what_we_save(file: Path) -> None:
    tracks = replace(
        empty_tracks(70_000, 5),
        hf=Runs.of([(3, 6)]),
        sat=Runs.of([(5, 8), (69_999, 70_000)]),
        manual=Runs.of([(100, 103)]),
        bad_channels=np.array([0, 1, 0, 0, 1], bool),
    )
    save_tracks(file, tracks)
    (found,) = read_there(file)
    assert found == {
        "bad": [3, 4, 5, 6, 7, 100, 101, 102, 69_999],
        "n": 70_000,
        "type": "bool",
        "good": [0, 2, 3],
        "keys": ["hf", "sat", "ch", "manual"],
    }


@needs_old_python
def test_it_reads_a_mask_of_numpy_2_once_we_have_saved_it(file: Path) -> None:
    written = file.with_name("two.pkl")
    written.write_bytes(GENUINE["Python 3.12.1, NumPy 2.0.2, pickle, protocol 5"])
    loaded = load_tracks(written, 7, 3, 1000.0)
    save_tracks(file, loaded)
    before, after = read_there(written, file)
    assert isinstance(before, str)
    assert after["bad"] == np.flatnonzero(EXPECTED["hf"] | EXPECTED["sat"]).tolist()
    assert {"threshold", "nested", "labels"} <= set(after["keys"])


@needs_old_python
def test_what_it_cannot_load_is_told_and_nothing_else_is(tmp_path: Path) -> None:
    ours = tmp_path / "ours.pkl"
    write_mask(ours, EXPECTED)
    paths = [ours]
    for number, content in enumerate([*GENUINE.values(), PLAIN_37]):
        paths.append(tmp_path / f"{number}.pkl")
        paths[-1].write_bytes(content)
    for path, found in zip(paths, read_there(*paths), strict=True):
        assert isinstance(found, str) == (old_python_problem(path) is not None), found


@pytest.mark.parametrize(
    ("by", "said"),
    [
        ("Python 2.7.18, NumPy 1.16.6, pickle, protocol 0", "texts of Python 2"),
        ("Python 2.7.18, NumPy 1.16.6, cPickle, protocol 2", "texts of Python 2"),
        ("Python 3.7.16, NumPy 1.19.5, pickle, protocol 0", None),
        ("Python 3.7.16, NumPy 1.19.5, pickle, protocol 4", None),
        ("Python 3.8.18, NumPy 1.24.4, pickle, protocol 5", "protocol 5"),
        ("Python 3.12.1, NumPy 2.0.2, pickle, protocol 0", "numpy._core"),
        ("Python 3.12.1, NumPy 2.0.2, pickle, protocol 3", "numpy._core"),
    ],
)
def test_what_is_told(file: Path, by: str, said: str | None) -> None:
    file.write_bytes(GENUINE[by])
    problem = old_python_problem(file)
    assert (problem is None) if said is None else (said in str(problem))


def test_masks_of_numpy_2_in_protocol_4_name_it_by_the_stack(file: Path) -> None:
    plain = {"hf": np.zeros(3, bool), "sat": np.zeros(3, bool), "a": None, "b": "numpy._core"}
    file.write_bytes(pickle.dumps(plain, 4))
    assert ("numpy._core" in str(old_python_problem(file))) == np.__version__.startswith("2")
    # The text alone is no name.
    file.write_bytes(GENUINE["Python 3.7.16, NumPy 1.19.5, pickle, protocol 4"])
    assert old_python_problem(file) is None
    file.write_bytes(with_value(text("numpy._core.multiarray") + text("_reconstruct") + b"\x86"))
    assert old_python_problem(file) is None


def test_long_texts_of_python_2_are_looked_through(file: Path) -> None:
    for end, is_told in ((b"a", False), (b"\xb5", True)):
        long = b"a" * 100_000 + end
        for value in (
            b"T" + len(long).to_bytes(4, "little") + long,
            b"S'" + long.replace(b"\xb5", b"\\xb5") + b"'\n",
        ):
            file.write_bytes(mask(text("x"), value, start=b"\x80\x02"))
            assert (old_python_problem(file) is not None) == is_told


@pytest.mark.parametrize("content", [b"", b"\x80\x03", b"not a pickle", b"\x80\x04}(" * 9])
def test_what_is_no_pickle_is_an_error(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(MaskFileError, match="is no readable mask"):
        old_python_problem(file)
    file.unlink()
    with pytest.raises(MaskFileError, match="does not exist"):
        old_python_problem(file)


def test_nothing_is_run(file: Path) -> None:
    canary = file.with_name("canary")
    file.write_bytes(with_value(name("os", "system") + text(f"touch {canary}") + b"\x85R"))
    assert old_python_problem(file) is None
    assert not canary.exists()


def test_our_own_steps_are_those_of_the_old_python(file: Path) -> None:
    """Everywhere, also where there is no such interpreter: `manual` and all."""
    save_tracks(file, replace(empty_tracks(300, 3), manual=Runs.of([(1, 2)])))
    names = set()
    for opcode, arg, _ in pickletools.genops(file.read_bytes()):
        assert opcode.proto <= 3
        names.update({arg} if opcode.name == "GLOBAL" else ())
    assert names == {"numpy.core.multiarray _reconstruct", "numpy ndarray", "numpy dtype"}
    assert file.read_bytes().startswith(b"\x80\x03}q\x00(")
