"""What is typed to filter channels: labels, `bad`, `good`, `hidden`, `shown`, `row 9`, `col 3`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from ecogview.data.recording import Channel

_PLACE = re.compile(r"\b(row|col|column)\s*[:=]?\s*([0-9]+)\b")


@dataclass(frozen=True, slots=True)
class ChannelState:
    """A channel and what the filter's words ask of it; `shown`: whether its trace is."""

    channel: Channel
    bad: bool
    shown: bool


_WORDS: dict[str, Callable[[ChannelState], bool]] = {
    "bad": lambda state: state.bad,
    "good": lambda state: not state.bad,
    "hidden": lambda state: not state.shown,
    "shown": lambda state: state.shown,
}


@dataclass(frozen=True, slots=True)
class _Place:
    axis: str
    number: int

    def __call__(self, state: ChannelState) -> bool:
        electrode = state.channel.electrode
        return self.number == (electrode.row if self.axis == "row" else electrode.col)


@dataclass(frozen=True, slots=True)
class _Label:
    part: str

    def __call__(self, state: ChannelState) -> bool:
        channel = state.channel
        return self.part in channel.label.casefold() or (
            self.part in channel.electrode.label.casefold()
        )


@dataclass(frozen=True, slots=True)
class ChannelFilter:
    """Commas mean or, spaces mean and: ``row 9 bad, E57`` is bad ones of row 9, and E57."""

    alternatives: tuple[tuple[Callable[[ChannelState], bool], ...], ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Understand any text; what is no word of the filter is a part of a label."""
        alternatives = []
        for part in text.casefold().split(","):
            tests: list[Callable[[ChannelState], bool]] = [
                _Place(axis[:3], int(number)) for axis, number in _PLACE.findall(part)
            ]
            tests += [_WORDS.get(word) or _Label(word) for word in _PLACE.sub(" ", part).split()]
            if tests:
                alternatives.append(tuple(tests))
        return cls(tuple(alternatives))

    def __bool__(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.alternatives)

    def accepts(self, state: ChannelState) -> bool:
        return not self.alternatives or any(
            all(test(state) for test in tests) for tests in self.alternatives
        )
