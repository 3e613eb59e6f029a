"""The probability of every pixel as a 16-bit PNG, 65535 = 1."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from napari_mammoseg.files import atomic
from napari_mammoseg.findings import Findings
from napari_mammoseg.tissue.resample import placed, resample
from napari_mammoseg.writers.record import as_text, record_of


def write(findings: Findings, folder: Path, stem: str) -> list[Path]:
    if findings.probability is None:
        return []
    path = folder / f"{stem}.probability.png"
    text = PngInfo()
    text.add_text("Description", as_text(record_of(findings)))
    found = findings.probability
    pixels = resample(placed(found.values, found.corner, found.whole), (findings.image.rows, findings.image.columns))
    levels = np.round(np.clip(pixels, 0, 1) * 65535).astype(np.uint16)
    with atomic(path) as temporary:
        Image.fromarray(levels).save(temporary, format="PNG", compress_level=1, pnginfo=text)
    return [path]
