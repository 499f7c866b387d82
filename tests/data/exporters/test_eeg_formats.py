"""EDF+, BrainVision and FIF, read back by edfio, pyedflib and MNE; and `DataFile.to_mne`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecogview.data.exporters.edf import PADDING, EdfPlus
from ecogview.data.exporters.fif import first_moved
from ecogview.data.exporters.plan import ExportPlan
from ecogview.data.mask_tracks import empty_tracks
from ecogview.data.recording import Channel, Electrode, RecordingInfo
from ecogview.dsp.runs import Runs
from ecogview.errors import ExportError
from ecogview.services.exporting import check, export, ranges
from ecogview.services.sources import FileSource
from tests.builders import write_recording
from tests.data.exporters.export_desk import N_CHANNELS, SOME, STRETCHES, Desk, make_desk

PLACES = [2, 0, 6]
LABELS = [f"E{2 * i + 1:02d}" for i in range(N_CHANNELS)]


def spans_of(desk: Desk, start: int, stop: int) -> list[tuple[int, int, str]]:
    """Bad spans (start, stop, name) within a stretch, counted from its start, found slowly."""
    kinds = {
        "BAD_hf": desk.mask["hf"] & ~desk.mask["manual"],
        "BAD_sat": desk.mask["sat"],
        "BAD_manual": desk.mask["manual"],
    }
    found = []
    for name, flags in kinds.items():
        edges = np.diff(np.concatenate(([0], flags[start:stop].astype(int), [0])))
        firsts, lasts = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
        found += [(int(a), int(b), name) for a, b in zip(firsts, lasts, strict=True)]
    return sorted(found)


def in_samples(annotations: Any, rate: float) -> list[tuple[int, int, str]]:
    """Annotations of MNE, those of bad spans, with times that are whole samples."""
    found = []
    for row in annotations:
        if row["description"].startswith(("BAD", "Bad Interval/BAD")):
            first = row["onset"] * rate
            last = first + row["duration"] * rate
            assert abs(first - round(first)) < 0.05  # MNE rounds to microseconds
            assert abs(last - round(last)) < 0.05
            name = row["description"].removeprefix("Bad Interval/")
            found.append((round(first), round(last), name))
    return sorted(found)


# -- EDF+


@pytest.mark.parametrize("rec_type", ["clfp", "clfp_ds250", "raw"])
@pytest.mark.parametrize(("start", "stop"), STRETCHES)
def test_edf_by_edfio(tmp_path: Path, rec_type: str, start: int, stop: int) -> None:
    edfio = pytest.importorskip("edfio")
    desk = make_desk(tmp_path, rec_type)
    rate = {"clfp": 1000, "clfp_ds250": 250, "raw": 30_000}[rec_type]
    plan = desk.plan("a.edf", start, stop, channels=SOME)
    low, high = ranges(plan, desk.source)
    steps = EdfPlus.steps(low, high)
    found = edfio.read_edf(desk.export("a.edf", start, stop, channels=SOME))
    assert found.labels == SOME
    n_padded = found.signals[0].data.size - (stop - start)
    assert 0 <= n_padded < rate
    for place, signal, step in zip(PLACES, found.signals, steps, strict=True):
        wanted, data = desk.samples[place, start:stop], signal.data
        assert signal.sampling_frequency == rate
        assert signal.physical_dimension == ("counts" if rec_type == "raw" else "uV")
        if rec_type == "raw":
            np.testing.assert_array_equal(data[: len(wanted)], wanted)
        else:
            np.testing.assert_allclose(data[: len(wanted)], wanted, rtol=0, atol=step * 0.501)
            assert step <= (wanted.max() - wanted.min() + 1) / 65_000
        assert (data[len(wanted) :] == data[len(wanted) - 1]).all()
    marks = sorted(
        (round(a.onset * rate), round((a.onset + a.duration) * rate), a.text)
        for a in found.annotations
        if a.text.startswith("BAD")
    )
    padding = [(stop - start, stop - start + n_padded, PADDING)] if n_padded else []
    assert marks == sorted([*spans_of(desk, start, stop), *padding])
    (told,) = (a for a in found.annotations if not a.text.startswith("BAD"))
    assert told.onset == 0
    assert f"{desk.path.name}, samples {start} to {stop} at {rate} Hz" in told.text


@pytest.mark.parametrize(("start", "stop"), STRETCHES)
def test_edf_by_pyedflib(desk: Desk, start: int, stop: int) -> None:
    pytest.importorskip("edfio")
    pyedflib = pytest.importorskip("pyedflib")
    plan = desk.plan("a.edf", start, stop)
    steps = EdfPlus.steps(*ranges(plan, desk.source))
    with pyedflib.EdfReader(str(desk.export("a.edf", start, stop))) as found:
        assert found.getSignalLabels() == LABELS
        for place, step in enumerate(steps):
            data = found.readSignal(place)[: stop - start]
            np.testing.assert_allclose(
                data, desk.samples[place, start:stop], rtol=0, atol=step * 0.501
            )
        onsets, durations, texts = found.readAnnotations()
    marks = sorted(
        (round(onset * 1000), round((onset + float(duration)) * 1000), str(text))
        for onset, duration, text in zip(onsets, durations, texts, strict=True)
        if text.startswith("BAD") and text != PADDING
    )
    assert marks == spans_of(desk, start, stop)


@pytest.mark.parametrize(("start", "stop"), STRETCHES)
def test_edf_by_mne(desk: Desk, start: int, stop: int) -> None:
    pytest.importorskip("edfio")
    mne = pytest.importorskip("mne")
    steps = EdfPlus.steps(*ranges(desk.plan("a.edf", start, stop), desk.source))
    raw = mne.io.read_raw_edf(desk.export("a.edf", start, stop), verbose="error")
    assert raw.ch_names == LABELS
    data = raw.get_data()[:, : stop - start] * 1e6
    wanted = desk.samples[:, start:stop]
    assert (np.abs(data - wanted) <= steps[:, np.newaxis] * 0.501).all()


def test_edf_refuses_what_it_cannot_hold(desk: Desk) -> None:
    pytest.importorskip("edfio")
    with pytest.raises(ExportError, match="no NaN"):
        desk.export("a.edf", bad_samples="nan")
    plan = desk.plan("a.edf")
    odd = replace(plan.info, sampling_rate=1000 / 3)
    with pytest.raises(ExportError, match="whole samples"):
        check(plan.changed_to(info=odd))
    channel = replace(plan.info.channels[0], label="µ1")
    odd = replace(plan.info, channels=(channel, *plan.info.channels[1:]))
    with pytest.raises(ExportError, match="ASCII"):
        check(plan.changed_to(info=odd))
    assert not desk.left()


@pytest.mark.parametrize(
    ("value", "what"), [(np.nan, "NaN or infinity"), (np.inf, "NaN or infinity"), (3e9, "header")]
)
def test_edf_finds_what_it_cannot_hold_while_writing(desk: Desk, value: float, what: str) -> None:
    pytest.importorskip("edfio")
    rows = desk.samples.T.copy()
    rows[77, 3] = value
    desk.path.write_bytes(np.ascontiguousarray(rows).tobytes())
    with pytest.raises(ExportError, match=what):
        desk.export("a.edf")
    assert not desk.left()


def test_edf_of_a_constant_channel(desk: Desk) -> None:
    edfio = pytest.importorskip("edfio")
    desk.path.write_bytes(np.full(desk.samples.T.shape, -0.00001, np.float32).tobytes())
    found = edfio.read_edf(desk.export("a.edf"))
    for signal in found.signals:
        np.testing.assert_allclose(signal.data, -0.00001, atol=1e-4)


def test_edf_of_tiny_and_large_values(desk: Desk) -> None:
    edfio = pytest.importorskip("edfio")
    scales = np.array([1e-5, 1e-3, 1e-2, 1, 1e2, 1e3, 5e3])
    rng = np.random.default_rng(3)
    rows = (rng.uniform(-1, 1, desk.samples.T.shape) * scales).astype(np.float32)
    desk.path.write_bytes(rows.tobytes())
    steps = EdfPlus.steps(*ranges(desk.plan("a.edf"), desk.source))
    found = edfio.read_edf(desk.export("a.edf"))
    for place, signal in enumerate(found.signals):
        data = signal.data[: len(rows)]
        np.testing.assert_allclose(data, rows[:, place], rtol=0, atol=steps[place] * 0.501)


# -- BrainVision


@pytest.mark.parametrize("rec_type", ["clfp", "clfp_ds250", "raw"])
@pytest.mark.parametrize(("start", "stop"), STRETCHES)
def test_brainvision_by_mne(tmp_path: Path, rec_type: str, start: int, stop: int) -> None:
    pytest.importorskip("pybv")
    mne = pytest.importorskip("mne")
    desk = make_desk(tmp_path, rec_type)
    path = desk.export("a.vhdr", start, stop, channels=SOME)
    assert desk.left() == ["a.eeg", "a.vhdr", "a.vmrk"]
    stored = np.fromfile(desk.out / "a.eeg", "<f4").reshape(-1, len(SOME)).T
    np.testing.assert_array_equal(stored, desk.samples[PLACES, start:stop])
    raw = mne.io.read_raw_brainvision(path, verbose="error")
    rate = raw.info["sfreq"]
    assert rate == pytest.approx({"clfp": 1000, "clfp_ds250": 250, "raw": 30_000}[rec_type])
    assert raw.ch_names == list(SOME)
    scale = 1.0 if rec_type == "raw" else 1e-6
    wanted = desk.samples[PLACES, start:stop] * scale
    np.testing.assert_allclose(raw.get_data(), wanted, rtol=1e-6, atol=0)
    assert in_samples(raw.annotations, rate) == spans_of(desk, start, stop)
    assert any(f"samples {start} to {stop}" in text for text in raw.annotations.description)
    assert any("bad channels: E13" in text for text in raw.annotations.description)
    # What MNE itself leaves out is what the mask says.
    masked = raw.get_data(reject_by_annotation="NaN", verbose="error")
    np.testing.assert_array_equal(np.isnan(masked[0]), desk.bad(start, stop))


def test_brainvision_holds_nan_and_commas(desk: Desk) -> None:
    pytest.importorskip("pybv")
    mne = pytest.importorskip("mne")
    path = desk.path.parent / "rec001.experiment.json"
    path.write_text(path.read_text().replace("LM1_ECOG_3  E01", "left, low"))
    made = desk.export("a.vhdr", 900, 1500, bad_samples="nan")
    raw = mne.io.read_raw_brainvision(made, verbose="error")
    assert raw.ch_names == ["left, low", *LABELS[1:]]
    np.testing.assert_array_equal(np.isnan(raw.get_data()[3]), desk.bad(900, 1500))


# -- FIF, to_mne


@pytest.mark.parametrize("name", ["a_raw.fif", "a.vhdr"])
def test_spans_deep_in_a_fast_recording_keep_their_samples(tmp_path: Path, name: str) -> None:
    """At 30 kHz and 3,000 s float32 seconds are 7 samples apart: spans are 13 long here."""
    mne = pytest.importorskip("mne")
    pytest.importorskip("pybv")
    rate, start, stop = 30_000, 89_990_000, 90_010_000
    path = tmp_path / "rec001.LM1_ECOG_3.raw.dat"
    write_recording(
        tmp_path, samples=np.zeros((1, 7), np.int16), rec_type="raw", sampling_rate=rate
    )
    with path.open("r+b") as file:
        file.truncate(2 * (stop + 5))  # holes: nothing on the disk
    firsts = start + np.arange(3, 19_000, 997)
    bad = Runs(np.column_stack([firsts, firsts + 13]))
    source = FileSource(path)
    with source.open() as recording:
        tracks = replace(empty_tracks(stop + 5, 1), hf=bad)
        plan = ExportPlan.whole(recording.info, tmp_path / name, "fif", tracks=tracks)
    key = "fif" if name.endswith("fif") else "brainvision"
    export(plan.changed_to(start=start, stop=stop, format=key), source)
    read = mne.io.read_raw_fif if key == "fif" else mne.io.read_raw_brainvision
    raw = read(tmp_path / name, verbose="error")
    masked = raw.get_data(reject_by_annotation="NaN", verbose="error")[0]
    wanted = np.zeros(stop - start, bool)
    for first in firsts - start:
        wanted[first : first + 13] = True
    np.testing.assert_array_equal(np.isnan(masked), wanted)
    assert raw.first_samp == 0
    if key == "fif":
        assert f"samples {start} to {stop}" in raw.info["description"]


def test_fif_refuses_what_float32_seconds_do_not_keep(desk: Desk) -> None:
    pytest.importorskip("mne")
    plan = desk.plan("a_raw.fif")
    n_samples = 90_000_000
    info = replace(plan.info, n_samples=n_samples, sampling_rate=30_000.0)
    early, late = Runs.of([(1000, 1013)]), Runs.of([(1000, 1013), (89_999_001, 89_999_014)])
    plan = plan.changed_to(info=info, stop=n_samples, channels=(0,))
    check(plan.changed_to(tracks=replace(empty_tracks(n_samples, N_CHANNELS), hf=early)))
    with pytest.raises(ExportError, match=r"sample 89,999,001, 3,000 s.*BrainVision"):
        check(plan.changed_to(tracks=replace(empty_tracks(n_samples, N_CHANNELS), hf=late)))


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 2**26), st.integers(1, 500), st.sampled_from([250.0, 1000.0, 30_000.0]))
def test_spans_that_are_let_through_come_back(first: int, length: int, rate: float) -> None:
    """Against what MNE does: seconds as float32, rounded to microseconds, to the nearest sample."""
    info = RecordingInfo(
        path=Path("a.dat"), rec_id="a", microdrive_name="", rec_type="array", sampling_rate=rate,
        n_samples=2**27, channels=(Channel(0, "1", Electrode("1")),), dtype=np.dtype(np.float32),
        units="µV", layout="planar",
    )  # fmt: skip
    tracks = replace(empty_tracks(2**27, 1), sat=Runs.of([(first, first + length)]))
    plan = ExportPlan.whole(info, Path("a_raw.fif"), "fif", tracks=tracks)
    onset = round(float(np.float32(first / rate)), 6)
    duration = float(np.float32(length / rate))
    if first_moved(plan) is None:
        assert round(onset * rate) == first
        assert round((onset + duration) * rate) == first + length


@pytest.mark.parametrize("rec_type", ["clfp", "clfp_ds250", "raw"])
@pytest.mark.parametrize(("start", "stop"), STRETCHES)
def test_fif_by_mne(tmp_path: Path, rec_type: str, start: int, stop: int) -> None:
    mne = pytest.importorskip("mne")
    desk = make_desk(tmp_path, rec_type)
    raw = mne.io.read_raw_fif(desk.export("a_raw.fif", start, stop, channels=SOME), verbose="error")
    compare(raw, desk, rec_type, PLACES, start, stop)
    assert f"{desk.path.name}, samples {start} to {stop}" in raw.info["description"]


def test_fif_may_be_named_otherwise(desk: Desk) -> None:
    mne = pytest.importorskip("mne")
    path = desk.export("other.fif", 3, 9)
    with pytest.warns(RuntimeWarning, match="should end with"):
        raw = mne.io.read_raw_fif(path, verbose="warning")
    assert raw.first_samp == 0


def test_fif_beyond_two_gigabytes_names_the_alternative(desk: Desk) -> None:
    pytest.importorskip("mne")
    plan = desk.plan("a_raw.fif")
    huge = replace(plan.info, n_samples=80_000_000)
    with pytest.raises(ExportError, match="BrainVision"):
        check(plan.changed_to(info=huge, stop=80_000_000))


@pytest.mark.parametrize("rec_type", ["clfp", "clfp_ds250", "raw"])
@pytest.mark.parametrize(("start", "stop"), STRETCHES)
def test_to_mne(tmp_path: Path, rec_type: str, start: int, stop: int) -> None:
    mne = pytest.importorskip("mne")
    desk = make_desk(tmp_path, rec_type)
    with desk.data_file() as df:
        raw = df.to_mne(start / df.srate, (stop - start) / df.srate)
        assert isinstance(raw, mne.io.RawArray)
        compare(raw, desk, rec_type, list(range(N_CHANNELS)), start, stop)
        assert df.to_mne().n_times == df.n_sample
        with pytest.raises(ValueError, match="outside"):
            df.to_mne(0, 1e6)


def compare(raw: Any, desk: Desk, rec_type: str, places: list[int], start: int, stop: int) -> None:
    rate = {"clfp": 1000.0, "clfp_ds250": 250.0, "raw": 30_000.0}[rec_type]
    assert raw.info["sfreq"] == rate
    assert raw.ch_names == [LABELS[place] for place in places]
    assert raw.first_samp == 0
    kind, scale = ("misc", 1.0) if rec_type == "raw" else ("ecog", 1e-6)
    assert set(raw.get_channel_types()) == {kind}
    wanted = desk.samples[places, start:stop].astype(np.float64) * scale
    np.testing.assert_allclose(raw.get_data(), wanted, rtol=1e-6, atol=0)
    assert raw.info["bads"] == [LABELS[p] for p in places if desk.mask["ch"][p]]
    assert in_samples(raw.annotations, rate) == spans_of(desk, start, stop)
    # What MNE itself leaves out is what the mask says.
    masked = raw.get_data(reject_by_annotation="NaN", verbose="error")
    np.testing.assert_array_equal(np.isnan(masked[0]), desk.bad(start, stop))


# -- a missing extra


@pytest.mark.parametrize(
    ("name", "module", "extra"),
    [("a.edf", "edfio", "edf"), ("a.vhdr", "pybv", "brainvision"), ("a.fif", "mne", "mne")],
)
def test_a_missing_extra_names_the_command(
    desk: Desk, name: str, module: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ecogview.data.exporters.exporter.find_spec", lambda _: None)
    with pytest.raises(ExportError, match=rf'{module}.*pip install "ecogview\[{extra}\]"'):
        desk.export(name)
    assert not desk.left()


def test_to_mne_without_mne_names_the_command(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ecogview.data.mne_raw.find_spec", lambda _: None)
    with desk.data_file() as df, pytest.raises(ExportError, match=r"ecogview\[mne\]"):
        df.to_mne()
    assert json.dumps(desk.left()) == "[]"
