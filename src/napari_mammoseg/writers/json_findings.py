"""The findings as `mammoseg.findings/1`."""

from __future__ import annotations

import json
from pathlib import Path

from napari_mammoseg.files import atomic
from napari_mammoseg.findings import Findings


def write(findings: Findings, folder: Path, stem: str) -> list[Path]:
    path = folder / f"{stem}.json"
    with atomic(path) as temporary:
        temporary.write_text(json.dumps(findings.to_dict(), indent=1) + "\n", "utf-8")
    return [path]
