"""Breast and pectoral muscle against the tissue maps of 44 DDSM films (480 × 960, one a patient).

`pytest tests/tissue/test_ddsm_films.py -s` prints Dice of every film, mean, median and worst. Constants were chosen by
the scores of the films of even rank by name; `held out` are the others, which were looked at but not chosen by.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from napari_mammoseg.tissue.breast import breast_mask
from napari_mammoseg.tissue.muscle import pectoral_muscle

BACKGROUND, MUSCLE = 64, 255


def dice(one: np.ndarray, other: np.ndarray) -> float:
    return float(2 * (one & other).sum() / (one.sum() + other.sum()))


def scored(film: Path) -> tuple[float, float, float]:
    """Dice of the breast with its muscle, of the muscle, and of the breast without it."""
    truth = np.asarray(Image.open(film.parents[1] / "labels" / f"{film.stem}_LI.png"))
    pixels = np.asarray(Image.open(film)).astype(np.float32)
    pixels /= pixels.max()
    breast = breast_mask(pixels)
    muscle = pectoral_muscle(pixels, breast, "MLO")
    inner = (truth > BACKGROUND) & (truth != MUSCLE)
    return dice(breast, truth > BACKGROUND), dice(muscle, truth == MUSCLE), dice(breast & ~muscle, inner)


@pytest.mark.shared
def test_breast_and_muscle_agree_with_the_tissue_maps(shared):
    films = sorted((shared / "data" / "ddsm_tissue" / "films").glob("*.png"))
    scores = np.array([scored(film) for film in films])
    print("\nfilm                     breast  muscle  breast without muscle")
    for film, row in zip(films, scores, strict=True):
        print(f"{film.stem:<24} " + "  ".join(f"{each:.3f} " for each in row))
    for name, rows in (("all", scores), ("held out", scores[1::2])):
        for title, number in (
            ("mean", rows.mean(axis=0)),
            ("median", np.median(rows, axis=0)),
            ("worst", rows.min(axis=0)),
        ):
            print(f"{name + ', ' + title:<24} " + "  ".join(f"{each:.3f} " for each in number) + f" n = {len(rows)}")
    assert len(scores) == 44
    assert (scores.mean(axis=0) >= (0.966, 0.94, 0.94)).all()
    assert (scores.min(axis=0) >= (0.93, 0.85, 0.85)).all()
