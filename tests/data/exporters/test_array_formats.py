"""npy, npz, mat and csv, read back by NumPy, SciPy and the csv module."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.io import loadmat, whosmat

from ecogview.errors import ExportError
from ecogview.services.exporting import check
from tests.data.exporters.export_desk import N_CHANNELS, SOME, STRETCHES, Desk, make_desk

LABELS = [f"E{2 * i + 1:02d}" for i in range(N_CHANNELS)]
TYPES = ["clfp", "clfp_ds250", "raw"]


def places(labels: tuple[str, ...]) -> list[int]:
    return [LABELS.index(label) for label in labels]


@pytest.mark.parametrize("rec_type", TYPES)
@pytest.mark.parametrize(("start", "stop"), STRETCHES)
def test_npy(tmp_path: Path, rec_type: str, start: int, stop: int) -> None:
    desk = make_desk(tmp_path, rec_type)
    found = np.load(desk.export("a.npy", start, stop), allow_pickle=False)
    assert found.dtype == desk.samples.dtype
    np.testing.assert_array_equal(found, desk.samples[:, start:stop])


@pytest.mark.parametrize("rec_type", TYPES)
@pytest.mark.parametrize(("start", "stop"), STRETCHES)
def test_npz(tmp_path: Path, rec_type: str, start: int, stop: int) -> None:
    desk = make_desk(tmp_path, rec_type)
    rate = {"clfp": 1000.0, "clfp_ds250": 250.0, "raw": 30_000.0}[rec_type]
    with np.load(desk.export("a.npz", start, stop, channels=SOME), allow_pickle=False) as found:
        np.testing.assert_array_equal(found["data"], desk.samples[places(SOME), start:stop])
        assert found["labels"].tolist() == list(SOME)
        assert found["sampling_rate"] == rate
        assert (found["start_sample"], found["start_s"]) == (start, start / rate)
        assert found["units"] == ("counts" if rec_type == "raw" else "µV")
        hf = desk.mask["hf"] & ~desk.mask["manual"]
        for kind, flags in {**desk.mask, "hf": hf, "ch": None}.items():
            if flags is not None:
                assert found[kind].dtype == bool
                np.testing.assert_array_equal(found[kind], flags[start:stop], kind)
        np.testing.assert_array_equal(found["bad_channels"], desk.mask["ch"][places(SOME)])
        assert desk.path.name in str(found["source"])


@pytest.mark.parametrize("rec_type", TYPES)
@pytest.mark.parametrize(("start", "stop"), STRETCHES)
def test_mat(tmp_path: Path, rec_type: str, start: int, stop: int) -> None:
    desk = make_desk(tmp_path, rec_type)
    path = desk.export("a.mat", start, stop, channels=SOME)
    kinds = {name: (shape, kind) for name, shape, kind in whosmat(path)}
    assert kinds["hf"] == kinds["manual"] == ((stop - start, 1), "logical")
    assert kinds["bad_channels"] == ((len(SOME), 1), "logical")
    found = loadmat(path)
    assert found["data"].dtype == desk.samples.dtype
    np.testing.assert_array_equal(found["data"], desk.samples[places(SOME), start:stop])
    assert [str(cell[0]) for cell in found["labels"][:, 0]] == list(SOME)
    assert found["start_sample"].item() == start
    assert found["start_s"].item() == start / found["sampling_rate"].item()
    assert found["units"].item() == ("counts" if rec_type == "raw" else "µV")
    assert found["sat"].dtype == found["bad_channels"].dtype == np.uint8
    np.testing.assert_array_equal(found["sat"].ravel(), desk.mask["sat"][start:stop])
    np.testing.assert_array_equal(found["manual"].ravel(), desk.mask["manual"][start:stop])
    bad = found["hf"] | found["sat"] | found["manual"]
    np.testing.assert_array_equal(bad.ravel().astype(bool), desk.bad(start, stop))
    np.testing.assert_array_equal(found["bad_channels"].ravel(), desk.mask["ch"][places(SOME)])


@pytest.mark.parametrize("rec_type", TYPES)
@pytest.mark.parametrize(("start", "stop"), STRETCHES)
def test_csv(tmp_path: Path, rec_type: str, start: int, stop: int) -> None:
    desk = make_desk(tmp_path, rec_type)
    path = desk.export("a.csv", start, stop)
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    unit = "counts" if rec_type == "raw" else "µV"
    assert header == ["time (s)", *(f"{label} ({unit})" for label in LABELS)]
    rate = {"clfp": 1000.0, "clfp_ds250": 250.0, "raw": 30_000.0}[rec_type]
    times = np.array([float(row[0]) for row in rows])
    np.testing.assert_array_equal(np.floor(times * rate + 0.5), np.arange(start, stop))
    values = np.array([row[1:] for row in rows], np.float32)
    np.testing.assert_array_equal(values, desk.samples[:, start:stop].T)
    # As people read it: doubles first.
    loaded = np.loadtxt(path, delimiter=",", skiprows=1, ndmin=2)
    np.testing.assert_array_equal(loaded[:, 1:].astype(np.float32), values)
    assert b"\r" not in path.read_bytes()


@pytest.mark.parametrize("name", ["a.npy", "a.npz", "a.mat", "a.csv"])
def test_bad_samples_become_nan(desk: Desk, name: str) -> None:
    found = read(desk.export(name, 900, 1500, bad_samples="nan"))
    wanted = desk.samples[:, 900:1500].copy()
    wanted[:, desk.bad(900, 1500)] = np.nan
    np.testing.assert_array_equal(found, wanted)
    assert desk.path.read_bytes() == np.ascontiguousarray(desk.samples.T).tobytes()


@pytest.mark.parametrize("name", ["a.npy", "a.npz", "a.mat", "a.csv"])
def test_bad_samples_become_a_value_among_counts(raw_desk: Desk, name: str) -> None:
    found = read(raw_desk.export(name, 900, 1500, bad_samples=-7))
    wanted = raw_desk.samples[:, 900:1500].copy()
    wanted[:, raw_desk.bad(900, 1500)] = -7
    np.testing.assert_array_equal(found, wanted)


@pytest.mark.parametrize("name", ["a.npy", "a.npz", "a.mat"])
@pytest.mark.parametrize("value", ["nan", 0.5, 40_000])
def test_counts_take_no_nan_and_no_fraction(raw_desk: Desk, name: str, value: object) -> None:
    with pytest.raises(ExportError, match="int16"):
        raw_desk.export(name, bad_samples=value)
    assert not raw_desk.left()


def test_csv_of_counts_takes_nan(raw_desk: Desk) -> None:
    found = read(raw_desk.export("a.csv", 985, 995, bad_samples="nan"))
    assert np.isnan(found).all(axis=0).tolist() == [False] * 5 + [True] * 5


def test_a_label_is_no_formula(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = make_desk(tmp_path)
    text = (desk.path.parent / "rec001.experiment.json").read_text()
    changed = text.replace("LM1_ECOG_3  E01", '=HYPERLINK(\\"x\\")')
    (desk.path.parent / "rec001.experiment.json").write_text(changed)
    header = desk.export("a.csv", 0, 3).read_text(encoding="utf-8").splitlines()[0]
    assert next(csv.reader([header]))[1] == '\'=HYPERLINK("x") (µV)'


def test_mat_beyond_two_gigabytes_names_the_alternative(desk: Desk) -> None:
    from dataclasses import replace

    plan = desk.plan("a.mat")
    huge = replace(plan.info, n_samples=100_000_000)
    with pytest.raises(ExportError, match=r"2,800,000,000 bytes.*npz"):
        check(plan.changed_to(info=huge, stop=100_000_000))


@pytest.mark.parametrize("rec_type", ["clfp", "raw"])
@pytest.mark.parametrize("name", ["a.npy", "a.npz", "a.mat", "a.csv"])
def test_sizes_are_foretold(tmp_path: Path, rec_type: str, name: str) -> None:
    desk = make_desk(tmp_path, rec_type)
    foretold = check(plan := desk.plan(name)).n_bytes(plan)
    size = desk.export(name).stat().st_size
    assert foretold == pytest.approx(size, rel=0.2 if name == "a.csv" else 0.05)


def read(path: Path) -> np.ndarray:
    """(channels, samples), by another program."""
    match path.suffix:
        case ".npy":
            return np.load(path, allow_pickle=False)
        case ".npz":
            with np.load(path, allow_pickle=False) as archive:
                return archive["data"]
        case ".mat":
            return loadmat(path)["data"]
        case _:
            rows = np.loadtxt(path, delimiter=",", skiprows=1, ndmin=2, dtype=np.float32)
            return rows[:, 1:].T
