"""A patch a pixel and a whole window at once, on tissue made here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.networks.valvano import Valvano
from napari_mammoseg.training.calcifications.windows import Tissue
from napari_mammoseg.training.papers.valvano import dense


def test_valid_errs_at_the_same_pixels_either_way(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(0).normal(120, 20, (700, 700)).clip(0, 255).astype(np.uint8)
    monkeypatch.setattr(dense, "normal_tissue", lambda data, wanted: [[Tissue(noise, 0.085)]])
    monkeypatch.setattr(dense, "parts", lambda data, split: {"test": frozenset()})
    monkeypatch.setattr(dense, "WINDOWS", 8)
    torch.manual_seed(0)
    errors = dense.dense_errors(Valvano(49, "valid").eval(), Path(), Split(), (1,))
    by_patches, densely = errors.values()
    assert by_patches == densely
    assert set(densely) == {1, 2, 3, 4}
    assert all(0 <= each <= 100 for each in densely.values())
