"""How a whole mammogram is prepared for a network of outlines: by the name of its decoder."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.mammogram import Spacing
from napari_mammoseg.models import Model
from napari_mammoseg.tissue.whole import AUNG_SIDE, Whole, as_aung, as_cobos, as_standard

See = Callable[[NDArray[np.float32], NDArray[np.bool_], Spacing], Whole]
"""Pixels, breast and spacing to what a network is given."""


def preparation(model: Model) -> See:
    """What `model` is to be given of an image. Raises KeyError for a model that takes no whole pictures."""
    return _BY_DECODER[str(model.facts.decoder)](model)


def _cobos(model: Model) -> See:
    return lambda pixels, breast, spacing: as_cobos(pixels, breast, spacing, _spacing(model), model.multiple)


def _standard(model: Model) -> See:
    return lambda pixels, breast, spacing: as_standard(pixels, breast, spacing, _spacing(model), model.multiple)


def _aung(model: Model) -> See:
    side, stretched = model.facts.side or AUNG_SIDE, model.facts.decoder == "aung-stretched"
    return lambda pixels, breast, spacing: as_aung(pixels, breast, side, stretched)


def _spacing(model: Model) -> float:
    assert model.spacing_mm is not None
    return model.spacing_mm


_BY_DECODER: Mapping[str, Callable[[Model], See]] = {
    "cobos": _cobos,
    "standard": _standard,
    "instances": _standard,
    "aung-stretched": _aung,
    "aung-padded": _aung,
}
