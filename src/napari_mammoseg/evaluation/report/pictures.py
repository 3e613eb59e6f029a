"""A place on a mammogram as a small picture that fits into an HTML page."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw

from napari_mammoseg.mammogram import Mammogram

SIDE = 220
_LEAST = 96


def picture(image: Mammogram | None, box: tuple[float, float, float, float]) -> str | None:
    """A `data:` URL of the box and what is around it, stretched in contrast; None without an image."""
    if image is None:
        return None
    pixels = image.projected().pixels
    centre = np.array([box[0] + box[2], box[1] + box[3]]) / 2
    half = max(1.5 * (box[2] - box[0]), 1.5 * (box[3] - box[1]), _LEAST) / 2
    low = np.clip(np.floor(centre - half), 0, np.array(pixels.shape) - 1).astype(int)
    high = np.clip(np.ceil(centre + half), low + 1, pixels.shape).astype(int)
    part = pixels[low[0] : high[0], low[1] : high[1]]
    darkest, brightest = np.percentile(part, [1, 99.5])
    grey = np.clip((part - darkest) / max(float(brightest - darkest), 1e-6), 0, 1)
    scale = SIDE / max(part.shape)
    drawn = Image.fromarray(np.round(grey * 255).astype(np.uint8)).convert("RGB")
    drawn = drawn.resize((max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale))))
    edges = [
        (edge - low[axis]) * scale for edge, axis in zip((box[1], box[0], box[3], box[2]), (1, 0, 1, 0), strict=True)
    ]
    ImageDraw.Draw(drawn).rectangle(edges, outline=(255, 200, 0))
    file = BytesIO()
    drawn.save(file, "JPEG", quality=88)
    return "data:image/jpeg;base64," + b64encode(file.getvalue()).decode("ascii")
