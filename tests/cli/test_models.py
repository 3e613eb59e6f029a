"""`mammoseg models` says what exists, as the weights files themselves say it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load_file, save_file

from napari_mammoseg.cli import app
from napari_mammoseg.models import MODELS, find


def told(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    app()(["models", *options], standalone_mode=False)
    return capsys.readouterr().out


def test_every_model_has_a_line_with_its_size(capsys: pytest.CaptureFixture[str]) -> None:
    lines = {line.split()[0]: line for line in told(capsys).splitlines()}
    assert list(lines) == list(MODELS)
    assert "168,309 parameters" in lines["calcification-lite"]
    assert "no network" in lines["blob-contrast"]


def test_scores_are_those_of_the_weights_file(capsys: pytest.CaptureFixture[str]) -> None:
    records: list[dict[str, Any]] = json.loads(told(capsys, "--json"))
    scores = {each["name"]: each["scores"] for each in records}
    assert scores["valvano-detector"] == find("valvano-detector").facts.scores != {}


def test_a_file_of_version_0_1_is_counted(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    described = {"name": "mine", "task": "windows", "summary": "", "network": "valvano:Valvano", "spacing_mm": 0.085}
    described |= {"halo": 0, "multiple": 1, "reduced": False, "paper": None, "weights": None, "licence": "MIT"}
    described |= {"arguments": {"size": 29, "padding": "same"}, "data": {}}
    path = tmp_path / "mine.safetensors"
    save_file(load_file(MODELS["valvano-detector"].path), path, metadata={"mammoseg": json.dumps(described)})
    record = json.loads(told(capsys, str(path), "--json"))
    assert record["parameters"] == sum(each.numel() for each in find(str(path)).build().parameters())
