"""Pictures and what is known of them in one safetensors file: WebP in bytes, the rest as JSON; nothing is executed."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from napari_mammoseg.errors import InputError
from napari_mammoseg.files import atomic

Picture = NDArray[np.uint8]
Record = Mapping[str, Any]
EXACT = 100
"""The quality that keeps every pixel; below it pictures lose something."""


def pack(path: Path, records: Sequence[Record], pictures: Sequence[Mapping[str, tuple[Picture, int]]]) -> None:
    """Writes one record (as JSON) and its named pictures, each with its WebP quality, per film."""
    with ThreadPoolExecutor() as pool:
        packed = list(pool.map(lambda each: {name: _bytes(*given) for name, given in each.items()}, pictures))
    tensors = {f"{index}.{name}": data for index, film in enumerate(packed) for name, data in film.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic(path) as temporary:
        save_file(tensors, temporary, metadata={"films": json.dumps(list(records), separators=(",", ":"))})


def unpack(path: Path) -> tuple[list[dict[str, Any]], list[dict[str, Picture]]]:
    """What `pack` wrote. Raises InputError where the file is something else."""
    try:
        with safe_open(path, framework="numpy") as file:
            records: list[dict[str, Any]] = json.loads(file.metadata()["films"])
            packed = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, KeyError, TypeError, OSError):
        raise InputError(path, "holds no packed films", "give the file that an earlier training packed") from None
    pictures: list[dict[str, Picture]] = [{} for _ in records]
    with ThreadPoolExecutor() as pool:
        for key, picture in zip(packed, pool.map(_picture, packed.values()), strict=True):
            index, _, name = key.partition(".")
            pictures[int(index)][name] = picture
    return records, pictures


def _bytes(picture: Picture, quality: int) -> Picture:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "WEBP", quality=quality, lossless=quality >= EXACT, method=4)
    return np.frombuffer(buffer.getvalue(), np.uint8)


def _picture(data: Picture) -> Picture:
    with Image.open(io.BytesIO(data.tobytes())) as picture:
        return np.asarray(picture.convert("L"))
