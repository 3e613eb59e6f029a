"""A sheet of what a painter makes: tissue, two paintings of it, and a real lesion, side by side."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from napari_mammoseg.training.lesions import painting

ROWS, COLUMNS = 8, 3
"""Rows of the sheet, and how many groups of four pictures stand in a row."""


def save_sheet(painter: nn.Module, held: painting.Held, path: Path, seed: int = 0) -> None:
    """Writes the sheet, the same places for the same seed."""
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(seed)
        drawn = painting.drawn(held, ROWS * COLUMNS)
        shown = [painting.stretched(drawn.tissue)]
        for _ in range(2):
            noise = painting.white_noise(drawn.tissue)
            made = painting.painted(painter, drawn.tissue, drawn.masks, drawn.classes, noise)
            shown.append(painting.stretched(made))
    save_tiled(torch.cat([*shown, drawn.real], dim=3), path)


def save_tiled(pictures: Tensor, path: Path) -> None:
    """Writes ROWS x COLUMNS pictures (n, 1, rows, columns) of about -1…1 as one."""
    grey = ((pictures[:, 0].clamp(-1.2, 1.2) + 1.2) / 2.4 * 255).byte().cpu().numpy()
    sheet = np.vstack([np.hstack([*grey[row * COLUMNS : (row + 1) * COLUMNS]]) for row in range(ROWS)])
    Image.fromarray(sheet).save(path)
