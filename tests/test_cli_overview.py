"""`ecogview overview`: what is built, kept, said, and left behind."""

from __future__ import annotations

import errno
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ecogview import cli
from ecogview.cli import main
from ecogview.data import envelope_file, kept_files
from ecogview.data.kept_files import FOLDER_VARIABLE, KeptFiles, OverviewSettings
from ecogview.data.kept_files import write_overview_settings as write_settings
from ecogview.dsp import engine
from ecogview.services import overview_batch
from ecogview.services.overview_batch import OverviewBatch
from ecogview.services.overview_build import OverviewBuild
from tests.builders import marked_samples, write_recording
from tests.services.test_terminal import Screen

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="signals end a process there")
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
def day(tmp_path: Path, kept: Path) -> Path:
    """A folder with four recordings, of three kinds and two lengths."""
    folder = tmp_path / "day"
    samples = marked_samples(3, 700)
    write_recording(folder / "001", samples=samples)
    write_recording(folder / "001", samples=samples[:, :500], rec_type="clfp_ds250")
    write_recording(folder / "002", samples=samples, rec_id="rec002", rec_type="raw")
    write_recording(folder / "010", samples=samples + 1, rec_id="rec010")
    return folder


def names_in(folder: Path) -> list[str]:
    """Without what tells versions of a file apart."""
    return sorted(re.sub(r"\.[0-9a-f]{32}\.overview$", "", p.name) for p in folder.iterdir())


ALL = [
    *("rec001.LM1_ECOG_3.clfp", "rec001.LM1_ECOG_3.clfp_ds250"),
    *("rec002.LM1_ECOG_3.raw", "rec010.LM1_ECOG_3.clfp"),
]


def spoil(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 255
    path.write_bytes(content)


# --- what is built


def test_a_folder_is_built_once(day: Path, kept: Path, capsys: Told) -> None:
    before = {path: path.stat().st_mtime_ns for path in day.rglob("*")}
    assert main(["overview", str(day), "--jobs", "1"]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    *lines, last = told.out.splitlines()
    assert [Path(line.split(": ")[0]).stem for line in lines] == ALL
    assert all(re.search(r": built in \d+\.\d s, \d+ kB$", line) for line in lines)
    assert last.startswith("4 built, 0 kept already; overviews take ")
    assert last.endswith(f" of at most 60 GB in {kept}")
    assert names_in(kept) == ALL
    assert {path: path.stat().st_mtime_ns for path in day.rglob("*")} == before

    assert main(["overview", str(day)]) == 0
    *lines, last = capsys.readouterr().out.splitlines()
    assert sorted(Path(line.split(": ")[0]).stem for line in lines) == ALL
    assert all(line.endswith(".dat: kept already") for line in lines)
    assert last.startswith("0 built, 4 kept already; ")


def test_threads_build_the_same(day: Path, kept: Path, tmp_path: Path, capsys: Told) -> None:
    assert main(["overview", str(day), "--jobs", "1"]) == 0
    other = tmp_path / "other"
    assert main(["overview", str(day), "--jobs", "3", "--cache-dir", str(other)]) == 0
    assert capsys.readouterr().out.count("built in") == 8
    made = {path.name: path.read_bytes() for path in kept.iterdir()}
    assert {path.name: path.read_bytes() for path in other.iterdir()} == made


def test_a_recording_named_twice_is_built_once(day: Path, kept: Path, capsys: Told) -> None:
    path = day / "002" / "rec002.LM1_ECOG_3.raw.dat"
    assert main(["overview", str(path), str(day), str(path.parent / ".." / "002" / path.name)]) == 0
    assert capsys.readouterr().out.count("rec002") == 1


def test_a_damaged_one_is_made_anew(day: Path, kept: Path, capsys: Told) -> None:
    assert main(["overview", str(day)]) == 0
    sound = {path: path.read_bytes() for path in kept.iterdir()}
    spoil(next(kept.glob("rec002*")))
    capsys.readouterr()
    assert main(["overview", str(day)]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert [
        Path(line.split(": ")[0]).stem for line in told.out.splitlines() if "built in" in line
    ] == [ALL[2]]
    assert "1 built, 3 kept already; " in told.out
    assert {path: path.read_bytes() for path in kept.iterdir()} == sound


# --- what cannot be built


def test_broken_ones_among_good_ones(day: Path, kept: Path, capsys: Told) -> None:
    (day / "001" / "rec001.LM1_ECOG_3.lfp.dat").touch()
    (day / "002" / "rec002.experiment.json").write_text("{")
    gone, empty = day / "gone.dat", day / "empty"
    empty.mkdir()
    assert main(["overview", str(gone), str(day), str(empty)]) == 1
    told = capsys.readouterr()
    errors = told.err.splitlines()
    assert all(line.startswith("ecogview: ") and "; " in line for line in errors)
    assert sum("rec001.LM1_ECOG_3.lfp.dat: holds no samples" in line for line in errors) == 1
    assert sum("rec002.experiment.json: " in line for line in errors) == 1
    assert f"ecogview: {empty}: holds no recordings; the names of recordings are *.dat" in errors
    assert f"ecogview: {gone}: does not exist; check its name and folder" in errors
    assert len(errors) == 4
    assert "3 built, 0 kept already, 4 not; " in told.out
    assert names_in(kept) == [name for name in ALL if not name.startswith("rec002")]


def test_a_recording_that_grows_meanwhile(
    day: Path, kept: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    real = OverviewBuild.read_unit

    def grown(build: OverviewBuild, unit: int) -> tuple[int, int]:
        with build._recording.info.path.open("ab") as file:
            file.write(bytes(12))
        return real(build, unit)

    monkeypatch.setattr(OverviewBuild, "read_unit", grown)
    assert main(["overview", str(day / "010")]) == 1
    assert "was written to while it was read; read it again" in capsys.readouterr().err
    assert list(kept.iterdir()) == []


def test_no_room_for_one_leaves_the_others_alone(day: Path, kept: Path, capsys: Told) -> None:
    assert main(["overview", str(day)]) == 0
    sizes = {path.name.split(".")[2]: path.stat().st_size for path in kept.iterdir()}
    write_settings(OverviewSettings(cap_gb=(sum(sizes.values()) - 100) / 1e9))
    next(kept.glob("rec010*")).unlink()
    capsys.readouterr()
    assert main(["overview", str(day)]) == 1
    told = capsys.readouterr()
    assert re.fullmatch(
        rf"ecogview: .*rec010\S+\.dat: its overview cannot be kept: {re.escape(str(kept))}: "
        r"the overview takes .* there is no room for it.*; make room, or name another folder\n",
        told.err,
    )
    assert names_in(kept) == ALL[:3]
    assert "0 built, 3 kept already, 1 not; " in told.out


def test_the_disk_is_full_for_one(
    day: Path, kept: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    real, calls = envelope_file.write_from, []

    def full_at_first(descriptor: int, array: Any, offset: int) -> None:
        calls.append(offset)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(descriptor, array, offset)

    monkeypatch.setattr(envelope_file, "write_from", full_at_first)
    assert main(["overview", str(day), "--jobs", "1"]) == 1
    told = capsys.readouterr()
    assert re.fullmatch(
        rf"ecogview: .*{ALL[0]}\.dat: its overview cannot be kept: .*"
        rf"{os.strerror(errno.ENOSPC)}; make room on the disk.*\n",
        told.err,
    )
    assert names_in(kept) == ALL[1:]
    assert "3 built, 0 kept already, 1 not; " in told.out


def test_a_folder_that_cannot_be_written_is_told_once(day: Path, kept: Path, capsys: Told) -> None:
    kept.touch()
    assert main(["overview", str(day)]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(f"ecogview: {kept}: overviews cannot be kept here: ")
    assert told.err.count("\n") == 1
    assert told.err.count(str(kept)) == 1


def test_odd_settings_are_told(day: Path, kept: Path, capsys: Told) -> None:
    path = kept_files.settings_path()
    path.parent.mkdir(parents=True)
    path.write_text("[]")
    assert main(["overview", str(day)]) == 0
    assert capsys.readouterr().err == f"ecogview: {path}: holds no object\n"


def test_a_mistake_of_ours_in_one_does_not_end_the_others(
    day: Path, kept: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    real = OverviewBuild.read_unit

    def mistaken(build: OverviewBuild, unit: int) -> tuple[int, int]:
        if build._recording.info.rec_id == "rec002":
            raise ZeroDivisionError("by nought")
        return real(build, unit)

    monkeypatch.setattr(OverviewBuild, "read_unit", mistaken)
    assert main(["overview", str(day)]) == 1
    told = capsys.readouterr()
    assert "its overview cannot be made (ZeroDivisionError('by nought')); please " in told.err
    assert told.err.count("\n") == 1
    assert names_in(kept) == [name for name in ALL if not name.startswith("rec002")]


def test_without_numba(
    day: Path, kept: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    def missing() -> None:
        raise ImportError("No module named 'numba'")

    monkeypatch.setattr(engine, "load_compiled", missing)
    assert main(["overview", str(day)]) == 0
    told = capsys.readouterr()
    assert told.err.endswith("so it takes many times longer: No module named 'numba'\n")
    assert told.err.count("\n") == 1
    assert "4 built" in told.out
    assert main(["overview", str(day)]) == 0
    assert capsys.readouterr().err == "", "nothing is loaded where nothing is built"


# --- on the screen


def test_a_terminal_gets_a_line_that_is_gone_in_the_end(
    day: Path, kept: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(OverviewBatch, "_each", _with_a_look_between(OverviewBatch._each))
    assert main(["overview", str(day), "--jobs", "1"]) == 0
    drawn = screen.getvalue().split("\r")
    progress = r" *\d+ %  [\d,]+ MB/s  \d+:\d\d left  .*"
    assert any(re.fullmatch(progress, text) for text in drawn)
    assert "  0 %  0 MB/s  …" in [text.rstrip(" ") for text in drawn]
    assert screen.line == ""
    assert "4 built" in capsys.readouterr().out


def _with_a_look_between(real: Any) -> Any:
    def each(*args: Any) -> Iterator[Any]:
        yield None
        yield from real(*args)

    return each


# --- stopped


_READING_FOR_EVER = """\
import sys
from ecogview.cli import main
from ecogview.dsp import engine
from ecogview.services.overview_build import OverviewBuild
def read_unit(build, unit):
    print('reading', flush=True)
    while True:
        build._wait()
engine.load_compiled = lambda: None
OverviewBuild.read_unit = read_unit
sys.exit(main(sys.argv[1:]))
"""


@posix_only
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_stops_it_in_order(
    tmp_path: Path, kept: Path, number: signal.Signals, status: int
) -> None:
    path = write_recording(tmp_path, samples=marked_samples(2, 500))
    with subprocess.Popen(
        [sys.executable, "-c", _READING_FOR_EVER, "overview", str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(cli.__file__).parents[1],
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "reading\n"
        assert [p.suffix for p in kept.iterdir()] == [".ecogview-tmp"]
        process.send_signal(number)
        assert process.wait(10) == status
        told = process.stderr.read()
    assert (
        told == "ecogview: stopped: what is complete is kept; the same command goes on from there\n"
    )
    assert list(kept.iterdir()) == []


def test_a_read_that_hangs_does_not_hold_up_the_end(
    day: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overview_batch, "_JOIN_S", 0.01)
    reached, go_on = overview_batch.threading.Event(), overview_batch.threading.Event()

    def hang(build: OverviewBuild, unit: int) -> tuple[int, int]:
        reached.set()
        assert go_on.wait(10)
        build._wait()
        raise AssertionError

    monkeypatch.setattr(OverviewBuild, "read_unit", hang)
    paths = sorted(day.rglob("*.dat"))
    with OverviewBatch(paths, KeptFiles(kept), 1) as batch:
        assert list(batch.look()) == [None] * 4
        assert next(batch.build()) is None
        assert reached.wait(5)
        assert batch.progress.paths == (paths[0],)
    assert all(thread.daemon for thread in batch._threads)
    go_on.set()
    for thread in batch._threads:
        thread.join(5)
    assert list(kept.iterdir()) == []


# --- what imports Qt


def test_no_qt_is_imported(day: Path, kept: Path) -> None:
    script = (
        "import sys\n"
        "from ecogview.cli import main\n"
        "status = main(['overview', *sys.argv[1:]])\n"
        "loaded = [m for m in sys.modules if m.startswith('PyQt')]\n"
        "sys.exit(' '.join(loaded) or status)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", script, str(day), "--jobs", "2"],
        capture_output=True,
        text=True,
        cwd=Path(cli.__file__).parents[1],
        timeout=60,
        check=False,
    )
    assert (told.returncode, told.stderr) == (0, "")
    assert "4 built" in told.stdout
    assert names_in(kept) == ALL
