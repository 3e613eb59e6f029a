"""What a user may set for `masses`; loads nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from napari_mammoseg.settings import setting

OPERATING_POINTS: Mapping[str, float] = {"1/image": 0.2, "0.5/image": 1 / 3, "0.25/image": 0.5}
"""False positives per image, and the score at which any detector makes so many: see `calibrated`."""


@dataclass(frozen=True, slots=True)
class MassSettings:
    """What a user may set for `masses`."""

    model: str = setting("mass-finder", "Model that looks for masses, by name or as a safetensors file")
    classifier: str = setting(
        "", "Model that tells benign from malignant, by name or as a safetensors file; empty: the one of the model"
    )
    threshold: float = setting(
        0.2,
        "Lowest score that is kept. 1/image, 0.5/image and 0.25/image stand for 0.2, 0.333 and 0.5, "
        "where whole mammograms get about so many false positives each",
        low=0,
        high=1,
        named=OPERATING_POINTS,
    )
    nms_iou: float = setting(0.3, "Boxes that overlap a better one by more than this are dropped", low=0, high=1)
