"""Sources: values that any thread can open, as often as it likes."""

from __future__ import annotations

import threading
from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecogview.data.lab_binary import LabBinary
from ecogview.data.mask_elsewhere import entry_of, remember_elsewhere
from ecogview.data.recording import Recording
from ecogview.errors import RecordingError
from ecogview.services.sources import ArraySource, FileSource
from tests.builders import marked_samples, write_recording

SAMPLES = marked_samples(4, 120)


# -- files


def test_a_file_is_opened_anew_in_any_thread(tmp_path: Path) -> None:
    source = FileSource(write_recording(tmp_path, samples=SAMPLES))
    results: list[Any] = []

    def read() -> None:
        with source.open() as recording:
            results.append(recording.read_rows(10, 20))

    thread = threading.Thread(target=read)
    with source.open() as one, source.open() as other:
        assert one is not other
        thread.start()
        thread.join()
        results.append(one.read_rows(10, 20))
    for rows in results:
        np.testing.assert_array_equal(rows, SAMPLES[:, 10:20].T)
    assert len(results) == 2


def test_the_layout_can_be_named(tmp_path: Path) -> None:
    path = write_recording(tmp_path, samples=SAMPLES, rec_type="clfp", layout="planar")
    for source in (
        FileSource(path, layout="planar"),
        FileSource(path, tmp_path / "rec001.experiment.json", layout="planar"),
    ):
        with source.open() as recording:
            assert recording.info.layout == "planar"
            np.testing.assert_array_equal(recording.read_rows(3, 9), SAMPLES[:, 3:9].T)


def test_the_experiment_can_lie_elsewhere(tmp_path: Path) -> None:
    path = write_recording(tmp_path, samples=SAMPLES)
    elsewhere = tmp_path / "experiment.json"
    (tmp_path / "rec001.experiment.json").rename(elsewhere)
    with FileSource(path, elsewhere).open() as recording:
        assert isinstance(recording, LabBinary)
        assert recording.info.n_channels == 4
    with pytest.raises(RecordingError, match="does not exist"):
        FileSource(path).open()


@pytest.mark.parametrize(
    ("name", "mask"),
    [
        ("rec001.LM1.clfp.dat", "rec001.LM1.clfp.mask.pkl"),
        ("rec001.LM1.part.clfp_ds250.dat", "rec001.LM1.part.clfp_ds250.mask.pkl"),
        ("rec001.LM1.clfp_ds250_fl0u10.dat", "rec001.LM1.clfp_ds250.mask.pkl"),
    ],
)
def test_the_mask_lies_beside_the_recording(tmp_path: Path, name: str, mask: str) -> None:
    source = FileSource(tmp_path / name)
    assert source.mask_path == tmp_path / mask
    assert source.may_lack_mask


def test_a_mask_that_was_named_has_to_be_there(tmp_path: Path) -> None:
    source = FileSource(tmp_path / "rec001.LM1.clfp.dat", own_mask_path=tmp_path / "own.pkl")
    assert source.mask_path == tmp_path / "own.pkl"
    assert not source.may_lack_mask


def test_a_mask_is_where_the_user_has_put_it(tmp_path: Path) -> None:
    source = FileSource(tmp_path / "rec001.LM1.clfp.dat")
    remember_elsewhere(source.path, tmp_path / "elsewhere.pkl")
    assert source.mask_path == tmp_path / "elsewhere.pkl"
    assert source.usual_mask_path == tmp_path / "rec001.LM1.clfp.mask.pkl"
    assert not source.may_lack_mask
    assert source.mask_problem is None
    named = replace(source, own_mask_path=tmp_path / "own.pkl")
    assert named.mask_path == tmp_path / "own.pkl"


def test_where_the_place_of_a_mask_cannot_be_read_that_is_a_problem(tmp_path: Path) -> None:
    source = FileSource(tmp_path / "rec001.LM1.clfp.dat")
    remember_elsewhere(source.path, tmp_path / "elsewhere.pkl")
    entry_of(source.path).write_bytes(b"{")
    assert source.mask_path == source.usual_mask_path
    assert not source.may_lack_mask
    assert "is not JSON" in str(source.mask_problem)
    assert replace(source, own_mask_path=tmp_path / "own.pkl").mask_problem is None


def test_what_is_no_recording_has_no_mask() -> None:
    assert FileSource(Path("notes.txt")).mask_path is None
    with pytest.raises(RecordingError, match=r"notes\.txt"):
        FileSource(Path("notes.txt")).open()


def test_sources_are_frozen_and_the_same_only_as_themselves(tmp_path: Path) -> None:
    source = FileSource(tmp_path / "a.b.clfp.dat")
    assert source != replace(source)
    assert source == source
    assert len({source, replace(source), source}) == 2
    with pytest.raises(FrozenInstanceError):
        source.path = tmp_path  # type: ignore[misc]
    assert ArraySource(SAMPLES, 1.0) != ArraySource(SAMPLES, 1.0)


# -- arrays


@pytest.mark.parametrize("dtype", ["float32", "float64", "int16", "uint8", "bool", ">f4"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_an_array_is_read_as_a_recording(dtype: str, order: Any) -> None:
    array = np.asarray(SAMPLES[:, :100] % 200, dtype=dtype, order=order)
    with ArraySource(array, 500.0).open() as recording:
        assert isinstance(recording, Recording)
        info = recording.info
        rows = recording.read_rows(7, 50)
    assert (info.n_channels, info.n_samples, info.sampling_rate) == (4, 100, 500.0)
    assert (info.units, info.dtype) == ("µV", np.float32)
    assert rows.dtype == np.float32
    assert rows.flags.f_contiguous
    np.testing.assert_array_equal(rows, array[:, 7:50].T.astype(np.float32))


def test_channels_of_an_array_are_numbered_or_named() -> None:
    assert ArraySource(SAMPLES, 1.0).open().info.labels == ("1", "2", "3", "4")
    named = ArraySource(SAMPLES, 1.0, ("a", "b", "c", "d"))
    assert named.open().info.labels == ("a", "b", "c", "d")
    assert [c.index for c in named.open().info.channels] == [0, 1, 2, 3]


def test_rows_of_an_array_are_fresh() -> None:
    array = SAMPLES.copy()
    recording = ArraySource(array, 1.0).open()
    for start, stop in ((0, 120), (5, 6)):
        recording.read_rows(start, stop)[:] = -1
    one_channel = ArraySource(array[:1], 1.0).open()
    one_channel.read_rows(0, 120)[:] = -1
    np.testing.assert_array_equal(array, SAMPLES)


@pytest.mark.parametrize(("start", "stop"), [(-1, 5), (5, 4), (0, 121)])
def test_rows_outside_an_array_are_refused(start: int, stop: int) -> None:
    with pytest.raises(ValueError, match="120"):
        ArraySource(SAMPLES, 1.0).open().read_rows(start, stop)


def test_an_array_has_no_mask() -> None:
    source = ArraySource(SAMPLES, 1.0)
    assert source.mask_path is None
    assert source.may_lack_mask
