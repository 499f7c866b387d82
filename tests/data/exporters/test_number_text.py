"""Numbers as text: the kernel writes what the plain steps write, and it reads back the same."""

from __future__ import annotations

import locale
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ecogview.data.exporters.number_kernel import put_lines
from ecogview.data.exporters.number_text import (
    MOST_CHARACTERS,
    number_text,
    time_decimals,
    time_text,
)

any_float32 = st.floats(width=32, allow_nan=True, allow_infinity=True)
microvolts = st.floats(-5000, 5000, width=32)


def lines(
    rows: NDArray[np.float32], first: int = 0, rate: float = 1000.0, decimals: int = 3
) -> str:
    out = np.empty(rows.size * (MOST_CHARACTERS + 1) + len(rows) * 32, np.uint8)
    return out[: put_lines(rows, first, rate, decimals, out)].tobytes().decode()


def kernel_text(*values: float) -> list[str]:
    row = lines(np.array([values], np.float32))
    return row.removesuffix("\n").split(",")[1:]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "-0"),
        (1.0, "1"),
        (-32768.0, "-32768"),
        (100.0, "100"),
        (0.1, "0.1"),
        (-1.25, "-1.25"),
        (0.00001, "0.00001"),
        (1e-6, "1e-06"),
        (123456789.0, "123456790"),
        (1e9, "1e+09"),
        (1.5e-7, "1.5e-07"),
        (3.4028235e38, "3.4028235e+38"),
        (-1e-45, "-1e-45"),
        (math.nan, "NaN"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
    ],
)
def test_numbers_are_written_in_few_digits(value: float, text: str) -> None:
    assert number_text(float(np.float32(value))) == text
    assert kernel_text(value) == [text]


@given(st.lists(st.one_of(any_float32, microvolts), min_size=1, max_size=50))
def test_the_kernel_writes_what_the_plain_steps_write(values: list[float]) -> None:
    assert kernel_text(*values) == [number_text(value) for value in values]


@given(st.one_of(any_float32, microvolts))
def test_numbers_read_back_the_same(value: float) -> None:
    text = number_text(value)
    assert len(text) <= MOST_CHARACTERS
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(np.float32(text), np.float32(value))
        # By way of a double, as most programs read.
        np.testing.assert_array_equal(np.float32(float(text)), np.float32(value))


def test_all_powers_and_their_neighbours_read_back_the_same() -> None:
    powers = np.float32(2.0) ** np.arange(-149, 128, dtype=np.float32)
    tens = np.array([float(f"1e{e}") for e in range(-44, 39)], np.float32)
    values = np.concatenate([powers, tens])
    beside = [np.nextafter(values, np.float32(end)) for end in (0, np.inf)]
    values = np.concatenate([values, *beside])
    values = values[np.isfinite(values)]
    texts = kernel_text(*values.tolist())
    np.testing.assert_array_equal(np.array(texts, np.float32), values)


def test_hardly_a_number_has_more_digits_than_needed() -> None:
    values = np.random.default_rng(1).normal(0, 300, 20_000).astype(np.float32)
    texts = kernel_text(*values.tolist())
    shortest = [np.format_float_positional(value, unique=True, trim="-") for value in values]
    longer = sum(len(ours) > len(best) for ours, best in zip(texts, shortest, strict=True))
    assert longer <= len(values) // 1000


def test_lines_hold_time_and_values() -> None:
    rows = np.array([[1.5, -2], [np.nan, 4]], np.float32)
    assert lines(rows, 12_345) == "12.345,1.5,-2\n12.346,NaN,4\n"


@given(
    st.integers(0, 2**33), st.sampled_from([1.0, 250.0, 1000.0, 30_000.0, 24_414.0625, 0.5, 1e7])
)
def test_times_tell_the_sample(sample: int, rate: float) -> None:
    decimals = time_decimals(rate)
    text = time_text(sample, rate, decimals)
    assert math.floor(float(text) * rate + 0.5) == sample
    row = lines(np.ones((1, 1), np.float32), sample, rate, decimals)
    assert row == f"{text},1\n"


@pytest.mark.parametrize(
    ("rate", "decimals"), [(1000.0, 3), (250.0, 3), (1.0, 0), (30_000.0, 9), (512.0, 9)]
)
def test_times_are_exact_where_they_can_be(rate: float, decimals: int) -> None:
    assert time_decimals(rate) == decimals


def test_nothing_depends_on_the_locale() -> None:
    before = locale.setlocale(locale.LC_NUMERIC)
    for name in ("de_DE.UTF-8", "de_DE", "fr_FR.UTF-8", "German_Germany.1252"):
        try:
            locale.setlocale(locale.LC_NUMERIC, name)
        except locale.Error:
            continue
        break
    try:
        assert number_text(1234.5) == "1234.5"
        assert kernel_text(1234.5) == ["1234.5"]
    finally:
        locale.setlocale(locale.LC_NUMERIC, before)
