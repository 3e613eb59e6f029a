"""Low-energy images of contrast mammography (CDD-CESM; folder `cesm/` and its two lists), outlined by radiologists.

They look like ordinary digital mammograms: the breast alone, padded to 512 x 512. The shapes are untyped: masses,
distortions, asymmetries, skin, nodes. A compact one in an image that speaks of a mass is taken for a mass. The
detectors' pitch is not given: 0.1 mm is taken. Khaled et al 2022, doi 10.1038/s41597-022-01238-0.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from skimage.measure import regionprops

from napari_mammoseg.data_sets.sample import Sample, table
from napari_mammoseg.mammogram import Lesion, Mammogram
from napari_mammoseg.readers import raster

PITCH_MM = 0.1
SOLID = 0.8
"""Lowest solidity (area over that of the convex hull) of a compact shape."""
LONGEST = 2.0
"""Largest ratio of its axes."""
LARGEST = 0.15
"""Largest share of the breast."""
SMALLEST = 50
"""Pixels: below that, a shape of about 3 mm, nothing of an outline is left in these small pictures."""
_LABELS: dict[str, Literal["benign", "malignant"]] = {"Benign": "benign", "Malignant": "malignant"}

Row = dict[str, str]


def films(folder: Path) -> list[Sample]:
    """The images that speak of a mass and have a compact shape; shapes that are not compact are "other"."""
    small: dict[str, set[int]] = {}
    for row in table(folder / "cesm.regions.csv"):
        if float(row["share_of_breast"]) <= LARGEST and int(row["pixels"]) >= SMALLEST:
            small.setdefault(row["image"], set()).add(int(row["label"]))
    rows = [row for row in table(folder / "cesm.images.csv") if row["mass"] == "1"]
    masses = {row["image"]: small.get(row["image"], set()) & _compact(_mask(folder, row)) for row in rows}
    return [
        Sample(row["image"], f"cesm-{row['patient']}", partial(_film, folder, row, masses[row["image"]]))
        for row in rows
        if masses[row["image"]]
    ]


def _mask(folder: Path, row: Row) -> Path:
    return folder / "cesm" / f"{row['image']}.mask.png"


def _labels(path: Path) -> NDArray[np.uint8]:
    with Image.open(path) as picture:
        return np.asarray(picture)


@cache
def _compact(mask: Path) -> frozenset[int]:
    """The labels of the compact shapes; they take a while to find, and every split asks for them."""
    wide = [each for each in regionprops(_labels(mask)) if each.axis_major_length <= LONGEST * each.axis_minor_length]
    return frozenset(int(each.label) for each in wide if each.solidity >= SOLID)


def _film(folder: Path, row: Row, masses: set[int]) -> Mammogram:
    image = raster.read(folder / "cesm" / f"{row['image']}.jpg")
    labels = _labels(_mask(folder, row))
    truth = [_lesion(row, labels == number, number in masses) for number in np.unique(labels[labels > 0])]
    spacing = PITCH_MM * int(row["long_side_pixels"]) / max(image.rows, image.columns)
    return replace(
        image,
        format="CDD-CESM picture",
        spacing=(spacing, spacing),
        spacing_source=f"CDD-CESM, {PITCH_MM} mm taken for the detector",
        view=row["view"],
        laterality=row["laterality"],
        truth=tuple(truth),
        patient=f"cesm-{row['patient']}",
        properties={"birads": row["birads"], "density": row["density"], "mass only": row["mass_only"] == "1"},
    )


def _lesion(row: Row, mask: NDArray[np.bool_], is_mass: bool) -> Lesion:
    return Lesion("mass", _LABELS.get(row["pathology"]), mask=mask) if is_mass else Lesion("other", mask=mask)
