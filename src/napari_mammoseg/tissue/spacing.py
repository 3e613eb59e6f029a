"""How large a pixel can be, and what is taken where nobody knows: one rule for every pipeline, reader and dock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.errors import InputError
from napari_mammoseg.mammogram import LARGEST_MM, SMALLEST_MM, Mammogram, Spacing, is_possible
from napari_mammoseg.tissue.breast import breast_mask
from napari_mammoseg.tissue.reduced import reduced, reduction

SHORTEST_MM, LONGEST_MM = 30.0, 450.0
"""What a breast on a whole mammogram can measure, along the image's rows or columns."""
WHOLE_PX = 800
"""A picture with fewer pixels on its longer side may be a part of a mammogram, even if it shows background."""
CERTAIN_MM = 150.0
"""A picture of this length or more cannot show too short a breast on the whole."""
FORMATS: Mapping[str, float] = {"CBIS-DDSM": 0.046, "INbreast": 0.07, "MIAS": 0.2}
"""The usual spacing of data sets whose files do not say it (DDSM's scanners had 0.042 to 0.050 mm)."""
MIAS_SIDE, MIAS_ORIGINAL_MM = 1024, 0.05
"""Films of MIAS with a longer side are the original ones."""
BREAST_MM = 180.0
"""Length of a breast with its muscle on a whole mammogram (medians: CBIS-DDSM 160, INbreast 188, MIAS 201 mm)."""
PART_MM = 0.085
"""Spacing that is taken for a part of a mammogram."""
BACKGROUND, SMALL_PX = 0.15, 300
"""A whole mammogram has at least this part of background, and more pixels on its longer side."""


@dataclass(frozen=True, slots=True)
class Assumed:
    """A spacing that nobody stated, and why it was taken."""

    spacing: Spacing
    reason: str

    def __str__(self) -> str:
        return (
            f"pixel spacing unknown: {self.spacing[0]:.3g} mm assumed ({self.reason}), lengths are not given; "
            "set --spacing, or type it in the window"
        )


def assumed(image: Mammogram) -> Assumed:
    """What is taken for the spacing of an image that has none: by its format, else by the size of the breast on it."""
    if image.format in FORMATS:
        mm = FORMATS[image.format]
        if image.format == "MIAS" and max(image.rows, image.columns) > MIAS_SIDE:
            mm = MIAS_ORIGINAL_MM
        return Assumed((mm, mm), f"usual for {image.format}")
    small, factor = _small(image)
    breast = breast_mask(small)
    if max(image.rows, image.columns) <= SMALL_PX or breast.mean() > 1 - BACKGROUND or not breast.any():
        return Assumed((PART_MM, PART_MM), "usual for a part of a mammogram")
    mm = float(np.clip(BREAST_MM / (_length(breast) * factor), SMALLEST_MM, LARGEST_MM))
    return Assumed((mm, mm), f"for a breast {BREAST_MM / 10:g} cm long")


def impossible(image: Mammogram) -> str | None:
    """Why the spacing of the image cannot be that of a mammogram, in words; None where it can, or there is none."""
    if image.spacing is None:
        return None
    said = " x ".join(dict.fromkeys(f"{each:g}" for each in image.spacing))
    if not is_possible(image.spacing):
        return f"a pixel spacing of {said} mm, which no mammogram has ({SMALLEST_MM:g} to {LARGEST_MM:g} mm)"
    length = _breast_mm(image)
    if length > LONGEST_MM or length < SHORTEST_MM:
        return f"a pixel spacing of {said} mm, with which the breast would be {length / 10:.3g} cm long"
    return None


def with_possible_spacing(image: Mammogram) -> Mammogram:
    """The image itself, or without a spacing that cannot be true, which a note then says."""
    wrong = impossible(image)
    if wrong is None:
        return image
    note = f"{image.spacing_source or 'the image'} gives {wrong}: the spacing is unknown"
    return replace(image, spacing=None, spacing_source=None, notes=(*image.notes, note))


def check_typed(image: Mammogram) -> Mammogram:
    """The image itself. Raises InputError where the spacing that a person gave cannot be true."""
    wrong = impossible(image)
    if wrong is not None:
        raise InputError(image.name, f"cannot have {wrong}", "give the real spacing, in mm a pixel")
    return image


def _breast_mm(image: Mammogram) -> float:
    """The longer side of the breast's box; of the picture where that alone says enough."""
    assert image.spacing is not None
    sides = image.rows * image.spacing[0], image.columns * image.spacing[1]
    if CERTAIN_MM <= max(sides) <= LONGEST_MM:
        return max(sides)
    small, factor = _small(image)
    breast = breast_mask(small)
    if not breast.any():
        return float(np.clip(max(sides), SHORTEST_MM, LONGEST_MM))
    is_part = max(image.rows, image.columns) < WHOLE_PX or breast.mean() > 1 - BACKGROUND
    length = _length(breast, image.spacing) * factor
    return max(length, SHORTEST_MM) if is_part else length


def _small(image: Mammogram) -> tuple[NDArray[np.float32], int]:
    """A small copy, and how many of the image's pixels make one of it."""
    pixels = image.pixels if image.pixels.ndim == 2 else image.pixels[image.frames // 2]
    return reduced(pixels), reduction(pixels.shape)


def _length(breast: NDArray[np.bool_], spacing: Spacing = (1.0, 1.0)) -> float:
    """The longer side of what is True."""
    rows, columns = np.flatnonzero(breast.any(axis=1)), np.flatnonzero(breast.any(axis=0))
    return float(max((rows[-1] + 1 - rows[0]) * spacing[0], (columns[-1] + 1 - columns[0]) * spacing[1]))
