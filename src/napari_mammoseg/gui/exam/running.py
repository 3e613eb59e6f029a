"""Every pipeline on every hung image: the job behind the one button."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from napari_mammoseg import settings as declarations
from napari_mammoseg.batch.faults import as_input_error
from napari_mammoseg.commands import Command
from napari_mammoseg.errors import Cancelled, InputError
from napari_mammoseg.findings import Findings
from napari_mammoseg.gui.layers.image_layers import mammogram_of
from napari_mammoseg.gui.results.layer_command import command_on
from napari_mammoseg.pipelines import analyze_all, pipeline
from napari_mammoseg.run import Progress, Run

if TYPE_CHECKING:
    from napari.layers import Image

EXAM_PIPELINES = ("calcifications", "masses")


@dataclass(frozen=True, slots=True)
class Analysed:
    """What one pipeline found on one image, with its default settings. pixels: those that it was found on."""

    image: Image
    command: Command
    everything: Findings
    threshold: float
    pixels: Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found, what could not be analysed, and how many results there were to be."""

    analysed: Sequence[Analysed]
    refused: Sequence[InputError]
    asked: int

    @property
    def stopped(self) -> bool:
        return len(self.analysed) + len(self.refused) < self.asked


def analyse(images: Mapping[str, Image], pipelines: Sequence[str], run: Run) -> Outcome:
    """Runs the pipelines on the images, by the names that messages call them. A fault of one stops no other.

    `run` is told of each step with the image and the pipeline that it is of. Where it is cancelled, what is finished is
    kept. Raises Cancelled where nothing is.
    """
    import_module("pandas")  # which napari would load with the first layer of boxes, and the window would wait
    steps = [(label, name) for label in images for name in pipelines]
    done: list[Analysed] = []
    refused: list[InputError] = []
    for number, (label, name) in enumerate(steps):
        stage = f"{label}, {pipeline(name).dock} ({number + 1} of {len(steps)})"
        try:
            done.append(_analyse(images[label], name, run.part(partial(_report, run, stage))))
        except Cancelled:
            if not done:
                raise
            break
        except Exception as error:  # noqa: BLE001  the other images are done
            refused.append(as_input_error(error, label))
    return Outcome(done, refused, len(steps))


def _analyse(image: Image, name: str, run: Run) -> Analysed:
    run.check()
    settings: Any = declarations.build(pipeline(name).settings, {})
    pixels = image.data
    everything = analyze_all(mammogram_of(image), name, settings, run)
    command = command_on(image, name, asdict(settings), run.device)
    return Analysed(image, command, everything, float(settings.threshold), pixels)


def _report(run: Run, stage: str, progress: Progress) -> None:
    run.report(Progress(f"{stage}: {progress.stage}", progress.done, progress.total))
