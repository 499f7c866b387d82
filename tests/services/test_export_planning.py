"""What an export would write, found out beforehand: also where that is not possible."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from ecogview.data.exporters.plan import ExportPlan
from ecogview.data.exporters.registry import exporter_of
from ecogview.services.export_planning import (
    ExportFacts,
    ExportPlanning,
    ExportQuestion,
    estimated_s,
)
from ecogview.services.sources import ArraySource, FileSource, Source
from tests.builders import marked_samples, write_recording


@pytest.fixture
def planning(qapp: object) -> Iterator[ExportPlanning]:
    made = ExportPlanning()
    yield made
    made.close()


def _answers(
    planning: ExportPlanning, qtbot: QtBot, source: Source, plan: ExportPlan
) -> list[ExportFacts]:
    found: list[ExportFacts] = []
    planning.found.connect(found.append)
    planning.submit(ExportQuestion(plan, source))
    qtbot.waitUntil(lambda: bool(found) and found[-1].is_final)
    return found


def _plan(source: Source, target: Path, key: str, **changes: object) -> ExportPlan:
    with source.open() as recording:
        return ExportPlan.whole(recording.info, target, key, **changes)


def test_all_is_told_of_an_export_that_is_possible(
    planning: ExportPlanning, qtbot: QtBot, tmp_path: Path
) -> None:
    path = write_recording(tmp_path, samples=marked_samples(3, 500), sampling_rate=1000)
    source, target = FileSource(path), tmp_path / "x.LM1_ECOG_3.clfp.dat"
    target.touch()
    (facts,) = _answers(planning, qtbot, source, _plan(source, target, "lab"))
    assert facts.problem == ""
    assert facts.existing == (target,)
    assert facts.plan.experiment_path == tmp_path / "rec001.experiment.json"
    assert facts.n_bytes is not None
    assert 6000 <= facts.n_bytes < 60_000
    assert facts.seconds is not None
    assert "1001" in facts.preview


def test_the_steps_of_edf_come_after_the_rest(
    planning: ExportPlanning, qtbot: QtBot, tmp_path: Path
) -> None:
    samples = np.zeros((2, 2000), np.float32)
    samples[0, 1500], samples[1, 30] = 655.35, -6553.5
    source = ArraySource(samples, 1000.0)
    first, last = _answers(planning, qtbot, source, _plan(source, tmp_path / "a.edf", "edf"))
    assert not first.is_final
    assert first.n_bytes == last.n_bytes
    assert last.notes[: len(first.notes)] == first.notes
    assert last.notes[-1].startswith(
        "quantisation step 0.01 to 0.1 µV, by channel; the coarsest in 2"
    )


def test_one_that_is_not_possible_says_why_and_shows_what_there_is(
    planning: ExportPlanning, qtbot: QtBot, tmp_path: Path
) -> None:
    source = ArraySource(marked_samples(3, 500), 1000.0)
    (facts,) = _answers(planning, qtbot, source, _plan(source, tmp_path / "a.npy", "lab"))
    assert facts.problem
    assert facts.n_bytes is None


def test_a_recording_that_is_gone_is_a_problem(
    planning: ExportPlanning, qtbot: QtBot, tmp_path: Path
) -> None:
    path = write_recording(tmp_path, samples=marked_samples(3, 500), sampling_rate=1000)
    source = FileSource(path)
    plan = _plan(source, tmp_path / "a.npy", "npy")
    path.unlink()
    (facts,) = _answers(planning, qtbot, source, plan)
    assert facts.problem.startswith("rec001.LM1_ECOG_3.clfp.dat: ")


@pytest.mark.parametrize(("value", "what"), [(np.nan, "NaN or infinity"), (1.5e8, "8 characters")])
def test_values_that_edf_cannot_hold_are_a_problem_beforehand(
    planning: ExportPlanning, qtbot: QtBot, tmp_path: Path, value: float, what: str
) -> None:
    pytest.importorskip("edfio")
    samples = marked_samples(2, 2000).astype(np.float32)
    samples[1, 1777] = value
    source = ArraySource(samples, 1000.0, ("a", "b"))
    *_, last = _answers(planning, qtbot, source, _plan(source, tmp_path / "a.edf", "edf"))
    assert "channel b" in last.problem
    assert what in last.problem
    assert last.n_bytes is None


def test_the_time_counts_what_is_written(tmp_path: Path) -> None:
    source = ArraySource(np.zeros((10, 100_000), np.float32), 1000.0)
    took = {}
    for key in ("npy", "csv"):
        plan, exporter = _plan(source, tmp_path / "a", key), exporter_of(key, "")
        took[key] = estimated_s(exporter, plan, exporter.n_bytes(plan))
    assert took["csv"] > 10 * took["npy"]
    plan = _plan(source, tmp_path / "a", "npy", processing="filtered")
    assert estimated_s(exporter_of("npy", ""), plan, 4_000_000) > took["npy"] + 0.02
