"""The lab's format, opened by ecogview and read as the lab's scripts read it."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecogview import DataFile
from ecogview.errors import ExportError
from ecogview.services.export_request import export_recording
from ecogview.services.exporting import check
from ecogview.services.sources import FileSource
from tests.data.exporters.export_desk import N_CHANNELS, SOME, STRETCHES, Desk, make_desk

TYPES = ["clfp", "clfp_ds250", "clfp_ds250_fl0u10", "lfp", "raw"]
PLACES = [2, 0, 6]


@pytest.mark.parametrize("rec_type", TYPES)
@pytest.mark.parametrize(("start", "stop"), STRETCHES)
def test_it_opens_again(tmp_path: Path, rec_type: str, start: int, stop: int) -> None:
    desk = make_desk(tmp_path, rec_type)
    path = desk.export(desk.lab_name(), start, stop, channels=SOME)
    with DataFile(path) as found:
        whole = found.read(ch_idx=np.ones(len(SOME), bool), use_mask=False)
        np.testing.assert_array_equal(whole, desk.samples[PLACES, start:stop])
        assert found.ch_labels == list(SOME)
        assert found.n_sample == stop - start
        assert found.rec_type == rec_type
        assert found.srate == desk.data_file().srate
        np.testing.assert_array_equal(found.data_mask, desk.bad(start, stop))
        np.testing.assert_array_equal(found.ch_idx, desk.mask["ch"][PLACES])
        own = desk.data_file().tracks.manual.clip(start, stop).bounds - start
        np.testing.assert_array_equal(found.tracks.manual.bounds, own)
        assert found.electrodes == [desk.data_file().electrodes[place] for place in PLACES]
        assert found.warnings == []


@pytest.mark.parametrize("rec_type", TYPES)
@pytest.mark.parametrize(("start", "stop"), STRETCHES)
def test_the_lab_reads_it(tmp_path: Path, rec_type: str, start: int, stop: int) -> None:
    desk = make_desk(tmp_path, rec_type)
    path = desk.export(desk.lab_name(), start, stop, channels=SOME)
    drive = json.loads((desk.out / "cut001.experiment.json").read_text())["hardware"]["microdrive"]
    n_channels = len(drive[0]["electrodes"])
    values = np.fromfile(path, np.uint16 if rec_type == "raw" else np.float32)
    order = "C" if rec_type.startswith("clfp_ds") else "F"
    found = values.reshape((n_channels, -1), order=order)
    if rec_type == "raw":
        found = found.view(np.int16)
    np.testing.assert_array_equal(found, desk.samples[PLACES, start:stop])
    mask = pickle.loads(the_mask(path).read_bytes())  # noqa: S301  as the lab does
    for kind in ("hf", "sat", "manual"):
        np.testing.assert_array_equal(mask[kind], desk.mask[kind][start:stop])
    np.testing.assert_array_equal(mask["ch"], desk.mask["ch"][PLACES])


def the_mask(path: Path) -> Path:
    stem = path.name.removesuffix(".dat").partition("_fl")[0]
    return path.with_name(f"{stem}.mask.pkl")


def test_the_json_says_where_it_is_from(desk: Desk) -> None:
    desk.export(desk.lab_name(), 1237, 3001, channels=SOME, bad_samples=0)
    content = json.loads((desk.out / "cut001.experiment.json").read_text())
    told = content["ecogview_export"]
    assert told["source"] == desk.path.name
    assert (told["start_sample"], told["stop_sample"]) == (1237, 3001)
    assert (told["channels"], told["labels"]) == (PLACES, list(SOME))
    assert told["bad_samples"] == "0.0"
    assert content["recording"]["subject_name"] == "Jester"
    assert content["hardware"]["acquisition"] == {"samplingrate": 30000, "num_channels": 96}
    assert [drive["name"] for drive in content["hardware"]["microdrive"]] == ["LM1_ECOG_3"]


def test_odd_json_survives(desk: Desk) -> None:
    path = desk.path.parent / "rec001.experiment.json"
    content: dict[str, Any] = json.loads(path.read_text())
    drives = content["hardware"]["microdrive"]
    electrodes = drives[1]["electrodes"]
    electrodes[4] = {"gain": float("nan")}  # without a label: called by its number
    gains = [{"gain": {"available": i}} for i in range(N_CHANNELS)]
    content["acquire"] = {"microdrive": [{"electrodes": []}, {"electrodes": gains, "x": 1}]}
    content["recording"]["subject_name"] = "J\u00e4ster \ud800"
    content["hardware"]["acquisition"]["AD"] = [float("inf"), None]
    path.write_text(json.dumps(content))
    made = desk.export(desk.lab_name(), 10, 20, channels=[4, 2])
    with DataFile(made) as found:
        assert found.ch_labels == ["ch5", "E05"]
    cut = json.loads((desk.out / "cut001.experiment.json").read_text())
    assert cut["acquire"]["microdrive"] == [{"electrodes": [gains[4], gains[2]], "x": 1}]
    assert cut["recording"] == content["recording"]
    assert cut["hardware"]["acquisition"] == content["hardware"]["acquisition"]


def test_labels_that_are_numbered_anew_are_told(desk: Desk) -> None:
    path = desk.path.parent / "rec001.experiment.json"
    path.write_text(path.read_text().replace("E03", "E01"))
    plan = desk.plan(desk.lab_name(), 0, 10, channels=[1, 2])
    (note,) = check(plan).notes(plan)
    assert "E01 #2 as E01" in note


def test_a_default_name_brings_its_own_json(desk: Desk) -> None:
    made = desk.export_recording(desk.out, format="lab", start_s=1, stop_s=2.5)
    assert [path.name for path in made] == [
        "rec001_1000-2500ms.experiment.json",
        "rec001_1000-2500ms.LM1_ECOG_3.clfp.mask.pkl",
        "rec001_1000-2500ms.LM1_ECOG_3.clfp.dat",
    ]
    with DataFile(made[-1]) as found:
        assert found.rec_id == "rec001_1000-2500ms"


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("out.dat", "not named like a recording"),
        ("rec.LM1_SC32_1.clfp.dat", "drive LM1_ECOG_3"),
        ("rec.LM1_ECOG_3.lfp.dat", "type clfp"),
        ("rec.LM1_ECOG_3.raw.dat", "type clfp"),
    ],
)
def test_names_must_say_what_is_in_the_file(desk: Desk, name: str, what: str) -> None:
    with pytest.raises(ExportError, match=what):
        desk.export(name)
    assert not desk.left()


def test_a_shared_json_or_mask_is_never_replaced(desk: Desk) -> None:
    desk.export("cut001.LM1_ECOG_3.clfp.dat", 0, 50)
    (desk.out / "cut001.LM1_ECOG_3.other.clfp.dat").write_bytes(b"")  # of somebody else
    before = {path: path.read_bytes() for path in desk.out.iterdir()}
    for force in (False, True):
        with pytest.raises(ExportError, match=r"belongs to|exists already"):
            desk.export_recording(
                desk.out / "cut001.LM1_ECOG_3.clfp.dat", start_s=1, stop_s=2, force=force
            )
    assert {path: path.read_bytes() for path in desk.out.iterdir()} == before


def test_what_is_not_shared_is_replaced_when_asked(desk: Desk) -> None:
    target = desk.export(desk.lab_name(), 0, 50)
    with pytest.raises(ExportError, match="exists already"):
        desk.export(desk.lab_name(), 100, 170)
    desk.export_recording(target, start_s=0.1, stop_s=0.17, force=True)
    with DataFile(target) as found:
        assert found.n_sample == 70
        data = found.read(ch_idx=[0], use_mask=False)
    np.testing.assert_array_equal(data, desk.samples[:1, 100:170])
    assert len(desk.left()) == 3


def test_an_unreadable_mask_is_not_exported_as_none(desk: Desk) -> None:
    plan = desk.plan(desk.lab_name()).changed_to(tracks=None)
    with pytest.raises(ExportError, match="mask cannot be read"):
        check(plan)
    check(plan.changed_to(target=desk.out / "a.npy", format="npy"))


def test_an_export_of_an_export_still_says_where_it_is_from(desk: Desk) -> None:
    first = desk.export(desk.lab_name(), 100, 4000, channels=SOME)
    made = desk.out / desk.lab_name("cut002")
    with DataFile(first) as df:
        export_recording(FileSource(first), df.tracks, made, start_s=1, stop_s=2)
    told = json.loads((desk.out / "cut002.experiment.json").read_text())["ecogview_export"]
    assert (told["source"], told["start_sample"]) == (first.name, 1000)
    before = told["of_export"]
    assert (before["source"], before["start_sample"]) == (desk.path.name, 100)
    assert before["labels"] == list(SOME)
    assert "of_export" not in before
