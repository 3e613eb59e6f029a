"""Networks on mammograms of any size: one tiler, one loop that can be stopped, and the backends that run them."""

from napari_mammoseg.inference.backends import compiled, resolve_backend
from napari_mammoseg.inference.device import resolve
from napari_mammoseg.inference.predict import PLAIN, predict

__all__ = ["PLAIN", "compiled", "predict", "resolve", "resolve_backend"]
