"""Every model's recipe takes a step on data sets made of a phantom: no recipe stays untried."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from napari_mammoseg import settings
from napari_mammoseg.data_sets import DATA_SETS, samples
from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.errors import InputError
from napari_mammoseg.models import MODELS, Model, find
from napari_mammoseg.training import training_of

SMALL = {"batch": 2, "batches": 1, "side": 64, "inserted": 1, "free": 1, "places": 1, "patches": 2, "windows": 24}
"""Where a recipe has a setting of this name, it gets this value."""
LARGE = {"shallow-cnn": 310, "patch-classifier": 256, "mask-rcnn": 128}
"""The shortest side of a picture that these can look at."""
WHOLE = ("outlines",)
"""Recipes that are shown whole pictures, one per step as they set it themselves."""
ONE_FILE = ("masses", "classes", "classifiers")
"""Recipes that read the same films at the same spacing: the first packs them for the others."""


@pytest.fixture
def data(phantom_sets: Path) -> Path:
    return phantom_sets


@pytest.mark.parametrize("name", sorted(set(DATA_SETS) - {"ddsm-tissue", "phantoms"}))
def test_the_phantoms_data_sets_are_read_as_the_real_ones(data: Path, name: str) -> None:
    image = samples(name, data)[0].read()
    assert image.spacing is not None
    assert image.truth is not None


@pytest.mark.parametrize("model", [each for each in MODELS.values() if each.recipe], ids=lambda model: model.name)
def test_a_step_of_the_recipe_changes_the_network(data: Path, model: Model) -> None:
    torch.manual_seed(0)
    known = {each.name for each in settings.declared(type(training_of(model.name).settings))}
    small = {**SMALL, "side": LARGE.get(model.name, SMALL["side"])} | ({"batch": 1} if model.recipe in WHOLE else {})
    pairs = [f"{name}={value}" for name, value in small.items() if name in known]
    if model.recipe in ONE_FILE:
        pairs.append(f"packed={data / 'films.safetensors'}")
    training = training_of(model.name, pairs)
    recipe = training.recipe(data, Split(3))
    assert recipe.held_out
    before = {name: value.clone() for name, value in recipe.network.state_dict().items()}
    for player in recipe.players.values():
        player.network.train()
    losses = recipe.step(recipe.players, recipe.batch(0, 0, np.random.default_rng(0)))
    assert all(torch.isfinite(each) for each in losses.values())
    assert any(not torch.equal(before[name], value) for name, value in recipe.network.state_dict().items())


def test_calcifications_go_on_from_earlier_weights(data: Path) -> None:
    packed = f"packed={data / 'calcifications.safetensors'}"
    recipe = training_of("calcification-lite", [packed, "start=calcification-lite"]).recipe(data, Split(3))
    earlier = find("calcification-lite", "calcifications").load().state_dict()
    assert all(torch.equal(earlier[name], value) for name, value in recipe.network.state_dict().items())
    assert recipe.kept == 0.5
    with pytest.raises(InputError, match="is no training of calcification-lite"):
        training_of("calcification-lite", [packed, "start=valvano-segmentator"]).recipe(data, Split(3))
