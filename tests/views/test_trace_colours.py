"""Colours of rows and columns: they stand out, differ for every eye, and are no other sign."""

from __future__ import annotations

import itertools

import pytest

from ecogview.data.recording import Channel, Electrode
from ecogview.views.colour_tokens import DARK, LIGHT, Tokens
from ecogview.views.trace_colours import (
    channel_colours,
    group_colours,
    group_mark,
    legend_of,
    place_text,
)
from tests.views.test_colour_tokens import VISION, contrast, distance

both_themes = pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])


def an_array(n_rows: int, n_columns: int) -> tuple[Channel, ...]:
    """Numbered down the columns; the last channel lies beside the array."""
    places = [(row, column) for column in range(n_columns) for row in range(1, n_rows + 1)]
    on_it = [
        Channel(i, f"E{i:02}", Electrode(f"E{i:02}", row=row, col=column))
        for i, (row, column) in enumerate(places)
    ]
    return (*on_it, Channel(len(on_it), "REF", Electrode("REF")))


@both_themes
@pytest.mark.parametrize("n_groups", [1, 5, 8, 9, 24])
def test_every_colour_stands_out_from_the_canvas(tokens: Tokens, n_groups: int) -> None:
    colours = group_colours(n_groups, tokens)
    assert len(set(colours)) == n_groups
    assert min(contrast(colour, tokens.canvas) for colour in colours) >= 3


@both_themes
@pytest.mark.parametrize("vision", VISION)
def test_eight_colours_differ_for_every_eye(tokens: Tokens, vision: str) -> None:
    pairs = itertools.combinations(group_colours(8, tokens), 2)
    assert min(distance(a, b, vision) for a, b in pairs) >= (22 if vision == "normal" else 15)


@both_themes
def test_many_colours_differ(tokens: Tokens) -> None:
    pairs = itertools.combinations(group_colours(24, tokens), 2)
    assert min(distance(a, b, "normal") for a, b in pairs) >= 28


@both_themes
@pytest.mark.parametrize("n_groups", [8, 24])
def test_none_is_taken_for_a_hovered_or_a_bad_trace(tokens: Tokens, n_groups: int) -> None:
    for colour in group_colours(n_groups, tokens):
        assert distance(colour, tokens.accent, "normal") >= 25
        assert distance(colour, tokens.bad_trace, "normal") >= 25


def test_more_groups_than_colours_begin_anew() -> None:
    colours = group_colours(30, DARK)
    assert colours[24:] == colours[:6]


@both_themes
def test_channels_of_a_row_share_its_colour(tokens: Tokens) -> None:
    channels = an_array(3, 12)
    rows = channel_colours(channels, "row", tokens)
    columns = channel_colours(channels, "column", tokens)
    assert rows is not None
    assert columns is not None
    assert rows[:4] == (*group_colours(3, tokens), group_colours(3, tokens)[0])
    assert columns[:4] == (columns[0],) * 3 + (columns[3],)
    assert len(set(columns[:-1])) == 12
    assert rows[-1] == columns[-1] == tokens.trace  # beside the array
    assert list(legend_of(channels, "row", tokens)) == [1, 2, 3]
    assert legend_of(channels, "column", tokens)[4] == columns[12]


def test_boards_have_colours_too() -> None:
    boards = (8, None, 2, 8)
    channels = [Channel(i, "A", Electrode("A", board=board)) for i, board in enumerate(boards)]
    assert list(legend_of(channels, "board", DARK)) == [2, 8]
    second, first = legend_of(channels, "board", DARK).values()
    assert channel_colours(channels, "board", DARK) == (first, DARK.trace, second, first)
    assert group_mark(8, "board") == "B8"
    assert legend_of(an_array(3, 4), "board", DARK) == {}


def test_off_and_without_an_array_all_have_the_colour_of_the_theme() -> None:
    assert channel_colours(an_array(3, 4), "off", DARK) is None
    assert channel_colours(an_array(0, 0), "row", DARK) is None
    assert legend_of(an_array(0, 0), "row", DARK) == {}


def test_places_in_words() -> None:
    assert place_text(an_array(3, 2)[4]) == "row 2, column 1"
    assert place_text(an_array(0, 0)[0]) == ""
    assert place_text(Channel(0, "A", Electrode("A", row=7))) == "row 7"
    assert place_text(Channel(0, "A", Electrode("A", col=5, board=2))) == "column 5, board 2"
