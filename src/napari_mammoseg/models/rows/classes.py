"""Networks that tell benign from malignant, the default first."""

from __future__ import annotations

from napari_mammoseg.models.model import Facts, Model

ROWS = (
    Model(
        "mass-classifier",
        "classify",
        "Our classifier of a marked mass, benign or malignant: EfficientNet-Lite0",
        network="mass_classifier:MassClassifier",
        recipe="classes",
        spacing_mm=0.28,
        multiple=32,
        parameters=2_959_569,
        weights="mass-classifier.safetensors",
        facts=Facts(side=160, context=1.8, stride=None),
    ),
)
