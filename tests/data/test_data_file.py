"""`DataFile`: every way of reading against a plain reading of the file, masks, broken files."""

from __future__ import annotations

import math
import os
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ecogview import DataFile, grow_bool_array
from ecogview.data import data_file as data_file_module
from ecogview.data.lab_binary import LabBinary
from ecogview.data.mask_tracks import MaskTracks
from ecogview.errors import MaskFileError, RecordingError
from tests.builders import marked_samples, write_recording

N_CHANNELS, N_SAMPLES = 6, 1301  # more than two pieces of rows
REC_TYPES = ["raw", "lfp", "clfp", "clfp_ds250", "part1.clfp_ds250_fl0u10"]
RATES = {"raw": 30000.0, "lfp": 1000.0, "clfp": 1000.0}
LABELS = ["E01", "E03", "E05", "E07", "E09", "E11"]


def flags(length: int, *spans: tuple[int, int]) -> NDArray[np.bool_]:
    made = np.zeros(length, bool)
    for start, stop in spans:
        made[start:stop] = True
    return made


def mask(**changes: Any) -> dict[str, Any]:
    return {
        "hf": flags(N_SAMPLES, (0, 5), (100, 101), (700, 760)),
        "sat": flags(N_SAMPLES, (750, 800), (N_SAMPLES - 1, N_SAMPLES)),
        "ch": flags(N_CHANNELS, (1, 2), (4, 5)),
        **changes,
    }


@pytest.fixture
def df(tmp_path: Path) -> DataFile:
    samples = marked_samples(N_CHANNELS, N_SAMPLES)
    return DataFile(write_recording(tmp_path, samples=samples, mask=mask()))


# -- the fast way against the plain one


def plainly(df: DataFile, layout: str, bad: NDArray[np.bool_]) -> NDArray[np.float32]:
    """The whole file with `bad` samples at -7, the way one would write it down."""
    dtype = "<i2" if df.rec_type == "raw" else "<f4"
    values = np.fromfile(df.data_file_path, dtype)
    shape = (N_CHANNELS, N_SAMPLES) if layout == "planar" else (N_SAMPLES, N_CHANNELS)
    whole = values.reshape(shape)
    data = (whole if layout == "planar" else whole.T).astype(np.float32)
    data[:, bad] = -7
    return data


def padded(bad: NDArray[np.bool_], by: int) -> NDArray[np.bool_]:
    grown = np.zeros_like(bad)
    for sample in np.flatnonzero(bad):
        grown[max(sample - by, 0) : sample + by + 1] = True
    return grown


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], DataFile]:
    made = {}
    samples = marked_samples(N_CHANNELS, N_SAMPLES)
    for rec_type in REC_TYPES:
        for layout in ("interleaved", "planar"):
            folder = tmp_path_factory.mktemp("recording")
            path = write_recording(
                folder, samples=samples, rec_type=rec_type, layout=layout, mask=mask()
            )
            made[rec_type, layout] = DataFile(path, layout=layout)  # type: ignore[arg-type]
    return made


channel_choices = st.one_of(
    st.none(),
    st.lists(st.booleans(), min_size=N_CHANNELS, max_size=N_CHANNELS),
    st.lists(st.integers(-N_CHANNELS, N_CHANNELS - 1), max_size=8),
    st.lists(st.sampled_from(LABELS), max_size=8),
)


def places(choice: Any) -> list[int]:
    if choice is None:
        return [0, 2, 3, 5]
    if choice and isinstance(choice[0], bool):
        return [i for i, wanted in enumerate(choice) if wanted]
    return [LABELS.index(c) if isinstance(c, str) else c % N_CHANNELS for c in choice]


@pytest.mark.parametrize("layout", ["interleaved", "planar"])
@pytest.mark.parametrize("rec_type", REC_TYPES)
@given(
    start=st.integers(0, N_SAMPLES),
    length=st.one_of(st.none(), st.integers(0, N_SAMPLES)),
    shift=st.tuples(*2 * [st.floats(-0.49, 0.49)]),
    choice=channel_choices,
    use_mask=st.booleans(),
    pad=st.integers(0, 70 * 16).map(lambda sixteenths: sixteenths / 16),
)
@settings(max_examples=40, deadline=None)
def test_read_as_a_plain_reading(
    recordings: dict[tuple[str, str], DataFile],
    rec_type: str,
    layout: str,
    start: int,
    length: int | None,
    shift: tuple[float, float],
    choice: Any,
    use_mask: bool,
    pad: float,
) -> None:
    df = recordings[rec_type, layout]
    stop = N_SAMPLES if length is None else min(start + length, N_SAMPLES)
    bad = padded(df.data_mask, math.ceil(pad)) if use_mask else flags(N_SAMPLES)
    expected = plainly(df, layout, bad)[places(choice), start:stop]
    data = df.read(
        (start + shift[0]) / df.srate,
        -1 if length is None else (stop - start + shift[1]) / df.srate,
        choice,
        use_mask,
        mask_value=-7,
        mask_pad_t=pad / df.srate,
    )
    assert data.dtype == np.float32
    assert data.flags.c_contiguous
    assert data.flags.owndata
    np.testing.assert_array_equal(data, expected)


# -- windows


def test_by_default_all_of_the_good_channels(df: DataFile) -> None:
    data = df.read()
    assert data.shape == (4, N_SAMPLES)
    assert data[:, [5, 99, 101]].tolist() == [
        [6, 100, 102], [2006, 2100, 2102], [3006, 3100, 3102], [5006, 5100, 5102]
    ]  # fmt: skip
    assert not data[:, [0, 4, 100, 700, 799, N_SAMPLES - 1]].any()


def test_the_last_sample(df: DataFile) -> None:
    data = df.read((N_SAMPLES - 1) / 1000, 0.001, use_mask=False)
    np.testing.assert_array_equal(data[:, 0], [304, 2304, 3304, 5304])


def test_empty_windows(df: DataFile) -> None:
    for t_start in (0, 0.5, df.t_total):
        assert df.read(t_start, 0).shape == (4, 0)
    assert df.read(df.t_total).shape == (4, 0)
    assert df.read(0, 0.0004).shape == (4, 0)
    assert df.read(0, 1, ch_idx=[]).shape == (0, 1000)


def test_halves_are_rounded_up(df: DataFile) -> None:
    data = df.read(0.0105, 0.0025, [0], use_mask=False)
    assert data.tolist() == [[12, 13, 14]]


@pytest.mark.parametrize(
    ("t_start", "t_len"),
    [(-1, 1), (-0.0006, 0.1), (1.302, 0), (1.302, -1), (0, 1.302), (1.3, 0.002), (0.5, -0.5),
     (0, -2), (1e300, 0), (0, 1e300)],
)  # fmt: skip
def test_windows_outside_name_the_range(df: DataFile, t_start: float, t_len: float) -> None:
    with pytest.raises(ValueError, match=r"outside 0 to .*1\.301 s"):
        df.read(t_start, t_len)


def test_the_range_is_named_to_the_sample(tmp_path: Path) -> None:
    path = write_recording(tmp_path, samples=marked_samples(1, 720_701), rec_type="clfp_ds100")
    with DataFile(path) as df, pytest.raises(ValueError, match=r"7207\.03 s .* 0 to 7207\.01 s"):
        df.read(7207.03, 0)


def test_times_of_another_precision(tmp_path: Path) -> None:
    with DataFile(write_recording(tmp_path, samples=marked_samples(1, 65_000))) as df:
        # 64.5 s and 0.125 s are whole in all three, 64,500 samples are beyond what float16 holds.
        for kind in (float, np.float32, np.float16):
            data = df.read(kind(64.5), kind(0.125), [0], mask_pad_t=kind(0.125))
            np.testing.assert_array_equal(data, df.read(64.5, 0.125, [0]))


@pytest.mark.parametrize("odd", [math.nan, math.inf, -math.inf])
def test_windows_are_finite(df: DataFile, odd: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        df.read(odd, 1)
    with pytest.raises(ValueError, match="finite"):
        df.read(0, odd)
    with pytest.raises(ValueError, match="finite"):
        df.read(0, 1, mask_pad_t=odd)
    with pytest.raises(ValueError, match="finite"):
        df.read(0, 1, mask_pad_t=-0.1)


# -- masking


def test_bad_samples_can_be_nan(df: DataFile) -> None:
    np.testing.assert_array_equal(np.isnan(df.read(mask_value=math.nan)[0]), df.data_mask)


def test_padding_reaches_in_from_outside(df: DataFile) -> None:
    # Bad from 700 to 799: neither end lies within the window.
    data = df.read(0.8, 0.05, [0], mask_pad_t=0.02, mask_value=-7)[0]
    assert (data[:20] == -7).all()
    assert (data[20:] > 0).all()


def test_padding_is_rounded_up_to_samples(tmp_path: Path) -> None:
    samples = marked_samples(2, 100)
    bad = {"hf": flags(100, (50, 51)), "sat": flags(100), "ch": flags(2)}
    path = write_recording(tmp_path, samples=samples, rec_type="clfp_ds100", mask=bad)
    with DataFile(path) as df:
        for pad_t, widened in [(0.0, 1), (0.001, 3), (0.01, 3), (0.0101, 5), (0.07, 15), (9, 100)]:
            assert np.count_nonzero(df.read(mask_pad_t=pad_t)[0] == 0) == widened


def test_a_bad_stretch_longer_than_the_window(tmp_path: Path) -> None:
    path = write_recording(
        tmp_path, samples=marked_samples(2, 100), mask={"hf": flags(100, (0, 100)),
                                                       "sat": flags(100)})  # fmt: skip
    with DataFile(path) as df:
        assert not df.read(0.04, 0.01, mask_pad_t=0.001).any()


# -- channels


def test_one_channel_alone(df: DataFile) -> None:
    for choice in ("E05", 2, -4, np.int16(2), np.array(["E05"], object)):
        np.testing.assert_array_equal(df.read(0.01, 0.003, choice), [[2011, 2012, 2013]])


@pytest.mark.parametrize(
    ("choice", "reason"),
    [
        (["E01", "E02"], "no channel 'E02'"),
        ("e01", "no channel 'e01'"),
        (["E01", 3], "no channel '3'"),
        ([0, 6], "no channel 6: they run from 0 to 5"),
        ([-7], "no channel -7"),
        (np.array([2**63], np.uint64), "no channel 9223372036854775808"),
        ([True] * 5, "5 booleans for 6 channels"),
        ([[True] * 6], "not by 2"),
        ([1.0, 2.0], "not by float64"),
        ([None], "not by object"),
    ],
)
def test_channels_that_are_not_there(df: DataFile, choice: Any, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        df.read(0, 1, choice)


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


# -- growing


@given(st.lists(st.booleans(), max_size=40), st.integers(0, 50))
@settings(max_examples=100, deadline=None)
def test_grow_bool_array(values: list[bool], by: int) -> None:
    given_array = np.array(values, bool)
    grown = grow_bool_array(given_array, by)
    np.testing.assert_array_equal(grown, padded(given_array, by))
    np.testing.assert_array_equal(given_array, np.array(values, bool))
    assert grown is not given_array


def test_grow_bool_array_takes_slices_and_lists() -> None:
    assert grow_bool_array([False, True, False, False], 1).tolist() == [True, True, True, False]
    assert grow_bool_array(np.array([1, 0, 0, 0, 0, 0], bool)[::2], 1).tolist() == [
        True, True, False
    ]  # fmt: skip


@pytest.mark.parametrize("by", [3, 2**63 - 1, 2**63, 10**30])
def test_grow_bool_array_by_more_than_there_is(by: int) -> None:
    assert grow_bool_array([False, True, False], by).all()


@pytest.mark.parametrize(
    ("values", "by", "error"),
    [
        ([[True]], 1, ValueError),
        ([0, 1], 1, ValueError),
        ([True], -1, ValueError),
        ([True], 1.5, TypeError),
        (True, 1, ValueError),
    ],
)
def test_grow_bool_array_refuses(values: Any, by: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        grow_bool_array(values, by)


# -- types of what is inside


def test_services_get_what_they_need(df: DataFile) -> None:
    assert isinstance(df.recording, LabBinary)
    assert isinstance(df.tracks, MaskTracks)
    assert df.info is df.recording.info
