"""`mammoseg models`: what exists, and a model's card."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from napari_mammoseg.models import Model, find, names


def models(
    name: Annotated[str | None, typer.Argument(help="A model's name: prints its card.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """List every network and plain method: paper, task, parameters, input, weights, scores, licence."""
    if name is not None and not as_json:
        print(find(name).card or f"{name} has no card yet")
        return
    records = [_record(find(each)) for each in ([name] if name else names())]
    if as_json:
        print(json.dumps(records[0] if name else records, indent=1))
        return
    for record in records:
        weights = "weights" if record["weights"] else "no weights"
        size = f"{record['parameters']:,} parameters" if record["parameters"] else "no network"
        print(f"{record['name']:24} {record['task']:16} {size:22} {weights:10} {record['summary']}")


def _record(model: Model) -> dict[str, Any]:
    parameters = model.parameters
    if parameters is None and model.network is not None:  # files that version 0.1 wrote do not say it
        parameters = sum(each.numel() for each in model.build().parameters())
    return {
        "name": model.name,
        "task": model.task,
        "summary": model.summary,
        "paper": model.paper,
        "parameters": parameters,
        "spacing_mm": model.spacing_mm,
        "weights": model.path is not None,
        "sha256": model.sha256,
        "scores": dict(model.facts.scores) or None,
        "licence": model.licence,
        "card": model.card,
    }
