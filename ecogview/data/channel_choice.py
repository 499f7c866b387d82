"""Which channels a caller of `DataFile.read` asks for: flags, indices or labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def chosen_channels(choice: ArrayLike, labels: Sequence[str]) -> NDArray[np.intp]:
    """Turn a choice of channels into their places in the file, in the order asked for.

    Parameters
    ----------
    choice : array_like, one or one-dimensional
        Booleans, one per channel, True = take it; or indices, negative ones counted from the end;
        or labels.
    labels : sequence of str
        Labels of all channels, in file order.

    Returns
    -------
    ndarray of intp, shape (channels,)

    Raises
    ------
    ValueError
        If a label is unknown, an index out of range, or the choice is of another kind.
    """
    values = np.atleast_1d(np.asarray(choice))
    if values.ndim != 1:
        raise ValueError(f"channels are chosen by one dimension, not by {values.ndim}")
    if not len(values):
        return np.empty(0, np.intp)
    if values.dtype.kind == "b":
        return _flagged(values, len(labels))
    if values.dtype.kind in "iu":
        return _indexed(values, len(labels))
    wanted = values.tolist()
    if not all(isinstance(label, str) for label in wanted):
        raise ValueError(
            f"channels are chosen by booleans, indices or labels, not by {values.dtype}"
        )
    return _labelled(wanted, labels)


def _flagged(flags: NDArray[np.bool_], n_channels: int) -> NDArray[np.intp]:
    if len(flags) != n_channels:
        raise ValueError(f"{len(flags)} booleans for {n_channels} channels")
    return np.flatnonzero(flags)


def _indexed(indices: NDArray[Any], n_channels: int) -> NDArray[np.intp]:
    outside = indices[(indices < -n_channels) | (indices >= n_channels)]
    if len(outside):
        raise ValueError(f"there is no channel {outside[0]}: they run from 0 to {n_channels - 1}")
    whole = indices.astype(np.intp)
    return np.where(whole < 0, whole + n_channels, whole)


def _labelled(wanted: list[str], labels: Sequence[str]) -> NDArray[np.intp]:
    places = {label: place for place, label in enumerate(labels)}
    unknown = [label for label in wanted if label not in places]
    if unknown:
        raise ValueError(
            f"there is no channel {unknown[0]!r}: labels run from {labels[0]!r} to {labels[-1]!r}"
        )
    return np.array([places[label] for label in wanted], np.intp)
