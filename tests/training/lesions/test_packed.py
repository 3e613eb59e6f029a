"""Packed squares are what every training sees, the one that packs them, too."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from napari_mammoseg.training.lesions import packed
from napari_mammoseg.training.lesions.squares import Square


def test_the_training_that_packs_sees_what_later_ones_see(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (160, 160), np.uint8)
    monkeypatch.setattr(packed, "lesions", lambda data: [Square("mias", "a", "1", noise, 10.0, mask=noise)])
    monkeypatch.setattr(packed, "healthy", lambda data, sizes: [])
    first, again = (packed.squares(tmp_path, str(tmp_path / "squares.safetensors"))[0] for _ in range(2))
    assert np.array_equal(first.pixels, again.pixels)
    assert not np.array_equal(first.pixels, noise)
