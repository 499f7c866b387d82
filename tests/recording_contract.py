"""What every format's `Recording` must do: inherit `RecordingContract`, write a file, be tested."""

from __future__ import annotations

import os
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ecogview.data.recording import Recording
from ecogview.data.registry import format_of, open_recording
from ecogview.errors import RecordingError
from tests.builders import marked_samples

N_CHANNELS, N_SAMPLES = 7, 203


class RecordingContract:
    """Tests for a format; a subclass says how to write one of its files.

    `write` is given (channels, samples) of whole numbers, to be stored so that they are read back
    as they are, and returns the path to open.
    """

    def write(self, folder: Path, samples: NDArray[np.float32]) -> Path:
        raise NotImplementedError

    @pytest.fixture
    def samples(self) -> NDArray[np.float32]:
        return marked_samples(N_CHANNELS, N_SAMPLES)

    @pytest.fixture
    def path(self, tmp_path: Path, samples: NDArray[np.float32]) -> Path:
        return self.write(tmp_path, samples)

    def test_name_belongs_to_a_format(self, path: Path) -> None:
        assert format_of(path) is not None

    def test_fulfils_the_protocol(self, path: Path) -> None:
        with open_recording(path) as recording:
            assert isinstance(recording, Recording)

    def test_info_describes_the_file(self, path: Path) -> None:
        with open_recording(path) as recording:
            info = recording.info
        assert info.path == path
        assert (info.n_channels, info.n_samples) == (N_CHANNELS, N_SAMPLES)
        assert info.sampling_rate > 0
        assert info.duration_s == N_SAMPLES / info.sampling_rate
        assert info.units in ("µV", "counts")
        assert [channel.index for channel in info.channels] == list(range(N_CHANNELS))
        assert len(set(info.labels)) == N_CHANNELS
        assert info.warnings == ()

    def test_info_is_frozen(self, path: Path) -> None:
        with open_recording(path) as recording, pytest.raises(FrozenInstanceError):
            recording.info.n_samples = 5  # type: ignore[misc]

    @pytest.mark.parametrize(
        ("start", "stop"),
        [(0, N_SAMPLES), (0, 1), (N_SAMPLES - 1, N_SAMPLES), (17, 101), (0, 0), (50, 50),
         (N_SAMPLES, N_SAMPLES)],
    )  # fmt: skip
    def test_rows_are_those_written(
        self, path: Path, samples: NDArray[np.float32], start: int, stop: int
    ) -> None:
        with open_recording(path) as recording:
            rows = recording.read_rows(start, stop)
            assert rows.dtype == recording.info.dtype
            interleaved = recording.info.layout == "interleaved"
        np.testing.assert_array_equal(rows, samples[:, start:stop].T)
        assert rows.flags.c_contiguous if interleaved else rows.flags.f_contiguous

    def test_numpy_integers_are_indices(self, path: Path, samples: NDArray[np.float32]) -> None:
        with open_recording(path) as recording:
            rows = recording.read_rows(np.int32(3), np.int64(9))  # type: ignore[arg-type]
        np.testing.assert_array_equal(rows, samples[:, 3:9].T)

    @pytest.mark.parametrize(("start", "stop"), [(-1, 5), (5, 4), (0, N_SAMPLES + 1), (-9, -3)])
    def test_rows_outside_are_refused(self, path: Path, start: int, stop: int) -> None:
        with open_recording(path) as recording, pytest.raises(ValueError, match=str(N_SAMPLES)):
            recording.read_rows(start, stop)

    def test_rows_are_fresh(self, path: Path, samples: NDArray[np.float32]) -> None:
        with open_recording(path) as recording:
            recording.read_rows(0, 20)[:] = -1
            np.testing.assert_array_equal(recording.read_rows(0, 20), samples[:, :20].T)

    def test_two_open_at_once_do_not_disturb_each_other(
        self, path: Path, samples: NDArray[np.float32]
    ) -> None:
        with open_recording(path) as one:
            with open_recording(path) as other:
                other.read_rows(100, 150)
            np.testing.assert_array_equal(one.read_rows(2, 4), samples[:, 2:4].T)

    def test_closed_is_an_error(self, path: Path) -> None:
        recording = open_recording(path)
        recording.close()
        recording.close()
        with pytest.raises(RecordingError, match="closed"):
            recording.read_rows(0, 5)

    def test_what_is_cut_off_while_open_is_missing(
        self, path: Path, samples: NDArray[np.float32]
    ) -> None:
        with open_recording(path) as recording:
            os.truncate(path, path.stat().st_size * 9 // 10)
            rows: NDArray[Any] = recording.read_rows(0, N_SAMPLES)
            interleaved = recording.info.layout == "interleaved"
            assert len(recording.read_rows(N_SAMPLES - 1, N_SAMPLES)) == 0
        assert len(rows) < N_SAMPLES
        np.testing.assert_array_equal(rows, samples[:, : len(rows)].T)
        assert rows.flags.c_contiguous if interleaved else rows.flags.f_contiguous

    def test_emptied_while_open(self, path: Path) -> None:
        with open_recording(path) as recording:
            os.truncate(path, 0)
            assert recording.read_rows(0, N_SAMPLES).shape == (0, N_CHANNELS)

    def test_absent_file_is_one_clear_line(self, path: Path) -> None:
        path.unlink()
        with pytest.raises(RecordingError, match="does not exist") as caught:
            open_recording(path)
        assert path.name in str(caught.value)
        assert "\n" not in str(caught.value)
