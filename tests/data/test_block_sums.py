"""Checksums of blocks: parts add up, and no damage that disks do goes unseen."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ecogview.data.block_sums import BLOCK_BYTES, add_to_sums, block_sum

MODULUS = 1 << 64


@pytest.fixture(scope="module")
def block() -> NDArray[np.uint8]:
    return np.random.default_rng(3).integers(0, 256, BLOCK_BYTES, dtype=np.uint8)


def split_mix(n: int) -> list[int]:
    """The generator as its authors write it, one number after the other."""
    numbers, state = [], 0
    for _ in range(n):
        state = (state + 0x9E3779B97F4A7C15) % MODULUS
        mixed = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 % MODULUS
        mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB % MODULUS
        numbers.append((mixed ^ mixed >> 31) | 1)
    return numbers


def test_the_sum_as_it_is_defined(block: NDArray[np.uint8]) -> None:
    words = [int(word) for word in block.view("<u8")]
    weights = split_mix(len(words))
    expected = sum((w + (w >> 32)) * m for w, m in zip(words, weights, strict=True)) % MODULUS
    assert block_sum(block, 0) == expected
    assert weights[0] == 0xE220A8397B1DCDAF  # the first of the reference implementation


@given(st.lists(st.integers(1, 3 * BLOCK_BYTES - 1), max_size=12), st.randoms())
def test_parts_in_any_order_add_up(cuts: list[int], random: Random) -> None:
    data = np.random.default_rng(4).integers(0, 256, 3 * BLOCK_BYTES - 5, dtype=np.uint8)
    whole = np.zeros(3, np.uint64)
    add_to_sums(whole, data, 0)
    for index in range(3):
        piece = data[index * BLOCK_BYTES : (index + 1) * BLOCK_BYTES]
        assert block_sum(piece, 0) == int(whole[index])
    edges = sorted({0, *(min(cut, data.size) for cut in cuts), data.size})
    parts = list(pairwise(edges))
    random.shuffle(parts)
    summed = np.zeros(3, np.uint64)
    for start, stop in parts:
        add_to_sums(summed, data[start:stop], start)
    np.testing.assert_array_equal(summed, whole)


@given(st.integers(0, BLOCK_BYTES * 8 - 1))
def test_any_flipped_bit_is_seen(block: NDArray[np.uint8], bit: int) -> None:
    damaged = block.copy()
    damaged[bit // 8] ^= 1 << (bit % 8)
    assert block_sum(damaged, 0) != block_sum(block, 0)


@given(st.integers(0, 7), st.sets(st.integers(0, BLOCK_BYTES // 8 - 1), min_size=2, max_size=9))
def test_one_line_flipped_in_several_words_is_seen(
    block: NDArray[np.uint8], line: int, words: set[int]
) -> None:
    """A highest bit alone would cancel out in pairs."""
    damaged = block.copy()
    damaged.reshape(-1, 8)[sorted(words), line] ^= 0x80
    assert block_sum(damaged, 0) != block_sum(block, 0)


@pytest.mark.parametrize("size", [8, 512, 4096])
def test_lost_and_exchanged_sectors_are_seen(block: NDArray[np.uint8], size: int) -> None:
    right = block_sum(block, 0)
    sectors = block.reshape(-1, size)
    for place in range(0, len(sectors) - 1, 1 + len(sectors) // 40):
        for change in ("zeroed", "exchanged", "repeated"):
            damaged = sectors.copy()
            if change == "zeroed":
                damaged[place] = 0
            elif change == "exchanged":
                damaged[[place, place + 1]] = sectors[[place + 1, place]]
            else:
                damaged[place + 1] = sectors[place]
            assert block_sum(damaged.reshape(-1), 0) != right


def test_zeros_count_for_nothing() -> None:
    assert block_sum(np.zeros(BLOCK_BYTES, np.uint8), 0) == 0
    assert block_sum(np.zeros(0, np.uint8), 3) == 0
