"""44 DDSM MLO films of 480 x 960 with maps of their tissue (folder `ddsm_tissue/`); the spacing is unknown."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from napari_mammoseg.data_sets.sample import Sample
from napari_mammoseg.errors import InputError
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.readers import raster

BACKGROUND, FAT, GLAND, MUSCLE = 64, 128, 192, 255


def films(folder: Path) -> list[Sample]:
    """The films; `tissue(folder, name)` gives their maps."""
    paths = sorted((folder / "ddsm_tissue" / "films").glob("*.png"))
    if not paths:
        raise InputError(folder, "has no ddsm_tissue/films", "give the folder that holds ddsm_tissue/")
    return [Sample(each.stem, _patient(each), partial(_film, each)) for each in paths]


def tissue(folder: Path, name: str) -> NDArray[np.uint8]:
    """The map of the film `name`, its size: BACKGROUND, FAT, GLAND or MUSCLE in each pixel."""
    with Image.open(folder / "ddsm_tissue" / "labels" / f"{name}_LI.png") as picture:
        return np.asarray(picture.convert("L"))


def _patient(path: Path) -> str:
    return f"ddsm-{path.name.split('.')[0]}"


def _film(path: Path) -> Mammogram:
    side, view = path.stem.split(".")[1].split("_")
    return replace(raster.read(path), format="DDSM picture", view=view, laterality=side[0], patient=_patient(path))
