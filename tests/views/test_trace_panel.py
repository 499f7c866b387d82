"""The trace panel on real widgets: pixels, wheel, drag, a file that changes under it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPoint, Qt
from PyQt6.QtGui import QHelpEvent, QPixmap, QRegion
from PyQt6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from ecogview.dsp.ring import ColumnState
from ecogview.dsp.runs import Runs
from ecogview.model.channels import ChannelView
from ecogview.model.display import Display
from ecogview.model.mask import mark_channels
from ecogview.model.time_window import TimeWindow
from ecogview.services.sources import ArraySource, FileSource
from ecogview.views import theme
from ecogview.views.colour_tokens import blend, rgb32
from tests.builders import write_recording
from tests.views.trace_desk import Bench

RATE = 1000
N_CHANNELS, N_SAMPLES = 4, 30_000


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    rng = np.random.default_rng(3)
    samples = rng.normal(0, 40, (N_CHANNELS, N_SAMPLES)).astype(np.float32)
    samples += 300 * np.arange(N_CHANNELS, dtype=np.float32)[:, None]  # a constant a channel
    samples[2, 12_345] = 5000  # one sample high, in one channel
    samples[:, 20_000:21_000] = 0
    return write_recording(tmp_path, samples=samples)


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    made = Bench(qtbot)
    yield made
    made.loader.close()


@pytest.fixture
def opened(bench: Bench, recording: Path) -> Bench:
    bench.open(FileSource(recording))
    return bench


@pytest.mark.parametrize("length", [40, 600, 3000, 17_001])
def test_a_scrolled_picture_equals_a_fresh_one(opened: Bench, length: int) -> None:
    rng = np.random.default_rng(length)
    opened.window(9000, length)
    for _ in range(6):
        opened.session.move(float(rng.uniform(-0.4, 0.4)))
        opened.drawn()
    scrolled = opened.pixels()
    before = opened.canvas.picture
    opened.canvas._wanted = None  # nothing known: all is read and drawn anew
    opened.canvas._request()
    opened.drawn()
    assert opened.canvas.picture is not before
    assert np.array_equal(scrolled, opened.pixels())


def test_the_last_sample_is_drawn(bench: Bench) -> None:
    samples = np.zeros((1, 12_347), np.float32)
    samples[0, :-1] = np.tile([1, -1], 6173)
    samples[0, -1] = 1000
    bench.open(ArraySource(samples, RATE))
    for length in (50, 700, 5000, 12_347):
        bench.window(12_347, length)
        picture = bench.canvas.picture
        a_sample = int(1 / picture.grid.samples_per_pixel) + 3  # in columns
        last = picture.envelope.slots(picture.stop - a_sample, picture.stop)
        assert picture.envelope.high[last].max() == 1000


def test_one_high_sample_shows_at_every_zoom(opened: Bench) -> None:
    for length in (100, 1000, 10_000, N_SAMPLES):
        opened.window(12_345 - length // 2, length)
        picture = opened.canvas.picture
        slots = picture.envelope.slots(picture.first, picture.stop)
        assert picture.envelope.high[slots, 2].max() == 5000
        assert np.nanmax(picture.envelope.high[slots, 1]) < 1000


def test_the_constant_of_a_channel_is_taken_off(opened: Bench) -> None:
    offset = opened.canvas.estimate.offset
    assert offset == pytest.approx([0, 300, 600, 900], abs=15)
    with_it = opened.pixels()
    opened.session.set_display(replace(opened.session.display, remove_dc=False))
    assert not np.array_equal(with_it, opened.pixels())


def test_gain_and_rows_need_no_read(opened: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise AssertionError("asked the loader")

    monkeypatch.setattr(opened.loader, "submit", fail)
    first = opened.pixels()
    opened.session.set_display(opened.session.display.gain_stepped(2))
    taller = opened.pixels()
    assert not np.array_equal(first, taller)
    opened.session.channels.set_visible([1, 2], visible=False)
    assert not np.array_equal(taller, opened.pixels())


@pytest.mark.parametrize("length", [40, 3000])
def test_another_height_needs_no_read_and_shows_the_same(
    opened: Bench, monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    opened.window(9000, length)
    submit = opened.loader.submit
    monkeypatch.setattr(opened.loader, "submit", lambda _: pytest.fail("asked the loader"))
    for height in (500, 230, 410):
        opened.panel.resize(opened.panel.width(), height)
        opened.drawn()
    monkeypatch.setattr(opened.loader, "submit", submit)
    lower = opened.pixels()
    opened.window(12_000, length + 5)  # another grid must not write over what is on the screen
    opened.window(9000, length)
    opened.canvas._wanted = None
    opened.canvas._request()
    opened.drawn()
    assert np.array_equal(lower, opened.pixels())


def test_a_picture_stays_whole_while_one_of_another_height_and_zoom_is_on_its_way(
    opened: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.window(9000, 3000)
    low = opened.canvas.picture.envelope.low.copy()
    monkeypatch.setattr(opened.loader, "submit", lambda _: None)
    opened.session.move(0.1)  # so that there are columns to wait for
    opened.panel.resize(opened.panel.width(), 280)  # a picture that knows the same, never shown
    opened.session.set_window(TimeWindow.clamped(9000, 800, N_SAMPLES))
    opened.session.set_window(TimeWindow.clamped(9000, 900, N_SAMPLES))
    np.testing.assert_array_equal(opened.canvas.picture.envelope.low, low)


def test_bad_and_selected_channels_have_their_colours(opened: Bench) -> None:
    tokens = theme.current()
    flags = np.array([False, True, False, False])
    mask = replace(opened.session.mask, bad_channels=flags)
    opened.session.set_mask_result(mask)
    opened.session.channels.select([2])
    rows = np.split(opened.pixels()[: opened.canvas.height() // 4 * 4], 4)
    shown = [set(np.unique(row).tolist()) for row in rows]
    assert rgb32(tokens.trace) in shown[0]
    assert rgb32(tokens.bad_trace) in shown[1]
    assert rgb32(tokens.trace) not in shown[1]
    assert rgb32(tokens.accent) in shown[2]


def test_spans_are_shaded_under_the_traces_and_zeroes_hatched(opened: Bench) -> None:
    tokens = theme.current()
    mask = opened.session.mask
    opened.session.set_mask_result(
        replace(mask, hf=Runs.of([(1000, 2000)]), sat=Runs.of([(2200, 2201)]))
    )
    opened.window(0, 3000)
    pixels, width = opened.pixels(), opened.canvas.width()
    fill = rgb32(blend(tokens.hf, tokens.canvas, tokens.span_fill))
    shaded = np.flatnonzero((pixels == fill).any(axis=0))
    assert shaded.min() == pytest.approx(width / 3, abs=3)
    assert shaded.max() == pytest.approx(width * 2 / 3, abs=3)
    assert (pixels == rgb32(tokens.sat)).any(axis=0).sum() == 2  # both its edges, 2 px wide
    assert (pixels == rgb32(tokens.trace)).any()
    opened.window(19_000, 3000)
    states = opened.canvas.picture.envelope.states(
        opened.canvas.picture.first, opened.canvas.picture.stop
    )
    assert (states == ColumnState.READ).all()
    hatch = rgb32(blend(tokens.disabled, tokens.canvas, 0.35))
    hatched = np.flatnonzero((opened.pixels() == hatch).any(axis=0))
    assert hatched.min() == pytest.approx(width / 3, abs=3)
    assert hatched.max() == pytest.approx(width * 2 / 3, abs=3)


def test_drag_moves_time_by_as_much(opened: Bench) -> None:
    opened.window(9000, 3000)
    canvas = opened.canvas
    middle = QPoint(canvas.width() // 2, 40)
    opened.qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle)
    opened.qtbot.mouseMove(canvas, middle + QPoint(canvas.width() // 4, 0))
    opened.qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=middle)
    moved = round(canvas.width() // 4 / canvas.width() * 3000)
    assert opened.session.window.start == pytest.approx(9000 - moved, abs=1)


def test_wheel_moves_zooms_and_scrolls_channels(opened: Bench) -> None:
    opened.window(9000, 3000)
    opened.wheel(-1, Qt.KeyboardModifier.NoModifier)
    assert opened.session.window.start == 9300
    before = opened.canvas.sample_at(100)
    opened.drawn()
    before = opened.canvas.sample_at(100)
    opened.wheel(2, Qt.KeyboardModifier.ControlModifier)
    opened.drawn()
    assert opened.session.window.length == 1500
    assert opened.canvas.sample_at(100) == pytest.approx(before, abs=10)
    opened.session.channels.set_count(2)
    opened.wheel(-1, Qt.KeyboardModifier.ShiftModifier)
    assert opened.session.channels.shown == (2, 3)
    assert opened.panel.channel_bar.isVisible()


def test_the_scroll_bar_reaches_both_ends_of_20_hours_at_30_khz(
    bench: Bench, recording: Path
) -> None:
    n_samples = 20 * 3600 * 30_000
    with FileSource(recording).open() as opened:
        info = replace(opened.info, n_samples=n_samples, sampling_rate=30_000.0)
    bench.session.open(
        info,
        window=TimeWindow.clamped(0, 300_000, n_samples),
        channels=ChannelView(info.channels),
        display=Display(),
    )
    bar = bench.panel.time_bar
    bar.setValue(bar.maximum())
    assert bench.session.window.stop == n_samples
    bar.setValue(bar.minimum())
    assert bench.session.window.start == 0
    bench.session.go_to(36_000)
    bench.qtbot.waitUntil(lambda: bar.value() > bar.minimum())
    assert bar.value() == pytest.approx(bar.maximum() / 2, rel=1e-3)


def test_an_answer_for_another_recording_is_never_painted(
    opened: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[object] = []
    stale: Callable[[object], None] = opened.canvas._on_response
    opened.loader.responded.connect(answers.append)
    opened.window(5000, 3000)
    opened.qtbot.waitUntil(lambda: bool(answers))
    other = np.full((2, 9000), 7, np.float32)
    opened.open(ArraySource(other, RATE))
    pixels = opened.pixels()
    stale(answers[-1])
    assert np.array_equal(pixels, opened.pixels())
    assert opened.canvas.picture.envelope.low.shape[1] == 2


@pytest.mark.skipif(os.name == "nt", reason="Windows does not let an open file be cut")
def test_a_file_cut_while_open_shows_what_is_left(opened: Bench, recording: Path) -> None:
    changes: list[object] = []
    opened.canvas.responded.connect(lambda response: changes.append(response.change))
    os.truncate(recording, 10_000 * N_CHANNELS * 4)
    opened.window(9000, 2000)
    picture, width = opened.canvas.picture, opened.canvas.width()
    states = picture.envelope.states(picture.first, picture.stop)
    missing = np.flatnonzero(states >= ColumnState.MISSING)
    assert missing.min() == pytest.approx(width / 2, abs=2)
    assert len(missing) == pytest.approx(width / 2, abs=2)
    low = picture.envelope.low[picture.envelope.slots(picture.stop - 10, picture.stop)]
    assert np.isinf(low).all()  # nothing, never zeros
    opened.panel.grab()


@pytest.mark.skipif(os.name == "nt", reason="Windows does not let an open file be removed")
def test_a_removed_file_is_noticed_without_a_move(opened: Bench, recording: Path) -> None:
    changes: list[object] = []
    opened.canvas.responded.connect(lambda response: changes.append(response.change))
    before = opened.pixels()
    recording.unlink()
    opened.qtbot.waitUntil(lambda: "removed" in changes, timeout=10_000)
    assert np.array_equal(before, opened.pixels())
    assert opened.canvas.is_settled


def test_labels_are_thinned_but_the_hovered_one_always_shows(bench: Bench) -> None:
    samples = np.zeros((300, 2000), np.float32)
    labels = tuple(f"E{i:03}" for i in range(300))
    bench.open(ArraySource(samples, RATE, labels), length=2000)
    plain = bench.panel.gutter.grab().toImage()
    bench.session.channels.hover(151)
    assert bench.panel.gutter.grab().toImage() != plain
    assert bench.panel.gutter.channel_at(0) == 0
    assert bench.panel.gutter.channel_at(bench.panel.gutter.height() - 1) >= 298


def at_row(opened: Bench, row: int) -> QPoint:
    gutter = opened.panel.gutter
    n_rows = len(opened.session.channels.shown)
    return QPoint(20, round(gutter.height() * (row + 0.5) / n_rows))


def test_a_part_of_the_labels_is_painted_as_all_of_them_are(bench: Bench) -> None:
    bench.open(ArraySource(np.zeros((24, 4000), np.float32), 1000.0))
    bench.session.apply(mark_channels(bench.session.mask, [0, 11], bad=True))
    gutter = bench.panel.gutter
    whole = gutter.grab().toImage()
    for top in (0, gutter.height() * 11 // 24 - 14, gutter.height() - 40):
        part = QPixmap(gutter.width(), 40)
        gutter.render(part, QPoint(), QRegion(0, top, gutter.width(), 40))
        assert part.toImage() == whole.copy(0, top, gutter.width(), 40).convertToFormat(
            part.toImage().format()
        )


def test_clicking_a_label_marks_its_channel(opened: Bench) -> None:
    with opened.qtbot.waitSignal(opened.panel.channels_marked) as marked:
        opened.qtbot.mouseClick(
            opened.panel.gutter, Qt.MouseButton.LeftButton, pos=at_row(opened, 2)
        )
    assert marked.args == [[2], True]


@pytest.mark.parametrize("modifier", ["ControlModifier", "ShiftModifier"])
def test_a_modifier_and_a_click_on_a_label_select(opened: Bench, modifier: str) -> None:
    pressed = Qt.KeyboardModifier[modifier]
    with opened.qtbot.waitSignal(opened.panel.channel_clicked) as clicked:
        opened.qtbot.mouseClick(
            opened.panel.gutter, Qt.MouseButton.LeftButton, pressed, at_row(opened, 2)
        )
    assert clicked.args == [2, pressed]


def test_dragging_over_labels_marks_all_of_them_as_one(opened: Bench) -> None:
    gutter, left = opened.panel.gutter, Qt.MouseButton.LeftButton
    opened.session.apply(mark_channels(opened.session.mask, [1], bad=True))
    before = gutter.grab().toImage()
    opened.qtbot.mousePress(gutter, left, pos=at_row(opened, 3))
    opened.qtbot.mouseMove(gutter, at_row(opened, 0))
    assert gutter.grab().toImage() != before  # shows what would be
    with opened.qtbot.waitSignal(opened.panel.channels_marked) as marked:
        opened.qtbot.mouseRelease(gutter, left, pos=at_row(opened, 0))
    assert marked.args == [[3, 2, 1, 0], True]
    opened.qtbot.mousePress(gutter, left, pos=at_row(opened, 1))
    opened.qtbot.mouseMove(gutter, QPoint(20, gutter.height() + 50))
    with opened.qtbot.waitSignal(opened.panel.channels_marked) as marked:
        opened.qtbot.mouseRelease(gutter, left, pos=QPoint(20, gutter.height() + 50))
    assert marked.args == [[1, 2, 3], False]  # as the first one, which was bad


def test_clicks_in_one_place_do_not_mark_what_moves_there(opened: Bench) -> None:
    session, gutter, left = opened.session, opened.panel.gutter, Qt.MouseButton.LeftButton

    def mark(channels: list[int], bad: bool) -> None:
        session.apply(mark_channels(session.mask, channels, bad=bad))

    opened.panel.channels_marked.connect(mark)
    session.channels.set_hide_bad(hide=True)
    place, rows = at_row(opened, 2), session.channels.rows
    opened.qtbot.mouseClick(gutter, left, pos=place)
    assert session.bad_channels == {2}
    assert session.channels.rows == rows
    opened.qtbot.mouseClick(gutter, left, pos=place)
    assert session.bad_channels == set()
    opened.qtbot.mouseClick(gutter, left, pos=place)
    QApplication.sendEvent(gutter, QEvent(QEvent.Type.Leave))
    assert session.channels.rows == tuple(c for c in rows if c != 2)


def test_a_label_says_what_a_click_does(opened: Bench) -> None:
    gutter = opened.panel.gutter
    assert gutter.cursor().shape() == Qt.CursorShape.PointingHandCursor
    for bad, words in ((False, "Click marks it bad"), (True, "Click marks it good")):
        opened.session.apply(mark_channels(opened.session.mask, [2], bad=bad))
        place = at_row(opened, 2)
        event = QHelpEvent(QEvent.Type.ToolTip, place, gutter.mapToGlobal(place))
        QApplication.sendEvent(gutter, event)
        assert words in QToolTip.text()


def test_a_drag_over_labels_can_be_discarded(opened: Bench) -> None:
    gutter, left = opened.panel.gutter, Qt.MouseButton.LeftButton
    opened.qtbot.mousePress(gutter, left, pos=at_row(opened, 0))
    opened.qtbot.mouseMove(gutter, at_row(opened, 2))
    assert opened.panel.cancel_gesture()
    assert not opened.panel.cancel_gesture()
    with opened.qtbot.assertNotEmitted(opened.panel.channels_marked):
        opened.qtbot.mouseRelease(gutter, left, pos=at_row(opened, 2))


def test_a_late_answer_says_so_and_keeps_the_old_picture(
    opened: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = opened.canvas.picture
    monkeypatch.setattr(opened.loader, "submit", lambda _: None)
    opened.session.zoom(0.5)
    assert not opened.canvas.is_settled
    opened.qtbot.waitUntil(lambda: opened.canvas.is_late, timeout=2000)
    assert opened.canvas.picture is before
    opened.panel.grab()


def test_the_mouse_shows_its_time_on_the_axis_and_lets_go_of_a_hidden_channel(bench: Bench) -> None:
    bench.open(ArraySource(np.ones((5, 10_000), np.float32), RATE))
    canvas = bench.canvas
    with bench.qtbot.waitSignal(canvas.cursor_moved):
        bench.qtbot.mouseMove(canvas, QPoint(canvas.width() // 2, canvas.height() // 2))
    assert bench.session.channels.hovered == 2
    bench.session.channels.set_visible([2], visible=False)
    assert bench.session.channels.hovered in (1, 3)
