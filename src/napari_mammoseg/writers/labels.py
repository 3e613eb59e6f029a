"""Labels as the formats take them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.errors import InputError


def sixteen_bit(labels: NDArray[Any], path: Path) -> NDArray[np.uint16]:
    """Any whole-number labels (rows, columns) as uint16. Raises InputError if they do not fit."""
    if labels.ndim != 2:
        raise InputError(path, f"cannot hold labels of {labels.ndim} dimensions", "save one image at a time")
    if labels.dtype == np.uint16:
        return labels
    if labels.size and (labels.min() < 0 or labels.max() > np.iinfo(np.uint16).max):
        raise InputError(path, "cannot hold labels below 0 or above 65535", "renumber the labels")
    return labels.astype(np.uint16)
