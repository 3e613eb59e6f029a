"""Where the results of many inputs go, so that none overwrites another's."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path


def output_folders(inputs: Sequence[Path], root: Path) -> list[Path]:
    """A folder for the results of each input: `root`, unless two inputs share a name.

    Inputs of the same name keep their own folders below `root`; two of one folder that differ in their extension
    alone get one more, called after the file.
    """
    names = Counter(path.stem for path in inputs)
    places = Counter((path.resolve().parent, path.stem) for path in inputs)
    common = Path(os.path.commonpath([path.resolve().parent for path in inputs])) if inputs else root

    def folder(path: Path) -> Path:
        if names[path.stem] == 1:
            return root
        below = root / path.resolve().parent.relative_to(common)
        return below / path.name if places[(path.resolve().parent, path.stem)] > 1 else below

    return [folder(path) for path in inputs]
