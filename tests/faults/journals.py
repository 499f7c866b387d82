"""kill -9 while marks are made and none is saved: which of them come back."""

from __future__ import annotations

import os
import random
import select
import struct
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from ecogview.data.mask_tracks import empty_tracks
from ecogview.services.journal import Journal, pending
from ecogview.services.journal_keeper import DELAY_S, JournalKeeper
from tests.faults.victim import N_CHANNELS, N_SAMPLES, in_child, kill, version

REPORT = struct.Struct("=qd")


@dataclass
class Recovered:
    """How many edits there were, how many came back, how old the oldest was that did not."""

    killed: int = 0
    made: int = 0
    back: int = 0
    oldest_lost_s: float = 0.0


def killed_while_editing(count: int, *, delay_s: float = DELAY_S, seed: int = 0) -> Recovered:
    """Kill a child that marks without saving, `count` times; see what the journal gives back."""
    chance, result = random.Random(seed), Recovered()
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(count):
            # Long enough for several turns of the journal.
            _edit_and_die(Path(folder), delay_s, delay_s * chance.uniform(2, 4), result)
            assert not list(Path(folder).iterdir()), "something is left behind"
    assert result.oldest_lost_s < 5, f"a mark was {result.oldest_lost_s:.1f} s old and is lost"
    return result


def _edit_and_die(folder: Path, delay_s: float, lifetime_s: float, result: Recovered) -> None:
    mask = folder / "rec001.LM1_ECOG_3.clfp.mask.pkl"
    reading, writing = os.pipe()

    def edit() -> None:
        saved = empty_tracks(N_SAMPLES, N_CHANNELS)
        journal = Journal(mask, folder / "rec001.LM1_ECOG_3.clfp.dat", folder=folder)
        keeper = JournalKeeper(journal, on_error=lambda error: os._exit(5), delay_s=delay_s)
        for number in range(1, 1_000_000):
            keeper.submit(version(saved, number), saved)
            os.write(writing, REPORT.pack(number, time.monotonic()))
            select.select([], [], [], 0.002)

    child = in_child(edit)
    os.close(writing)
    reports = [os.read(reading, REPORT.size)]
    select.select([], [], [], lifetime_s)
    assert not pending(mask, folder=folder).unsaved, "marks of a living program are offered"
    died_s = time.monotonic()
    kill(child)
    while report := os.read(reading, REPORT.size):
        reports.append(report)
    os.close(reading)
    made = dict(REPORT.unpack(report) for report in reports)
    found = pending(mask, folder=folder)
    assert not found.problems, found.problems
    (unsaved,) = found.unsaved
    back = unsaved.record.tracks.manual.total
    assert unsaved.is_same_mask
    assert back in made
    unsaved.discard()
    result.killed += 1
    result.made += max(made)
    result.back += back
    if back + 1 in made:
        result.oldest_lost_s = max(result.oldest_lost_s, died_s - made[back + 1])
