"""Gains of single channels, clipping, butterfly and colours on a real trace panel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PyQt6.QtGui import QFont, QHelpEvent, QImage, QPainter, QWheelEvent
from PyQt6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from ecogview.model.display import Colouring
from ecogview.services.sources import FileSource
from ecogview.views import theme
from ecogview.views.colour_tokens import rgb32
from ecogview.views.gutter_marks import paint_group
from ecogview.views.nearest_trace import nearest_trace
from ecogview.views.trace_colours import group_colours
from tests.builders import write_recording
from tests.views.trace_desk import Bench

N_CHANNELS, N_SAMPLES = 10, 30_000  # an array of 8 columns: rows 0 and 1
NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    rng = np.random.default_rng(3)
    samples = rng.normal(0, 60, (N_CHANNELS, N_SAMPLES)).astype(np.float32)
    samples[3, 10_000:12_000] += 800
    return write_recording(tmp_path, samples=samples)


@pytest.fixture
def opened(qtbot: QtBot, recording: Path) -> Iterator[Bench]:
    made = Bench(qtbot)
    made.open(FileSource(recording))
    yield made
    made.loader.close()


def look(opened: Bench, **changes: object) -> None:
    display = replace(opened.session.display, **changes)  # type: ignore[arg-type]
    opened.session.set_display(display)


def on_label(opened: Bench, row: int) -> QPointF:
    return QPointF(20, opened.panel.gutter.height() * (row + 0.5) / N_CHANNELS)


def wheel(opened: Bench, row: int, notches: float, modifiers: Qt.KeyboardModifier = NONE) -> None:
    gutter, place = opened.panel.gutter, on_label(opened, row)
    event = QWheelEvent(
        place, gutter.mapToGlobal(place), QPoint(), QPoint(0, round(120 * notches)),
        Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(gutter, event)


def rows_of(opened: Bench) -> list[np.ndarray]:
    return np.array_split(opened.pixels(), N_CHANNELS)


def colours_in(pixels: np.ndarray) -> set[int]:
    return set(np.unique(pixels).tolist())


# -- one channel


def test_the_wheel_on_a_label_changes_that_channel_without_a_read(
    opened: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise AssertionError("asked the loader")

    monkeypatch.setattr(opened.loader, "submit", fail)
    before, start = rows_of(opened), opened.session.window.start
    wheel(opened, 4, -8)
    gains = opened.session.channels.gains
    assert gains.factors.tolist() == [1, 1, 1, 1, 0.25, 1, 1, 1, 1, 1]
    after = rows_of(opened)
    trace = rgb32(theme.current().trace)
    assert np.count_nonzero(after[4] == trace) < 0.6 * np.count_nonzero(before[4] == trace)
    for row in (0, 1, 2, 6, 7, 8, 9):
        assert np.array_equal(before[row], after[row])
    assert opened.session.window.start == start
    for _ in range(4):  # a touchpad turns by less than a notch
        wheel(opened, 4, 0.5)
    assert gains.of(4) == 0.25 * 2**0.5


def test_selected_channels_change_together_and_a_press_takes_it_back(opened: Bench) -> None:
    channels, gutter = opened.session.channels, opened.panel.gutter
    channels.select([2, 5])
    wheel(opened, 5, 4)
    wheel(opened, 7, 4)
    assert channels.gains.own == {2, 5, 7}
    middle = Qt.MouseButton.MiddleButton
    with opened.qtbot.assertNotEmitted(opened.panel.channels_marked):
        opened.qtbot.mouseClick(gutter, middle, pos=on_label(opened, 2).toPoint())
    assert channels.gains.own == {7}


@pytest.mark.parametrize("modifier", [SHIFT, CTRL])
def test_with_a_key_the_wheel_on_a_label_does_what_it_did(
    opened: Bench, modifier: Qt.KeyboardModifier
) -> None:
    opened.session.channels.set_count(4)
    wheel(opened, 2, -1, modifier)
    assert opened.session.channels.gains.own == frozenset()
    if modifier == SHIFT:
        assert opened.session.channels.first == 6  # 3 further than the middle four
    else:
        assert opened.session.window.length > 3000


def test_the_label_tells_the_gain_and_the_value_stays_true(opened: Bench) -> None:
    gutter, channels = opened.panel.gutter, opened.session.channels
    plain = gutter.grab().toImage()
    wheel(opened, 4, 4)
    assert gutter.grab().toImage() != plain
    bar = opened.canvas.scale_bar().toImage()
    channels.gains.reset()
    assert gutter.grab().toImage() == plain
    assert opened.canvas.scale_bar().toImage() == bar  # it speaks of the gain of all
    wheel(opened, 9, -4)
    place = on_label(opened, 9).toPoint()
    QApplication.sendEvent(
        gutter, QHelpEvent(QEvent.Type.ToolTip, place, gutter.mapToGlobal(place))
    )
    assert QToolTip.text().startswith("E19: row 1, column 1, drawn ÷2")


def test_dots_and_rings_follow_a_channels_own_gain(opened: Bench) -> None:
    opened.window(500, 20)
    wheel(opened, 4, 4)
    opened.pixels()
    picture = opened.canvas.picture
    values = picture.samples.values(np.arange(501, 519), 4, picture.first)
    y = picture.layout.y_of(4, values, float(picture.style.offsets[4]))
    zero, scale = picture.layout.centres[4], picture.layout.pixels_per_unit
    assert y == pytest.approx(zero - (values - picture.style.offsets[4]) * 2 * scale, rel=1e-5)
    column = np.array([510 * picture.grid.width // picture.grid.length])
    size = picture.style.dot_size
    assert size
    low, high = picture.samples.with_dots(
        column, size, picture.style.offsets, picture.layout.scales
    )
    slot = column[0] % picture.grid.width
    reach = (high - low)[slot, N_CHANNELS:] * picture.layout.scales
    assert reach == pytest.approx(np.full(N_CHANNELS, reach[0]), rel=1e-3)  # as high as all dots


# -- all of them


@pytest.mark.parametrize("clipped", [False, True])
def test_a_trace_leaves_its_row_unless_it_is_clipped(opened: Bench, clipped: bool) -> None:
    look(opened, clipped=clipped, units_per_row=100.0)
    opened.session.channels.gains.step([3], 12)
    opened.session.channels.select([3])
    accent = rgb32(theme.current().accent)
    lines = np.flatnonzero((opened.pixels() == accent).any(axis=1))
    row = opened.canvas.height() / N_CHANNELS
    assert (int(lines.min()) >= int(3 * row)) is clipped  # pixels are not cut where rows meet
    assert (int(lines.max()) <= int(4 * row)) is clipped
    assert len(lines) >= int(row) - 1


def test_a_butterfly_has_all_traces_on_one_line(opened: Bench) -> None:
    bar = opened.canvas.scale_bar().toImage()
    look(opened, butterfly=True)
    height = opened.canvas.height()
    opened.pixels()
    assert opened.canvas.picture.pixels_per_unit == pytest.approx(height / 400)
    assert opened.canvas.scale_bar().toImage() != bar
    opened.window(10_500, 1000)
    look(opened, units_per_row=4000.0)
    opened.pixels()
    y = height / 2 - 800 * height / 4000
    for x in (0.0, 99.5, opened.canvas.width() - 1.0):
        assert opened.canvas.channel_at(QPointF(x, y)) == 3
        assert opened.canvas.channel_at(QPointF(x, height / 2)) != 3


def test_a_butterfly_leaves_bad_channels_out_and_has_amplitudes_for_labels(opened: Bench) -> None:
    gutter, session = opened.panel.gutter, opened.session
    session.set_mask_result(replace(session.mask, bad_channels=np.arange(N_CHANNELS) == 3))
    opened.window(10_500, 1000)
    look(opened, butterfly=True, units_per_row=2000.0)
    bad_trace = rgb32(theme.current().bad_trace)
    assert bad_trace not in colours_in(opened.pixels())
    assert opened.canvas.picture.style.rows == (0, 1, 2, 4, 5, 6, 7, 8, 9)
    place = on_label(opened, 3)
    assert gutter.channel_at(place.y()) is None
    with opened.qtbot.assertNotEmitted(opened.panel.channels_marked):
        opened.qtbot.mouseClick(gutter, Qt.MouseButton.LeftButton, pos=place.toPoint())
    wheel(opened, 3, 4)
    assert session.channels.gains.own == frozenset()
    amplitudes = gutter.grab().toImage()
    session.channels.select([1, 2])
    assert gutter.grab().toImage() == amplitudes
    look(opened, units_per_row=200.0)
    assert gutter.grab().toImage() != amplitudes
    look(opened, butterfly=False)
    assert bad_trace in colours_in(opened.pixels())
    assert gutter.channel_at(place.y()) == 3


def test_values_beside_dots_leave_out_what_is_not_drawn(opened: Bench) -> None:
    session = opened.session
    session.channels.select([2, 3])
    opened.window(500, 4)
    look(opened, butterfly=True)
    session.set_mask_result(replace(session.mask, bad_channels=np.arange(N_CHANNELS) == 3))
    opened.canvas.grab()  # must not look for the row of channel 3
    session.channels.select([3])
    without = opened.canvas.grab().toImage()
    session.channels.select([])
    assert opened.canvas.grab().toImage() == without


def test_the_nearest_trace_is_that_of_brute_force(opened: Bench) -> None:
    look(opened, butterfly=True, units_per_row=2000.0)
    opened.session.channels.gains.step([1, 6], 5)
    opened.pixels()
    picture, rng = opened.canvas.picture, np.random.default_rng(7)
    for x, y in rng.uniform(0, [picture.grid.width, picture.height], (40, 2)):
        slot = (picture.first + int(x)) % picture.grid.width
        distances = {}
        for channel in picture.style.rows:
            ends = np.array(
                [picture.envelope.high[slot, channel], picture.envelope.low[slot, channel]]
            )
            top, bottom = picture.layout.y_of(channel, ends, float(picture.style.offsets[channel]))
            outside = max(top - y, y - bottom, 0.0)
            distances[channel] = (outside, abs((top + bottom) / 2 - y))
        assert nearest_trace(picture, x, y) == min(distances, key=lambda c: distances[c])


@pytest.mark.parametrize(("colouring", "n_groups"), [("row", 2), ("column", 8)])
def test_colours_tell_rows_or_columns_and_labels_tell_them_too(
    opened: Bench, colouring: Colouring, n_groups: int
) -> None:
    gutter, tokens = opened.panel.gutter, theme.current()
    plain = gutter.grab().toImage()
    mask = replace(opened.session.mask, bad_channels=np.arange(N_CHANNELS) == 7)
    opened.session.set_mask_result(mask)
    opened.session.channels.select([5])
    look(opened, colouring=colouring, units_per_row=900.0, clipped=True)
    wanted = group_colours(n_groups, tokens)
    shown = [colours_in(row) for row in rows_of(opened)]
    for channel in range(N_CHANNELS):
        group = channel // 8 if colouring == "row" else channel % 8
        is_plain = channel not in (5, 7)  # the selected and the bad one keep their looks
        assert (rgb32(wanted[group]) in shown[channel]) is is_plain
    assert rgb32(tokens.bad_trace) in shown[7]
    assert rgb32(tokens.accent) in shown[5]
    image = gutter.grab().toImage()
    assert image != plain
    for row in range(N_CHANNELS):
        group = row // 8 if colouring == "row" else row % 8
        y = round(on_label(opened, row).y())
        assert image.pixel(gutter.width() - 2, y) == rgb32(wanted[group])
    with_legend = opened.canvas.grab().toImage()
    height = opened.canvas.height()
    corner = [(x, y) for x in range(8, 220) for y in range(height - 60, height - 8)]
    seen = {with_legend.pixel(x, y) for x, y in corner}
    assert {rgb32(colour) for colour in wanted} <= seen  # in the legend: of all groups


def test_rows_and_columns_are_named_beside_their_labels(opened: Bench) -> None:
    gutter = opened.panel.gutter

    def ink(row: int) -> np.ndarray:
        """Lines of pixels left of a label that are not of the ground; none without a name."""
        image = gutter.grab().toImage()
        middle, ground = round(on_label(opened, row).y()), rgb32(theme.current().canvas)
        inked = np.array(
            [
                [image.pixel(x, y) != ground for x in range(13, 26)]
                for y in range(-9 + middle, middle + 9)
            ]
        )
        return inked[inked.any(axis=1)]

    assert not ink(0).any()
    look(opened, colouring="row")
    first, same, other = ink(0), ink(1), ink(9)  # of rows 0, 0 and 1 of the array
    assert first.any()
    assert np.array_equal(first, same)
    assert not np.array_equal(first, other)
    look(opened, colouring="column")
    assert not np.array_equal(ink(0), ink(1))
    look(opened, colouring="row", butterfly=True)
    assert not ink(9).any()  # no row of it is there


@pytest.mark.parametrize(("mark", "is_bad"), [("R1", False), ("C12", False), ("R1", True)])
def test_a_name_without_room_is_left_out_and_a_cross_stays_free(mark: str, is_bad: bool) -> None:
    font = theme.sized_font(QFont(), 10)
    box = QRectF(14, 0, 34, 14)

    def inked(label_width: float) -> list[int]:
        """Columns with ink of the name, for a label so wide."""
        image = QImage(54, 14, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.black)
        painter = QPainter(image)
        colour = theme.colour("text2")
        paint_group(painter, box, mark, label_width, is_bad=is_bad, font=font, colour=colour)
        painter.end()
        ground = image.pixel(53, 13)
        return [x for x in range(54) if any(image.pixel(x, y) != ground for y in range(14))]

    for label_width in range(50):
        columns = inked(label_width)
        if columns:
            assert max(columns) < box.right() - label_width
            assert min(columns) >= (12 if is_bad else 1)
    assert inked(0)
    assert not inked(45)


LOOKS: list[dict[str, object]] = [
    {"clipped": True},
    {"butterfly": True},
    {"colouring": "row"},
    {"butterfly": True, "clipped": True, "colouring": "column"},
]


@pytest.mark.parametrize("length", [40, 3000, 17_001])
@pytest.mark.parametrize("looks", LOOKS, ids=["clipped", "butterfly", "colours", "all"])
def test_a_scrolled_picture_equals_a_fresh_one(
    opened: Bench, looks: dict[str, object], length: int
) -> None:
    look(opened, units_per_row=120.0, **looks)
    opened.session.channels.gains.step([2, 8], 7)
    rng = np.random.default_rng(length)
    opened.window(9000, length)
    for _ in range(4):
        opened.session.move(float(rng.uniform(-0.4, 0.4)))
        opened.drawn()
    scrolled = opened.pixels()
    opened.canvas._wanted = None  # nothing known: all is read and drawn anew
    opened.canvas._request()
    opened.drawn()
    assert np.array_equal(scrolled, opened.pixels())
