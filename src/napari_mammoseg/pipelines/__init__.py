"""What can be run on an open image: one plain function a pipeline, Mammogram to Findings.

The table says what exists; `analyze` is the one way to run it, for dock, command line, batch and Python.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from importlib import import_module
from typing import Any, Protocol

from napari_mammoseg import settings as declarations
from napari_mammoseg._version import VERSION
from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Findings, ModelRecord, RunRecord
from napari_mammoseg.inference import resolve, resolve_backend
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.pipelines.model_record import model_record
from napari_mammoseg.run import Run


class PipelineSettings(Protocol):
    """What the settings of every pipeline have in common."""

    @property
    def threshold(self) -> float: ...
    @property
    def model(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A pipeline by name: "file:function" and "file:Settings" in this folder, and what a menu says of it.

    Beside the function its file has `networks(settings)`, which says what the function runs, and
    `get_ready(settings, run)`, which loads it.
    """

    name: str
    function: str
    settings_class: str
    summary: str

    @property
    def settings(self) -> type[PipelineSettings]:
        return _named(self.settings_class)  # type: ignore[no-any-return]

    @property
    def file(self) -> Any:
        return import_module(f"napari_mammoseg.pipelines.{self.function.partition(':')[0]}")

    @property
    def run(self) -> Callable[[Mammogram, Any, Run], Findings]:
        return _named(self.function)  # type: ignore[no-any-return]


def _named(place: str) -> Any:
    file, _, name = place.partition(":")
    return getattr(import_module(f"napari_mammoseg.pipelines.{file}"), name)


PIPELINES: Mapping[str, Pipeline] = {
    each.name: each
    for each in (
        Pipeline(
            "calcifications",
            "calcifications:find_calcifications",
            "calcification_settings:CalcificationSettings",
            "Single microcalcifications and their clusters",
        ),
        Pipeline(
            "masses", "masses:find_masses", "mass_settings:MassSettings", "Masses, benign or malignant, each in a box"
        ),
    )
}


def pipeline(name: str) -> Pipeline:
    """The pipeline called `name`. Raises InputError if there is none."""
    if name not in PIPELINES:
        raise InputError(name, "is no pipeline", f"choose from {', '.join(PIPELINES)}")
    return PIPELINES[name]


def settings_of(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """All settings of the pipeline `name`, with `values` in place of defaults, as a run record holds them."""
    return asdict(declarations.build(pipeline(name).settings, values))  # type: ignore[call-overload, no-any-return]


def model_of(name: str, values: Mapping[str, Any]) -> ModelRecord:
    """What `analyze` with these settings says of its networks."""
    chosen = pipeline(name)
    return model_record(*chosen.file.networks(declarations.build(chosen.settings, values)))


def get_ready(name: str, run: Run, **values: Any) -> None:
    """Loads the modules and the networks that `analyze` will need: while a file is read, say."""
    chosen = pipeline(name)
    run = Run(device := resolve(run.device), resolve_backend(run.backend, device))
    chosen.file.get_ready(declarations.build(chosen.settings, values), run)


def analyze(image: Mammogram, name: str, run: Run | None = None, **values: Any) -> Findings:
    """Runs the pipeline `name` with its settings (`values` in place of defaults) and cuts the list at its threshold."""
    settings = declarations.build(pipeline(name).settings, values)
    return analyze_all(image, name, settings, run or Run()).above(settings.threshold)


def analyze_all(image: Mammogram, name: str, settings: PipelineSettings, run: Run) -> Findings:
    """Like `analyze`, with every candidate whatever its score: what a window's slider cuts again at once."""
    run.device = resolve(run.device)
    run.backend = resolve_backend(run.backend, run.device)
    if image.frames > 1:
        run.warn(f"stack of {image.frames} frames: the brightest value over the frames was analysed")
    for note in image.notes:
        run.warn(note)
    with run.timed("total", told=False):
        findings = pipeline(name).run(image.projected(), settings, run)
    return replace(findings, run=_record(settings, run), source=image.path)


def _record(settings: PipelineSettings, run: Run) -> RunRecord:
    return RunRecord(
        version=VERSION,
        settings=asdict(settings),  # type: ignore[call-overload]
        device=run.device,
        backend=run.backend,
        seed=run.seed,
        seconds=dict(run.seconds),
        peak_mib=dict(run.peak_mib),
        warnings=tuple(run.warnings),
    )
