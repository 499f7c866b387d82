"""EDF+, by edfio: 16-bit steps over the range of each channel."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ecogview.data.exporters.exporter import Blocks, Exporter, gathered, provenance
from ecogview.data.exporters.plan import ExportPlan
from ecogview.data.marks_table import spans_in_order
from ecogview.errors import ExportError, printable

if TYPE_CHECKING:
    from edfio import EdfSignal

PADDING = "BAD_padding"
_DIGITAL = (-32768, 32767)
_SCALING = 0.75  # share of making 16 bits of the samples in the work after gathering
_CHARACTERS = 8  # of a number in the header
_LABEL_CHARACTERS = 16
# A record takes at most 61,440 bytes (Kemp & Olivan 2003, Clin. Neurophysiol. 114:1755), where
# one of these lengths has whole samples.
_RECORD_BYTES = 61_440
_RECORD_S = ("1", "0.5", "0.25", "0.2", "0.1", "0.05", "0.04", "0.02", "0.01", "2", "4", "8", "16")


class EdfPlus(Exporter):
    """Signals in µV (``uV``), bad spans as annotations.

    The last record is filled with the last sample; an annotation `PADDING` says from where on.
    Raw counts are stored as they are.
    """

    key: ClassVar[str] = "edf"
    title: ClassVar[str] = "EDF+"
    suffix: ClassVar[str] = ".edf"
    module: ClassVar[str] = "edfio"
    extra: ClassVar[str] = "edf"
    gathering: ClassVar[float] = 0.1
    holds_bad_channels: ClassVar[bool] = False
    bytes_per_s: ClassVar[float] = 45e6

    def check(self, plan: ExportPlan) -> None:
        if plan.writes_nan:
            raise ExportError(
                plan.target,
                "EDF+ holds 16-bit integers: there is no NaN among them",
                "keep the bad samples, which are annotated, or name a value",
            )
        _record_s(plan)
        for label in plan.labels:
            if not label.isascii() or len(label) > _LABEL_CHARACTERS:
                raise ExportError(
                    plan.target,
                    f"the label {label!r} is not of at most {_LABEL_CHARACTERS} ASCII characters",
                    "leave the channel out, or export as fif or npz",
                )

    def dtype(self, plan: ExportPlan) -> np.dtype[Any]:
        return plan.dtype if _is_exact(plan) else np.dtype(np.float32)

    def n_bytes(self, plan: ExportPlan) -> int:
        n_records = -(-plan.n_samples // self._record_samples(plan))
        n_spans = sum(len(runs) for runs in plan.marks.tracks().values())
        samples = n_records * self._record_samples(plan) * plan.n_channels * 2
        return 256 * (plan.n_channels + 2) + samples + 64 * (n_records + n_spans)

    def memory_bytes(self, plan: ExportPlan) -> int:
        # float32 and two times int16 of all, and some float64 of a channel.
        return 8 * plan.n_values + 40 * plan.n_samples + (64 << 20)

    def notes(self, plan: ExportPlan) -> tuple[str, ...]:
        notes = super().notes(plan)
        if not _is_exact(plan):
            notes += ("values are rounded to 16-bit steps over the range of each channel",)
        n_padded = -plan.n_samples % self._record_samples(plan)
        if n_padded:
            notes += (f"{n_padded:,} samples are added to fill the last record, marked {PADDING}",)
        return notes

    def stored(self, plan: ExportPlan) -> str:
        if _is_exact(plan):
            return super().stored(plan)
        return "int16 in steps of µV; below as they are before that"

    def needs_ranges(self, plan: ExportPlan) -> bool:
        return not _is_exact(plan)

    def note_of_ranges(
        self, plan: ExportPlan, low: NDArray[np.float64], high: NDArray[np.float64]
    ) -> str:
        for label, bottom, top in zip(plan.labels, low.tolist(), high.tolist(), strict=True):
            _checked_range(plan, label, bottom, top)
        steps, unit = self.steps(low, high), plan.info.units
        least, most = (f"{step:.3g}" for step in (steps.min(), steps.max()))
        if least == most:
            return f"quantisation step {least} {unit}"
        coarsest = printable(plan.labels[int(steps.argmax())], 40)
        return f"quantisation step {least} to {most} {unit}, by channel; the coarsest in {coarsest}"

    @staticmethod
    def steps(low: NDArray[Any], high: NDArray[Any]) -> NDArray[np.float64]:
        """Quantisation steps for channels whose values lie between `low` and `high`."""
        ends = (_range(*pair) for pair in zip(low.tolist(), high.tolist(), strict=True))
        span = _DIGITAL[1] - _DIGITAL[0]
        return np.array([(top - bottom) / span for bottom, top in ends])

    def write(self, plan: ExportPlan, blocks: Blocks, folder: Path) -> None:
        from edfio import Edf, EdfAnnotation

        rate = plan.info.sampling_rate
        data = gathered(plan, blocks, self.dtype(plan))
        n_padded = -plan.n_samples % self._record_samples(plan)
        signals = []
        for label, row in zip(plan.labels, data, strict=True):
            padded = np.pad(np.ascontiguousarray(row), (0, n_padded), "edge")
            signals.append(_signal(plan, label, padded))
            blocks.reached(_SCALING * len(signals) / plan.n_channels)
        annotations = [EdfAnnotation(0.0, None, provenance(plan, with_bad_channels=True))]
        for start, stop, kind in spans_in_order(plan.marks):
            annotations.append(EdfAnnotation(start / rate, (stop - start) / rate, kind))
        if n_padded:
            padding = EdfAnnotation(plan.n_samples / rate, n_padded / rate, PADDING)
            annotations.append(padding)
        edf = Edf(signals, data_record_duration=float(_record_s(plan)), annotations=annotations)
        edf.write(folder / plan.target.name)

    @staticmethod
    def _record_samples(plan: ExportPlan) -> int:
        return int(_record_s(plan) * Fraction(plan.info.sampling_rate))


def _record_s(plan: ExportPlan) -> Fraction:
    """Length of a record: the first of the usual ones that has whole samples, and few bytes."""
    rate = Fraction(plan.info.sampling_rate)
    whole = [s for s in map(Fraction, _RECORD_S) if (s * rate).denominator == 1]
    if not whole:
        raise ExportError(
            plan.target,
            f"no record of EDF+ holds whole samples at {plan.info.sampling_rate:.10g} Hz",
            "export as fif or npz",
        )
    small = (s for s in whole if s * rate * plan.n_channels * 2 <= _RECORD_BYTES)
    return next(small, min(whole))


def _is_exact(plan: ExportPlan) -> bool:
    return plan.is_counts and not plan.processing


def _signal(plan: ExportPlan, label: str, row: NDArray[Any]) -> EdfSignal:
    from edfio import EdfSignal

    rate, unit = plan.info.sampling_rate, "counts" if plan.is_counts else "uV"
    filtered = plan.processing.encode("ascii", "replace").decode()[:80]
    if _is_exact(plan):
        return EdfSignal.from_digital(
            row.astype(np.int16),
            rate,
            label=label,
            physical_dimension=unit,
            physical_range=_DIGITAL,
            digital_range=_DIGITAL,
        )
    bottom, top = _checked_range(plan, label, float(row.min()), float(row.max()))
    return EdfSignal(
        row.astype(np.float64),
        rate,
        label=label,
        physical_dimension=unit,
        physical_range=(bottom, top),
        digital_range=_DIGITAL,
        prefiltering=filtered,
    )


def _checked_range(plan: ExportPlan, label: str, low: float, high: float) -> tuple[float, float]:
    """Ends of a channel's range, NaN among its values being NaN; see `_range`."""
    instead = "leave the channel out, or export as fif or npz"
    if not (math.isfinite(low) and math.isfinite(high)):
        raise ExportError(
            plan.target,
            f"channel {label} holds NaN or infinity, for which EDF+ has no number",
            instead,
        )
    try:
        return _range(low, high)
    except ValueError:
        raise ExportError(
            plan.target,
            f"channel {label} reaches from {low:.6g} to {high:.6g} {plan.info.units}, and the "
            f"header of EDF+ has {_CHARACTERS} characters for a number",
            instead,
        ) from None


def _range(low: float, high: float) -> tuple[float, float]:
    """Ends that the header can hold and all values lie between; `ValueError` where there are none.

    Three decimals at most: of smaller numbers edfio would write an exponent.
    """
    bottom, top = _outwards(low, math.floor), _outwards(high, math.ceil)
    return (bottom, top) if bottom < top else (bottom, bottom + 1)


def _outwards(value: float, rounded: Any) -> float:
    for decimals in (3, 2, 1, 0):
        end = float(rounded(value * 10**decimals) / 10**decimals)
        if len(f"{end:.{decimals}f}") <= _CHARACTERS:
            return end
    raise ValueError(value)
