"""Recordings of the lab, each type against the contract, and what is special about them."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ecogview.data.lab_binary import LabBinary
from ecogview.data.recording import Layout
from ecogview.data.registry import format_of, open_recording
from ecogview.errors import RecordingError
from tests.builders import marked_samples, write_recording
from tests.recording_contract import RecordingContract


class TestClfp(RecordingContract):
    def write(self, folder: Path, samples: NDArray[np.float32]) -> Path:
        return write_recording(folder, samples=samples, rec_type="clfp")


class TestLfp(RecordingContract):
    def write(self, folder: Path, samples: NDArray[np.float32]) -> Path:
        return write_recording(folder, samples=samples, rec_type="lfp")


class TestRaw(RecordingContract):
    def write(self, folder: Path, samples: NDArray[np.float32]) -> Path:
        return write_recording(folder, samples=samples, rec_type="raw")


class TestDownsampled(RecordingContract):
    def write(self, folder: Path, samples: NDArray[np.float32]) -> Path:
        return write_recording(folder, samples=samples, rec_type="clfp_ds250")


class TestFilteredOfFourParts(RecordingContract):
    def write(self, folder: Path, samples: NDArray[np.float32]) -> Path:
        return write_recording(folder, samples=samples, rec_type="part2.clfp_ds250_fl0u10")


@pytest.mark.parametrize(
    ("rec_type", "rate", "dtype", "units", "layout"),
    [
        ("raw", 24000.0, "<i2", "counts", "interleaved"),
        ("lfp", 1000.0, "<f4", "µV", "interleaved"),
        ("clfp", 1000.0, "<f4", "µV", "interleaved"),
        ("clfp_ds250", 250.0, "<f4", "µV", "planar"),
        ("clfp_ds500", 500.0, "<f4", "µV", "planar"),
        ("clfp_ds250_fl0u10", 250.0, "<f4", "µV", "planar"),
        ("x.clfp_ds100_fl70u110", 100.0, "<f4", "µV", "planar"),
    ],
)
def test_types(
    tmp_path: Path, rec_type: str, rate: float, dtype: str, units: str, layout: Layout
) -> None:
    path = write_recording(
        tmp_path, samples=marked_samples(3, 50), rec_type=rec_type, sampling_rate=24000
    )
    with open_recording(path) as recording:
        info = recording.info
    assert (info.sampling_rate, info.dtype, info.units) == (rate, np.dtype(dtype), units)
    assert info.layout == layout
    assert info.rec_type == rec_type.split(".")[-1]
    assert (info.rec_id, info.microdrive_name) == ("rec001", "LM1_ECOG_3")
    assert info.labels == ("E01", "E03", "E05")


def test_raw_is_signed(tmp_path: Path) -> None:
    path = write_recording(tmp_path, samples=[[0], [1]], rec_type="raw")
    path.write_bytes(np.array([[0, 1], [32767, 32768], [65535, 40000]], "<u2").tobytes())
    with open_recording(path) as recording:
        rows = recording.read_rows(0, 3)
    assert rows.dtype == np.int16
    assert rows.tolist() == [[0, 1], [32767, -32768], [-1, -25536]]


@pytest.mark.parametrize("rec_type", ["clfp", "raw", "clfp_ds250"])
@pytest.mark.parametrize("layout", ["interleaved", "planar"])
def test_the_layout_can_be_named(tmp_path: Path, rec_type: str, layout: Layout) -> None:
    samples = marked_samples(4, 90)
    path = write_recording(tmp_path, samples=samples, rec_type=rec_type, layout=layout)
    with open_recording(path, layout=layout) as recording:
        assert recording.info.layout == layout
        np.testing.assert_array_equal(recording.read_rows(11, 90), samples[:, 11:].T)


def test_an_unknown_layout_is_refused(tmp_path: Path) -> None:
    path = write_recording(tmp_path, samples=marked_samples(4, 90))
    with pytest.raises(ValueError, match="sideways"):
        LabBinary(path, layout="sideways")  # type: ignore[arg-type]


def test_a_partial_sample_is_left_out_and_said(tmp_path: Path) -> None:
    samples = marked_samples(5, 40)
    path = write_recording(tmp_path, samples=samples)
    with path.open("ab") as file:
        file.write(b"\1" * 13)
    with open_recording(path) as recording:
        assert recording.info.n_samples == 40
        assert "13 bytes" in recording.info.warnings[0]
        np.testing.assert_array_equal(recording.read_rows(0, 40), samples.T)


def test_a_cut_planar_file_is_refused_unless_its_layout_is_named(tmp_path: Path) -> None:
    path = write_recording(tmp_path, samples=marked_samples(5, 40), rec_type="clfp_ds250")
    os.truncate(path, 5 * 40 * 4 - 8)
    with pytest.raises(RecordingError, match="792 bytes, 12 more than whole samples"):
        open_recording(path)
    with open_recording(path, layout="planar") as recording:
        assert recording.info.n_samples == 39
        assert "12 bytes" in recording.info.warnings[0]
    with open_recording(path, layout="interleaved") as recording:
        assert recording.info.n_samples == 39


@pytest.mark.parametrize("size", [0, 1, 19])
def test_less_than_a_sample_is_an_error(tmp_path: Path, size: int) -> None:
    path = write_recording(tmp_path, samples=marked_samples(5, 40))
    os.truncate(path, size)
    with pytest.raises(RecordingError, match=f"no samples: {size} bytes"):
        open_recording(path)


def test_longer_than_int32(tmp_path: Path) -> None:
    path = write_recording(tmp_path, samples=marked_samples(2, 10), rec_type="clfp")
    n_samples = 3_000_000_000
    tail = np.array([[1.5, 2.5], [3.5, 4.5]], "<f4")
    with path.open("r+b") as file:
        file.truncate(n_samples * 8)
        file.seek((n_samples - 2) * 8)
        file.write(tail.tobytes())
    with open_recording(path) as recording:
        assert recording.info.n_samples == n_samples
        rows = recording.read_rows(n_samples - 3, n_samples)
    np.testing.assert_array_equal(rows, [[0, 0], *tail])


def test_longer_than_int32_planar(tmp_path: Path) -> None:
    path = write_recording(tmp_path, samples=marked_samples(2, 10), rec_type="clfp_ds250")
    n_samples = 3_000_000_000
    with path.open("r+b") as file:
        file.truncate(n_samples * 8)
        for channel in (0, 1):
            file.seek((channel + 1) * n_samples * 4 - 4)
            file.write(np.float32(channel + 7).tobytes())
    with open_recording(path) as recording:
        rows = recording.read_rows(n_samples - 2, n_samples)
    np.testing.assert_array_equal(rows, [[0, 0], [7, 8]])


def test_only_the_channels_asked_for_are_read_from_planar_files(tmp_path: Path) -> None:
    samples = marked_samples(6, 100)
    path = write_recording(tmp_path, samples=samples, rec_type="clfp_ds250")
    with LabBinary(path) as recording:
        os.truncate(path, 3 * 100 * 4)  # channels 0 to 2 remain
        got = recording.read_channels(np.array([2, 0]), 10, 60)
        assert got.flags.c_contiguous
        np.testing.assert_array_equal(got, samples[[2, 0], 10:60])
        assert recording.read_channels(np.array([2, 3]), 10, 60).shape == (2, 0)


@pytest.mark.parametrize(
    "name",
    ["rec001.dat", "rec001.LM1_ECOG_3.dat", "rec001.LM1.a.b.clfp.dat", "rec001..clfp.dat",
     ".LM1_ECOG_3.clfp.dat", "clfp.dat", ".dat"],
)  # fmt: skip
def test_other_names_are_refused(tmp_path: Path, name: str) -> None:
    path = write_recording(tmp_path, samples=marked_samples(2, 9)).rename(tmp_path / name)
    with pytest.raises(RecordingError, match="not named like a recording"):
        open_recording(path)


@pytest.mark.parametrize(
    "rec_type",
    ["spike", "CLFP", "clfp_ds", "clfp_ds0", "clfp_ds000", "clfp_dsx", "clfp_ds250_fl", "raw2",
     "clfp_fl0u10", "clfp_ds250_fl0u", "clfp_ds2٣0", "clfp_ds" + "9" * 99, " clfp", "\n"],
)  # fmt: skip
def test_unknown_types_are_refused(tmp_path: Path, rec_type: str) -> None:
    path = write_recording(tmp_path, samples=marked_samples(2, 9))
    path = path.rename(tmp_path / f"rec001.LM1_ECOG_3.{rec_type}.dat")
    with pytest.raises(RecordingError, match="unknown type") as caught:
        open_recording(path)
    assert "\n" not in str(caught.value)


def test_what_is_no_recording_is_refused(tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("no samples")
    assert format_of(notes) is None
    with pytest.raises(RecordingError, match=r"not a recording.*\*\.dat"):
        open_recording(notes)
    with pytest.raises(RecordingError, match="is a folder"):
        open_recording(tmp_path)
    with pytest.raises(RecordingError, match="does not exist"):
        open_recording(tmp_path / "absent")


def test_garbage_collection_closes_quietly(tmp_path: Path) -> None:
    path = write_recording(tmp_path, samples=marked_samples(2, 9))
    recording = LabBinary(path)
    descriptor = recording._file._descriptor
    del recording
    with pytest.raises(OSError, match="descriptor"):
        os.fstat(descriptor)
