"""Unsaved marks in the user's state folder: kept, found after a crash, removed once saved."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecogview.data.mask_tracks import MaskTracks, empty_tracks, load_tracks, save_tracks
from ecogview.dsp.runs import Runs
from ecogview.services import journal as journal_module
from ecogview.services.journal import Journal, Unsaved, journal_folder, pending
from tests.services.journal_desk import RATE, N, marked, only

# -- kept and found


def test_what_is_unsaved_is_found_once_the_program_has_ended(
    journal: Journal, mask: Path, saved: MaskTracks
) -> None:
    edited = marked(saved, (10, 12))
    journal.keep(edited, saved)
    assert pending(mask).unsaved == ()
    journal.close()
    unsaved = only(mask)
    assert unsaved.record.tracks.marks_equal(edited)
    assert unsaved.record.base.marks_equal(saved)
    assert unsaved.record.mask_path == mask.resolve()
    assert unsaved.record.recording_path.name == "rec001.LM1_ECOG_3.clfp.dat"
    assert unsaved.record.process == os.getpid()
    assert unsaved.is_same_mask
    assert not unsaved.is_other_host
    assert unsaved.changes.added == Runs.of([(10, 12)])
    assert unsaved.changes.made_bad == (1,)
    assert unsaved.onto(load_tracks(mask, N, 3, RATE)).marks_equal(edited)
    assert only().path == unsaved.path
    unsaved.discard()
    unsaved.discard()
    assert list(journal_folder().iterdir()) == []


def test_it_lies_in_the_state_folder_under_a_readable_name(
    journal: Journal, mask: Path, saved: MaskTracks
) -> None:
    journal.keep(marked(saved, (10, 12)), saved)
    assert journal.path.parent == journal_folder()
    assert mask.name in journal.path.name
    assert list(mask.parent.iterdir()) == [mask]


@pytest.mark.parametrize("name", ["con.mask.pkl", "µ" * 120, "rec.\udcff.mask.pkl", ". ."])
def test_any_name_of_a_mask_will_do(tmp_path: Path, name: str) -> None:
    if os.name == "nt" or (sys.platform == "darwin" and "\udcff" in name):
        pytest.skip("no such names here")
    mask, saved = tmp_path / name, empty_tracks(N, 3)
    journal = Journal(mask, tmp_path / "a.dat")
    journal.keep(marked(saved, (1, 2)), saved)
    journal.close()
    assert journal.path.name.isascii()
    assert only(mask).record.mask_path == mask


def test_the_newest_marks_count(journal: Journal, mask: Path, saved: MaskTracks) -> None:
    for stop in (11, 15, 13):
        journal.keep(marked(saved, (10, stop)), saved)
    journal.close()
    assert only(mask).record.tracks.manual == Runs.of([(10, 13)])


def test_it_goes_with_a_verified_save(journal: Journal, mask: Path, saved: MaskTracks) -> None:
    edited = marked(saved, (10, 12))
    journal.keep(edited, saved)
    now_saved = save_tracks(mask, edited)
    assert journal.path.exists()
    journal.keep(edited, now_saved)
    assert list(journal_folder().iterdir()) == []
    journal.keep(marked(edited, (20, 21)), now_saved)
    journal.close()
    assert only(mask).changes.added == Runs.of([(20, 21)])


def test_marks_made_while_it_was_saved_stay(
    journal: Journal, mask: Path, saved: MaskTracks
) -> None:
    edited = marked(saved, (10, 12))
    journal.keep(edited, saved)
    now_saved = save_tracks(mask, edited)
    journal.keep(marked(edited, (20, 21)), now_saved)
    journal.close()
    unsaved = only(mask)
    assert unsaved.is_same_mask
    assert unsaved.changes.added == Runs.of([(20, 21)])


def test_it_goes_when_the_marks_are_given_up(
    journal: Journal, mask: Path, saved: MaskTracks
) -> None:
    journal.keep(marked(saved, (10, 12)), saved)
    journal.remove()
    journal.remove()
    assert list(journal_folder().iterdir()) == []


def test_a_first_mask(journal: Journal, mask: Path) -> None:
    saved = empty_tracks(N, 3)
    journal.keep(marked(saved, (10, 12)), saved)
    journal.close()
    assert only(mask).is_same_mask
    mask.parent.mkdir()
    save_tracks(mask, saved)
    assert not only(mask).is_same_mask


def test_a_mask_is_the_same_by_whichever_way(
    journal: Journal, mask: Path, saved: MaskTracks, tmp_path: Path
) -> None:
    link = tmp_path / "link.mask.pkl"
    try:
        link.symlink_to(mask)
    except OSError:
        pytest.skip("cannot make links here")
    journal.keep(marked(saved, (10, 12)), saved)
    journal.close()
    assert only(link).path == journal.path
    assert pending(tmp_path / "other.mask.pkl").unsaved == ()


def test_nothing_is_pending_where_there_is_no_folder(mask: Path) -> None:
    assert pending(mask) == journal_module.Pending((), ())
    assert not journal_folder().exists()


# -- a mask that has changed since


def test_changes_are_made_to_what_the_mask_holds_now(
    journal: Journal, mask: Path, saved: MaskTracks
) -> None:
    edited = replace(
        marked(saved, (10, 12)),
        hf=Runs.of([(4, 6)]),
        bad_channels=np.array([False, True, False]),
    )
    journal.keep(edited, saved)
    journal.close()
    theirs = replace(
        load_tracks(mask, N, 3, RATE),
        hf=Runs.of([(1, 8), (11, 14)]),
        manual=Runs.of([(20, 22)]),
        bad_channels=np.array([True, False, False]),
    )
    save_tracks(mask, theirs)
    unsaved = only(mask)
    assert not unsaved.is_same_mask
    found = unsaved.onto(load_tracks(mask, N, 3, RATE))
    assert found.hf == Runs.of([(1, 2), (4, 8), (11, 14)])
    assert found.manual == Runs.of([(10, 11), (20, 22)])
    assert found.bad_channels.tolist() == [True, True, False]
    assert save_tracks(mask, found).marks_equal(found)


def test_a_recording_that_has_become_shorter(
    journal: Journal, mask: Path, saved: MaskTracks
) -> None:
    edited = replace(
        saved, manual=Runs.of([(18, 22), (35, 38)]), bad_channels=np.array([False, True, True])
    )
    journal.keep(edited, saved)
    journal.close()
    found = only(mask).onto(empty_tracks(20, 2))
    assert found.manual == Runs.of([(18, 20)])
    assert found.bad_channels.tolist() == [False, True]


runs = st.lists(st.tuples(st.integers(0, N), st.integers(0, N)), max_size=5).map(Runs.of)
flags = st.lists(st.booleans(), min_size=3, max_size=3).map(np.array)


def tracks_of(hf: Runs, sat: Runs, manual: Runs, bad: np.ndarray) -> MaskTracks:
    manual = manual.difference(hf).difference(sat)
    return replace(empty_tracks(N, 3), hf=hf, sat=sat, manual=manual, bad_channels=bad)


any_tracks = st.builds(tracks_of, runs, runs, runs, flags)


@given(any_tracks, any_tracks, any_tracks)
def test_onto_against_booleans(base: MaskTracks, edited: MaskTracks, current: MaskTracks) -> None:
    record = journal_module.JournalRecord(Path("m"), Path("d"), edited, base, None, 0.0, 1, "h")
    unsaved = Unsaved(Path("j"), record, is_same_mask=True, is_other_host=False)
    assert unsaved.onto(base).marks_equal(edited)
    found = unsaved.onto(current)
    expected = {}
    for kind in ("hf", "sat", "manual"):
        was, now, there = (t.tracks()[kind].to_bool(0, N) for t in (base, edited, current))
        expected[kind] = np.where(was != now, now, there)
    expected["manual"] &= ~(expected["hf"] | expected["sat"])
    for kind, values in expected.items():
        assert found.tracks()[kind].to_bool(0, N).tolist() == values.tolist()
    was, now, there = base.bad_channels, edited.bad_channels, current.bad_channels
    assert found.bad_channels.tolist() == np.where(was != now, now, there).tolist()


# -- taking over


def test_what_was_taken_over_goes_once_it_is_in_the_new_journal(
    journal: Journal, mask: Path, saved: MaskTracks
) -> None:
    journal.keep(marked(saved, (10, 12)), saved)
    journal.close()
    old = only(mask)
    new = Journal(mask, mask.with_suffix(".dat"))
    new.adopt(old, saved)
    assert old.path.exists()
    new.keep(old.onto(saved), saved)
    assert not old.path.exists()
    new.close()
    assert only(mask).record.tracks.marks_equal(old.record.tracks)


def test_what_was_taken_over_and_undone_at_once_stays(
    journal: Journal, mask: Path, saved: MaskTracks
) -> None:
    journal.keep(marked(saved, (10, 12)), saved)
    journal.close()
    old = only(mask)
    new = Journal(mask, mask.with_suffix(".dat"))
    new.adopt(old, saved)
    new.keep(saved, saved)
    new.close()
    assert old.path.exists()


@pytest.mark.parametrize("has_mask", [True, False])
def test_what_was_taken_over_goes_with_a_verified_save(
    journal: Journal, mask: Path, saved: MaskTracks, has_mask: bool
) -> None:
    if not has_mask:
        mask.unlink()
        saved = empty_tracks(N, 3)
    journal.keep(marked(saved, (10, 12)), saved)
    journal.close()
    old = only(mask)
    new = Journal(mask, mask.with_suffix(".dat"))
    new.adopt(old, saved)
    now_saved = save_tracks(mask, old.onto(saved))
    new.keep(now_saved, now_saved)
    assert not old.path.exists()
