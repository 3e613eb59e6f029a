"""Benign or malignant: what a classifier says of drawn boxes, or of a whole image by the masses found on it."""
