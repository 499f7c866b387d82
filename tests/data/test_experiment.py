"""The experiment's JSON: as written by MATLAB and LabVIEW, as broken in every way thought of."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ecogview.data import json_file
from ecogview.data.recording import RecordingInfo
from ecogview.data.registry import open_recording
from ecogview.errors import RecordingError
from tests.builders import electrode_entries, experiment_content, marked_samples, write_recording

DRIVE = "LM1_ECOG_3"
Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_recording(tmp_path, samples=marked_samples(3, 20))


@pytest.fixture
def raw_path(tmp_path: Path) -> Path:
    return write_recording(tmp_path, samples=marked_samples(3, 20), rec_type="raw")


def content() -> dict[str, Any]:
    return experiment_content(electrode_entries(3, DRIVE), DRIVE)


def rewrite(path: Path, value: Any) -> None:
    """Put other content, bytes or a JSON value, into the experiment's JSON of a recording."""
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    (path.parent / "rec001.experiment.json").write_bytes(data)


def opened(path: Path, value: Any) -> RecordingInfo:
    rewrite(path, value)
    with open_recording(path) as recording:
        return recording.info


def refused(path: Path, value: Any) -> str:
    rewrite(path, value)
    with pytest.raises(RecordingError) as caught:
        open_recording(path)
    text = str(caught.value)
    assert "rec001.experiment.json" in text
    assert text.isprintable()
    return text


def drive(value: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = value["hardware"]["microdrive"][1]
    return found


# -- what is there


def test_the_drive_of_the_name_is_taken(path: Path) -> None:
    info = opened(path, content())
    assert info.labels == ("E01", "E03", "E05")
    assert info.warnings == ()
    electrode = info.channels[1].electrode
    assert electrode.label == "LM1_ECOG_3  E03"
    assert (electrode.x, electrode.y, electrode.row, electrode.col) == (0.75, 0.0, 0, 1)


def test_another_drive_by_another_name(path: Path) -> None:
    rewrite(path, content())
    other = path.rename(path.with_name("rec001.LM1_SC32_1.clfp.dat"))
    with open_recording(other) as recording:
        assert recording.info.n_channels == 5


@pytest.mark.parametrize(
    ("label", "short"),
    [
        ("LM1_ECOG_3  E07", "E07"), ("E07", "E07"), ("LM1_ECOG_3_E7", "E7"),
        ("ECOG E007 left", "E007"), ("  E12 ", "E12"), ("TIP 4", "TIP 4"), (" ref ", "ref"),
        ("e07", "e07"), ("E٣", "E٣"), ("a\nb", "a\\nb"), ("x" * 150, "x" * 99 + "…"),
        ("<b>E</b>", "<b>E</b>"), ("\ud800", "\\ud800"),
    ],
)  # fmt: skip
def test_short_labels(path: Path, label: str, short: str) -> None:
    value = content()
    drive(value)["electrodes"][1]["label"] = label
    info = opened(path, value)
    assert info.labels[1] == short
    assert info.labels[1].isprintable()


def test_the_drives_own_name_is_no_label(tmp_path: Path) -> None:
    path = write_recording(tmp_path, samples=marked_samples(2, 20), drive="LM1_E3")
    with open_recording(path) as recording:
        assert recording.info.labels == ("E01", "E03")


def test_other_drives_do_not_matter(path: Path) -> None:
    value = content()
    value["hardware"]["microdrive"][0] = None
    assert opened(path, value).n_channels == 3


@pytest.mark.parametrize("encode", [
    lambda text: b"\xef\xbb\xbf" + text.encode(),
    lambda text: text.encode("utf-16"),
    lambda text: text.encode("utf-8"),
])  # fmt: skip
def test_byte_order_marks(path: Path, encode: Callable[[str], bytes]) -> None:
    value = content()
    drive(value)["electrodes"][0]["label"] = "Müller"
    info = opened(path, encode(json.dumps(value, ensure_ascii=False)))
    assert info.labels[0] == "Müller"
    assert info.warnings == ()


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_latin_1_is_a_guess_that_is_said(path: Path, mark: bytes) -> None:
    value = content()
    value["recording"]["subject_name"] = "Müller"
    info = opened(path, mark + json.dumps(value, ensure_ascii=False).encode("latin-1"))
    assert info.n_channels == 3
    assert "Latin-1" in info.warnings[0]


def test_tokens_that_are_not_json(path: Path) -> None:
    value = content()
    value["recording"]["number"] = float("nan")
    value["recording"]["day"] = float("-inf")
    drive(value)["electrodes"][0]["position"]["x"] = float("nan")
    info = opened(path, value)
    assert info.channels[0].electrode.x is None
    assert info.warnings == ()


def test_control_characters_in_texts(path: Path) -> None:
    assert opened(path, json.dumps(content()).replace("Jester", "a\tb\nc").encode()).n_channels == 3


def test_objects_where_lists_of_one_were_meant(tmp_path: Path) -> None:
    path = write_recording(tmp_path, samples=marked_samples(1, 20))
    electrode = electrode_entries(1, DRIVE)[0]
    info = opened(path, {"hardware": {"microdrive": {"name": DRIVE, "electrodes": electrode}}})
    assert info.labels == ("E01",)
    assert info.warnings == ()


@pytest.mark.parametrize("position", [None, [], {}, {"x": None}, {"x": 1.5, "row": float("nan")}])
def test_positions_may_be_absent(path: Path, position: object) -> None:
    value = content()
    drive(value)["electrodes"][2]["position"] = position
    info = opened(path, value)
    assert info.channels[2].electrode.row is None
    assert info.warnings == ()


@pytest.mark.parametrize(("given", "board"), [(8, 8), (2.0, 2), ("8", None), (None, None)])
def test_the_circuit_board_of_an_electrode(path: Path, given: object, board: int | None) -> None:
    value = content()
    drive(value)["electrodes"][2]["pcbid"] = given
    info = opened(path, value)
    assert info.channels[2].electrode.board == board
    assert info.channels[1].electrode.board is None
    assert info.warnings == ()


@pytest.mark.parametrize(
    "position",
    ["A4", 7, [1, 2], {"x": "1"}, {"x": 1e999}, {"row": 1.5}, {"col": 10**30}, {"y": True}],
)
def test_unreadable_positions_are_said(path: Path, position: object) -> None:
    value = content()
    drive(value)["electrodes"][2]["position"] = position
    info = opened(path, value)
    assert "channel 3" in info.warnings[0]
    assert info.channels[2].electrode.x is None or position == {"row": 1.5}


# -- what had to be guessed


@pytest.mark.parametrize("entry", [None, 5, "E05", [], {}, {"label": None}, {"label": 5},
                                   {"label": ""}, {"label": "  "}])  # fmt: skip
def test_electrodes_without_a_label_are_called_by_number(path: Path, entry: object) -> None:
    value = content()
    drive(value)["electrodes"][1] = entry
    info = opened(path, value)
    assert info.labels == ("E01", "ch2", "E05")
    assert "1 without a label" in info.warnings[0]


def test_repeated_short_labels_become_whole_ones(path: Path) -> None:
    value = content()
    for electrode, label in zip(
        drive(value)["electrodes"], ["left E01", "right E01", "E02"], strict=True
    ):
        electrode["label"] = label
    info = opened(path, value)
    assert info.labels == ("left E01", "right E01", "E02")
    assert "E01" in info.warnings[0]


def test_repeated_labels_become_different(path: Path) -> None:
    value = content()
    drive(value)["electrodes"] += electrode_entries(1, DRIVE)
    labels = ["E01", "E01", "E01 #2", "E01"]
    for electrode, label in zip(drive(value)["electrodes"], labels, strict=True):
        electrode["label"] = label
    info = opened(path, value)
    assert len(set(info.labels)) == 4
    assert info.labels[0] == "E01 #1"
    assert info.labels[3] == "E01 #4"
    assert info.warnings


def test_the_only_drive_may_be_nameless(path: Path) -> None:
    info = opened(path, {"hardware": {"microdrive": [{"electrodes": [{}, {}]}]}})
    assert info.n_channels == 2
    assert "without a name" in info.warnings[0]


def test_the_first_drive_of_a_name_is_taken(path: Path) -> None:
    value = content()
    value["hardware"]["microdrive"].append({"name": DRIVE, "electrodes": [{}]})
    info = opened(path, value)
    assert info.n_channels == 3
    assert "2 times" in info.warnings[0]


def test_a_rate_as_text_is_taken_and_said(raw_path: Path) -> None:
    value = content()
    value["hardware"]["acquisition"]["samplingrate"] = "24000"
    info = opened(raw_path, value)
    assert info.sampling_rate == 24000
    assert "samplingrate" in info.warnings[0]


# -- what is needed and wrong


def test_of_many_drives_some_are_named(path: Path) -> None:
    value = content()
    set_drives([{"name": f"other {i}"} for i in range(1000)])(value)
    with pytest.raises(RecordingError, match=r"but 'other 0', .*'other 4' …; check the second"):
        opened(path, value)


def set_hardware(value: object) -> Change:
    return lambda content: content.update(hardware=value)


def set_drives(value: object) -> Change:
    return lambda content: content["hardware"].update(microdrive=value)


def set_electrodes(value: object) -> Change:
    return lambda content: drive(content).update(electrodes=value)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (lambda content: content.pop("hardware"), "hardware is missing"),
        *((set_hardware(odd), "hardware is") for odd in (None, [], "x", 5, True, float("nan"))),
        (lambda content: content["hardware"].pop("microdrive"), "hardware.microdrive is missing"),
        *((set_drives(odd), "hardware.microdrive is") for odd in (None, [], "x", 5, False)),
        *((set_drives(odd), "hardware.microdrive has no drive named 'LM1_ECOG_3'")
          for odd in ([None], [5, []], {"name": "other"}, [{"name": 5}, {"name": None}],
                      [{"name": "\x1b[31m"}, {}])),
        (lambda content: drive(content).pop("electrodes"), "hardware.microdrive[1].electrodes is"),
        *((set_electrodes(odd), "hardware.microdrive[1].electrodes is")
          for odd in (None, [], "x", 62, True, [0] * 70_000)),
    ],
)  # fmt: skip
def test_needed_and_wrong_names_the_key(path: Path, change: Change, key: str) -> None:
    value = content()
    change(value)
    assert key in refused(path, value)


@pytest.mark.parametrize(
    "rate", [None, 0, -1, "fast", "", "nan", [], [30000], {}, True, float("nan"), 1e300, 10**400,
             float("inf"), 1e-300]
)  # fmt: skip
def test_the_rate_matters_for_raw_only(tmp_path: Path, rate: object) -> None:
    value = content()
    value["hardware"]["acquisition"]["samplingrate"] = rate
    samples = marked_samples(3, 20)
    raw = write_recording(tmp_path, samples=samples, rec_type="raw")
    clfp = write_recording(tmp_path, samples=samples, rec_type="clfp")
    assert "hardware.acquisition.samplingrate" in refused(raw, value)
    info = opened(clfp, value)
    assert info.sampling_rate == 1000
    assert info.warnings == ()


@pytest.mark.parametrize("acquisition", [None, [], 5, "x"])
def test_the_acquisition_matters_for_raw_only(tmp_path: Path, acquisition: object) -> None:
    value = content()
    value["hardware"]["acquisition"] = acquisition
    samples = marked_samples(3, 20)
    raw = write_recording(tmp_path, samples=samples, rec_type="raw")
    clfp = write_recording(tmp_path, samples=samples, rec_type="clfp")
    assert "hardware.acquisition is" in refused(raw, value)
    assert opened(clfp, value).warnings == ()


# -- what is no JSON


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"\0" * 50, "is not JSON"),
        (b'{"hardware":', "is not JSON"),
        (b"not JSON", "is not JSON"),
        (b'{"a": 1,}', "is not JSON"),
        (b"{}{}", "is not JSON"),
        (bytes(range(256)), "is not JSON"),
        (b"\xff\xfe\x00", "is not JSON"),
        (b"[]", "holds a list of 0"),
        (b"null", "holds null"),
        (b'"text"', "holds the text"),
        (b"12", "holds the number 12"),
        (b"[" * 500_000, "nested too deeply"),
        (b'{"a":' * 500_000, "nested too deeply"),
        (b"9" * 1_000_000, "holds the number inf"),
    ],
)
def test_what_is_no_json_object(path: Path, data: bytes, reason: str) -> None:
    assert reason in refused(path, data)


def test_long_numbers_where_they_do_not_matter(path: Path) -> None:
    digits = b"7" * 100_000
    text = json.dumps(content()).encode().replace(b'"number": 1', b'"number": ' + digits)
    assert digits in text
    assert opened(path, text).warnings == ()


def test_size_is_limited(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_file, "MAX_BYTES", 1000)
    assert "read up to 1,000" in refused(path, b" " * 1001)


def test_an_absent_experiment_says_what_to_do(path: Path) -> None:
    (path.parent / "rec001.experiment.json").unlink()
    with pytest.raises(RecordingError, match=r"number of channels is unknown; put the experiment"):
        open_recording(path)


def test_a_folder_for_an_experiment(path: Path) -> None:
    (path.parent / "rec001.experiment.json").unlink()
    (path.parent / "rec001.experiment.json").mkdir()
    with pytest.raises(RecordingError, match=r"experiment\.json: is a folder"):
        open_recording(path)
