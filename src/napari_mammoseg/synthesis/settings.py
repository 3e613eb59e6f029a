"""What a user may set of synthesis; dock, command line and record are made from this."""

from __future__ import annotations

from dataclasses import dataclass

from napari_mammoseg.kinds import LesionKind
from napari_mammoseg.settings import setting

KINDS = ("mass", "calcifications")
LABELS = ("benign", "malignant")
EITHER = "either"
LARGEST_MM = 60.0


@dataclass(frozen=True, slots=True)
class SynthesisSettings:
    """What is put in, and how."""

    kind: str = setting("mass", "What is put in: a mass, or a cluster of calcifications", choices=KINDS)
    label: str = setting(EITHER, "Its class; either: drawn by the seed", choices=(EITHER, *LABELS))
    size_mm: float = setting(0.0, "Its longer side, in mm; 0: drawn by the seed", low=0, high=LARGEST_MM)
    seed: int = setting(0, "The same seed puts the same lesion into the same image", low=0, high=2**31 - 1)
    model: str = setting("lesion-painter", "What makes a mass")


def lesion_kind(kind: str) -> LesionKind:
    """What the lesions of a mask are that does not say it, where this kind is put into its image."""
    return "calcification" if kind == "calcifications" else "mass"
