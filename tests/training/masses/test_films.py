"""The data set of films with masses, on the research images."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.evaluation.froc import Reading
from napari_mammoseg.training.masses.films import mass_films
from napari_mammoseg.training.masses.scores import calibration, sensitivities


@pytest.mark.shared
def test_no_woman_is_on_both_sides_and_masses_are_brighter_than_the_breast(shared: Path) -> None:
    training, held_out = mass_films(shared / "data", 1.0, Split(6, 0, 0), ("mias",))
    assert not {each.patient for each in training} & {each.patient for each in held_out}
    assert any(len(each.boxes) for each in held_out)
    assert any(not len(each.boxes) for each in held_out)
    lighter = []
    for film in [*training, *held_out]:
        for row0, column0, row1, column1 in film.boxes.astype(int):
            lighter.append(film.pixels[row0:row1, column0:column1].mean() > film.pixels[film.breast].mean())
    assert np.mean(lighter) > 0.8


def reading(found_at: float, false: list[float]) -> Reading:
    return Reading("a", "a", np.array([found_at]), np.array(false))


def test_calibrated_scores_say_how_many_false_positives_an_image() -> None:
    false = np.linspace(0.05, 0.95, 1000)
    found = {"a": [reading(0.9, list(false[start::100])) for start in range(100)]}
    raw, meant = zip(*calibration(found)["calibration"].knots, strict=True)
    rate = [(false >= each).sum() / 100 for each in raw]
    assert [1 / (1 + 4 * each) for each in rate] == pytest.approx(list(meant), abs=0.03)
    assert list(raw) == sorted(raw)


def test_sensitivities_name_set_and_rate() -> None:
    found = {"a": [reading(0.9, [0.95, 0.1]), reading(0.3, [0.2])]}
    figures = sensitivities(found)
    assert figures["a@0.25"] == 0.0
    assert figures["a@0.5"] == 1.0
    assert figures["mean@1"] == 1.0
