"""The command line: what it hands on, what it says, and that nothing ends in a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from ecogview import cli, info_command
from ecogview.cli import main
from ecogview.data.mask_pickle import write_mask
from ecogview.errors import EcogviewError


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Three channels of 2,000 samples at 1 kHz; E05 is bad, and 0.5 to 0.75 s."""
    electrodes = [
        {"label": f"D1  {name}", "position": {"x": i, "y": 7.5, "row": 5, "col": i}}
        for i, name in enumerate(("E02", "E05", "E11"))
    ]
    experiment = {
        "hardware": {
            "acquisition": {"samplingrate": 30000, "num_channels": 96},
            "microdrive": [{"name": "D1", "electrodes": electrodes}],
        }
    }
    (tmp_path / "rec007.experiment.json").write_text(json.dumps(experiment))
    path = tmp_path / "rec007.D1.clfp.dat"
    np.random.default_rng(5).normal(0, 50, (2000, 3)).astype("<f4").tofile(path)
    hf = np.zeros(2000, bool)
    hf[500:750] = True
    mask = {"hf": hf, "sat": np.zeros(2000, bool), "ch": np.array([False, True, False])}
    write_mask(path.with_suffix(".mask.pkl"), mask)
    return path


Calls = list[tuple[tuple[Any, ...], dict[str, Any]]]


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Calls of run_window, which shows nothing here."""
    return _stand_in(monkeypatch, "ecogview.app.running", ("run_window",), 0)


@pytest.fixture
def picture(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Calls of snapshot, and of overview_snapshot, which has no start."""
    return _stand_in(monkeypatch, "ecogview.app.snapshot", ("snapshot", "overview_snapshot"), None)


def _stand_in(
    monkeypatch: pytest.MonkeyPatch, module: str, names: tuple[str, ...], result: int | None
) -> Calls:
    calls: Calls = []

    def record(*args: Any, **options: Any) -> int | None:
        calls.append((args, options))
        return result

    monkeypatch.setitem(sys.modules, module, ModuleType(module))
    for name in names:
        monkeypatch.setattr(sys.modules[module], name, record, raising=False)
    return calls


def _one_line(capsys: pytest.CaptureFixture[str]) -> str:
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("ecogview: ")
    assert told.err.count("\n") == 1
    return told.err


def _ecogview(*args: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ecogview", *map(str, args)],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=Path(cli.__file__).parents[1],
        check=False,
        **options,
    )


# --- info


def test_info_as_json_has_the_attributes_of_a_data_file(
    recording: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["info", str(recording), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    expected = {
        "data_file_path": str(recording),
        "mask_file_path": str(recording.with_suffix(".mask.pkl")),
        "rec_id": "rec007",
        "microdrive_name": "D1",
        "rec_type": "clfp",
        "srate": 1000,
        "data_type": "float32",
        "n_ch": 3,
        "n_sample": 2000,
        "t_total": 2,
        "units": "µV",
        "layout": "interleaved",
        "ch_labels": ["E02", "E05", "E11"],
        "bad_channels": ["E05"],
        "bad_spans": [[0.5, 0.75]],
        "masked_fraction": 0.125,
    }
    assert {key: facts[key] for key in expected} == expected
    assert facts["electrodes"][2] == {"label": "D1  E11", "x": 2, "y": 7.5, "row": 5, "col": 2}
    assert isinstance(facts["warnings"], list)


def test_info_as_text_tells_what_is_bad(
    recording: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["info", str(recording)]) == 0
    told = capsys.readouterr().out
    assert "2,000 at 1000 Hz = 2.000 s" in told
    assert "3, 1 bad: E05" in told
    assert "12.50% in 1 spans" in told


def test_info_of_an_unreadable_mask_has_nulls_and_says_why(
    recording: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recording.with_suffix(".mask.pkl").write_bytes(b"\x80\x03cos\nsystem\nX\x04\0\0\0trueR.")
    assert main(["info", str(recording), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert [facts[key] for key in ("bad_channels", "bad_spans", "masked_fraction")] == [None] * 3
    assert any("mask.pkl" in warning for warning in facts["warnings"])
    assert main(["info", str(recording)]) == 0
    assert "the mask cannot be read" in capsys.readouterr().out


def test_numbers_that_json_lacks_become_null() -> None:
    values = (float("nan"), np.float32(np.inf), np.int64(3), (1.5, None), np.dtype("<i2"), True)
    assert [info_command._plain(value) for value in values] == [
        None,
        None,
        3,
        [1.5, None],
        "int16",
        True,
    ]


# --- errors


def test_what_cannot_be_opened_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "rec001.D1.clfp.dat"
    assert main(["info", str(missing)]) == 1
    assert str(missing) in _one_line(capsys)


def test_a_path_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "nowhere")]) == 1
    assert "nowhere: there is no such file or folder" in _one_line(capsys)


@pytest.mark.parametrize(
    "argv",
    [
        ["--nonsense"],
        ["--demo", "folder"],
        ["info"],
        ["demo-data"],
        ["snapshot", "a.dat"],
        ["snapshot", "a.dat", "-o", "a.jpg"],
        ["snapshot", "a.dat", "-o", "a.png", "--start", "-1"],
        ["snapshot", "a.dat", "-o", "a.png", "--start", "nan"],
        ["snapshot", "a.dat", "-o", "a.png", "--length", "0"],
        ["snapshot", "a.dat", "-o", "a.png", "--length", "ten"],
        ["snapshot", "a.dat", "-o", "a.png", "--size", "1600"],
        ["snapshot", "a.dat", "-o", "a.png", "--size", "99999x900"],
        ["snapshot", "a.dat", "-o", "a.png", "--theme", "pink"],
        ["snapshot", "a.dat", "-o", "a.png", "--overview", "--start", "0"],
        ["snapshot", "a.dat", "-o", "a.png", "--overview", "--length", "10"],
        ["overview"],
        ["overview", "a.dat", "--jobs", "0"],
        ["overview", "a.dat", "--jobs", "65"],
        ["overview", "a.dat", "--jobs", "two"],
    ],
)
def test_wrong_usage_is_one_line_and_status_2(
    argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(argv)
    assert ended.value.code == 2
    told = _one_line(capsys)
    assert "--help" in told
    assert "_" not in told, "names of our own functions mean nothing to a user"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (EcogviewError("a\x1b[2J.dat", "is odd", "look"), r"ecogview: a\x1b[2J.dat: is odd; look"),
        (PermissionError(13, "Permission denied", "b.dat"), "ecogview: b.dat: Permission denied"),
        (OSError("a tape ran out"), "ecogview: a tape ran out"),
        (MemoryError(), "ecogview: there is not enough memory; ask for a shorter window"),
    ],
)
def test_every_error_is_one_line(
    error: BaseException,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(cli._COMMANDS, "info", _raising(error))
    assert main(["info"]) == 1
    assert capsys.readouterr().err == told + "\n"


def test_interrupted_is_silent(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(cli._COMMANDS, "info", _raising(KeyboardInterrupt()))
    assert main(["info"]) == 130
    assert capsys.readouterr() == ("", "")


def _raising(error: BaseException) -> Callable[..., int]:
    def fail(_argv: object) -> int:
        raise error

    return fail


def test_a_mistake_of_ours_is_one_line_that_says_where(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(sys, "argv", ["ecogview", "info"])
    monkeypatch.setitem(cli._COMMANDS, "info", _raising(ZeroDivisionError("by nought")))
    with pytest.raises(ZeroDivisionError) as caught:
        main()
    sys.excepthook(ZeroDivisionError, caught.value, caught.tb)
    told = _one_line(capsys)
    assert "ZeroDivisionError in test_cli.py, line " in told
    assert "by nought" in told


def test_without_stdout_and_stderr_as_under_pythonw(
    recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    assert main(["info", str(recording)]) == 0
    assert main(["info", str(tmp_path / "missing.D1.clfp.dat")]) == 1
    with pytest.raises(SystemExit):
        main(["--version"])


def test_a_pipe_whose_reader_has_gone_shows_no_traceback(recording: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        told = subprocess.run(
            [sys.executable, "-m", "ecogview", "info", "--json", str(recording)],
            stdout=writer,
            stderr=subprocess.PIPE,
            cwd=Path(cli.__file__).parents[1],
            timeout=60,
            check=False,
        )
    finally:
        os.close(writer)
    assert told.stderr == b""
    assert told.returncode == 1


def test_a_terminal_without_micro_sign(recording: Path) -> None:
    told = _ecogview("info", recording, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert (told.returncode, told.stderr) == (0, "")
    assert r"\xb5V" in told.stdout


# --- what imports Qt


def test_info_and_help_import_no_qt(recording: Path) -> None:
    script = (
        "import sys\n"
        "from ecogview.cli import main\n"
        "main(['info', sys.argv[1]])\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = [m for m in sys.modules if m.startswith(('PyQt', 'scipy', 'numba'))]\n"
        "sys.exit(' '.join(heavy) or 0)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", script, str(recording)],
        capture_output=True,
        text=True,
        cwd=Path(cli.__file__).parents[1],
        timeout=60,
        check=False,
    )
    assert (told.returncode, told.stderr) == (0, "")
    assert "snapshot PATH" in told.stdout


# --- the window and the picture


def test_the_window_gets_the_paths(window: Calls, recording: Path) -> None:
    assert main([str(recording), str(recording.parent)]) == 0
    assert main([]) == 0
    assert main(["--demo"]) == 0
    assert window == [
        (([recording, recording.parent],), {"demo": False, "layout": None}),
        (([],), {"demo": False, "layout": None}),
        (([],), {"demo": True, "layout": None}),
    ]


def test_a_file_named_like_a_command(
    window: Calls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "info").mkdir()
    monkeypatch.chdir(tmp_path)
    assert main(["./info"]) == 0
    assert window == [(([Path("info")],), {"demo": False, "layout": None})]
    with pytest.raises(SystemExit, match="2"):
        main(["info"])


def test_the_picture_gets_what_was_asked_for(picture: Calls) -> None:
    argv = ["snapshot", "a.dat", "-o", "b.PNG", "--start", "1.5", "--length", "20"]
    assert main([*argv, "--size", "800x600", "--theme", "dark"]) == 0
    assert main(["snapshot", "a.dat", "--output", "b.png"]) == 0
    assert main(["snapshot", "a.dat", "-o", "b.png", "--overview", "--size", "800x600"]) == 0
    asked = {"start_s": 1.5, "length_s": 20, "width": 800, "height": 600, "theme": "dark"}
    default = {"start_s": None, "length_s": None, "width": 1600, "height": 900, "theme": "light"}
    asked["scale"] = default["scale"] = 1
    asked["layout"] = default["layout"] = None
    page = {"width": 800, "height": 600, "theme": "light", "layout": None}
    assert picture == [
        ((Path("a.dat"), Path("b.PNG")), asked),
        ((Path("a.dat"), Path("b.png")), default),
        ((Path("a.dat"), Path("b.png")), page),
    ]
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen"


def test_a_missing_library_of_qt_is_answered_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Broken:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "ecogview.app.running":
                raise ImportError("libEGL.so.1: cannot open shared object file: No such file")

    monkeypatch.delitem(sys.modules, "ecogview.app.running", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    monkeypatch.setattr("ecogview.qt_libraries._loads", lambda library: library != "libEGL.so.1")
    assert main([]) == 1
    assert _one_line(capsys).endswith("--no-install-recommends libegl1\n")


def test_demo_data_tells_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("ecogview.data.demo.write_demo", lambda folder: folder)
    assert main(["demo-data", str(tmp_path / "d")]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'd'}\n"


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out.startswith("ecogview ")
