"""Long work on files in pieces: the same bytes, and others get their turn."""

from __future__ import annotations

import hashlib
import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecogview.data import in_turns
from ecogview.data.in_turns import PIECE, in_pieces, let_others_go, sha256_of

LENGTHS = st.lists(st.sampled_from([0, 1, 100, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 7]))


class Turns:
    """Counts how often others were let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        monkeypatch.setattr(in_turns, "let_others_go", self)

    def __call__(self) -> None:
        self.count += 1


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> Turns:
    return Turns(monkeypatch)


@given(LENGTHS, st.booleans())
def test_the_same_bytes_in_short_pieces(lengths: list[int], are_views: bool) -> None:
    chunks: list[bytes | memoryview] = [bytes([i % 251]) * n for i, n in enumerate(lengths)]
    given_chunks = [memoryview(chunk) for chunk in chunks] if are_views else chunks
    pieces = list(in_pieces(given_chunks))
    assert b"".join(pieces) == b"".join(chunks)
    assert all(0 < len(piece) <= PIECE for piece in pieces)


def test_others_go_between_long_pieces_but_not_after_each_short_one(turns: Turns) -> None:
    list(in_pieces([b"x" * (5 * PIECE)]))
    assert turns.count == 5
    list(in_pieces([b"x" * 16] * (2 * PIECE // 16)))
    assert turns.count == 7


@pytest.mark.parametrize("length", [0, 1, PIECE, 2 * PIECE + 3])
def test_the_digest_of_a_file(length: int, turns: Turns) -> None:
    content = os.urandom(length)
    assert sha256_of(io.BytesIO(content)) == hashlib.sha256(content).digest()
    assert turns.count == -(-length // PIECE)


def test_a_file_that_gives_less_than_was_asked_for() -> None:
    class Slow(io.RawIOBase):
        left = 3000

        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
            count = min(7, len(buffer), self.left)
            buffer[:count] = b"y" * count
            self.left -= count
            return count

    assert sha256_of(Slow()) == hashlib.sha256(b"y" * 3000).digest()


def test_letting_others_go_takes_no_argument_and_returns() -> None:
    let_others_go()
