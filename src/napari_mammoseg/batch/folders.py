"""Where the results of many inputs go, so that none overwrites another's and none is there twice."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from napari_mammoseg.files import real

Place = tuple[Path, str]
"""A folder, and the stem that the names of the results begin with."""


def output_folders(inputs: Sequence[Path], root: Path) -> list[Path]:
    """A folder for the results of each input: `root`, unless another input has the same name.

    Inputs of the same name keep their own folders below `root`; two in one folder that differ only in their extension
    get one more folder each, named after the file. An input whose results are already below `root` keeps their place,
    and the results of another input of that name are not touched.
    """
    stems = Counter(path.stem for path in inputs)
    siblings = Counter((path.parent, path.stem) for path in inputs)
    owners = _owners(root, stems)
    earlier = {owner: folder for (folder, _), owner in sorted(owners.items(), reverse=True)}
    common = _common([*map(real, inputs), *owners.values()])

    def folder(path: Path) -> Path:
        if real(path) in earlier:
            return earlier[real(path)]
        if stems[path.stem] == 1 and owners.get((root, path.stem)) is None:
            return root
        below = root / real(path).parent.relative_to(common)
        return below / path.name if siblings[path.parent, path.stem] > 1 else below

    return [folder(path) for path in inputs]


def _owners(root: Path, stems: Iterable[str]) -> Mapping[Place, Path]:
    """Which input the results at each place below `root` came from, for names that begin with one of `stems`.

    Inputs that no longer exist are left out.
    """
    wanted = set(stems)
    owners = {}
    for path in root.rglob("*.json"):
        stem = path.name.removesuffix(".json").rpartition(".")[0]
        if stem in wanted and (owner := _input_of(path)) is not None:
            owners[path.parent, stem] = owner
    return owners


def _input_of(result: Path) -> Path | None:
    try:
        record = json.loads(result.read_text("utf-8"))
        there = Path(os.path.normpath(os.path.join(os.path.realpath(result.parent), record["run"]["input"])))
        return there if there.exists() else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _common(paths: Sequence[Path]) -> Path:
    return Path(os.path.commonpath([path.parent for path in paths]) if paths else "")
