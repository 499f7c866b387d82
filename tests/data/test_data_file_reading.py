"""`DataFile.read`: windows, channels and masks, each against a plain NumPy reading."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ecogview import DataFile
from tests.builders import marked_samples, write_recording
from tests.data.marked_file import LABELS, N_CHANNELS, N_SAMPLES, REC_TYPES, flags, mask, padded

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
