from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ecogview.dsp.runs import Runs
from ecogview.model.looked_at import MOST_S, LookedAt
from ecogview.model.time_window import TimeWindow

RATE = 250.0
N = 60_007


def window(start: int, length: int) -> TimeWindow:
    return TimeWindow(start, length, N)


@given(st.lists(st.tuples(st.integers(0, N - 1), st.integers(1, 15_000)), max_size=12))
def test_the_share_is_that_of_samples_seen(windows: list[tuple[int, int]]) -> None:
    looked_at, seen = LookedAt(N, RATE), set()
    for start, length in windows:
        shown = TimeWindow.clamped(start, length, N)
        looked_at.add(shown)
        seen.update(range(shown.start, shown.stop))
    assert looked_at.percent == 100 * len(seen) / N
    assert looked_at.runs.total == len(seen)


def test_what_is_missing_was_not_seen() -> None:
    looked_at = LookedAt(N, RATE)
    looked_at.add(window(100, 500), missing=Runs.of([(550, 900)]))
    assert list(looked_at.runs) == [(100, 550)]
    looked_at.add(window(0, 200), missing=Runs.of([(0, 120), (150, 180)]))
    assert list(looked_at.runs) == [(100, 550)]  # seen before it went missing
    looked_at.add(window(600, 300), missing=Runs.of([(550, 900)]))
    assert list(looked_at.runs) == [(100, 550)]


def test_what_is_longer_than_a_minute_does_not_count() -> None:
    looked_at = LookedAt(N, RATE)
    minute = round(MOST_S * RATE)
    assert not looked_at.counts(window(0, minute + 1))
    looked_at.add(window(0, minute + 1))
    assert not len(looked_at.runs)
    assert looked_at.counts(window(0, minute))
    looked_at.add(window(0, minute))
    assert list(looked_at.runs) == [(0, minute)]


def test_it_tells_of_what_is_new_only() -> None:
    looked_at, told = LookedAt(N, RATE), []
    looked_at.changed.connect(lambda: told.append(looked_at.percent))
    looked_at.add(window(100, 500))
    looked_at.add(window(200, 300))
    looked_at.add(window(0, 61 * 250))
    assert told == [100 * 500 / N]
    looked_at.add(window(600, 500))
    assert list(looked_at.runs) == [(100, 1100)]


def test_another_recording_begins_anew() -> None:
    looked_at, told = LookedAt(N, RATE), []
    looked_at.add(window(0, 500))
    looked_at.changed.connect(lambda: told.append(1))
    looked_at.open(1000, 100.0)
    assert told
    assert looked_at.percent == 0
    looked_at.add(window(0, 500))  # of the recording before, shown until a moment ago
    assert looked_at.percent == 0
    looked_at.add(TimeWindow(0, 500, 1000))
    assert looked_at.percent == 50


def test_nothing_open_is_nothing_seen() -> None:
    looked_at = LookedAt()
    looked_at.add(TimeWindow(0, 0, 0))
    assert looked_at.percent == 0
