"""Grey pictures that are stored as colours (PS3.3 C.7.6.3.1.2): RGB, YBR and PALETTE COLOR without any colour."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.pixels.processing import apply_color_lut

from napari_mammoseg.errors import InputError
from napari_mammoseg.mammogram import every_value, look_up
from napari_mammoseg.readers.dicom.layout import Layout
from napari_mammoseg.readers.grey import equal_channels

_ROUNDING = 2 / 255
"""Share of the scale by which channels that were converted or compressed may differ and still be grey."""
_FOR_GREY_IMAGES = (
    *("WindowCenter", "WindowWidth", "VOILUTSequence", "ModalityLUTSequence"),
    *("RescaleSlope", "RescaleIntercept", "PresentationLUTShape", "PhotometricInterpretation"),
)


def grey_of_samples(path: Path, samples: NDArray[Any], layout: Layout) -> NDArray[Any]:
    """The one channel of (rows, columns, 3) RGB or YBR `samples`. Raises InputError where they have a colour."""
    scale = 2**layout.bits_stored
    tolerance = int(_ROUNDING * (scale - 1))
    chroma = samples[..., 1:].astype(np.int32) - scale // 2
    if layout.photometric.startswith("YBR") and np.abs(chroma).max() <= tolerance:
        return np.ascontiguousarray(samples[..., 0])
    grey = equal_channels(samples, tolerance)
    if grey is None:
        raise _is_colour(path, layout)
    return grey


def grey_of_palette(path: Path, data: Dataset, indices: NDArray[Any], layout: Layout) -> NDArray[Any]:
    """What the palette makes of the `indices`. Raises InputError where it has colours, or cannot be read."""
    try:
        colours = apply_color_lut(every_value(indices.dtype), data)[..., :3]
    except Exception as error:
        what = "is a colour image (PALETTE COLOR) without a readable palette"
        raise InputError(path, what, "export it again as a grey image") from error
    used = np.unique(indices.view(f"u{indices.itemsize}"))
    if equal_channels(colours[np.newaxis, used]) is None:
        raise _is_colour(path, layout)
    return look_up(np.ascontiguousarray(colours[:, 0]), indices)


def without_grey_scale(data: Dataset) -> Dataset:
    """`data` without what holds for grey images only (PS3.3 C.11.1, C.11.2, C.11.6): converters leave it in place."""
    kept = Dataset(dict(data.items()))
    for keyword in _FOR_GREY_IMAGES:
        if keyword in kept:
            delattr(kept, keyword)
    return kept


def _is_colour(path: Path, layout: Layout) -> InputError:
    return InputError(path, f"is a colour image ({layout.photometric}), not a mammogram", "give the mammogram itself")
