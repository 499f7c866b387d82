"""Values of single samples, as users read them: the tag at the cursor, and labels beside dots."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QPointF, QRectF
from PyQt6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from ecogview.services.sources import ArraySource, FileSource
from ecogview.views.sample_values import dot_middles, paint_labels
from tests.builders import write_recording
from tests.views.trace_desk import Bench

RATE = 1000.0
N_CHANNELS, N = 4, 30_000
LABELS = ("E51", "E53", "E55", "E57")


def some_samples() -> np.ndarray:
    rng = np.random.default_rng(4)
    samples = rng.normal(0, 40, (N_CHANNELS, N)).astype(np.float32)
    samples[3, 12_345] = -26.415
    samples[3, 12_340] = np.nan
    return samples


SAMPLES = some_samples()


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    made = Bench(qtbot)
    yield made
    made.loader.close()


@pytest.fixture
def opened(bench: Bench) -> Bench:
    bench.open(ArraySource(SAMPLES, RATE, LABELS))
    return bench


def texts(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is written on the canvas while it is painted."""
    written: list[str] = []
    draw = QPainter.drawText

    def spy(painter: QPainter, *arguments: object) -> object:
        written.append(str(arguments[-1]))
        return draw(painter, *arguments)  # type: ignore[call-overload]

    with monkeypatch.context() as patch:
        patch.setattr(QPainter, "drawText", spy)
        bench.canvas.repaint()
    return [text for text in written if text]


def point(bench: Bench, x: float, channel: int) -> None:
    """Move the mouse to logical x, in the row of a channel."""
    row_height = bench.canvas.height() / len(bench.session.channels.shown)
    row = bench.session.channels.shown.index(channel)
    bench.qtbot.mouseMove(bench.canvas, QPoint(1, 1))  # where it is already it cannot be moved to
    bench.qtbot.mouseMove(bench.canvas, QPoint(round(x), round((row + 0.5) * row_height)))


@pytest.mark.parametrize("length", [5, 20, 60, 600])
@pytest.mark.parametrize("aside", [-0.4, 0, 0.4])
def test_the_tag_tells_the_nearest_sample(
    opened: Bench, monkeypatch: pytest.MonkeyPatch, length: int, aside: float
) -> None:
    opened.window(12_345 - length // 2, length)
    shift = aside * opened.canvas.width() / length
    point(opened, opened.canvas.x_of(12_345) + (shift if length < 60 else 0), 3)
    written = texts(opened, monkeypatch)
    assert "E57   −26.415 µV" in written
    assert "0:12.345   sample 12,345" in written


def test_counts_are_whole_and_times_as_fine_as_the_rate(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = np.full((2, 9000), -32768)
    counts[1, 8191] = -317
    bench.open(FileSource(write_recording(tmp_path, samples=counts, rec_type="raw")))
    bench.panel.resize(900, 330)
    bench.window(8186, 10)
    point(bench, bench.canvas.x_of(8191), 1)
    written = texts(bench, monkeypatch)
    assert "E03   −317 counts" in written
    assert "0:00.27303   sample 8,191" in written
    assert written.count("−32768") >= 7  # beside the other dots


def test_both_ends_of_the_recording(opened: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    opened.window(0, 10)
    point(opened, 0, 0)
    value = f"{SAMPLES[0, 0]:.6g}".replace("-", "−")
    written = texts(opened, monkeypatch)
    assert {f"E51   {value} µV", "0:00.000   sample 0"} <= set(written)
    opened.window(N, 10)
    point(opened, opened.canvas.width() - 1, 1)
    value = f"{SAMPLES[1, -1]:.6g}".replace("-", "−")
    written = texts(opened, monkeypatch)
    assert {f"E53   {value} µV", "0:29.999   sample 29,999"} <= set(written)


def test_what_is_not_a_number_is_said_and_what_is_gone_is_not(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_recording(tmp_path, samples=SAMPLES)
    bench.open(FileSource(path))
    bench.window(12_338, 10)
    point(bench, bench.canvas.x_of(12_340), 3)
    assert "E07   not a number µV" not in texts(bench, monkeypatch)
    assert "E07   not a number" in texts(bench, monkeypatch)
    if os.name == "nt":  # which does not let an open file be cut
        return
    os.truncate(path, 12_344 * N_CHANNELS * 4)
    bench.window(12_339, 11)  # of another length: all is read anew
    for sample, is_there in ((12_343, True), (12_344, False), (12_346, False)):
        point(bench, bench.canvas.x_of(sample), 3)
        written = texts(bench, monkeypatch)
        assert any(text.endswith(f"sample {sample:,}") for text in written) == is_there
        assert any(text.startswith("E07   ") for text in written) == is_there


def test_wider_windows_tell_the_span_of_a_column(
    opened: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.window(0, N)
    point(opened, 100, 2)
    written = [text for text in texts(opened, monkeypatch) if text.startswith("E55   ")]
    assert len(written) == 1
    assert " … " in written[0]


def labels_of(bench: Bench) -> list[QRectF]:
    image = QImage(bench.canvas.size(), QImage.Format.Format_RGB32)
    painter, boxes = QPainter(image), []
    paint_labels(painter, bench.canvas, bench.session, boxes)
    painter.end()
    return boxes


@pytest.mark.parametrize("length", [5, 6])
@pytest.mark.parametrize("gain", [20, 400, 1e6])
def test_labels_stand_by_their_dots_and_apart(opened: Bench, length: int, gain: float) -> None:
    opened.window(9000, length)
    assert labels_of(opened) == []  # nobody asked
    opened.session.set_display(replace(opened.session.display, units_per_row=gain))
    opened.session.channels.hover(2)
    opened.session.channels.select([0, 1])
    opened.canvas.repaint()
    boxes, room = labels_of(opened), QRectF(opened.canvas.rect())
    assert len(boxes) >= length - 2
    assert all(room.contains(box) for box in boxes)
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[:i])
    picture = opened.canvas.picture
    assert picture is not None
    samples = np.arange(9000, 9001 + length)
    dots = [
        QPointF(float(x), float(y))
        for channel in (0, 1, 2)
        for x, y in zip(
            *dot_middles(picture, samples, SAMPLES[channel, samples], channel), strict=True
        )
    ]
    for box in boxes:
        reach = box.adjusted(-7, -7, 7, 7)
        assert any(reach.contains(dot) for dot in dots)
        assert not any(box.contains(dot) for dot in dots[-len(samples) :])  # of its own channel


def test_no_labels_where_samples_are_close_and_one_channel_where_rows_are(bench: Bench) -> None:
    samples = np.arange(40 * 1000, dtype=np.float32).reshape(40, 1000) % 77
    bench.open(ArraySource(samples, RATE), length=5)
    bench.panel.resize(700, 500)
    bench.drawn()
    bench.session.channels.select([3, 9, 30])
    bench.canvas.repaint()
    assert 4 <= len(labels_of(bench)) <= 6
    bench.session.channels.set_count(4)
    bench.session.channels.select(bench.session.channels.shown[:3])
    bench.canvas.repaint()
    assert len(labels_of(bench)) > 6
    bench.window(500, 14)
    assert labels_of(bench) == []


def test_a_channel_hovered_elsewhere_need_not_be_on_the_screen(opened: Bench) -> None:
    opened.window(9000, 5)
    point(opened, 100, 0)
    opened.session.channels.set_count(2)
    opened.session.channels.hover(3)
    opened.session.channels.select([3])
    opened.panel.grab()
    assert labels_of(opened) == []


def test_two_pixels_a_point(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench.canvas, "devicePixelRatioF", lambda: 2.0)
    bench.open(ArraySource(SAMPLES, RATE, LABELS))
    bench.window(12_300, 20)
    for _ in range(45):
        bench.session.set_window(bench.session.window.moved(1))
        bench.drawn()
    picture = bench.canvas.picture
    assert picture is not None
    assert picture.grid.width == 2 * bench.canvas.width()
    assert picture.style.dot_size == 8
    point(bench, bench.canvas.x_of(12_345) + 3, 3)
    assert "E57   −26.415 µV" in texts(bench, monkeypatch)
    scrolled = bench.pixels()
    bench.canvas._wanted = None  # nothing known: all is read and drawn anew
    bench.canvas._request()
    bench.drawn()
    assert bench.canvas.picture is not picture
    assert np.array_equal(scrolled, bench.pixels())


def test_the_value_as_displayed_stands_beside_where_a_constant_is_taken_off(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = SAMPLES + np.array([[0], [900], [0], [0]], np.float32)
    bench.open(ArraySource(samples, RATE, LABELS))
    bench.window(9000, 100)
    offset = float(bench.canvas.estimate.offset[1])
    assert abs(offset - 900) < 20
    for channel, remove_dc, is_told in ((1, True, True), (0, True, False), (1, False, False)):
        bench.session.set_display(replace(bench.session.display, remove_dc=remove_dc))
        point(bench, bench.canvas.x_of(9050), channel)
        bench.canvas.repaint()
        written = texts(bench, monkeypatch)
        value = float(samples[channel, 9050])
        assert f"{LABELS[channel]}   {value:.6g} µV".replace("-", "−") in written
        shown = [text for text in written if text.startswith("shown ")]
        assert bool(shown) == is_told
        if is_told:
            assert shown == [f"shown {value - offset:.4g} µV".replace("-", "−")]
