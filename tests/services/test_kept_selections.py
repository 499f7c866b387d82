"""Selections from one run of the program to the next."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecogview.services.kept_selections import (
    MOST_KEPT,
    SELECTIONS,
    Kept,
    selection_of,
    with_selection,
)

_A, _B = Path("/data/a.dat"), Path("/data/b.dat")


def test_each_recording_has_its_own() -> None:
    kept = with_selection(with_selection((), _A, 100, (10, 20)), _B, 50, (1, 50))
    assert selection_of(kept, _A, 100) == (10, 20)
    assert selection_of(kept, _B, 50) == (1, 50)
    assert selection_of(with_selection(kept, _A, 100, (30, 40)), _A, 100) == (30, 40)
    assert selection_of(with_selection(kept, _A, 100, None), _A, 100) is None


def test_a_file_of_another_length_has_none() -> None:
    assert selection_of(with_selection((), _A, 100, (10, 20)), _A, 101) is None


def test_the_oldest_are_forgotten() -> None:
    kept: Kept = ()
    for number in range(MOST_KEPT + 5):
        kept = with_selection(kept, Path(f"/{number}.dat"), 9, (0, 9))
    assert len(kept) == MOST_KEPT
    assert selection_of(kept, Path("/4.dat"), 9) is None
    assert selection_of(kept, Path("/5.dat"), 9) == (0, 9)


def test_they_are_read_back() -> None:
    kept = with_selection((), Path('/da"ta/µ.dat'), 6_480_000_000, (5, 6_000_000_000))
    assert SELECTIONS.read(SELECTIONS.write(kept)) == kept


@pytest.mark.parametrize(
    "text", ["{}", "[1]", '[["/a", 10, 5, 5]]', '[["/a", 10, 5, 11]]', '[["/a", 10, -1, 5]]', "["]
)
def test_what_was_not_written_so_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  any of its kinds
        SELECTIONS.read(text)
