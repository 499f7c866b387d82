"""Plans of what carrying marks changes, and saving them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ecogview.data.lab_binary import LabBinary
from ecogview.data.mask_elsewhere import mask_elsewhere
from ecogview.data.mask_siblings import siblings_of
from ecogview.data.mask_tracks import MaskTracks, empty_tracks
from ecogview.data.safe_write import MaskConflictError
from ecogview.dsp.runs import Runs
from ecogview.services.carrying import CarryChoice, CarryPlan, carry, plan_carry
from tests.builders import marked_samples, write_recording


def planned(folder: Path, choice: CarryChoice | None = None) -> CarryPlan:
    """Marks of a clfp file planned onto the 250 Hz one beside it."""
    path = write_recording(folder, samples=marked_samples(3, 4000))
    write_recording(folder, samples=marked_samples(3, 1000), rec_type="clfp_ds250")
    with LabBinary(path) as recording:
        info = recording.info
    (sibling,) = siblings_of(info)
    marks = replace(
        empty_tracks(4000, 3),
        hf=Runs.of([(0, 5)]),
        manual=Runs.of([(101, 109)]),
        bad_channels=np.array([False, True, False]),
    )
    return plan_carry(marks, info, sibling, sibling.load(), choice or CarryChoice())


def test_a_plan_tells_what_would_change(tmp_path: Path) -> None:
    plan = planned(tmp_path)
    assert (plan.has_mask, plan.sampling_rate) == (False, 250)
    assert plan.edit.added == Runs.of([(25, 28)])
    assert plan.edit.made_bad == (1,)
    assert plan.edit.apply(plan.onto).marks_equal(plan.carried.tracks)
    detected = planned(tmp_path, CarryChoice(detected=True))
    assert detected.edit.added == Runs.of([(0, 2), (25, 28)])
    assert not plan.sibling.mask_path.exists()


def test_what_was_planned_is_saved_once(tmp_path: Path) -> None:
    plan = planned(tmp_path)
    written = carry(plan)
    assert plan.sibling.load().marks_equal(written)
    with pytest.raises(MaskConflictError):  # there is one now, which was not looked at
        carry(plan)
    again = planned(tmp_path)
    assert again.has_mask
    assert not again.edit


def test_it_is_kept_elsewhere_on_request(tmp_path: Path) -> None:
    plan = planned(tmp_path)
    written: MaskTracks = carry(plan, elsewhere=True)
    place = mask_elsewhere(plan.sibling.recording)
    assert place is not None
    assert written.source == place.resolve()
    assert not plan.sibling.mask_path.exists()
    assert planned(tmp_path).sibling.mask_path == place
