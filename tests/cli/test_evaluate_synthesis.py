"""`mammoseg evaluate synthesis` says how well synthetic masses can be told from real ones."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from napari_mammoseg.batch.realism import measure, methods
from napari_mammoseg.cli import app
from napari_mammoseg.data_sets import samples
from training import phantom_data


@pytest.fixture
def data(phantom_sets: Path) -> Path:
    return phantom_sets


def evaluate(*arguments: object) -> Result:
    return CliRunner().invoke(app(), ["evaluate", "synthesis", *map(str, arguments)])


def test_discs_are_told_from_healthy_tissue_and_are_no_copies(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure, "FEWEST", 2)
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
    assert 0 <= found["detected"]["made"] <= 1
    sorts = [row["sort"] for row in csv.DictReader((tmp_path / "guess.key.csv").open())]
    assert sorted(sorts) == ["real"] * phantom_data.WOMEN + ["synthetic"] * found["made"]
    assert Image.open(tmp_path / "guess.png").size[0] == 8 * 128


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
