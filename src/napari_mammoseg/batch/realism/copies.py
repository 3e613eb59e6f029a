"""Whether synthetic masses are copies of those that the model was trained on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from napari_mammoseg.batch.realism.crops import Crops
from napari_mammoseg.batch.realism.methods import Array
from napari_mammoseg.data_sets.split import Split, held_out_of
from napari_mammoseg.errors import InputError
from napari_mammoseg.evaluation.feature_distance import nearest, scaled_as
from napari_mammoseg.synthesis.looks import crop_of
from napari_mammoseg.training.lesions import squares
from napari_mammoseg.training.lesions.packed import squares as all_squares
from napari_mammoseg.training.lesions.realism import features
from napari_mammoseg.training.lesions.squares import Square
from napari_mammoseg.training.lesions.vgg import Vgg


@dataclass(frozen=True)
class Copies:
    """Medians of the distance to the nearest training lesion of another woman, in deviations of a feature.

    made: of the synthetic masses; real: of the data set's real ones. A copy would be much nearer than a real mass is.
    """

    training: int
    made: float
    real: float


def copies(folder: Path, packed: str, split: Split, made: Crops, real: Crops, vgg: Vgg) -> Copies:
    """packed: the file of squares, made from `folder` if it is not there. split: who was held out of the training.

    Raises InputError where the training has no lesion.
    """
    found = all_squares(folder, packed)
    held_out = held_out_of(squares.women_of(found), split)
    trained = [each for each in found if each.mask is not None and each.patient not in held_out]
    if not trained:
        raise InputError(packed, "holds no lesions", "give the squares of the model's training")
    rows = features([_crop(each) for each in trained], vgg)
    scaled, women = scaled_as(rows), [each.patient for each in trained]
    training = scaled(rows)
    medians = [
        float(np.median(nearest(scaled(features(each.pictures, vgg)), each.women, training, women)))
        for each in (made, real)
    ]
    per_feature = np.sqrt(training.shape[1])
    return Copies(len(trained), medians[0] / per_feature, medians[1] / per_feature)


def _crop(square: Square) -> Array:
    """The square as `crop_of` would have seen the image."""
    middle, half = squares.SIDE / 2, squares.SIDE / squares.REACH / 2
    return crop_of(
        square.pixels.astype(np.float32) / np.float32(255), (middle - half, middle - half, middle + half, middle + half)
    )
