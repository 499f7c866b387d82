"""How far traces on one line reach, against brute force, and the amplitudes beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from ecogview.dsp.runs import Runs
from ecogview.services.sources import FileSource
from ecogview.views.butterfly import amplitude_marks, reach_of
from tests.builders import write_recording
from tests.views.trace_desk import Bench

N_CHANNELS, N_SAMPLES = 7, 20_000
ONES = np.ones(N_CHANNELS)
ZEROS = np.zeros(N_CHANNELS, np.float32)


@pytest.fixture
def opened(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    rng = np.random.default_rng(5)
    samples = rng.normal(0, 10, (N_CHANNELS, N_SAMPLES)).astype(np.float32)
    samples *= np.arange(1, N_CHANNELS + 1, dtype=np.float32)[:, np.newaxis]
    samples[2] += 500
    samples[4, 9000:9010] = 9000  # a glitch, one column wide
    samples[:, 10_000:13_000] *= 40  # an artefact
    made = Bench(qtbot)
    made.open(FileSource(write_recording(tmp_path, samples=samples)), 5000, 10_000)
    yield made
    made.loader.close()


def brute(
    opened: Bench, channels: tuple[int, ...], offsets: np.ndarray, gains: np.ndarray
) -> dict[int, float]:
    """How far each channel goes in a column that is not masked, but for rare glitches."""
    picture = opened.canvas.picture
    mask = opened.session.mask
    farthest: dict[int, list[float]] = {channel: [] for channel in channels}
    for column in range(picture.first, picture.stop):
        edges = picture.grid.edge(column), picture.grid.edge(column + 1)
        if mask is not None and mask.bad.to_bool(*edges).any():
            continue
        slot = column % picture.grid.width
        for channel in channels:
            ends = (picture.envelope.low[slot, channel], picture.envelope.high[slot, channel])
            farthest[channel].append(max(abs(float(end) - offsets[channel]) for end in ends))
    return {
        c: min(max(f), 1.5 * float(np.percentile(f, 99))) * gains[c] for c, f in farthest.items()
    }


def test_the_farthest_one_decides(opened: Bench) -> None:
    picture = opened.canvas.picture
    for channels in ((0, 1, 3), (0, 1, 2), (6,), (4, 5)):
        reach = reach_of(picture, channels, ZEROS, ONES, None)
        with_mask = opened.session.mask
        assert with_mask is not None
        assert not len(with_mask.bad)
        assert reach == pytest.approx(max(brute(opened, channels, ZEROS, ONES).values()), rel=1e-5)


def test_offsets_are_taken_off_and_gains_count(opened: Bench) -> None:
    opened.window(2000, 4900)  # before the artefact
    picture = opened.canvas.picture
    offsets, gains = ZEROS.copy(), ONES.copy()
    offsets[2], gains[1] = 500, 8.0
    for channels in ((2,), (1, 2), (0, 1, 2, 3)):
        reach = reach_of(picture, channels, offsets, gains, None)
        assert reach == pytest.approx(max(brute(opened, channels, offsets, gains).values()), 1e-5)
    reaches = [reach_of(picture, (2,), taken_off, gains, None) for taken_off in (offsets, ZEROS)]
    assert reaches[0] < 200 < 500 < reaches[1]


def test_masked_columns_do_not_count_unless_there_are_no_others(opened: Bench) -> None:
    picture, session = opened.canvas.picture, opened.session
    rows = (0, 1, 3)
    loud = reach_of(picture, rows, ZEROS, ONES, session.mask)
    session.set_mask_result(replace(session.mask, manual=Runs.of([(9_990, 13_010)])))
    quiet = reach_of(picture, rows, ZEROS, ONES, session.mask)
    assert quiet < loud / 20
    assert quiet == pytest.approx(max(brute(opened, rows, ZEROS, ONES).values()), rel=0.02)
    everything = replace(session.mask, manual=Runs.of([(0, N_SAMPLES)]))
    assert reach_of(picture, rows, ZEROS, ONES, everything) == loud


def test_a_short_glitch_does_not_flatten_all(opened: Bench) -> None:
    opened.window(5000, 4900)
    assert reach_of(opened.canvas.picture, (4,), ZEROS, ONES, None) < 400


def test_what_is_not_known_does_not_count(opened: Bench) -> None:
    picture = opened.canvas.picture
    assert reach_of(picture, (), ZEROS, ONES, None) == 0
    known = reach_of(picture, (0,), ZEROS, ONES, None)
    picture.envelope.low[:, 1], picture.envelope.high[:, 1] = np.inf, -np.inf  # has no neighbour
    picture.envelope.low[:, 3] = picture.envelope.high[:, 3] = np.nan
    assert reach_of(picture, (0, 1, 3), ZEROS, ONES, None) == known
    picture.envelope.clear(np.arange(picture.first, picture.stop))
    assert reach_of(picture, (0,), ZEROS, ONES, None) == 0


@given(
    height=st.floats(60, 3000),
    units_per_row=st.floats(1e-6, 1e9),
    units=st.sampled_from(["µV", "counts", "z"]),
)
def test_amplitudes_lie_about_the_zero_line_and_apart(
    height: float, units_per_row: float, units: str
) -> None:
    marks = amplitude_marks(height, units_per_row, units, lambda _: True)
    places = [y for y, _ in marks]
    assert marks[len(marks) // 2] == (height / 2, "0")
    assert np.allclose(np.array(places) + places[::-1], height)
    assert (np.diff(places) >= 47.9).all()
    assert all(8 <= y <= height - 8 for y in places)
    for (_, above), (_, below) in zip(marks, reversed(marks), strict=True):
        assert above.removeprefix("−") == below.removeprefix("−")


def test_amplitudes_have_units_where_there_is_room() -> None:
    marks = amplitude_marks(400, 1000, "µV", lambda text: len(text) < 8)
    assert marks == [
        (40, "400 µV"), (120, "200 µV"), (200, "0"), (280, "−200 µV"), (360, "−400 µV")
    ]  # fmt: skip
    small = amplitude_marks(400, 1000, "counts", lambda text: len(text) < 8)
    assert [text for _, text in small] == ["400", "200", "0", "−200", "−400"]
    assert [text for _, text in amplitude_marks(250, 9, "z", lambda _: True)] == [
        "4 z", "2 z", "0", "−2 z", "−4 z"
    ]  # fmt: skip
    mixed = amplitude_marks(300, 2500, "µV", lambda _: True)
    assert [text for _, text in mixed] == ["1 mV", "500 µV", "0", "−500 µV", "−1 mV"]
