from __future__ import annotations

import logging
import os
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecogview.services.recent import RecentPath
from ecogview.services.settings import RECENT_KEPT, Settings, default_path

VALUES: list[tuple[str, object]] = [
    ("theme", "dark"),
    ("window_geometry", bytes(range(256))),
    ("window_length_s", 2.5),
    ("hide_bad", True),
    ("last_path", Path('/data/a, b;c="d"/ü \udcff.dat')),
    ("recent_paths", (RecentPath(Path("/data/x"), "folder", datetime(2026, 11, 24, 14, 10)),)),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ecogview.ini"


@pytest.mark.parametrize(("name", "value"), VALUES)
def test_a_value_outlives_the_program(path: Path, name: str, value: object) -> None:
    before = Settings(path)
    setattr(before, name, value)
    assert before.flush()
    del before
    assert getattr(Settings(path), name) == value


def test_every_setting_has_a_key_of_its_own_a_default_and_help(path: Path) -> None:
    declared = Settings.declared()
    assert len({setting.key for setting in declared}) == len(declared) >= 8
    assert all(len(setting.help) > 10 for setting in declared)
    fresh = Settings(path)
    for setting in declared:
        assert setting.__get__(fresh, Settings) == setting.default
        assert setting.kind.read(setting.kind.write(setting.default)) == setting.default
    assert fresh.window_length_s == 10.0


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("theme", "pink"),
        ("window_length_s", 0.0),
        ("window_length_s", float("nan")),
        ("window_length_s", -3.0),
    ],
)
def test_refuses_what_it_could_not_read_back(path: Path, name: str, wrong: object) -> None:
    kept = Settings(path)
    with pytest.raises(ValueError, match=r".+"):
        setattr(kept, name, wrong)
    assert kept.text_of(getattr(Settings, name).key) is None


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.one_of(
        st.text(max_size=30),
        st.sampled_from(
            ["true", "1e999", "nan", "[1]", '{"µV": "6"}', '{"µV": true}', "[" * 5000, "null",
             '[["/a", "file", "yesterday"]]', '[["/a\\u0000", "file", "2026-01-01T00:00"]]',
             '[["/a", "pipe", "2026-01-01T00:00"]]', '"\\u0000"', "5", "-1", "",
             "====", "@Invalid()"]
        ),
    )
)  # fmt: skip
def test_whatever_the_file_holds_reading_gives_a_value_of_the_kind(
    tmp_path: Path, text: str
) -> None:
    kept = Settings(tmp_path / "odd.ini")
    for setting in Settings.declared():
        kept.set_text(setting.key, text)
        value = setting.__get__(kept, Settings)
        assert setting.kind.read(setting.kind.write(value)) == value


def test_a_broken_value_is_logged_and_the_default_used(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.write_text("[traces]\nwindow_length_s=ten\nhide_bad=1, 2\n")
    kept = Settings(path)
    assert kept.window_length_s == 10.0
    assert kept.hide_bad is False
    assert "traces/window_length_s is not a number above 0" in caplog.text


def test_a_file_that_is_no_ini_gives_the_defaults(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 40)
    assert Settings(path).theme == "system"


def test_announces_only_what_is_new(path: Path) -> None:
    kept = Settings(path)
    seen: list[str] = []
    kept.changed.connect(seen.append)
    for choice in ("dark", "dark", "light"):
        kept.theme = choice
    assert seen == ["look/theme", "look/theme"]


def test_recent_paths_are_newest_first_once_each_and_few(path: Path, tmp_path: Path) -> None:
    kept = Settings(path)
    now = datetime(2026, 11, 24, 14, 10)
    kept.remember_path(tmp_path, now)
    for number in [*range(RECENT_KEPT + 3), 5]:
        kept.remember_path(tmp_path / f"{number}.dat", now)
    names = [recent.path.name for recent in kept.recent_paths]
    assert names[:3] == ["5.dat", f"{RECENT_KEPT + 2}.dat", f"{RECENT_KEPT + 1}.dat"]
    assert len(names) == len(set(names)) == RECENT_KEPT
    assert kept.last_path == tmp_path / "5.dat"
    kept.remember_path(tmp_path, now)
    first = kept.recent_entries(now)[0]
    assert (first.kind, first.title, first.when) == ("folder", tmp_path.name, "today 14:10")
    kept.clear_recent()
    assert kept.recent_entries() == ()


def test_two_programs_keep_each_others_settings(path: Path) -> None:
    one, other = Settings(path), Settings(path)
    one.theme = "dark"
    other.window_length_s = 3.0
    assert one.flush()
    assert other.flush()
    again = Settings(path)
    assert (again.theme, again.window_length_s) == ("dark", 3.0)


def test_says_when_it_cannot_be_kept(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("no folder")
    kept = Settings(tmp_path / "file" / "ecogview.ini")
    kept.theme = "dark"
    with caplog.at_level(logging.WARNING):
        assert not kept.flush()
    assert "the settings are not kept" in caplog.text


@pytest.mark.skipif(os.name != "posix", reason="the XDG folders are those of Linux")
def test_lives_in_the_configuration_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert default_path() == tmp_path / "ecogview" / "ecogview.ini"
