"""What a user may set for `masses`; loads nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from napari_mammoseg.settings import setting

OPERATING_POINTS: Mapping[str, float] = {"1": 0.2, "0.5": 1 / 3, "0.25": 0.5}
"""False positives an image, and the score at which any detector makes so many: see `calibrated`."""
BY_THRESHOLD = "threshold"


@dataclass(frozen=True, slots=True)
class MassSettings:
    """What a user may set for `masses`."""

    model: str = setting("mass-finder", "Model that looks for masses, by name or as a safetensors file")
    classifier: str = setting(
        "", "Model that tells benign from malignant, by name or as a safetensors file; empty: the one of the model"
    )
    threshold: float = setting(0.2, "Lowest score that is kept", low=0, high=1)
    operating_point: str = setting(
        BY_THRESHOLD,
        "False positives an image that are accepted, in place of a threshold",
        choices=(BY_THRESHOLD, *OPERATING_POINTS),
    )
    nms_iou: float = setting(0.3, "Boxes that overlap a better one by more than this are dropped", low=0, high=1)

    def __post_init__(self) -> None:
        if self.operating_point in OPERATING_POINTS:
            object.__setattr__(self, "threshold", OPERATING_POINTS[self.operating_point])
