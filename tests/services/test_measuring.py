"""Figures between two samples: equal to NumPy's over the whole stretch, from whatever file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from ecogview.errors import RecordingError
from ecogview.services import measuring as measuring_module
from ecogview.services.measuring import (
    Measurement,
    MeasureRequest,
    Measuring,
    extreme_between,
    value_at,
)
from ecogview.services.sources import ArraySource, FileSource, Source
from tests.builders import marked_samples, write_recording

RATE = 1000.0


@pytest.fixture
def measuring(qtbot: QtBot) -> Iterator[Measuring]:
    made = Measuring()
    yield made
    made.close()
    made.close()


def measured(
    qtbot: QtBot, measuring: Measuring, source: Source, first: int, last: int
) -> Measurement:
    answers: list[Measurement] = []
    measuring.measured.connect(answers.append)
    request = MeasureRequest(source, first, last)
    measuring.submit(request)
    qtbot.waitUntil(lambda: any(a.is_complete or a.failure for a in answers))
    measuring.measured.disconnect()
    assert answers[-1].request is request
    return answers[-1]


def assert_is(measurement: Measurement, stretch: np.ndarray) -> None:
    """`stretch` has shape (channels, samples)."""
    values = np.where(np.isfinite(stretch), stretch, np.nan).astype(np.float64)
    np.testing.assert_array_equal(measurement.start, stretch[:, 0])
    np.testing.assert_array_equal(measurement.delta, stretch[:, -1] - stretch[:, 0].astype(float))
    np.testing.assert_array_equal(measurement.low, np.nanmin(values, axis=1))
    np.testing.assert_array_equal(
        measurement.peak_to_peak, np.nanmax(values, axis=1) - np.nanmin(values, axis=1)
    )
    scale = np.abs(values[np.isfinite(values)]).max()
    np.testing.assert_allclose(
        measurement.mean, np.nanmean(values, axis=1), rtol=0, atol=1e-12 * scale
    )
    np.testing.assert_allclose(
        measurement.rms, np.nanstd(values, axis=1), rtol=1e-9, atol=1e-12 * scale
    )
    assert measurement.n_invalid.tolist() == (~np.isfinite(stretch)).sum(axis=1).tolist()


@given(
    st.integers(1, 400), st.integers(1, 5), st.integers(1, 90), st.integers(0, 2**32 - 1),
    st.sampled_from([0.0, -3e4, 1e6]), st.booleans(),
)  # fmt: skip
@settings(max_examples=60)
def test_blocks_make_what_numpy_makes_of_the_whole(
    n_samples: int, n_channels: int, rows: int, seed: int, constant: float, has_nan: bool
) -> None:
    rng = np.random.default_rng(seed)
    samples = (rng.normal(0, 30, (n_channels, n_samples)) + constant).astype(np.float32)
    samples += 7 * np.arange(n_channels, dtype=np.float32)[:, np.newaxis]
    if has_nan:
        samples[:, 1:-1][rng.random((n_channels, max(n_samples - 2, 0))) < 0.3] = np.nan
    figures = measuring_module._Figures(n_channels)
    for begin in range(0, n_samples, rows):
        figures.add(samples[:, begin : begin + rows].T)
    request = MeasureRequest(ArraySource(samples, RATE), 0, n_samples - 1)
    measurement = figures.measurement(request, None)
    assert measurement.is_complete
    assert_is(measurement, samples)


@pytest.mark.parametrize("rec_type", ["clfp", "clfp_ds500", "raw"])
@pytest.mark.parametrize("stretch", [(0, 4999), (17, 17), (123, 4567)])
def test_a_stretch_of_a_file(
    qtbot: QtBot, measuring: Measuring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    rec_type: str, stretch: tuple[int, int],
) -> None:  # fmt: skip
    monkeypatch.setattr(measuring_module, "_BLOCK_BYTES", {"interleaved": 7000, "planar": 9000})
    samples = marked_samples(5, 5000)
    source = FileSource(write_recording(tmp_path, samples=samples, rec_type=rec_type))
    first, last = stretch
    measurement = measured(qtbot, measuring, source, first, last)
    assert_is(measurement, samples[:, first : last + 1])


def test_what_is_no_number_is_left_out_and_counted(qtbot: QtBot, measuring: Measuring) -> None:
    samples = marked_samples(3, 50)
    samples[1, 4], samples[1, 7], samples[2] = np.nan, np.inf, np.nan
    measurement = measured(qtbot, measuring, ArraySource(samples, RATE), 2, 40)
    assert_is(measured(qtbot, measuring, ArraySource(samples[:2], RATE), 2, 40), samples[:2, 2:41])
    assert measurement.n_invalid.tolist() == [0, 2, 39]
    assert np.isnan([measurement.rms[2], measurement.peak_to_peak[2], measurement.delta[2]]).all()


def test_a_long_stretch_tells_how_far_it_is_and_gives_way(
    qtbot: QtBot, measuring: Measuring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring_module, "_BLOCK_BYTES", {"planar": 400})
    monkeypatch.setattr(measuring_module, "_TELL_EVERY_S", 0.0)
    samples, answers = marked_samples(2, 20_000), []
    source = ArraySource(samples, RATE)
    measuring.measured.connect(answers.append)
    long, short = MeasureRequest(source, 0, 19_999), MeasureRequest(source, 3, 9)
    measuring.submit(long)
    qtbot.waitUntil(lambda: len(answers) > 0)
    assert 0 < answers[0].n_done < 20_000
    assert np.isnan(answers[0].delta).all()
    measuring.submit(short)
    qtbot.waitUntil(lambda: answers[-1].request is short and answers[-1].is_complete)
    assert not any(a.request is long and a.is_complete for a in answers)
    assert_is(answers[-1], samples[:, 3:10])


@pytest.mark.skipif(os.name == "nt", reason="Windows does not let an open file be cut")
def test_a_file_that_has_become_shorter(
    qtbot: QtBot, measuring: Measuring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = marked_samples(3, 1000)
    path = write_recording(tmp_path, samples=samples)

    class Cut(FileSource):
        def open(self) -> Any:
            opened = FileSource(path).open()
            os.truncate(path, 600 * 3 * 4)
            return opened

    measurement = measured(qtbot, measuring, Cut(path), 0, 999)
    assert not measurement.is_complete
    assert measurement.failure is not None
    assert "has 600 samples now, and sample 999 is wanted" in measurement.failure.reason
    assert np.isnan(measurement.delta).all()
    with pytest.raises(RecordingError, match="sample 700 is wanted"):
        value_at(FileSource(write_recording(tmp_path, samples=samples[:, :650])), 700, 0)


def test_errors_are_answers(qtbot: QtBot, measuring: Measuring, tmp_path: Path) -> None:
    missing = measured(qtbot, measuring, FileSource(tmp_path / "a.M.clfp.dat"), 0, 9)
    assert missing.failure is not None
    assert not len(missing.rms)


def test_single_values_and_extremes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring_module, "_BLOCK_BYTES", {"planar": 60})
    rng = np.random.default_rng(3)
    samples = rng.normal(0, 30, (3, 500)).astype(np.float32)
    samples[1, 200:210] = np.nan
    source = ArraySource(samples, RATE)
    assert value_at(source, 123, 2) == samples[2, 123]
    for first, last in ((0, 499), (100, 300), (7, 7)):
        part = samples[1, first : last + 1]
        highest = extreme_between(source, 1, first, last, highest=True)
        assert highest == first + int(np.nanargmax(part))
        assert extreme_between(source, 1, first, last, highest=False) == first + int(
            np.nanargmin(part)
        )
    assert extreme_between(source, 1, 201, 208, highest=True) == 201
