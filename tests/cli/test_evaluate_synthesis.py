"""`mammoseg evaluate synthesis` says how well synthetic masses can be told from real ones."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from napari_mammoseg.batch.realism import copies, detected, measure, methods
from napari_mammoseg.batch.realism.crops import Crops
from napari_mammoseg.cli import app
from napari_mammoseg.data_sets import samples
from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.findings import Finding, Findings, ImageRecord, ModelRecord, RunRecord
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.pipelines.masses.settings import MassSettings
from napari_mammoseg.run import Run
from napari_mammoseg.training.lesions import squares
from napari_mammoseg.training.lesions.squares import Square
from training import phantom_data


@pytest.fixture
def data(phantom_sets: Path) -> Path:
    return phantom_sets


def evaluate(*arguments: object) -> Result:
    return CliRunner().invoke(app(), ["evaluate", "synthesis", *map(str, arguments)])


def middle_alone(image: Mammogram, pipeline: str, settings: MassSettings, run: Run) -> Findings:
    """A detector that marks the middle of every image, where a real mass of the phantom data lies, but no synthetic."""
    (row, column), record = (image.rows // 2, image.columns // 2), RunRecord("1", {"threshold": 0})
    mass = Finding(1, "mass", (row - 9, column - 9, row + 9, column + 9), (row - 0.5, column - 0.5), 0.9)
    return Findings(ImageRecord.of(image), pipeline, ModelRecord(settings.model), 0.9, (mass,), record)


def test_discs_are_told_from_healthy_tissue_and_are_no_copies(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure, "FEWEST", 2)
    monkeypatch.setattr(squares, "HEALTHY", {})
    monkeypatch.setattr(detected.pipelines, "analyze_all", middle_alone)
    options = ["--truth", data, "--data-set", "inbreast", "--model", "discs", "--folds", 3, "--sheet", tmp_path]
    for pair in (f"vgg={data}/vgg-random.safetensors", f"squares={tmp_path}/squares", "detector=mass-finder"):
        options += ["--set", pair]
    done = evaluate(*options, "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert (found["data_set"], found["model"], found["real"]) == ("inbreast", "discs", phantom_data.WOMEN)
    assert found["made_healthy"] > 0.7  # six crops of either
    assert found["kernel_made"][0] > found["kernel_real"][0]
    assert found["copies"]["made"] > 0
    assert found["detected"] == {"detector": "mass-finder", "made": 0, "real": 1, "free": pytest.approx(3, abs=1)}
    sorts = [row["sort"] for row in csv.DictReader((tmp_path / "guess.key.csv").open())]
    assert sorted(sorts) == ["real"] * phantom_data.WOMEN + ["synthetic"] * found["made"]
    assert Image.open(tmp_path / "guess.png").size[0] == 8 * 128


def test_a_feature_that_hardly_varies_among_training_lesions_does_not_put_all_others_far_from_them(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = np.random.default_rng(0).normal(size=(60, 8))
    rows[:40, 3] *= 1e-9
    blank = np.zeros((1, 1), np.uint8)
    trained = [Square("g", str(number), f"w{number}", blank, 10.0, blank) for number in range(40)]
    monkeypatch.setattr(copies, "all_squares", lambda *given: trained)
    monkeypatch.setattr(copies, "_crop", lambda square: rows[int(square.name)])
    monkeypatch.setattr(copies, "features", lambda pictures, vgg: np.stack(pictures))
    made, real = (Crops(list(rows[part : part + 10]), ["other"] * 10) for part in (40, 50))
    found = copies.copies(data, "", Split(1), made, real, None)
    assert (found.training, found.made, found.real) == (40, *[pytest.approx(0.6, abs=0.4)] * 2)


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ({"--data-set": None}, "data set"),
        ({"--set": None}, "VGG-16"),
        ({"--data-set": "phantoms"}, "inbreast, mias"),
        ({"--model": "mass-finder"}, "does masses"),
        ({"--patients": "/nowhere.txt"}, "list of patients"),
    ],
)
def test_what_is_missing_is_said(data: Path, missing: dict[str, object], said: str) -> None:
    given = {"--truth": data, "--data-set": "mias", "--set": f"vgg={data}/vgg-random.safetensors", "--model": "discs"}
    given |= missing
    words = [word for name, value in given.items() if value is not None for word in (name, value)]
    done = evaluate(*words)
    assert done.exit_code == 2
    assert said in done.output


@pytest.mark.parametrize("name", ["discs", "drawn-mass", "pasted"])
def test_whatever_puts_masses_in_makes_the_place_brighter(data: Path, name: str) -> None:
    film = samples("inbreast", data)[0]
    image = film.read()
    put = methods.put_of(name, data)
    pixels, (row0, column0, row1, column1) = put(image, (500, 600), 15.0, np.random.default_rng(0))
    inside = slice(int(row0), int(row1)), slice(int(column0), int(column1))
    assert pixels[inside].mean() > image.pixels[inside].mean() + 0.01
    assert max(row1 - row0, column1 - column0) * image.spacing[0] == pytest.approx(15, rel=0.1)
