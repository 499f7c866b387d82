"""`ecogview export`: what is written, said, and left behind."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ecogview import DataFile
from ecogview.cli import main
from ecogview.services import exporting
from tests.data.exporters.export_desk import Desk, make_desk
from tests.services.test_terminal import Screen

Told = pytest.CaptureFixture[str]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path)


def export(desk: Desk, name: str, *arguments: str) -> int:
    return main(["export", str(desk.path), "--to", str(desk.out / name), *arguments])


def test_a_stretch_is_written_and_named(desk: Desk, capsys: Told) -> None:
    assert export(desk, "a.npy", "--start", "1.2371", "--stop", "3.0006") == 0
    np.testing.assert_array_equal(np.load(desk.out / "a.npy"), desk.samples[:, 1237:3001])
    told = capsys.readouterr()
    assert told.out == f"{desk.out / 'a.npy'}: 50 kB\n"
    assert told.err.splitlines() == [
        "ecogview: a.npy: the format holds no mask: 3 bad spans are not told in it",
        "ecogview: a.npy: the format knows no bad channels; not told in it: E03, E13",
    ]


def test_all_options_together(desk: Desk, capsys: Told) -> None:
    options = ["--start", "1", "--stop", "2", "--channels", "E05, E01", "--bad-samples", "NaN"]
    assert export(desk, "a.data.npz", *options, "--format", "npz") == 0
    with np.load(desk.out / "a.data.npz") as found:
        wanted = desk.samples[[2, 0], 1000:2000].copy()
        wanted[:, desk.bad(1000, 2000)] = np.nan
        np.testing.assert_array_equal(found["data"], wanted)


def test_good_channels(desk: Desk) -> None:
    assert export(desk, "a.npy", "--channels", "good", "--bad-samples", "-1.5") == 0
    wanted = desk.samples[~desk.mask["ch"]].copy()
    wanted[:, desk.bad(0, wanted.shape[1])] = -1.5
    np.testing.assert_array_equal(np.load(desk.out / "a.npy"), wanted)


def test_a_folder_gets_a_name(desk: Desk, capsys: Told) -> None:
    assert export(desk, "", "--start", "1", "--stop", "2", "--format", "lab") == 0
    assert len(capsys.readouterr().out.splitlines()) == 3
    with DataFile(desk.out / "rec001_1-2s.LM1_ECOG_3.clfp.dat") as found:
        assert found.n_sample == 1000


def test_force_replaces(desk: Desk, capsys: Told) -> None:
    assert export(desk, "a.npy", "--stop", "1") == 0
    capsys.readouterr()
    assert export(desk, "a.npy", "--stop", "2") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line == (
        f"ecogview: {desk.out / 'a.npy'}: exists already; "
        "choose another name, or replace it (--force)"
    )
    assert export(desk, "a.npy", "--stop", "2", "--force") == 0
    assert np.load(desk.out / "a.npy").shape == (7, 2000)


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["--start", "2", "--stop", "1"], "no sample from 2 to 1 s"),
        (["--start", "1", "--stop", "1.0004"], "no sample from 1 to 1 s"),
        (["--stop", "6"], "stop 6 s lies outside 0 to 5.003 s"),
        (["--start", "1e30"], "start 1e+30 s lies outside"),
        (["--channels", "E01,E02"], "no channel 'E02'"),
        (["--channels", ""], "no channel ''"),
        (["--bad-samples", "1e40"], "no float32"),
        (["--bad-samples", "inf"], "inf"),
        (["--format", "npz"], "end in .npz"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    desk: Desk, arguments: list[str], what: str, capsys: Told
) -> None:
    assert export(desk, "a.npy", *arguments) == 1
    told = capsys.readouterr()
    assert told.out == ""
    (line,) = told.err.splitlines()
    assert line.startswith("ecogview: ")
    assert what in line
    assert not desk.left()


@pytest.mark.parametrize(
    "arguments",
    [["--start", "x"], ["--start", "-1"], ["--format", "xls"], ["--bad-samples", "drop"]],
)
def test_wrong_usage(desk: Desk, arguments: list[str], capsys: Told) -> None:
    with pytest.raises(SystemExit) as stop:
        export(desk, "a.npy", *arguments)
    assert stop.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_no_target_is_wrong_usage(desk: Desk) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["export", str(desk.path)])
    assert stop.value.code == 2


def test_missing_files_are_one_line(desk: Desk, capsys: Told) -> None:
    assert main(["export", str(desk.out / "x.dat"), "--to", str(desk.out / "a.npy")]) == 1
    assert export(desk, "nowhere/a.npy") == 1
    assert export(desk, "a.xls") == 1
    assert len(capsys.readouterr().err.splitlines()) == 3


def test_an_unreadable_mask_is_told(desk: Desk, capsys: Told) -> None:
    (desk.path.parent / "rec001.LM1_ECOG_3.clfp.mask.pkl").write_bytes(b"")
    assert export(desk, "a.npz") == 1
    assert export(desk, "b.npy", "--bad-samples", "nan") == 1
    assert export(desk, "c.npy", "--channels", "good") == 1
    assert capsys.readouterr().err.count("the mask cannot be read") == 3
    assert export(desk, "a.npy") == 0
    assert desk.left() == ["a.npy"]
    told = capsys.readouterr().err
    assert "rec001.LM1_ECOG_3.clfp.mask.pkl: " in told  # why it cannot be
    assert "a.npy: the mask cannot be read, so nothing is known of what is bad" in told


def test_values_that_edf_cannot_hold_are_told_before(desk: Desk, capsys: Told) -> None:
    pytest.importorskip("edfio")
    rows = desk.samples.T.copy()
    rows[77, 3] = 2e8
    desk.path.write_bytes(rows.tobytes())
    assert export(desk, "a.edf") == 1
    assert "channel E07 reaches from" in capsys.readouterr().err.splitlines()[-1]
    assert not desk.left()


def test_edf_tells_its_steps_before(desk: Desk, capsys: Told) -> None:
    pytest.importorskip("edfio")
    assert export(desk, "a.edf", "--stop", "2.5") == 0
    told = capsys.readouterr().err.splitlines()
    assert (
        "ecogview: a.edf: values are rounded to 16-bit steps over the range of each channel"
    ) in told
    assert any("a.edf: needs about 67 MB of memory" in line for line in told)
    assert "quantisation step 0.0" in told[-1]


def test_counts_are_told(tmp_path: Path, capsys: Told) -> None:
    assert export(make_desk(tmp_path, "raw"), "a.npy") == 0
    assert "signed counts of the converter, not µV" in capsys.readouterr().err


def test_progress_on_a_terminal(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr("ecogview.export_command._TELL_EVERY_S", 0)
    monkeypatch.setattr("ecogview.services.export_blocks._BLOCK_BYTES", 10_000)
    assert export(desk, "a.npy") == 0
    text = screen.getvalue()
    assert "writing   50 %" in text
    assert "left" in text
    assert text.endswith("\r")


def test_ctrl_c_leaves_nothing(desk: Desk, capsys: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        (made,) = desk.out.iterdir()
        assert made.is_dir()
        raise KeyboardInterrupt

    monkeypatch.setattr(exporting, "place", interrupted)
    assert export(desk, "a.npy") == 130
    assert capsys.readouterr().err.endswith("ecogview: stopped: nothing is left of the export\n")
    assert not desk.left()


_STOPPED = """
import os, signal, sys
from ecogview import cli
from ecogview.services import export_blocks, exporting
read, count = export_blocks._whole, iter(range(100))
def interrupting(*arguments):
    if next(count) == 3:
        os.kill(os.getpid(), int(sys.argv[1]))
    return read(*arguments)
export_blocks._whole, export_blocks._BLOCK_BYTES = interrupting, 10_000
sys.exit(cli.main(sys.argv[2:]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals end a process there")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_leave_nothing(desk: Desk, number: int, status: int) -> None:
    command = [sys.executable, "-c", _STOPPED, str(int(number)), "export", str(desk.path)]
    done = subprocess.run(
        [*command, "--to", str(desk.out / "a.npy")], check=False, capture_output=True, text=True
    )
    assert done.returncode == status
    assert done.stderr.endswith("ecogview: stopped: nothing is left of the export\n")
    assert not desk.left()


def test_nothing_of_qt_is_imported(desk: Desk) -> None:
    text = "from ecogview.cli import main; import sys; main(sys.argv[1:]); print(*sys.modules)"
    command = [sys.executable, "-c", text, "export", str(desk.path), "--to"]
    done = subprocess.run(
        [*command, str(desk.out / "a.npy")], check=True, capture_output=True, text=True
    )
    assert not [name for name in done.stdout.split() if name.startswith("PyQt6")]
    assert desk.left() == ["a.npy"]
