"""What a processing says of itself, what is wrong with it, and what it depends on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ecogview.data.mask_tracks import empty_tracks
from ecogview.dsp.filters import FilterSettings, design_filter
from ecogview.dsp.reference import Reference
from ecogview.dsp.runs import EMPTY, Runs
from ecogview.model.processing import (
    AppliedProcessing,
    Processing,
    applied_processing,
    least_highpass_hz,
)

LABELS = ("E01", "E03", "E05")


@pytest.mark.parametrize(
    ("processing", "text"),
    [
        (Processing(), ""),
        (Processing(0.5), "above 0.5 Hz"),
        (Processing(lowpass_hz=100), "below 100 Hz"),
        (
            Processing(0.5, 100, 50, reference=Reference("average")),
            "0.5–100 Hz · notch 50 Hz ×4 · common average",
        ),
        (Processing(notch_hz=60, n_harmonics=0), "notch 60 Hz"),
        (Processing(1, band_stop_hz=(48, 52.5)), "above 1 Hz · without 48–52.5 Hz"),
        (Processing(reference=Reference("median", (0, 2))), "median of 2 channels"),
        (Processing(reference=Reference("rows")), "bipolar along rows"),
        (Processing(reference=Reference("columns")), "bipolar along columns"),
        (Processing(reference=Reference("channel", (2,))), "against E05"),
        (Processing(reference=Reference("channel", (7,))), "against channel 8"),
        (
            Processing(detrend="linear", zscore=True, inverted=True, is_on=False),
            "linear trend off · z-score · inverted",
        ),
    ],
)
def test_what_is_on_is_told_in_words(processing: Processing, text: str) -> None:
    assert processing.describe(LABELS) == text
    assert processing.is_set == bool(text)
    assert processing.is_in_force == (bool(text) and processing.is_on)


@pytest.mark.parametrize(
    ("reference", "bad", "text"),
    [
        (Reference("average", (0, 2)), {1}, "average of 2 channels"),
        (Reference("average", (0, 2)), {1, 2}, "average of 1 good of 2 channels"),
        (Reference("median", (0,)), set(), "median of 1 channel"),
        (Reference("median", (0, 2)), {0, 2}, "median of 2 channels, none is good: as recorded"),
        (Reference("average"), {0, 1}, "common average"),
        (Reference("average"), {0, 1, 2}, "common average, no channel is good: as recorded"),
        (Reference("channel", (1,)), {1}, "against E03, a bad channel"),
        (Reference("channel", (1,)), {0}, "against E03"),
    ],
)
def test_bad_channels_in_a_reference_are_told(
    reference: Reference, bad: set[int], text: str
) -> None:
    assert Processing(reference=reference).describe(LABELS, frozenset(bad)) == text


def test_what_is_switched_off_is_not_in_force() -> None:
    asked = Processing(1, 40, zscore=True)
    assert asked.in_force == asked
    assert asked.toggled().in_force == Processing()


def test_what_is_given_up_for_something_else() -> None:
    asked = Processing(1, 40, 50, reference=Reference("average"), zscore=True)
    assert asked.given_up_for(asked.toggled()).describe() == ""
    other = replace(asked, lowpass_hz=None, zscore=False, inverted=True)
    assert asked.given_up_for(other) == Processing(lowpass_hz=40, zscore=True)
    assert asked.given_up_for(Processing(zscore=True)) == replace(asked, zscore=False)


@pytest.mark.parametrize(
    ("processing", "told"),
    [
        (Processing(0.5, 499), None),
        (Processing(lowpass_hz=500), "low-pass of 500 Hz is not between 0 and 500 Hz"),
        (Processing(highpass_hz=0), "high-pass of 0 Hz is not between"),
        (Processing(highpass_hz=0.01), "below 0.05 Hz, the lowest"),
        (Processing(notch_hz=600), "notch of 600 Hz"),
        (Processing(band_stop_hz=(48, 52)), None),
        (Processing(band_stop_hz=(40, 500)), "band-stop of 500 Hz is not between 0 and 500 Hz"),
        (Processing(band_stop_hz=(52, 48)), "from 52 to 48 Hz takes nothing out"),
        (Processing(band_stop_hz=(0.2, 0.25)), "rings as long as a high-pass of 0.023 Hz"),
        (Processing(100, 100), "high-pass of 100 Hz is not below the low-pass of 100 Hz"),
        (Processing(notch_hz=50, n_harmonics=20), "more than 19"),
        (Processing(reference=Reference("channel")), "0 channels are the reference, not one"),
        (Processing(reference=Reference("average", (1, 62))), "Channel 63 of the reference"),
        (Processing(reference=Reference("rows")), "No row and column"),
    ],
)
def test_what_cannot_be_is_told_with_what_to_do(processing: Processing, told: str | None) -> None:
    problem = processing.problem(1000, 62, has_grid=False)
    if told is None:
        assert problem is None
    else:
        assert problem is not None
        assert told in problem
        assert "; choose" in problem


def test_fast_recordings_of_many_channels_need_a_higher_highpass() -> None:
    assert least_highpass_hz(1000, 62) == 0.05
    assert least_highpass_hz(30_000, 62) == 0.22
    assert Processing(0.1).problem(1000, 62) is None
    assert "below 0.22 Hz" in (Processing(0.1).problem(30_000, 62) or "")
    design = design_filter(Processing(0.22, 100, 50).filter, 30_000)
    assert design.reach * 62 < 22_000_000


def test_toggling_switches_all_of_it_and_back() -> None:
    on = Processing(1, zscore=True)
    assert on.is_in_force
    assert not on.toggled().is_in_force
    assert on.toggled().toggled() == on
    assert (on.units("µV"), on.toggled().units("µV")) == ("z", "µV")
    assert not Processing().toggled().toggled().is_in_force


def test_harmonics_count_with_the_notch_only() -> None:
    assert Processing(notch_hz=50, n_harmonics=2).filter == FilterSettings(None, None, 50, 3)
    assert Processing(3, n_harmonics=2).filter == FilterSettings(3)
    stop = Processing(band_stop_hz=(48, 52))
    assert stop.filter == FilterSettings(band_stop_hz=(48, 52))
    assert stop.needs_samples
    assert not Processing(n_harmonics=9).is_set


@pytest.mark.parametrize(
    ("processing", "needs", "keeps"),
    [
        (Processing(3), True, False),
        (Processing(lowpass_hz=9), True, True),
        (Processing(reference=Reference("rows")), True, False),
        (Processing(zscore=True), False, False),
        (Processing(inverted=True, detrend="linear"), False, False),
    ],
)
def test_what_columns_tell_of(processing: Processing, needs: bool, keeps: bool) -> None:
    assert processing.needs_samples == needs
    assert processing.keeps_constant == keeps


def test_only_what_matters_counts() -> None:
    mask = replace(empty_tracks(1000, 4), hf=Runs.of([(3, 9)]), manual=Runs.of([(20, 30)]))
    bad = frozenset({2})
    assert applied_processing(Processing(), bad, mask) is None
    assert applied_processing(Processing(3, is_on=False), bad, mask) is None
    filtered, average = Processing(3), Processing(reference=Reference("average"))
    assert applied_processing(filtered, bad, mask) == AppliedProcessing(
        filtered, frozenset(), Runs.of([(3, 9), (20, 30)])
    )
    assert applied_processing(average, bad, mask) == AppliedProcessing(average, bad, EMPTY)
    assert applied_processing(filtered, bad, None) == AppliedProcessing(filtered)
    both = replace(filtered, reference=Reference("median"), zscore=True, inverted=True)
    applied = applied_processing(both, bad, mask)
    assert applied is not None
    whole = AppliedProcessing(replace(both, zscore=False, inverted=False), bad)
    assert applied.of_whole == whole == whole.of_whole
    assert hash(applied.of_whole) == hash(whole)
    np.testing.assert_array_equal(applied.masked.bounds, [[3, 9], [20, 30]])
