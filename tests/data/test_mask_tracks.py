"""Masks as runs: lengths that differ, marks of a person, keys of others."""

from __future__ import annotations

import tracemalloc
from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ecogview.data import mask_tracks
from ecogview.data.mask_pickle import read_mask, write_mask
from ecogview.data.mask_tracks import MaskTracks, empty_tracks, load_tracks, save_tracks
from ecogview.dsp.runs import EMPTY, Runs
from ecogview.errors import MaskFileError
from tests.data.hostile_masks import mask, name, text

N, RATE = 40, 10.0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rec001.LM1_ECOG_3.clfp.mask.pkl"


def flags(*spans: tuple[int, int], n: int = N) -> NDArray[np.bool_]:
    return Runs.of(spans).to_bool(0, n)


def written(file: Path, **keys: Any) -> MaskTracks:
    write_mask(file, {"hf": flags(), "sat": flags(), "ch": np.zeros(3, bool), **keys})
    return load_tracks(file, N, 3, RATE)


# -- loading


def test_no_mask() -> None:
    tracks = empty_tracks(N, 3)
    assert tracks.bad == EMPTY
    assert tracks.bad_channels.tolist() == [False] * 3
    assert tracks.masked_fraction == 0
    assert not tracks.has_channel_flags
    assert not tracks.warnings


def test_no_samples() -> None:
    assert empty_tracks(0, 3).masked_fraction == 0


def test_each_track_and_channel_in_its_place(file: Path) -> None:
    tracks = written(
        file, hf=flags((2, 5), (30, 40)), sat=flags((4, 7)), ch=np.array([False, True, False])
    )
    assert tracks.hf == Runs.of([(2, 5), (30, 40)])
    assert tracks.sat == Runs.of([(4, 7)])
    assert tracks.manual == EMPTY
    assert tracks.bad == Runs.of([(2, 7), (30, 40)])
    assert tracks.bad_channels.tolist() == [False, True, False]
    assert tracks.masked_fraction == 15 / 40
    assert tracks.has_channel_flags
    assert tracks.warnings == ()
    assert tracks.source == file.resolve()


def test_tracks_cannot_be_changed_but_replaced(file: Path) -> None:
    tracks = written(file, hf=flags((2, 5)))
    assert tracks.bad.total == 3
    with pytest.raises(FrozenInstanceError):
        tracks.hf = EMPTY  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        tracks.bad_channels[0] = True
    other = replace(tracks, manual=Runs.of([(20, 25)]), bad_channels=np.array([True, False, False]))
    assert other.bad.total == 8
    assert tracks.bad.total == 3
    assert not other.marks_equal(tracks)
    assert replace(other, manual=EMPTY, bad_channels=tracks.bad_channels).marks_equal(tracks)


def test_a_file_without_channels_has_no_bad_ones_and_says_so(file: Path) -> None:
    write_mask(file, {"hf": flags(), "sat": flags()})
    tracks = load_tracks(file, N, 3, RATE)
    assert not tracks.bad_channels.any()
    assert not tracks.has_channel_flags
    assert "no key 'ch'" in " ".join(tracks.warnings)


def test_short_tracks_are_good_to_the_end(file: Path) -> None:
    tracks = written(file, hf=flags((30, 37), n=37), sat=flags((39, 40)))
    assert tracks.hf == Runs.of([(30, 37)])
    assert tracks.sat == Runs.of([(39, 40)])
    assert tracks.warnings == (
        "'hf' of the mask is 3 samples shorter than the recording: read as good to the end",
    )
    saved = save_tracks(file, tracks)
    assert saved.warnings == ()
    assert read_mask(file)["hf"].tolist() == flags((30, 37)).tolist()


def test_the_surplus_of_long_tracks_is_kept(file: Path) -> None:
    hf, sat = flags((35, 42), (44, 45), n=45), flags((1, 2), (41, 43), n=43)
    tracks = written(file, hf=hf, sat=sat)
    assert tracks.hf == Runs.of([(35, 40)])
    assert tracks.sat == Runs.of([(1, 2)])
    assert [note.split(" of ")[0] for note in tracks.warnings] == ["'hf'", "'sat'"]
    saved = save_tracks(file, replace(tracks, manual=Runs.of([(10, 12)])))
    found = read_mask(file)
    assert Runs.from_bool(found["hf"]) == Runs.of([(10, 12), (35, 42), (44, 45)])
    assert Runs.from_bool(found["sat"]) == Runs.of([(1, 2), (41, 43)])
    assert {len(found[key]) for key in ("hf", "sat", "manual")} == {45}
    assert "5 samples longer" in saved.warnings[0]
    again = load_tracks(file, N, 3, RATE)
    assert again.marks_equal(saved)


@pytest.mark.parametrize("n", [29, 51, 1, 4000])
def test_more_than_a_second_apart_is_the_mask_of_something_else(file: Path, n: int) -> None:
    with pytest.raises(
        MaskFileError, match=rf"'sat' has {n:,} samples, the recording 40: .* apart"
    ):
        written(file, sat=flags(n=n))


@pytest.mark.parametrize("n", [30, 50])
def test_one_second_apart_is_not_too_much(file: Path, n: int) -> None:
    assert len(written(file, hf=flags(n=n)).warnings) == 1


def test_channels_of_another_array(file: Path) -> None:
    with pytest.raises(MaskFileError, match="'ch' has 2 channels, the recording 3"):
        written(file, ch=np.zeros(2, bool))


# -- what a person marked


def test_marks_are_in_hf_for_others_and_apart_for_us(file: Path) -> None:
    tracks = written(file, hf=flags((2, 5)), sat=flags((8, 9)))
    saved = save_tracks(file, replace(tracks, manual=Runs.of([(5, 8), (20, 30)])))
    found = read_mask(file)
    assert Runs.from_bool(found["hf"]) == Runs.of([(2, 8), (20, 30)])
    assert Runs.from_bool(found["sat"]) == Runs.of([(8, 9)])
    assert Runs.from_bool(found["manual"]) == Runs.of([(5, 8), (20, 30)])
    again = load_tracks(file, N, 3, RATE)
    assert again.marks_equal(saved)
    assert again.hf == Runs.of([(2, 5)])
    assert again.warnings == ()


def test_marks_that_a_script_has_overwritten_are_told_but_not_applied(file: Path) -> None:
    tracks = written(
        file, hf=flags((2, 12)), sat=flags((6, 8)), manual=flags((4, 10), (20, 25), (30, 31))
    )
    assert tracks.manual == Runs.of([(4, 6), (8, 10)])
    assert tracks.hf == Runs.of([(2, 4), (6, 8), (10, 12)])
    assert tracks.unapplied == Runs.of([(6, 8), (20, 25), (30, 31)])
    assert "8 samples (0.800 s) in 3 spans were marked by hand" in tracks.warnings[0]
    saved = save_tracks(file, tracks)
    assert saved.unapplied == EMPTY
    assert saved.warnings == load_tracks(file, N, 3, RATE).warnings == ()


@pytest.mark.parametrize(
    "manual", ["by hand", None, [3, 7], np.ones((2, 2), bool), np.ones(4000, bool)]
)
def test_a_manual_key_that_is_not_ours(file: Path, manual: Any) -> None:
    tracks = written(file, hf=flags((2, 5)), manual=manual)
    assert tracks.manual == EMPTY
    assert tracks.hf == Runs.of([(2, 5)])
    assert len(tracks.warnings) == 1
    assert "'manual'" in tracks.warnings[0]
    assert "saving replaces it" in tracks.warnings[0]


runs = st.lists(st.tuples(st.integers(0, N), st.integers(0, N)), max_size=5).map(Runs.of)


@settings(
    max_examples=60, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(runs, runs, runs, st.lists(st.booleans(), min_size=3, max_size=3))
def test_saving_and_loading_changes_nothing(
    file: Path, hf: Runs, sat: Runs, manual: Runs, channels: list[bool]
) -> None:
    manual = manual.difference(hf).difference(sat)
    tracks = replace(
        empty_tracks(N, 3), hf=hf, sat=sat, manual=manual, bad_channels=np.array(channels)
    )
    saved = save_tracks(file, tracks, overwrite=True)
    loaded = load_tracks(file, N, 3, RATE)
    assert loaded.marks_equal(tracks)
    assert saved.marks_equal(tracks)
    assert loaded.signature == saved.signature
    found = read_mask(file)
    assert (found["hf"] | found["sat"]).tolist() == tracks.bad.to_bool(0, N).tolist()
    assert found["ch"].tolist() == channels


# -- keys of others


def test_other_keys_survive(file: Path) -> None:
    extra = {"author": "lab", "levels": [1.5, (2, None)], 7: {"a": b"\0"}}
    tracks = written(file, **{"x": np.arange(6.0).reshape(2, 3)})
    write_mask(file, {**read_mask(file), **extra})
    tracks = load_tracks(file, N, 3, RATE)
    save_tracks(file, tracks)
    found = read_mask(file)
    assert {key: found[key] for key in extra} == extra
    assert found["x"].tolist() == [[0, 1, 2], [3, 4, 5]]


def test_what_cannot_survive_is_said_before_saving(file: Path) -> None:
    odd = name("pandas", "Series") + b")\x81"
    ch = text("ch") + b"](\x89\x89\x89e"
    file.write_bytes(mask(ch, text("s\x1b"), odd, b"N\x85", odd, text("kept"), b"K\x05"))
    tracks = load_tracks(file, 3, 3, RATE)
    (note,) = tracks.warnings
    assert "pandas.Series" in note
    assert "go with the next save" in note
    assert note.isprintable()
    saved = save_tracks(file, tracks)
    assert saved.warnings == ()
    assert read_mask(file)["kept"] == 5


def test_many_lost_keys_make_a_short_warning(file: Path) -> None:
    odd = name("pandas", "Series") + b")\x81"
    ch = text("ch") + b"](\x89\x89\x89e"
    file.write_bytes(mask(ch, *(text(f"x{i}") + odd for i in range(5000))))
    (note,) = load_tracks(file, 3, 3, RATE).warnings
    assert "and 4,995 more" in note
    assert len(note) < 400


# -- whose file it is


def test_the_first_save_makes_the_file(file: Path) -> None:
    saved = save_tracks(file, replace(empty_tracks(N, 3), manual=Runs.of([(1, 2)])))
    assert saved.has_channel_flags
    assert saved.source == file.resolve()
    assert list(file.parent.iterdir()) == [file]
    again = save_tracks(file, replace(saved, manual=EMPTY))
    assert load_tracks(file, N, 3, RATE).marks_equal(again)


def test_a_file_that_has_appeared_is_not_replaced(file: Path) -> None:
    tracks = empty_tracks(N, 3)
    file.write_bytes(b"not mine")
    with pytest.raises(MaskFileError, match=r"exists \(8 bytes\) and was not read before"):
        save_tracks(file, tracks)
    assert file.read_bytes() == b"not mine"
    save_tracks(file, tracks, overwrite=True)
    assert load_tracks(file, N, 3, RATE).marks_equal(tracks)
    assert file.with_name(file.name + ".bak").read_bytes() == b"not mine"


def test_a_file_that_has_changed_is_not_replaced(file: Path) -> None:
    tracks = written(file)
    write_mask(file, {"hf": flags((1, 9)), "sat": flags(), "ch": np.zeros(3, bool)})
    before = file.read_bytes()
    with pytest.raises(MaskFileError, match="has been changed since it was read"):
        save_tracks(file, tracks)
    assert file.read_bytes() == before


def test_a_file_that_is_gone_is_not_made_again_unasked(file: Path) -> None:
    tracks = written(file)
    file.unlink()
    with pytest.raises(MaskFileError, match="has been removed since"):
        save_tracks(file, tracks)
    save_tracks(file, tracks, overwrite=True)


def test_another_file_is_not_replaced_unasked(file: Path) -> None:
    tracks = written(file, hf=flags((2, 5)))
    other = file.with_name("other.mask.pkl")
    save_tracks(other, tracks)
    with pytest.raises(MaskFileError, match="exists"):
        save_tracks(other, tracks)
    assert save_tracks(file, tracks).source == file.resolve()


def test_by_way_of_a_link_it_is_the_same_file(file: Path, tmp_path: Path) -> None:
    written(file, hf=flags((2, 5)))
    link = tmp_path / "link.mask.pkl"
    try:
        link.symlink_to(file)
    except OSError:
        pytest.skip("cannot make links here")
    tracks = load_tracks(link, N, 3, RATE)
    save_tracks(link, replace(tracks, manual=Runs.of([(9, 10)])))
    assert link.is_symlink()
    assert load_tracks(file, N, 3, RATE).manual == Runs.of([(9, 10)])


# -- size


def test_a_mask_of_nothing_but_edges_is_refused(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mask_tracks, "_MAX_RUNS", 18)
    assert len(written(file, hf=np.arange(N) % 4 == 1, sat=np.arange(N) % 5 == 1).hf) == 10
    with pytest.raises(MaskFileError, match="more than 18 bad spans"):
        written(file, hf=np.arange(N) % 4 == 1, sat=np.arange(N) % 4 == 3)


def test_a_mask_far_larger_than_its_runs_is_never_held(file: Path) -> None:
    n = 60_000_000
    tracks = replace(
        empty_tracks(n, 3),
        hf=Runs.of([(i, i + 300) for i in range(0, n, 50_000)]),
        manual=Runs.of([(n - 9, n)]),
    )
    tracemalloc.start()
    try:
        save_tracks(file, tracks)
        loaded = load_tracks(file, n, 3, 30_000.0)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert loaded.marks_equal(tracks)
    assert file.stat().st_size > 3 * n
    assert peak < 40_000_000
