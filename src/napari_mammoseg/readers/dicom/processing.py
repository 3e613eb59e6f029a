"""FOR PROCESSING: raw detector values into what a FOR PRESENTATION image looks like (PS3.3 C.8.11.3.1.2).

Makers keep their processing secret; here: log(largest exposure / exposure), stretched between percentiles.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from napari_mammoseg.mammogram import Window
from napari_mammoseg.readers.dicom.grey import Scale, Values
from napari_mammoseg.readers.dicom.tags import code_string, number

LOWEST_PERCENT, HIGHEST_PERCENT = 0.5, 99.5


def exposure_rises(data: Dataset, inverted: bool) -> bool:
    """Whether larger values are more exposure: PixelIntensityRelationshipSign, else what is to be dark."""
    sign = number(data, "PixelIntensityRelationshipSign")
    return inverted if sign not in (1.0, -1.0) else sign == 1


def presentation(data: Dataset, scale: Scale, counts: NDArray[np.int64]) -> tuple[Window, str]:
    """The window that makes raw values look like a presentation image, and a line that says what it does.

    counts: how many pixels have each stored value, ascending, padding left out. `scale.inverted` must be right.
    """
    logarithmic = code_string(data, "PixelIntensityRelationship") == "LOG"
    attenuation = _negative(scale) if logarithmic else _attenuation(scale)
    low, high = _percentiles(attenuation, counts)
    shown = np.clip((attenuation - low) / (high - low), 0, 1)
    done = "inversion" if logarithmic else "logarithm, inversion"
    stretch = f"stretch between the {LOWEST_PERCENT} and {HIGHEST_PERCENT} percentile"
    window = scale.curve("for processing", f"{done}, {stretch}", shown)
    return window, f"FOR PROCESSING: raw detector values, turned into presentation-like ones here ({done}, {stretch})"


def _negative(scale: Scale) -> Values:
    return -scale.modality if scale.inverted else scale.modality


def _attenuation(scale: Scale) -> Values:
    """Log of the largest exposure over the exposure, counted in steps of the detector from 1 on."""
    part = scale.modality[scale.range]
    exposure = scale.modality - part.min() if scale.inverted else part.max() - scale.modality
    steps = np.maximum(exposure / (abs(scale.line[0]) if scale.line else 1.0), 1)
    return np.log(steps.max()) - np.log(steps)


def _percentiles(values: Values, counts: NDArray[np.int64]) -> tuple[float, float]:
    """Two percentiles of values that occur `counts` times, never the same number."""
    order = np.argsort(values, kind="stable")
    share = np.cumsum(counts[order]) / max(1, int(counts.sum()))
    places = np.searchsorted(share, [LOWEST_PERCENT / 100, HIGHEST_PERCENT / 100])
    low, high = values[order][np.minimum(places, len(values) - 1)]
    return float(low), float(high if high > low else low + 1)
