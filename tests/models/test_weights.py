"""Weights files: what they say of themselves, in today's form and in that of version 0.1."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from napari_mammoseg.errors import InputError
from napari_mammoseg.models import MODELS, Calibration, find, save_weights
from napari_mammoseg.models.weights import _described, as_its_file_says

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


def test_new_facts_leave_the_tensors_as_they_are(tmp_path: Path) -> None:
    model, calibration = find("mass-classifier"), Calibration({"logit": 0.5}, -0.25)
    path = tmp_path / "again.safetensors"
    save_weights(model.load(), model, path, calibration=calibration)
    before, after = load_file(model.path), load_file(path)
    assert before.keys() == after.keys()
    assert all(after[name].dtype == value.dtype and after[name].equal(value) for name, value in before.items())
    assert find(str(path)).facts == replace(model.facts, calibration=calibration)


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


def good() -> dict[str, Any]:
    """What a weights file of the classifier says of itself."""
    return json.loads(json.dumps(_described(replace(CLASSIFIER, parameters=1))))


WRONG = (None, True, -1, 1e400, float("nan"), "text", [], [1, "a"], {}, {"a": 1}, [[0.1, 0.2]], 10**12)


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_no_wrong_value_of_any_field_is_more_than_one_line(wrong: Any, tmp_path: Path) -> None:
    for name in good():
        with suppress(InputError):
            find(str(write(tmp_path / "a.safetensors", {**good(), name: wrong})))
    for name in good()["facts"]:
        facts = {**good()["facts"], name: wrong}
        with suppress(InputError):
            find(str(write(tmp_path / "a.safetensors", {**good(), "facts": facts})))


def test_no_missing_field_is_more_than_one_line(tmp_path: Path) -> None:
    for name in good():
        described = {key: value for key, value in good().items() if key != name}
        with pytest.raises(InputError):
            find(str(write(tmp_path / "a.safetensors", described))).load()


def changed(path: Path, tensors: dict[str, torch.Tensor]) -> Path:
    save_file(tensors, path, metadata={"mammoseg": json.dumps(good())})
    return path


def test_tensors_that_do_not_fit_or_are_not_finite_are_one_line(tmp_path: Path) -> None:
    whole = {name: value.clone() for name, value in CLASSIFIER.build().state_dict().items()}
    first = next(iter(whole))
    for wrong in (
        {name: value for name, value in whole.items() if name != first},
        {**whole, "stranger": torch.zeros(3)},
        {**whole, first: torch.zeros(3, 1, 7)},
        {**whole, first: torch.full_like(whole[first], torch.nan)},
    ):
        with pytest.raises(InputError) as refusal:
            find(str(changed(tmp_path / "a.safetensors", wrong))).load()
        assert len(str(refusal.value)) < 250


@pytest.mark.parametrize("kept", [0, 7, 8, 100, 0.5, 0.999])
def test_a_file_that_was_cut_is_one_line(kept: float, tmp_path: Path) -> None:
    save_weights(CLASSIFIER.build(), CLASSIFIER, tmp_path / "a.safetensors")
    content = (tmp_path / "a.safetensors").read_bytes()
    (tmp_path / "a.safetensors").write_bytes(content[: int(kept * len(content)) if kept < 1 else int(kept)])
    with pytest.raises(InputError):
        find(str(tmp_path / "a.safetensors")).load()


@pytest.mark.parametrize(("value", "said"), [(float("nan"), "not finite"), (1e6, "too large for half precision")])
def test_weights_that_half_precision_would_lose_are_not_written(value: float, said: str, tmp_path: Path) -> None:
    network = CLASSIFIER.build()
    with torch.no_grad():
        next(network.parameters()).fill_(value)
    with pytest.raises(InputError, match=said):
        save_weights(network, CLASSIFIER, tmp_path / "a.safetensors")
    assert not list(tmp_path.iterdir())
