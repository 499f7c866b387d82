from __future__ import annotations

from ecogview.model.measure import MeasureCursors


def test_two_cursors_then_anew_and_a_is_the_earlier_one() -> None:
    cursors, told = MeasureCursors(), []
    cursors.changed.connect(lambda: told.append(cursors.places))
    assert cursors.place(700) == 0
    assert cursors.span is None
    assert cursors.place(300) == 1
    assert cursors.span == (300, 700)
    cursors.move(0, 100)
    cursors.move(0, 100)
    assert cursors.span == (100, 300)
    assert cursors.place(50) == 0
    cursors.restore((100, 300))
    cursors.clear()
    cursors.clear()
    assert told == [(700,), (700, 300), (100, 300), (50,), (100, 300), ()]


def test_pointing_at_another_channel_is_told() -> None:
    cursors, told = MeasureCursors(), []
    cursors.changed.connect(lambda: told.append(cursors.channel))
    for channel in (3, 3, None):
        cursors.point_at(channel)
    assert told == [3, None]
