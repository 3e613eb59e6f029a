"""Findings as napari layers: probability as heat, areas as labels, clusters, masses and regions as boxes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from napari.utils.transforms import Affine
from numpy.typing import NDArray

from napari_mammoseg.findings import Finding, Findings, ProbabilityMap
from napari_mammoseg.gui.layers.captions import CAPTIONED, TEXT
from napari_mammoseg.gui.layers.ring_layer import ring_layer
from napari_mammoseg.gui.layers.style import COLOURS, colour, line_width
from napari_mammoseg.gui.layers.truth_layers import rectangle
from napari_mammoseg.kinds import BOXED, KINDS, WITH_AREA, Kind
from napari_mammoseg.pipeline_table import pipeline
from napari_mammoseg.verdicts import HISTORY, KEY, WHEN, is_added, shown_score

LayerData = tuple[Any, dict[str, Any], str]
GRID = "mammoseg_grid"
"""Where a probability map's metadata keep how its pixels lie on those of the image (`place_of_map`)."""
SOURCE = "mammoseg_source"
"""Where a layer's metadata keep the image's file, for outputs that must refer to it."""


def finding_layers(findings: Findings, place: dict[str, Any], kinds: Iterable[Kind] = ()) -> list[LayerData]:
    """The layers of a result, lowest first. `place` says where the image lies (`image_layers.placement_of`).

    Each kind of boxes that occurs has a layer, and so has each of `kinds`, empty or not.
    """
    layers: list[LayerData] = []
    if findings.probability is not None:
        layers.append(heat(findings, findings.probability, place))
    if findings.mask is not None:
        layers.append(areas(findings, place))
        layers.append(ring_layer(findings, _named(findings, "rings", place)))
    present = dict.fromkeys((*kinds, *(each.kind for each in findings.findings if each.kind in BOXED)))
    return [*layers, *(boxes(findings, kind, place) for kind in present)]


def heat(findings: Findings, probability: ProbabilityMap, place: dict[str, Any]) -> LayerData:
    """The probability map, at its own pixel size, added to the image's light.

    Hidden at first, for it covers the tissue, unless a person asked for it.
    """
    zoom = np.array([findings.image.rows, findings.image.columns]) / probability.whole
    first = (np.array(probability.corner) + 0.5) * zoom - 0.5
    row = pipeline(findings.pipeline)
    named = _named(findings, row.map_name, place_of_map(zoom, first, place))
    keywords = {
        **named,
        "metadata": {**named["metadata"], GRID: (zoom, first)},
        "colormap": "inferno",
        "blending": "additive",
        "contrast_limits": (0.0, 1.0),
        "opacity": 0.6,
        "visible": row.map_asked,
    }
    return probability.values, keywords, "image"


def place_of_map(zoom: NDArray[Any], first: NDArray[Any], place: dict[str, Any]) -> dict[str, Any]:
    """Where the pixels of a map lie in the world, from where the image's do.

    zoom: pixels of the image per pixel of the map, by rows and columns. first: the image's pixel at the centre of the
    map's first one.
    """
    known = {name: place[name] for name in ("scale", "translate", "rotate", "shear") if name in place}
    to_world = Affine(**known, ndim=2)
    return {**place, "scale": tuple(to_world.scale * zoom), "translate": tuple(to_world(first))}


def areas(findings: Findings, place: dict[str, Any]) -> LayerData:
    """The pixels of the findings: each label is the id of its finding, the features hold its numbers.

    They are a copy, on which a person may paint.
    """
    keywords = {
        **_named(findings, findings.pipeline, place),
        "features": area_features(findings),
        "colormap": area_colours(findings),
        "opacity": 0.5,
    }
    painted = None if findings.mask is None else findings.mask.copy()
    return painted, keywords, "labels"


def area_features(findings: Findings) -> dict[str, list[Any]]:
    """A row a labelled finding, after one for the background."""
    present = [each for each in findings.findings if each.kind in WITH_AREA]
    return {"index": [0, *(each.id for each in present)], **_with_background(table(present))}


def area_colours(findings: Findings, selected: Collection[int] = ()) -> Any:
    """The colours of the labels; the selected ones stand out."""
    from napari.utils.colormaps import DirectLabelColormap

    usual = COLOURS[pipeline(findings.pipeline).mask_kind]
    colours: dict[int | None, str] = {0: "transparent", None: usual}
    for each in findings.of_kind(*WITH_AREA):
        own = COLOURS["selected"] if each.id in selected else colour(each.kind, each.label)
        if own != usual:
            colours[each.id] = own
    return DirectLabelColormap(color_dict=colours)


def boxes(findings: Findings, kind: Kind, place: dict[str, Any]) -> LayerData:
    """The boxes of one kind with their scores, coloured by label."""
    present = [each for each in findings.findings if each.kind == kind]
    named = _named(findings, KINDS[kind].plural, place)
    keywords = {
        **named,
        "metadata": {**named["metadata"], CAPTIONED: True},
        **box_style(present, kind),
        "edge_width": line_width(findings.image.rows, findings.image.columns),
        "face_color": "transparent",
        "opacity": 1.0,
        "text": TEXT,
    }
    return [rectangle(each.box) for each in present], keywords, "shapes"


def box_style(present: list[Finding], kind: str) -> dict[str, Any]:
    """What changes with the boxes that are shown."""
    return {
        "shape_type": "rectangle",
        "features": {**table(present), "text": [caption(each) for each in present]},
        "edge_color": edge_colours(present) or COLOURS[kind],
    }


def caption(finding: Finding) -> str:
    """What stands beside a box: a person's verdict, the kind with its score, how malignant, how many calcifications.

    Beside a region its label stands for kind and score.
    """
    count, verdict = finding.features.get("count"), _VERDICTS.get(str(finding.features.get(KEY)))
    scored = finding.kind if is_added(finding) else f"{finding.kind} {finding.score:.2f}"
    scored = finding.label or scored if finding.kind == "region" else scored
    likely = None if finding.p_malignant is None else f"· p(malignant) {finding.p_malignant:.2f}"
    return " ".join(each for each in (verdict, scored, likely, None if count is None else f"({count})") if each)


def table(findings: Iterable[Finding]) -> dict[str, list[Any]]:
    """The findings' numbers by column: the fixed ones that any finding has, then the pipeline's own."""
    rows = [_row(each) for each in findings]
    names = list(dict.fromkeys(name for row in rows for name in row)) or ["id", "kind", "score"]
    columns = {name: [row.get(name) for row in rows] for name in names}
    return {name: values for name, values in columns.items() if name in _FIXED or any(v is not None for v in values)}


def record(findings: Findings) -> dict[str, Any]:
    """What a layer keeps of its run: everything but the list, which its features hold."""
    kept = replace(findings, findings=()).to_dict()
    del kept["findings"]
    return kept


def edge_colours(present: Iterable[Finding], selected: int | None = None) -> list[str]:
    """The colour of each box; that of the finding `selected` stands out."""
    return [COLOURS["selected"] if each.id == selected else _edge(each) for each in present]


def _edge(finding: Finding) -> str:
    rejected = finding.features.get(KEY) == "rejected"
    return COLOURS["rejected"] if rejected else colour(finding.kind, finding.label)


_VERDICTS = {"accepted": "✓", "rejected": "✗", "redrawn": "✎", "added": "+"}
_FIXED = ("id", "kind", "score")


def _row(finding: Finding) -> dict[str, Any]:
    row = {**finding.to_dict(), "score": shown_score(finding)}
    for name in (HISTORY, WHEN):
        row.pop(name, None)
    box, centroid = row.pop("box"), row.pop("centroid")
    row |= {"row": round(centroid[0], 1), "column": round(centroid[1], 1)}
    row |= dict(zip(("row0", "column0", "row1", "column1"), box, strict=True))
    return row


def _with_background(columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
    first = {"id": 0, "kind": "background", "score": 0.0}
    return {name: [first.get(name, _nothing(values)), *values] for name, values in columns.items()}


def _nothing(values: list[Any]) -> Any:
    return np.nan if all(isinstance(each, int | float | None) for each in values) else None


def _named(findings: Findings, what: str, place: dict[str, Any]) -> dict[str, Any]:
    return {
        **place,
        "name": f"{findings.image.name} / {what}",
        "metadata": {"mammoseg": record(findings), SOURCE: findings.source},
    }


def parts(findings: Findings) -> tuple[bool, bool]:
    """Whether there is a map, and whether there are labels."""
    return findings.probability is not None, findings.mask is not None
