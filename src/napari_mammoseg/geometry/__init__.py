"""Boxes, regions and windows: numbers alone."""
