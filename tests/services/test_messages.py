from __future__ import annotations

import logging

import pytest

from ecogview.services.messages import Action, Message, Messages


@pytest.fixture
def messages() -> Messages:
    return Messages()


@pytest.mark.parametrize(
    ("level", "number"),
    [("info", logging.INFO), ("warning", logging.WARNING), ("error", logging.ERROR)],
)
def test_announces_and_logs(
    messages: Messages, level: str, number: int, caplog: pytest.LogCaptureFixture
) -> None:
    posted: list[Message] = []
    messages.posted.connect(posted.append)
    undo = Action("Undo", lambda: None)
    with caplog.at_level(logging.INFO, "ecogview"):
        getattr(messages, level)("E57 bad", "100 % sure", actions=(undo,), key="marked")
    assert [(m.level, m.text, m.detail, m.actions, m.key) for m in posted] == [
        (level, "E57 bad", "100 % sure", (undo,), "marked")
    ]
    assert [(r.name, r.levelno, r.getMessage()) for r in caplog.records] == [
        ("ecogview", number, "E57 bad 100 % sure")
    ]


def test_text_of_files_is_made_printable(messages: Messages) -> None:
    posted: list[Message] = []
    messages.posted.connect(posted.append)
    messages.error("a\x1b[31mb.dat\n<b>", "\udcff")
    assert (posted[0].text, posted[0].detail) == ("a\\x1b[31mb.dat\\n<b>", "\\udcff")


def test_withdraws_by_key(messages: Messages) -> None:
    withdrawn: list[str] = []
    messages.withdrawn.connect(withdrawn.append)
    messages.withdraw("file")
    assert withdrawn == ["file"]
