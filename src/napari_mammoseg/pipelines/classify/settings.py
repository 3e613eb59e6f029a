"""What a user may set for `classify`; loads nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from napari_mammoseg.settings import setting

NOT_BLANKED = "no"
BLANKS = ("mean", "noise")
"""What the middle of a view may be replaced by: the mean of what is around it, or noise of its mean and deviation."""


@dataclass(frozen=True, slots=True)
class ClassifySettings:
    """What a user may set for `classify`."""

    model: str = setting("mass-classifier", "Model that tells benign from malignant, by name or as a safetensors file")
    finder: str = setting(
        "mass-finder", "Model that looks for masses where no box is drawn, by name or as a safetensors file"
    )
    threshold: float = setting(0.0, "Lowest probability of malignancy of a region that is kept", low=0, high=1)
    heat: bool = setting(False, "Show which tissue speaks for malignant (Grad-CAM), as a map on the image")
    blank: str = setting(
        NOT_BLANKED,
        "Control: blank the mass out before the network sees it, and it should know nothing",
        choices=(NOT_BLANKED, *BLANKS),
    )
