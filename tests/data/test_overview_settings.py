"""Where overviews are kept, and how many: the settings that a lab can share."""

from __future__ import annotations

import json
import re
from pathlib import Path

import platformdirs
import pytest

from ecogview.data.kept_files import (
    FOLDER_VARIABLE,
    KeptFiles,
    OverviewSettings,
    read_overview_settings,
    settings_path,
    write_overview_settings,
)
from ecogview.errors import EcogviewError


def test_argument_then_variable_then_settings_then_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    default = Path(platformdirs.user_cache_dir("ecogview", appauthor=False)) / "overviews"
    assert KeptFiles().folder == default
    assert KeptFiles().cap_bytes == 60_000_000_000
    write_overview_settings(OverviewSettings(tmp_path / "set", 1.5))
    assert (KeptFiles().folder, KeptFiles().cap_bytes) == (tmp_path / "set", 1_500_000_000)
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "variable"))
    assert KeptFiles().folder == tmp_path / "variable"
    assert KeptFiles(tmp_path / "argument", cap_bytes=7).folder == tmp_path / "argument"
    assert KeptFiles(cap_bytes=7).cap_bytes == 7
    monkeypatch.setenv(FOLDER_VARIABLE, "")
    assert KeptFiles().folder == tmp_path / "set"
    assert KeptFiles().settings_problem is None
    monkeypatch.chdir(tmp_path)
    assert KeptFiles("here").folder == tmp_path / "here"


def test_settings_are_kept(tmp_path: Path) -> None:
    assert read_overview_settings() == OverviewSettings()
    for settings in (OverviewSettings(tmp_path / "µ \udcff", 0.0), OverviewSettings(None, 1e6)):
        write_overview_settings(settings)
        assert read_overview_settings() == settings
    assert [path.name for path in settings_path().parent.iterdir()] == ["overviews.json"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (b"", "is not JSON"),
        (b"{", "is not JSON"),
        (b"\xff\xfe\xff", "is not JSON"),
        (b"[" * 60_000, "is not JSON"),
        (b'{"cap_gb": ' + b"9" * 5000 + b"}", "is not JSON|no number from 0"),
        (b" " * 70_000 + b"{}", "is not JSON"),
        (b"[1]", "holds no object"),
        (b'{"folder": 3}', "'folder' is no absolute path"),
        (b'{"folder": "relative/one"}', "'folder' is no absolute path"),
        (b'{"folder": "/a\\u0000b"}', "'folder' is no absolute path"),
        (b'{"cap_gb": true}', "no number from 0 to 1,000,000"),
        (b'{"cap_gb": -1}', "no number from 0 to 1,000,000"),
        (b'{"cap_gb": NaN}', "no number from 0 to 1,000,000"),
        (b'{"cap_gb": 1e999}', "no number from 0 to 1,000,000"),
        (b'{"cap_gb": "60", "folder": ""}', "'folder' .* and 'cap_gb'"),
    ],
)
def test_odd_settings_are_the_default(text: bytes, problem: str) -> None:
    settings_path().parent.mkdir(parents=True)
    settings_path().write_bytes(text)
    settings = read_overview_settings()
    assert (settings.folder, settings.cap_gb) == (None, 60.0)
    assert re.search(problem, settings.problem or "")
    assert str(settings_path()) in (settings.problem or "")
    assert KeptFiles().settings_problem == settings.problem


def test_what_is_right_of_odd_settings_is_taken(tmp_path: Path) -> None:
    settings_path().parent.mkdir(parents=True)
    settings_path().write_text(json.dumps({"folder": str(tmp_path), "cap_gb": "x", "new": 1}))
    settings = read_overview_settings()
    assert (settings.folder, settings.cap_gb) == (tmp_path, 60.0)
    assert settings.problem is not None


def test_settings_that_are_a_folder(tmp_path: Path) -> None:
    settings_path().mkdir(parents=True)
    assert "is a folder" in (read_overview_settings().problem or "")
    with pytest.raises(EcogviewError, match="settings of overviews were not written"):
        write_overview_settings(OverviewSettings())
    settings_path().rmdir()
    settings_path().parent.rmdir()
    settings_path().parent.touch()
    with pytest.raises(EcogviewError, match="settings of overviews were not written"):
        write_overview_settings(OverviewSettings())
