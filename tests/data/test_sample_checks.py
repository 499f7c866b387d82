"""Orders that look wrong, zeros that sit elsewhere, stretches that were zeroed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from ecogview.data.lab_binary import LabBinary
from ecogview.data.recording import Layout
from ecogview.data.sample_checks import (
    SampleWarning,
    offset_warning,
    order_warning,
    sample_warnings,
    zero_spans,
)
from tests.builders import marked_samples, write_recording

N_CHANNELS, N_SAMPLES = 16, 6000
TYPES: dict[Layout, str] = {"interleaved": "clfp", "planar": "clfp_ds250"}
OTHER: dict[Layout, Layout] = {"interleaved": "planar", "planar": "interleaved"}
both_layouts = pytest.mark.parametrize("layout", ["interleaved", "planar"])


def coloured(n_channels: int, exponent: float, *, seed: int = 0) -> NDArray[np.float64]:
    """Independent noise with a power of 1/f^exponent, (channels, samples)."""
    rng = np.random.default_rng(seed)
    frequency = np.fft.rfftfreq(N_SAMPLES)
    frequency[0] = frequency[1]
    size = (n_channels, len(frequency))
    spectrum = rng.normal(size=size) + 1j * rng.normal(size=size)
    signal: NDArray[np.float64] = np.fft.irfft(spectrum * frequency ** (-exponent / 2), N_SAMPLES)
    return signal / signal.std()


def brain_like(exponent: float = 1.0) -> NDArray[np.float64]:
    return coloured(N_CHANNELS, exponent) + 1.7 * coloured(1, exponent, seed=1)


def warning(
    folder: Path, samples: NDArray[np.float64], *, written: Layout, claimed: Layout
) -> SampleWarning | None:
    path = write_recording(folder, samples=samples, rec_type=TYPES[claimed], layout=written)
    with LabBinary(path) as recording:
        return order_warning(recording)


# -- order


@both_layouts
@pytest.mark.parametrize("exponent", [0.5, 1.0, 2.0])
def test_the_wrong_order_is_noticed(tmp_path: Path, layout: Layout, exponent: float) -> None:
    found = warning(tmp_path, brain_like(exponent), written=OTHER[layout], claimed=layout)
    assert found is not None
    assert found.layout == OTHER[layout]
    assert found.text == f"the samples look {OTHER[layout]}, not {layout}"
    in_full = found.advising("say {}")
    assert in_full == f"{found.text}: {found.why}; say {OTHER[layout]}"


@both_layouts
@pytest.mark.parametrize("exponent", [0.0, 0.5, 1.0, 2.0, 3.0])
def test_the_right_order_is_not_questioned(tmp_path: Path, layout: Layout, exponent: float) -> None:
    assert warning(tmp_path, brain_like(exponent), written=layout, claimed=layout) is None


@both_layouts
@pytest.mark.parametrize("exponent", [0.0, 1.0, 2.0])
def test_independent_noise_is_not_questioned(
    tmp_path: Path, layout: Layout, exponent: float
) -> None:
    noise = coloured(N_CHANNELS, exponent)
    assert warning(tmp_path, noise, written=layout, claimed=layout) is None


@both_layouts
def test_constants_of_channels_are_no_correlation(tmp_path: Path, layout: Layout) -> None:
    offsets = np.random.default_rng(2).normal(size=(N_CHANNELS, 1)) * 1000
    noise = coloured(N_CHANNELS, 0.0) + offsets
    assert warning(tmp_path, noise, written=layout, claimed=layout) is None


@both_layouts
def test_zeroed_stretches_and_flat_channels_are_left_out(tmp_path: Path, layout: Layout) -> None:
    samples = brain_like()
    samples[3] = 5.0
    for start in range(0, N_SAMPLES, 3000):
        samples[:, start : start + 900] = 0
    assert warning(tmp_path, samples, written=layout, claimed=layout) is None


def test_zeroed_stretches_do_not_hide_a_wrong_order(tmp_path: Path) -> None:
    samples = brain_like()
    samples[:, :2000] = 0
    assert warning(tmp_path, samples, written="interleaved", claimed="planar") is not None


@pytest.mark.parametrize("samples", [
    np.zeros((8, 6000)), np.full((8, 6000), np.nan), np.ones((8, 6000)), np.ones((8, 30)),
    marked_samples(1, 6000), marked_samples(3, 6000), np.full((8, 6000), 1e30),
])  # fmt: skip
@both_layouts
def test_nothing_to_go_by_is_no_warning(
    tmp_path: Path, layout: Layout, samples: NDArray[np.float64]
) -> None:
    assert warning(tmp_path, samples, written=layout, claimed=layout) is None


def test_many_channels_are_sampled(tmp_path: Path) -> None:
    samples = coloured(300, 1.0) + 1.7 * coloured(1, 1.0, seed=1)
    found = warning(tmp_path, samples, written="planar", claimed="interleaved")
    assert found is not None
    assert warning(tmp_path, samples, written="planar", claimed="planar") is None


# -- offset


def raw_warning(folder: Path, counts: NDArray[np.float64]) -> str | None:
    path = write_recording(folder, samples=np.zeros((4, 1)), rec_type="raw")
    path.write_bytes(np.round(counts).astype(np.int64).astype("<u2").T.tobytes())
    with LabBinary(path) as recording:
        return offset_warning(recording)


@pytest.mark.parametrize("middle", [512, 2048, 8192])
def test_a_mid_scale_offset_is_noticed(tmp_path: Path, middle: int) -> None:
    found = raw_warning(tmp_path, middle + 40 * coloured(4, 1.0))
    assert found is not None
    assert "counts instead of zero" in found


def test_unsigned_values_are_noticed(tmp_path: Path) -> None:
    found = raw_warning(tmp_path, 32768 + 100 * coloured(4, 1.0))
    assert found is not None
    assert "unsigned" in found


@pytest.mark.parametrize("scale", [1, 50, 5000])
def test_values_about_zero_are_in_order(tmp_path: Path, scale: float) -> None:
    assert raw_warning(tmp_path, scale * coloured(4, 1.0)) is None


def test_constants_of_either_sign_are_in_order(tmp_path: Path) -> None:
    offsets = np.array([[-900.0], [-300.0], [200.0], [950.0]])
    assert raw_warning(tmp_path, offsets + 20 * coloured(4, 1.0)) is None


def test_offsets_in_microvolts_are_in_order(tmp_path: Path) -> None:
    path = write_recording(tmp_path, samples=2048 + brain_like())
    with LabBinary(path) as recording:
        assert sample_warnings(recording) == ()


def test_all_that_is_odd_is_said(tmp_path: Path) -> None:
    path = write_recording(
        tmp_path, samples=4000 + 90 * brain_like(), rec_type="raw", layout="planar"
    )
    with LabBinary(path) as recording:
        order, offset = sample_warnings(recording)
    assert order.layout == "planar"
    assert offset.layout is None
    assert offset.advising("say {}") == offset.text
    assert "mid-scale offset" in offset.text


# -- zeroed stretches


@given(
    hnp.arrays(
        st.sampled_from([np.float32, np.int16]),
        st.tuples(st.integers(0, 30), st.integers(1, 4)),
        elements=st.sampled_from([0, 0, 0, 1]),
    ),
    st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_zero_spans(rows: NDArray[np.generic], planar: bool) -> None:
    rows = np.asfortranarray(rows) if planar else rows
    flags = np.zeros(len(rows), bool)
    spans = zero_spans(rows)
    for start, stop in spans:
        assert start < stop
        flags[start:stop] = True
    np.testing.assert_array_equal(flags, (rows == 0).all(axis=1))
    assert (spans[1:, 0] > spans[:-1, 1]).all()


def test_nan_is_not_zeroed() -> None:
    assert zero_spans(np.array([[0.0, 0.0], [0.0, np.nan], [-0.0, 0.0]])).tolist() == [
        [0, 1], [2, 3]
    ]  # fmt: skip
