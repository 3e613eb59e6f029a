"""How often a detector finds synthetic masses, and real ones of the same size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from napari_mammoseg import models, pipelines
from napari_mammoseg.batch.realism.crops import Insertion
from napari_mammoseg.data_sets import Sample
from napari_mammoseg.evaluation.froc import Reading, froc
from napari_mammoseg.evaluation.matching import CENTRE, FoundMarks, match
from napari_mammoseg.geometry.regions import of_box
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.pipelines.masses.settings import MassSettings
from napari_mammoseg.run import Run
from napari_mammoseg.synthesis.looks import Box

AT = 1.0
"""False positives per image."""


@dataclass(frozen=True)
class Detected:
    """Shares of masses found at one false positive per image of those that masses are put into, before they are.

    free: the number of these images.
    """

    detector: str
    made: float
    real: float
    free: int


@dataclass
class Detector:
    """Looks at images with real masses, with synthetic ones, and, once each, at those that these were put into."""

    model: str
    real: list[Reading] = field(default_factory=list)
    made: list[Reading] = field(default_factory=list)
    free: dict[str, Reading] = field(default_factory=dict)

    def see_real(self, sample: Sample, image: Mammogram, boxes: Sequence[Box]) -> None:
        self.real.append(self._reading(sample, image, boxes))

    def see_made(self, each: Insertion) -> None:
        if each.sample.name not in self.free:
            self.free[each.sample.name] = self._reading(each.sample, each.image, [])
        self.made.append(self._reading(each.sample, replace(each.image, pixels=each.pixels), [each.box]))

    def rates(self) -> Detected:
        free = list(self.free.values())
        made, real = (froc([*free, *each], "free-images").at_most(AT) for each in (self.made, self.real))
        return Detected(self.model, made, real, len(free))

    def _reading(self, sample: Sample, image: Mammogram, boxes: Sequence[Box]) -> Reading:
        plain = replace(image, truth=None)
        found = pipelines.analyze_all(plain, "masses", MassSettings(model=self.model), Run())
        matched = match(FoundMarks.of(found, "mass"), [of_box(each) for each in boxes], CENTRE)
        return Reading.of(sample.name, sample.patient, matched)


def detector(model: str) -> Detector:
    """Raises InputError where there is no such detector."""
    models.find(model, task="masses")
    return Detector(model)
