"""Marks carried to the other files of a recording: whole samples outwards, channels by label."""

from __future__ import annotations

import os
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecogview.data import mask_siblings
from ecogview.data.lab_binary import LabBinary
from ecogview.data.mask_elsewhere import entry_of, remember_elsewhere
from ecogview.data.mask_siblings import Sibling, carry_marks, siblings_of
from ecogview.data.mask_tracks import MaskTracks, empty_tracks, load_tracks, save_tracks
from ecogview.data.recording import RecordingInfo
from ecogview.data.safe_write import MaskConflictError
from ecogview.dsp.runs import EMPTY, Runs
from ecogview.errors import MaskFileError, RecordingError
from tests.builders import electrode_entries, marked_samples, write_recording

SECONDS = 4
RATES = {"raw": 30_000, "lfp": 1000, "clfp": 1000, "clfp_ds250": 250, "clfp_ds250_fl0u10": 250}


@pytest.fixture
def day(tmp_path: Path) -> dict[str, Path]:
    """All types of one recording, and what is none of its siblings."""
    others = [{"drive": "LM1_SC32_1"}, {"rec_id": "rec0010"}, {"rec_id": "rec002"}]
    for other in others:
        write_recording(tmp_path, samples=marked_samples(3, 4000), **other)  # type: ignore[arg-type]
    (tmp_path / "rec001.notes.dat").write_bytes(b"of another program")
    return {
        rec_type: write_recording(
            tmp_path, samples=marked_samples(3, SECONDS * rate), rec_type=rec_type
        )
        for rec_type, rate in RATES.items()
    }


def info_of(path: Path) -> RecordingInfo:
    with LabBinary(path) as recording:
        return recording.info


def sibling(day: dict[str, Path], of: str, to: str) -> tuple[RecordingInfo, Sibling]:
    info = info_of(day[of])
    (found,) = (s for s in siblings_of(info) if day[to] in s.recordings)
    return info, found


def test_those_of_the_same_recording_and_drive_by_their_mask(day: dict[str, Path]) -> None:
    found = siblings_of(info_of(day["clfp"]))
    assert [s.mask_path.name.split(".")[-3] for s in found] == ["clfp_ds250", "lfp", "raw"]
    assert found[0].recordings == (day["clfp_ds250"], day["clfp_ds250_fl0u10"])
    assert [s.info.sampling_rate for s in found if s.info] == [250, 1000, 30_000]
    assert [s.is_read_by_lab for s in found] == [True, False, False]
    assert all(not s.problem for s in found)


def test_a_filtered_file_shares_the_mask_of_what_it_was_filtered_from(
    day: dict[str, Path],
) -> None:
    found = siblings_of(info_of(day["clfp_ds250_fl0u10"]))
    assert [s.recordings for s in found] == [(day["clfp"],), (day["lfp"],), (day["raw"],)]


def test_a_file_with_a_part_more_in_its_name_has_a_mask_of_its_own(tmp_path: Path) -> None:
    plain = write_recording(tmp_path, samples=marked_samples(3, 4000))
    part = write_recording(tmp_path, samples=marked_samples(3, 4000), rec_type="part.clfp")
    (found,) = siblings_of(info_of(plain))
    assert found.recordings == (part,)


def test_one_that_cannot_be_opened_says_why(day: dict[str, Path]) -> None:
    day["raw"].write_bytes(b"")
    _, found = sibling(day, "clfp", "raw")
    assert found.info is None
    assert day["raw"].name in found.problem
    with pytest.raises(ValueError, match="no samples"):
        found.load()
    with pytest.raises(ValueError, match="no samples"):
        carry_marks(empty_tracks(1, 3), info_of(day["clfp"]), found, empty_tracks(1, 3))


def test_the_next_file_of_a_mask_will_do(day: dict[str, Path]) -> None:
    day["clfp_ds250"].write_bytes(b"")
    _, found = sibling(day, "clfp", "clfp_ds250")
    assert found.info is not None
    assert found.info.path == day["clfp_ds250_fl0u10"]
    assert not found.problem


def test_one_of_another_length_is_not_of_the_same_time(day: dict[str, Path]) -> None:
    os.truncate(day["raw"], day["raw"].stat().st_size // 2)
    assert "lasts 2.0 s, this recording 4.0 s" in sibling(day, "clfp", "raw")[1].problem


def test_a_folder_that_cannot_be_listed(day: dict[str, Path]) -> None:
    info = info_of(day["clfp"])
    with pytest.raises(RecordingError, match="cannot be read"):
        siblings_of(replace(info, path=info.path.parent / "none" / info.path.name))


def test_a_folder_with_too_many_files(
    day: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mask_siblings, "_MOST_NAMES", 3)
    with pytest.raises(RecordingError, match="more than 3 files"):
        siblings_of(info_of(day["clfp"]))


# -- carrying


def marks(info: RecordingInfo, *spans: tuple[int, int]) -> MaskTracks:
    """Marked by a person where told; found by the detector at the beginning; E03 is bad."""
    return replace(
        empty_tracks(info.n_samples, 3),
        hf=Runs.of([(0, 5)]),
        sat=Runs.of([(9, 11)]),
        manual=Runs.of(spans),
        bad_channels=np.array([False, True, False]),
    )


@pytest.mark.parametrize(
    ("of", "to", "span", "there"),
    [
        ("clfp", "clfp_ds250", (100, 108), (25, 27)),
        ("clfp", "clfp_ds250", (101, 109), (25, 28)),
        ("clfp", "clfp_ds250", (101, 102), (25, 26)),
        ("clfp_ds250", "clfp", (25, 26), (100, 104)),
        ("clfp", "raw", (101, 102), (3030, 3060)),
        ("raw", "clfp_ds250", (119, 121), (0, 2)),
        ("raw", "clfp", (119_999, 120_000), (3999, 4000)),
        ("clfp", "lfp", (101, 109), (101, 109)),
    ],
)
def test_spans_are_rounded_outwards(
    day: dict[str, Path], of: str, to: str, span: tuple[int, int], there: tuple[int, int]
) -> None:
    info, target = sibling(day, of, to)
    carried = carry_marks(marks(info, span), info, target, target.load())
    assert list(carried.tracks.manual) == [there]
    assert carried.added == Runs.of([there])
    assert carried.made_bad == ("E03",)
    assert carried
    assert carried.tracks.hf == carried.tracks.sat == EMPTY
    assert ("reads no mask" in str(carried.notes) or "read no mask" in str(carried.notes)) == (
        to in ("raw", "lfp")
    )


@given(
    st.fractions(Fraction(1, 900), 1000, max_denominator=999),
    st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 5000)), max_size=5).map(Runs.of),
)
def test_outwards_against_each_sample(ratio: Fraction, runs: Runs) -> None:
    found = mask_siblings._rounded_outwards(runs, ratio)
    expected = Runs.of(
        (int(start * ratio // 1), int(-(-stop * ratio // 1))) for start, stop in runs
    )
    assert found == expected


def test_rates_that_are_no_whole_numbers_are_exact() -> None:
    ratio = Fraction(29_999.97) / Fraction(1000.0)
    runs = Runs.of([(7_000_001, 7_000_002)])
    ((start, stop),) = mask_siblings._rounded_outwards(runs, ratio)
    assert (start, stop) == (7_000_001 * ratio // 1, -(-7_000_002 * ratio // 1))


def test_what_lies_beyond_the_end_is_cut(day: dict[str, Path]) -> None:
    os.truncate(day["clfp_ds250"], 3 * 4 * (SECONDS * 250 - 5))
    info, target = sibling(day, "clfp", "clfp_ds250")
    carried = carry_marks(marks(info, (3900, 4000)), info, target, target.load())
    assert list(carried.tracks.manual) == [(975, 995)]


def test_what_the_detector_found_is_carried_on_request_under_its_kind(
    day: dict[str, Path],
) -> None:
    info, target = sibling(day, "clfp", "clfp_ds250")
    carried = carry_marks(marks(info, (20, 21)), info, target, target.load(), detected=True)
    assert list(carried.tracks.hf) == [(0, 2)]
    assert list(carried.tracks.sat) == [(2, 3)]
    assert list(carried.tracks.manual) == [(5, 6)]


def test_what_is_bad_there_stays_and_kinds_do_not_overlap(day: dict[str, Path]) -> None:
    info, target = sibling(day, "clfp", "clfp_ds250")
    there = replace(
        target.load(),
        hf=Runs.of([(26, 30)]),
        manual=Runs.of([(40, 41)]),
        bad_channels=np.array([False, False, True]),
    )
    carried = carry_marks(marks(info, (100, 140)), info, target, there)
    assert carried.tracks.hf == Runs.of([(26, 30)])
    assert carried.tracks.manual == Runs.of([(25, 26), (30, 35), (40, 41)])
    assert carried.added == Runs.of([(25, 26), (30, 35)])
    assert carried.tracks.bad_channels.tolist() == [False, True, True]
    again = carry_marks(marks(info, (100, 140)), info, target, carried.tracks)
    assert not again


def test_channels_go_by_label(day: dict[str, Path]) -> None:
    info, target = sibling(day, "clfp", "clfp_ds250")
    assert target.info is not None
    channels = target.info.channels
    turned = replace(target, info=replace(target.info, channels=channels[::-1]))
    bad = replace(marks(info), bad_channels=np.array([True, False, False]))
    carried = carry_marks(bad, info, turned, target.load())
    assert carried.made_bad == ("E01",)
    assert carried.tracks.bad_channels.tolist() == [False, False, True]
    fewer = replace(target, info=replace(target.info, channels=channels[1:]))
    carried = carry_marks(bad, info, fewer, empty_tracks(1000, 2))
    assert "1 bad channel does not occur there (E01)" in carried.notes
    assert not carried.tracks.bad_channels.any()


def test_it_is_saved_like_any_mask_and_not_over_that_of_others(day: dict[str, Path]) -> None:
    info, target = sibling(day, "clfp", "clfp_ds250")
    assert target.info is not None
    n_samples = target.info.n_samples
    carried = carry_marks(marks(info, (100, 140)), info, target, target.load())
    assert not target.mask_path.exists()
    saved = save_tracks(target.mask_path, carried.tracks)
    assert load_tracks(target.mask_path, n_samples, 3, 250.0).marks_equal(saved)
    more = carry_marks(marks(info, (200, 240)), info, target, target.load())
    save_tracks(target.mask_path, replace(saved, sat=Runs.of([(1, 2)])))
    with pytest.raises(MaskConflictError):
        save_tracks(target.mask_path, more.tracks)
    assert target.load().sat == Runs.of([(1, 2)])


def test_labels_of_the_builder_are_what_these_tests_take_them_for() -> None:
    assert [entry["label"][-3:] for entry in electrode_entries(3, "D")] == ["E01", "E03", "E05"]


# -- replacing, and masks that are elsewhere


def test_only_what_is_carried_gives_way(day: dict[str, Path]) -> None:
    info, target = sibling(day, "clfp", "clfp_ds250")
    there = replace(
        target.load(),
        hf=Runs.of([(26, 30)]),
        sat=Runs.of([(50, 60)]),
        manual=Runs.of([(40, 41)]),
        bad_channels=np.array([False, False, True]),
    )
    ours = marks(info, (100, 140))
    by_hand = carry_marks(ours, info, target, there, replaces=True)
    assert (by_hand.tracks.hf, by_hand.tracks.sat) == (there.hf, there.sat)
    assert by_hand.tracks.manual == Runs.of([(25, 26), (30, 35)])
    assert by_hand.removed == Runs.of([(40, 41)])
    assert by_hand.added == Runs.of([(25, 26), (30, 35)])
    assert (by_hand.made_bad, by_hand.made_good) == (("E03",), ("E05",))
    assert by_hand.tracks.bad_channels.tolist() == [False, True, False]
    everything = carry_marks(ours, info, target, there, detected=True, replaces=True)
    assert everything.tracks.hf == Runs.of([(0, 2)])
    assert everything.tracks.sat == Runs.of([(2, 3)])
    assert everything.tracks.manual == Runs.of([(25, 35)])
    nothing = carry_marks(empty_tracks(4000, 3), info, target, there, replaces=True)
    assert nothing
    assert nothing.removed == there.manual


def test_channels_that_are_not_here_stay_as_they_are(day: dict[str, Path]) -> None:
    info, target = sibling(day, "clfp", "clfp_ds250")
    fewer = replace(info, channels=info.channels[:2])
    there = replace(target.load(), bad_channels=np.array([True, False, True]))
    carried = carry_marks(empty_tracks(4000, 2), fewer, target, there, replaces=True)
    assert carried.made_good == ("E01",)
    assert carried.tracks.bad_channels.tolist() == [False, False, True]


def test_a_mask_that_is_kept_elsewhere_is_found_there(day: dict[str, Path], tmp_path: Path) -> None:
    place = tmp_path / "elsewhere.pkl"
    remember_elsewhere(day["clfp_ds250_fl0u10"], place)
    _, target = sibling(day, "clfp", "clfp_ds250")
    assert (target.mask_path, target.is_elsewhere) == (place, True)
    with pytest.raises(MaskFileError):  # it is gone, which is not the same as none
        target.load()
    saved = save_tracks(place, replace(empty_tracks(1000, 3), hf=Runs.of([(3, 9)])))
    assert target.load().marks_equal(saved)


def test_one_of_which_nobody_knows_where_its_mask_is_says_so(day: dict[str, Path]) -> None:
    remember_elsewhere(day["raw"], "/mask.pkl")
    entry_of(day["raw"]).write_bytes(b"{")
    assert "is not JSON" in sibling(day, "clfp", "raw")[1].problem
