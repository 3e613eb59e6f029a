"""A sheet of real and synthetic masses for a person to guess which are which, and the answers."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from napari_mammoseg import files
from napari_mammoseg.batch.realism.methods import Array
from napari_mammoseg.synthesis.looks import SIDE
from napari_mammoseg.synthesis.overview import ACROSS, tiled

SHEET, KEY = "guess.png", "guess.key.csv"
EACH = 16
"""Crops of each sort on the sheet."""


def write(folder: Path, real: Sequence[Array], made: Sequence[Array], seed: int = 0) -> list[Path]:
    """Writes the sheet, as many crops of each sort in a drawn order, and beside it the answer to each number."""
    random = np.random.default_rng(seed)
    count = min(EACH, len(real), len(made))
    chosen = [
        (sort, crops[number])
        for sort, crops in (("real", real), ("synthetic", made))
        for number in random.permutation(len(crops))[:count]
    ]
    shuffled = [chosen[number] for number in random.permutation(len(chosen))]
    files.folder(folder)
    picture = Image.fromarray(tiled([crop for _, crop in shuffled]))
    draw = ImageDraw.Draw(picture)
    for number in range(len(shuffled)):
        row, column = divmod(number, ACROSS)
        draw.text((column * SIDE + 3, row * SIDE + 2), str(number + 1), fill=255, stroke_width=1, stroke_fill=0)
    with files.atomic(folder / SHEET) as temporary:
        picture.save(temporary, format="PNG")
    with files.atomic(folder / KEY) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(
            [("number", "sort"), *((number, sort) for number, (sort, _) in enumerate(shuffled, start=1))]
        )
    return [folder / SHEET, folder / KEY]
