"""What can be chosen of filters and references, what is ticked, and what is not possible."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ecogview.data.mask_tracks import empty_tracks
from ecogview.data.recording import Channel, Electrode, RecordingInfo
from ecogview.dsp.reference import Reference
from ecogview.model.channels import ChannelView
from ecogview.model.display import Display
from ecogview.model.processing import Processing
from ecogview.model.processing_choices import (
    Choice,
    band_choices,
    band_stop_choices,
    notch_choices,
    problem_in,
    reference_choices,
    selected_choices,
)
from ecogview.model.session import Session
from ecogview.model.time_window import TimeWindow

N_SAMPLES = 5000


def open_session(rate: float = 1000.0, *, has_grid: bool = True, n_channels: int = 6) -> Session:
    labels = [f"E{2 * n + 1:02d}" for n in range(n_channels)]
    electrodes = [
        Electrode(label, row=n // 3, col=n % 3) if has_grid else Electrode(label)
        for n, label in enumerate(labels)
    ]
    channels = tuple(map(Channel, range(n_channels), labels, electrodes))
    info = RecordingInfo(
        Path("rec001.LM1_ECOG_3.clfp.dat"), "rec001", "LM1_ECOG_3", "clfp", rate, N_SAMPLES,
        channels, np.dtype(np.float32), "µV", "interleaved",
    )  # fmt: skip
    session = Session()
    session.open(
        info,
        window=TimeWindow.clamped(0, 1000, N_SAMPLES),
        channels=ChannelView(channels),
        display=Display(),
    )
    session.set_mask_result(empty_tracks(N_SAMPLES, n_channels))
    return session


def named(choices: list[Choice]) -> dict[str, Choice]:
    return {choice.text: choice for choice in choices}


def ticked(choices: list[Choice]) -> list[str]:
    return [choice.text for choice in choices if choice.is_chosen]


def test_a_band_takes_the_place_of_another_and_of_nothing_else() -> None:
    now = Processing(2.5, 30.0, notch_hz=60, reference=Reference("median"))
    choices = band_choices(open_session(), now)
    assert ticked(choices) == ["2.5–30 Hz"]  # one's own is among them
    made = named(choices)["Above 1 Hz"].processing
    assert made == replace(now, highpass_hz=1.0, lowpass_hz=None)
    assert named(choices)["No band"].processing == replace(now, highpass_hz=None, lowpass_hz=None)
    assert ticked(band_choices(open_session(), Processing())) == ["No band"]


def test_what_a_recording_is_too_slow_for_says_why() -> None:
    choices = band_choices(open_session(250.0), Processing())
    impossible = {choice.text for choice in choices if choice.problem}
    assert impossible == {"70–150 Hz"}
    assert "125 Hz" in (named(choices)["70–150 Hz"].problem or "")
    assert problem_in(open_session(250.0), Processing(lowpass_hz=200)) is not None
    assert problem_in(Session(), Processing(lowpass_hz=200)) is None  # nothing is open
    notches = notch_choices(open_session(100.0), Processing())
    assert [bool(choice.problem) for choice in notches] == [False, True, True]


def test_what_another_part_is_not_fit_for_stays_possible() -> None:
    """A low-pass left from a faster recording keeps nobody from choosing a reference."""
    now = Processing(lowpass_hz=200)
    session = open_session(250.0)
    assert not any(choice.problem for choice in reference_choices(session, now))
    assert not any(choice.problem for choice in notch_choices(session, now))


def test_notches() -> None:
    now = Processing(notch_hz=16.7, n_harmonics=0)
    choices = notch_choices(open_session(), now)
    assert [c.text for c in choices] == ["No notch", "Notch 50 Hz", "Notch 60 Hz", "Notch 16.7 Hz"]
    assert ticked(choices) == ["Notch 16.7 Hz"]
    assert choices[1].processing == replace(now, notch_hz=50)
    plain = notch_choices(open_session(), Processing())
    assert plain[2].text == "Notch 60 Hz and harmonics"


def test_a_band_stop_can_be_given_up() -> None:
    assert band_stop_choices(Processing()) == []
    (choice,) = band_stop_choices(Processing(1.0, band_stop_hz=(8, 12)))
    assert (choice.text, choice.is_chosen) == ("Without 8–12 Hz", True)
    assert choice.processing == Processing(1.0)


def test_references_of_the_whole_and_of_chosen_channels() -> None:
    session = open_session()
    now = Processing(1.0, reference=Reference("average", (0, 2, 4)))
    choices = reference_choices(session, now)
    assert [choice.text for choice in choices] == [
        "As recorded", "Common average", "Common median", "Bipolar along rows",
        "Bipolar along columns", "Average of 3 channels",
    ]  # fmt: skip
    assert ticked(choices) == ["Average of 3 channels"]
    assert choices[3].processing == Processing(1.0, reference=Reference("rows"))
    against = reference_choices(session, Processing(reference=Reference("channel", (2,))))
    assert ticked(against) == ["Against E05"]
    flat = named(reference_choices(open_session(has_grid=False), Processing()))
    assert [name for name, choice in flat.items() if choice.problem] == [
        "Bipolar along rows", "Bipolar along columns",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("selected", "texts", "possible"),
    [
        (
            (),
            ("Average of the selected channels", "Median of the selected channels",
             "Against the selected channel"),
            (False, False, False),
        ),
        (
            (3,),
            ("Average of the selected channels", "Median of the selected channels",
             "Against the selected E07"),
            (True, True, True),
        ),
        (
            (5, 1, 2),
            ("Average of the 3 selected", "Median of the 3 selected",
             "Against the selected channel"),
            (True, True, False),
        ),
    ],
)  # fmt: skip
def test_references_of_the_selected(
    selected: tuple[int, ...], texts: tuple[str, ...], possible: tuple[bool, ...]
) -> None:
    session = open_session()
    session.channels.select(selected)
    now = Processing(1.0)
    choices = selected_choices(session, now)
    assert tuple(choice.text for choice in choices) == texts
    assert tuple(choice.problem is None for choice in choices) == possible
    kinds = ("average", "median", "channel")
    for choice, kind, is_possible in zip(choices, kinds, possible, strict=True):
        if is_possible:
            chosen = Reference(kind, tuple(sorted(selected)))
            assert choice.processing == replace(now, reference=chosen)
        else:
            assert "first" in (choice.problem or "")
            assert choice.processing == now
