"""The demo recordings: believable, known to the sample, the same each time."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ecogview.data import demo
from ecogview.data.data_file import DataFile
from ecogview.data.demo import TRUTH_FILE, demo_folder, write_demo
from ecogview.data.demo_plan import DEPTH, ECOG, RAIL_UV, RECORDINGS, DriveTake, Fault
from ecogview.data.demo_signal import Cortex, Patch, downsample, patches
from ecogview.errors import EcogviewError

ECOG_CLFP = "180325/002/rec002.DEMO_ECOG_1.clfp.dat"
ECOG_DS = "180325/002/rec002.DEMO_ECOG_1.clfp_ds250.dat"
SHORT = RECORDINGS[1:]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """All of the demo; it is large, so it does not stay."""
    target = tmp_path_factory.mktemp("demo")
    yield write_demo(target)
    shutil.rmtree(target)


@pytest.fixture(scope="module")
def truth(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / TRUTH_FILE).read_bytes())
    return content


def _hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


# --- the files


def test_every_file_opens_as_the_truth_describes_it(folder: Path, truth: dict[str, Any]) -> None:
    written = {str(path.relative_to(folder)) for path in folder.rglob("*.dat")}
    assert {file["path"] for file in truth["files"]} == written
    assert len(written) == 9
    for file in truth["files"]:
        with DataFile(folder / file["path"]) as data_file:
            assert data_file.n_ch == file["n_channels"]
            assert data_file.n_sample == file["n_samples"]
            assert data_file.srate == file["sampling_rate"]
            assert data_file.warnings == []


def test_two_drives_of_62_and_32_contacts_with_positions(folder: Path) -> None:
    with DataFile(folder / ECOG_CLFP) as grid:
        # Reference and ground are left out, so labels are not indices plus one.
        assert grid.ch_labels[:8] == ["E01", "E02", "E03", "E04", "E05", "E06", "E07", "E09"]
        assert grid.ch_labels[-1] == "E63"
        last = grid.electrodes[-1]
        assert (last.x, last.y, last.row, last.col) == (9.0, 10.5, 7, 6)
        assert [e.label for e in grid.electrodes[6:9]] == [
            "DEMO_ECOG_1  E07",
            "DEMO_ECOG_1  E09",
            "DEMO_ECOG_1 E10",
        ]
    with DataFile(folder / ECOG_CLFP.replace("ECOG", "SC32")) as depth:
        assert depth.n_ch == 32
        assert depth.electrodes[9].row == 1


def test_masks_hold_what_the_truth_calls_marked_and_no_more(
    folder: Path, truth: dict[str, Any]
) -> None:
    for file in truth["files"]:
        with DataFile(folder / file["path"]) as data_file:
            marked = [
                fault
                for fault in truth["faults"]
                if (fault["recording"], fault["microdrive"])
                == (file["path"].rsplit("/", 1)[0], data_file.microdrive_name)
                and fault["marked"]
            ]
            assert set(data_file.bad_channels) == {f["channel"] for f in marked} - {None}
            spans = sorted((f["start_s"], f["stop_s"]) for f in marked if f["channel"] is None)
            assert np.ravel(data_file.bad_spans) == pytest.approx(np.ravel(spans))
            assert (data_file.rec_type == "raw") == (not data_file.mask_file_path.exists())


def test_some_faults_are_left_to_find(truth: dict[str, Any]) -> None:
    for recording in ("180325/001", "180325/002"):
        for marked in (True, False):
            kinds = {
                fault["kind"]
                for fault in truth["faults"]
                if fault["recording"] == recording and fault["marked"] == marked
            }
            assert len(kinds) >= 3
    assert len({fault["kind"] for fault in truth["faults"]}) == 7


def test_the_same_bytes_each_time(folder: Path, tmp_path: Path) -> None:
    again = _hashes(write_demo(tmp_path, recordings=SHORT))
    first = _hashes(folder)
    assert len(again) == 12
    assert {name: first[name] for name in again if name != TRUTH_FILE} == {
        name: digest for name, digest in again.items() if name != TRUTH_FILE
    }


# --- written whole or not at all


def test_what_is_there_is_left_alone(tmp_path: Path) -> None:
    write_demo(tmp_path, recordings=SHORT[1:])
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    write_demo(tmp_path, recordings=SHORT[1:])
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_what_is_damaged_is_written_again_and_marks_stay(tmp_path: Path) -> None:
    write_demo(tmp_path, recordings=SHORT[:1])
    whole = _hashes(tmp_path)
    with (tmp_path / ECOG_DS).open("r+b") as file:
        file.truncate(1000)
    (tmp_path / "180325/002/rec002.experiment.json").unlink()
    marks = (tmp_path / ECOG_DS).with_suffix(".mask.pkl")
    marks.write_bytes(b"somebody's work")
    write_demo(tmp_path, recordings=SHORT[:1])
    assert marks.read_bytes() == b"somebody's work"
    now = _hashes(tmp_path)
    changed = {name for name in whole if whole[name] != now[name]}
    assert changed == {str(marks.relative_to(tmp_path))}
    assert now.keys() == whole.keys()


def test_interrupted_leaves_nothing_and_the_next_one_completes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(demo, "_write_take", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            write_demo(tmp_path, recordings=SHORT[1:])
    assert list(tmp_path.iterdir()) == []
    assert write_demo(tmp_path, recordings=SHORT[1:]) == tmp_path
    assert (tmp_path / "180325/003/rec003.DEMO_ECOG_1.raw.dat").stat().st_size == 14_880_000


def _interrupt(*_args: object) -> None:
    raise KeyboardInterrupt


def test_left_overs_of_a_killed_process_go(tmp_path: Path) -> None:
    old, new = tmp_path / ".ecogview-demo-old", tmp_path / ".ecogview-demo-new"
    for left in (old, new):
        (left / "180325").mkdir(parents=True)
    os.utime(old, (time.time() - 3600,) * 2)
    write_demo(tmp_path, recordings=SHORT[1:])
    assert not old.exists()
    assert new.exists()


def test_a_day_that_is_not_the_demo_is_not_touched(tmp_path: Path) -> None:
    mine = tmp_path / "180325" / "mine.txt"
    mine.parent.mkdir()
    mine.write_text("mine")
    with pytest.raises(EcogviewError, match="180325: is there already and is not the demo; name"):
        write_demo(tmp_path)
    assert [path.name for path in tmp_path.rglob("*")] == ["180325", "mine.txt"]


def test_a_folder_that_cannot_be_one(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EcogviewError, match="the demo cannot be written"):
        write_demo(tmp_path / "file")


def test_the_demo_of_the_window_lives_in_the_cache() -> None:
    assert demo_folder().name == "demo"
    assert demo_folder().is_absolute()


# --- the signals


@pytest.fixture(scope="module")
def quiet(folder: Path) -> NDArray[np.float32]:
    """A stretch of the ten minutes without spans, channels that are good only."""
    bad = {"E13", "E28", "E39", "E52", "E61"}
    with DataFile(folder / ECOG_DS.replace("002", "001")) as data_file:
        good = [label for label in data_file.ch_labels if label not in bad]
        return data_file.read(80.0, 30.0, good)


def test_correlation_falls_with_distance(quiet: NDArray[np.float32]) -> None:
    places = [(c.x, c.y) for c in ECOG.contacts if c.number not in (13, 28, 39, 52, 61)]
    first, second = np.triu_indices(len(places), 1)
    xy = np.array(places)
    distance = np.hypot(*(xy[first] - xy[second]).T)
    correlation = np.corrcoef(quiet)[first, second]
    assert 0.6 < np.median(correlation) < 0.8
    near, far = correlation[distance < 2], correlation[distance > 8]
    assert np.median(near) > 0.9
    assert np.median(far) < 0.7


def test_amplitude_and_spectrum_are_those_of_cortex(quiet: NDArray[np.float32]) -> None:
    assert 80 < np.median(quiet.std(axis=1)) < 160
    pieces = quiet.reshape(len(quiet), -1, 500) * np.hanning(500)
    power = np.median((np.abs(np.fft.rfft(pieces)) ** 2).mean(axis=1), axis=0)
    beta, low, high, beyond = (power[2 * f] for f in (22, 12, 60, 120))
    assert beta > 1.3 * low
    assert low > 4 * high
    assert high > 30 * beyond


def _samples(folder: Path, fault: dict[str, Any], recording: str) -> NDArray[np.float32]:
    name = f"{recording}/rec{recording[-3:]}.{fault['microdrive']}.clfp.dat"
    with DataFile(folder / name) as data_file:
        channels = [fault["channel"]] if fault["channel"] else data_file.ch_labels
        length = min(10.0, fault["stop_s"] - fault["start_s"])
        return data_file.read(fault["start_s"], length, channels, use_mask=False)


def test_every_planted_fault_is_there(folder: Path, truth: dict[str, Any]) -> None:
    for fault in truth["faults"]:
        if fault["recording"] == "180325/003":
            continue
        x = _samples(folder, fault, fault["recording"])
        level, strength = x.std(axis=1), fault["strength"]
        step = np.diff(x, axis=1).std(axis=1)
        match fault["kind"]:
            case "flat":
                assert (np.ptp(x, axis=1) == 0).all()
            case "noisy":
                assert (step > strength).all()
            case "line_hum":
                wave = np.exp(-2j * np.pi * 60 * np.arange(x.shape[1]) / 1000)
                assert abs(2 * (x[0] @ wave) / x.shape[1]) == pytest.approx(strength, rel=0.1)
            case "disconnected":
                assert level[0] == pytest.approx(strength, rel=0.3)
            case "movement":
                assert 0.6 * strength < np.median(np.abs(x).max(axis=1)) < 1.6 * strength
            case "saturation":
                clipped = (np.abs(x) == np.float32(RAIL_UV)).mean(axis=1)
                assert (clipped > 0.5).sum() > 0.8 * len(x)
            case "hf_burst":
                assert np.median(step) > 0.5 * strength


def test_raw_is_int16_in_uint16_at_the_rail(folder: Path) -> None:
    path = folder / "180325/003/rec003.DEMO_ECOG_1.raw.dat"
    counts = np.fromfile(path, "<u2").reshape(-1, 62)
    assert (counts > 32767).mean() == pytest.approx(0.5, abs=0.15)
    signed = counts.view(np.int16)
    assert np.abs(signed[int(2.7 * 30000)]).max() == 32767
    assert np.abs(np.median(signed)) < 300


def test_what_the_downsampler_wrote(folder: Path) -> None:
    """Masked samples are 0 in all channels; elsewhere the slow parts of the clfp are kept."""
    with DataFile(folder / ECOG_CLFP) as fast, DataFile(folder / ECOG_DS) as slow:
        zero = (slow.read(use_mask=False, ch_idx=slow.ch_labels) == 0).all(axis=0)
        assert np.array_equal(zero, slow.data_mask)
        assert slow.layout == "planar"
        every_fourth = fast.read(20, 5, ["E02"], use_mask=False)[0, ::4]
        kept = slow.read(20, 5, ["E02"], use_mask=False)[0]
    assert np.corrcoef(every_fourth, kept)[0, 1] > 0.97


# --- the parts


def test_downsampling_in_blocks_is_downsampling_at_once() -> None:
    x = np.random.default_rng(3).normal(0, 1, (2400, 3)).astype(np.float32)
    whole = np.concatenate(list(downsample([x])))
    pieces = np.concatenate(list(downsample([x[:1000], x[1000:1400], x[1400:]])))
    assert whole.shape == (600, 3)
    np.testing.assert_allclose(pieces, whole, atol=1e-6)


@pytest.mark.parametrize(("frequency", "left"), [(5, 1.0), (80, 1.0), (140, 0.0), (245, 0.0)])
def test_downsampling_keeps_below_the_new_nyquist_only(frequency: float, left: float) -> None:
    t = np.arange(4000) / 1000
    x = np.sin(2 * np.pi * frequency * t + 0.4).astype(np.float32)[:, None]
    y = np.concatenate(list(downsample([x])))[50:-50, 0]
    assert y.std() * np.sqrt(2) == pytest.approx(left, abs=0.02)
    if left:
        np.testing.assert_allclose(y, x[200:-200:4, 0], atol=0.02)


def test_a_patch_across_blocks_is_a_patch_at_once() -> None:
    values = np.arange(1, 11, dtype=np.float32)[:, None]
    patch = Patch(start=7, values=values, channel=2, keep=0.5)
    whole = np.full((20, 4), 8, np.float32)
    patch.apply(whole, 0)
    pieces = np.full((20, 4), 8, np.float32)
    for start in range(0, 20, 6):
        patch.apply(pieces[start : start + 6], start)
    assert np.array_equal(whole, pieces)
    assert np.array_equal(whole[7:17, 2], 4 + values[:, 0])
    assert np.flatnonzero((whole != 8).any(axis=0)).tolist() == [2]
    assert (whole[:7] == 8).all()
    assert (whole[17:] == 8).all()


def test_faults_of_a_channel_come_last() -> None:
    faults = (Fault("flat", 0, 1, 0.0, "E03"), Fault("movement", 0, 1, 500.0))
    assert [patch.channel for patch in patches(faults, DEPTH, 1000, 1)] == [None, 2]


def test_samples_of_a_fault_cover_it() -> None:
    fault = Fault("hf_burst", 22.6, 118.751, 1.0)
    assert fault.samples(1000) == (22600, 118751)
    assert fault.samples(250) == (5650, 29688)


def test_cortex_does_not_depend_on_the_seed_of_another() -> None:
    first, same, other = (Cortex(DEPTH, 2000, 1000, seed).block(0, 500) for seed in (4, 4, 5))
    assert np.array_equal(first, same)
    assert not np.array_equal(first, other)
    assert first.shape == (500, 32)


def test_faults_name_channels_that_exist_within_the_recording() -> None:
    for recording in RECORDINGS:
        for take in recording.takes:
            for fault in take.faults:
                assert 0 <= fault.start_s < fault.stop_s <= recording.duration_s
                assert fault.channel is None or fault.channel in take.drive.short_labels
                _check_marked(take, fault)


def _check_marked(take: DriveTake, fault: Fault) -> None:
    # A mask has no place for a span of one channel, nor for a movement.
    if fault.marked:
        assert take.rec_types != ("raw",)
        assert fault.channel is not None or fault.kind in ("hf_burst", "saturation")
