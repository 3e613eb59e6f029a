"""Phantoms: synthetic mammograms with exact truth, drawn when they are read; nothing of them lies in a folder."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from napari_mammoseg.data_sets.sample import Sample
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.phantom.mammograms import Request, make

COUNT = 60


def films(folder: Path) -> list[Sample]:
    """One per seed, CC and MLO, left and right in turn; each shows another woman."""
    return [Sample(f"phantom-{seed}", f"phantom-{seed}", partial(_film, seed)) for seed in range(COUNT)]


def _film(seed: int) -> Mammogram:
    request = Request(seed, "MLO" if seed % 2 else "CC", "R" if seed % 4 > 1 else "L")
    return replace(make(request).image, name=f"phantom-{seed}", patient=f"phantom-{seed}")
