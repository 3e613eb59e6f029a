"""`mammoseg evaluate synthesis --experiments` runs Peterka's experiments once, and puts their scores together."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from typer.testing import CliRunner, Result

from napari_mammoseg.batch.realism import gain, material
from napari_mammoseg.cli import app
from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.training.lesions.squares import Square
from napari_mammoseg.training.masses.films import MassFilm
from napari_mammoseg.training.papers.peterka import fitting, shown
from napari_mammoseg.training.papers.peterka.experiments import EXPERIMENTS
from napari_mammoseg.training.papers.peterka.views import views
from training import phantom_data

SORTS = ("synthetic", "pasted")
WOMEN = 12


def film(number: int) -> MassFilm:
    """A bright disc in a breast; every second one is malignant."""
    down, across = np.ogrid[:300, :200]
    breast = (down - 150) ** 2 + across**2 < 140**2
    mass = (down - 80) ** 2 + (across - 60) ** 2 < 15**2
    noise = np.random.default_rng(number).normal(0, 5, breast.shape)
    pixels = np.where(breast, np.clip(90 + 60 * mass + noise, 1, 255), 0).astype(np.uint8)
    boxes, none = np.array([[65.0, 45, 96, 76]]), np.zeros((0, 4))
    sort = np.array([number % 2])
    return MassFilm("mias", f"film{number}", f"woman{number}", pixels, np.packbits(breast), boxes, sort, none)


def square(number: int) -> Square:
    return Square("mias", f"film{number}", f"woman{number}", np.zeros((160, 160), np.uint8), 10.0)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Women of whom the painter has seen the first nine, less the part that it held out."""
    monkeypatch.setattr(material.packed, "films", lambda *given: [film(number) for number in range(WOMEN)])
    monkeypatch.setattr(material, "squares", lambda *given: [square(number) for number in range(9)])
    monkeypatch.setattr(material, "EXTRA", 2)
    phantom_data.write_imagenet(tmp_path)
    return tmp_path


def run(data: Path, *arguments: object) -> Result:
    options = ("--truth", data, "--folds", 3, "--model", "drawn-mass", "--experiments", data / "out")
    return CliRunner().invoke(app(), ["evaluate", "synthesis", *map(str, (*options, *arguments))])


def test_who_validates_was_not_seen_by_the_painter(data: Path) -> None:
    found = material.crops(data, "", "", Split(3), "drawn-mass", data / "crops")
    women = {sort: {each.woman for each in found if each.sort == sort} for sort in (*SORTS, "real", "validation")}
    assert {"woman9", "woman10", "woman11"} < women["validation"]
    assert len(women["validation"]) == len(women["real"]) == 6
    assert not women["validation"] & women["real"]
    for sort in SORTS:
        assert women[sort] <= women["real"]
        labels = [each.label for each in found if each.sort in (sort, "real")]
        assert labels.count("benign") == labels.count("malignant")
    again = material.crops(data, "", "", Split(3), "drawn-mass", data / "crops")
    assert all((one.pixels == other.pixels).all() for one, other in zip(found, again, strict=True))


def test_each_run_is_made_once_and_all_are_compared_on_the_same_women(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gain, "SEEDS", 2)
    monkeypatch.setattr(gain, "DRAWS", 20)
    monkeypatch.setattr(fitting, "STEPS", {"shallow": 1, "fine-tuned": 1})
    done = run(data)
    assert done.exit_code == 0, done.output
    assert all(f"\n{name} " in done.output for name in EXPERIMENTS)
    assert np.loadtxt(data / "out" / "pasted-1.csv").shape == (6,)
    monkeypatch.setattr(shown, "fit", None)
    found = json.loads(run(data, "--json").stdout)
    assert (found["validation"], found["women"]) == (6, 6)
    against = {row["experiment"]: row["against"][0] for row in found["rows"]}
    assert against["classical"] == 0
    other = run(data, "--set", "women=0.5")
    assert other.exit_code == 2
    assert "holds experiments with other settings" in other.output
    (data / "out" / gain.PLAN).unlink()
    assert run(data).exit_code == 2  # of whom these crops are cannot be told


def test_a_share_of_the_training_women_may_train(data: Path) -> None:
    found = material.crops(data, "", "", Split(3), "drawn-mass", data / "crops", women=0.5)
    women = {sort: {each.woman for each in found if each.sort == sort} for sort in (*SORTS, "real", "validation")}
    assert len(women["real"]) == 3
    assert len(women["validation"]) == 6
    assert women["synthetic"] <= women["real"]


def test_added_masses_make_both_classes_alike_often() -> None:
    lacking = material.lacking(["benign"] * 30 + ["malignant"] * 20)
    assert lacking == {"benign": material.EXTRA, "malignant": material.EXTRA + 10}


def test_the_first_view_is_the_crop_itself() -> None:
    pictures = torch.rand(3, 1, 64, 64)
    seen = views(pictures, 3)
    assert (seen[0] == pictures).all()
    assert not torch.allclose(seen[1], seen[2])
    assert seen.min() >= 0
    assert seen.max() <= 1
