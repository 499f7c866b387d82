"""A `DataFile` whose mask is not beside the recording."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

import ecogview
from ecogview.data.mask_elsewhere import entry_of, remember_elsewhere
from ecogview.errors import MaskFileError
from ecogview.info_command import facts_of
from tests.builders import marked_samples, write_recording
from tests.data.marked_file import N_CHANNELS, N_SAMPLES, flags, mask


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    samples = marked_samples(N_CHANNELS, N_SAMPLES)
    return write_recording(tmp_path / "day", samples=samples, mask=mask())


@pytest.fixture
def elsewhere(recording: Path, tmp_path: Path) -> Path:
    place = tmp_path / "elsewhere.pkl"
    ecogview.write_mask(place, mask(ch=flags(N_CHANNELS, (0, 1)), sat=flags(N_SAMPLES)))
    remember_elsewhere(recording, place)
    return place


def test_it_is_found_where_it_is_kept(recording: Path, elsewhere: Path) -> None:
    with ecogview.DataFile(recording) as data_file:
        assert data_file.mask_file_path == elsewhere
        assert data_file.bad_channels == ["E01"]
        assert f"the mask is kept in {elsewhere}, not beside the recording" in data_file.warnings
        np.testing.assert_array_equal(
            pickle.loads(pickle.dumps(data_file)).data_mask,  # noqa: S301  our own
            data_file.data_mask,
        )


def test_a_mask_that_is_named_goes_before_it(recording: Path, elsewhere: Path) -> None:
    beside = recording.with_name("rec001.LM1_ECOG_3.clfp.mask.pkl")
    with ecogview.DataFile(recording, None, beside) as data_file:
        assert data_file.mask_file_path == beside
        assert data_file.bad_channels == ["E03", "E09"]
        assert not any("kept in" in text for text in data_file.warnings)
    assert elsewhere.exists()


def test_one_that_is_gone_is_not_the_same_as_none(recording: Path, elsewhere: Path) -> None:
    elsewhere.unlink()
    with ecogview.DataFile(recording) as data_file:
        with pytest.raises(MaskFileError, match=r"elsewhere\.pkl"):
            _ = data_file.data_mask
        assert data_file.read(0, 0.1, ch_idx=["E01"], use_mask=False).shape == (1, 100)


def test_a_note_of_the_place_that_cannot_be_read_is_an_error(
    recording: Path, elsewhere: Path
) -> None:
    entry_of(recording).write_bytes(b"{")
    with ecogview.DataFile(recording) as data_file:
        assert any("is not JSON" in text for text in data_file.warnings)
        with pytest.raises(MaskFileError, match="is not JSON"):
            _ = data_file.bad_spans
    assert elsewhere.exists()


def test_info_says_where_it_is(recording: Path, elsewhere: Path) -> None:
    facts = facts_of(recording)
    assert facts["mask_file_path"] == str(elsewhere)
    assert any(str(elsewhere) in text for text in facts["warnings"])
    assert facts["bad_channels"] == ["E01"]
