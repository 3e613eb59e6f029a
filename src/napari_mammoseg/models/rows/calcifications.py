"""Networks and plain methods of the pipeline `calcifications`, the default first."""

from __future__ import annotations

from napari_mammoseg.models.calibration import Calibration
from napari_mammoseg.models.model import Facts, Model

ROWS = (
    Model(
        "calcification-lite",
        "calcifications",
        "Our network: three levels on local contrast, trained on insertions into normal tissue and on weak labels",
        network="calcification_lite:CalcificationLite",
        recipe="calcifications",
        spacing_mm=0.085,
        halo=64,
        multiple=8,
        parameters=168_309,
        reduced=True,
        weights="calcification-lite.safetensors",
        false_marks="False marks of calcification-lite at this threshold: about 0.06 per cm² of breast on digital "
        "images, 0.11 on film, as measured on women held out of one training",
        facts=Facts(
            calibration=Calibration({"region": 0.3, "pixel": 1.0}, -3.0),
            image_score=Calibration({"density": 2.0, "coarseness": -8.0}, 3.0),
            dust=40.0,
        ),
    ),
    Model(
        "blob-contrast",
        "calcifications",
        "Plain method: local contrast of a difference of Gaussians; the baseline of every table",
        spacing_mm=0.1,
        facts=Facts(calibration=Calibration({"pixel": 1.0}, -7.0), image_score=Calibration({"marks": 1.0})),
    ),
    Model(
        "valvano-segmentator",
        "calcifications",
        "Detector and Segmentator of Valvano 2018: windows that hold calcifications, then their pixels",
        network="valvano:Valvano",
        recipe="valvano",
        spacing_mm=0.085,
        parameters=330_418,
        paper="valvano-2018",
        weights="valvano-segmentator.safetensors",
        arguments={"size": 49, "padding": "same"},
        facts=Facts(
            side=49,
            stride=None,
            helper="valvano-detector",
            calibration=Calibration({"pixel": 1.0}, -3.3),
            image_score=Calibration({"marks": 1.0, "area": -2.0}, -1.04),
        ),
    ),
    Model(
        "valvano-detector",
        "windows",
        "Detector of Valvano 2018: does a window hold a calcification",
        network="valvano:Valvano",
        recipe="valvano",
        recipe_settings={"asked": "patch"},
        spacing_mm=0.085,
        parameters=330_418,
        paper="valvano-2018",
        weights="valvano-detector.safetensors",
        arguments={"size": 49, "padding": "same"},
        facts=Facts(side=49, stride=None),
    ),
)
