"""Writing masks: the bytes Python 3.7 with NumPy 1.19 would write."""

from __future__ import annotations

import pickle
import pickletools
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecogview.data import mask_pickle
from ecogview.data.in_turns import PIECE
from ecogview.data.mask_encoder import encode_mask
from ecogview.data.mask_pickle import read_mask, write_mask
from ecogview.data.mask_values import Uncarried
from ecogview.errors import MaskFileError
from tests.data.genuine_masks import EXPECTED, PLAIN_37
from tests.data.hostile_masks import name, with_value
from tests.data.test_mask_reading import assert_same

PLAIN = {
    "hf": np.array([0, 1, 1, 0, 0, 0, 1], bool),
    "sat": np.array([0, 0, 0, 1, 0, 0, 0], bool),
    "ch": np.array([0, 1, 0], bool),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rec001.LM1_ECOG_3.clfp.mask.pkl"


def steps(content: bytes) -> list[tuple[str, Any]]:
    return [(opcode.name, arg) for opcode, arg, _ in pickletools.genops(content)]


def test_the_bytes_are_those_of_python_3_7(file: Path) -> None:
    write_mask(file, PLAIN)
    assert steps(file.read_bytes()) == steps(PLAIN_37)
    assert file.read_bytes() == PLAIN_37


def test_old_versions_know_every_opcode_and_name(file: Path) -> None:
    write_mask(file, EXPECTED)
    for opcode, arg, _ in pickletools.genops(file.read_bytes()):
        assert opcode.proto <= 3
        if opcode.name == "GLOBAL":
            assert arg in {
                "numpy.core.multiarray _reconstruct",
                "numpy.core.multiarray scalar",
                "numpy ndarray",
                "numpy dtype",
            }


@pytest.mark.filterwarnings("ignore:numpy.core")
def test_an_ordinary_unpickler_reads_it_too(file: Path) -> None:
    write_mask(file, EXPECTED)
    found = pickle.loads(file.read_bytes())  # noqa: S301 - our own bytes
    assert found.keys() == EXPECTED.keys()
    for key, value in EXPECTED.items():
        assert np.array_equal(found[key], value) if key != "nested" else found[key] == value


plain_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(1 << 500), 1 << 500)
    | st.floats(allow_nan=False)
    | st.text(st.characters(), max_size=20)
    | st.binary(max_size=300),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.lists(inner, max_size=5).map(tuple)
        | st.dictionaries(st.text(max_size=5) | st.integers(-(1 << 59), 1 << 59), inner, max_size=4)
    ),
    max_leaves=40,
)
arrays = st.sampled_from(
    [
        np.arange(24).astype(f"{order}{code}").reshape(shape)
        for order in "<>"
        for code in ("i2", "u8", "f4", "c16", "U3", "S4")
        for shape in ((24,), (2, 3, 4), (24, 1), (1, 1, 24))
    ]
    + [np.zeros((0, 3)), np.array(2.5), np.asfortranarray(np.arange(6.0).reshape(2, 3))]
    + [np.arange(20, dtype="i4")[::-3], np.bool_(True), np.int16(-7), np.str_("µV"), np.float32(1)]
)


@settings(
    max_examples=150, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.dictionaries(st.text(max_size=8), plain_values | arrays, max_size=5))
@pytest.mark.filterwarnings("ignore:numpy.core")
def test_what_is_written_is_read_back(file: Path, extra: dict[str, Any]) -> None:
    extra = {f"x{key}": value for key, value in extra.items()}
    written = b"".join(encode_mask(PLAIN | extra))
    file.write_bytes(written)
    found = read_mask(file)
    reference = pickle.loads(written)  # noqa: S301 - our own bytes
    assert found.keys() == (PLAIN | extra).keys() == reference.keys()
    for key, value in extra.items():
        assert_same(found[key], value)
        if isinstance(value, np.ndarray | np.generic):
            assert np.array_equal(reference[key], value)
        else:
            assert reference[key] == value


def test_large_arrays_are_written_a_piece_at_a_time() -> None:
    big = np.arange(3_000_000, dtype="u2") % 7
    pieces = list(encode_mask({"x": big}))
    assert max(len(piece) for piece in pieces) <= PIECE
    assert len(pieces) > 4


def test_many_texts_number_the_memo_as_pickle_does() -> None:
    value = {"x": [f"E{i:02}" for i in range(300)] * 2, "y": 7}
    written = b"".join(encode_mask(value))
    assert steps(written) == steps(pickle.dumps(value, 3))


@pytest.mark.parametrize("form", [list, tuple, np.array, lambda v: np.array(v, float)[:, None]])
def test_other_forms_of_flags_are_written_as_arrays(file: Path, form: Any) -> None:
    write_mask(file, {**PLAIN, "hf": form([False, True, True])})
    assert_same(read_mask(file)["hf"], np.array([False, True, True]))


@pytest.mark.parametrize(
    ("mask", "said"),
    [
        ({"hf": [True]}, "no key 'sat'"),
        ({"sat": [True]}, "no key 'hf'"),
        ({**PLAIN, "ch": [3, 7]}, "'ch'"),
        ({**PLAIN, "hf": None}, "'hf'"),
        ({**PLAIN, "hf": "010"}, "'hf'"),
        ({**PLAIN, "hf": np.ones((2, 2), bool)}, "'hf'"),
        ({**PLAIN, "hf": [[1], [1, 2]]}, "'hf'"),
        ({**PLAIN, "hf": [0, np.nan]}, "'hf'"),
        ({**PLAIN, "x": object()}, "object"),
        ({**PLAIN, "x": {1, 2}}, "set"),
        ({**PLAIN, "x": OrderedDict()}, "OrderedDict"),
        ({**PLAIN, "x": np.ma.masked_array([1, 2])}, "MaskedArray"),
        ({**PLAIN, "x": np.array([None])}, "object"),
        ({**PLAIN, "x": np.zeros(2, "M8[s]")}, "datetime64"),
        ({**PLAIN, "x": np.zeros(2, [("a", "i4")])}, "array"),
        ({**PLAIN, "x": 1 << 4000}, "4,001 bits"),
        ({**PLAIN, "x": {(1, 2): 3}}, "tuple"),
        ({**PLAIN, 1.5: 3}, "float"),
        ({**PLAIN, "x": Uncarried("a.B")}, "a.B"),
    ],
)
def test_what_cannot_be_written_is_said_and_nothing_written(
    file: Path, mask: dict[Any, Any], said: str
) -> None:
    write_mask(file, PLAIN)
    before = file.read_bytes()
    with pytest.raises(MaskFileError, match=said):
        write_mask(file, mask)
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


def test_structures_without_end_are_refused(file: Path) -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(MaskFileError, match="levels deep"):
        write_mask(file, {**PLAIN, "x": loop})


def test_no_mask_is_written_that_would_be_too_large_to_read(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mask_pickle, "MAX_FILE", 1000)
    with pytest.raises(MaskFileError, match="more than 1,000 bytes"):
        write_mask(file, {**PLAIN, "x": bytes(1000)})


def test_what_was_read_and_cannot_be_kept_is_not_dropped_in_silence(file: Path) -> None:
    file.write_bytes(with_value(name("pandas", "Series") + b")\x81"))
    mask = read_mask(file)
    with pytest.raises(MaskFileError, match=r"key 'x' holds pandas\.Series"):
        write_mask(file, mask)
    del mask["x"]
    write_mask(file, mask)
    assert read_mask(file).keys() == {"hf", "sat"}


def test_the_original_is_kept_once(file: Path) -> None:
    file.write_bytes(PLAIN_37)
    write_mask(file, {**PLAIN, "x": 1})
    write_mask(file, {**PLAIN, "x": 2})
    assert file.with_name(file.name + ".bak").read_bytes() == PLAIN_37
    assert read_mask(file)["x"] == 2
