"""What synthesis returns: the image with a lesion in it, where that lies, and how it was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.synthesis.writing import save

Part = tuple[slice, slice]


@dataclass(frozen=True, slots=True)
class Patch:
    """A lesion for `part` of an image. added: float32, what it adds to the pixels there. labels: uint16, where it lies;
    several numbers where it has several pieces."""

    part: Part
    added: NDArray[np.float32]
    labels: NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Synthetic:
    """image: a copy of `source` with a synthetic lesion; what lies more than 3 mm from `mask` is unchanged to the bit.

    mask: uint16 (rows, columns), 1 in a mass; a cluster's calcifications have numbers from 1.
    record: kind, class, place, size, seed and model; `synthesize` makes the same again from it.
    """

    image: Mammogram
    mask: NDArray[np.uint16]
    record: Mapping[str, Any]
    source: Mammogram

    def save(self, folder: str | Path, number: int = 1, beside: Mapping[str, Any] | None = None) -> list[Path]:
        """Writes `NAME.synthetic-NUMBER.EXT`, `.mask.png` and `.json` (with what `beside` says); returns the paths."""
        return save(self.image, self.source, self.mask, self.record, Path(folder), number, beside or {})
