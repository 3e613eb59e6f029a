"""`mammoseg evaluate segment --boxes loose`: masses outlined in boxes drawn loosely around them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from napari_mammoseg.errors import InputError
from napari_mammoseg.pipeline_table import PipelineSettings, pipeline
from napari_mammoseg.run import Run

if TYPE_CHECKING:
    from napari_mammoseg.batch.evaluation import Evaluation
    from napari_mammoseg.batch.results import HeldOut
    from napari_mammoseg.evaluation.boxed import BoxedMass

SettingsOf = Callable[[str, str | None, Sequence[str]], PipelineSettings]
LOOSE, TRUTH = "loose", "truth"
"""Boxes drawn loosely around outlined masses, and those of the truth, as --boxes names them."""
EVERY_FOLD = "{fold}"
"""Stands in a model's path for the number of the fold that its training held out."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says of an evaluation in boxes.

    Raises InputError where boxes, or a model for every fold, cannot be meant.
    """

    pipeline: str
    boxes: str | None
    data_set: str | None
    folder: Path
    split: tuple[int, int, int]
    lists: Sequence[Path]
    model: str | None
    settings: Sequence[str]
    device: str
    backend: str
    samples: int
    seed: int
    report: Path | None

    def __post_init__(self) -> None:
        row = pipeline(self.pipeline)
        wanted = TRUTH if row.classifies else LOOSE
        if self.boxes is not None and not row.takes_boxes:
            raise InputError("--boxes", f"is not for {self.pipeline}", "leave it out")
        if self.boxes not in (None, wanted):
            raise InputError(f"--boxes {self.boxes}", f"is no way to score {self.pipeline}", f"give {wanted}")
        if self.loose and self.data_set is None:
            raise InputError("--boxes", "are drawn around the masses of a data set", "give --data-set too")
        if self.loose and self.report is not None:
            raise InputError("--report", "is not made of boxes", "give --json in its place")
        if self.each_fold and (not self.loose or self.split[0] < 2):
            raise InputError(f"--model {self.model}", "names a model per fold", "give --boxes loose and --folds too")

    @property
    def loose(self) -> bool:
        """Whether boxes are to be drawn loosely around masses."""
        return self.boxes == LOOSE

    @property
    def each_fold(self) -> bool:
        """Whether each fold has a model of its own."""
        return EVERY_FOLD in (self.model or "")


def evaluate_boxes(asked: Asked, settings_of: SettingsOf, failures: list[InputError]) -> Evaluation:
    """Every outlined mass in loose boxes; where each fold has a model of its own, the masses of all folds are pooled.

    settings_of: the settings of a pipeline with a model and `KEY=VALUE` texts. Raises InputError where there is no
    outlined mass.
    """
    from napari_mammoseg.batch.loose_boxes import PIPELINE, evaluation, in_loose_boxes
    from napari_mammoseg.batch.results import HeldOut
    from napari_mammoseg.data_sets.split import Split
    from napari_mammoseg.pipelines.segment.settings import SegmentSettings

    assert asked.data_set is not None
    folds, fold, split_seed = asked.split
    parts: list[HeldOut] = []
    masses: list[BoxedMass] = []
    model = asked.model or ""
    for number in range(folds) if asked.each_fold else [fold]:
        of_fold = model.replace(EVERY_FOLD, str(number)) if asked.each_fold else asked.model
        settings = settings_of(PIPELINE, of_fold, asked.settings)
        assert isinstance(settings, SegmentSettings)
        part = HeldOut.of(PIPELINE, asked.data_set, asked.folder, Split(folds, number, split_seed), asked.lists)
        run = partial(Run, asked.device, asked.backend)
        masses += in_loose_boxes(part.images, settings, run, asked.seed, failures.append)
        parts.append(part)
        model = model or settings.model
    if not masses and not failures:
        raise InputError(asked.data_set, "has no outlined mass", "give a data set of outlines, as inbreast-outlines")
    return evaluation(parts, model, masses, asked.samples, asked.seed)
