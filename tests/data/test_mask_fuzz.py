"""Real masks changed at random: a mask comes of it or a `MaskFileError`, nothing else."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from pickletools import genops, opcodes
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecogview.data.mask_pickle import read_mask
from ecogview.data.mask_tracks import MaskTracks, load_tracks
from ecogview.data.mask_values import Uncarried
from ecogview.dsp.runs import Runs
from ecogview.errors import MaskFileError
from tests.data.genuine_masks import GENUINE, PLAIN_37
from tests.data.hostile_masks import INERT, mask, with_value

SEEDS = [*GENUINE.values(), PLAIN_37, *(with_value(make("canary")) for make in INERT.values())]
SEEDS = [seed for seed in SEEDS if len(seed) < 10_000]
BARE = [opcode.code.encode("latin-1") for opcode in opcodes if opcode.arg is None]
BRIEF = settings(
    max_examples=400, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def split(content: bytes) -> list[bytes]:
    """Opcodes with their arguments; what pickletools cannot split stays in one piece."""
    starts = []
    try:
        starts = [at for _, _, at in genops(io.BytesIO(content)) if at is not None]
    except ValueError:
        starts = [0]
    return [content[a:b] for a, b in zip(starts, [*starts[1:], len(content)], strict=True)]


STEPS = [split(seed) for seed in SEEDS]
EVERY_STEP = sorted({step for steps in STEPS for step in steps if len(step) < 100} | set(BARE))


@st.composite
def changed_bytes(draw: st.DrawFn) -> bytes:
    content = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(content)))
        match draw(st.integers(0, 3)):
            case 0:
                content[at : at + 1] = bytes([draw(st.integers(0, 255))])
            case 1:
                del content[at : at + draw(st.integers(1, 12))]
            case 2:
                content[at:at] = draw(st.binary(min_size=1, max_size=8))
            case 3:
                start = draw(st.integers(0, len(content)))
                content[at:at] = content[start : start + draw(st.integers(1, 80))]
    return bytes(content)


@st.composite
def changed_opcodes(draw: st.DrawFn) -> bytes:
    steps = list(draw(st.sampled_from(STEPS)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(steps) - 1))
        match draw(st.integers(0, 3)):
            case 0 if len(steps) > 1:
                del steps[at]
            case 1:
                steps.insert(at, draw(st.sampled_from(EVERY_STEP)))
            case 2:
                steps[at] = draw(st.sampled_from(EVERY_STEP))
            case _:
                other = draw(st.integers(0, len(steps) - 1))
                steps[at], steps[other] = steps[other], steps[at]
    return b"".join(steps)


def values(value: Any) -> Iterator[Any]:
    yield value
    if isinstance(value, dict):
        for key, item in value.items():
            yield from values(key)
            yield from values(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from values(item)


def outcome(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except MaskFileError as error:
        return error


def check(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    found = outcome(lambda: read_mask(path))
    tracks = outcome(lambda: load_tracks(path, 7, 3, 1000.0))
    if isinstance(found, MaskFileError):
        assert str(found).isprintable()
        assert isinstance(tracks, MaskFileError)
        return
    for key in {"hf", "sat", "ch"} & found.keys():
        assert found[key].dtype == bool
        assert found[key].ndim == 1
        assert (found[key].view(np.uint8) <= 1).all()
    known = (type(None), bool, int, float, str, bytes, list, tuple, dict, Uncarried)
    for value in values(found):
        assert type(value) in known or isinstance(value, np.ndarray | np.generic)
        repr(value)
    if isinstance(tracks, MaskTracks):
        assert tracks.hf.union(tracks.manual) == Runs.from_bool(found["hf"][:7])
        assert tracks.sat == Runs.from_bool(found["sat"][:7])
        assert all(note.isprintable() for note in tracks.warnings)
    assert not path.with_name("canary").exists()


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@BRIEF
@given(changed_bytes())
def test_changed_bytes(tmp_path: Path, content: bytes) -> None:
    check(tmp_path / "mask.pkl", content)


@BRIEF
@given(changed_opcodes())
def test_changed_opcodes(tmp_path: Path, content: bytes) -> None:
    check(tmp_path / "mask.pkl", content)


@BRIEF
@given(st.lists(st.sampled_from(EVERY_STEP), max_size=60))
def test_opcodes_at_random(tmp_path: Path, steps: list[bytes]) -> None:
    check(tmp_path / "mask.pkl", b"".join(steps) + b".")
    check(tmp_path / "mask.pkl", mask(b"".join(steps)))


@BRIEF
@given(st.binary(max_size=300))
def test_bytes_at_random(tmp_path: Path, content: bytes) -> None:
    check(tmp_path / "mask.pkl", content)
    check(tmp_path / "mask.pkl", mask(content))
