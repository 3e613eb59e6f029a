"""Synthetic lesions put into healthy tissue: Mammogram -> Synthetic, one file per kind of lesion."""

from napari_mammoseg.synthesis.settings import KINDS, LABELS, SynthesisSettings, lesion_kind
from napari_mammoseg.synthesis.synthesize import synthesize
from napari_mammoseg.synthesis.synthetic import Synthetic

__all__ = ["KINDS", "LABELS", "SynthesisSettings", "Synthetic", "lesion_kind", "synthesize"]
