"""Samples as text: every digit, the right rows and columns, and no more than are wanted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecogview.data.recording import Recording
from ecogview.errors import RecordingError
from ecogview.services.sample_copy import MOST_VALUES, samples_as_text, too_many
from ecogview.services.sources import ArraySource
from tests.builders import marked_samples


def _recording(samples: np.ndarray, rate: float = 1000.0, *labels: str) -> Recording:
    return ArraySource(samples, rate, labels).open()


def test_rows_are_samples_and_columns_channels_in_the_order_shown() -> None:
    samples = marked_samples(4, 50)
    text = samples_as_text(_recording(samples, 1000.0, "a", "b", "c", "d"), (2, 0), 7, 10)
    assert text == (
        "time_s\tc\ta\n0.007\t2008\t8\n0.008\t2009\t9\n0.009\t2010\t10\n"
    )  # fmt: skip


@given(st.lists(st.floats(width=32), min_size=1, max_size=20))
def test_no_digit_is_lost(values: list[float]) -> None:
    samples = np.array([values], np.float32)
    lines = samples_as_text(_recording(samples), (0,), 0, len(values)).splitlines()[1:]
    read = np.array([float(line.split("\t")[1]) for line in lines], np.float32)
    assert np.array_equal(read, samples[0], equal_nan=True)


@pytest.mark.parametrize(
    ("rate", "time"), [(1000.0, "0.003"), (250.0, "0.012"), (30000.0, "0.000100000")]
)
def test_times_have_the_decimals_that_the_rate_needs(rate: float, time: str) -> None:
    text = samples_as_text(_recording(marked_samples(1, 9), rate), (0,), 3, 4)
    assert text.splitlines()[1].split("\t")[0] == time


def test_labels_from_files_are_made_printable() -> None:
    text = samples_as_text(_recording(marked_samples(1, 9), 1000.0, "E\t01\n"), (0,), 0, 1)
    assert text.splitlines()[0] == "time_s\tE\\t01\\n"


def test_too_many_are_refused_with_a_reason() -> None:
    assert too_many(MOST_VALUES // 4, 4) == ""
    assert too_many(MOST_VALUES // 4 + 1, 4).startswith("50,001 samples of 4 channels are 200,004")


def test_a_file_that_became_shorter_is_told() -> None:
    recording = _recording(marked_samples(2, 100))
    whole = recording.read_rows
    recording.read_rows = lambda start, stop: whole(start, stop)[:3]  # type: ignore[method-assign]
    with pytest.raises(RecordingError, match="only 3 of 10 samples can be read"):
        samples_as_text(recording, (0,), 0, 10)
