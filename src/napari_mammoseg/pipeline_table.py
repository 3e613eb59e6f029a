"""The pipelines: one row each. Docks, commands, scores, splits and documents are made from these rows.

A row names its function and its settings as text; they are loaded when they are first used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any, Literal, Protocol

from napari_mammoseg.errors import InputError
from napari_mammoseg.kinds import Kind, LesionKind

Denominator = Literal["images", "free-images", "normal-images", "cm2", "free-cm2"]
"""What false positives are counted per; `evaluation.froc` says each in words."""
Drawing = Literal["shapes", "labels", "points"]
"""The layers that a truth may be drawn in."""


class PipelineSettings(Protocol):
    """What the settings of every pipeline have in common."""

    @property
    def threshold(self) -> float: ...
    @property
    def model(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to find, and how it is scored.

    found: kinds of findings that count. lesions: kinds of the truth that are to be found. family: kinds that speak of
    the same thing; an image whose truth has some of the family but none of `lesions` is left out of the score.
    rule: name of the matching rule. denominators: what false positives are counted per. boxes: whether average
    precision is computed, too.
    """

    name: str
    found: tuple[Kind, ...]
    lesions: tuple[LesionKind, ...]
    family: tuple[LesionKind, ...]
    rule: str
    denominators: tuple[Denominator, ...]
    boxes: bool = False


@dataclass(frozen=True, slots=True)
class Pipeline:
    """One pipeline.

    module: the file below `pipelines` that holds `function`, `networks(settings)` (the models it runs) and
    `get_ready(settings, run)` (loads them). settings_class: "module:class" below `pipelines`.
    targets: what it is scored for. mask_kind: what the lesions of a truth's plain mask are. drawn_as: what a person
    draws in each type of layer. dock: the dock's name in napari. read_kind: the kind of findings whose boxes a person
    may accept, reject, move and draw. takes_boxes: whether it can be told where to look. outlined: whether its outlines
    are what is scored: every measure of pixels, inside the breast, distances in mm, masks. classifies: whether its
    answers about regions and images are what is scored: benign, malignant or normal. map_name: what its map is called;
    map_asked: whether a person asks for the map, so that it is shown at once.
    """

    name: str
    summary: str
    module: str
    function: str
    settings_class: str
    dock: str
    mask_kind: LesionKind
    drawn_as: Mapping[Drawing, LesionKind]
    targets: tuple[Target, ...] = ()
    read_kind: Kind | None = None
    takes_boxes: bool = False
    outlined: bool = False
    classifies: bool = False
    map_name: str = "probability"
    map_asked: bool = False

    @property
    def file(self) -> ModuleType:
        """The module that holds the pipeline's function."""
        return import_module(f"napari_mammoseg.pipelines.{self.module}")

    @property
    def settings(self) -> type[PipelineSettings]:
        """The dataclass of its settings."""
        module, _, name = self.settings_class.partition(":")
        found: type[PipelineSettings] = getattr(import_module(f"napari_mammoseg.pipelines.{module}"), name)
        return found

    @property
    def run(self) -> Any:
        """Its function: (image, settings, run, boxes=None) -> Found."""
        return getattr(self.file, self.function)

    @property
    def family(self) -> tuple[LesionKind, ...]:
        """The kinds of lesions that make an image positive for it."""
        return tuple(dict.fromkeys(kind for target in self.targets for kind in target.family))


def _table(*rows: Pipeline) -> dict[str, Pipeline]:
    return {row.name: row for row in rows}


_CALCIFIED: tuple[LesionKind, ...] = ("calcification", "cluster")
_MASS: Mapping[Drawing, LesionKind] = {"shapes": "mass", "labels": "mass", "points": "mass"}
PIPELINES = _table(
    Pipeline(
        "calcifications",
        "Single microcalcifications and their clusters",
        module="calcifications.find",
        function="find_calcifications",
        settings_class="calcifications.settings:CalcificationSettings",
        dock="Microcalcifications",
        mask_kind="calcification",
        drawn_as={"shapes": "cluster", "labels": "calcification", "points": "calcification"},
        targets=(
            Target(
                "clusters",
                ("cluster",),
                ("cluster",),
                _CALCIFIED,
                "cluster",
                ("images", "free-images", "normal-images"),
            ),
            Target(
                "calcifications",
                ("calcification",),
                ("calcification",),
                _CALCIFIED,
                "point-0.5mm",
                ("cm2", "free-cm2", "images"),
            ),
        ),
        read_kind="cluster",
    ),
    Pipeline(
        "masses",
        "Masses, benign or malignant, each in a box",
        module="masses.find",
        function="find_masses",
        settings_class="masses.settings:MassSettings",
        dock="Masses",
        mask_kind="mass",
        drawn_as=_MASS,
        targets=(Target("masses", ("mass",), ("mass",), ("mass",), "centre", ("images", "free-images"), boxes=True),),
        read_kind="mass",
    ),
    Pipeline(
        "segment",
        "Outlines of masses, in boxes or wherever masses are found",
        module="segment.find",
        function="outline_masses",
        settings_class="segment.settings:SegmentSettings",
        dock="Mass outlines",
        mask_kind="mass",
        drawn_as=_MASS,
        targets=(
            Target("masses", ("mass",), ("mass",), ("mass",), "covered-0.1", ("images", "free-images"), boxes=True),
        ),
        takes_boxes=True,
        outlined=True,
    ),
    Pipeline(
        "classify",
        "Benign or malignant, of drawn boxes or of the whole image",
        module="classify.find",
        function="classify_regions",
        settings_class="classify.settings:ClassifySettings",
        dock="Classify",
        mask_kind="mass",
        drawn_as=_MASS,
        takes_boxes=True,
        classifies=True,
        map_name="Grad-CAM",
        map_asked=True,
    ),
)


def pipeline(name: str) -> Pipeline:
    """The pipeline called `name`. Raises InputError if there is none."""
    if name not in PIPELINES:
        raise InputError(name, "is not a pipeline", f"choose from {', '.join(PIPELINES)}")
    return PIPELINES[name]
