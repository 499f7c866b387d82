"""What an export would write, found out beforehand: also where that is not possible."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from ecogview.data.exporters.plan import ExportPlan
from ecogview.services.export_planning import ExportFacts, ExportPlanning, ExportQuestion
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
    assert last.notes[-1].startswith("quantisation step 0.01 to 0.1 µV")


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
