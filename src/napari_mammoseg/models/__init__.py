"""Every network and plain method by name, what is known of each, and its weights."""

from napari_mammoseg.models.calibration import Calibration
from napari_mammoseg.models.model import Facts, Model
from napari_mammoseg.models.table import MODELS, find, names
from napari_mammoseg.models.weights import save_weights

__all__ = ["MODELS", "Calibration", "Facts", "Model", "find", "names", "save_weights"]
