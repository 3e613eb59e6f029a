"""A short report as one HTML file: scores, curves, the worst misses and false alarms as pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from napari_mammoseg.evaluation.case import Case
from napari_mammoseg.evaluation.report.curves import curves
from napari_mammoseg.evaluation.report.page import TEMPLATES, page
from napari_mammoseg.evaluation.report.pictures import picture
from napari_mammoseg.evaluation.report.plot import svg
from napari_mammoseg.evaluation.report.worst import worst_alarms, worst_misses
from napari_mammoseg.evaluation.score import Score
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.pipeline_table import PIPELINES


def html(
    cases: Sequence[Case],
    scores: Sequence[Score],
    pipeline: str,
    facts: Mapping[str, Any],
    read: Callable[[Case], Mammogram | None],
    pictures: int = 8,
) -> str:
    """The report as HTML text. `read` opens an image again for its pictures, or gives None where it cannot."""
    shown = [
        (target.name, heading, [(each, picture(read(each.case), each.place.box)) for each in worst])
        for target in PIPELINES[pipeline].targets
        for heading, worst in (
            ("Lesions missed, or found last", worst_misses(cases, target.name, pictures)),
            ("False marks of the highest score", worst_alarms(cases, target.name, pictures)),
        )
    ]
    drawn = [(each.title, svg(each)) for each in curves(cases, pipeline)]
    template = TEMPLATES / "report.html.jinja"
    return page(template, pipeline=pipeline, facts=facts, scores=scores, curves=drawn, shown=shown)
