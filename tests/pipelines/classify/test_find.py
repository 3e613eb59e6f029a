"""Classify: each box gets the answer to its own place, the image that of its masses, the map lies on the tissue."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Finding
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.models import MODELS, Facts, Model
from napari_mammoseg.phantom.mammograms import Request, make
from napari_mammoseg.pipelines import analyze
from napari_mammoseg.pipelines.classify import find as classify
from napari_mammoseg.pipelines.classify.views import blanked
from napari_mammoseg.pipelines.found import Found
from napari_mammoseg.pipelines.masses import classes
from napari_mammoseg.run import Run
from napari_mammoseg.tissue.resample import resample


def tissue(rows: int = 400, columns: int = 300) -> Mammogram:
    """Even tissue with a little grain, 0.14 mm, and a bright spot of 30 pixels around row 220, column 190."""
    pixels = 0.4 + 0.02 * np.random.default_rng(0).random((rows, columns))
    pixels[205:235, 175:205] = 0.9
    return Mammogram.of(pixels.astype(np.float32), "field").with_spacing(0.14)


class Brightness(nn.Module):
    """The logit of malignancy is the mean of the brightest tenth; its maps are the view in cells of 4 pixels."""

    def __init__(self) -> None:
        super().__init__()
        self.cells = nn.AvgPool2d(4)

    def forward(self, x: Tensor) -> Tensor:
        return self.cells(x).clamp(min=0.3).sub(0.3).mean((1, 2, 3))[:, None]


@pytest.fixture
def bright_is_malignant(monkeypatch: pytest.MonkeyPatch) -> None:
    def network(batch: np.ndarray) -> list[np.ndarray]:
        return [np.where(batch.max((1, 2, 3)) > 0.5, 2.0, -2.0)[:, None]]

    model = replace(MODELS["mass-classifier"], weights=None, facts=Facts(side=64, context=2.0))
    monkeypatch.setattr(classify.models, "find", lambda name, task: replace(model, name=name, task=task))
    monkeypatch.setattr(classes, "compiled", lambda *rest: network)
    monkeypatch.setattr(Model, "load", lambda self: Brightness().eval())


def test_each_box_gets_the_answer_to_its_own_place(bright_is_malignant: None) -> None:
    with_spot, without = (200, 170, 240, 210), (40, 40, 90, 80)
    found = analyze(tissue(), "classify", boxes=[without, with_spot])
    assert [each.box for each in found.findings] == [without, with_spot]
    assert [each.label for each in found.findings] == ["benign", "malignant"]
    assert found.findings[1].p_malignant == found.findings[1].score == pytest.approx(1 / (1 + np.exp(-2)), abs=1e-4)
    assert found.image_score == found.findings[1].score
    assert found.probability is None


def test_of_the_box_of_a_mass_it_says_what_masses_says() -> None:
    image = make(Request(3, "CC", "L", rows=700, columns=480, spacing_mm=0.2, lesions="mass")).image
    masses = analyze(image, "masses", threshold=0.0).findings
    regions = analyze(image, "classify", boxes=[each.box for each in masses]).findings
    assert len(masses) > 1
    assert [each.p_malignant for each in regions] == [each.p_malignant for each in masses]


def test_the_map_lies_on_the_tissue_that_speaks_for_malignant(bright_is_malignant: None) -> None:
    image = tissue()
    probability = analyze(image, "classify", boxes=[(190, 140, 260, 210)], heat=True).probability
    assert probability is not None
    whole = np.zeros(probability.whole, np.float32)
    place = tuple(slice(c, c + n) for c, n in zip(probability.corner, probability.values.shape, strict=True))
    whole[place] = probability.values
    seen = resample(whole, (image.rows, image.columns))
    peak = np.argwhere(seen > 0.5 * seen.max()).mean(axis=0)
    assert peak == pytest.approx([219.5, 189.5], abs=3)
    assert seen[:80].max() == 0


def mass(score: float, p_malignant: float) -> Finding:
    return Finding(1, "mass", (200, 170, 240, 210), (219.5, 189.5), score, p_malignant=p_malignant)


@pytest.mark.parametrize(
    ("masses", "score", "label"),
    [
        ((), 0.0, "normal"),
        ((mass(0.1, 0.9),), 0.09, "normal"),
        ((mass(0.8, 0.2), mass(0.4, 0.5)), 0.2, "benign"),
        ((mass(0.9, 0.3), mass(0.8, 0.9)), 0.72, "malignant"),
    ],
)
def test_an_image_is_as_malignant_as_the_likeliest_of_its_masses(
    monkeypatch: pytest.MonkeyPatch, masses: tuple[Finding, ...], score: float, label: str
) -> None:
    monkeypatch.setattr(classify, "find_masses", lambda *rest: Found(masses, 0.0))
    found = analyze(tissue(), "classify")
    (region,) = found.findings
    assert region.box == (0, 0, 400, 300)
    assert (region.kind, region.label) == ("region", label)
    assert found.image_score == region.score == region.p_malignant == pytest.approx(score)


def test_the_same_square_of_every_view_is_blanked_and_nothing_else() -> None:
    random = np.random.default_rng(0)
    view = random.normal(0.2, 0.1, (160, 160)).astype(np.float32)
    view[60:100, 70:90] = 0.9
    for how in ("mean", "noise"):
        seen = blanked(view, 1.8, how, random)
        changed = np.argwhere(seen != view)
        side = 160 / 1.8 * 1.1
        assert changed.max(axis=0) - changed.min(axis=0) + 1 == pytest.approx([side, side], abs=2)
        assert seen.max() < 0.8
        assert seen[60:100, 70:90].mean() == pytest.approx(0.2, abs=0.02)
    assert blanked(view, 1.0, "mean", random)[20:140, 20:140].std() == pytest.approx(0, abs=1e-6)


def test_what_is_blanked_out_is_a_box() -> None:
    with pytest.raises(InputError, match="give boxes"):
        analyze(tissue(), "classify", blank="mean")


def test_a_box_without_breast_is_said(bright_is_malignant: None) -> None:
    image = tissue()
    image.pixels[:, :100] = 0
    assert any("shows no breast" in each for each in analyze(image, "classify", boxes=[(0, 0, 50, 50)]).run.warnings)


@pytest.mark.parametrize("shape", [(60, 60), (256, 256), (1, 300)])
def test_pictures_of_any_size_are_legal(shape: tuple[int, int]) -> None:
    image = Mammogram.of(np.random.default_rng(0).random(shape).astype(np.float32), "patch")
    boxes = [(0, 0, *shape), (0, shape[1] - 1, 1, shape[1])]
    torch.set_num_threads(1)
    for where in (None, boxes):
        found = analyze(image, "classify", Run("cpu", "torch"), where, heat=True)
        assert len(found.findings) == (1 if where is None else 2)
        assert all(0 <= each.score <= 1 for each in found.findings)
