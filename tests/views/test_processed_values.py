"""Values at the cursor and amounts in words while signals are processed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from ecogview.model.processing import Processing
from ecogview.services.column_reading import Columns
from ecogview.services.picture_reading import read_all_columns
from ecogview.services.sources import ArraySource
from ecogview.views.amounts import format_amount, format_shown, span_text
from tests.views.test_sample_values import LABELS, RATE, SAMPLES, point, texts
from tests.views.trace_desk import Bench

SOURCE = ArraySource(SAMPLES + np.array([[0], [900], [0], [0]], np.float32), RATE, LABELS)


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    made = Bench(qtbot)
    made.open(SOURCE)
    yield made
    made.loader.close()


def recorded(bench: Bench) -> Columns | None:
    """What others read for the canvas in the program."""
    picture = bench.canvas.picture
    assert picture is not None
    with SOURCE.open() as recording:
        return read_all_columns(recording, picture.grid, picture.first, None, lambda: False)


def process(bench: Bench, processing: Processing, *, remove_dc: bool = True) -> None:
    display = replace(bench.session.display.processed(processing), remove_dc=remove_dc)
    bench.session.set_display(display)
    bench.canvas.set_processing(bench.session.processing)
    bench.drawn()


def value_of(sample: int, channel: int) -> float:
    return float(SOURCE.array[channel, sample])


def test_the_tag_tells_the_sample_as_displayed_and_as_it_is(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    process(bench, Processing(inverted=True))
    bench.window(9000, 60)
    offset = float(bench.canvas.estimate.offset[1])
    point(bench, bench.canvas.x_of(9050), 1)
    value = value_of(9050, 1)
    shown = f"E53   shown {offset - value:.4g} µV".replace("-", "−")
    written = texts(bench, monkeypatch)
    assert shown in written
    assert not any(text.startswith("in the file") for text in written)  # not read yet
    bench.canvas.recorded = lambda: recorded(bench)
    written = texts(bench, monkeypatch)
    assert shown in written
    assert f"in the file {value:.6g} µV".replace("-", "−") in written
    assert "0:09.050   sample 9,050" in written


def test_where_the_constant_is_kept_it_is_shown(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    process(bench, Processing(lowpass_hz=499), remove_dc=False)  # next to nothing is taken away
    bench.window(9000, 60)
    point(bench, bench.canvas.x_of(9050), 1)
    (shown,) = [t for t in texts(bench, monkeypatch) if t.startswith("E53   shown")]
    assert float(shown.split()[2]) == pytest.approx(value_of(9050, 1), abs=60)
    process(bench, Processing(lowpass_hz=499), remove_dc=True)
    (shown,) = [t for t in texts(bench, monkeypatch) if t.startswith("E53   shown")]
    assert abs(float(shown.split()[2].replace("−", "-"))) < 300


def test_wider_windows_tell_the_span_of_both(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    process(bench, Processing(inverted=True))
    bench.window(5000, 3000)
    bench.canvas.recorded = lambda: recorded(bench)
    picture = bench.canvas.picture
    assert picture is not None
    point(bench, 100, 1)
    column = picture.first + 100
    first, last = picture.grid.edge(column), picture.grid.edge(column + 1)
    part = SOURCE.array[1, first : last + 1].astype(float)
    offset = float(bench.canvas.estimate.offset[1])
    written = texts(bench, monkeypatch)
    assert f"in the file {span_text((part.min(), part.max()), 'µV')}" in written
    turned = span_text((offset - part.max(), offset - part.min()), "µV")
    assert f"E53   shown {turned}" in written


def test_what_was_read_of_elsewhere_is_not_told(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    process(bench, Processing(inverted=True))
    for length in (60, 3000):
        bench.window(9000, length)
        before = recorded(bench)
        bench.window(15_000, length)
        bench.canvas.recorded = lambda before=before: before
        point(bench, 100, 1)
        written = texts(bench, monkeypatch)
        assert any(text.startswith("E53   shown") for text in written)
        assert not any(text.startswith("in the file") for text in written)


@pytest.mark.parametrize("length", [60, 3000])
def test_a_channel_without_a_neighbour_shows_nothing_but_has_a_value(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    process(bench, Processing(inverted=True))
    bench.window(9000, length)
    bench.canvas.recorded = lambda: recorded(bench)
    picture = bench.canvas.picture
    assert picture is not None
    picture.envelope.low[:, 1], picture.envelope.high[:, 1] = np.inf, -np.inf  # as of NaN
    if picture.samples is not None:
        picture.samples._values[:, 1] = np.nan
    point(bench, bench.canvas.x_of(9000 + length / 2), 1)
    written = texts(bench, monkeypatch)
    assert "E53   shown n/a" in written
    assert any(text.startswith("in the file ") for text in written)


def test_labels_beside_dots_of_whole_counts_are_as_displayed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    process(bench, Processing(zscore=True))
    bench.window(9000, 5)
    bench.session.channels.select([0])
    size = float(bench.canvas.estimate.rms[0])
    offset = float(bench.canvas.estimate.offset[0])
    labels = texts(bench, monkeypatch)
    wanted = f"{(value_of(9002, 0) - offset) / size:.4g}".replace("-", "−")
    assert wanted in labels


def test_amounts() -> None:
    assert format_amount(-1234.0, "µV") == "−1.23 mV"
    assert format_amount(-31765.25, "counts") == "−31765.2 counts"
    assert format_shown(-31765.25, "counts") == "−31765.2 counts"
    assert format_shown(1.23456, "z") == "1.235 z"
    assert format_shown(math.nan, "µV") == "n/a"
    assert span_text((1.0, 1.0), "µV") == "1 µV"
    assert span_text((-26.4, 15.0), "µV") == "−26.4 … 15 µV"
    assert span_text((0.251386, 0.680455), "z") == "0.251 … 0.68 z"
