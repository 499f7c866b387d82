"""`DataFile`: every way of reading against a plain reading of the file, masks, broken files."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import numpy as np
import pytest

from ecogview import DataFile
from ecogview.data import data_file as data_file_module
from ecogview.data.lab_binary import LabBinary
from ecogview.data.mask_tracks import MaskTracks
from ecogview.errors import MaskFileError, RecordingError
from tests.builders import marked_samples, write_recording
from tests.data.marked_file import LABELS, N_CHANNELS, N_SAMPLES, mask

# -- what it knows


def test_attributes(df: DataFile) -> None:
    assert df.data_file_path.name == "rec001.LM1_ECOG_3.clfp.dat"
    assert df.exp_file_path.name == "rec001.experiment.json"
    assert df.mask_file_path.name == "rec001.LM1_ECOG_3.clfp.mask.pkl"
    assert (df.rec_id, df.microdrive_name, df.rec_type) == ("rec001", "LM1_ECOG_3", "clfp")
    assert (df.srate, df.data_type, df.units) == (1000, np.float32, "µV")
    assert (df.n_ch, df.n_sample, df.t_total) == (N_CHANNELS, N_SAMPLES, 1.301)
    assert df.layout == "interleaved"
    assert df.ch_labels == LABELS
    assert df.electrodes[1].label == "LM1_ECOG_3  E03"
    assert df.bad_channels == ["E03", "E09"]
    assert df.ch_idx.tolist() == [False, True, False, False, True, False]
    assert df.bad_spans == [(0, 0.005), (0.1, 0.101), (0.7, 0.8), (1.3, 1.301)]
    assert df.masked_fraction == 107 / N_SAMPLES
    assert np.count_nonzero(df.data_mask) == 107
    assert df.warnings == []
    assert repr(df) == (
        f"Data file: {df.data_file_path}\n"
        "  samples: 1,301 (1.30 s), 8.22% masked\n"
        "  channels: 6, 33.33% masked"
    )


def test_what_it_hands_out_is_the_callers(df: DataFile) -> None:
    df.data_mask[:] = True
    df.ch_idx[:] = True
    df.ch_labels.clear()
    df.electrodes.clear()
    df.warnings.append("mine")
    df.read()[:] = 5
    assert df.masked_fraction < 0.1
    assert df.bad_channels == ["E03", "E09"]
    assert df.n_ch == len(df.ch_labels) == len(df.electrodes)
    assert df.warnings == []
    assert df.read(0.01, 0.001)[0, 0] == 11


def test_paths_as_text_and_files_elsewhere(tmp_path: Path) -> None:
    samples = marked_samples(N_CHANNELS, N_SAMPLES)
    path = write_recording(tmp_path / "data", samples=samples, mask=mask())
    for name in ("rec001.experiment.json", "rec001.LM1_ECOG_3.clfp.mask.pkl"):
        (path.parent / name).rename(tmp_path / name)
    df = DataFile(
        str(path),
        str(tmp_path / "rec001.experiment.json"),
        str(tmp_path / "rec001.LM1_ECOG_3.clfp.mask.pkl"),
    )
    assert df.bad_channels == ["E03", "E09"]


@pytest.mark.parametrize(
    ("rec_type", "mask_name"),
    [
        ("clfp", "rec001.LM1_ECOG_3.clfp.mask.pkl"),
        ("raw", "rec001.LM1_ECOG_3.raw.mask.pkl"),
        ("part1.clfp", "rec001.LM1_ECOG_3.part1.clfp.mask.pkl"),
        ("clfp_ds250", "rec001.LM1_ECOG_3.clfp_ds250.mask.pkl"),
        ("clfp_ds250_fl0u10", "rec001.LM1_ECOG_3.clfp_ds250.mask.pkl"),
        ("p.clfp_ds250_fl0u10", "rec001.LM1_ECOG_3.p.clfp_ds250.mask.pkl"),
    ],
)
def test_the_mask_that_belongs_to_a_type(tmp_path: Path, rec_type: str, mask_name: str) -> None:
    samples = marked_samples(N_CHANNELS, N_SAMPLES)
    path = write_recording(tmp_path, samples=samples, rec_type=rec_type, mask=mask())
    assert (tmp_path / mask_name).exists()
    df = DataFile(path)
    assert df.mask_file_path == tmp_path / mask_name
    assert df.bad_channels == ["E03", "E09"]


def test_no_mask_is_nothing_bad(tmp_path: Path) -> None:
    df = DataFile(write_recording(tmp_path, samples=marked_samples(3, 50)))
    assert (df.bad_channels, df.bad_spans, df.masked_fraction) == ([], [], 0)
    assert df.read().all()
    assert df.warnings == []
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [
        "rec001.LM1_ECOG_3.clfp.dat", "rec001.experiment.json"
    ]  # fmt: skip


# -- masks that cannot be read


@pytest.fixture(params=["garbage", "named but absent", "folder", "dangling link"])
def unmasked(tmp_path: Path, request: pytest.FixtureRequest) -> DataFile:
    path = write_recording(tmp_path, samples=marked_samples(N_CHANNELS, N_SAMPLES))
    mask_path = tmp_path / "rec001.LM1_ECOG_3.clfp.mask.pkl"
    if request.param == "garbage":
        mask_path.write_bytes(b"no pickle")
    elif request.param == "folder":
        mask_path.mkdir()
    elif request.param == "dangling link":
        mask_path.symlink_to(tmp_path / "elsewhere")
    named = mask_path if request.param == "named but absent" else None
    return DataFile(path, mask_file_path=named)


def test_an_unreadable_mask_is_not_no_mask(unmasked: DataFile) -> None:
    assert any("mask.pkl" in warning for warning in unmasked.warnings)
    for name in ("data_mask", "ch_idx", "bad_channels", "bad_spans", "masked_fraction", "tracks"):
        with pytest.raises(MaskFileError, match=r"mask\.pkl"):
            getattr(unmasked, name)
    for arguments in ({}, {"use_mask": False}, {"ch_idx": [0]}):
        with pytest.raises(MaskFileError):
            unmasked.read(0, 0.1, **arguments)
    assert unmasked.read(0, 0.1, "E03", use_mask=False)[0, 0] == 1001
    assert repr(unmasked).count("mask unreadable") == 2


# -- files that change


@pytest.mark.parametrize("rec_type", ["clfp", "clfp_ds250"])
def test_a_file_cut_while_open(tmp_path: Path, rec_type: str) -> None:
    samples = marked_samples(4, 1000)
    path = write_recording(tmp_path, samples=samples, rec_type=rec_type)
    df = DataFile(path)
    os.truncate(path, 8000)
    with pytest.raises(RecordingError, match=r"has become shorter: 8,000 bytes are left"):
        df.read()
    np.testing.assert_array_equal(df.read(0, 0.2, ["E01"]), samples[:1, : round(0.2 * df.srate)])
    assert df.warnings == []


def test_a_read_that_fails_is_among_the_warnings(
    df: DataFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    df.close()
    assert any("closed" in warning for warning in df.warnings)
    with pytest.raises(RecordingError, match="closed"):
        df.read()


def test_a_copy_made_by_pickling_opens_the_files_anew(df: DataFile) -> None:
    copy = pickle.loads(pickle.dumps(df))  # noqa: S301  its own
    df.close()
    np.testing.assert_array_equal(copy.read(0.1, 0.002, "E01", use_mask=False), [[101, 102]])
    assert copy.bad_channels == ["E03", "E09"]


def test_nothing_is_written(tmp_path: Path) -> None:
    path = write_recording(tmp_path, samples=marked_samples(4, 500), mask=None)
    before = {entry: entry.stat() for entry in tmp_path.iterdir()}
    df = DataFile(path)
    df.read()
    assert df.warnings == []
    after = {entry: entry.stat() for entry in tmp_path.iterdir()}
    assert [(s.st_size, s.st_mtime_ns) for s in before.values()] == [
        (s.st_size, s.st_mtime_ns) for s in after.values()
    ]
    assert before.keys() == after.keys()


# -- zeroed samples, warnings about samples


def test_zeroed_stretches_are_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_file_module, "_PASS_BYTES", 64 * 4 * 3)
    samples = marked_samples(3, 1000)
    for start, stop in [(0, 10), (60, 70), (128, 192), (999, 1000)]:
        samples[:, start:stop] = 0
    samples[:2, 300:320] = 0
    for rec_type in ("clfp", "clfp_ds250", "raw"):
        df = DataFile(write_recording(tmp_path / rec_type, samples=samples, rec_type=rec_type))
        assert list(df.zeroed) == [(0, 10), (60, 70), (128, 192), (999, 1000)]


def test_a_wrong_order_is_among_the_warnings(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    samples = rng.normal(size=(8, 4000)) + 2 * rng.normal(size=4000)
    path = write_recording(tmp_path, samples=samples, rec_type="clfp_ds250", layout="interleaved")
    assert 'layout="interleaved"' in DataFile(path).warnings[0]
    assert DataFile(path, layout="interleaved").warnings == []


# -- longer than anything


def test_a_terabyte_opens_at_once(tmp_path: Path) -> None:
    path = write_recording(tmp_path, samples=marked_samples(4, 10))
    n_samples = 1 << 36
    try:
        os.truncate(path, n_samples * 16)
    except OSError:
        pytest.skip("this file system has no sparse files of that size")
    df = DataFile(path)
    assert df.n_sample == n_samples
    assert df.bad_spans == []
    assert df.warnings == []
    assert df.read(df.t_total - 0.01).shape == (4, 10)


# -- types of what is inside


def test_services_get_what_they_need(df: DataFile) -> None:
    assert isinstance(df.recording, LabBinary)
    assert isinstance(df.tracks, MaskTracks)
    assert df.info is df.recording.info
