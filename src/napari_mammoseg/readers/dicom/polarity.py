"""Whether large values are to be dark: photometric interpretation, presentation LUT shape (PS3.3 C.7.6.3, C.11.6)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from napari_mammoseg.readers.dicom.tags import code_string

AIR_SHARE, BREAST_SHARE = 0.4, 0.1
"""Share of the image's border at one end of the grey scale from which on that end is air, and most at the other."""


def inverted(data: Dataset, borders: NDArray[np.float64]) -> tuple[bool, str | None]:
    """Whether the modality values are to be inverted, and a line where the file contradicts itself.

    PresentationLUTShape decides (INVERSE: yes), else PhotometricInterpretation (MONOCHROME1: yes). Where the two
    contradict each other, the air decides, which is dark: `borders`, modality values along the image's edges.
    """
    photometric = code_string(data, "PhotometricInterpretation") == "MONOCHROME1"
    shape = code_string(data, "PresentationLUTShape")
    if shape not in ("IDENTITY", "INVERSE"):
        return photometric, None
    if (shape == "INVERSE") == photometric:
        return photometric, None
    said = f"PhotometricInterpretation MONOCHROME{1 if photometric else 2} contradicts PresentationLUTShape {shape}"
    air = bright_air(borders)
    if air is None:
        return shape == "INVERSE", f"{said}: the shape is followed"
    return air, f"{said}: turned so that the air is dark"


def bright_air(borders: NDArray[np.float64]) -> bool | None:
    """Whether the image's edges lie at the upper end of the values along them, None where they do not tell."""
    lowest, highest = float(borders.min()), float(borders.max())
    tenth = (highest - lowest) / 10
    low = float((borders <= lowest + tenth).mean())
    high = float((borders >= highest - tenth).mean())
    if high >= AIR_SHARE and low <= BREAST_SHARE:
        return True
    if low >= AIR_SHARE and high <= BREAST_SHARE:
        return False
    return None
