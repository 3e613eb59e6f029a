"""What a run costs, beside the plain way, in one go."""

from napari_mammoseg.benchmark.measure import Measurement, measure, measure_first, seconds_of_a_further_image

__all__ = ["Measurement", "measure", "measure_first", "seconds_of_a_further_image"]
