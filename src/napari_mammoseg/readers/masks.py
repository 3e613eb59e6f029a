"""Truth masks as pictures: label numbers, or black and white, beside the image as `NAME.mask.png`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.errors import InputError
from napari_mammoseg.readers import raster, tiff
from napari_mammoseg.readers.companions import first

_SUFFIXES = (".mask.png", ".mask.tif", ".mask.tiff")
_MOST_TOUCHING = 0.2
"""The largest share of pairs of labelled pixels that may lie on a border between two lesions,"""
_LEAST_PAIRS = 1000
"""where there are so many of them."""


def beside(image: Path) -> Path | None:
    """The mask that lies beside `image` as `NAME.mask.png` (or `.tif`), or None."""
    return first(image.with_name(image.stem + suffix) for suffix in _SUFFIXES)


def read_labels(path: str | Path, shape: tuple[int, int] | None = None, numbered: bool = False) -> NDArray[np.uint16]:
    """Labels 1, 2, … of the lesions in a mask, (rows, columns); 0 is none.

    A picture of label numbers (16-bit, or several values) gives them as they are. A picture with 0 and one other value,
    in 8 bits or fewer or with that value 65535, is black and white: each 8-connected part becomes a label, unless the
    values are known to be `numbered`. Raises InputError if it is not a mask, or not of `shape`.
    """
    path = Path(path)
    values = _values(path)
    if shape is not None and values.shape != tuple(shape):
        size = f"{values.shape[0]} x {values.shape[1]} pixels, the image {shape[0]} x {shape[1]}"
        raise InputError(path, f"has {size}", "give the mask of this image")
    if not numbered and _is_of_grey(values):
        raise InputError(
            path, "is an image, not a mask: its values differ from pixel to pixel", "give the image's mask"
        )
    if not numbered and _black_and_white(values):
        return _parts(path, values != 0)
    return values.astype(np.uint16)


def _values(path: Path) -> NDArray[Any]:
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise InputError(path, f"cannot be opened ({error.strerror})", "check the path") from None
    if not (raster.accepts(path, head) or tiff.accepts(path, head)):
        raise InputError(path, "is not a mask that can be read", "give a PNG or TIFF of label numbers")
    values = tiff.stored(path) if tiff.accepts(path, head) else raster.stored(path).values
    if values.dtype.kind not in "bui" or values.min() < 0 or values.max() > 65535:
        raise InputError(path, "has pixels that are not labels", "save it with whole numbers of 0 to 65535")
    return values


def _is_of_grey(values: NDArray[Any]) -> bool:
    """Whether pixels beside each other often hold different values: labels do so only where two lesions touch."""
    left, right = values[:, :-1], values[:, 1:]
    both = (left != 0) & (right != 0)
    pairs, different = np.count_nonzero(both), np.count_nonzero(both & (left != right))
    return bool(different >= _LEAST_PAIRS and different > _MOST_TOUCHING * pairs)


def _black_and_white(values: NDArray[Any]) -> bool:
    high = values.max()
    if values.dtype.itemsize > 1 and high != 65535:
        return False
    return bool(((values == 0) | (values == high)).all())


def _parts(path: Path, inside: NDArray[np.bool_]) -> NDArray[np.uint16]:
    from scipy import ndimage

    labels, count = ndimage.label(inside, np.ones((3, 3)))
    if count > 65535:
        raise InputError(path, f"has {count} separate parts", "give a mask of at most 65535")
    return np.asarray(labels, np.uint16)
