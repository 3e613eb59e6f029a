"""What a user may set for `calcifications`; loads nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from napari_mammoseg.settings import setting


@dataclass(frozen=True, slots=True)
class CalcificationSettings:
    """What a user may set for `calcifications`."""

    model: str = setting("calcification-lite", "Model that looks for calcifications, by name or as a safetensors file")
    threshold: float = setting(0.5, "Lowest score that is kept", low=0, high=1)
    cluster_count: int = setting(6, "Calcifications that make a cluster (Valvano 2018: more than 5)", low=2, high=50)
    cluster_area_cm2: float = setting(1.0, "within this area, in cm²", low=0.05, high=20)
    cluster_linkage_mm: float = setting(
        4.0, "Further calcifications this near to a member belong to it", low=0, high=50
    )
