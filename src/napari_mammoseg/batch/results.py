"""Results to compare with a truth: made now from files or from held-out patients of a data set, or saved earlier."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from napari_mammoseg import pipelines
from napari_mammoseg.batch.faults import as_input_error
from napari_mammoseg.data_sets import Sample
from napari_mammoseg.data_sets.held_out import held_out, listed
from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.errors import Cancelled, InputError
from napari_mammoseg.evaluation.case import Case
from napari_mammoseg.findings import Findings
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.readers import read
from napari_mammoseg.readers.results import read_findings, results_below
from napari_mammoseg.run import Run

Fail = Callable[[InputError], None]
Opens = Callable[[], Mammogram]
Result = tuple[Findings, Opens]
"""A result, and what opens its image."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """The images of a data set that are held out of a training, each under its sample's name."""

    data_set: str
    split: Split
    samples: Mapping[str, Sample]
    lists: int = 0

    @classmethod
    def of(cls, pipeline: str, data_set: str, folder: Path, split: Split, lists: Sequence[Path] = ()) -> HeldOut:
        """lists: files that name one patient per line; only patients on every list count.

        Raises InputError as `held_out` does, where a list cannot be read, and where no image is left.
        """
        wanted = [listed(each) for each in lists]
        found = held_out(pipeline, data_set, folder, split)
        found = [each for each in found if all(each.patient in names for names in wanted)]
        if not found:
            raise InputError(data_set, "has no image of the patients held out here", "give fewer --folds or lists")
        return cls(data_set, split, {each.name: each for each in found}, len(lists))

    @property
    def images(self) -> Sequence[tuple[str, Opens]]:
        return [(name, partial(self.open, name)) for name in self.samples]

    def open(self, name: str) -> Mammogram:
        return replace(self.samples[name].read(), name=name)

    def again(self, case: Case) -> Mammogram:
        return self.open(case.name)

    @property
    def facts(self) -> Mapping[str, Any]:
        return {
            "data set": self.data_set,
            "folds": self.split.folds,
            "fold": self.split.fold,
            "split seed": self.split.seed,
            "lists of patients": self.lists,
        }


def analyzed(
    images: Iterable[tuple[str, Opens]],
    pipeline: str,
    settings: pipelines.PipelineSettings,
    run: Callable[[], Run],
    fail: Fail,
    do: Callable[[Mammogram, str, pipelines.PipelineSettings, Run], Findings] = pipelines.analyze_all,
) -> Iterator[Result]:
    """Every candidate on every image, whatever its score. What cannot be read or done is handed to `fail`.

    images: each with the name that messages call it. do: `pipelines.nothing` for results that say nothing, where the
    pipeline is asked later, at boxes.
    """
    for name, opens in images:
        try:
            image = opens()
            found = do(image, pipeline, settings, run())
        except Cancelled:
            raise
        except Exception as error:  # noqa: BLE001  any fault of one image is said, and the others are scored
            fail(as_input_error(error, name))
        else:
            yield found, partial(_itself, image)


def _itself(image: Mammogram) -> Mammogram:
    return image


def saved(folder: Path, pipeline: str, fail: Fail) -> Iterator[Result]:
    """The results in a folder. Their images are opened again only for what the truth does not say."""
    for path in results_below(folder, pipeline):
        try:
            found = read_findings(path)
        except Exception as error:  # noqa: BLE001  any fault of one result is said, and the others are scored
            fail(as_input_error(error, path.name))
        else:
            yield found, partial(_image_of, found)


def _image_of(found: Findings) -> Mammogram:
    if found.source is None:
        raise InputError(found.image.name, "has no truth, and its result does not say where it lies", "give its truth")
    return read(found.source, found.image.spacing_mm)
