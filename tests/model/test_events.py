"""Events in samples, and going from one to the next."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ecogview.data.events_file import EventTable
from ecogview.model.events import NO_EVENTS, EventList, Events


def info(n_samples: int, rate: float) -> Any:
    return SimpleNamespace(n_samples=n_samples, sampling_rate=rate)


def table(*times_s: float) -> EventTable:
    times = np.sort(np.array(times_s, float))
    codes = np.arange(len(times), dtype=np.int32)
    return EventTable(Path("a.csv"), times, codes, tuple(f"e{i}" for i in range(len(times))))


def test_times_become_the_nearest_samples_and_what_lies_outside_is_counted() -> None:
    events = EventList.of(
        table(-1, -0.0004, 0.0006, 1.2494, 9.9994, 9.9996, 1e300), info(10_000, 1000)
    )
    assert events.samples.tolist() == [0, 1, 1249, 9999]
    assert [events.label(i) for i in range(4)] == ["e1", "e2", "e3", "e4"]
    assert events.n_outside == 3
    assert events.within(1, 1249) == range(1, 2)
    assert len(EventList.of(table(0, 1), info(0, 1000))) == 0


def test_shows_announces_and_forgets_where_it_was() -> None:
    events, told = Events(), []
    events.changed.connect(lambda: told.append(len(events.shown)))
    some = EventList.of(table(1, 2), info(10_000, 1000))
    events.show(some)
    events.go_to(1)
    events.go_to(1)
    events.show(some)
    assert (told, events.current) == ([2, 2], 1)
    events.show(NO_EVENTS)
    assert events.current is None


@given(st.lists(st.integers(0, 300), max_size=20), st.integers(0, 250), st.integers(1, 60))
def test_every_event_is_reached_once_in_either_direction(
    samples: list[int], start: int, length: int
) -> None:
    shown = EventList.of(table(*samples), info(301, 1.0))
    for step in (1, -1):
        events, at, reached = Events(), start, []
        events.show(shown)
        while (found := events.neighbour(at, at + length, step)) is not None:
            reached.append(found)
            events.go_to(found)
            at = int(shown.samples[found]) - length // 3  # as the window follows
        everything = list(range(len(samples)))
        if step > 0:
            assert reached == [i for i in everything if shown.samples[i] >= start]
        else:
            assert reached == [i for i in everything if shown.samples[i] < start + length][::-1]


def test_an_event_scrolled_away_counts_no_more() -> None:
    events = Events()
    events.show(EventList.of(table(10, 20, 500), info(1000, 1.0)))
    events.go_to(0)
    assert events.neighbour(0, 100, 1) == 1
    assert events.neighbour(400, 600, 1) == 2
    assert events.neighbour(400, 450, -1) == 1
    assert events.neighbour(0, 5, -1) is None
