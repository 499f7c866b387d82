"""``--layout``: recordings whose samples are in another order than their type says."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ecogview.cli import main
from ecogview.data import kept_files
from ecogview.data.data_file import DataFile
from ecogview.data.kept_files import FOLDER_VARIABLE
from ecogview.dsp import engine
from tests.builders import write_recording

Told = pytest.CaptureFixture[str]
SIGNAL = np.random.default_rng(8).normal(size=6000).cumsum()
SAMPLES = (SIGNAL + np.random.default_rng(9).normal(0, 0.3, (16, 6000))).astype(np.float32)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Samples of 16 channels that are alike, interleaved under a name that says planar."""
    return write_recording(tmp_path, samples=SAMPLES, rec_type="clfp_ds250", layout="interleaved")


@pytest.fixture
def cut(tmp_path: Path) -> Path:
    path = write_recording(tmp_path, samples=SAMPLES, rec_type="clfp_ds250", rec_id="rec002")
    path.write_bytes(path.read_bytes()[:-40])
    return path


def warnings(path: Path, capsys: Told, *options: str) -> list[str]:
    assert main(["info", str(path), "--json", *options]) == 0
    facts: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert facts["layout"] == (options[1] if options else "planar")
    found: list[str] = facts["warnings"]
    return found


def test_info_says_which_option_reads_it_right(path: Path, capsys: Told) -> None:
    (warning,) = warnings(path, capsys)
    assert warning.startswith("the samples look interleaved, not planar")
    assert warning.endswith("; read it with --layout interleaved")
    assert warnings(path, capsys, "--layout", "interleaved") == []


def test_a_script_is_told_its_own_way(path: Path) -> None:
    with DataFile(path) as data_file:
        (warning,) = data_file.warnings
    assert warning.endswith('; open with layout="interleaved"')


def test_a_cut_planar_file_is_read_all_the_same(cut: Path, capsys: Told) -> None:
    assert main(["info", str(cut)]) == 1
    told = capsys.readouterr().err
    assert "name its layout, planar or interleaved" in told
    assert told.count("\n") == 1
    assert "24 bytes" in warnings(cut, capsys, "--layout", "planar")[0]


def exported(path: Path, *options: str) -> NDArray[np.float32]:
    target = path.with_name("a.npy")
    assert main(["export", str(path), "--to", str(target), "--force", *options]) == 0
    samples: NDArray[np.float32] = np.load(target)
    return samples


def test_export(path: Path, capsys: Told) -> None:
    np.testing.assert_array_equal(exported(path, "--layout", "interleaved"), SAMPLES)
    assert capsys.readouterr().err == ""
    assert not np.array_equal(exported(path), SAMPLES)
    assert "read it with --layout interleaved" in capsys.readouterr().err


def test_check(path: Path, capsys: Told) -> None:
    assert main(["check", str(path), "--layout", "interleaved"]) == 1
    told = capsys.readouterr().out
    assert "samples are read as planar there, the order of clfp_ds250, and as inter" in told
    main(["check", str(path)])
    told = capsys.readouterr().out
    assert "read it with --layout interleaved" in told
    assert "are read as" not in told


def test_overviews_of_both_orders_are_kept(
    path: Path, tmp_path: Path, capsys: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept"
    monkeypatch.setenv(FOLDER_VARIABLE, str(kept))
    monkeypatch.setattr(kept_files, "_SPARE_BYTES", 0)
    monkeypatch.setattr(engine, "load_compiled", lambda: None)
    for layout, said in (
        ("planar", "1 built, 0 kept already"),
        ("interleaved", "1 built, 0 kept already"),
        ("interleaved", "0 built, 1 kept already"),
    ):
        assert main(["overview", str(path), "--jobs", "1", "--layout", layout]) == 0
        assert said in capsys.readouterr().out
    assert len(list(kept.glob("*.overview"))) == 2


@pytest.mark.parametrize(
    ("argv", "module", "name"),
    [
        ([], "ecogview.app.running", "run_window"),
        (["snapshot", "-o", "a.png"], "ecogview.app.snapshot", "snapshot"),
        (["snapshot", "--overview", "-o", "a.png"], "ecogview.app.snapshot", "overview_snapshot"),
    ],
)
def test_what_draws_is_told(
    path: Path, monkeypatch: pytest.MonkeyPatch, argv: list[str], module: str, name: str
) -> None:
    layouts = []
    stand_in = ModuleType(module)
    for known in ("run_window", "snapshot", "overview_snapshot"):
        setattr(stand_in, known, None)
    setattr(stand_in, name, lambda *_, layout, **__: layouts.append(layout) or 0)
    monkeypatch.setitem(sys.modules, module, stand_in)
    for options in ([], ["--layout", "interleaved"]):
        assert main([*argv, str(path), *options]) == 0
    assert layouts == [None, "interleaved"]


@pytest.mark.parametrize("argv", [["--layout", "planar"], ["info", "a.dat", "--layout", "other"]])
def test_wrong_usage(argv: list[str], capsys: Told) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(argv)
    assert capsys.readouterr().err.count("\n") == 1
