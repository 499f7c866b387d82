"""Bad spans as a table, and snapping, against the slow and obvious."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ecogview.data.mask_tracks import MaskTracks, empty_tracks
from ecogview.dsp.runs import Runs
from ecogview.model.mask import KINDS
from ecogview.model.spans import NO_SPANS, Span, SpanRows, snap, snap_edges
from tests.model.plain_mask import N_SAMPLES, PlainMask, plain_masks


def with_spans(**runs: list[tuple[int, int]]) -> MaskTracks:
    found: dict[str, Any] = {kind: Runs.of(pairs) for kind, pairs in runs.items()}
    return replace(empty_tracks(N_SAMPLES, 2), **found)


def plain_rows(plain: PlainMask) -> list[Span]:
    rows = [Span(k, *run) for k, runs in plain.tracks().tracks().items() for run in runs]
    return sorted(rows, key=lambda span: (span.start, KINDS.index(span.kind)))


@given(plain_masks)
def test_rows_are_all_spans_by_start_then_kind(plain: PlainMask) -> None:
    rows, expected = SpanRows.of(plain.tracks()), plain_rows(plain)
    assert [rows[row] for row in range(len(rows))] == expected
    assert [rows.index(span) for span in expected] == list(range(len(rows)))


@given(plain_masks, plain_masks, st.lists(st.integers(0, 14), max_size=9))
def test_chosen_rows_and_what_is_left_of_them_in_another_mask(
    plain: PlainMask, other: PlainMask, picked: list[int]
) -> None:
    rows = SpanRows.of(plain.tracks())
    picked = [row for row in picked if row < len(rows)]
    chosen, spans = rows.take(picked), [rows[row] for row in sorted(set(picked))]
    assert [chosen[row] for row in range(len(chosen))] == spans
    assert chosen.runs() == Runs.of([span[1:] for span in spans])
    assert chosen.still_in(plain.tracks()) == chosen
    kept, there = chosen.still_in(other.tracks()), set(plain_rows(other))
    assert [kept[row] for row in range(len(kept))] == [span for span in spans if span in there]


def test_spans_beyond_the_last_of_another_mask_are_not_in_it() -> None:
    chosen = SpanRows.of(with_spans(hf=[(3, 9), (20, 25)], sat=[(1, 2)]))
    assert list(chosen.still_in(with_spans(hf=[(3, 9)])).runs()) == [(3, 9)]


def test_a_span_that_is_none_of_them_has_no_row() -> None:
    rows = SpanRows.of(with_spans(hf=[(3, 9)], manual=[(12, 14)]))
    assert rows.index(Span("hf", 3, 9)) == 0
    for span in (Span("sat", 3, 9), Span("hf", 3, 8), Span("hf", 4, 9), Span("hf", 50, 51)):
        assert rows.index(span) is None
    assert NO_SPANS.index(Span("hf", 3, 9)) is None
    assert rows != NO_SPANS


# -- snapping


@given(plain_masks, st.integers(0, N_SAMPLES), st.integers(0, 12))
def test_an_edge_snaps_to_the_nearest_within_reach(
    plain: PlainMask, sample: int, tolerance: int
) -> None:
    edges = snap_edges(plain.tracks())
    there = {0, N_SAMPLES} | {edge for span in plain_rows(plain) for edge in span[1:]}
    assert set(edges.tolist()) == there
    assert edges.tolist() == sorted(edges.tolist())
    snapped = snap(sample, edges, tolerance)
    nearest = min(there, key=lambda edge: (abs(edge - sample), edge))
    assert snapped == (nearest if abs(nearest - sample) <= tolerance else sample)


def test_a_span_does_not_snap_to_itself() -> None:
    tracks = with_spans(hf=[(10, 13)], manual=[(3, 7), (20, 22)])
    assert set(snap_edges(tracks, leaving_out=(3, 7)).tolist()) == {0, 10, 13, 20, 22, N_SAMPLES}
    assert snap(6, snap_edges(tracks, leaving_out=(3, 7)), 2) == 6
    assert snap(6, snap_edges(tracks), 2) == 7


def test_the_recordings_ends_are_there_without_spans() -> None:
    edges = snap_edges(with_spans())
    assert (snap(2, edges, 2.5), snap(3, edges, 2.5), snap(38, edges, 2.5)) == (0, 3, N_SAMPLES)
