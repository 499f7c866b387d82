"""``ecogview check``: what the author's class reads, and where that is not what ecogview shows."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecogview import check_command
from ecogview.cli import main
from ecogview.data.mask_elsewhere import mask_elsewhere, remember_elsewhere
from ecogview.data.mask_pickle import write_mask
from ecogview.data.mask_tracks import empty_tracks, save_tracks
from ecogview.dsp.runs import Runs
from tests.builders import electrode_entries, experiment_content, marked_samples, write_recording
from tests.data.genuine_masks import GENUINE

N = 2000


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return written(tmp_path)


def written(folder: Path, drive_first: bool = True, **options: Any) -> Path:
    """A recording of three channels whose drive is the first of the experiment."""
    options = {"samples": marked_samples(3, N), **options}
    path = write_recording(folder, **options)
    if drive_first:
        experiment = path.with_name("rec001.experiment.json")
        content = json.loads(experiment.read_text())
        content["hardware"]["microdrive"].reverse()
        experiment.write_text(json.dumps(content))
    return path


def masked(path: Path, **keys: Any) -> Path:
    """Write the mask of a recording; what is None is left out of it."""
    mask = {"hf": flags((10, 30)), "sat": flags((20, 50)), "ch": np.array([0, 1, 0], bool), **keys}
    mask = {key: value for key, value in mask.items() if value is not None}
    write_mask(mask_of(path), mask)
    return path


def mask_of(path: Path) -> Path:
    return path.with_name(path.name.replace(".dat", ".mask.pkl"))


def flags(*spans: tuple[int, int], n: int = N) -> np.ndarray:
    return Runs.of(spans).to_bool(0, n)


Checked = Callable[..., tuple[int, dict[str, list[str]]]]


@pytest.fixture
def checked(capsys: pytest.CaptureFixture[str]) -> Checked:
    """Run the command; the exit status, and its lines by their first word."""

    def run(path: Path) -> tuple[int, dict[str, list[str]]]:
        status = main(["check", str(path)])
        told = capsys.readouterr()
        assert told.err == ""
        lines: dict[str, list[str]] = {}
        for line in told.out.splitlines():
            lines.setdefault(line[:10].strip(), []).append(line[11:])
        return status, lines

    return run


# -- nothing differs


def test_nothing_differs(recording: Path, checked: Checked) -> None:
    status, lines = checked(masked(recording))
    assert status == 0
    assert lines["result"] == ["nothing differs"]
    assert lines["there"] == lines["here"]
    assert lines["here"] == ["40 samples bad (2.00%) in 1 span; 1 of 3 channels bad (E03)"]
    assert lines["file"] == [str(recording)]
    assert "differs" not in lines


def test_neither_does_without_a_mask(recording: Path, checked: Checked) -> None:
    status, lines = checked(recording)
    assert status == 0
    assert lines["there"] == ["there is no mask: nothing is bad"]


def test_nor_after_we_have_saved(recording: Path, checked: Checked) -> None:
    tracks = empty_tracks(N, 3)
    changed = {"hf": Runs.of([(3, 5)]), "manual": Runs.of([(7, 9), (100, 200)])}
    save_tracks(mask_of(recording), type(tracks)(**{**vars(tracks), **changed}))
    status, lines = checked(recording)
    assert status == 0
    assert lines["there"] == ["104 samples bad (5.20%) in 3 spans; 0 of 3 channels bad"]


def test_nothing_is_written(recording: Path, checked: Checked) -> None:
    masked(recording)
    before = {path: path.read_bytes() for path in recording.parent.iterdir()}
    checked(recording)
    assert {path: path.read_bytes() for path in recording.parent.iterdir()} == before


# -- what differs


def difference(checked: Checked, path: Path) -> str:
    status, lines = checked(path)
    assert status == 1
    (text,) = lines["differs"]
    assert lines["result"] == ["1 thing differs"]
    return text


def test_labels_of_the_first_drive(tmp_path: Path, checked: Checked) -> None:
    text = difference(checked, written(tmp_path, drive_first=False))
    assert "first drive there, LM1_SC32_1: E01, E03, E05, E07, E09" in text
    assert "LM1_ECOG_3: E01, E03, E05" in text


def test_a_first_drive_with_the_same_labels_is_none(tmp_path: Path, checked: Checked) -> None:
    path = written(tmp_path, drive_first=False, samples=marked_samples(5, N))
    assert checked(path)[0] == 0


def test_a_first_drive_without_electrodes(tmp_path: Path, checked: Checked) -> None:
    path = written(tmp_path, drive_first=False)
    content = experiment_content(electrode_entries(3, "LM1_ECOG_3"), "LM1_ECOG_3")
    del content["hardware"]["microdrive"][0]["electrodes"]
    path.with_name("rec001.experiment.json").write_text(json.dumps(content))
    assert "which has none" in difference(checked, path)


def test_one_drive_without_a_name_is_none(tmp_path: Path, checked: Checked) -> None:
    path = written(tmp_path)
    content = experiment_content(electrode_entries(3, "LM1_ECOG_3"), "LM1_ECOG_3")
    drive = content["hardware"]["microdrive"][1]
    del drive["name"]
    for drives in ([drive], drive):
        content["hardware"]["microdrive"] = drives
        path.with_name("rec001.experiment.json").write_text(json.dumps(content))
        assert checked(path)[0] == 0


def test_raw_values_are_unsigned_there(tmp_path: Path, checked: Checked) -> None:
    samples = marked_samples(3, N) - 1500
    text = difference(checked, written(tmp_path, rec_type="raw", samples=samples))
    negative = np.count_nonzero(samples < 0)
    assert f"of {3 * N:,} looked at, {negative:,} are negative here" in text
    assert "65,536 higher there" in text


def test_raw_values_that_are_all_positive_do_not_differ(tmp_path: Path, checked: Checked) -> None:
    assert checked(written(tmp_path, rec_type="raw"))[0] == 0


def test_a_long_raw_recording_is_looked_at_in_places(tmp_path: Path, checked: Checked) -> None:
    samples = np.zeros((3, 400_000), np.float32)
    samples[:, -1] = -1
    text = difference(checked, written(tmp_path, rec_type="raw", samples=samples))
    assert "of 300,000 looked at, 3 are negative" in text


@pytest.mark.parametrize("rec_type", ["raw", "lfp"])
def test_no_mask_is_read_for_raw_and_lfp(tmp_path: Path, checked: Checked, rec_type: str) -> None:
    path = masked(written(tmp_path, rec_type=rec_type))
    assert difference(checked, path) == f"no mask is read for {rec_type} there"
    masked(path, hf=flags(), sat=flags(), ch=np.zeros(3, bool))
    assert checked(path)[0] == 0


def test_a_mask_without_channels(recording: Path, checked: Checked) -> None:
    text = difference(checked, masked(recording, ch=None))
    assert "reverse order" in text
    assert "~arange" in text


@pytest.mark.parametrize(("n", "said"), [(N - 3, "3 fewer"), (N + 3, "3 more")])
def test_a_mask_of_another_length(recording: Path, checked: Checked, n: int, said: str) -> None:
    text = difference(checked, masked(recording, sat=flags((20, 50), n=n)))
    assert f"'sat' has {n:,} entries for 2,000 samples, {said}" in text


def test_a_mask_of_something_else(recording: Path, checked: Checked) -> None:
    status, lines = checked(masked(recording, hf=flags(n=9000), sat=flags(n=9000)))
    assert status == 1
    assert len(lines["differs"]) == 3
    assert "here the mask cannot be used" in lines["differs"][-1]
    assert "7.0 s apart" in lines["here"][0]


def test_channels_of_another_array(recording: Path, checked: Checked) -> None:
    status, lines = checked(masked(recording, ch=np.zeros(5, bool)))
    assert status == 1
    assert "5 entries for 3 channels" in lines["there"][0]
    assert "here the mask cannot be used" in lines["differs"][0]


def test_marks_by_hand_that_a_script_has_overwritten(recording: Path, checked: Checked) -> None:
    manual = flags((25, 28), (500, 700), (800, 801))
    text = difference(checked, masked(recording, manual=manual))
    assert "204 samples are listed as marked by hand and not in 'hf'" in text
    assert "0.025 to 0.028 s, 0.500 to 0.700 s, 0.800 to 0.801 s" in text


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("hf", [False] * N, "'hf' is a list"),
        ("hf", np.zeros(N, np.int64), "'hf' is an array of int64"),
        ("sat", np.zeros((N, 1), bool), "'sat' is an array of the shape (2000, 1)"),
        ("ch", (False, True, False), "'ch' is a tuple"),
    ],
)
def test_flags_in_another_form(
    recording: Path, checked: Checked, key: str, value: Any, said: str
) -> None:
    mask = {"hf": flags(), "sat": flags(), "ch": np.zeros(3, bool), key: value}
    content = pickle.dumps(mask, 3).replace(b"numpy._core", b"numpy.core")
    mask_of(recording).write_bytes(content)
    assert said in difference(checked, recording)


def test_a_mask_that_python_3_7_cannot_load(tmp_path: Path, checked: Checked) -> None:
    path = written(tmp_path, samples=marked_samples(3, 7))
    mask_of(path).write_bytes(GENUINE["Python 3.12.1, NumPy 2.0.2, pickle, protocol 5"])
    status, lines = checked(path)
    assert status == 1
    assert lines["there"] == ["the mask cannot be loaded"]
    assert "protocol 5" in lines["differs"][0]
    assert lines["here"] == ["4 samples bad (57.14%) in 2 spans; 2 of 3 channels bad (E01, E05)"]


def test_a_mask_that_we_cannot_read(recording: Path, checked: Checked) -> None:
    mask_of(recording).write_bytes(b"not a pickle")
    assert "here the mask cannot be used: is no readable mask" in difference(checked, recording)


def test_a_mask_that_is_kept_elsewhere(recording: Path, checked: Checked, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.mask.pkl"
    masked(recording)
    mask_of(recording).rename(elsewhere)
    remember_elsewhere(recording, elsewhere)
    assert mask_elsewhere(recording) == elsewhere
    text = difference(checked, recording)
    assert str(elsewhere) in text
    _, lines = checked(recording)
    assert lines["there"] == ["there is no mask: nothing is bad"]
    assert lines["here"] == ["40 samples bad (2.00%) in 1 span; 1 of 3 channels bad (E03)"]


# -- notes and errors


def test_what_both_read_alike_is_a_note(recording: Path, checked: Checked) -> None:
    with recording.open("ab") as file:
        file.write(b"part")
    status, lines = checked(recording)
    assert status == 0
    assert "part of a sample" in lines["note"][0]


def test_samples_in_another_order_are_a_note(tmp_path: Path, checked: Checked) -> None:
    rng = np.random.default_rng(7)
    shared = rng.normal(0, 50, 20_000).cumsum()
    samples = (shared + rng.normal(0, 5, (6, 20_000))).astype("f4")
    path = written(tmp_path, samples=samples, rec_type="clfp_ds250", layout="interleaved")
    status, lines = checked(path)
    assert status == 0
    assert "the samples look interleaved" in lines["note"][0]


@pytest.mark.parametrize("name", ["none.dat", "rec001.LM1_ECOG_3.clfp.dat"])
def test_what_is_no_recording_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (tmp_path / "rec001.LM1_ECOG_3.clfp.dat").write_bytes(b"")
    assert main(["check", str(tmp_path / name)]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1


def test_hostile_names_are_shown_as_they_are(recording: Path, checked: Checked) -> None:
    experiment = recording.with_name("rec001.experiment.json")
    content = json.loads(experiment.read_text())
    content["hardware"]["microdrive"][0]["electrodes"][1]["label"] = "\x1b[31m<b>=1+1"
    experiment.write_text(json.dumps(content))
    _, lines = checked(masked(recording))
    assert "\\x1b[31m<b>=1+1" in lines["here"][0]


def test_no_qt_is_imported(recording: Path) -> None:
    code = (
        "import sys; from ecogview.cli import main; status = main(sys.argv[1:]); "
        "sys.exit(9 if any(name.startswith('PyQt6') for name in sys.modules) else status)"
    )
    root = Path(__file__).parents[1]
    command = [sys.executable, "-c", code, "check", str(recording)]
    done = subprocess.run(command, cwd=root, check=False, capture_output=True)
    assert done.returncode == 0


def test_it_runs_nothing_that_a_mask_names(recording: Path, checked: Checked) -> None:
    from tests.data.hostile_masks import name, text, with_value

    canary = recording.with_name("canary")
    mask_of(recording).write_bytes(
        with_value(name("os", "system") + text(f"touch {canary}") + b"\x85R")
    )
    checked(recording)
    assert not canary.exists()
    assert check_command.check(recording).differs
