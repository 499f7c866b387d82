"""What is typed to find bad spans: kinds, and lengths in seconds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ecogview.model.clock import parse_time
from ecogview.model.mask import KINDS

_LENGTH = re.compile(r"([<>])\s*([\d.:]*)\s*(?:s\b)?")


@dataclass(frozen=True, slots=True)
class _Part:
    """Spans of one of `kinds`, indices into `KINDS`, longer and shorter than so many seconds."""

    kinds: tuple[int, ...]
    longer: float
    shorter: float


@dataclass(frozen=True, slots=True)
class SpanFilter:
    """Commas mean or, spaces mean and: ``manual >0.5 s, sat`` is long manual ones, and all sat.

    Words are starts of kinds, of which several mean any of them; ``<`` and ``>`` leave out what has
    just that length.
    """

    parts: tuple[_Part, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Understand any text; what is no word of the filter is like no span."""
        return cls(tuple(_part(each) for each in text.casefold().split(",") if _says_a_thing(each)))

    def __bool__(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.parts)

    def accepted(
        self, kinds: NDArray[np.int8], lengths_s: NDArray[np.float64]
    ) -> NDArray[np.bool_]:
        """Which spans it lets through.

        Parameters
        ----------
        kinds : ndarray of int8, shape (spans,)
            Indices into `KINDS`.
        lengths_s : ndarray of float64, shape (spans,)
        """
        if not self.parts:
            return np.ones(len(kinds), bool)
        found = np.zeros(len(kinds), bool)
        for part in self.parts:
            found |= (
                np.isin(kinds, part.kinds) & (lengths_s > part.longer) & (lengths_s < part.shorter)
            )
        return found


def _says_a_thing(part: str) -> bool:
    return bool(part.strip(" <>"))  # "<" is the start of something


def _part(text: str) -> _Part:
    longer, shorter = -np.inf, np.inf
    for sign, number in _LENGTH.findall(text):
        try:
            seconds = parse_time(number)
        except ValueError:
            continue  # half a number
        if sign == ">":
            longer = max(longer, seconds)
        else:
            shorter = min(shorter, seconds)
    words = _LENGTH.sub(" ", text).split()
    kinds = [code for code, kind in enumerate(KINDS) if any(kind.startswith(w) for w in words)]
    return _Part(tuple(kinds if words else range(len(KINDS))), float(longer), float(shorter))
