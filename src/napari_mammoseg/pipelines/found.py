"""What the function of a pipeline returns: what it found, without the record of how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.findings import Finding, ProbabilityMap, Window


@dataclass(frozen=True, slots=True)
class Found:
    """Everything down to a low score, in the image's own pixels.

    score: 0…1, how likely the image shows what the pipeline looks for. mask: uint16 labels (the findings' ids), size of
    the image, where the pipeline has areas. windows: see `Findings`.
    """

    findings: tuple[Finding, ...]
    score: float
    summary: Mapping[str, Any] = field(default_factory=dict)
    mask: NDArray[np.uint16] | None = None
    probability: ProbabilityMap | None = None
    windows: Mapping[int, Window] = field(default_factory=dict)
