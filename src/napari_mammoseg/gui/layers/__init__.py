"""Mammograms, findings and truths as napari layers, and layers as mammograms, findings and truths."""
