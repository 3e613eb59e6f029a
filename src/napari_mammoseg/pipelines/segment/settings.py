"""What a user may set for `segment`; loads nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from napari_mammoseg.pipelines.masses.settings import OPERATING_POINTS
from napari_mammoseg.settings import setting


@dataclass(frozen=True, slots=True)
class SegmentSettings:
    """What a user may set for `segment`."""

    model: str = setting("outline-lite", "Model that outlines masses, by name or as a safetensors file")
    finder: str = setting(
        "mass-finder",
        "Model that looks for masses where no box is drawn and `model` needs one, by name or as a safetensors file",
    )
    threshold: float = setting(
        0.2,
        "Lowest score of a mass that is kept. 1/image, 0.5/image and 0.25/image stand for 0.2, 0.333 and 0.5, "
        "where whole mammograms get about so many false positives each",
        low=0,
        high=1,
        named=OPERATING_POINTS,
    )
    cut: float = setting(
        0.0, "Probability from which a pixel belongs to the mass; 0: the model's own, from validation", low=0, high=1
    )
    cut_by: str = setting(
        "iou", "Measure that the model's own cut was best for on validation", choices=("iou", "g_mean")
    )
