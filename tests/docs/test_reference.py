"""The documents say what the code says."""

from __future__ import annotations

import runpy
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_reference_is_up_to_date() -> None:
    page = runpy.run_path(str(DOCS / "make_reference.py"))
    assert (DOCS / "reference.md").read_text("utf-8") == page["reference"](), "run: make docs"
