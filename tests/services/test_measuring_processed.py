"""Figures of what is displayed while signals are processed, beside those of the file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from ecogview.dsp.reference import Reference
from ecogview.model.processing import AppliedProcessing, Processing
from ecogview.services import measuring as measuring_module
from ecogview.services import shown_samples
from ecogview.services.column_reading import estimate_of
from ecogview.services.measuring import (
    Measurement,
    MeasureRequest,
    Measuring,
    extreme_between,
    value_at,
)
from ecogview.services.shown_samples import ShownAs
from ecogview.services.sources import FileSource
from tests.services.processing_desk import MASKED, SAMPLES, compiled, slow_twin, source_of

CHAIN = AppliedProcessing(
    Processing(2, 90, 50, reference=Reference("median")), frozenset({4}), MASKED
)
FIRST, LAST = 4100, 8900  # with masked samples, without zeroed ones


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> FileSource:
    return source_of(tmp_path_factory.mktemp("rec"))


@pytest.fixture(autouse=True)
def _compiled() -> Iterator[None]:
    with compiled():
        yield


@pytest.fixture
def measuring(qtbot: QtBot) -> Iterator[Measuring]:
    made = Measuring()
    yield made
    made.close()


def shown_as(source: FileSource, applied: AppliedProcessing = CHAIN, **kwargs: bool) -> ShownAs:
    with source.open() as recording:
        return ShownAs(applied, estimate_of(recording), **kwargs)


def measured(
    qtbot: QtBot, measuring: Measuring, source: FileSource, first: int, last: int, shown: ShownAs
) -> tuple[Measurement, Measurement]:
    answers: list[Measurement] = []
    measuring.measured.connect(answers.append)
    measuring.submit(MeasureRequest(source, first, last, shown))
    qtbot.waitUntil(lambda: any(a.is_complete or a.failure for a in answers))
    assert answers[-1].as_shown is not None
    return answers[-1], answers[-1].as_shown


@pytest.mark.parametrize("block_bytes", [4096, 1 << 19])
def test_both_are_measured(
    qtbot: QtBot, measuring: Measuring, source: FileSource, monkeypatch: pytest.MonkeyPatch,
    block_bytes: int,
) -> None:  # fmt: skip
    monkeypatch.setitem(measuring_module._BLOCK_BYTES, "interleaved", block_bytes)
    monkeypatch.setattr(shown_samples, "_MOST_BLOCK", 5 * block_bytes)
    rows, limit = slow_twin(source, CHAIN)
    part, raw = rows[FIRST : LAST + 1], SAMPLES[:, FIRST : LAST + 1].T.astype(float)
    in_file, as_shown = measured(qtbot, measuring, source, FIRST, LAST, shown_as(source))
    np.testing.assert_array_equal(in_file.delta, raw[-1] - raw[0])
    np.testing.assert_allclose(in_file.rms, raw.std(axis=0), rtol=1e-9)
    assert in_file.is_complete
    assert as_shown.is_complete
    np.testing.assert_allclose(as_shown.delta, part[-1] - part[0], atol=limit)
    np.testing.assert_allclose(as_shown.rms, part.std(axis=0), atol=limit / 10)
    np.testing.assert_allclose(as_shown.peak_to_peak, np.ptp(part, axis=0), atol=limit)
    assert (as_shown.rms[:3] < in_file.rms[:3] / 2).all()


def test_z_and_channels_without_a_neighbour(
    qtbot: QtBot, measuring: Measuring, source: FileSource
) -> None:
    scored = AppliedProcessing(Processing(zscore=True))
    _, as_shown = measured(qtbot, measuring, source, FIRST, LAST, shown_as(source, scored))
    with source.open() as recording:
        sizes = estimate_of(recording).rms
    wanted = SAMPLES[:3, FIRST : LAST + 1].astype(float).std(axis=1) / sizes[:3]
    np.testing.assert_allclose(as_shown.rms[:3], wanted, rtol=1e-4)
    bipolar = AppliedProcessing(Processing(reference=Reference("rows")))
    _, as_shown = measured(qtbot, measuring, source, 4100, 4200, shown_as(source, bipolar))
    between = (SAMPLES[0] - SAMPLES[1])[4100:4201].astype(float)
    assert as_shown.peak_to_peak[0] == pytest.approx(np.ptp(between), rel=1e-4)
    assert np.isnan(as_shown.rms).tolist() == [False, False, False, True, True]


def test_the_constant_is_in_the_values_where_it_is_shown(
    qtbot: QtBot, measuring: Measuring, source: FileSource
) -> None:
    lowpass = AppliedProcessing(Processing(lowpass_hz=100))
    _, without = measured(qtbot, measuring, source, 4100, 4200, shown_as(source, lowpass))
    shown = shown_as(source, lowpass, adds_constant=True)
    _, kept = measured(qtbot, measuring, source, 4100, 4200, shown)
    np.testing.assert_allclose(kept.start, without.start + shown.estimate.offset, atol=1e-2)
    np.testing.assert_allclose(kept.rms, without.rms, atol=1e-2)
    assert shown == replace(shown)
    assert shown != shown_as(source, lowpass)


def test_single_values_and_extremes_are_those_displayed(source: FileSource) -> None:
    rows, limit = slow_twin(source, CHAIN)
    shown = shown_as(source)
    assert value_at(source, 7003, 2) == SAMPLES[2, 7003]
    assert value_at(source, 7003, 2, shown) == pytest.approx(rows[7003, 2], abs=limit)
    for first, last in ((7000, 7900), (13_000, 13_001), (14_000, 14_300)):
        part = rows[first : last + 1, 2]
        for highest, place in ((True, part.argmax()), (False, part.argmin())):
            found = extreme_between(source, 2, first, last, highest=highest, shown=shown)
            assert found == first + int(place)


def test_a_file_cut_off_is_told(qtbot: QtBot, measuring: Measuring, tmp_path: Path) -> None:
    source = source_of(tmp_path)
    shown = shown_as(source)
    os.truncate(source.path, 5 * 4 * 8000)
    in_file, as_shown = measured(qtbot, measuring, source, FIRST, LAST, shown)
    assert in_file.failure is not None
    assert as_shown.failure is in_file.failure
    assert not as_shown.is_complete
