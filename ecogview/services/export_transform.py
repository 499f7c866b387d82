"""What the display does to samples, for an export of them as they are displayed. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ecogview.data.recording import Recording
from ecogview.model.processing import AppliedProcessing
from ecogview.services.export_blocks import RowReader, SampleTransform
from ecogview.services.processed_reading import ProcessedReader
from ecogview.services.sample_reading import estimate_of


def transform_of(
    applied: AppliedProcessing | None, labels: Sequence[str] = ()
) -> SampleTransform | None:
    """The transform that makes of recorded samples the displayed ones; None where they are equal.

    A z-score and an inversion belong to the picture and stay out of it: the files are in the unit
    of the recording, and up is up. The note says so.

    Parameters
    ----------
    applied : AppliedProcessing or None
        As `Session.processing` has it.
    labels : sequence of str, optional
        Of the recording's channels.
    """
    if applied is None:
        return None
    shown = applied.processing
    processing = replace(shown, zscore=False, inverted=False)
    if not processing.is_in_force:
        return None
    note = f"{processing.describe(labels, applied.bad)} · each channel's constant off"
    left_out = [name for name, is_on in (("z-score", shown.zscore), ("inversion", shown.inverted))
                if is_on]  # fmt: skip
    if left_out:
        note += f" (without the {' and the '.join(left_out)} of the display)"
    chain = replace(applied, processing=processing)

    def reader(recording: Recording) -> RowReader:
        estimate = estimate_of(recording)
        return ProcessedReader(recording.read_rows, recording.info, chain, estimate)

    return SampleTransform(note, reader)
