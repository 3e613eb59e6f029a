"""The documents' Python is Python, and what it imports is there."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path
from textwrap import dedent

import pytest

ROOT = Path(__file__).parents[2]
BLOCKS = [
    pytest.param(block, id=f"{page.name}-{number}")
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
    for number, block in enumerate(re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL))
]


@pytest.mark.parametrize("block", BLOCKS)
def test_what_the_documents_import_is_there(block: str) -> None:
    for each in ast.walk(ast.parse(dedent(block).replace("…", "..."))):
        if isinstance(each, ast.ImportFrom) and each.module is not None:
            module = import_module(each.module)
            assert [name.name for name in each.names if not hasattr(module, name.name)] == []
