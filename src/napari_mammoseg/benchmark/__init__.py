"""What a run costs, beside the plain way, in one go."""

from napari_mammoseg.benchmark.measure import Measurement, measure

__all__ = ["Measurement", "measure"]
