"""What the truth of an image says about masses: their boxes, and the boxes of what may be one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import ndimage

from napari_mammoseg.geometry.regions import region
from napari_mammoseg.mammogram import Lesion, Mammogram

Box = tuple[float, float, float, float]
_SMALLEST_PIECE = 0.1  # of a mask's largest piece: smaller ones are crumbs of the tool that drew it


def boxed_masses(image: Mammogram) -> list[tuple[Box, str | None]] | None:
    """Box and label of each mass; None where a mass has no place."""
    masses = [each for each in image.truth or () if each.kind == "mass"]
    if any(region(each) is None for each in masses):
        return None
    return [(_box(each), each.label) for each in masses]


def uncertain_boxes(image: Mammogram) -> list[Box]:
    """Boxes of what is neither a sure mass nor sure background: distortions, asymmetries, clusters, the unnamed."""
    places = [region(each) for each in image.truth or () if each.kind != "mass"]
    return [each.box for each in places if each is not None]


def without_crumbs(lesion: Lesion) -> Lesion:
    """The lesion without the small pieces of its mask; itself where it has none."""
    if lesion.mask is None:
        return lesion
    labels, _ = ndimage.label(lesion.mask)
    areas = np.bincount(labels.ravel())
    areas[0] = 0
    return replace(lesion, mask=(areas >= _SMALLEST_PIECE * areas.max())[labels])


def _box(lesion: Lesion) -> Box:
    where = region(without_crumbs(lesion))
    assert where is not None
    return where.box
