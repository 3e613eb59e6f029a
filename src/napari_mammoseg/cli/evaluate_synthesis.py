"""`mammoseg evaluate synthesis`: whether synthetic masses can be told from real ones."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from napari_mammoseg import models, settings
from napari_mammoseg.errors import InputError
from napari_mammoseg.settings import setting

if TYPE_CHECKING:
    from napari_mammoseg.batch.realism import Realism

PLAIN = ("discs", "pasted")
"""What a model is compared with: bright discs, and real masses of INbreast pasted with a soft edge."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What `--set` may change."""

    vgg: str = setting("", "File with VGG-16's convolutions (safetensors)")


def realism(
    folder: Path,
    data_set: str | None,
    model: str | None,
    pairs: Sequence[str],
    lists: Sequence[Path],
    seed: int,
    as_json: bool,
) -> None:
    """Prints the measure of `batch.realism`. lists: files of women whose images masses are put into, one per line."""
    chosen = settings.build(Settings, settings.parse(Settings, pairs))
    if data_set is None:
        raise InputError("evaluate synthesis", "needs a data set", "give --data-set inbreast or mias")
    if not chosen.vgg:
        raise InputError("evaluate synthesis", "needs VGG-16's features", "give --set vgg=FILE (safetensors)")
    name = model or models.names("synthesize")[0]
    if name not in PLAIN:
        models.find(name, task="synthesize")
    from napari_mammoseg.batch.realism import measure
    from napari_mammoseg.batch.results import listed

    women = frozenset.intersection(*(listed(each) for each in lists)) if lists else None
    found = measure(data_set, folder, name, Path(chosen.vgg), women, seed)
    print(json.dumps(asdict(found), indent=1) if as_json else _text(found), flush=True)


def _text(found: Realism) -> str:
    what = f"{found.made} synthetic masses ({found.model}) in images of {found.women} women, {found.real} real masses"
    return "\n".join(
        [
            f"{found.data_set}: {what}",
            "AUC of a support vector machine on features of VGG-16, out of fold by woman; 0.5: cannot be told apart",
            f"  synthetic from real masses                  {found.made_real:.3f}",
            f"  synthetic masses from healthy tissue        {found.made_healthy:.3f}",
            f"  real masses from healthy tissue             {found.real_healthy:.3f}",
            f"  healthy tissue of ill from healthy images   {found.floor:.3f}",
        ]
    )
