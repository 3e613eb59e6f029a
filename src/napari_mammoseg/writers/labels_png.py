"""The mask as a 16-bit PNG: each pixel is the id of its finding, 0 for none."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from napari_mammoseg.findings import Findings
from napari_mammoseg.writers.atomic import atomic


def write(findings: Findings, folder: Path, stem: str) -> list[Path]:
    if findings.mask is None:
        return []
    path = folder / f"{stem}.mask.png"
    with atomic(path) as temporary:
        Image.fromarray(findings.mask).save(temporary, format="PNG", compress_level=1)
    return [path]
