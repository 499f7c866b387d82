"""What a person asks for, as a plan."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecogview.data.exporters.plan import stretch_text
from ecogview.errors import ExportError
from ecogview.services.export_request import export_recording, plan_for
from tests.data.exporters.export_desk import N_SAMPLES, Desk, make_desk
from tests.data.marked_recording import info_with


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path)


def test_by_default_all_is_kept(desk: Desk) -> None:
    plan = desk.plan("a.npy").changed_to(start=0)
    assert (plan.stop, plan.channels, plan.bad_samples) == (N_SAMPLES, tuple(range(7)), "keep")
    assert plan.format == "npy"
    assert desk.path in plan.own_files
    assert len(plan.own_files) == 3


@pytest.mark.parametrize(
    ("start_s", "stop_s", "samples"),
    [(0.0005, 1, (1, 1000)), (None, 0.0014, (0, 1)), (1.2374, None, (1237, N_SAMPLES))],
)
def test_times_are_rounded_as_reading_does(
    desk: Desk, start_s: float | None, stop_s: float | None, samples: tuple[int, int]
) -> None:
    with desk.data_file() as df:
        plan = plan_for(df.recording, df.tracks, "a.npy", start_s=start_s, stop_s=stop_s)
    assert (plan.start, plan.stop) == samples


@pytest.mark.parametrize("time_s", [math.nan, math.inf, -math.inf])
def test_no_time_is_refused(desk: Desk, time_s: float) -> None:
    with desk.data_file() as df, pytest.raises(ExportError, match="is no time"):
        plan_for(df.recording, df.tracks, "a.npy", start_s=time_s)


@pytest.mark.parametrize(
    ("choice", "places"),
    [
        ("all", range(7)),
        ("good", [0, 2, 3, 4, 5]),
        ("E05", [2]),
        (["E05", "E01", "E05"], [2, 0]),
        ([6, 1], [6, 1]),
        (np.array([-1, 0]), [6, 0]),
    ],
)
def test_channels(desk: Desk, choice: Any, places: list[int]) -> None:
    assert desk.plan("a.npy", channels=choice).channels == tuple(places)


def test_a_folder_needs_a_format(desk: Desk) -> None:
    with desk.data_file() as df:
        with pytest.raises(ExportError, match="is a folder"):
            plan_for(df.recording, df.tracks, desk.out)
        plan = plan_for(df.recording, df.tracks, desk.out, format="fif", start_s=1, stop_s=2)
    assert plan.target == desk.out / "rec001.LM1_ECOG_3.clfp_1-2s_raw.fif"


@pytest.mark.parametrize(("value", "number"), [("nan", math.nan), ("NAN", math.nan), ("2.5", 2.5)])
def test_values_may_be_text(desk: Desk, value: str, number: float) -> None:
    np.testing.assert_equal(desk.plan("a.npy", bad_samples=value).value, number)


def test_one_call_does_it_all(desk: Desk) -> None:
    with desk.data_file() as df:
        files = export_recording(
            desk.source, df.tracks, desk.out / "a.npy", start_s=1, stop_s=1.5, channels=["E03"]
        )
    assert files == (desk.out / "a.npy",)
    np.testing.assert_array_equal(np.load(files[0]), desk.samples[1:2, 1000:1500])


@given(
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.sampled_from([1000.0, 250.0, 30_000.0, 24_414.0625]),
)
def test_a_stretch_in_a_name_is_exact(start: int, stop: int, rate: float) -> None:
    text = stretch_text(info_with(rate=rate), start, stop)
    for unit, per_second in (("samples", rate), ("ms", 1000), ("s", 1)):
        if text.endswith(unit):
            ends = [int(end) for end in text.removesuffix(unit).split("-")]
            assert [end * rate / per_second for end in ends] == [start, stop]
            break
    assert "." not in text
