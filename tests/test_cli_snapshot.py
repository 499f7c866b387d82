"""`ecogview snapshot`: pictures of traces and of the quality map, made without a screen."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ecogview import cli
from ecogview.cli import main
from ecogview.data import kept_files
from ecogview.data.kept_files import FOLDER_VARIABLE
from ecogview.dsp import engine
from ecogview.services.overview_build import OverviewBuild
from tests.builders import write_recording

Told = pytest.CaptureFixture[str]


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that overviews are kept in; the plain kernels make them."""
    folder = tmp_path / "kept"
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    monkeypatch.setattr(kept_files, "_SPARE_BYTES", 0)
    monkeypatch.setattr(engine, "load_compiled", lambda: None)
    return folder


@pytest.fixture
def recording(tmp_path: Path, kept: Path) -> Path:
    """Six channels of 4 s; the third is a tenth as large, and the second second is bad."""
    samples = np.random.default_rng(3).normal(0, 50, (6, 4000))
    samples[2] /= 10
    hf = np.zeros(4000, bool)
    hf[1000:2000] = True
    mask = {"hf": hf, "sat": np.zeros(4000, bool), "ch": np.zeros(6, bool)}
    return write_recording(tmp_path / "one", samples=samples, mask=mask)


def _snapshot(*args: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ecogview", "snapshot", *map(str, args)],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=Path(cli.__file__).parents[1],
        check=False,
    )


def _size_of(png: Path) -> tuple[int, int]:
    head = png.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", head[16:])
    return width, height


# --- of the traces


def test_a_picture_is_a_png_of_that_size(recording: Path, tmp_path: Path) -> None:
    target = tmp_path / "picture.png"
    told = _snapshot(recording, "-o", target, "--size", "640x480", "--length", "1.5")
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")
    assert _size_of(target) == (640, 480)


def test_a_picture_of_nothing(qapp: object, tmp_path: Path, capsys: Told) -> None:
    missing, target = tmp_path / "rec001.D1.clfp.dat", tmp_path / "picture.png"
    assert main(["snapshot", str(missing), "-o", str(target)]) == 1
    told = capsys.readouterr().err
    assert told.startswith(f"ecogview: {missing}: ")
    assert told.count("\n") == 1
    assert not target.exists()


def test_a_picture_of_what_is_not_in_the_recording(
    qapp: object, recording: Path, tmp_path: Path, capsys: Told
) -> None:
    target = tmp_path / "picture.png"
    assert main(["snapshot", str(recording), "-o", str(target), "--start", "7000"]) == 1
    told = capsys.readouterr().err
    assert "so nothing begins at 7000 s; " in told
    assert told.count("\n") == 1
    assert not target.exists()


# --- of the quality map


def test_a_page_is_a_png_of_that_size(recording: Path, kept: Path, tmp_path: Path) -> None:
    target = tmp_path / "page.png"
    told = _snapshot(recording, "-o", target, "--overview", "--size", "900x500")
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")
    assert _size_of(target) == (900, 500)
    assert len(list(kept.glob("rec001.LM1_ECOG_3.clfp.*.overview"))) == 1


def test_a_page_of_what_is_kept_reads_no_sample(
    qapp: object, recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    first, second = tmp_path / "1.png", tmp_path / "2.png"
    page = ["snapshot", str(recording), "--overview", "--size", "800x400", "-o"]
    assert main([*page, str(first)]) == 0
    monkeypatch.setattr(OverviewBuild, "read_unit", lambda *_: pytest.fail("was kept"))
    assert main([*page, str(second)]) == 0
    assert capsys.readouterr() == ("", "")
    assert first.read_bytes() == second.read_bytes()


def test_a_page_is_made_where_nothing_can_be_kept_and_the_mask_is_unreadable(
    qapp: object, recording: Path, kept: Path, tmp_path: Path, capsys: Told
) -> None:
    kept.touch()
    recording.with_suffix(".mask.pkl").write_bytes(b"no pickle")
    target = tmp_path / "page.png"
    assert main(["snapshot", str(recording), "--overview", "-o", str(target)]) == 0
    not_kept, mask = capsys.readouterr().err.splitlines()
    assert not_kept.startswith(f"ecogview: {kept}: overviews cannot be kept here: ")
    assert mask.startswith("ecogview: ")
    assert "mask.pkl" in mask
    assert target.exists()


def test_a_page_of_what_cannot_be_read(
    qapp: object, recording: Path, tmp_path: Path, capsys: Told
) -> None:
    description = recording.with_name("rec001.experiment.json")
    description.write_text(json.dumps({}))
    target = tmp_path / "page.png"
    assert main(["snapshot", str(recording), "--overview", "-o", str(target)]) == 1
    assert capsys.readouterr().err.startswith(f"ecogview: {description}: ")
    assert not target.exists()


# --- as vectors, and at a larger scale


@pytest.mark.parametrize(("ending", "head"), [("svg", b"<?xml"), ("pdf", b"%PDF-")])
def test_a_picture_of_vectors(recording: Path, tmp_path: Path, ending: str, head: bytes) -> None:
    target = tmp_path / f"picture.{ending}"
    told = _snapshot(recording, "-o", target, "--size", "640x480")
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")
    assert target.read_bytes().startswith(head)


def test_a_picture_at_a_larger_scale(qapp: object, recording: Path, tmp_path: Path) -> None:
    target = tmp_path / "picture.png"
    args = ["snapshot", str(recording), "-o", str(target), "--size", "640x480", "--scale", "3"]
    assert main(args) == 0
    assert _size_of(target) == (1920, 1440)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("-o", "a.jpg"), "a.jpg does not end in .png, .svg or .pdf"),
        (("-o", "a.png", "--scale", "9"), "invalid choice: 9"),
        (("-o", "a.svg", "--overview"), "--overview is drawn in pixels"),
    ],
)
def test_what_cannot_be_drawn_is_wrong_usage(
    recording: Path, capsys: Told, args: tuple[str, ...], said: str
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["snapshot", str(recording), *args])
    assert said in capsys.readouterr().err


def test_a_picture_too_large_is_refused_before_anything_is_read(
    recording: Path, tmp_path: Path, capsys: Told
) -> None:
    target = tmp_path / "picture.png"
    args = ["snapshot", str(recording), "-o", str(target), "--size", "4000x500", "--scale", "5"]
    assert main(args) == 1
    assert "20000 × 2500 pixels" in capsys.readouterr().err
    assert not target.exists()
