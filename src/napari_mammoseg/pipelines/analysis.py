"""The one way to run a pipeline, for dock, command line, batch and Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from operator import index
from typing import Any

from napari_mammoseg import settings as declarations
from napari_mammoseg._version import VERSION
from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Box, Findings, ImageRecord, ModelRecord, RunRecord
from napari_mammoseg.inference import resolve, resolve_backend
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.pipeline_table import Pipeline, PipelineSettings, pipeline
from napari_mammoseg.run import Run
from napari_mammoseg.tissue.grey_scale import INVERTED, seems_inverted
from napari_mammoseg.tissue.spacing import assumed, with_possible_spacing


def settings_of(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """All settings of the pipeline `name`, with `values` in place of defaults, as a run record holds them."""
    return asdict(declarations.build(pipeline(name).settings, values))  # type: ignore[call-overload, no-any-return]


def model_of(name: str, values: Mapping[str, Any]) -> ModelRecord:
    """What `analyze` with these settings says of its networks."""
    chosen = pipeline(name)
    return _model_record(chosen, declarations.build(chosen.settings, values))


def get_ready(name: str, run: Run, **values: Any) -> None:
    """Loads the modules and the networks that `analyze` will need, for example while a file is read."""
    chosen = pipeline(name)
    device = resolve(run.device)
    ready = Run(device, resolve_backend(run.backend, device))
    chosen.file.get_ready(declarations.build(chosen.settings, values), ready)


def analyze(
    image: Mammogram, name: str, run: Run | None = None, boxes: Sequence[Box] | None = None, **values: Any
) -> Findings:
    """Runs the pipeline `name` with its settings (`values` in place of defaults) and cuts the list at its threshold.

    boxes: where to look (row0, column0, row1, column1, half-open, in the image's pixels), for pipelines that take it.
    Raises InputError for wrong settings, for boxes that the pipeline does not take or that lie outside the image, and
    for pixels that are not numbers.
    """
    if not isinstance(image, Mammogram):
        raise TypeError(f"analyze needs a Mammogram, of read(path) or Mammogram.of(array), not {type(image).__name__}")
    settings = declarations.build(pipeline(name).settings, values)
    return analyze_all(image, name, settings, run or Run(), boxes).above(settings.threshold)


def analyze_all(
    image: Mammogram, name: str, settings: PipelineSettings, run: Run, boxes: Sequence[Box] | None = None
) -> Findings:
    """Like `analyze`, with every candidate whatever its score, so that a window's slider can cut again at once."""
    chosen = pipeline(name)
    boxes = _checked(boxes, chosen, image, run)
    run.device = resolve(run.device)
    run.backend = resolve_backend(run.backend, run.device)
    image = with_possible_spacing(image)
    if image.frames > 1:
        run.warn(f"stack of {image.frames} frames: the brightest value over the frames was analysed")
    for note in image.notes:
        run.warn(note)
    with run.timed("total", told=False):
        flat = image.projected()
        flat.check_finite()
        if flat.spacing is None:
            run.warn(str(assumed(flat)))
        if seems_inverted(flat.pixels):
            run.warn(INVERTED)
        found = chosen.run(flat, settings, run, boxes) if chosen.takes_boxes else chosen.run(flat, settings, run)
    return Findings(
        image=ImageRecord.of(image),
        pipeline=name,
        model=_model_record(chosen, settings),
        image_score=found.score,
        findings=found.findings,
        run=_run_record(settings, run, boxes),
        summary=found.summary,
        mask=found.mask,
        probability=found.probability,
        windows=found.windows,
        source=image.path,
    )


def nothing(image: Mammogram, name: str, settings: PipelineSettings, run: Run) -> Findings:
    """A result of the pipeline that says nothing of the image: it was not run."""
    model = _model_record(pipeline(name), settings)
    record = _run_record(settings, run, None)
    return Findings(ImageRecord.of(image), name, model, 0.0, (), record, source=image.path)


def _checked(boxes: Sequence[Box] | None, chosen: Pipeline, image: Mammogram, run: Run) -> tuple[Box, ...] | None:
    """The boxes as plain numbers, each once; None where there are none."""
    if boxes is None:
        return None
    if not chosen.takes_boxes:
        raise InputError(chosen.name, "takes no boxes", "leave the box out, or choose another pipeline")
    if not len(boxes):
        raise InputError(chosen.name, "was given no box at all", "give at least one, or None")
    within = [_within(each, image) for each in boxes]
    for each in dict.fromkeys(each for each in within if within.count(each) > 1):
        run.warn(f"box {','.join(map(str, each))} was given {within.count(each)} times and is one region")
    return tuple(dict.fromkeys(within))


def _within(box: Box, image: Mammogram) -> Box:
    try:
        row0, column0, row1, column1 = (index(each) for each in box)
    except (TypeError, ValueError):
        raise InputError(f"box {box}", "is not four whole numbers", "give (row0, column0, row1, column1)") from None
    if not (0 <= row0 < row1 <= image.rows and 0 <= column0 < column1 <= image.columns):
        place = f"{row0},{column0},{row1},{column1}"
        inside = (
            f"give the first row and column below the second, "
            f"rows within 0 to {image.rows} and columns within 0 to {image.columns}"
        )
        raise InputError(image.name, f"has no box {place}", inside)
    return row0, column0, row1, column1


def _model_record(chosen: Pipeline, settings: PipelineSettings) -> ModelRecord:
    """The main network of the pipeline and those that help it."""
    model, *beside = chosen.file.networks(settings)
    return ModelRecord(model.name, model.sha256, {each.name: each.sha256 for each in beside})


def _run_record(settings: PipelineSettings, run: Run, boxes: tuple[Box, ...] | None) -> RunRecord:
    return RunRecord(
        version=VERSION,
        settings=asdict(settings),  # type: ignore[call-overload]
        device=run.device,
        backend=run.backend,
        seed=run.seed,
        boxes=boxes,
        seconds=dict(run.seconds),
        peak_mib=dict(run.peak_mib),
        warnings=tuple(run.warnings),
    )
