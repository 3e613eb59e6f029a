"""On a graphics card every pipeline finds what it finds on the processor."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.phantom.mammograms import Request, make
from napari_mammoseg.pipelines import analyze
from napari_mammoseg.run import Run

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")

RUNS = [
    ("calcifications", "calcification-lite"),
    ("calcifications", "valvano-segmentator"),
    ("masses", "mass-finder"),
    ("classify", "mass-classifier"),
    ("segment", "outline-lite"),
]


@pytest.fixture(scope="module")
def phantom() -> Mammogram:
    """A breast with masses and clusters."""
    return make(
        Request(3, "CC", "L", rows=1400, columns=960, spacing_mm=0.1, lesions="cluster,cluster,mass,mass")
    ).image


@pytest.mark.parametrize(("pipeline", "model"), RUNS)
def test_both_devices_find_the_same(phantom: Mammogram, pipeline: str, model: str) -> None:
    card, processor = (analyze(phantom, pipeline, Run(each, "torch"), model=model) for each in ("cuda", "cpu"))
    assert len(processor.findings)
    assert [each.kind for each in card.findings] == [each.kind for each in processor.findings]
    boxes = [np.array([each.box for each in found.findings]) for found in (card, processor)]
    scores = [np.array([each.score for each in found.findings]) for found in (card, processor)]
    assert np.abs(boxes[0] - boxes[1]).max() <= 1
    assert np.abs(scores[0] - scores[1]).max() < 0.01
    assert card.image_score == pytest.approx(processor.image_score, abs=0.01)
