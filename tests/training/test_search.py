"""The random search of a training's settings."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from napari_mammoseg.errors import InputError
from napari_mammoseg.models import MODELS
from napari_mammoseg.training import Training, training_of
from napari_mammoseg.training.engine import log
from napari_mammoseg.training.engine.loop import LOG
from napari_mammoseg.training.engine.recipe import Recipe, constant
from napari_mammoseg.training.engine.step import descent
from napari_mammoseg.training.search import TABLE, drawn, ranges, search


def recipe(by: str | None) -> Recipe:
    step = descent(lambda network, batch: {})
    return Recipe(MODELS["unet-slim"], {}, step, lambda *_: None, 1, 1, rate=constant, searched_by=by)


def best_at(rate: float):
    """A training that does nothing but say how close its learning rate is to the best one."""

    def train(training: Training, out: Path) -> Recipe:
        out.mkdir(parents=True)
        score = -abs(np.log(training.settings.rate / rate))
        log.write_log(out / LOG, [log.as_text({"epoch": 1, "dice": float(score)})])
        return recipe("dice")

    return train


def test_the_best_settings_are_the_first_row_and_the_search_can_be_repeated(tmp_path: Path) -> None:
    rows = search("unet-slim", ["batch=2"], 8, 0, tmp_path / "a", best_at(1e-3))
    with (tmp_path / "a" / TABLE).open() as file:
        assert list(csv.DictReader(file)) == rows
    scores = [float(each["dice"]) for each in rows]
    assert scores == sorted(scores, reverse=True)
    assert sorted(each["training"] for each in rows) == [f"{number:03d}" for number in range(8)]
    assert search("unet-slim", ["batch=2"], 8, 0, tmp_path / "b", best_at(1e-3)) == rows
    assert search("unet-slim", [], 8, 1, tmp_path / "c", best_at(1e-3)) != rows


def test_values_are_drawn_around_the_models_own_evenly_by_their_logarithm() -> None:
    training = training_of("cobos-resnet")
    (rate,) = (each for each in ranges(training) if each.name == "rate")
    random = np.random.default_rng(0)
    factors = np.log10([drawn(rate, training.settings.rate, random) / training.settings.rate for _ in range(2000)])
    low, high = np.log10(rate.searched)
    assert factors.min() == pytest.approx(low, abs=0.01)
    assert factors.max() == pytest.approx(high, abs=0.01)
    assert factors.mean() == pytest.approx((low + high) / 2, abs=0.06)
    assert drawn(replace(rate, high=1.5e-5), training.settings.rate, random) <= 1.5e-5


def test_what_is_off_is_not_searched_and_a_score_is_needed(tmp_path: Path) -> None:
    assert [each.name for each in ranges(training_of("pixel-logistic"))] == ["rate"]
    with pytest.raises(InputError, match="no score to search by"):
        search(
            "unet-slim", [], 1, 0, tmp_path, lambda training, out: replace(best_at(1)(training, out), searched_by=None)
        )
