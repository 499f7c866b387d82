from __future__ import annotations

from pathlib import Path

import pytest

from ecogview import resource_files
from ecogview.resource_files import resource_path


def test_finds_the_icons_of_the_checkout() -> None:
    assert resource_path("icons", "eye.svg").read_text().startswith("<svg")


@pytest.mark.parametrize("place", ["site/ecogview", "site"], ids=["wheel", "checkout"])
def test_finds_them_inside_the_package_and_beside_it(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    icons = tmp_path / place / "resources" / "icons"
    icons.mkdir(parents=True)
    (icons / "eye.svg").write_text("there")
    monkeypatch.setattr(resource_files, "_PACKAGE", tmp_path / "site" / "ecogview")
    assert resource_path("icons", "eye.svg").read_text() == "there"


def test_says_what_is_missing() -> None:
    with pytest.raises(FileNotFoundError, match=r"icons/none\.svg is missing .* install"):
        resource_path("icons", "none.svg")
