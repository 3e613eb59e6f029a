"""INFN (MAGIC-5/CALMA, Pisa): film fields and patches at 0.085 mm (folder `infn/`).

The id before the first `_` of a name stands for the woman; where the list of patches says that two ids are one woman,
they are one patient in both sets.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from napari_mammoseg.data_sets.mass_truth import without_crumbs
from napari_mammoseg.data_sets.sample import Sample, table
from napari_mammoseg.mammogram import Lesion, Mammogram
from napari_mammoseg.readers import raster
from napari_mammoseg.tissue.resample import resample

SPACING_MM = 0.085
_MASK_SCALE = 8  # a mask pixel covers 8 x 8 of the image


def masses(folder: Path) -> list[Sample]:
    """129 fields of 1000 x 1000 with one mass each: mask and label."""
    women = _women(folder)
    return [
        Sample(row["image"], women.get(row["patient"], f"infn-{row['patient']}"), partial(_mass, folder, row, women))
        for row in table(folder / "infn" / "masses.csv")
    ]


def outlines(folder: Path) -> list[Sample]:
    """The same fields, the mass without the crumbs of the tool that outlined it and without the steps of its mask."""
    return [Sample(each.name, each.patient, partial(_outlined, each)) for each in masses(folder)]


def patches(folder: Path) -> list[Sample]:
    """553 patches of 60 x 60, normal (truth empty) or with calcifications whose places are unknown.

    The last number of a name is the quadrant 1-4 of a 120 x 120 field; 5 is its centre, which overlaps the others
    (`properties["quadrant"]`).
    """
    return [
        Sample(row["image"], f"infn-{row['patient']}", partial(_patch, folder, row))
        for row in table(folder / "infn" / "calcifications.csv")
    ]


def _women(folder: Path) -> dict[str, str]:
    rows = table(folder / "infn" / "calcifications.csv")
    return {Path(row["image"]).name.split("_")[0]: f"infn-{row['patient']}" for row in rows}


def _mass(folder: Path, row: dict[str, str], women: dict[str, str]) -> Mammogram:
    image = _film(folder / "infn" / "masses" / f"{row['image']}.jpg")
    with Image.open(folder / "infn" / "masses" / f"{row['image']}.mask.png") as picture:
        mask = np.kron(np.asarray(picture) > 0, np.ones((_MASK_SCALE, _MASK_SCALE), bool))
    label = "malignant" if row["label"] == "malignant" else "benign"
    lesion = Lesion("mass", label, mask=mask)  # type: ignore[arg-type]
    return replace(image, truth=(lesion,), patient=women.get(row["patient"], f"infn-{row['patient']}"))


def _outlined(field: Sample) -> Mammogram:
    image = field.read()
    lesions = [without_crumbs(each) for each in image.truth or ()]
    return replace(image, truth=tuple(replace(each, mask=_smooth(each.mask)) for each in lesions))


def _smooth(mask: NDArray[np.bool_] | None) -> NDArray[np.bool_]:
    """The mask of eight times larger pixels, joined linearly between their centres."""
    assert mask is not None
    small = mask[::_MASK_SCALE, ::_MASK_SCALE].astype(np.float32)
    return resample(small, (mask.shape[0], mask.shape[1])) >= 0.5


def _patch(folder: Path, row: dict[str, str]) -> Mammogram:
    image = _film(folder / "infn" / "calcifications" / row["image"])
    truth = (Lesion("calcification"),) if row["calcified"] == "1" else ()
    quadrant = int(Path(row["image"]).stem.split("_")[-1])
    return replace(image, truth=truth, patient=f"infn-{row['patient']}", properties={"quadrant": quadrant})


def _film(path: Path) -> Mammogram:
    return replace(raster.read(path), format="INFN").with_spacing(SPACING_MM, "INFN")
