"""Several synthetic images into a folder that may hold others already, with the table and the sheet of all of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

from napari_mammoseg.run import Run
from napari_mammoseg.synthesis.overview import write_manifest, write_sheet
from napari_mammoseg.synthesis.synthetic import Synthetic
from napari_mammoseg.synthesis.writing import stem_of


def save_all(made: Sequence[Synthetic], folder: Path, run: Run) -> list[Path]:
    """Writes each as `NAME.synthetic-K`, then `synthetic.csv` and `synthetic.sheet.png`. Returns the paths.

    K is the number under which the folder has it already, else the lowest that is free. Raises InputError where the
    folder cannot be written to.
    """
    paths = [path for each in run.track(made, "saving", len(made)) for path in each.save(folder, number(each, folder))]
    return [*paths, write_manifest(folder), write_sheet(folder)]


def number(made: Synthetic, folder: Path) -> int:
    """The number of this image in the folder: its own if it was saved there before, else the lowest that is free."""
    stems = ((each, folder / stem_of(made.source, each)) for each in count(1))
    return next(each for each, stem in stems if not _is_taken(stem) or _is_of(Path(f"{stem}.json"), made))


def _is_taken(stem: Path) -> bool:
    return any(Path(f"{stem}{end}").exists() for end in (".json", ".png", ".dcm"))


def _is_of(path: Path, made: Synthetic) -> bool:
    """Whether the file is the record of this image."""
    try:
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return {name: found.get(name) for name in made.record} == json.loads(json.dumps(dict(made.record)))
