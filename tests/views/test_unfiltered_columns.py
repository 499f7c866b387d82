"""Columns still as recorded: which they are, and how the canvas tells them from finished ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from ecogview.dsp.reference import Reference
from ecogview.dsp.ring import ColumnState
from ecogview.model.processing import AppliedProcessing, Processing
from ecogview.services.sources import ArraySource
from ecogview.views import theme
from ecogview.views.colour_tokens import rgb32
from ecogview.views.unfiltered_columns import (
    are_unfiltered,
    unfiltered_columns,
    unfiltered_stretches,
)
from tests.views.trace_desk import Bench

RATE, N_CHANNELS, N_SAMPLES = 500.0, 4, 30_000
READ, COARSE = ColumnState.READ, ColumnState.COARSE


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    samples = np.random.default_rng(3).normal(0, 40, (N_CHANNELS, N_SAMPLES)).astype(np.float32)
    made = Bench(qtbot)
    made.open(ArraySource(samples, RATE))
    process(made, Processing(reference=Reference("average")))
    yield made
    made.loader.close()


def process(bench: Bench, processing: Processing) -> None:
    bench.session.set_display(bench.session.display.processed(processing))
    bench.canvas.set_processing(bench.session.processing)
    bench.drawn()


def mark(bench: Bench, *stretches: tuple[int, int]) -> Any:
    """Let columns, counted from the left, be those that the pass has not come to."""
    picture = bench.canvas.picture
    assert picture is not None
    for start, stop in stretches:
        slots = picture.envelope.slots(picture.first + start, picture.first + stop)
        picture.envelope._state[slots] = COARSE
    return picture


@pytest.mark.parametrize(
    ("processing", "counts"),
    [
        (None, False),
        (Processing(zscore=True, detrend="linear"), False),  # only not all read yet
        (Processing(notch_hz=50), True),
        (Processing(reference=Reference("median")), True),
    ],
)
def test_what_low_and_high_are_enough_for_is_not_missing(
    processing: Processing | None, *, counts: bool
) -> None:
    states = np.array([ColumnState.PENDING, COARSE, READ, ColumnState.MISSING], np.uint8)
    applied = None if processing is None else AppliedProcessing(processing)
    assert are_unfiltered(states, applied).tolist() == [False, counts, False, False]


def test_stretches_are_in_seconds_of_the_recording(bench: Bench) -> None:
    info = bench.session.info
    assert unfiltered_stretches(None, info) == ()
    bench.window(12_000, 6000)
    assert unfiltered_stretches(bench.canvas.picture, info) == ()
    width = bench.canvas.picture.grid.width
    picture = mark(bench, (0, 100), (300, width))
    flags = unfiltered_columns(picture)
    assert np.flatnonzero(~flags).tolist() == list(range(100, 300))
    a_column_s = 6000 / width / RATE
    (first, second) = unfiltered_stretches(picture, info)
    wanted = (24, 24 + 100 * a_column_s, 24 + 300 * a_column_s, 36)
    assert (*first, *second) == pytest.approx(wanted, abs=2 * a_column_s)
    assert bench.canvas.is_unfiltered


def test_stretches_end_with_the_recording(bench: Bench) -> None:
    bench.window(0, N_SAMPLES)
    picture = mark(bench, (0, bench.canvas.picture.grid.width))
    assert unfiltered_stretches(picture, bench.session.info) == ((0, N_SAMPLES / RATE),)


def test_a_picture_of_an_older_processing_is_not_told_of(bench: Bench) -> None:
    process(bench, Processing())
    assert not bench.canvas.is_unfiltered
    bench.session.set_display(bench.session.display.processed(Processing(notch_hz=50)))
    bench.canvas.set_processing(bench.session.processing)
    assert bench.canvas.is_unfiltered  # the old picture is there until the first answer
    assert unfiltered_stretches(bench.canvas.picture, bench.session.info) == ()
    bench.drawn()
    assert not bench.canvas.is_unfiltered


@pytest.mark.parametrize("choice", ["dark", "light"])
def test_such_columns_are_dimmed_beneath_a_hatched_line(
    bench: Bench, qapp: Any, choice: Any
) -> None:
    theme.apply(qapp, choice)
    try:
        bench.window(12_000, 6000)
        plain = screen(bench)
        mark(bench, (0, 100), (300, 350))
        marked, tokens = screen(bench), theme.current()
        assert np.array_equal(marked[:, 100:300], plain[:, 100:300])
        assert np.array_equal(marked[:250, 350:], plain[:250, 350:])
        trace = rgb32(tokens.trace)
        for part in (slice(0, 100), slice(300, 350)):
            assert (plain[8:, part] == trace).any()
            assert not (marked[8:250, part] == trace).any()  # above the scale bar
            band = marked[:6, part]
            assert (band == rgb32(tokens.canvas)).any()
            assert 0.1 < (band == rgb32(tokens.text2)).mean() < 0.5
    finally:
        theme.apply(qapp, "system")


def screen(bench: Bench) -> np.ndarray:
    image = bench.canvas.grab().toImage()
    pixels = np.frombuffer(image.constBits().asarray(image.sizeInBytes()), np.uint32)
    return pixels.reshape(image.height(), -1)[:, : image.width()].copy()


def test_what_lies_over_the_traces_is_not_dimmed(bench: Bench) -> None:
    bench.window(12_000, 6000)
    mark(bench, (0, bench.canvas.picture.grid.width))
    error = theme.colour("error")
    bench.canvas.paint_over = lambda painter: painter.fillRect(40, 40, 20, 20, error)
    assert (screen(bench)[41:59, 41:59] == error.rgb()).all()


def test_the_loading_line_stays_seen(bench: Bench) -> None:
    mark(bench, (0, bench.canvas.picture.grid.width))
    bench.canvas.is_late = True
    assert (screen(bench)[:2] == theme.colour("accent").rgb()).all()


def test_gain_and_looks_leave_it(bench: Bench) -> None:
    mark(bench, (0, 100))
    bench.session.set_display(replace(bench.session.display, butterfly=True))
    bench.canvas.repaint()
    assert np.count_nonzero(unfiltered_columns(bench.canvas.picture)) == 100
