"""How a lesion looks at its own scale: what contact sheets and the measure of realism show."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.tissue.cutout import cut_out

SIDE, CONTEXT = 128, 2.2
Box = tuple[float, float, float, float]


def crop_of(pixels: NDArray[np.float32], box: Box) -> NDArray[np.float32]:
    """(128, 128) in 0…1: what is seen of the lesion in `box` (row0, column0, row1, column1; half-open)."""
    row0, column0, row1, column1 = box
    centre = (row0 + row1) / 2, (column0 + column1) / 2
    seen = cut_out(pixels, centre, CONTEXT * max(row1 - row0, column1 - column0), SIDE)
    low, high = np.percentile(seen, [1, 99])
    return np.clip((seen - low) / max(float(high - low), 1e-6), 0, 1).astype(np.float32)
