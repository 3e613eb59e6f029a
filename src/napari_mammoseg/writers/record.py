"""What goes with every output: how it was made, and nothing about the patient."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from napari_mammoseg.findings import Findings

Record = Mapping[str, Any]
"""A run's record as plain values: `record_of(findings)`, or what a layer carries in its metadata."""


def record_of(findings: Findings) -> dict[str, Any]:
    """Everything that `mammoseg.findings/1` says of a result except the list of its findings."""
    return {name: value for name, value in findings.to_dict().items() if name != "findings"}


def as_text(record: Record) -> str:
    """The record in one line of ASCII, fit for a tag or a comment."""
    return json.dumps({"mammoseg": dict(record)}, default=str)
