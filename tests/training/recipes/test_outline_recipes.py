"""The recipes of outlines on a handful of research images: a short training whose file runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from napari_mammoseg import models
from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.run import Run
from napari_mammoseg.training import training_of
from napari_mammoseg.training.engine.loop import Options, train
from napari_mammoseg.training.outlines.crops import SIDE, Crop
from napari_mammoseg.training.outlines.pictures import Picture
from napari_mammoseg.training.outlines.scores import in_loose_boxes, of_sets, thresholds, turned_mean
from napari_mammoseg.training.recipes import boxed_outlines, outlines

SETS = ("infn-outlines", "mias-outlines", "inbreast-outlines", "cesm-outlines")


def crop(data_set: str, woman: int, outlined: bool = True) -> Crop:
    rows, columns = np.indices((SIDE, SIDE))
    mass = np.hypot(rows - 160, (columns - 160) * (1 + 0.05 * woman)) < 45
    pixels = (90 + 80 * mass + np.random.default_rng(woman).normal(0, 10, mass.shape)).clip(0, 255).astype(np.uint8)
    angles = np.linspace(0, 2 * np.pi, 96)
    points = 160 + 45 * np.stack([np.sin(angles), np.cos(angles) / (1 + 0.05 * woman)], axis=1)
    mask = (255 * mass).astype(np.uint8) if outlined else None
    return Crop(data_set, f"{data_set} {woman}", f"{data_set}-{woman}", pixels, mask, points.astype(np.float32), 1.0)


def picture(data_set: str, woman: int) -> Picture:
    rows, columns = np.indices((64, 128))
    mass = np.hypot(rows - 30, columns - 40 - woman) < 12
    values = (mass + np.random.default_rng(woman).normal(0, 0.3, mass.shape)).astype(np.float16)
    inside = np.ones_like(mass)
    return Picture(
        data_set, f"{data_set} {woman}", f"{data_set}-{woman}", values, inside, mass.astype(np.uint8), (0.3, 0.3)
    )


def test_the_default_network_trains_on_outlines_and_on_boxes_alone(tmp_path: Path) -> None:
    torch.manual_seed(0)
    settings = boxed_outlines.Settings(batch=4, batches=3, epochs=1, boxed=0.5, full=True)
    model = models.MODELS["outline-lite"]
    model = replace(model, facts=replace(model.facts, side=64))
    training = [crop(name, woman) for name in SETS for woman in range(2)]
    boxed = [crop(boxed_outlines.BOXED, woman, outlined=False) for woman in range(3)]
    tests = [crop(name, 7) for name in SETS]
    recipe = boxed_outlines.of_crops(model, model.build(), [*training, *boxed], tests, settings)
    path = train(recipe, tmp_path, Options(), Run())
    facts = models.find(str(path), "segment").facts
    assert (facts.side, set(facts.thresholds)) == (64, {"iou", "g_mean"})
    columns, figures = (row.split(",") for row in (tmp_path / "log.csv").read_text().splitlines())
    assert columns[:3] == ["epoch", "outline", "box"]
    assert all(float(each) > 0 for each in figures[1:3])
    assert {f"{name} Dice" for name in SETS} <= set(columns)
    assert set((tmp_path / "held_out.txt").read_text().split("\n")) - {""} == {each.patient for each in tests}


def test_each_data_set_is_drawn_by_its_share_whatever_its_size() -> None:
    crops = [crop(name, woman) for name, count in zip(SETS, (5, 1, 2, 3), strict=True) for woman in range(count)]
    crops += [crop(boxed_outlines.BOXED, woman, outlined=False) for woman in range(4)]
    odds = boxed_outlines.chances(crops, 0.2)
    sets = np.array([each.data_set for each in crops])
    assert odds[sets == boxed_outlines.BOXED].sum() == pytest.approx(0.2)
    assert odds[sets == "mias-outlines"].sum() == pytest.approx(0.8 * boxed_outlines.SHARES["mias-outlines"])


def test_the_mean_over_turns_is_the_networks_where_turns_change_nothing() -> None:
    inputs = torch.randn(2, 3, 32, 32)
    assert torch.allclose(turned_mean(lambda x: x[:, :1], inputs), torch.sigmoid(inputs[:, 0]), atol=1e-6)


def test_an_answer_that_fills_the_box_scores_as_a_box_does() -> None:
    """Of a disc: Dice of the disc and a box whose sides lie up to 35 % outside it."""
    network = torch.nn.Conv2d(3, 1, 1)
    torch.nn.init.zeros_(network.weight)
    torch.nn.init.constant_(network.bias, 5.0)
    crops = [crop("infn-outlines", 0), crop("infn-outlines", 0)]
    levels = in_loose_boxes(network, crops, 96, 1.4)
    assert levels[0] == levels[1]
    dice = np.mean([box.at(0.5).dice for box in levels[0]])
    assert 2 * np.pi / 4 / (np.pi / 4 + 1.7**2) < dice < 2 * np.pi / 4 / (np.pi / 4 + 1)
    assert of_sets(levels, crops)["mean Dice"] == pytest.approx(dice)
    assert set(thresholds(levels)) == {"iou", "g_mean"}


@pytest.mark.parametrize("name", ["cobos-resnet", "pixel-logistic-rich", "unet-slim", "patch-classifier", "mask-rcnn"])
def test_networks_of_whole_pictures_train_and_choose_their_thresholds(name: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    training = training_of(name, ["batches=2", "epochs=1"])
    pictures = [picture(data_set, woman) for data_set in SETS for woman in range(5)]
    model = outlines.as_set(training.model, training.settings)
    recipe = outlines.of_pictures(model, model.build(), pictures, training.settings, Split(5, 1))
    path = train(recipe, tmp_path, Options(), Run())
    found = models.find(str(path), "segment")
    assert set(found.facts.thresholds) == {"iou", "g_mean"}
    assert len(recipe.held_out) == 8
    assert "mean dice by iou" in (tmp_path / "log.csv").read_text()


def test_three_parts_share_no_woman_and_each_is_scored_once() -> None:
    pictures = [picture(name, woman) for name in SETS for woman in range(10)]
    scored: list[str] = []
    for fold in range(5):
        parts = [{each.patient for each in part} for part in outlines.dealt(pictures, Split(5, fold))]
        assert [len(each) for each in parts] == [24, 8, 8]
        assert not parts[0] & parts[1] | parts[0] & parts[2] | parts[1] & parts[2]
        scored += parts[2]
    assert sorted(scored) == sorted({each.patient for each in pictures})
    assert [len(each) for each in outlines.dealt(pictures, Split(1))] == [40, 0, 0]


def test_a_share_of_the_women_trains_and_larger_shares_hold_the_smaller_ones() -> None:
    pictures = [picture(name, woman) for name in SETS for woman in range(8)]
    women = [{each.patient for each in outlines.thinned(pictures, share)} for share in (0.125, 0.25, 0.5, 1.0)]
    assert [len(each) for each in women] == [4, 8, 16, 32]
    assert women[0] < women[1] < women[2] < women[3]


def test_aungs_code_is_had_by_a_setting() -> None:
    training = training_of("shallow-cnn", ["coded=true"])
    with torch.device("meta"):
        network = outlines.as_set(training.model, training.settings).build()
    assert sum(each.numel() for each in network.parameters()) == 23_083_350


def test_large_masses_are_shown_more_often_if_asked_for() -> None:
    small, large = picture("cesm-outlines", 0), picture("cesm-outlines", 1)
    large = replace(large, masses=np.ones_like(large.masses))
    assert outlines.shown_often([small, large], 0.0) == pytest.approx([0.5, 0.5])
    assert outlines.shown_often([small, large], 1.0)[1] > 0.9


@pytest.mark.shared
def test_a_row_trains_on_the_research_images(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its name alone, as `mammoseg train` does it, on two of the data sets' images each."""
    from napari_mammoseg.data_sets.table import DataSet

    whole = DataSet.samples
    monkeypatch.setattr(
        DataSet, "samples", lambda self, folder: whole(self, folder)[:: 1 + len(whole(self, folder)) // 3]
    )
    training = training_of("pixel-logistic", ["batches=2", "epochs=1", "side=128"])
    path = train(training.recipe(shared / "data", Split(1)), tmp_path, Options(), Run())
    assert models.find(str(path), "segment").facts.side == 128
