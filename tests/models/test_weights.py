"""Weights files: what they say of themselves, in today's form and in that of version 0.1."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from napari_mammoseg.errors import InputError
from napari_mammoseg.models import MODELS, Calibration, find, save_weights
from napari_mammoseg.models.weights import as_its_file_says

CLASSIFIER = MODELS["mass-classifier"]


def write(path: Path, described: Any) -> Path:
    save_file({"a": torch.zeros(1)}, path, metadata={"mammoseg": json.dumps(described)})
    return path


def first_form(task: str, data: dict[str, Any], **more: Any) -> dict[str, Any]:
    """As version 0.1 described a model."""
    plain = {"name": "a", "task": task, "summary": "", "network": "a:A", "spacing_mm": 0.1, "halo": 3, "multiple": 8}
    rest = {"reduced": True, "paper": None, "weights": None, "licence": "BSD-3-Clause", "arguments": {}}
    return {**plain, **rest, "data": data, **more}


def test_a_calibration_written_is_the_one_read(tmp_path: Path) -> None:
    calibration = Calibration({"score": 1.0}, 0.5, ((0.1, 0.05), (0.6, 0.5)))
    save_weights(CLASSIFIER.build(), CLASSIFIER, tmp_path / "a.safetensors", calibration=calibration)
    assert find(str(tmp_path / "a.safetensors")).facts.calibration == calibration


def test_a_file_knows_its_weights_better_than_the_table(tmp_path: Path) -> None:
    trained = replace(CLASSIFIER, spacing_mm=0.2, facts=replace(CLASSIFIER.facts, side=128))
    save_weights(trained.build(), trained, tmp_path / "a.safetensors")
    row = replace(CLASSIFIER, weights=str(tmp_path / "a.safetensors"))
    assert as_its_file_says(row).spacing_mm == 0.2
    assert as_its_file_says(row).facts.side == 128


def test_the_first_form_of_calcification_networks(tmp_path: Path) -> None:
    data = {"calibration": [1.0, 0.3, -3.0], "image_score": [8, 0.7, 1.5, -5.6, 2.3], "coarseness": -8.8}
    model = find(str(write(tmp_path / "a.safetensors", first_form("calcifications", data))))
    assert model.facts.calibration(pixel=2.0, region=10.0) == pytest.approx(2.0 + 3.0 - 3.0)
    assert model.facts.best_marks == 8
    terms = {"marks": 1.0, "regions": 10.0, "area": 100.0, "coarseness": 1000.0}
    assert model.facts.image_score(**terms) == pytest.approx(0.7 + 15.0 - 560.0 - 8800.0 + 2.3)
    assert not model.reduced


def test_the_first_form_of_mass_networks(tmp_path: Path) -> None:
    data = {"decoder": "dense", "stride": 8, "scales": [0.5, 1.0], "classifier": "other"}
    data |= {"calibration": [[0.1, 0.5], [0.2, 0.5]]}
    facts = find(str(write(tmp_path / "a.safetensors", first_form("masses", data)))).facts
    assert (facts.decoder, facts.stride, facts.scales, facts.helper) == ("dense", 8, (0.5, 1.0), "other")
    assert facts.calibration.knots == ((0.1, 0.2), (0.5, 0.5))


def test_the_first_form_of_classifiers_and_of_valvano(tmp_path: Path) -> None:
    data = {"side": 160, "context": 1.8, "calibration": [0.5, -0.1]}
    facts = find(str(write(tmp_path / "a.safetensors", first_form("classify", data)))).facts
    assert facts.calibration(logit=2.0) == pytest.approx(0.9)
    described = first_form("windows", {"detector": "d"}, arguments={"size": 29, "padding": "same"})
    facts = find(str(write(tmp_path / "b.safetensors", described))).facts
    assert (facts.side, facts.stride, facts.helper) == (29, None, "d")


@pytest.mark.parametrize("described", [3, [], {}, {"data": 1}, {"facts": None}, {"name": "a", "unknown": 1}, "text"])
def test_foreign_metadata_is_one_line(described: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not a weights file of this program"):
        find(str(write(tmp_path / "a.safetensors", described)))


def test_metadata_that_is_no_json_is_one_line(tmp_path: Path) -> None:
    save_file({"a": torch.zeros(1)}, tmp_path / "a.safetensors", metadata={"mammoseg": "{"})
    with pytest.raises(InputError, match="is not a weights file of this program"):
        find(str(tmp_path / "a.safetensors"))
