"""Which channels are shown: order, visibility, the part on the screen, selection."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecogview.data.recording import Channel, Electrode
from ecogview.model.channels import ChannelView


def grid_channels(*places: tuple[int, int] | None) -> tuple[Channel, ...]:
    return tuple(
        Channel(
            i, f"E{i}", Electrode(f"E{i}") if p is None else Electrode(f"E{i}", row=p[0], col=p[1])
        )
        for i, p in enumerate(places)
    )


@pytest.fixture
def view() -> ChannelView:
    return ChannelView(grid_channels((1, 0), (0, 1), None, (0, 0), (1, 1), (0, 10)))


def test_order_by_grid_puts_what_has_no_place_last(view: ChannelView) -> None:
    assert view.rows == (0, 1, 2, 3, 4, 5)
    view.set_order("grid")
    assert view.ordered == view.rows == (3, 1, 5, 0, 4, 2)
    assert view.has_grid
    assert not ChannelView(grid_channels(None, None)).has_grid


def test_order_by_measure_is_by_number_until_there_is_a_rank(view: ChannelView) -> None:
    told: list[tuple[int, ...]] = []
    view.rows_changed.connect(lambda: told.append(view.rows))
    view.set_order("measure")
    assert view.rows == (0, 1, 2, 3, 4, 5)
    view.set_rank((4, 0, 5, 1, 3, 2))
    view.set_rank((4, 0, 5, 1, 3, 2))
    assert view.ordered == view.rows == view.rank == (4, 0, 5, 1, 3, 2)
    view.set_visible([0], visible=False)
    assert view.rows == (4, 5, 1, 3, 2)
    view.set_order("number")
    view.set_rank((0, 1, 2, 3, 5, 4))  # the rows are none of its business now
    assert view.rows == (1, 2, 3, 4, 5)
    view.set_order("measure")
    assert view.rows == (1, 2, 3, 5, 4)
    view.set_rank(None)
    assert view.rows == (1, 2, 3, 4, 5)
    assert len(told) == 6


@pytest.mark.parametrize("rank", [(), (0, 1, 2, 3, 4), (0, 1, 2, 3, 4, 4), (1, 2, 3, 4, 5, 6)])
def test_a_rank_holds_every_channel_once(view: ChannelView, rank: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="6 channels"):
        view.set_rank(rank)
    assert view.rank is None


def test_hidden_channels_keep_their_place_in_the_order(view: ChannelView) -> None:
    view.set_visible([1, 4], visible=False)
    assert view.rows == (0, 2, 3, 5)
    assert view.ordered == (0, 1, 2, 3, 4, 5)
    assert not view.is_visible(1)
    view.set_visible([1], visible=True)
    assert view.rows == (0, 1, 2, 3, 5)


def test_hiding_bad_ones_follows_the_mask(view: ChannelView) -> None:
    view.set_bad([2])
    assert 2 in view.rows
    view.set_hide_bad(hide=True)
    assert view.rows == (0, 1, 3, 4, 5)
    view.set_bad([0, 5])
    assert view.rows == (1, 2, 3, 4)
    assert view.is_visible(0)  # hidden by the mask, not by hand
    view.set_hide_bad(hide=False)
    assert len(view.rows) == 6


def test_scrolling_stays_within_the_rows(view: ChannelView) -> None:
    view.set_count(2)
    view.scroll_to(3)
    assert view.shown == (3, 4)
    view.scroll_to(99)
    assert view.shown == (4, 5)
    view.scroll_to(-1)
    assert view.shown == (0, 1)


def test_count_keeps_the_middle(view: ChannelView) -> None:
    view.set_count(2)
    view.scroll_to(2)
    view.set_count(4)
    assert view.shown == (1, 2, 3, 4)
    view.set_count(0)
    assert view.count == 1


def test_all_at_once_stays_all_at_once(view: ChannelView) -> None:
    view.set_visible([0, 1], visible=False)
    view.set_count(4)
    view.set_visible([0, 1], visible=True)
    assert view.shown == view.rows
    view.set_count(5)
    view.set_visible([0], visible=False)
    view.set_visible([0], visible=True)
    assert view.count == 5


def test_changes_are_announced_once_and_only_if_they_are_some(view: ChannelView) -> None:
    told: list[str] = []
    view.rows_changed.connect(lambda: told.append("rows"))
    view.selection_changed.connect(lambda: told.append("selection"))
    view.hovered_changed.connect(lambda: told.append("hovered"))
    for _ in range(2):
        view.set_order("grid")
        view.set_visible([1], visible=False)
        view.set_count(3)
        view.scroll_to(2)
        view.set_hide_bad(hide=True)
        view.set_bad([2])
        view.select([0, 2])
        view.hover(2)
    assert told == ["rows"] * 6 + ["selection", "hovered"]


@given(
    hidden=st.sets(st.integers(0, 9)),
    bad=st.sets(st.integers(0, 9)),
    hide_bad=st.booleans(),
    count=st.integers(-3, 15),
    first=st.integers(-3, 15),
)
def test_what_is_shown_is_always_a_full_stretch_of_the_rows(
    hidden: set[int], bad: set[int], hide_bad: bool, count: int, first: int
) -> None:
    view = ChannelView(grid_channels(*[None] * 10))
    view.set_count(count)
    view.scroll_to(first)
    view.set_bad(bad)
    view.set_hide_bad(hide=hide_bad)
    view.set_visible(hidden, visible=False)
    wanted = [c for c in range(10) if c not in hidden and not (hide_bad and c in bad)]
    assert list(view.rows) == wanted
    assert len(view.shown) == min(max(count, 1), 10, len(wanted))
    at = view.first
    assert view.shown == view.rows[at : at + len(view.shown)]


def test_no_channels_at_all() -> None:
    view = ChannelView()
    view.set_count(5)
    view.scroll_to(3)
    assert view.rows == view.shown == ()
    assert view.count == 1


def test_shift_selects_from_the_last_click_and_shrinks_too(view: ChannelView) -> None:
    view.toggle_selected(1)
    view.select_to(4)
    assert view.selected == {1, 2, 3, 4}
    view.select_to(2)
    assert view.selected == {1, 2}
    view.select_to(0)
    assert view.selected == {0, 1}
    view.toggle_selected(5)
    view.select_to(4, adds=True)
    assert view.selected == {0, 1, 4, 5}
    view.set_anchor(2)  # marked by a click
    view.select_to(3)
    assert view.selected == {2, 3}


def test_shift_begins_at_what_is_selected_or_at_the_click_itself(view: ChannelView) -> None:
    view.set_order("grid")  # 3, 1, 5, 0, 4, 2
    view.select_to(5)
    assert view.selected == {5}
    view.select([0])
    view.select_to(1)
    assert view.selected == {1, 5, 0}
    view.select([5, 2])
    view.select_to(0)
    assert view.selected == {5, 0}
    view.set_visible([5], visible=False)  # where it begins is no more
    view.select_to(4)
    assert view.selected == {0, 4}
    view.select_to(5)
    assert view.selected == {0, 4}


def test_rows_that_are_held_stay_until_they_are_let_go(view: ChannelView) -> None:
    view.set_hide_bad(hide=True)
    view.set_bad([4])
    view.hold_rows(held=True)
    view.set_bad([4, 1])
    view.set_bad([4, 1, 2])
    assert view.rows == (0, 1, 2, 3, 5)
    view.set_bad([1, 2])
    assert view.rows == (0, 1, 2, 3, 4, 5)
    view.hold_rows(held=False)
    assert view.rows == (0, 3, 4, 5)
    view.set_bad([3])
    assert view.rows == (0, 1, 2, 4, 5)
    view.hold_rows(held=True)
    view.set_bad([3, 4])
    view.set_hide_bad(hide=False)
    view.set_hide_bad(hide=True)  # asked for, so it is done
    assert view.rows == (0, 1, 2, 5)
