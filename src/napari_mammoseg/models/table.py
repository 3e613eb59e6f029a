"""Every network and plain method by name: the only place that knows names.

Adding a network is one file in `networks/` and one row here; a test walks the rows.
"""

from __future__ import annotations

from pathlib import Path

from napari_mammoseg.errors import InputError
from napari_mammoseg.models.calibration import Calibration
from napari_mammoseg.models.model import Facts, Model
from napari_mammoseg.models.weights import as_its_file_says, from_file


def find(name: str, task: str | None = None) -> Model:
    """The model called `name`, or the one that the safetensors file `name` describes.

    Raises InputError if there is none, the file is not one of this program's, or it does another task.
    """
    model = from_file(Path(name)) if name.endswith(".safetensors") else _from_table(name)
    if task is not None and model.task != task:
        raise InputError(model.name, f"does {model.task}, not {task}", f"choose from {', '.join(names(task))}")
    return model


def names(task: str | None = None) -> tuple[str, ...]:
    """The names of all models, or of those for one task, the default first."""
    return tuple(each.name for each in MODELS.values() if task in (None, each.task))


def _from_table(name: str) -> Model:
    if name not in MODELS:
        raise InputError(name, "is not a model", f"choose from {', '.join(MODELS)}, or give a .safetensors file")
    return as_its_file_says(MODELS[name])


def _table(*models: Model) -> dict[str, Model]:
    return {model.name: model for model in models}


SSD_FACTS = Facts(channels=3, side=256, stride=None, scales=(1.0, 0.5), decoder="windows")

MODELS = _table(
    Model(
        "blob-contrast",
        "calcifications",
        "Plain method: local contrast of a difference of Gaussians; the baseline of every table",
        spacing_mm=0.1,
        facts=Facts(calibration=Calibration({"pixel": 1.0}, -7.0), image_score=Calibration({"marks": 1.0})),
    ),
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
        facts=Facts(
            calibration=Calibration({"region": 0.3, "pixel": 1.0}, -3.0),
            best_marks=8,
            image_score=Calibration({"marks": 0.753, "regions": 1.506, "area": -5.66, "coarseness": -8.8}, 2.35),
        ),
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
    Model(
        "mass-finder",
        "masses",
        "Our detector: EfficientNet-Lite0, a feature pyramid, centres and boxes at stride 8",
        network="mass_finder:MassFinder",
        recipe="masses",
        spacing_mm=0.28,
        multiple=32,
        parameters=3_421_958,
        weights="mass-finder.safetensors",
        facts=Facts(stride=8, scales=(0.78, 1.0, 1.27), decoder="dense", helper="mass-classifier"),
    ),
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
    Model(
        "ssd256",
        "masses",
        "SSD for pictures of 256 x 256 on a VGG-16 trunk",
        network="ssd256:SSD256",
        recipe="ssd",
        spacing_mm=0.2,
        parameters=23_715_730,
        paper="jin-zheng-2019",
        facts=SSD_FACTS,
    ),
    Model(
        "ssd256-separable",
        "masses",
        "The same with separable convolutions",
        network="ssd256:SSD256",
        recipe="ssd",
        recipe_settings={"experiment": "D"},
        spacing_mm=0.2,
        parameters=4_820_525,
        paper="jin-zheng-2019",
        arguments={"separable": True},
        facts=SSD_FACTS,
    ),
)
