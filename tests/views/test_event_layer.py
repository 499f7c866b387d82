"""Lines and labels of events: merged below a pixel, labels apart, plain text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from ecogview.dsp.columns import ColumnGrid
from ecogview.model.events import NO_EVENTS, EventList
from ecogview.services.sources import ArraySource
from ecogview.views import theme
from ecogview.views.event_layer import EventLayer, marks_between
from tests.views.trace_desk import Bench

N = 30_000


def events(samples: list[int], *names: str) -> EventList:
    codes = np.arange(len(samples), dtype=np.int32) % max(len(names), 1)
    return EventList(np.array(sorted(samples), np.int64), codes, names or ("",))


@given(
    st.lists(st.integers(0, 5000), max_size=60), st.integers(1, 6000), st.integers(1, 300),
    st.integers(0, 200), st.integers(1, 200),
)  # fmt: skip
def test_marks_are_the_events_of_each_column(
    samples: list[int], length: int, width: int, first: int, count: int
) -> None:
    grid, shown = ColumnGrid(length, width), events(samples)
    marks = marks_between(shown, grid, first, first + count)
    found: dict[int, list[int]] = {}
    for index, sample in enumerate(shown.samples.tolist()):
        column = sample * width // length  # where `x_of` draws it
        if first <= column < first + count:
            found.setdefault(column, []).append(index)
    assert marks.columns.tolist() == sorted(found)
    assert marks.firsts.tolist() == [found[c][0] for c in sorted(found)]
    assert marks.counts.tolist() == [len(found[c]) for c in sorted(found)]


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    made = Bench(qtbot)
    made.open(ArraySource(np.zeros((3, N), np.float32), 1000.0))
    yield made
    made.loader.close()


def painted(bench: Bench) -> np.ndarray:
    """RGB of the events alone, shape (height, width)."""
    image = QImage(bench.canvas.size(), QImage.Format.Format_RGB32)
    image.fill(theme.colour("canvas"))
    painter = QPainter(image)
    bench.panel.event_layer.paint(painter)
    painter.end()
    bits = image.constBits()
    bits.setsize(image.sizeInBytes())
    return np.frombuffer(bytes(bits), np.uint32).reshape(image.height(), -1) & 0xFFFFFF


def columns_of(pixels: np.ndarray, row: int) -> list[int]:
    canvas = QColor(theme.colour("canvas")).rgb() & 0xFFFFFF
    return np.flatnonzero(pixels[row] != canvas).tolist()


def layer(bench: Bench) -> EventLayer:
    return bench.panel.event_layer


def test_a_few_are_lines_where_their_samples_are(bench: Bench) -> None:
    bench.window(2000, 1000)
    layer(bench).events.show(events([1999, 2100, 2101, 2500, 2999, 3300]))
    wanted = sorted({int(bench.canvas.x_of(s)) for s in (2100, 2101, 2500, 2999)})
    assert columns_of(painted(bench), 200) == wanted
    layer(bench).events.show(NO_EVENTS)
    assert columns_of(painted(bench), 200) == []


def test_many_are_ticks_that_leave_the_traces_free(bench: Bench) -> None:
    bench.window(0, N)
    layer(bench).events.show(events(list(range(0, N, 3))))
    pixels = painted(bench)
    assert columns_of(pixels, 200) == []
    assert len(columns_of(pixels, 4)) == bench.canvas.width()
    assert layer(bench)._labels == []  # of so many a pixel


def test_the_current_one_stands_out(bench: Bench) -> None:
    bench.window(0, 1000)
    layer(bench).events.show(events([300, 600], "a", "b"))
    layer(bench).events.go_to(1)
    x = int(bench.canvas.x_of(600))
    assert painted(bench)[200, x] == theme.colour("text").rgb() & 0xFFFFFF
    assert [label.is_current for label in layer(bench)._labels] == [False, True]


def test_labels_are_apart_and_stay_while_the_window_moves(bench: Bench) -> None:
    rng = np.random.default_rng(5)
    some = rng.integers(0, 20_000, 300).tolist()
    layer(bench).events.show(events(some, "go cue", "stim", "<b>reward</b>"))
    seen: dict[int, set[str]] = {}
    for start in range(4000, 6000, 37):
        bench.window(start, 3000)
        painted(bench)
        labels = layer(bench)._labels
        boxes = [label.box for label in labels]
        assert len(boxes) > 3
        assert all(a.right() < b.left() for a, b in pairwise(boxes))
        for label in labels:
            column = round(label.box.left()) + bench.canvas.first_column
            seen.setdefault(column, set()).add(label.text.text())
    assert all(len(texts) == 1 for texts in seen.values())
    assert any("<b>reward</b>" in next(iter(texts)) for texts in seen.values())


@pytest.mark.parametrize(
    ("samples", "names", "texts"),
    [
        ([500], ("go",), ["go"]),
        ([500], ("",), []),
        ([500, 500, 500], ("go",), ["go +2"]),
        ([500, 500, 500], ("",), ["3"]),
        ([500], ("x" * 60,), ["x" * 23 + "…"]),
    ],
)
def test_what_a_label_says(
    bench: Bench, samples: list[int], names: tuple[str, ...], texts: list[str]
) -> None:
    bench.window(0, 1000)
    layer(bench).events.show(events(samples, *names))
    painted(bench)
    assert [label.text.text() for label in layer(bench)._labels] == texts
