"""What the display does to samples, done to an export."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ecogview.dsp.reference import Reference
from ecogview.model.processing import AppliedProcessing, Processing
from ecogview.services.export_transform import transform_of
from ecogview.services.exporting import export
from ecogview.services.processed_reading import ProcessedReader
from ecogview.services.sample_reading import estimate_of
from tests.data.exporters.export_desk import N_SAMPLES, Desk, make_desk
from tests.services.export_cases import small_blocks

CHAIN = AppliedProcessing(Processing(2, 90, 50, reference=Reference("average")), frozenset({1}))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path)


def test_nothing_is_no_transform() -> None:
    assert transform_of(None) is None
    assert transform_of(AppliedProcessing(Processing(zscore=True, inverted=True))) is None


def test_the_file_holds_what_is_displayed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    small_blocks(monkeypatch)
    transform = transform_of(CHAIN)
    assert transform is not None
    path = export(desk.plan("a.npz", 700, 4321), desk.source, transform)[-1]
    with desk.source.open() as recording:
        reader = ProcessedReader(recording.read_rows, recording.info, CHAIN, estimate_of(recording))
        wanted = reader.rows(0, N_SAMPLES)[700:4321].T
    with np.load(path) as found:
        np.testing.assert_allclose(found["data"], wanted, rtol=0, atol=0.05)
        assert "2–90 Hz · notch 50 Hz ×4 · common average" in str(found["source"])


def test_the_size_of_the_picture_is_left_out_and_said(desk: Desk) -> None:
    plain = transform_of(CHAIN)
    shown = Processing(2, 90, 50, reference=Reference("average"), zscore=True, inverted=True)
    sized = transform_of(AppliedProcessing(shown, frozenset({1})))
    assert plain is not None
    assert sized is not None
    assert sized.note == f"{plain.note} (without the z-score and the inversion of the display)"
    made = [
        export(desk.plan(f"{name}.npz", 10, 900), desk.source, transform)[-1]
        for name, transform in (("a", plain), ("b", sized))
    ]
    with np.load(made[0]) as first, np.load(made[1]) as second:
        np.testing.assert_array_equal(first["data"], second["data"])
        assert second["units"] == "µV"
