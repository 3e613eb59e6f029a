"""What a result says of the networks that gave it."""

from __future__ import annotations

from napari_mammoseg.findings import ModelRecord
from napari_mammoseg.models import Model


def model_record(model: Model, *beside: Model) -> ModelRecord:
    """The record of `model` and of those that helped it."""
    return ModelRecord(model.name, model.sha256, {each.name: each.sha256 for each in beside})
