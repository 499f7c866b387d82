"""What goes along to another recording, by labels, and what stays behind until it can be done."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ecogview.data.recording import Channel, Electrode, RecordingInfo
from ecogview.dsp.reference import Reference
from ecogview.model.processing import Processing
from ecogview.model.wanted_processing import WantedProcessing

LABELS = ("E01", "E03", "E05", "E22")


def info_of(*labels: str, rate: float = 1000.0) -> RecordingInfo:
    channels = tuple(Channel(i, label, Electrode(label)) for i, label in enumerate(labels))
    return RecordingInfo(
        Path("a.dat"), "rec001", "LM1", "clfp", rate, 9000, channels, np.dtype("f4"), "µV",
        "interleaved",
    )  # fmt: skip


def carried(
    processing: Processing, info: RecordingInfo, *, has_grid: bool = True
) -> tuple[Processing, str]:
    made, problems = WantedProcessing(processing, LABELS).within(info, has_grid=has_grid)
    return made, " ".join(problems)


@pytest.mark.parametrize(
    ("kind", "channels", "labels", "wanted"),
    [
        ("channel", (3,), ("E22", "E01", "E07"), (0,)),
        ("average", (0, 2), ("E05", "E02", "E01"), (0, 2)),
        ("median", (1, 2, 3), ("E22", "E01", "E05", "E03"), (0, 2, 3)),
    ],
)
def test_channels_of_a_reference_keep_their_labels(
    kind: str, channels: tuple[int, ...], labels: tuple[str, ...], wanted: tuple[int, ...]
) -> None:
    asked = Processing(3, reference=Reference(kind, channels))  # type: ignore[arg-type]
    made, problem = carried(asked, info_of(*labels))
    assert made == replace(asked, reference=replace(asked.reference, channels=wanted))
    assert not problem


@pytest.mark.parametrize("labels", [("E01", "E03", "E05"), ("E22", "E22", "E01", "E03", "E05")])
def test_a_reference_with_a_missing_or_ambiguous_label_is_left_out(
    labels: tuple[str, ...],
) -> None:
    asked = Processing(3, detrend="linear", reference=Reference("average", (0, 3)))
    made, problem = carried(asked, info_of(*labels))
    assert made == replace(asked, reference=Reference())
    assert problem == "E22 of the reference is not in this recording; choose others."


def test_the_same_labels_are_the_same_channels() -> None:
    twice = ("E01", "E01")
    asked = WantedProcessing(Processing(reference=Reference("channel", (1,))), twice)
    assert asked.within(info_of(*twice), has_grid=False) == (asked.processing, ())
    unnamed = WantedProcessing(Processing(reference=Reference("channel", (1,))))
    assert unnamed.within(info_of("E09", "E01"), has_grid=False)[0] == unnamed.processing


@pytest.mark.parametrize(
    ("asked", "left", "told"),
    [
        (Processing(70, 150, zscore=True), Processing(70, zscore=True), "low-pass of 150 Hz"),
        (Processing(0.5, 40, 150), Processing(0.5, 40), "notch of 150 Hz"),
        (Processing(1, band_stop_hz=(90, 130)), Processing(1), "band-stop of 130 Hz"),
        (
            Processing(1, reference=Reference("rows"), is_on=False),
            Processing(1, is_on=False),
            "No row and column",
        ),
    ],
)
def test_only_what_cannot_be_done_stays_behind(
    asked: Processing, left: Processing, told: str
) -> None:
    made, problem = carried(asked, info_of(*LABELS, rate=250), has_grid=False)
    assert made == left
    assert told in problem
