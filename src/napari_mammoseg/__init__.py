"""Mammograms in napari, on the command line and in Python.

>>> import napari_mammoseg as mammoseg
>>> image = mammoseg.read("x.dcm")  # doctest: +SKIP
>>> findings = mammoseg.analyze(image, "calcifications", threshold=0.5)  # doctest: +SKIP
>>> findings.save("out/")  # doctest: +SKIP

Research software, not a medical device.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from napari_mammoseg._version import VERSION as __version__

_PUBLIC = {
    "Findings": "findings",
    "InputError": "errors",
    "Mammogram": "mammogram",
    "analyze": "pipelines",
    "read": "readers",
    "show": "gui.show",
    "synthesize": "synthesis",
}
__all__ = ["Findings", "InputError", "Mammogram", "__version__", "analyze", "read", "show", "synthesize"]


def __getattr__(name: str) -> Any:
    """Loads a public name when it is first used, so that importing the package costs nothing."""
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"napari_mammoseg.{_PUBLIC[name]}"), name)
