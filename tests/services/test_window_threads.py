"""The window loader's thread: answers, newest first, and an end without a wait."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from ecogview.dsp import plain
from ecogview.dsp.columns import ColumnGrid
from ecogview.services.window_loader import WindowLoader, WindowRequest, WindowResponse
from tests.services.window_desk import N_CHANNELS, SAMPLES, N, Watched, working

WAIT_S = 10.0
WHOLE = ColumnGrid(N, 100)


@dataclass
class Heard:
    """Responses of a loader, and the threads in which they came."""

    responses: list[WindowResponse] = field(default_factory=list)
    threads: set[threading.Thread] = field(default_factory=set)

    def note(self, response: WindowResponse) -> None:
        self.responses.append(response)
        self.threads.add(threading.current_thread())

    @property
    def ids(self) -> list[int]:
        return [response.id for response in self.responses]


@pytest.fixture
def loader(qtbot: QtBot) -> Iterator[WindowLoader]:
    loader = WindowLoader()
    yield loader
    loader.close()


@pytest.fixture
def heard(loader: WindowLoader) -> Heard:
    heard = Heard()
    loader.responded.connect(heard.note)
    return heard


class Gate:
    """Holds a worker still before it reads, until it is opened."""

    def __init__(self) -> None:
        self.reached, self.open = threading.Event(), threading.Event()

    def __call__(self, start: int, stop: int) -> None:
        self.reached.set()
        assert self.open.wait(WAIT_S)


def test_answers_come_to_the_gui_thread(qtbot: QtBot, loader: WindowLoader, heard: Heard) -> None:
    source = Watched(SAMPLES)
    loader.submit(WindowRequest(7, source, WHOLE, 0, 100, N_CHANNELS))
    qtbot.waitUntil(lambda: heard.ids == [7])
    assert heard.threads == {threading.main_thread()}
    response = heard.responses[0]
    assert response.source is source
    np.testing.assert_array_equal(response.high.max(axis=0), SAMPLES.max(axis=1))
    with pytest.raises(AttributeError):
        response.first = 1  # type: ignore[misc]


def test_the_newest_wins(qtbot: QtBot, loader: WindowLoader, heard: Heard) -> None:
    gate = Gate()
    source = Watched(SAMPLES, gate)
    loader.submit(WindowRequest(1, source, WHOLE, 0, 50, N_CHANNELS))
    assert gate.reached.wait(WAIT_S)
    for number in (2, 3, 4):
        loader.submit(WindowRequest(number, source, WHOLE, 0, 100, N_CHANNELS))
    gate.open.set()
    qtbot.waitUntil(lambda: 4 in heard.ids)
    assert heard.ids == [1, 4]  # the first was read in one block: it was not given up


def test_the_newest_source_wins(qtbot: QtBot, loader: WindowLoader, heard: Heard) -> None:
    gate = Gate()
    slow, skipped, newest = Watched(SAMPLES, gate), Watched(SAMPLES), Watched(-SAMPLES)
    loader.submit(WindowRequest(1, slow, WHOLE, 0, 100, N_CHANNELS))
    assert gate.reached.wait(WAIT_S)
    loader.submit(WindowRequest(2, skipped, WHOLE, 0, 100, N_CHANNELS))
    loader.submit(WindowRequest(3, newest, WHOLE, 0, 100, N_CHANNELS))
    gate.open.set()
    qtbot.waitUntil(lambda: 3 in heard.ids)
    assert heard.responses[-1].source is newest
    np.testing.assert_array_equal(heard.responses[-1].low.min(axis=0), -SAMPLES.max(axis=1))
    assert (skipped.opened, len(slow.closed_in)) == (0, 1)


def test_the_worker_survives_what_nobody_foresaw(
    qtbot: QtBot, loader: WindowLoader, heard: Heard, caplog: pytest.LogCaptureFixture
) -> None:
    failing = threading.Event()

    def fail(start: int, stop: int) -> None:
        failing.set()
        raise ZeroDivisionError("seven")

    with caplog.at_level(logging.ERROR):
        loader.submit(WindowRequest(1, Watched(SAMPLES, fail), WHOLE, 0, 100, N_CHANNELS))
        assert failing.wait(WAIT_S)
        loader.submit(WindowRequest(2, Watched(SAMPLES), WHOLE, 0, 100, N_CHANNELS))
        qtbot.waitUntil(lambda: heard.ids == [1, 2])
    assert heard.responses[0].final
    assert "seven" in str(heard.responses[0].failure)
    assert "ZeroDivisionError: seven" in caplog.text


def test_closing_closes_the_recording_in_the_worker(qtbot: QtBot) -> None:
    loader, heard = WindowLoader(), Heard()
    loader.responded.connect(heard.note)
    source = Watched(SAMPLES)
    loader.submit(WindowRequest(1, source, WHOLE, 0, 100, N_CHANNELS))
    qtbot.waitUntil(lambda: heard.ids == [1])
    loader.close()
    loader.close()
    (thread,) = source.closed_in
    assert thread.name == "window loader"
    loader.submit(WindowRequest(2, source, WHOLE, 0, 100, N_CHANNELS))
    assert not thread.is_alive()


def test_closing_gives_up_a_window_that_is_being_read(qtbot: QtBot) -> None:
    loader, gate = WindowLoader(), Gate()
    source = Watched(SAMPLES, gate)
    loader.submit(WindowRequest(1, source, WHOLE, 0, 100, N_CHANNELS))
    assert gate.reached.wait(WAIT_S)
    with working(plain, block_bytes=100):
        closing = threading.Thread(target=loader.close)
        closing.start()
        qtbot.waitUntil(lambda: loader._latest._closing)
        gate.open.set()
        closing.join(WAIT_S)
    assert not closing.is_alive()
    assert len(source.closed_in) == 1
    assert len(source.reads) == 8 + 1  # for the estimate, and one block
