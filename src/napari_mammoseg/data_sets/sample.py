"""Sample: an image of a data set that is known before it is read."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from napari_mammoseg.errors import InputError
from napari_mammoseg.mammogram import Mammogram


@dataclass(frozen=True, slots=True)
class Sample:
    """name: within its set. patient: the key to split by, unique over all sets. read: gives the Mammogram."""

    name: str
    patient: str
    read: Callable[[], Mammogram]


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV of the data set. Raises InputError if it is not there."""
    if not path.is_file():
        raise InputError(path, "is not there", f"give the folder that holds it (looked in {path.parent.name}/)")
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
