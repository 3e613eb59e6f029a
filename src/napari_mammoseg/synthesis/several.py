"""Several synthetic images into a folder that may hold others already, with the table and the sheet of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from pathlib import Path

from napari_mammoseg.run import Run
from napari_mammoseg.synthesis.overview import write_manifest, write_sheet
from napari_mammoseg.synthesis.synthetic import Synthetic
from napari_mammoseg.synthesis.writing import stem_of


def save_all(made: Sequence[Synthetic], folder: Path, run: Run) -> list[Path]:
    """Writes each as `NAME.synthetic-K` with the lowest K that is free, then `synthetic.csv` and `synthetic.sheet.png`.

    Returns the paths. Raises InputError where the folder cannot be written to.
    """
    paths = [path for each in run.track(made, "saving", len(made)) for path in each.save(folder, free(each, folder))]
    return [*paths, write_manifest(folder), write_sheet(folder)]


def free(made: Synthetic, folder: Path) -> int:
    """The lowest number of which the folder has no image of a source of that name."""
    stems = (stem_of(made.source, number) for number in count(1))
    taken = ([folder / f"{stem}{end}" for end in (".json", ".png", ".dcm")] for stem in stems)
    return next(number for number, paths in enumerate(taken, start=1) if not any(each.exists() for each in paths))
