"""What carrying marks to other files of a recording would change there, and doing it."""

from __future__ import annotations

from dataclasses import dataclass

from ecogview.data.mask_elsewhere import place_for_mask, save_elsewhere
from ecogview.data.mask_siblings import CarriedMarks, Sibling, carry_marks
from ecogview.data.mask_tracks import MaskTracks, save_tracks
from ecogview.data.recording import RecordingInfo
from ecogview.model.mask import MaskEdit


@dataclass(frozen=True, slots=True)
class CarryChoice:
    """Whether what detectors found goes too, and whether marks there give way to these."""

    detected: bool = False
    replaces: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class CarryPlan:
    """What one sibling's mask would be.

    Parameters
    ----------
    sibling : Sibling
    onto : MaskTracks
        What it holds now.
    carried : CarriedMarks
        What it would hold.
    edit : MaskEdit
        What turns the one into the other, in samples of the sibling.
    """

    sibling: Sibling
    onto: MaskTracks
    carried: CarriedMarks
    edit: MaskEdit

    @property
    def has_mask(self) -> bool:
        """Whether there is a mask already."""
        return self.onto.signature is not None

    @property
    def sampling_rate(self) -> float:
        assert self.sibling.info is not None
        return self.sibling.info.sampling_rate


def plan_carry(
    marks: MaskTracks, info: RecordingInfo, sibling: Sibling, onto: MaskTracks, choice: CarryChoice
) -> CarryPlan:
    """See what the marks of a recording change in a sibling. Nothing is written."""
    carried = carry_marks(
        marks, info, sibling, onto, detected=choice.detected, replaces=choice.replaces
    )
    return CarryPlan(sibling, onto, carried, MaskEdit.between(onto, carried.tracks))


def carry(plan: CarryPlan, *, elsewhere: bool = False) -> MaskTracks:
    """Save what was planned, like any mask: at once, first version kept, not over another one.

    With `elsewhere` it is kept in the user's data folder from now on, where it is found again.

    Raises
    ------
    MaskConflictError
        If the file is not the one that was planned upon.
    MaskFileError
        If it cannot be written. Nothing is changed then.
    """
    path, tracks = plan.sibling.mask_path, plan.carried.tracks
    if not elsewhere:
        return save_tracks(path, tracks)
    recording = plan.sibling.recording
    return save_elsewhere(recording, place_for_mask(recording, path.name), tracks)
