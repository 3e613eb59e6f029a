"""Research images as training and evaluation take them: one file per data set, each a list of samples read on demand.

`folder` is the one that holds all data sets, each in its own layout below it. `table` says which sets there are,
`split` and `held_out` who trains and who does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from napari_mammoseg.data_sets.sample import Sample
from napari_mammoseg.data_sets.table import DATA_SETS, data_set
from napari_mammoseg.mammogram import Mammogram

__all__ = ["DATA_SETS", "Sample", "mammograms", "samples"]


def samples(name: str, folder: str | Path) -> list[Sample]:
    """The samples of the data set `name` in `folder`. Raises InputError if there is no such set or it is not there."""
    return data_set(name).samples(Path(folder))


def mammograms(name: str, folder: str | Path) -> Iterator[Mammogram]:
    """Every image of the data set, one at a time."""
    return (each.read() for each in samples(name, folder))
