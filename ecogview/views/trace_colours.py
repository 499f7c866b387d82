"""Colours of traces by row, column or circuit board of their electrodes, if asked for."""

from __future__ import annotations

from collections.abc import Sequence

from ecogview.data.recording import Channel
from ecogview.model.display import Colouring
from ecogview.views.colour_tokens import Tokens

# The hues of Okabe and Ito, Color Universal Design (2008). Lightness is moved until each stands out
# from its canvas at 3:1 and from the others for every kind of colour vision; what comes near the
# accent comes last. Black is the colour of words.
_FEW = {
    True: (  # dark
        "#FE8E48", "#039F74", "#D481AF", "#EDE13F", "#996900", "#E7E9ED", "#75CAFE", "#056DAA",
    ),
    False: (
        "#803400", "#039F74", "#C976A4", "#9B9402", "#936400", "#1A1E24", "#0072B2", "#015171",
    ),
}  # fmt: skip

# Each one as far as can be from all before it, as by Glasbey et al., Color Research & Application
# 32 (2007) 304, in CIELAB, and 25 from the accent, at 3.5:1 to 12:1 on the canvas.
_MANY = {
    True: (
        "#00F000", "#FF0000", "#FF00FF", "#F0C300", "#D22D78", "#2D872D", "#A55A1E", "#4B5AFF",
        "#00E1C3", "#FFA5FF", "#D2D287", "#A5E13C", "#FF9696", "#FF8700", "#00E178", "#B43CC3",
        "#00D2FF", "#787800", "#965A96", "#FF4B5A", "#008778", "#FFB469", "#FF00B4", "#78875A",
    ),
    False: (
        "#FF0000", "#009600", "#FF00A5", "#0000FF", "#A57800", "#961E2D", "#961EC3", "#1E4B0F",
        "#690F5A", "#FF005A", "#009678", "#5A3C0F", "#1E5AFF", "#C34B00", "#C36996", "#0087C3",
        "#B47869", "#87874B", "#B469D2", "#E100FF", "#7869A5", "#698700", "#4B1E87", "#C31E69",
    ),
}  # fmt: skip


def group_colours(n_groups: int, tokens: Tokens) -> tuple[str, ...]:
    """Return a colour for each group; above 24 groups they begin anew."""
    colours = (_FEW if n_groups <= len(_FEW[True]) else _MANY)[tokens.is_dark]
    return tuple(colours[group % len(colours)] for group in range(n_groups))


def legend_of(channels: Sequence[Channel], colouring: Colouring, tokens: Tokens) -> dict[int, str]:
    """Return the rows, columns or boards that there are, ascending, each with its colour."""
    groups = sorted({g for g in (group_of(c, colouring) for c in channels) if g is not None})
    return dict(zip(groups, group_colours(len(groups), tokens), strict=True))


def channel_colours(
    channels: Sequence[Channel], colouring: Colouring, tokens: Tokens
) -> tuple[str, ...] | None:
    """Return the colour of each channel; None where all have that of the theme.

    A channel without a place in the array has that of the theme, too.
    """
    legend = legend_of(channels, colouring, tokens)
    if not legend:
        return None
    groups = [group_of(channel, colouring) for channel in channels]
    return tuple(tokens.trace if group is None else legend[group] for group in groups)


def group_mark(group: int, colouring: Colouring) -> str:
    """Return a group's name in few signs, for there is little room: `R3`, `C12`, `B2`."""
    return f"{colouring[:1].upper()}{group}"


def group_of(channel: Channel, colouring: Colouring) -> int | None:
    """Return the row, column or board by which a channel is coloured; None without one."""
    electrode = channel.electrode
    match colouring:
        case "row":
            return electrode.row
        case "column":
            return electrode.col
        case "board":
            return electrode.board
    return None


def place_text(channel: Channel) -> str:
    """Return where a channel's electrode is, `row 3, column 5, board 2`; "" if not known."""
    electrode = channel.electrode
    known = (("row", electrode.row), ("column", electrode.col), ("board", electrode.board))
    return ", ".join(f"{word} {number}" for word, number in known if number is not None)
