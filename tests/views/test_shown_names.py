"""Bipolar rows say of which two electrodes they are: gutter, tooltip, tag and empty rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPoint
from PyQt6.QtGui import QHelpEvent, QPainter
from PyQt6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from ecogview.data.recording import Channel, Electrode, RecordingInfo
from ecogview.dsp.reference import Reference, ReferenceKind
from ecogview.dsp.ring import ColumnState
from ecogview.model.processing import AppliedProcessing, Processing
from ecogview.services.sources import FileSource
from ecogview.views.shown_names import NO_NEIGHBOUR, ShownNames, names_of
from tests.builders import write_recording
from tests.views.test_sample_values import point, texts
from tests.views.trace_desk import Bench

N_CHANNELS, N_SAMPLES = 20, 30_000  # E01, E03 … E39: rows of 8, 8 and 4 electrodes
BAD = (3, 15)  # E07, within a row, and E31, the last of one
LACKING = (7, 14, 15, 19)  # the last of each row, and E29 whose neighbour is bad


def a_recording_of(labels: tuple[str, ...], places: list[tuple[int | None, int | None]]) -> object:
    channels = tuple(
        Channel(i, label, Electrode(label, row=row, col=col))
        for i, (label, (row, col)) in enumerate(zip(labels, places, strict=True))
    )
    return RecordingInfo(
        Path("a.dat"), "rec001", "LM1", "clfp", 1000.0, 100, channels, np.dtype("f4"), "µV",
        "interleaved",
    )  # fmt: skip


def named(
    labels: tuple[str, ...], kind: ReferenceKind = "rows", bad: frozenset[int] = frozenset(),
    places: list[tuple[int | None, int | None]] | None = None,
) -> ShownNames:  # fmt: skip
    info = a_recording_of(labels, places or [(0, i) for i in range(len(labels))])
    return names_of(info, AppliedProcessing(Processing(reference=Reference(kind)), bad))


def test_names_have_the_partner_that_is_taken() -> None:
    places: list[tuple[int | None, int | None]] = [(0, 2), (0, 0), (1, 0), (0, 1), (None, 1)]
    labels = ("A2", "A0", "B0", "A1", "C")
    names = named(labels, "rows", places=places)
    assert [names.told(c) for c in range(5)] == [
        "A2, no neighbour", "A0 − A1", "B0, no neighbour", "A1 − A2", "C, no neighbour"
    ]  # fmt: skip
    names = named(labels, "rows", frozenset([3]), places)
    assert [names.name(c) for c in range(5)] == ["A2", "A0 − A2", "B0", "A1 − A2", "C"]
    names = named(labels, "columns", places=places)
    assert [c for c in range(5) if names.is_of_two(c)] == [1]
    assert names.name(1) == "A0 − B0"


@pytest.mark.parametrize("kind", ["recorded", "average", "median", "channel"])
def test_other_references_leave_names_alone(kind: ReferenceKind) -> None:
    names = named(("E01", "E02", "E03"), kind)
    assert not names.are_bipolar
    for channel, label in enumerate(names.labels):
        assert (names.name(channel), names.told(channel)) == (label, label)
        assert names.forms(channel) == (label,)
        assert not names.lacks_neighbour(channel)
    assert names_of(a_recording_of(("E01",), [(0, 0)]), None).name(0) == "E01"


@pytest.mark.parametrize(
    ("labels", "forms"),
    [
        (("E05", "E06"), ("E05−E06", "E05−06", "05−06")),
        (("E101", "E7"), ("E101−E7", "E101−7", "101−7")),
        (("A1", "B1"), ("A1−B1",)),  # another probe
        (("1", "2"), ("1−2",)),
        (("left", "right"), ("left−right",)),
        (("E", "E"), ("E−E",)),
        (("", "E1"), ("−E1",)),
    ],
)
def test_narrow_places_have_shorter_forms(labels: tuple[str, str], forms: tuple[str, ...]) -> None:
    names = named(labels)
    assert names.forms(0) == forms
    assert names.forms(1) == (labels[1],)


def test_names_from_a_file_are_one_line() -> None:
    names = named(("a\nb" + 40 * "x", "c\td"))
    assert len(names.name(0).splitlines()) == 1
    assert len(names.name(0)) < 40


# -- on the screen


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    samples = np.random.default_rng(3).normal(0, 40, (N_CHANNELS, N_SAMPLES)).astype(np.float32)
    made = Bench(qtbot)
    made.open(FileSource(write_recording(tmp_path, samples=samples)))
    flags = np.isin(np.arange(N_CHANNELS), BAD)
    made.session.set_mask_result(replace(made.session.mask, bad_channels=flags))
    process(made, Processing(reference=Reference("rows")))
    yield made
    made.loader.close()


def process(bench: Bench, processing: Processing) -> None:
    bench.session.set_display(bench.session.display.processed(processing))
    bench.canvas.set_processing(bench.session.processing)
    bench.drawn()


def gutter_texts(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    written: list[str] = []
    draw = QPainter.drawText

    def spy(painter: QPainter, *arguments: object) -> object:
        if painter.device() is bench.panel.gutter:
            written.append(str(arguments[-1]))
        return draw(painter, *arguments)  # type: ignore[call-overload]

    with monkeypatch.context() as patch:
        patch.setattr(QPainter, "drawText", spy)
        bench.panel.gutter.repaint()
    return written


def test_the_gutter_names_both(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    written = gutter_texts(bench, monkeypatch)
    assert len(written) == N_CHANNELS
    for channel, text in enumerate(written):
        partner = channel + 2 if channel + 1 in BAD else channel + 1
        numbers = [2 * c + 1 for c in (channel, partner)]
        if channel in LACKING:
            assert text == f"E{numbers[0]:02}"
        else:
            one, other = (f"{number:02}" for number in numbers)
            assert text in (f"E{one}−E{other}", f"E{one}−{other}", f"{one}−{other}")
    process(bench, bench.session.display.processing.toggled())
    labels = [f"E{2 * c + 1:02}" for c in range(N_CHANNELS)]
    assert gutter_texts(bench, monkeypatch) == labels


def test_a_name_without_room_is_seen_to_be_unfinished(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.session.channels.gains.step(frozenset([0]), 3)
    gain, name, *_ = gutter_texts(bench, monkeypatch)
    assert gain == "×1.7"
    assert name == "01−03" or (name.startswith("01") and name.endswith("…"))


def test_a_mark_changes_the_partner_at_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    before = gutter_texts(bench, monkeypatch)
    bench.session.set_mask_result(
        replace(bench.session.mask, bad_channels=np.zeros(N_CHANNELS, bool))
    )
    after = gutter_texts(bench, monkeypatch)
    assert [c for c in range(N_CHANNELS) if before[c].endswith("09")] == [2, 3]
    assert [c for c in range(N_CHANNELS) if after[c].endswith("09")] == [3]


def test_the_tooltip_names_both(bench: Bench) -> None:
    gutter = bench.panel.gutter
    for channel, told in ((2, "E05 − E09: "), (7, "E15, no neighbour: ")):
        place = QPoint(20, round(gutter.height() * (channel + 0.5) / N_CHANNELS))
        event = QHelpEvent(QEvent.Type.ToolTip, place, gutter.mapToGlobal(place))
        QApplication.sendEvent(gutter, event)
        assert QToolTip.text().startswith(told)


@pytest.mark.parametrize("length", [60, 3000])
def test_the_tag_names_both(bench: Bench, monkeypatch: pytest.MonkeyPatch, length: int) -> None:
    bench.window(9000, length)
    for channel, told in ((2, "E05 − E09   shown "), (7, "E15   no neighbour")):
        point(bench, bench.canvas.width() / 2, channel)
        assert any(text.startswith(told) for text in texts(bench, monkeypatch))


def test_where_the_reference_is_missing_the_tag_says_so(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.canvas.picture.envelope._state[:] = ColumnState.COARSE
    for channel, label in ((2, "E05"), (7, "E15")):
        point(bench, 200, channel)
        written = texts(bench, monkeypatch)
        assert f"{label}   still as recorded" in written
        assert NO_NEIGHBOUR not in written  # its trace is there


def test_empty_rows_say_why(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    assert texts(bench, monkeypatch).count(NO_NEIGHBOUR) == len(LACKING)
    bench.session.channels.set_visible([7], visible=False)
    bench.drawn()
    assert texts(bench, monkeypatch).count(NO_NEIGHBOUR) == len(LACKING) - 1
    bench.session.set_display(replace(bench.session.display, butterfly=True))
    assert NO_NEIGHBOUR not in texts(bench, monkeypatch)
    bench.session.set_display(replace(bench.session.display, butterfly=False))
    process(bench, Processing(reference=Reference("average")))
    assert NO_NEIGHBOUR not in texts(bench, monkeypatch)


def test_words_stand_where_the_row_is_empty_and_high_enough(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture, places = bench.canvas.picture, []
    draw = QPainter.drawText

    def spy(painter: QPainter, *arguments: object) -> object:
        if arguments[-1] == NO_NEIGHBOUR:
            places.append(arguments[0])
        return draw(painter, *arguments)  # type: ignore[call-overload]

    monkeypatch.setattr(QPainter, "drawText", spy)
    slots = picture.envelope.slots(picture.first, picture.first + 150)
    picture.envelope._state[slots] = ColumnState.COARSE
    bench.canvas.repaint()
    height = bench.canvas.height() / N_CHANNELS
    for place, channel in zip(places, LACKING, strict=True):
        assert 150 < place.x() < 170
        assert channel * height < place.y() < (channel + 1) * height
    bench.panel.resize(460, 8 * N_CHANNELS)
    bench.drawn()
    places.clear()
    bench.canvas.repaint()
    assert not places
