"""What edits are called in the undo menu."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from ecogview.data.mask_tracks import MaskTracks, empty_tracks
from ecogview.data.recording import Channel, Electrode, RecordingInfo
from ecogview.dsp.runs import EMPTY, Runs
from ecogview.model.edit_text import edit_text, resize_text
from ecogview.model.mask import MaskEdit, invert_channels, mark_channels
from ecogview.model.span_edit import mark_spans, move_span, unmark_spans
from tests.model.plain_mask import PlainMask, plain_masks

RATE, N_SAMPLES, N_CHANNELS = 250.0, 2_000_000, 6
INFO = RecordingInfo(
    path=Path("rec001.drive.clfp_ds250.dat"),
    rec_id="rec001",
    microdrive_name="drive",
    rec_type="clfp_ds250",
    sampling_rate=RATE,
    n_samples=N_SAMPLES,
    channels=tuple(
        Channel(i, f"E{i + 1:02}", Electrode(f"E{i + 1:02}")) for i in range(N_CHANNELS)
    ),
    dtype=np.dtype(np.float32),
    units="µV",
    layout="planar",
)
FIRST_BAD = np.arange(N_CHANNELS) < 1
TRACKS: MaskTracks = replace(
    empty_tracks(N_SAMPLES, N_CHANNELS),
    hf=Runs.of([(4740, 5000), (6000, 6010), (7000, 7020)]),
    sat=Runs.of([(4990, 5100)]),
    manual=Runs.of([(8000, 8100)]),
)


def spans(*pairs: tuple[int, int]) -> Runs:
    return Runs.of(pairs)


@pytest.mark.parametrize(
    ("edit", "text"),
    [
        (mark_spans(TRACKS, spans((3953, 4321))), "1.472 s marked bad at 0:15.812"),
        (mark_spans(TRACKS, spans((5990, 6020))), "0.080 s marked bad in 2 pieces"),
        (mark_spans(TRACKS, spans((10_000, 1_510_000))), "6,000.000 s marked bad at 0:40.000"),
        (unmark_spans(TRACKS, spans((4750, 4760))), "hf at 0:19.000 cut"),
        (unmark_spans(TRACKS, spans((4000, 4760))), "hf at 0:18.960 cut"),
        (unmark_spans(TRACKS, spans((6000, 6010))), "hf at 0:24.000 un-marked"),
        (unmark_spans(TRACKS, spans((7900, 8100))), "manual at 0:32.000 un-marked"),
        (unmark_spans(TRACKS, spans((5500, 9000))), "3 spans un-marked"),
        (unmark_spans(TRACKS, spans((4980, 5010))), "2 spans cut"),
        (unmark_spans(TRACKS, spans((4800, 5100))), "1 span un-marked, 1 cut"),
        (unmark_spans(TRACKS, spans((4800, 6010))), "2 spans un-marked, 1 cut"),
        (move_span(TRACKS, (8000, 8100), (8050, 8150)), "manual at 0:32.000 moved to 0:32.200"),
        (move_span(TRACKS, (8000, 8100), (8000, 8150)), "0.200 s marked bad at 0:32.400"),
        (move_span(TRACKS, (8000, 8100), (8000, 8050)), "manual at 0:32.200 cut"),
        (
            move_span(TRACKS, (8000, 8100), (6990, 7040)),
            "0.120 s marked bad, 0.400 s un-marked",
        ),
        (mark_channels(TRACKS, [4], bad=True), "E05 bad"),
        (MaskEdit(made_good=(0, 2, 5)), "E01, E03, E06 good"),
        (MaskEdit(made_bad=(5, 1), made_good=(0,)), "E06, E02 bad; E01 good"),
        (invert_channels(TRACKS), "6 channels bad"),
        (
            MaskEdit.between(TRACKS, replace(TRACKS, manual=EMPTY, bad_channels=FIRST_BAD)),
            "manual at 0:32.000 un-marked; E01 bad",
        ),
        (MaskEdit(), ""),
    ],
)  # fmt: skip
def test_text_of_an_edit(edit: MaskEdit, text: str) -> None:
    assert edit_text(edit, INFO) == text


def test_decimals_are_those_the_sampling_rate_needs() -> None:
    edit = mark_spans(TRACKS, spans((30_001, 30_004)))
    assert edit_text(edit, replace(INFO, sampling_rate=30_000.0)) == (
        "0.00010 s marked bad at 0:01.00003"
    )
    assert edit_text(edit, replace(INFO, sampling_rate=1.0)) == "3 s marked bad at 8:20:01"


def test_text_of_spans_resized() -> None:
    assert resize_text("grow", 125, RATE) == "Spans grown by 0.5 s"
    assert resize_text("fill", 500, RATE) == "Gaps shorter than 2 s filled"
    assert resize_text("drop", 1, RATE) == "Spans shorter than 0.004 s un-marked"


@given(plain_masks, plain_masks)
def test_every_change_has_words(a: PlainMask, b: PlainMask) -> None:
    edit = MaskEdit.between(a.tracks(), b.tracks())
    assert bool(edit_text(edit, INFO)) == bool(edit)
