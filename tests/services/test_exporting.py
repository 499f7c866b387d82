"""The export itself: refusals beforehand, blocks, processing, the preview."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecogview.data.exporters.plan import ExportPlan
from ecogview.data.exporters.registry import exporter_for, exporter_of
from ecogview.errors import ExportError
from ecogview.services import export_room, exporting
from ecogview.services.exporting import check, export, preview
from ecogview.services.sources import ArraySource
from tests.data.exporters.export_desk import N_SAMPLES, SOME, Desk, make_desk
from tests.services.export_cases import KEYS, NAMES, STREAMED, small_blocks, transform


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path)


# -- beforehand


@pytest.mark.parametrize("key", KEYS)
def test_a_name_tells_the_format(desk: Desk, key: str) -> None:
    assert exporter_for(NAMES[key]).key == key
    default = exporter_of(key, "x").default_name(desk.plan(NAMES[key]).info, 0, 1500)
    assert exporter_for(default).key == key
    assert "_0-1500ms" in default


def test_other_names_and_formats_are_refused(desk: Desk) -> None:
    with pytest.raises(ExportError, match=r"endings are \.dat, \.npy"):
        exporter_for("a.xls")
    with pytest.raises(ExportError, match="formats are lab, npy"):
        exporter_of("xls", "a.npy")
    with pytest.raises(ExportError, match=r"end in \.npz"):
        check(desk.plan("a.npy").changed_to(format="npz"))


@pytest.mark.parametrize(("start", "stop"), [(5, 5), (7, 6), (-1, 6), (0, N_SAMPLES + 1)])
def test_no_stretch_is_refused(desk: Desk, start: int, stop: int) -> None:
    with pytest.raises(ExportError, match="no stretch"):
        check(desk.plan("a.npy", start, stop))


def test_no_channel_is_refused(desk: Desk) -> None:
    with pytest.raises(ExportError, match="no channel"):
        check(desk.plan("a.npy").changed_to(channels=()))


@pytest.mark.parametrize("how", ["name", "dots", "link", "hard link", "folder link"])
@pytest.mark.parametrize("own", ["rec001.LM1_ECOG_3.clfp.dat", "rec001.LM1_ECOG_3.clfp.mask.pkl"])
def test_the_recordings_own_files_are_no_target(desk: Desk, how: str, own: str) -> None:
    own_path = desk.path.parent / own
    target = desk.out / "a.npy"
    match how:
        case "name":
            target = own_path
        case "dots":
            target = desk.out / ".." / "in" / own
        case "link":
            target.symlink_to(own_path)
        case "hard link":
            target.hardlink_to(own_path)
        case "folder link":
            (desk.out / "there").symlink_to(desk.path.parent)
            target = desk.out / "there" / own
    before = own_path.read_bytes()
    plan = desk.plan("a.npy").changed_to(target=target)
    if how not in ("link", "hard link"):
        plan = plan.changed_to(format="lab" if own.endswith(".dat") else "npy")
    with pytest.raises(ExportError, match=r"belongs to the recording itself|is no name of"):
        export(plan, desk.source, force=True)
    assert own_path.read_bytes() == before


def test_the_json_of_the_recording_is_no_companion(desk: Desk) -> None:
    plan = desk.plan("a.npy").changed_to(
        target=desk.path.parent / "rec001.LM1_ECOG_3.new.clfp.dat", format="lab"
    )
    with pytest.raises(ExportError, match="belongs to the recording itself"):
        export(plan, desk.source, force=True)


def test_a_mask_that_is_not_there_yet_is_the_recordings_own(desk: Desk) -> None:
    mask_path = desk.path.parent / "rec001.LM1_ECOG_3.clfp.mask.pkl"
    plan = desk.plan("a.npy")
    mask_path.unlink()
    assert exporting._are_same(mask_path, plan.mask_path or Path())
    assert exporting._are_same(desk.out / ".." / "in" / mask_path.name, mask_path)
    assert not exporting._are_same(desk.out / mask_path.name, mask_path)


def test_a_missing_folder_is_refused(desk: Desk) -> None:
    with pytest.raises(ExportError, match="no such folder"):
        check(desk.plan("nowhere/a.npy"))


def test_a_folder_is_no_target(desk: Desk) -> None:
    (desk.out / "a.npy").mkdir()
    plan = desk.plan("b.npy").changed_to(target=desk.out / "a.npy")
    with pytest.raises(ExportError, match="is a folder"):
        check(plan, force=True)


def test_a_full_disk_is_refused_beforehand(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_room.shutil, "disk_usage", lambda _: SimpleNamespace(free=100_000))
    with pytest.raises(ExportError, match=r"takes 140 kB, and 100 kB are free"):
        check(desk.plan("a.npy"))
    check(desk.plan("a.npy", 0, 1000))


@pytest.mark.parametrize("key", KEYS)
def test_too_little_memory_is_refused_beforehand(
    desk: Desk, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_room, "available_memory", lambda: 1_000_000)
    monkeypatch.setitem(sys.modules, "numba", SimpleNamespace())  # as in the window
    plan = desk.plan(NAMES[key])
    if key in STREAMED and key != "fif":  # MNE itself takes more
        check(plan)
    else:
        with pytest.raises(ExportError, match=r"1\.0 MB are free"):
            check(plan)


def test_csv_takes_numba_along_where_nothing_has_yet(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = desk.plan("a.csv")
    exporter = exporter_of("csv", "a.csv")
    monkeypatch.setitem(sys.modules, "numba", SimpleNamespace())
    there = exporter.memory_bytes(plan)
    assert not any("memory" in note for note in exporter.notes(plan))
    monkeypatch.delitem(sys.modules, "numba")
    assert exporter.memory_bytes(plan) == there + (126 << 20)
    assert any("needs about 199 MB of memory" in note for note in exporter.notes(plan))


def test_memory_is_known_here() -> None:
    available = export_room.available_memory()
    assert available is None or 1e6 < available < 1e15


@pytest.mark.parametrize("value", [1e39, -1e39])
def test_a_value_must_be_one_of_the_file(desk: Desk, value: float) -> None:
    with pytest.raises(ExportError, match="float32"):
        check(desk.plan("a.npy", bad_samples=value))


@pytest.mark.parametrize("key", KEYS)
def test_an_existing_file_is_replaced_only_by_force(desk: Desk, key: str) -> None:
    path = desk.out / NAMES[key]
    path.write_bytes(b"mine")
    plan = desk.plan(NAMES[key], 0, 100)
    with pytest.raises(ExportError, match=r"exists already.*--force"):
        export(plan, desk.source)
    assert path.read_bytes() == b"mine"
    files = export(plan, desk.source, force=True)
    assert path.read_bytes() != b"mine"
    assert sorted(p.name for p in files) == desk.left()


def test_a_link_is_followed(desk: Desk, tmp_path: Path) -> None:
    real = tmp_path / "real.npy"
    (desk.out / "a.npy").symlink_to(real)
    assert desk.export("a.npy", 0, 10) == real
    assert (desk.out / "a.npy").is_symlink()
    assert np.load(real).shape == (7, 10)


@pytest.mark.parametrize("how", ["of the recording", "of another file"])
def test_a_link_that_leads_elsewhere_is_named_as_typed(desk: Desk, how: str) -> None:
    real = desk.path if how == "of the recording" else desk.out / "other.dat"
    real.touch()
    (desk.out / "a.npy").symlink_to(real)
    with pytest.raises(ExportError, match="is a link to") as caught:
        export(desk.plan("a.npy"), desk.source, force=True)
    assert caught.value.path == desk.out / "a.npy"
    assert str(real) in caught.value.reason
    assert ("belongs to the recording" in caught.value.reason) == (how == "of the recording")


@pytest.mark.parametrize("key", KEYS)
def test_an_ending_in_other_letters_is_written_in_the_usual_ones(desk: Desk, key: str) -> None:
    usual = Path(NAMES[key])
    made = desk.export(usual.with_suffix(usual.suffix.upper()).name, 0, 100)
    assert made == desk.out / usual
    assert all(name == name.removesuffix(usual.suffix.upper()) for name in desk.left())


def test_an_error_does_not_name_the_hidden_folder(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_plan: object, _blocks: object, folder: Path) -> None:
        raise OSError(f"cannot write {folder / 'a.npy'}")

    monkeypatch.setattr(exporter_of("npy", ""), "write", failing)
    with pytest.raises(ExportError) as caught:
        desk.export("a.npy")
    assert f"cannot write {desk.out / 'a.npy'}" in caught.value.reason
    assert "ecogview-export" not in str(caught.value)


def test_what_a_format_leaves_out_is_told(desk: Desk) -> None:
    for key in ("npy", "csv"):
        plan = desk.plan(NAMES[key], 900, 1500)
        notes = exporter_of(key, "").notes(plan)
        assert notes[0] == "the format holds no mask: 2 bad spans are not told in it"
        assert notes[1] == "the format knows no bad channels; not told in it: E03, E13"
        (note, *_) = exporter_of(key, "").notes(plan.changed_to(tracks=None))
        assert "mask cannot be read" in note
        assert not exporter_of(key, "").notes(desk.plan(NAMES[key], 20, 30, channels=SOME[:2]))[:-1]
    for key in ("edf", "brainvision"):
        notes = exporter_of(key, "").notes(desk.plan(NAMES[key], 900, 1500))
        assert "the format knows no bad channels; told in a comment alone: E03, E13" in notes
    for key in ("lab", "npz", "mat", "fif"):
        assert not any("bad" in n for n in exporter_of(key, "").notes(desk.plan(NAMES[key])))


def test_formats_that_hold_nan_are_named(tmp_path: Path) -> None:
    desk = make_desk(tmp_path, "raw")
    with pytest.raises(ExportError, match="or export as csv, brainvision or fif"):
        desk.export("a.npy", bad_samples="nan")


# -- blocks


@pytest.mark.parametrize("key", KEYS)
def test_any_size_of_blocks_makes_the_same_files(
    tmp_path_factory: pytest.TempPathFactory, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("blocks")
    desks = [make_desk(folder / rec_type, rec_type) for rec_type in ("clfp", "clfp_ds250", "raw")]

    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.integers(1, 200_000),
        st.integers(0, N_SAMPLES - 1),
        st.integers(1, N_SAMPLES),
        st.sampled_from(desks),
        st.booleans(),
    )
    def same(n_bytes: int, start: int, length: int, desk: Desk, replaced: bool) -> None:
        name = NAMES[key].replace("clfp", desk.path.name.split(".")[2])
        stop = min(start + length, N_SAMPLES)
        options: dict[str, Any] = {"channels": SOME, "bad_samples": 3 if replaced else "keep"}
        made = []
        for size in (1 << 20, n_bytes):
            small_blocks(monkeypatch, size)
            files = export(desk.plan(name, start, stop, **options), desk.source, force=True)
            made.append([_plain(path) for path in files])
        assert made[0] == made[1]

    same()


def _plain(path: Path) -> bytes:
    content = path.read_bytes()
    if path.suffix == ".mat":  # holds the date
        return content[128:]
    if path.suffix == ".fif":  # identifiers of the machine and the moment
        mne = pytest.importorskip("mne")
        raw = mne.io.read_raw_fif(path, verbose="error")
        return bytes(raw.get_data().tobytes() + repr([*raw.annotations]).encode())
    return content


def test_progress_counts_every_byte(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    small_blocks(monkeypatch)
    for name, least in (("a.npy", 40), ("a.mat", 40)):
        told: list[tuple[int, int]] = []
        plan = desk.plan(name)
        export(plan, desk.source, progress=lambda *pair, told=told: told.append(pair))
        assert len(told) > least
        assert told == sorted(told)
        assert told[-1] == (N_SAMPLES * 7 * 4, N_SAMPLES * 7 * 4)


def test_processing_sees_all_channels_and_is_named(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_blocks(monkeypatch)
    seen = []

    def apply(rows: np.ndarray, start: int) -> np.ndarray:
        seen.append((start, len(rows)))
        assert rows.dtype == np.float32
        np.testing.assert_array_equal(rows, desk.samples.T[start : start + len(rows)])
        return rows - rows.mean(axis=1, keepdims=True)

    process = transform("average reference", apply, margin=20)
    wanted = desk.samples - desk.samples.mean(axis=0)
    wanted[:, desk.bad(0, N_SAMPLES)] = np.nan
    plan = desk.plan("a.npz", 100, 5000, channels=SOME, bad_samples="nan")
    path = export(plan, desk.source, process)[-1]
    with np.load(path) as found:
        np.testing.assert_allclose(found["data"], wanted[[2, 0, 6], 100:5000], rtol=1e-5)
        assert "processed: average reference" in str(found["source"])
    assert seen[0] == (80, 147)
    assert seen[-1][0] + seen[-1][1] == N_SAMPLES
    header = export(desk.plan("a.csv", 0, 5), desk.source, process)[-1].read_text("utf-8")
    assert "E01 (µV; average reference)" in header
    export(desk.plan(NAMES["lab"], 0, 5), desk.source, process)
    assert "average reference" in (desk.out / "cut001.experiment.json").read_text()
    with pytest.raises(ExportError, match="no place to say"):
        export(desk.plan("a.npy"), desk.source, process)


def test_counts_that_are_processed_are_no_counts(tmp_path: Path) -> None:
    desk = make_desk(tmp_path, "raw")
    half = transform("halved", lambda rows, _: rows / 2)
    with np.load(export(desk.plan("a.npz"), desk.source, half)[-1]) as found:
        np.testing.assert_array_equal(found["data"], desk.samples.astype(np.float32) / 2)
    with pytest.raises(ExportError, match="whole counts"):
        export(desk.plan(desk.lab_name()), desk.source, half)


def test_an_array_is_exported(tmp_path: Path) -> None:
    array = np.random.default_rng(0).normal(size=(3, 500)).astype(np.float32)
    source = ArraySource(array, 200.0, ("a", "b", "c"))
    with source.open() as recording:
        info = recording.info
    plan = ExportPlan.whole(info, tmp_path / "x.npy", "npy", start=7, stop=490)
    np.testing.assert_array_equal(np.load(export(plan, source)[-1]), array[:, 7:490])
    plan = plan.changed_to(target=tmp_path / "x.array.lfp.dat", format="lab")
    with pytest.raises(ExportError, match="no experiment's JSON"):
        check(plan)


@pytest.mark.parametrize("key", KEYS[1:])
def test_an_array_is_exported_in_every_format(tmp_path: Path, key: str) -> None:
    array = np.random.default_rng(0).normal(0, 50, (3, 500)).astype(np.float32)
    source = ArraySource(array, 200.0, ("a", "b", "c"))
    with source.open() as recording:
        plan = ExportPlan.whole(recording.info, tmp_path / NAMES[key], key, start=7, stop=490)
    files = export(plan, source)
    assert sum(path.stat().st_size for path in files) > 2 * 3 * 483


# -- the preview


@pytest.mark.parametrize("key", KEYS)
def test_a_preview_shows_first_samples(desk: Desk, key: str) -> None:
    lines = preview(desk.plan(NAMES[key], 1237, 3001), desk.source).splitlines()
    if key == "csv":
        written = desk.export("a.csv", 1237, 3001).read_text("utf-8").splitlines()
        assert lines == written[:6]
    else:
        assert "7 channels × 1,764 samples" in lines[0]
        assert lines[-5].split()[0] == "1237"
        unit = 1e-6 if key == "fif" else 1
        assert float(lines[-5].split()[1]) == pytest.approx(unit * desk.samples[0, 1237], rel=1e-5)
        stored = {"edf": "int16 in steps", "fif": "float32, V"}.get(key, "float32, µV")
        assert stored in lines[0]
