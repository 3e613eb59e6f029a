"""Whether what a weights file says of itself can be true: its fields by the declarations of Model and Facts."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from itertools import pairwise
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from napari_mammoseg.kinds import CLASSES
from napari_mammoseg.models.calibration import Calibration
from napari_mammoseg.models.model import Facts, Model

LEAST: Mapping[str, float] = {
    "channels": 1,
    "side": 1,
    "stride": 1,
    "multiple": 1,
    "best_marks": 1,
    "halo": 0,
    "parameters": 0,
    "spacing_mm": 0.005,
    "context": 0.01,
}
"""What a number must be at least."""
MOST: Mapping[str, float] = {
    "channels": 64,
    "side": 4096,
    "stride": 4096,
    "multiple": 4096,
    "best_marks": 10_000,
    "halo": 4096,
    "parameters": 1e10,
    "spacing_mm": 10,
    "context": 100,
}
"""What a number may be at most; no network comes near it."""


def check(described: Mapping[str, Any]) -> None:
    """Raises ValueError or TypeError for what cannot be the keyword arguments of a Model and, as `facts`, of Facts."""
    model = Model(**{**described, "facts": Facts(**described["facts"])})
    for whole in (model, model.facts):
        for name, hint in get_type_hints(type(whole)).items():
            _check(name, getattr(whole, name), hint)
    if not model.facts.scales or not all(0.01 <= each <= 100 for each in model.facts.scales):
        raise ValueError("scales")
    if not set(model.facts.classes) <= set(CLASSES) or len(set(model.facts.classes)) < len(model.facts.classes):
        raise ValueError("classes")
    if model.network is not None and not re.fullmatch(r"\w+:\w+", model.network, re.ASCII):
        raise ValueError("network")
    for calibration in (model.facts.calibration, model.facts.image_score):
        if calibration is not None:
            _check_calibration(calibration)


def _check(name: str, value: Any, hint: Any) -> None:
    if not _fits(value, hint):
        raise TypeError(name)
    if name in LEAST and value is not None and not LEAST[name] <= value <= MOST[name]:
        raise ValueError(name)


def _check_calibration(calibration: Calibration) -> None:
    """Numbers are finite; there are no knots, or two and more that rise, between 0 and 1."""
    numbers = [calibration.offset, *calibration.weights.values()]
    if not all(math.isfinite(each) for each in numbers):
        raise ValueError("calibration")
    for values in zip(*calibration.knots, strict=True):
        rising = all(low < high for low, high in pairwise(values))
        if len(values) < 2 or not rising or not 0 < values[0] < values[-1] < 1:
            raise ValueError("knots")


def _fits(value: Any, hint: Any) -> bool:
    """Whether the value is of the declared type: a plain one, a union of them, a tuple of one kind, or a mapping."""
    origin = get_origin(hint)
    if origin is UnionType:
        return any(_fits(value, each) for each in get_args(hint))
    if origin is tuple:
        return isinstance(value, tuple) and all(_fits(each, get_args(hint)[0]) for each in value)
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, origin or hint)
