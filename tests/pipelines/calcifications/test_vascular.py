"""Arteries and clusters laid out here; the curve was fitted to phantoms."""

from __future__ import annotations

import numpy as np
import pytest

from napari_mammoseg.phantom.calcifications import lay_out
from napari_mammoseg.pipelines.calcifications.vascular import vascular


def artery(seed: int, length_mm: float = 25.0) -> np.ndarray:
    """Both walls of a vessel of 1.5 mm that winds as a sine, of which pieces are missing."""
    rng = np.random.default_rng(seed)
    t = np.sort(rng.uniform(0, length_mm, 40))
    side = rng.choice((-1, 1), 40)
    bow = 2.0 * np.sin(t / length_mm * 2 * np.pi)
    return np.stack([t, bow + 0.75 * side + rng.normal(0, 0.1, 40)], axis=1)


@pytest.mark.parametrize("turn", [0.0, 0.7, 2.0])
def test_an_artery_is_vascular_whichever_way_it_runs(turn: float) -> None:
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    assert all(vascular(artery(seed) @ rotation + 50) > 0.5 for seed in range(10))


@pytest.mark.parametrize("form", ["round", "pleomorphic", "linear"])
def test_clusters_are_not(form: str) -> None:
    found = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        specks = lay_out(rng, int(rng.integers(8, 26)), rng.uniform(6, 16), form)  # type: ignore[arg-type]
        found.append(vascular(np.array([(each.row_mm, each.column_mm) for each in specks])))
    assert np.mean(np.array(found) > 0.5) <= 0.05


def test_the_unit_does_not_matter() -> None:
    assert vascular(artery(0) / 0.085) == pytest.approx(vascular(artery(0)), abs=1e-3)


@pytest.mark.parametrize("count", [0, 1, 3, 8])
def test_few_or_piled_up_calcifications_say_nothing(count: int) -> None:
    assert vascular(np.ones((count, 2))) == 0.0


def test_a_perfect_line_is_vascular() -> None:
    assert vascular(np.stack([np.arange(10.0), np.arange(10.0)], axis=1)) > 0.99
